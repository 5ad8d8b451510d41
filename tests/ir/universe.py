"""A universe of plain Python values: the least that the reference evaluator needs."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.ir import nodes as ir


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a sort, numbered from 1."""

    sort: str
    number: int

    def __repr__(self) -> str:
        return f"{self.sort}{self.number}"


@dataclass(frozen=True, slots=True)
class Named:
    """A member of an enum."""

    enum: str
    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Product:
    """A record."""

    name: str
    names: tuple[str, ...]
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        pairs = zip(self.names, self.values, strict=True)
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


class Multiset:
    """A bag."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._counts = Counter(items)

    def count(self, item: object) -> int:
        return self._counts[item]

    def __len__(self) -> int:
        return self._counts.total()

    def __iter__(self) -> Iterator[Any]:
        return self._counts.elements()

    def __contains__(self, item: object) -> bool:
        return item in self._counts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Multiset) and self._counts == other._counts

    def __hash__(self) -> int:
        return hash(frozenset(self._counts.items()))


@dataclass
class PlainUniverse:
    """The values of a model for sizes and parameters."""

    model: ir.Model
    sizes: Mapping[str, int]
    params: Mapping[str, int] = field(default_factory=dict[str, int])

    def members(self, sort: str) -> Sequence[Member]:
        return [Member(sort, number + 1) for number in range(self.sizes[sort])]

    def size(self, sort: str) -> int:
        return self.sizes[sort]

    def quorums(self, sort: str) -> Sequence[frozenset[Member]]:
        members = self.members(sort)
        return [frozenset(some) for some in itertools.combinations(members, len(members) // 2 + 1)]

    def position(self, member: Member) -> int:
        return member.number - 1

    def member_at(self, sort: str, index: int) -> Member:
        return self.members(sort)[index]

    def enum_member(self, name: str, member: str) -> Named:
        return Named(name, member)

    def enum_values(self, name: str) -> Sequence[Named]:
        kind = next(kind for kind in self.model.enums if kind.name == name)
        return [Named(name, member) for member in kind.members]

    def param(self, name: str) -> int:
        return self.params[name]

    def make_record(self, name: str, fields: tuple[Any, ...]) -> Product:
        kind = next(record for record in self.model.records if record.name == name)
        return Product(name, tuple(label for label, _ in kind.fields), fields)

    def field(self, value: Product, name: str) -> Any:
        return value.values[value.names.index(name)]

    def record_name(self, value: Product) -> str:
        return value.name

    def replace(self, value: Product, fields: Mapping[str, Any]) -> Product:
        pairs = zip(value.names, value.values, strict=True)
        return Product(value.name, value.names, tuple(fields.get(name, old) for name, old in pairs))

    def bag(self, items: Iterable[Any]) -> Multiset:
        return Multiset(items)
