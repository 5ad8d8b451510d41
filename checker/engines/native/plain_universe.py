"""A universe of plain values in which the engine evaluates what does not depend on the state, such as tables
of masks."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.language.errors import SpaceTooLarge
from checker.language.scope import QUORUMS_MAX


class Member(NamedTuple):
    """A member of a sort (from 0) or of an enum."""

    of: str
    place: int


class Product(NamedTuple):
    """A record."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Multiset:
    """A bag: how often each element is in it."""

    counts: frozenset[tuple[Any, int]]

    def count(self, item: object) -> int:
        """How often the element is in it."""
        return next((count for one, count in self.counts if one == item), 0)

    def __len__(self) -> int:
        return sum(count for _, count in self.counts)

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(itertools.repeat(item, count) for item, count in self.counts)

    def __contains__(self, item: object) -> bool:
        return any(item == one for one, _ in self.counts)


class PlainUniverse:
    """The values of a model in a scope."""

    def __init__(self, model: ir.Model, sizes: Sizes) -> None:
        self._sizes = sizes
        self._enums = {kind.name: kind.members for kind in model.enums}
        self._fields = {record.name: [name for name, _ in record.fields] for record in model.records}
        self._members = {sort: [Member(sort, i) for i in range(size)] for sort, size in sizes.sorts.items()}

    def members(self, sort: str) -> Sequence[Member]:
        """The members by number."""
        return self._members[sort]

    def size(self, sort: str) -> int:
        """How many members."""
        return self._sizes.sorts[sort]

    def quorums(self, sort: str) -> Sequence[frozenset[Member]]:
        """The minimal majorities."""
        count = math.comb(self._sizes.sorts[sort], self._sizes.quorum_size(sort))
        if count > QUORUMS_MAX:
            raise SpaceTooLarge(f"{sort} has {count:,} majorities; choose a smaller scope")
        chosen = itertools.combinations(self._members[sort], self._sizes.quorum_size(sort))
        return [frozenset(some) for some in chosen]

    def position(self, member: Member) -> int:
        """The place, the first is 0."""
        return member.place

    def member_at(self, sort: str, index: int) -> Member:
        """The member at a place."""
        return self._members[sort][index]

    def enum_member(self, name: str, member: str) -> Member:
        """One member of an enum."""
        return Member(name, self._enums[name].index(member))

    def enum_values(self, name: str) -> Sequence[Member]:
        """All members of an enum."""
        return [Member(name, index) for index in range(len(self._enums[name]))]

    def param(self, name: str) -> int:
        """The value of a parameter."""
        return self._sizes.params[name]

    def make_record(self, name: str, fields: tuple[Any, ...]) -> Product:
        """A record of its fields."""
        return Product(name, fields)

    def field(self, value: Product, name: str) -> Any:
        """One field."""
        return value.values[self._fields[value.name].index(name)]

    def record_name(self, value: Product) -> str:
        """The name of the class."""
        return value.name

    def replace(self, value: Product, fields: Mapping[str, Any]) -> Product:
        """The record with some fields changed."""
        names = self._fields[value.name]
        values = zip(names, value.values, strict=True)
        return Product(value.name, tuple(fields.get(name, old) for name, old in values))

    def bag(self, items: Iterable[Any]) -> Multiset:
        """A bag of the elements."""
        return Multiset(frozenset(Counter(items).items()))
