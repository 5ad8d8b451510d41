"""A scope as the engine sees it: sizes, parameters, and the values of finite types as *forms*.

A form is a hashable plain value: a truth, an integer, the position of a member of a sort or enum, None, a
tuple of forms (tuples, fields of a record, elements of a sequence, values of a total map in the order of its
keys), the pair of a record's name and its fields (a member of a union), a frozenset of forms (sets, quorums),
a frozenset of pairs (partial maps: key and value; bags: element and count).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

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

Form = Any
"""A hashable plain value, as above; its type says which."""


class TooMany(Exception):
    """A type has more values than can be listed.

    Attributes:
        kind: the type.
    """

    def __init__(self, kind: Type) -> None:
        super().__init__(show_type(kind))
        self.kind = kind


@dataclass(frozen=True)
class Sizes:
    """The members of each sort, the values of the parameters."""

    sorts: Mapping[str, int]
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    _domains: dict[Type, tuple[Form, ...]] = field(
        default_factory=dict[Type, "tuple[Form, ...]"], compare=False, repr=False
    )

    def bound(self, bound: Bound | None) -> int | None:
        """An end of a range as a number."""
        return self.params[bound.param] if isinstance(bound, ParamValue) else bound

    def capacity(self, capacity: Capacity | None) -> int | None:
        """A capacity as a number."""
        return self.sorts[capacity.sort] if isinstance(capacity, SortSize) else self.bound(capacity)

    def quorum_size(self, sort: str) -> int:
        """The members of a minimal majority."""
        return self.sorts[sort] // 2 + 1

    def count(self, kind: Type) -> int | float:
        """How many values a type has; infinity where it has no bound."""
        match kind:
            case BoolType():
                return 2
            case IntType(low, high):
                first, last = self.bound(low), self.bound(high)
                return math.inf if first is None or last is None else max(0, last - first + 1)
            case EnumType(_, members):
                return len(members)
            case SortType(name):
                return self.sorts[name]
            case QuorumType(sort):
                return math.comb(self.sorts[sort.name], self.quorum_size(sort.name))
            case OptionType(item):
                return 1 + self.count(item)
            case TupleType(items):
                return math.prod(self.count(item) for item in items)
            case RecordType(_, fields):
                return math.prod(self.count(item) for _, item in fields)
            case UnionType(records):
                return sum(self.count(record) for record in records)
            case SetType(item):
                return _power(2, self.count(item))
            case MapType(key, value):
                return _power(self.count(value), self.count(key))
            case PartialType(key, value):
                return _power(1 + self.count(value), self.count(key))
            case SeqType(item, capacity):
                most, pool = self.capacity(capacity), self.count(item)
                return math.inf if most is None else sum(_power(pool, size) for size in range(most + 1))
            case BagType(item, capacity):
                most, pool = self.capacity(capacity), self.count(item)
                if most is None or math.isinf(pool):
                    return math.inf
                return sum(math.comb(int(pool) + size - 1, size) for size in range(most + 1))
            case ListType():
                return math.inf
            case _:
                assert_never(kind)

    def domain(self, kind: Type, most: int) -> tuple[Form, ...]:
        """The forms of all values of a type, in the order of `checker.ir.values`.

        Raises:
            TooMany: there are more than `most`.
        """
        known = self._domains.get(kind)
        if known is None:
            if self.count(kind) > most:
                raise TooMany(kind)
            known = self._domains[kind] = tuple(self._listed(kind, most))
        return known

    def _listed(self, kind: Type, most: int) -> Iterator[Form]:
        def of(item: Type) -> tuple[Form, ...]:
            return self.domain(item, most)

        match kind:
            case BoolType():
                yield from (False, True)
            case IntType(low, high):
                first, last = self.bound(low), self.bound(high)
                assert first is not None, "counted before"
                assert last is not None, "counted before"
                yield from range(first, last + 1)
            case EnumType(_, members):
                yield from range(len(members))
            case SortType(name):
                yield from range(self.sorts[name])
            case QuorumType(sort):
                chosen = itertools.combinations(of(sort), self.quorum_size(sort.name))
                yield from (frozenset(some) for some in chosen)
            case OptionType(item):
                yield from (None, *of(item))
            case TupleType(items):
                yield from itertools.product(*(of(item) for item in items))
            case RecordType(_, fields):
                yield from itertools.product(*(of(item) for _, item in fields))
            case UnionType(records):
                yield from ((record.name, form) for record in records for form in of(record))
            case SetType(item):
                pool = of(item)
                for size in range(len(pool) + 1):
                    yield from (frozenset(some) for some in itertools.combinations(pool, size))
            case MapType(key, value):
                yield from itertools.product(of(value), repeat=len(of(key)))
            case PartialType(key, value):
                rows = itertools.product((_ABSENT, *of(value)), repeat=len(of(key)))
                for row in rows:
                    pairs = zip(of(key), row, strict=True)
                    yield frozenset((name, item) for name, item in pairs if item is not _ABSENT)
            case SeqType(item, capacity):
                for size in range((self.capacity(capacity) or 0) + 1):
                    yield from itertools.product(of(item), repeat=size)
            case BagType(item, capacity):
                for size in range((self.capacity(capacity) or 0) + 1):
                    for some in itertools.combinations_with_replacement(of(item), size):
                        yield frozenset((form, some.count(form)) for form in some)
            case ListType():
                raise TooMany(kind)
            case _:
                assert_never(kind)


_ABSENT: Hashable = object()


def _power(base: int | float, exponent: int | float) -> int | float:
    """A power, as far as it makes a difference here."""
    if base <= 1 or exponent == 0:
        return 1 if exponent == 0 else base
    return math.inf if exponent > 64 or math.isinf(base) else base**exponent
