"""Bags: `Bag[T, N]`, a multiset of at most N elements; a network that may hold one message twice."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from checker.language.errors import EvaluationError
from checker.language.places import write

T = TypeVar("T")
N = TypeVar("N")


class Bag(Generic[T, N]):
    """A multiset. Immutable; `self.network.add(m)` replaces the bag at its place. `Bag()`, `Bag([a, a, b])` make one."""

    __slots__ = ("_counts", "_hash")
    _counts: dict[T, int]
    _hash: int

    def __init__(self, items: Iterable[T] = ()) -> None:
        object.__setattr__(self, "_counts", dict(Counter(items)))
        object.__setattr__(self, "_hash", hash(frozenset(self._counts.items())))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Bag is immutable and has no attribute {name!r}")

    def add(self, item: T) -> None:
        """The bag at this place has the element once more. An evaluation error past the capacity."""
        write(sys._getframe(1), ast.Call, self, lambda store: store.sized(Bag((*self, store.item(item)))))

    def remove(self, item: T) -> None:
        """The bag at this place has the element once less. An evaluation error when it is not there."""

        def without(store: Any) -> object:
            if item not in self._counts:
                raise EvaluationError("missing_item", f"{item!r} is not in the bag")
            counts = dict(self._counts)
            counts[item] -= 1
            return Bag(copy for one, count in counts.items() for copy in [one] * count)

        write(sys._getframe(1), ast.Call, self, without)

    def clear(self) -> None:
        """The bag at this place is empty."""
        write(sys._getframe(1), ast.Call, self, lambda store: Bag())

    def count(self, item: T) -> int:
        """How many times the element is there."""
        return self._counts.get(item, 0)

    def __contains__(self, item: object) -> bool:
        return item in self._counts

    def __len__(self) -> int:
        return sum(self._counts.values())

    def __iter__(self) -> Iterator[T]:
        return (item for item, count in self._counts.items() for _ in range(count))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bag) and self._counts == other._counts

    def __hash__(self) -> int:
        return self._hash

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Bag, (tuple(self),)

    def __repr__(self) -> str:
        from checker.language.order import value_key  # order knows every kind of value

        items = sorted(self._counts.items(), key=lambda pair: value_key(pair[0]))
        return "{" + ", ".join(f"{item!r}: {count}" for item, count in items) + "}"
