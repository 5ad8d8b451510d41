"""What the reference evaluator needs to know of run-time values: a scope, and how to make and read what is
opaque.

Ordinary Python values stand for the rest: `bool`, `int`, `None`, `tuple` (tuples, sequences and lists),
`frozenset` (sets and quorums), `Mapping` (both kinds of map; the evaluator makes plain dicts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Value = Any
"""A run-time value of the model; its IR type says which."""

State = Mapping[str, Value]
"""The variables of a state by name, and the remaining budget of each fault `f` under `faults.f`."""


class Universe(Protocol):
    """A model's values in one scope. Members of sorts and enums and records are opaque and hashable; equal
    means `==`."""

    def members(self, sort: str) -> Sequence[Value]:
        """The members of a sort, by number."""
        ...

    def size(self, sort: str) -> int:
        """How many members a sort has."""
        ...

    def quorums(self, sort: str) -> Sequence[frozenset[Value]]:
        """The minimal majorities of a sort, in the order of `itertools.combinations`."""
        ...

    def position(self, member: Value) -> int:
        """The place of a member in its sort, the first is 0."""
        ...

    def member_at(self, sort: str, index: int) -> Value:
        """The member at a place that exists."""
        ...

    def enum_member(self, name: str, member: str) -> Value:
        """One member of an enum."""
        ...

    def enum_values(self, name: str) -> Sequence[Value]:
        """The members of an enum in declaration order."""
        ...

    def param(self, name: str) -> int:
        """The value that the gate gives a parameter."""
        ...

    def make_record(self, name: str, fields: tuple[Value, ...]) -> Value:
        """A record from its fields in declaration order."""
        ...

    def field(self, value: Value, name: str) -> Value:
        """One field of a record."""
        ...

    def record_name(self, value: Value) -> str:
        """The name of the class of a record."""
        ...

    def replace(self, value: Value, fields: Mapping[str, Value]) -> Value:
        """The record with some fields changed."""
        ...

    def bag(self, items: Iterable[Value]) -> Value:
        """A bag: hashable, with `count(x)`, `len`, `in`, and iteration that repeats elements."""
        ...
