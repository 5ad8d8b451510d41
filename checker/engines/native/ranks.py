"""The dense rank of each value of a resolved type, from 0: ranks order values as `Values.order_key` does.

| type              | rank                                                                                   |
|-------------------|----------------------------------------------------------------------------------------|
| bool, enum, sort  | the position                                                                           |
| integer           | the value minus the least                                                              |
| quorum            | the position in `itertools.combinations`                                               |
| option            | None is 0, a value 1 + its rank                                                        |
| record, tuple     | mixed radix, the first part most significant                                           |
| union             | the rank in the record plus the sizes of the records before                            |
| total map         | mixed radix over the keys                                                              |
| sequence          | preorder: a prefix before what it is a prefix of                                       |
| set, partial map, bag | preorder of the sorted elements (pairs)                                            |
"""

from __future__ import annotations

from typing import Any, assert_never

from checker.engines.native.sizes import HUGE, Sizes, multisets, sequences
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)
from checker.ir.universe import Universe, Value


class Ranks:
    """Ranks of run-time values and values of ranks, in one universe."""

    def __init__(self, universe: Universe, sizes: Sizes) -> None:
        self.universe = universe
        self.sizes = sizes
        self._quorums: dict[str, dict[Value, int]] = {}

    def count(self, kind: Type) -> int:
        """The cardinality of a type that has one."""
        count = self.sizes.cardinality(kind)
        assert count is not None, f"{show_type(kind)} has no bound"
        assert count < HUGE, f"{show_type(kind)} has no ranks"
        return count

    # -------------------------------------------------------------- value to rank

    def rank(self, kind: Type, value: Value) -> int:
        """The rank of a value of a resolved type."""
        match kind:
            case BoolType():
                return int(value)
            case IntType(int(low)):
                return int(value) - low
            case EnumType(name):
                return list(self.universe.enum_values(name)).index(value)
            case SortType():
                return self.universe.position(value)
            case QuorumType(sort):
                return self._quorum_ranks(sort.name)[frozenset(value)]
            case OptionType(item):
                return 0 if value is None else 1 + self.rank(item, value)
            case RecordType(_, fields):
                return self._mixed([(item, self.universe.field(value, name)) for name, item in fields])
            case UnionType(records):
                return self._union_rank(records, value)
            case TupleType(items):
                return self._mixed(list(zip(items, value, strict=True)))
            case MapType(key, item):
                return self._mixed([(item, value[self.value(key, rank)]) for rank in range(self.count(key))])
            case SetType(item):
                return self._sparse_rank(self.count(item), 1, {self.rank(item, one): 0 for one in value})
            case PartialType(key, item):
                entries = {self.rank(key, one): self.rank(item, held) for one, held in value.items()}
                return self._sparse_rank(self.count(key), self.count(item), entries)
            case SeqType(item, int(capacity)):
                return self._sequence_rank(item, capacity, value)
            case BagType(item, int(capacity)):
                return self._bag_rank(
                    self.count(item), capacity, sorted(self.rank(item, one) for one in value)
                )
            case IntType() | SeqType() | BagType() | ListType():
                raise AssertionError(f"{show_type(kind)} has no ranks")
            case _:
                assert_never(kind)

    def _quorum_ranks(self, sort: str) -> dict[Value, int]:
        if sort not in self._quorums:
            self._quorums[sort] = {frozenset(q): rank for rank, q in enumerate(self.universe.quorums(sort))}
        return self._quorums[sort]

    def _mixed(self, parts: list[tuple[Type, Value]]) -> int:
        total = 0
        for kind, value in parts:
            total = total * self.count(kind) + self.rank(kind, value)
        return total

    def _union_rank(self, records: tuple[RecordType, ...], value: Value) -> int:
        name, before = self.universe.record_name(value), 0
        for record in records:
            if record.name == name:
                return before + self.rank(record, value)
            before += self.count(record)
        raise AssertionError(f"{name} is none of the union's records")

    def _sequence_rank(self, item: Type, capacity: int, value: Value) -> int:
        count, total = self.count(item), 0
        for place, one in enumerate(value):
            below = sequences(count, capacity - place - 1)
            assert below is not None
            total += 1 + self.rank(item, one) * below
        return total

    def _sparse_rank(self, keys: int, values: int, entries: dict[int, int]) -> int:
        total, left = 0, len(entries)
        for key in range(keys):
            if left == 0:
                break
            below = (values + 1) ** (keys - key - 1)
            if key in entries:
                total += 1 + entries[key] * below
                left -= 1
            else:
                # Here all with this key come first; the empty one was counted by the key before.
                total += values * below
        return total

    def _bag_rank(self, items: int, capacity: int, ranks: list[int]) -> int:
        total, least = 0, 0
        for used, rank in enumerate(ranks):
            total += 1 + sum(multisets(items - one, capacity - used - 1) for one in range(least, rank))
            least = rank
        return total

    # -------------------------------------------------------------- rank to value

    def value(self, kind: Type, rank: int) -> Value:
        """The value with a rank."""
        match kind:
            case BoolType():
                return bool(rank)
            case IntType(int(low)):
                return low + rank
            case EnumType(name):
                return self.universe.enum_values(name)[rank]
            case SortType(name):
                return self.universe.members(name)[rank]
            case QuorumType(sort):
                return self.universe.quorums(sort.name)[rank]
            case OptionType(item):
                return None if rank == 0 else self.value(item, rank - 1)
            case RecordType(name, fields):
                return self.universe.make_record(
                    name, tuple(self._digits([item for _, item in fields], rank))
                )
            case UnionType(records):
                for record in records:
                    if rank < self.count(record):
                        return self.value(record, rank)
                    rank -= self.count(record)
                raise AssertionError("the rank is past the last record")
            case TupleType(items):
                return tuple(self._digits(list(items), rank))
            case MapType(key, item):
                keys = [self.value(key, one) for one in range(self.count(key))]
                return dict(zip(keys, self._digits([item] * len(keys), rank), strict=True))
            case SetType(item):
                return frozenset(self.value(item, one) for one in self._sparse(self.count(item), 1, rank))
            case PartialType(key, item):
                entries = self._sparse(self.count(key), self.count(item), rank)
                return {self.value(key, one): self.value(item, held) for one, held in entries.items()}
            case SeqType(item, int(capacity)):
                return tuple(self._sequence(item, capacity, rank))
            case BagType(item, int(capacity)):
                found = self._bag(self.count(item), capacity, rank)
                return self.universe.bag(self.value(item, one) for one in found)
            case IntType() | SeqType() | BagType() | ListType():
                raise AssertionError(f"{show_type(kind)} has no ranks")
            case _:
                assert_never(kind)

    def _digits(self, kinds: list[Type], rank: int) -> list[Value]:
        digits: list[Value] = []
        for kind in reversed(kinds):
            rank, digit = divmod(rank, self.count(kind))
            digits.append(self.value(kind, digit))
        return digits[::-1]

    def _sequence(self, item: Type, capacity: int, rank: int) -> list[Value]:
        count, found = self.count(item), list[Any]()
        while rank:
            below = sequences(count, capacity - len(found) - 1)
            assert below is not None
            digit, rank = divmod(rank - 1, below)
            found.append(self.value(item, digit))
        return found

    def _sparse(self, keys: int, values: int, rank: int) -> dict[int, int]:
        entries: dict[int, int] = {}
        for key in range(keys):
            if rank == 0:
                break
            below = (values + 1) ** (keys - key - 1)
            if rank <= values * below:
                entries[key], rank = divmod(rank - 1, below)
            else:
                rank -= values * below
        return entries

    def _bag(self, items: int, capacity: int, rank: int) -> list[int]:
        found: list[int] = []
        least = 0
        while rank:
            rank -= 1
            while rank >= (below := multisets(items - least, capacity - len(found) - 1)):
                rank -= below
                least += 1
            found.append(least)
        return found
