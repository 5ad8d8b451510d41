"""Sets without order: `Set[T]` in the state and `Quorum[S]`, on frozenset's storage."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from checker.language.context import RUNNING, active_scope
from checker.language.errors import EvaluationError, ModelError
from checker.language.places import write

T = TypeVar("T")
U = TypeVar("U")
Q = TypeVar("Q")
R1 = TypeVar("R1")
R2 = TypeVar("R2")


class Set(frozenset[T]):
    """A finite set. Immutable; `self.network.add(m)` replaces the set at its place. `Set({a, b})` makes one."""

    __slots__ = ("_kinds",)
    _kinds: dict[tuple[type, ...], Any]

    # Only what a place needs to be written through; everything else is frozenset's own, at its speed.

    def add(self, item: T) -> None:
        """The set at this place has the element too."""
        write(sys._getframe(1), ast.Call, self, lambda store: self._with(store.item(item)))

    def discard(self, item: T) -> None:
        """The set at this place has the element no more."""
        write(sys._getframe(1), ast.Call, self, lambda store: type(self)(frozenset.difference(self, (item,))))

    def remove(self, item: T) -> None:
        """As discard, but an evaluation error when the element is not there."""

        def without(store: object) -> object:
            if item not in self:
                raise EvaluationError("missing_item", f"{item!r} is not in the set")
            return type(self)(frozenset.difference(self, (item,)))

        write(sys._getframe(1), ast.Call, self, without)

    def clear(self) -> None:
        """The set at this place is empty."""
        write(sys._getframe(1), ast.Call, self, lambda store: type(self)())

    def _with(self, item: Any) -> Self:
        if item in self:
            return self
        new = type(self)(frozenset.union(self, (item,)))
        # What `of` found stays true for the kinds that the new element is not of.
        try:
            kinds = self._kinds
        except AttributeError:
            return new
        new._kinds = {kind: found for kind, found in kinds.items() if not isinstance(item, kind)}
        return new

    if TYPE_CHECKING:

        def of(self, kind: type[U], /, *kinds: type[U]) -> Set[U]:
            """The elements that are records of the given class or classes."""
            ...

        def __or__(self, other: Iterable[U]) -> Set[T | U]: ...  # type: ignore[override]  # any iterable typed so
        def __and__(self, other: object) -> Set[T]: ...
        def __sub__(self, other: object) -> Set[T]: ...
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...
        def __new__(cls, items: Iterable[T] = ...) -> Self: ...
        def __init__(self, items: Iterable[T] = ...) -> None: ...

    else:

        def of(self, *kinds):
            try:
                return self._kinds[kinds]
            except AttributeError:
                self._kinds = {}
            except KeyError:
                pass
            found = self._kinds[kinds] = type(self)([item for item in self if isinstance(item, kinds)])
            return found

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        from checker.language.order import value_key  # order knows every kind of value

        if not self:
            return "{}"
        return "{" + ", ".join(repr(item) for item in sorted(self, key=value_key)) + "}"


def _refuse(name: str, fix: str) -> Any:
    def refuse(self: object, *args: object) -> NoReturn:
        raise ModelError(f"Set has no {name!r}; {fix}")

    return refuse


if not TYPE_CHECKING:
    Set.pop = _refuse("pop", "a set has no order; make the element a parameter of the action")
    Set.update = _refuse("update", "write self.s |= other")


class QuorumMeta(type):
    """Makes `Quorum[S]` iterable: the minimal majorities of S."""

    _sort: type | None = None

    def __iter__(cls: type[Q]) -> Iterator[Q]:
        try:
            found: tuple[Q, ...] = RUNNING.get().scope.visits[cls]
        except (AttributeError, KeyError):
            return active_scope().iterate_quorums(cls)
        return iter(found)

    def __len__(cls) -> int:
        return active_scope().quorum_count(cls)

    def __bool__(cls) -> bool:
        return True


class Quorum(frozenset[T], metaclass=QuorumMeta):
    """A minimal majority of a sort's members: `q: Quorum[Acceptor]`, `for q in Quorum[Acceptor]`."""

    __slots__ = ()

    if not TYPE_CHECKING:
        _of = {}

        def __class_getitem__(cls, sort):
            found = cls._of.get(sort)
            if found is None:
                found = QuorumMeta(f"Quorum[{getattr(sort, '__name__', sort)}]", (Quorum,), {"__slots__": ()})
                found._sort = sort
                cls._of[sort] = found
            return found

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return frozenset, (tuple(self),)

    def __repr__(self) -> str:
        from checker.language.order import value_key  # order knows every kind of value

        return "{" + ", ".join(repr(item) for item in sorted(self, key=value_key)) + "}"
