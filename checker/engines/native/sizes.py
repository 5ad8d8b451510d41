"""How many values a type has in a scope. Types are *resolved* first: every bound and capacity a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

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
)

HUGE = 1 << 256
"""Stands for every number of values that is too large to compute with."""


@dataclass(frozen=True)
class Sizes:
    """A scope: the members of each sort, the value of each parameter."""

    sorts: Mapping[str, int]
    params: Mapping[str, int] = field(default_factory=dict[str, int])

    _known: dict[Type, int | None] = field(
        default_factory=dict[Type, "int | None"], compare=False, repr=False
    )

    # -------------------------------------------------------------- numbers for names

    def bound(self, bound: Bound | None) -> int | None:
        """An end of a range as a number."""
        return self.params[bound.param] if isinstance(bound, ParamValue) else bound

    def capacity(self, capacity: Capacity | None) -> int | None:
        """A capacity as a number."""
        return self.sorts[capacity.sort] if isinstance(capacity, SortSize) else self.bound(capacity)

    def resolve(self, kind: Type) -> Type:
        """The type with every bound and capacity as a number."""
        of = self.resolve
        match kind:
            case BoolType() | EnumType() | SortType() | QuorumType():
                return kind
            case IntType(low, high):
                return IntType(self.bound(low), self.bound(high))
            case RecordType():
                return self._record(kind)
            case UnionType(records):
                return UnionType(tuple(self._record(record) for record in records))
            case OptionType(item):
                return OptionType(of(item))
            case TupleType(items):
                return TupleType(tuple(of(item) for item in items))
            case MapType(key, value):
                return MapType(of(key), of(value))
            case PartialType(key, value):
                return PartialType(of(key), of(value))
            case SetType(item):
                return SetType(of(item))
            case SeqType(item, capacity):
                return SeqType(of(item), self.capacity(capacity))
            case BagType(item, capacity):
                return BagType(of(item), self.capacity(capacity))
            case ListType(item, ordered):
                return ListType(of(item), ordered)
            case _:
                assert_never(kind)

    def _record(self, kind: RecordType) -> RecordType:
        return RecordType(kind.name, tuple((name, self.resolve(item)) for name, item in kind.fields))

    def quorum_size(self, sort: str) -> int:
        """How many members make a minimal majority."""
        return self.sorts[sort] // 2 + 1

    # -------------------------------------------------------------- cardinality

    def cardinality(self, kind: Type) -> int | None:
        """How many values a resolved type has; None when there is no bound, HUGE when the number is too
        large."""
        if kind not in self._known:
            self._known[kind] = self._cardinality(kind)
        return self._known[kind]

    def _cardinality(self, kind: Type) -> int | None:
        of = self.cardinality
        match kind:
            case BoolType():
                return 2
            case IntType(int(low), int(high)):
                return max(high - low + 1, 0)
            case EnumType(_, members):
                return len(members)
            case SortType(name):
                return self.sorts[name]
            case QuorumType(sort):
                return math.comb(self.sorts[sort.name], self.quorum_size(sort.name))
            case RecordType(_, fields):
                return _product([of(item) for _, item in fields])
            case UnionType(records):
                return _sum([of(record) for record in records])
            case OptionType(item):
                return _sum([1, of(item)])
            case TupleType(items):
                return _product([of(item) for item in items])
            case MapType(key, value):
                return _power(of(value), of(key))
            case PartialType(key, value):
                return _power(_sum([1, of(value)]), of(key))
            case SetType(item):
                return _power(2, of(item))
            case SeqType(item, int(capacity)):
                return sequences(of(item), capacity)
            case BagType(item, int(capacity)):
                count = of(item)
                return None if count is None else _huge(multisets(count, capacity))
            case IntType() | SeqType() | BagType() | ListType():
                return None
            case _:
                assert_never(kind)


def sequences(items: int | None, capacity: int) -> int | None:
    """How many sequences of at most `capacity` elements there are."""
    if items is None:
        return None
    total = 0
    for _ in range(capacity + 1):
        total = min(1 + items * total, HUGE)
    return total


def multisets(items: int, capacity: int) -> int:
    """How many multisets of at most `capacity` elements there are."""
    return HUGE if items >= HUGE else math.comb(items + capacity, capacity)


def _huge(count: int) -> int:
    return min(count, HUGE)


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return _huge(sum(known)) if len(known) == len(counts) else None


def _product(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return _huge(math.prod(known)) if len(known) == len(counts) else None


def _power(base: int | None, exponent: int | None) -> int | None:
    if base is None or exponent is None:
        return None
    return HUGE if base > 1 and exponent > 256 else _huge(base**exponent)


def bits(count: int) -> int:
    """The bits that tell `count` values apart."""
    return max(count - 1, 0).bit_length()
