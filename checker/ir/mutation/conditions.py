"""Conditions that are left out, and comparisons that are off by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import binders_of, walk
from checker.ir.mutation.chains import Chains, without_unread_names
from checker.ir.mutation.loosening import Unloosened, loosened
from checker.ir.mutation.mutant import Code, Edit, How, Mutant, Operator
from checker.ir.mutation.sites import blocks, expressions
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    Type,
    UnionType,
)


def dropped_conditions(code: Code, messages: frozenset[str]) -> Iterator[Mutant]:
    """Each guard, each side of an `and` and each filter of a comprehension, left out.

    Args:
        messages: the records that are sent; see `message_records`.
    """
    chains = Chains(code)
    yield from _dropped_statements(code, messages, chains)
    for expr, put in expressions(code):
        if isinstance(expr, ir.And):
            for index, item in enumerate(expr.items):
                if chains.is_rest(item) or chains.is_chain(item):
                    continue  # each comparison of it is left out
                rest = (*expr.items[:index], *expr.items[index + 1 :])
                fewer = put(rest[0] if len(rest) == 1 else replace(expr, items=rest))
                side = chains.side(item)
                if side is None:
                    edit = Edit(span_of(item), How.CONDITION, index=index, within=expr.span)
                else:
                    fewer = without_unread_names(fewer, expr.span)
                    edit = Edit(expr.span, How.SIDE, index=side)
                yield from _without(item, fewer, messages, edit)
        for index, binder in enumerate(binders_of(expr)):
            for number, item in enumerate(binder.filters):
                filters = (*binder.filters[:number], *binder.filters[number + 1 :])
                edit = Edit(span_of(item), How.CONDITION)
                yield from _without(item, put(_with_filters(expr, index, filters)), messages, edit)


def _dropped_statements(code: Code, messages: frozenset[str], chains: Chains) -> Iterator[Mutant]:
    drawn = [(one.name, one.source) for one in code.parameters]
    for body, put in blocks(code):
        for index, statement in enumerate(body):
            before, after = body[:index], body[index + 1 :]
            match statement:
                case ir.Require(ir.And()) | ir.If(ir.And()):
                    pass  # each side of it is left out
                case ir.Require(condition) | ir.If(condition) if chains.is_chain(condition):
                    pass  # or each comparison of it
                case ir.Require(ir.Contains(ir.Local(name), source)) if (name, source) in drawn:
                    pass  # the parameter is drawn from there all the same
                case ir.Require(condition):
                    edit = Edit(statement.span, How.GUARD)
                    yield from _without(condition, put((*before, *after)), messages, edit)
                case ir.If(condition):
                    always = replace(statement, condition=ir.BoolLit(True, span=condition.span))
                    edit = Edit(statement.span, How.TEST)
                    yield from _without(condition, put((*before, always, *after)), messages, edit)
                case _:
                    pass


def _without(condition: ir.Expr, code: Code, messages: frozenset[str], edit: Edit) -> Iterator[Mutant]:
    checks = any(_is_field_of_message(node, messages) for node in walk(condition))
    operator = Operator.DROP_FIELD_CHECK if checks else Operator.DROP_GUARD
    span = edit.within if isinstance(condition, ir.Local) and edit.within.file else edit.span
    try:
        yield Mutant(operator, loosened(code, condition), span, (edit,))
    except Unloosened:
        return


def _is_field_of_message(expr: ir.Expr, messages: frozenset[str]) -> bool:
    if not isinstance(expr, ir.Field):
        return False
    held = expr.item
    while isinstance(held, ir.Narrow | ir.Widen):
        held = held.value
    return isinstance(held, ir.Local) and bool(_records(held.type) & messages)


def _with_filters(expr: ir.Expr, index: int, filters: tuple[ir.Expr, ...]) -> ir.Expr:
    match expr:
        case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild():
            binders = list(expr.binders)
            binders[index] = replace(binders[index], filters=filters)
            return replace(expr, binders=tuple(binders))
        case _:
            raise AssertionError("only comprehensions have binders")


def message_records(variables: Iterable[ir.Variable]) -> frozenset[str]:
    """The records that stand in a set, bag or sequence of the state: what is sent, or logged."""
    return frozenset[str]().union(*(_collected(one.type) for one in variables))


def _collected(kind: Type) -> frozenset[str]:
    match kind:
        case SetType(item) | SeqType(item) | BagType(item):
            return _records(item)
        case MapType(value=value) | PartialType(value=value):
            return _collected(value)
        case _:
            return frozenset()


def _records(kind: Type) -> frozenset[str]:
    match kind:
        case OptionType(item):
            return _records(item)
        case RecordType(name):
            return frozenset((name,))
        case UnionType(records):
            return frozenset(one.name for one in records)
        case _:
            return frozenset()


# ------------------------------------------------------------------ comparisons


def moved_comparisons(code: Code) -> Iterator[Mutant]:
    """Each `<` as `<=`, and the other way round, where the source has it."""
    chains, at = Chains(code), Counter[ir.Span]()
    for expr, _ in expressions(code):
        if isinstance(expr, ir.Less | ir.LessEq | ir.Eq):
            at[expr.span] += 1
    for expr, put in expressions(code):
        if not isinstance(expr, ir.Less | ir.LessEq):
            continue
        if isinstance(expr.left, ir.IntLit) and expr.left.span == expr.span:
            continue  # what the source says otherwise: `if votes` is `0 < len(votes)`
        side = chains.side(expr)
        if side is None:  # of tuples there are several, of their items, and no sign says one of them
            side = 0 if at[expr.span] == 1 else at[expr.span]
        other = ir.LessEq if isinstance(expr, ir.Less) else ir.Less
        changed = put(other(expr.left, expr.right, span=expr.span))
        edit = Edit(expr.span, How.COMPARISON, index=side)
        yield Mutant(Operator.COMPARISON, changed, expr.span, (edit,))


def span_of(expr: ir.Expr) -> ir.Span:
    """Where an expression stands in the source: a change of its type has the place of what it is in."""
    while isinstance(expr, ir.Narrow | ir.Widen | ir.Fit):
        expr = expr.value
    return expr.span
