"""Sets without order: `Set[T]` in the state and `Quorum[S]`, on frozenset's storage."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, overload

from checker.language.context import RUNNING, active_scope
from checker.language.errors import EvaluationError, ModelError
from checker.language.places import caller_frame, write

T = TypeVar("T", covariant=True)
U = TypeVar("U")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Q = TypeVar("Q")
_FROZENSET: Any = frozenset
"""The storage itself; untyped, for a class without parameters has unknown ones."""


class Set(frozenset[T]):
    """A finite set. Immutable; `self.network.add(m)` replaces the set at its place. `Set({a, b})` makes
    one."""

    __slots__ = ("_kinds",)
    _kinds: dict[tuple[type, ...], Any]

    # Only what a place needs to be written through and what must give a Set again; everything else is
    # frozenset's own, at its speed.

    if TYPE_CHECKING:

        @overload
        def __new__(cls) -> Self: ...
        @overload
        def __new__(cls, items: Iterable[T], /) -> Self: ...
        def __new__(cls, *items: Any) -> Self: ...
        @overload
        def of(self, kind: type[A], /) -> Set[A]: ...
        @overload
        def of(self, kind: type[A], other: type[B], /) -> Set[A | B]: ...
        @overload
        def of(self, kind: type[A], other: type[B], third: type[C], /) -> Set[A | B | C]: ...
        @overload
        def of(self, kind: type[A], /, *kinds: type[A]) -> Set[A]: ...
        def of(self, kind: Any, /, *kinds: Any) -> Any:
            """The elements that are records of the given class or classes."""
            ...

        # The storage's own; said again so that a comparison with a literal is not taken for a mistake.
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...
        def __or__(self, other: AbstractSet[U]) -> Set[T | U]: ...
        def __and__(self, other: AbstractSet[object]) -> Set[T]: ...
        def __sub__(self, other: AbstractSet[object]) -> Set[T]: ...
        def __xor__(self, other: AbstractSet[U]) -> Set[T | U]: ...

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

        def __or__(self, other):
            made = frozenset.__or__(self, other)
            return made if made is NotImplemented else type(self)(made)

        def __and__(self, other):
            made = frozenset.__and__(self, other)
            return made if made is NotImplemented else type(self)(made)

        def __sub__(self, other):
            made = frozenset.__sub__(self, other)
            return made if made is NotImplemented else type(self)(made)

        def __xor__(self, other):
            made = frozenset.__xor__(self, other)
            return made if made is NotImplemented else type(self)(made)

    def add(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """The set at this place has the element too."""
        write(caller_frame(1), ast.Call, self, lambda store: self._with(store.item(item)))

    def discard(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """The set at this place has the element no more."""
        write(caller_frame(1), ast.Call, self, lambda store: self._without(store.item(item)))

    def remove(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """As discard, but an evaluation error when the element is not there."""

        def without(store: Any) -> object:
            if store.item(item) not in self:
                raise EvaluationError("missing_item", f"{item!r} is not in the set")
            return self._without(item)

        write(caller_frame(1), ast.Call, self, without)

    def clear(self) -> None:
        """The set at this place is empty."""
        write(caller_frame(1), ast.Call, self, lambda store: type(self)())

    def _with(self, item: Any) -> Self:
        if item in self:
            return self
        new = type(self)(_FROZENSET.union(self, (item,)))
        # What `of` found stays true for the kinds that the new element is not of.
        try:
            kinds = self._kinds
        except AttributeError:
            return new
        # A copy, for another thread may be adding to it.
        new._kinds = {kind: found for kind, found in kinds.copy().items() if not isinstance(item, kind)}
        return new

    def _without(self, item: Any) -> Self:
        return type(self)(_FROZENSET.difference(self, (item,))) if item in self else self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Set, (tuple(_FROZENSET.__iter__(self)),)

    def __repr__(self) -> str:
        return shown(self)


def shown(items: frozenset[Any]) -> str:
    """A set in the order of values, as traces show it."""
    from checker.language.order import value_key  # order knows every kind of value

    return "{" + ", ".join(repr(item) for item in sorted(items, key=value_key)) + "}"


def _refuse(name: str, fix: str) -> Any:
    def refuse(self: object, *args: object) -> NoReturn:
        raise ModelError(f"{type(self).__name__} has no '{name}'; {fix}")

    return refuse


if not TYPE_CHECKING:
    Set.pop = _refuse("pop", "a set has no order; make the element a parameter of the action")
    Set.update = _refuse("update", "write self.s |= other")


class QuorumMeta(type):
    """Makes `Quorum[S]` iterable: the minimal majorities of S."""

    sort: type | None = None

    def __iter__(cls: type[Q]) -> Iterator[Q]:
        try:
            found: tuple[Q, ...] = RUNNING.get().lockstep_scope.visits[cls]
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

    if TYPE_CHECKING:
        # As frozenset's own; said again so that a comparison with a literal is not one of strangers.
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...

    else:
        classes = {}

        def __class_getitem__(cls, sort):
            if not isinstance(sort, type):
                raise ModelError(f"'Quorum[{sort!r}]' is no quorum; write Quorum[S] with a sort")
            found = cls.classes.get(sort)
            if found is None:
                found = QuorumMeta(f"Quorum[{sort.__name__}]", (Quorum,), {"__slots__": ()})
                found.sort = sort
                found = cls.classes.setdefault(sort, found)
            return found

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _quorum, (type(self).sort, tuple(_FROZENSET.__iter__(self)))

    def __repr__(self) -> str:
        return shown(self)


def quorum_of(sort: type) -> type:
    """The class `Quorum[S]` of a sort."""
    generic: Any = Quorum
    found: type = generic[sort]
    return found


def _quorum(sort: type, members: tuple[Any, ...]) -> Any:
    """A quorum from its pickled form."""
    made: Any = quorum_of(sort)
    return made(members)
