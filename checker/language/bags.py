"""Bags: `Bag[T, N]`, a multiset of at most N elements; a network that may hold one message twice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from checker.language.errors import EvaluationError, ModelError
from checker.language.places import caller_frame, write

T = TypeVar("T", covariant=True)

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    N = TypeVarWithDefault("N", covariant=True, default=Any)
else:
    N = TypeVar("N", covariant=True)


def _counted(items: Iterable[Any] = (), /) -> dict[Any, int]:
    return dict(Counter(items))


class Bag(Generic[T, N]):
    """A multiset. Immutable; `self.network.add(m)` replaces the bag at its place. `Bag()`, `Bag([a, a, b])`
    make one, of any size until it is stored."""

    __slots__ = ("_counts", "_hash")
    _counts: dict[Any, int]
    _hash: int

    @overload
    def __init__(self) -> None: ...
    @overload
    def __init__(self, items: Iterable[T], /) -> None: ...
    def __init__(self, *items: Any) -> None:
        object.__setattr__(self, "_counts", _counted(*items))
        object.__setattr__(self, "_hash", hash(frozenset(self._counts.items())))

    def __setattr__(self, name: str, value: object) -> None:
        raise ModelError(f"Bag has no attribute {name!r}; write self.b.add(x) or self.b.remove(x)")

    def add(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """The bag at this place has the element once more. An evaluation error past the capacity."""
        write(caller_frame(1), ast.Call, self, lambda store: store.sized(self._changed(store.item(item), 1)))

    def remove(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """The bag at this place has the element once less. An evaluation error when it is not there."""

        def without(store: Any) -> object:
            if store.item(item) not in self._counts:
                raise EvaluationError("missing_item", f"{item!r} is not in the bag")
            return self._changed(item, -1)

        write(caller_frame(1), ast.Call, self, without)

    def _changed(self, item: Any, by: int) -> Self:
        counts = {**self._counts, item: self._counts.get(item, 0) + by}
        return type(self)(copy for one, count in counts.items() for copy in [one] * count)

    def clear(self) -> None:
        """The bag at this place is empty."""
        write(caller_frame(1), ast.Call, self, lambda store: type(self)())

    def count(self, item: object) -> int:
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
        return Bag, ([item for item, count in self._counts.items() for _ in range(count)],)

    def __repr__(self) -> str:
        from checker.language.order import value_key  # order knows every kind of value

        items = sorted(self._counts.items(), key=lambda pair: value_key(pair[0]))
        return "{" + ", ".join(f"{item!r}: {count}" for item, count in items) + "}"
