"""`@refines`: what a method makes of each variable of the abstract model, and the step invariant that says
that every step is a stutter or a step of the abstract model."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checker.capture import constructors
from checker.capture.bodies import method_scope, with_hints
from checker.capture.forms_to_types import TypeTable
from checker.capture.function_bodies import block
from checker.capture.problems import Problem, Problems, Refused, Skip, nearest
from checker.capture.scope import Mode, Program, Scope, Static, each
from checker.capture.values import placed, shown
from checker.ir import nodes as ir
from checker.ir.step_relation import StepRelations
from checker.ir.substitution import NoRelation
from checker.ir.type_of import type_of
from checker.ir.types import Type
from checker.language.declaration import Declaration, Method, sorts_of
from checker.language.errors import FormError
from checker.language.forms import resolve

Capture = Callable[[type], tuple[ir.Model, Mapping[str, type]]]


@dataclass(frozen=True, slots=True)
class Refining:
    """What the capture of a refinement needs of that of its model.

    Attributes:
        capture: captures the abstract model.
        functions: the helpers captured so far; the mapping adds its own.
    """

    program: Program
    declaration: Declaration
    types: TypeTable
    problems: Problems
    functions: list[ir.Function]
    capture: Capture

    def property(self, method: Method) -> ir.Property:
        """The refinement as a step invariant.

        Raises:
            Skip: it is refused; why is in the problems.
        """
        source, definition = self.program.source_of(method.function, None, None)
        span = source.span(definition)
        abstract = self._abstract(method, span)
        made = self._mapping(method, abstract)
        mapping: list[tuple[str, str]] = []
        for variable in abstract.variables:
            name = f"{method.name}.{variable.name}"
            body = _part(made, [one.name for one in abstract.variables].index(variable.name))
            self.functions.append(ir.Function(name, (), variable.type, body, span=span))
            mapping.append((variable.name, name))
        try:
            body = _step(abstract, dict(mapping), span)
        except NoRelation as problem:
            at = problem.span if problem.span.line else span
            self.problems.add(Problem(at.file, at.line, at.column, problem.fact, problem.fix))
            raise Skip from None
        matches = (ir.STUTTER, *(action.name for action in abstract.actions))
        told = ir.Refinement(abstract.name, tuple(mapping), matches)
        return ir.Property(
            ir.PropertyKind.STEP_INVARIANT, method.name, body, of_step=True, refinement=told, span=span
        )

    # ------------------------------------------------------------ the abstract model

    def _abstract(self, method: Method, span: ir.Span) -> ir.Model:
        """The abstract model, captured; what it has, the model must have as well."""
        name = method.abstract.__name__

        def refuse(fact: str, fix: str) -> None:
            self.problems.add(Problem(span.file, span.line, span.column, fact, fix))

        mark = self.problems.mark()
        try:
            made, classes = self.capture(method.abstract)
        except Refused as refused:
            for problem in refused.problems:
                self.problems.add(problem)
            raise Skip from None
        if made.faults:
            refuse(
                f"the abstract model '{name}' has faults, whose budgets are no variables",
                "write its faults as actions",
            )
        for prop in made.properties:
            if prop.kind in (ir.PropertyKind.ASSUME, ir.PropertyKind.CONSTRAINT):
                fix = (
                    "state it in the model that refines"
                    if prop.kind is ir.PropertyKind.ASSUME
                    else "remove it"
                )
                refuse(f"the abstract model '{name}' has the {prop.kind.value} '{prop.name}'", fix)
        for param in made.params:
            if param not in self.declaration.params:
                refuse(
                    f"the abstract model '{name}' has the parameter '{param}', and the model does not",
                    f"declare it in the model: {param}: Param",
                )
        sorts = {sort.__name__: sort for sort in sorts_of(self.declaration)}
        for sort in made.sorts:
            held = classes[sort.name]
            if sorts.get(sort.name) is not held:
                fact = f"the abstract model '{name}' speaks of {sort.name} of {held.__module__}"
                theirs = sorts.get(sort.name)
                what = "does not" if theirs is None else f"has another, of {theirs.__module__}"
                fix = f"use one class in both: from {held.__module__} import {sort.name}"
                refuse(f"{fact}, and the model {what}", fix)
        if self.problems.mark() > mark:
            raise Skip
        try:
            for cls in classes.values():
                self.types.of(resolve(cls))
        except FormError as error:
            refuse(error.fact, error.fix)
            raise Skip from None
        return made

    # ------------------------------------------------------------ the mapping

    def _mapping(self, method: Method, abstract: ir.Model) -> ir.Expr:
        """The body of the method: a tuple of the abstract variables at each return."""
        source, definition = self.program.source_of(method.function, None, None)
        wanted = {variable.name: variable.type for variable in abstract.variables}
        cls = method.abstract

        def give(inner: Scope, statement: ast.Return) -> ir.Expr:
            node = statement.value
            found = (
                inner.any(node.func)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else None
            )
            if not isinstance(node, ast.Call) or found != Static(cls):
                inner.refuse(
                    statement,
                    f"'{shown(statement)}' is no state of {cls.__name__}",
                    f"write return {cls.__name__}({_arguments(list(wanted))})",
                )
            return _state(inner, node, wanted, cls.__name__)

        def missing(inner: Scope) -> ir.Expr:
            inner.refuse(
                definition, f"'{method.name}' can end without a return", "return a state on every path"
            )

        def make(hints: dict[str, Type]) -> ir.Expr:
            scope = method_scope(
                self.program, source, definition, method.function, method.owner, Mode.PROPERTY, hints
            )
            scope.assigned = frozenset()
            extra = [*definition.args.posonlyargs, *definition.args.args][1:]
            if extra:
                scope.refuse(
                    definition,
                    f"the refinement '{method.name}' takes parameters",
                    "map the state of the model alone: def f(self)",
                )
            return block(scope, definition.body, missing, give)

        return with_hints(self.program, make)


def _arguments(names: Sequence[str]) -> str:
    return ", ".join(f"{name}=..." for name in names)


def _state(scope: Scope, node: ast.Call, wanted: dict[str, Type], cls: str) -> ir.Expr:
    """`Abstract(x=..., y=...)` as a tuple in the order of the variables."""
    fix = f"write {cls}({_arguments(list(wanted))})"
    if node.args or any(word.arg is None for word in node.keywords):
        scope.refuse(node, f"'{shown(node)}' does not name the variables", fix)
    made: dict[str, ir.Expr] = {}

    def variable(word: ast.keyword) -> None:
        name = word.arg or ""
        if name not in wanted:
            scope.refuse(word, f"'{cls}' has no variable '{name}'", nearest(name, list(wanted), fix))
        made[name] = placed(scope, word.value, wanted[name], f"'{name}' of {cls}")

    each(scope, node.keywords, variable)
    missing = [name for name in wanted if name not in made]
    if missing:
        scope.refuse(node, f"'{shown(node)}' gives no value for '{missing[0]}'", fix)
    names, order = list(wanted), [word.arg or "" for word in node.keywords]
    span = scope.span(node)

    def build(parts: dict[str, ir.Expr]) -> ir.Expr:
        return ir.MakeTuple(tuple(parts[name] for name in names), span=span)

    return constructors.in_source_order(scope, order, made, build, names)


def _part(expr: ir.Expr, index: int) -> ir.Expr:
    """One variable of the state that the mapping makes."""
    match expr:
        case ir.MakeTuple(items):
            return items[index]
        case ir.Let(name, value, body):
            return ir.Let(name, value, _part(body, index), span=expr.span)
        case ir.Ite(condition, then, otherwise):
            a, b = _part(then, index), _part(otherwise, index)
            return ir.Ite(condition, a, b, type_of(a), span=expr.span)
        case _:
            raise AssertionError(f"a mapping ends in states, not in {type(expr).__name__}")


def _step(abstract: ir.Model, mapping: dict[str, str], span: ir.Span) -> ir.Expr:
    """A stutter, or some step of the abstract model."""
    relations = StepRelations(abstract)
    types = {variable.name: variable.type for variable in abstract.variables}
    before = {name: ir.Local(f"before_{name}", kind, span=span) for name, kind in types.items()}
    after = {name: ir.Local(f"after_{name}", kind, span=span) for name, kind in types.items()}
    same: tuple[ir.Expr, ...] = tuple(ir.Eq(before[name], after[name], span=span) for name in types)
    stutter = same[0] if len(same) == 1 else ir.And(same, span=span) if same else ir.BoolLit(True, span=span)
    steps = [relations.of(action, before, after) for action in abstract.actions]
    body: ir.Expr = ir.Or((stutter, *steps), span=span) if steps else stutter
    for when, atoms in ((ir.When.NOW, after), (ir.When.OLD, before)):
        for name in reversed(list(types)):
            call = ir.Call(mapping[name], (), types[name], when, span=span)
            body = ir.Let(atoms[name].name, call, body, span=span)
    return body
