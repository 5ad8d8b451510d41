"""Signatures of helpers: their parameters' types, and the arguments of a call."""

from __future__ import annotations

import ast
import inspect
import typing
from dataclasses import dataclass
from types import FunctionType
from typing import Any, NoReturn, Self

from checker.capture.comparisons import is_total
from checker.capture.local_annotations import is_open, named_type
from checker.capture.problems import Problem, Skip, nearest
from checker.capture.scope import Broken, LoopLocal, Scope, Source, Unbound, each
from checker.capture.type_relations import loose
from checker.capture.values import Once, coerced, shown, static_value, value
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import Type

_NO_DEFAULT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a helper.

    Attributes:
        type: None when any collection is taken (`Iterable[T]`, `list[T]`), as the argument has it.
        default: the value at import, or a mark that there is none.
    """

    name: str
    type: Type | None
    item: Type | None
    default: Any
    node: ast.arg


def problem_at(scope: Scope, source: Source, node: ast.AST, fact: str, fix: str) -> NoReturn:
    """Reports a problem in the source of another function.

    Raises:
        Skip: always.
    """
    span = source.span(node)
    scope.program.problems.add(Problem(span.file, span.line, span.column, fact, fix))
    raise Skip


def hints_of(scope: Scope, function: FunctionType, source: Source, node: ast.FunctionDef) -> dict[str, Any]:
    """The resolved annotations of a function."""
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception as error:  # whatever evaluating annotations raises, they cannot be read
        problem_at(
            scope,
            source,
            node,
            f"an annotation of '{function.__name__}' cannot be read: {error}",
            "import or define what it names",
        )
    raise AssertionError("a problem was reported")


def signature(scope: Scope, function: FunctionType, node: ast.FunctionDef, source: Source) -> list[Parameter]:
    """The parameters of a helper, without `self`.

    Raises:
        Skip: one has no type, or the function takes arguments that the language lacks.
    """
    hints = hints_of(scope, function, source, node)
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        problem_at(
            scope, source, node, f"'{function.__name__}' takes any number of arguments", "name each parameter"
        )
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if is_method(scope, function, named):
        named = named[1:]
    defaults = inspect.signature(function).parameters
    found: list[Parameter] = []

    def one(argument: ast.arg) -> None:
        record = scope.locals.get("<record>")
        if (
            argument is named[0]
            and argument.arg not in hints
            and record is not None
            and "." in function.__qualname__
        ):
            assert not isinstance(record, Broken | Unbound | LoopLocal), (
                "the receiver of a method of a record"
            )
            found.append(Parameter(argument.arg, type_of(record), None, _NO_DEFAULT, argument))
            return
        if argument.arg not in hints:
            problem_at(
                scope,
                source,
                argument,
                f"the parameter '{argument.arg}' of '{function.__name__}' has no type",
                f"write {argument.arg}: T",
            )
        hint = hints[argument.arg]
        if isinstance(hint, type) and hint in scope.program.declaration.model.__mro__[:-1]:
            problem_at(
                scope,
                source,
                argument,
                f"'{argument.arg}' is the whole model and no value",
                "read old.x where the helper is called, or call old.helper()",
            )
        if hint is Self:
            problem_at(
                scope,
                source,
                argument,
                f"'{argument.arg}' is the whole model and no value",
                "call old.helper() instead",
            )
        default = defaults[argument.arg].default
        default = _NO_DEFAULT if default is inspect.Parameter.empty else default
        inner = _in_source(scope, source)
        if is_open(hint):
            item = named_type(inner, typing.get_args(hint)[0], argument)
            found.append(Parameter(argument.arg, None, item, default, argument))
        else:
            found.append(Parameter(argument.arg, named_type(inner, hint, argument), None, default, argument))

    each(scope, named, lambda argument: one(argument))
    return found


def _in_source(scope: Scope, source: Source) -> Scope:
    inner = scope.inner()
    inner.source = source
    return inner


def is_method(scope: Scope, function: FunctionType, named: list[ast.arg]) -> bool:
    """Whether a function's first parameter is the model."""
    return any(
        method.function is function for method in scope.program.declaration.overridden.values()
    ) and bool(named)


def bind_arguments(
    scope: Scope, node: ast.Call, name: str, parameters: list[Parameter]
) -> list[tuple[str, ir.Expr]]:
    """The arguments of a call by parameter, each widened to its type.

    Raises:
        Skip: an argument is missing, unknown, or of another type.
    """
    usage = f"write {shown(node.func)}({', '.join(parameter.name for parameter in parameters)})"
    names = [parameter.name for parameter in parameters]
    if any(isinstance(one, ast.Starred) for one in node.args) or any(
        word.arg is None for word in node.keywords
    ):
        scope.refuse(node, f"'{shown(node)}' unpacks its arguments", usage)
    if len(node.args) > len(names):
        scope.refuse(
            node, f"'{shown(node)}' gives {len(node.args)} arguments, and '{name}' takes {len(names)}", usage
        )
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    for word in node.keywords:
        assert word.arg is not None, "checked above"
        if word.arg not in names:
            scope.refuse(word, f"'{name}' has no parameter '{word.arg}'", nearest(word.arg, names, usage))
        if word.arg in given:
            scope.refuse(word, f"'{shown(node)}' gives '{word.arg}' twice", usage)
        given[word.arg] = word.value
    missing = [one.name for one in parameters if one.name not in given and one.default is _NO_DEFAULT]
    if missing:
        scope.refuse(node, f"'{shown(node)}' lacks the argument '{missing[0]}'", usage)
    made: dict[str, ir.Expr] = {}

    def one(parameter: Parameter) -> None:
        what = f"the parameter '{parameter.name}' of '{name}'"
        if parameter.name not in given:
            expr = static_value(scope, parameter.default, node, parameter.type)
            made[parameter.name] = (
                expr if parameter.type is None else coerced(scope, expr, parameter.type, node, what)
            )
            return
        argument = given[parameter.name]
        made[parameter.name] = _argument(scope, argument, parameter, what)

    by_name = {parameter.name: parameter for parameter in parameters}
    order = [*given, *(parameter.name for parameter in parameters if parameter.name not in given)]
    each(scope, order, lambda key: one(by_name[key]))
    return [(parameter.name, made[parameter.name]) for parameter in parameters]


def _argument(scope: Scope, argument: ast.expr, parameter: Parameter, what: str) -> ir.Expr:
    if parameter.type is not None:
        return coerced(scope, value(scope, argument, parameter.type), parameter.type, argument, what)
    if isinstance(argument, ast.GeneratorExp):
        argument = ast.copy_location(ast.ListComp(argument.elt, argument.generators), argument)
    expr = value(scope, argument)
    item = item_type(type_of(expr))
    if item is None or parameter.item is None:
        scope.refuse(
            argument,
            f"'{shown(argument)}' is no collection, but {what} is one",
            "give a set, sequence or list",
        )
        raise Skip
    if item != parameter.item and loose(item) != loose(parameter.item):
        coerced(scope, ir.Local("element", item), parameter.item, argument, f"an element of {what}")
    return expr


def evaluated_in_order(
    scope: Scope, node: ast.Call, given: list[tuple[str, ir.Expr]]
) -> tuple[Once, tuple[ir.Expr, ...]]:
    """The arguments in the order of the parameters, evaluated in the order of the call."""
    once = Once(scope)
    written = [*[name for name, _ in given[: len(node.args)]], *(word.arg or "" for word in node.keywords)]
    parts = dict(given)
    in_order = [name for name, _ in given if name in written]
    if written != in_order and sum(not is_total(parts[name]) for name in written) > 1:
        for name in written:
            parts[name] = once.atom(parts[name], name)
    return once, tuple(parts[name] for name, _ in given)
