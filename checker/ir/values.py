"""The values of IR types in one scope: domains in order, natural values, comparison, checks of ranges and
capacities."""

from __future__ import annotations

import itertools
import operator
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from checker.ir.partiality import ErrorKind
from checker.ir.types import (
    BagType,
    BoolType,
    Bound,
    Capacity,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortSize,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)
from checker.ir.universe import Universe, Value

Key = Callable[[Value], Any]


class NoNaturalValue(Exception):
    """A variable of this type has no first value: an initial must assign it."""


@dataclass(frozen=True, slots=True)
class Values:
    """Everything about a type's values that depends on the scope."""

    universe: Universe

    def bound(self, bound: Bound | None) -> int | None:
        """An end of a range as a number."""
        return self.universe.param(bound.param) if isinstance(bound, ParamValue) else bound

    def capacity(self, capacity: Capacity | None) -> int | None:
        """A capacity as a number."""
        if isinstance(capacity, SortSize):
            return self.universe.size(capacity.sort)
        return self.bound(capacity)

    # -------------------------------------------------------------- domains

    def domain(self, kind: Type) -> Sequence[Value]:
        """Every value of a finite type in its fixed order: members by number, False before True, enums as
        declared, integers by value, None first, quorums in the order of `combinations`, products
        lexicographically, sets by their sorted elements, unions by record. The order is that of `order_key`,
        quorums excepted."""
        match kind:
            case BoolType():
                return (False, True)
            case IntType(low, high):
                first, last = self.bound(low), self.bound(high)
                assert first is not None, "only a bounded range is enumerated"
                assert last is not None, "only a bounded range is enumerated"
                return range(first, last + 1)
            case EnumType(name):
                return self.universe.enum_values(name)
            case SortType(name):
                return self.universe.members(name)
            case QuorumType(sort):
                return self.universe.quorums(sort.name)
            case OptionType(item):
                return (None, *self.domain(item))
            case TupleType(items):
                return tuple(itertools.product(*(self.domain(item) for item in items)))
            case RecordType(name, fields):
                made = itertools.product(*(self.domain(item) for _, item in fields))
                return tuple(self.universe.make_record(name, values) for values in made)
            case UnionType(records):
                return tuple(value for record in records for value in self.domain(record))
            case SetType(item):
                pool = self.domain(item)
                chosen = (itertools.combinations(pool, size) for size in range(len(pool) + 1))
                return sorted(
                    (frozenset(some) for some in itertools.chain(*chosen)), key=self.order_key(kind)
                )
            case MapType(key, item):
                keys = self.domain(key)
                rows = itertools.product(self.domain(item), repeat=len(keys))
                return tuple(dict(zip(keys, row, strict=True)) for row in rows)
            case PartialType() | SeqType() | BagType() | ListType():
                raise AssertionError(f"{show_type(kind)} is not enumerated")
            case _:
                assert_never(kind)

    def natural(self, kind: Type) -> Value:
        """The value that a variable has at the start when no initial says otherwise."""
        match kind:
            case BoolType():
                return False
            case IntType(low):
                first = self.bound(low)
                if first is None:
                    raise NoNaturalValue(show_type(kind))
                return first
            case EnumType(name):
                return self.universe.enum_values(name)[0]
            case SortType(name, ordered):
                if not ordered:
                    raise NoNaturalValue(name)
                return self.universe.members(name)[0]
            case OptionType():
                return None
            case TupleType(items):
                return tuple(self.natural(item) for item in items)
            case RecordType(name, fields):
                return self.universe.make_record(name, tuple(self.natural(item) for _, item in fields))
            case MapType(key, value):
                return {item: self.natural(value) for item in self.domain(key)}
            case PartialType():
                return {}
            case SetType():
                return frozenset[Value]()
            case SeqType() | ListType():
                return ()
            case BagType():
                return self.universe.bag(())
            case UnionType() | QuorumType():
                raise NoNaturalValue(show_type(kind))
            case _:
                assert_never(kind)

    # -------------------------------------------------------------- order

    def order_key(self, kind: Type) -> Key:
        """A key for a fixed total order of all values of a type. For engines only; a model cannot observe
        it."""
        match kind:
            case BoolType() | IntType():
                return _itself
            case EnumType(name):
                ranks = {value: rank for rank, value in enumerate(self.universe.enum_values(name))}
                return ranks.__getitem__
            case SortType():
                return self.universe.position
            case QuorumType(sort):
                return _sorted_items(self.order_key(sort))
            case OptionType(item):
                return _none_first(self.order_key(item))
            case TupleType(items):
                keys = tuple(self.order_key(item) for item in items)
                return lambda value: tuple(key(part) for key, part in zip(keys, value, strict=True))
            case RecordType() | UnionType():
                return self._record_key(kind)
            case MapType(key, item) | PartialType(key, item):
                pair = self.order_key(TupleType((key, item)))
                return lambda value: sorted(map(pair, value.items()))
            case SeqType(item) | ListType(item, True):
                inner = self.order_key(item)
                return lambda value: tuple(map(inner, value))
            case SetType(item) | BagType(item) | ListType(item, _):
                return _sorted_items(self.order_key(item))
            case _:
                assert_never(kind)

    def _record_key(self, kind: RecordType | UnionType) -> Key:
        records = (kind,) if isinstance(kind, RecordType) else kind.records
        universe = self.universe
        keys = {
            record.name: (rank, tuple((name, self.order_key(item)) for name, item in record.fields))
            for rank, record in enumerate(records)
        }

        def key(value: Value) -> Any:
            rank, fields = keys[universe.record_name(value)]
            return (rank, tuple(inner(universe.field(value, name)) for name, inner in fields))

        return key

    def compare_key(self, kind: Type) -> Key:
        """A key for the order that a model observes through `<`, `min`, `max`, `sorted`: None below every
        member."""
        match kind:
            case BoolType() | IntType():
                return _itself
            case SortType(name, True):
                return self.ranks(name).__getitem__
            case OptionType(item):
                return _none_first(self.compare_key(item))
            case TupleType(items):
                keys = tuple(self.compare_key(item) for item in items)
                return lambda value: tuple(key(part) for key, part in zip(keys, value, strict=True))
            case _:
                raise AssertionError(f"{show_type(kind)} has no order")

    def ranks(self, sort: str) -> dict[Value, int]:
        """The place of each member of a sort."""
        return {member: rank for rank, member in enumerate(self.universe.members(sort))}

    # -------------------------------------------------------------- equality

    def identity(self, kind: Type) -> Callable[[Value], Hashable] | None:
        """None when Python's `==` decides equality at this type; else what to compare instead: a list whose
        order would depend on that of a set is a multiset."""
        match kind:
            case ListType(item, ordered):
                inner = self.identity(item) or _itself
                if ordered:
                    return None if inner is _itself else lambda value: tuple(map(inner, value))
                return lambda value: frozenset(Counter(map(inner, value)).items())
            case OptionType(item):
                inside = self.identity(item)
                return inside and (lambda value: None if value is None else inside(value))
            case TupleType(items):
                parts = [self.identity(item) for item in items]
                if not any(parts):
                    return None
                whole = [part or _itself for part in parts]
                return lambda value: tuple(part(item) for part, item in zip(whole, value, strict=True))
            case _:
                return None

    # -------------------------------------------------------------- stores

    def misfit(self, kind: Type) -> Callable[[Value], ErrorKind | None] | None:
        """What a store at this type finds wrong with a value; None when there is nothing to check."""
        match kind:
            case IntType(low, high):
                return _range_check(self.bound(low), self.bound(high))
            case OptionType(item):
                inner = self.misfit(item)
                return inner and (lambda value: None if value is None else inner(value))
            case SetType(item):
                return _each(self.misfit(item), None)
            case SeqType(item, capacity) | BagType(item, capacity):
                return _each(self.misfit(item), self.capacity(capacity))
            case ListType(item):
                return _each(self.misfit(item), None)
            case TupleType(items):
                checks = [(index, check) for index, item in enumerate(items) if (check := self.misfit(item))]
                return _first([(operator.itemgetter(index), check) for index, check in checks])
            case RecordType() | UnionType():
                return self._record_misfit(kind)
            case MapType(key, value) | PartialType(key, value):
                keys, values = _each(self.misfit(key), None), _each(self.misfit(value), None)
                parts: list[tuple[Key, Callable[[Value], ErrorKind | None]]] = []
                if keys:
                    parts.append((lambda held: held.keys(), keys))
                if values:
                    parts.append((lambda held: held.values(), values))
                return _first(parts)
            case BoolType() | EnumType() | SortType() | QuorumType():
                return None
            case _:
                assert_never(kind)

    def _record_misfit(self, kind: RecordType | UnionType) -> Callable[[Value], ErrorKind | None] | None:
        universe = self.universe
        records = (kind,) if isinstance(kind, RecordType) else kind.records
        checks = {
            record.name: [(name, check) for name, item in record.fields if (check := self.misfit(item))]
            for record in records
        }
        if not any(checks.values()):
            return None

        def check_record(value: Value) -> ErrorKind | None:
            for name, check in checks[universe.record_name(value)]:
                if found := check(universe.field(value, name)):
                    return found
            return None

        return check_record


def _itself(value: Value) -> Any:
    return value


def _none_first(key: Key) -> Key:
    return lambda value: (0,) if value is None else (1, key(value))


def _sorted_items(key: Key) -> Key:
    return lambda value: tuple(sorted(map(key, value)))


def _range_check(low: int | None, high: int | None) -> Callable[[Value], ErrorKind | None] | None:
    if low is None and high is None:
        return None

    def check(value: Value) -> ErrorKind | None:
        outside = (low is not None and value < low) or (high is not None and value > high)
        return ErrorKind.RANGE if outside else None

    return check


def _each(
    check: Callable[[Value], ErrorKind | None] | None, capacity: int | None
) -> Callable[[Value], ErrorKind | None] | None:
    if check is None and capacity is None:
        return None

    def check_all(value: Value) -> ErrorKind | None:
        if check is not None:
            for item in value:
                if found := check(item):
                    return found
        return ErrorKind.CAPACITY if capacity is not None and len(value) > capacity else None

    return check_all


def _first(
    parts: Iterable[tuple[Key, Callable[[Value], ErrorKind | None]]],
) -> Callable[[Value], ErrorKind | None] | None:
    checks = tuple(parts)
    if not checks:
        return None

    def check_all(value: Value) -> ErrorKind | None:
        for part, check in checks:
            if found := check(part(value)):
                return found
        return None

    return check_all
