"""Closures for collections: maps, sets, sequences, bags, lists, domains."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import item_type, type_of
from checker.ir.types import BagType, OptionType, QuorumType, SetType, Type
from checker.ir.unit import Code, EvaluationError, Frame, Unit
from checker.ir.universe import Value


def compile_collection(unit: Unit, expr: ir.Expr) -> Code:
    """The closure of an expression that makes or reads a collection."""
    match expr:
        case ir.MapGet() | ir.MapGetOr() | ir.MapLit() | ir.MapView():
            return _compile_map(unit, expr)
        case ir.Contains(item, collection):
            held, inside = unit.code(item), iterated(unit, collection)
            return lambda frame: held(frame) in inside(frame)
        case ir.Subset(left, right, strict):
            return _binary(operator.lt if strict else operator.le, unit.code(left), unit.code(right))
        case ir.SetOp(op, left, right):
            combine = _SET_OPERATIONS[op]
            a, b = unit.code(left), unit.code(right)
            return lambda frame: combine(frozenset(a(frame)), frozenset(b(frame)))
        case ir.SetLit(_, items):
            codes = tuple(unit.code(item) for item in items)
            return lambda frame: frozenset([code(frame) for code in codes])
        case ir.SetOfKind(held, records):
            return _of_kind(unit, unit.code(held), frozenset(records))
        case ir.Convert():
            return _convert(unit, expr)
        case ir.Size(collection):
            measured = iterated(unit, collection)
            return lambda frame: len(measured(frame))
        case ir.BagCount(bag, item):
            counted, wanted = unit.code(bag), unit.code(item)
            return lambda frame: counted(frame).count(wanted(frame))
        case ir.Majority(acks, members):
            given, whole = unit.code(acks), unit.code(members)
            return lambda frame: _is_majority(frozenset(given(frame)), frozenset(whole(frame)))
        case ir.Domain() | ir.IntRange():
            made = iterated(unit, expr)
            return lambda frame: tuple(made(frame))
        case _:
            return _compile_sequence(unit, expr)


def _binary(operation: Callable[[Any, Any], Value], left: Code, right: Code) -> Code:
    return lambda frame: operation(left(frame), right(frame))


_SET_OPERATIONS: dict[ir.SetOperator, Callable[[frozenset[Value], frozenset[Value]], frozenset[Value]]] = {
    ir.SetOperator.UNION: lambda left, right: left | right,
    ir.SetOperator.INTERSECTION: lambda left, right: left & right,
    ir.SetOperator.DIFFERENCE: lambda left, right: left - right,
    ir.SetOperator.SYMMETRIC_DIFFERENCE: lambda left, right: left ^ right,
}


def iterated(unit: Unit, collection: ir.Expr) -> Code:
    """A collection that is only iterated, measured or searched: domains once, ranges without their
    elements."""
    match collection:
        case ir.Domain(item):
            domain = unit.library.values.domain(item)
            return lambda frame: domain
        case ir.IntRange(start, stop):
            first, end = unit.code(start), unit.code(stop)
            return lambda frame: range(first(frame), end(frame))
        case _:
            return unit.code(collection)


def _is_majority(acks: frozenset[Value], members: frozenset[Value]) -> bool:
    return 2 * len(acks & members) > len(members)


def _of_kind(unit: Unit, held: Code, records: frozenset[str]) -> Code:
    record_name = unit.library.universe.record_name
    return lambda frame: frozenset([item for item in held(frame) if record_name(item) in records])


# ------------------------------------------------------------------ maps


def _compile_map(unit: Unit, expr: ir.MapGet | ir.MapGetOr | ir.MapLit | ir.MapView) -> Code:
    match expr:
        case ir.MapGet(held, key):
            return _map_get(unit.code(held), unit.code(key), expr.span)
        case ir.MapGetOr(held, key, default):
            return _map_get_or(unit.code(held), unit.code(key), unit.code(default))
        case ir.MapLit(_, pairs):
            codes = tuple((unit.code(key), unit.code(value)) for key, value in pairs)
            return lambda frame: {key(frame): value(frame) for key, value in codes}
        case ir.MapView(held, part):
            viewed, view = unit.code(held), operator.methodcaller(part.value)
            return lambda frame: tuple(view(viewed(frame)))


def _map_get(held: Code, key: Code, span: ir.Span) -> Code:
    def get(frame: Frame) -> Value:
        entries = held(frame)
        wanted = key(frame)
        if wanted not in entries:
            raise EvaluationError(ErrorKind.MISSING_KEY, span)
        return entries[wanted]

    return get


def _map_get_or(held: Code, key: Code, default: Code) -> Code:
    def get(frame: Frame) -> Value:
        entries, wanted = held(frame), key(frame)
        otherwise = default(frame)
        return entries.get(wanted, otherwise)

    return get


# ------------------------------------------------------------------ conversions


def _convert(unit: Unit, expr: ir.Convert) -> Code:
    value, library = iterated(unit, expr.value), unit.library
    if expr.sort:
        item = item_type(type_of(expr.value))
        assert item is not None, "only collections are sorted"
        return _sorted(unit, value, item, expr.span)
    match expr.type:
        case SetType() | QuorumType():
            return lambda frame: frozenset(value(frame))
        case BagType():
            return lambda frame: library.universe.bag(value(frame))
        case _:
            return lambda frame: tuple(value(frame))


def _sorted(unit: Unit, value: Code, item: Type, span: ir.Span) -> Code:
    key, optional = unit.library.values.compare_key(item), isinstance(item, OptionType)

    def sort(frame: Frame) -> Value:
        items = list(value(frame))
        if optional and items.count(None) > 1:
            raise EvaluationError(ErrorKind.COMPARE_NONE, span)
        return tuple(sorted(items, key=key))

    return sort


def make_collection(unit: Unit, kind: Type) -> Callable[[list[Value]], Value]:
    """How a list of elements becomes a collection of a type."""
    match kind:
        case SetType() | QuorumType():
            return frozenset
        case BagType():
            return unit.library.universe.bag
        case _:
            return tuple


# ------------------------------------------------------------------ sequences


def _compile_sequence(unit: Unit, expr: ir.Expr) -> Code:
    match expr:
        case ir.SeqLit(kind, items):
            codes, make = tuple(unit.code(item) for item in items), make_collection(unit, kind)
            return lambda frame: make([code(frame) for code in codes])
        case ir.SeqAt(seq, index):
            return _seq_at(unit.code(seq), unit.code(index), expr.span)
        case ir.SeqLast(seq):
            return _seq_last(unit.code(seq), expr.span)
        case ir.SeqSlice(seq, start, stop):
            ends = [None if end is None else unit.code(end) for end in (start, stop)]
            return _seq_slice(unit.code(seq), ends[0], ends[1], expr.span)
        case ir.SeqConcat(left, right, kind):
            a, b, make = unit.code(left), unit.code(right), make_collection(unit, kind)
            return lambda frame: make([*a(frame), *b(frame)])
        case ir.IsPrefix(left, right):
            return _is_prefix(unit.code(left), unit.code(right))
        case ir.Enumerate(seq, start):
            held, first = iterated(unit, seq), unit.code(start)
            return lambda frame: _enumerated(held(frame), first(frame))
        case ir.Zip(left, right):
            a, b = iterated(unit, left), iterated(unit, right)
            return lambda frame: tuple(zip(a(frame), b(frame), strict=False))
        case ir.Reversed(seq):
            held = unit.code(seq)
            return lambda frame: tuple(held(frame))[::-1]
        case _:
            raise AssertionError(f"{type(expr).__name__} is no expression of a collection")


def _enumerated(items: Iterable[Value], first: int) -> tuple[tuple[int, Value], ...]:
    return tuple(enumerate(items, first))


def _seq_at(seq: Code, index: Code, span: ir.Span) -> Code:
    def at(frame: Frame) -> Value:
        items, place = seq(frame), index(frame)
        if not 0 <= place < len(items):
            raise EvaluationError(ErrorKind.INDEX, span)
        return items[place]

    return at


def _seq_last(seq: Code, span: ir.Span) -> Code:
    def last(frame: Frame) -> Value:
        items = seq(frame)
        if not items:
            raise EvaluationError(ErrorKind.INDEX, span)
        return items[-1]

    return last


def _seq_slice(seq: Code, start: Code | None, stop: Code | None, span: ir.Span) -> Code:
    def cut(frame: Frame) -> Value:
        items = tuple(seq(frame))
        first = 0 if start is None else start(frame)
        end = len(items) if stop is None else stop(frame)
        if first < 0 or end < 0:
            raise EvaluationError(ErrorKind.INDEX, span)
        return items[first:end]

    return cut


def _is_prefix(left: Code, right: Code) -> Code:
    def is_prefix(frame: Frame) -> bool:
        a, b = tuple(left(frame)), tuple(right(frame))
        return b[: len(a)] == a

    return is_prefix
