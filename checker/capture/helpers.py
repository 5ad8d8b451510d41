"""Helpers: methods without a decorator and functions of modules, captured when they are first called."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from types import FunctionType
from typing import NoReturn

from checker.capture.bodies import method_scope, procedure_body, with_hints
from checker.capture.function_bodies import result
from checker.capture.local_annotations import named_type
from checker.capture.problems import Problem, Skip
from checker.capture.scope import Helper, Mode, Names, Program, Scope, Source
from checker.capture.signatures import bind_arguments, evaluated_in_order, hints_of, signature
from checker.capture.type_relations import loose
from checker.capture.value_methods import WRITING
from checker.capture.values import shown
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import Type
from checker.language import __all__ as WORDS
from checker.language import functions as language

Key = tuple[FunctionType, tuple[Type, ...]]


@dataclass(frozen=True, slots=True)
class Captured:
    """A helper's IR name, and what it returns."""

    name: str
    result: Type | None


def _refuse_foreign(scope: Scope, node: ast.Call, helper: Helper) -> None:
    """A function of the standard library says what it does in ways that the language lacks."""
    module = helper.function.__module__.partition(".")[0]
    if module in sys.stdlib_module_names:
        name = helper.function.__name__
        ours = f"import {name} from checker" if name in WORDS else "write it with the language's own means"
        scope.refuse(node, f"'{shown(node.func)}' is a function of Python's module {module}", ours)


class Helpers:
    """The helpers of a model that are reachable from its methods, each captured once for each kind of
    argument."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.functions: list[ir.Function] = []
        self.procedures: list[ir.Procedure] = []
        self._known: dict[Key, Captured | None] = {}
        self._active: list[Key] = []
        self._names = Names()
        self._writes: dict[FunctionType, bool] = {}
        self._mixed: set[FunctionType] = set()

    # ------------------------------------------------------------ calls

    def call(self, scope: Scope, node: ast.Call, helper: Helper, when: ir.When) -> ir.Expr:
        """A call for a value."""
        _refuse_foreign(scope, node, helper)
        source, definition = self._program.source_of(helper.function, scope, node)
        parameters = signature(scope, helper.function, definition, source)
        given = bind_arguments(scope, node, helper.name, parameters)
        if self.writes(helper):
            scope.refuse(
                node,
                f"'{shown(node)}' changes the state or disables the step, inside an expression",
                "call it as a statement of its own",
            )
        captured = self._capture(scope, node, helper, given, Mode.FUNCTION)
        assert captured.result is not None, "a function returns something"
        once, arguments = evaluated_in_order(scope, node, given)
        return once.around(ir.Call(captured.name, arguments, captured.result, when, span=scope.span(node)))

    def perform(self, scope: Scope, node: ast.Call, helper: Helper) -> ir.Perform:
        """A call for its effect."""
        _refuse_foreign(scope, node, helper)
        source, definition = self._program.source_of(helper.function, scope, node)
        parameters = signature(scope, helper.function, definition, source)
        given = bind_arguments(scope, node, helper.name, parameters)
        captured = self._capture(scope, node, helper, given, Mode.PROCEDURE)
        return ir.Perform(captured.name, tuple(expr for _, expr in given), span=scope.span(node))

    def _capture(
        self, scope: Scope, node: ast.AST, helper: Helper, given: list[tuple[str, ir.Expr]], mode: Mode
    ) -> Captured:
        kinds = tuple(loose(type_of(expr)) for _, expr in given)
        key = (helper.function, kinds)
        if key in self._active:
            names = " -> ".join(
                [*(one[0].__name__ for one in self._active[self._active.index(key) :]), helper.name]
            )
            scope.refuse(
                node,
                f"'{helper.name}' calls itself ({names})",
                "write it without recursion: a comprehension, or a loop in an action",
            )
        if key not in self._known:
            self._active.append(key)
            self._known[key] = None
            try:
                self._known[key] = self._capture_new(scope, helper, given, kinds, mode)
            finally:
                self._active.pop()
        found = self._known[key]
        if found is None:
            raise Skip
        return found

    def _capture_new(
        self,
        scope: Scope,
        helper: Helper,
        given: list[tuple[str, ir.Expr]],
        kinds: tuple[Type, ...],
        mode: Mode,
    ) -> Captured:
        function: FunctionType = helper.function
        source, definition = self._program.source_of(function, scope, None)
        owner = None if helper.method is None else helper.method.owner
        name = helper.name
        if helper.method is not None and not any(
            one.function is function for one in self._program.declaration.methods
        ):
            name = f"{helper.method.owner.__name__}.{helper.name}"
        expected = self._result(scope, function, source, definition, mode)
        parameters = tuple(
            ir.Parameter(one, kind, span=expr.span) for (one, expr), kind in zip(given, kinds, strict=True)
        )

        def make(hints: dict[str, Type]) -> ir.Function | ir.Procedure:
            inner = method_scope(self._program, source, definition, function, owner, mode, hints)
            for parameter in parameters:
                inner.fresh(parameter.name)
                inner.locals[parameter.name] = ir.Local(parameter.name, parameter.type, span=parameter.span)
            span = source.span(definition)
            if mode is Mode.FUNCTION:
                inner.assigned = frozenset()
                body = result(inner, definition.body, expected, f"'{helper.name}'", definition)
                return ir.Function("", parameters, expected or loose(type_of(body)), body, span=span)
            statements = procedure_body(inner, definition, tuple(parameters))
            return ir.Procedure("", parameters, tuple(statements), span=span)

        made = with_hints(self._program, make)
        fresh = self._names.fresh(name)
        if isinstance(made, ir.Function):
            self.functions.append(ir.Function(fresh, made.parameters, made.result, made.body, span=made.span))
            return Captured(fresh, made.result)
        self.procedures.append(ir.Procedure(fresh, made.parameters, made.body, span=made.span))
        return Captured(fresh, None)

    def _result(
        self, scope: Scope, function: FunctionType, source: Source, node: ast.FunctionDef, mode: Mode
    ) -> Type | None:
        """The annotated result; None when there is none, or it leaves the kind of collection open."""
        hints = hints_of(scope, function, source, node)
        if mode is Mode.PROCEDURE or "return" not in hints:
            return None
        from checker.capture.local_annotations import is_open

        found = hints["return"]
        if found is type(None):
            _report(
                self._program,
                source,
                node,
                f"'{function.__name__}' returns nothing and changes nothing",
                "return a value, or change the state",
            )
        if is_open(found):
            return None
        inner = scope.inner()
        inner.source = source
        return named_type(inner, found, node.returns or node)

    # ------------------------------------------------------------ what writes

    def writes(self, helper: Helper) -> bool:
        """Whether a helper changes the state or disables the step, itself or by another; so does one that
        returns
        nothing, for all it could be called for."""
        function: FunctionType = helper.function
        if function not in self._writes:
            self._writes[function] = False  # a recursive call adds nothing
            source, definition = self._program.source_of(function, None, None)
            effect = self._effect(definition, helper)
            value = next(
                (
                    one
                    for one in ast.walk(definition)
                    if isinstance(one, ast.Return) and one.value is not None
                ),
                None,
            )
            annotated = definition.returns is not None and ast.unparse(definition.returns) not in (
                "None",
                "'None'",
            )
            self._writes[function] = effect is not None or (value is None and not annotated)
            if effect is not None and value is not None and function not in self._mixed:
                self._mixed.add(function)
                _note(
                    self._program,
                    source,
                    value,
                    f"'{helper.name}' changes the state or disables the step ({shown(effect)}) "
                    "and returns a value",
                    "write two helpers: one that returns, one that writes",
                )
        return self._writes[function]

    def _effect(self, definition: ast.FunctionDef, helper: Helper) -> ast.AST | None:
        """The first part of a body that writes or requires."""
        arguments = definition.args.args
        own = arguments[0].arg if helper.method is not None and arguments else None
        for node in ast.walk(definition):
            match node:
                case ast.Attribute() | ast.Subscript() if (
                    isinstance(node.ctx, ast.Store | ast.Del) and _root(node) == own is not None
                ):
                    return node
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=held, attr=name))) if (
                    name in WRITING and _root(held) == own is not None
                ):
                    return node
                case ast.Call(func=ast.Name(id=name)):
                    found = helper.function.__globals__.get(name)
                    if found is language.require or found is language.present:
                        return node
                    if (
                        isinstance(found, FunctionType)
                        and ast.unparse(node.func) != helper.name
                        and self._is_writing_function(found)
                    ):
                        return node
                case ast.Call(func=ast.Attribute(value=ast.Name(id=root), attr=name)) if (
                    root == own and own is not None
                ):
                    method = next(
                        (one for one in self._program.declaration.methods if one.name == name), None
                    )
                    if (
                        method is not None
                        and method.budget is None
                        and self.writes(Helper(method.function, name, method))
                    ):
                        return node
                case _:
                    pass
        return None

    def _is_writing_function(self, function: FunctionType) -> bool:
        if function.__module__.startswith("checker."):
            return False
        try:
            return self.writes(Helper(function, function.__name__, None))
        except Skip:
            return False


def _root(node: ast.expr) -> str | None:
    path = False
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
        path = True
    return node.id if path and isinstance(node, ast.Name) else None


def _note(program: Program, source: Source, node: ast.AST, fact: str, fix: str) -> None:
    span = source.span(node)
    program.problems.add(Problem(span.file, span.line, span.column, fact, fix))


def _report(program: Program, source: Source, node: ast.AST, fact: str, fix: str) -> NoReturn:
    _note(program, source, node, fact, fix)
    raise Skip
