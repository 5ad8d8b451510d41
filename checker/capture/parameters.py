"""Parameters of actions and @initial methods: enumerated, or drawn from the collection of a leading
`require(p in c)`."""

from __future__ import annotations

import ast
from types import FunctionType

from checker.capture.problems import Skip
from checker.capture.scope import Broken, Scope
from checker.capture.signatures import hints_of
from checker.capture.type_relations import records_of
from checker.capture.values import collection, show, shown
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.language.bindings import drawing, drawn_parameters
from checker.language.errors import FormError
from checker.language.forms import resolve


def is_scalar(kind: Type) -> bool:
    """Whether a parameter of this type is always enumerated, as the language decides it."""
    return isinstance(kind, BoolType | IntType | EnumType | SortType | QuorumType)


def is_enumerable(kind: Type) -> bool:
    """Whether a parameter of this type may be enumerated: small values, and combinations of them."""
    match kind:
        case OptionType(item) | SetType(item):
            return is_enumerable(item)
        case TupleType(items):
            return all(is_enumerable(item) for item in items)
        case MapType(key, value):
            return is_enumerable(key) and is_enumerable(value)
        case _:
            return is_scalar(kind)


def step_parameters(
    scope: Scope, function: FunctionType, definition: ast.FunctionDef
) -> tuple[ir.Parameter, ...]:
    """The parameters of a step, bound in its scope. One with a problem is bound as broken by the caller.

    Raises:
        Skip: a parameter has a problem.
    """
    hints = hints_of(scope, function, scope.source, definition)
    arguments = definition.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
        scope.refuse(
            definition,
            f"'{function.__name__}' has defaults or takes any number of arguments",
            "name each parameter: x: T",
        )
    drawn = {one.name for one in drawn_parameters(function)}
    made: list[ir.Parameter] = []
    failed = False
    for argument in [*arguments.posonlyargs, *arguments.args][1:]:
        try:
            made.append(_parameter(scope, definition, argument, hints, drawn))
        except Skip:
            scope.bind(argument.arg, Broken())
            failed = True
    if failed:
        raise Skip
    return tuple(made)


def _parameter(
    scope: Scope, definition: ast.FunctionDef, argument: ast.arg, hints: dict[str, object], drawn: set[str]
) -> ir.Parameter:
    name = argument.arg
    if name not in hints:
        scope.refuse(
            argument, f"the parameter '{name}' of '{definition.name}' has no type", f"write {name}: T"
        )
    try:
        kind = scope.program.types.of(resolve(hints[name]))
    except FormError as error:
        scope.refuse(argument, f"{name}: {error.fact}" if name not in error.fact else error.fact, error.fix)
    span = scope.span(argument)
    local = scope.fresh(name)
    assert local == name, "parameters are the first names"
    source: ir.Expr | None = None
    if name in drawn and not is_scalar(kind):
        source = _source(scope, definition, argument, name, kind)
    elif not is_enumerable(kind):
        message = f"'{shown(argument)}' has too many values to try them all"
        scope.bind(name, ir.Local(name, kind, span=span))
        held = _holder(scope, kind)
        scope.report(argument, message, f"begin with require({name} in self.{held}), from which it is drawn")
    scope.bind(name, ir.Local(name, kind, span=span))
    return ir.Parameter(name, kind, source, span=span)


def _holder(scope: Scope, kind: Type) -> str:
    """A variable that holds values of a type, for messages."""
    for name, held in scope.program.variables.items():
        if isinstance(held, Broken | MapType | PartialType):
            continue
        item = item_type(held)
        if item is not None and (item == kind or set(records_of(item)) & set(records_of(kind))):
            return name
    return "network"


def _source(scope: Scope, definition: ast.FunctionDef, argument: ast.arg, name: str, kind: Type) -> ir.Expr:
    """The collection of the leading require, as far as its elements are of the parameter's type."""
    held: ast.expr | None = None
    for statement in definition.body:
        found = drawing(statement)
        if found is not None and found[0] == name:
            held = found[1]
            break
    assert held is not None, "the language found it"
    inner = scope.inner()
    inner.assigned = frozenset()
    expr, item = collection(inner, held)
    mine, theirs = records_of(kind), records_of(item)
    if mine and theirs:
        names = tuple(one.name for one in mine if one in theirs)
        if not names:
            scope.refuse(
                argument,
                f"'{shown(held)}' holds {show(item)}, and never {show(kind)}",
                f"draw '{name}' from what holds it",
            )
        if len(names) < len(theirs):
            if isinstance(type_of(expr), SetType):
                whole: RecordType | UnionType = kind if isinstance(kind, RecordType | UnionType) else mine[0]
                return ir.SetOfKind(expr, names, SetType(whole), span=expr.span)
            return _chosen(inner, expr, item, names, kind)
    elif item_type(type_of(expr)) is None or show(item) != show(kind):
        scope.refuse(
            argument,
            f"'{shown(held)}' holds {show(item)}, and never {show(kind)}",
            f"draw '{name}' from what holds it",
        )
    return expr


def _chosen(scope: Scope, expr: ir.Expr, item: Type, names: tuple[str, ...], kind: Type) -> ir.Expr:
    """The elements of a sequence or bag that are of the parameter's type."""
    name = scope.fresh("drawn")
    local = ir.Local(name, item, span=expr.span)
    binder = ir.Binder(name, item, expr, (ir.IsVariant(local, names, span=expr.span),), span=expr.span)
    return ir.Build(SetType(kind), (binder,), ir.Narrow(local, kind, span=expr.span), span=expr.span)
