"""The rules of statements that need no scope: arguments of helpers, writing methods, loops without order."""

from __future__ import annotations

from collections.abc import Mapping

from checker.ir import nodes as ir
from checker.ir.children import free_locals, walk_statements
from checker.ir.type_of import agree, is_ordered_source, item_type, type_of
from checker.ir.types import BagType, IntType, PartialType, SeqType, SetType, Type, show_type
from checker.ir.typing_rules import store_fault


def argument_fault(
    name: str, parameters: tuple[ir.Parameter, ...], arguments: tuple[ir.Expr, ...]
) -> str | None:
    """What is wrong with the arguments of a helper."""
    if len(parameters) != len(arguments):
        return f"{name} takes {len(parameters)} arguments, not {len(arguments)}"
    for parameter, value in zip(parameters, arguments, strict=True):
        if not agree(parameter.type, type_of(value)):
            found = show_type(type_of(value))
            return f"{name} takes {show_type(parameter.type)} as {parameter.name}, not {found}"
    return None


COMMUTING = frozenset((ir.Method.ADD, ir.Method.DISCARD, ir.Method.UPDATE, ir.Method.REMOVE, ir.Method.CLEAR))
"""Methods of which several calls of one kind commute."""


def commuting_fault(
    body: tuple[ir.Statement, ...],
    keyed: frozenset[str],
    outside: frozenset[str],
    procedures: Mapping[str, ir.Procedure],
) -> tuple[str, ir.Span] | None:
    """What in the body of a loop without order does not commute between turns: it may write at the loop's own
    key (the names `keyed` differ from turn to turn), or into sets and bags; no local of `outside` carries
    over."""
    for statement in walk_statements(body):
        match statement:
            case ir.Bind(name) if name in outside:
                return f"{name} carries over a loop without order", statement.span
            case ir.Mutate(_, method) if method in COMMUTING:
                pass
            case ir.Mutate(_, ir.Method.DELETE, (key,)) if _is_own_key(key, keyed):
                pass
            case ir.Assign(place, value) if not place.path and not free_locals(value) - outside:
                pass  # the same value in every turn
            case ir.Assign(place) | ir.Mutate(place):
                if not any(isinstance(step, ir.Key) and _is_own_key(step.key, keyed) for step in place.path):
                    return "a write in a loop without order does not commute", statement.span
            case ir.Perform(name, arguments) if name in procedures:
                pairs = zip(procedures[name].parameters, arguments, strict=False)
                passed = frozenset(parameter.name for parameter, value in pairs if _is_own_key(value, keyed))
                found = commuting_fault(procedures[name].body, passed, frozenset(), procedures)
                if found is not None:
                    return found
            case _:
                pass
    return None


def _is_own_key(key: ir.Expr, keyed: frozenset[str]) -> bool:
    """Whether different turns of a loop have different keys."""
    match key:
        case ir.Local(name):
            return name in keyed
        case ir.TupleItem(ir.Local(name), 0):
            return name in keyed
        case ir.MakeTuple(items) | ir.MakeRecord(_, items):
            return any(_is_own_key(item, keyed) for item in items)
        case ir.Widen(value) | ir.Narrow(value) | ir.Fit(value):
            return _is_own_key(value, keyed)
        case _:
            return False


METHODS: Mapping[ir.Method, tuple[type[Type], ...]] = {
    ir.Method.ADD: (SetType, BagType),
    ir.Method.DISCARD: (SetType,),
    ir.Method.REMOVE: (SetType, BagType),
    ir.Method.APPEND: (SeqType,),
    ir.Method.EXTEND: (SeqType,),
    ir.Method.TRUNCATE: (SeqType,),
    ir.Method.DELETE: (PartialType,),
    ir.Method.CLEAR: (SetType, SeqType, BagType, PartialType),
    ir.Method.UPDATE: (SetType,),
}
"""The collections that each writing method changes."""


def mutation_fault(statement: ir.Mutate) -> str | None:
    """What is wrong with a writing method, its collection or its arguments."""
    kind, method, arguments = statement.place.type, statement.method, statement.arguments
    if not isinstance(kind, METHODS[method]):
        return f"{show_type(kind)} has no {method.value}"
    if len(arguments) != (0 if method is ir.Method.CLEAR else 1):
        return f"{method.value} has {len(arguments)} arguments"
    if not arguments:
        return None
    (argument,) = arguments
    found, item = type_of(argument), item_type(kind)
    assert item is not None, "methods change collections"
    match method:
        case ir.Method.ADD | ir.Method.APPEND:
            return store_fault(argument, item, method.value)
        case ir.Method.TRUNCATE:
            return None if isinstance(found, IntType) else "a length is an integer"
        case ir.Method.EXTEND | ir.Method.UPDATE:
            inner = item_type(found)
            if inner is None or (method is ir.Method.EXTEND and not is_ordered_source(found)):
                return f"{method.value} takes a collection, not {show_type(found)}"
            return store_fault(ir.Local("element", inner), item, method.value)
        case _:
            return (
                None
                if agree(found, item)
                else f"{method.value} takes {show_type(item)}, not {show_type(found)}"
            )
