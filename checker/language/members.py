"""Sorts: finite sets of members whose number the scope gives.

Members are interned per class and number, and equal across scopes; only iteration needs the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, TypeVar

from checker.language.context import RUNNING, active_scope
from checker.language.errors import EvaluationError, ModelError

M = TypeVar("M")


class SortMeta(type):
    """Makes a sort class iterable: `for a in Acceptor`, `len(Acceptor)`."""

    _members: dict[int, Any]

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        cls._members = {}

    def __iter__(cls: type[M]) -> Iterator[M]:
        try:
            found: tuple[M, ...] = RUNNING.get().scope.visits[cls]
        except (AttributeError, KeyError):
            return active_scope().iterate(cls)
        return iter(found)

    def __len__(cls) -> int:
        return active_scope().size(cls)

    def __bool__(cls) -> bool:
        return True

    def __contains__(cls, item: object) -> bool:
        return type(item) is cls

    def __call__(cls: type[M], number: int) -> M:
        try:
            return cls._members[number]  # type: ignore[attr-defined, no-any-return]  # set by __init__ above
        except KeyError:
            pass
        if type(number) is not int or number < 1:
            raise ModelError(f"members of {cls.__name__} are numbered from 1, not {number!r}")
        member = object.__new__(cls)
        object.__setattr__(member, "number", number)
        object.__setattr__(member, "_name", f"{cls.__name__}{number}")
        return cls._members.setdefault(number, member)  # type: ignore[attr-defined, no-any-return]  # as above


class OrderedMeta(SortMeta):
    """Adds the ends of an ordered sort: `Ballot.first`, `Ballot.last`."""

    @property
    def first(cls: type[M]) -> M:
        """The least member."""
        return cls(1)  # type: ignore[call-arg]  # the metaclass's __call__

    @property
    def last(cls: type[M]) -> M:
        """The greatest member of the scope."""
        return cls(active_scope().size(cls))  # type: ignore[call-arg]  # the metaclass's __call__


class Sort(metaclass=SortMeta):
    """A set of interchangeable members: only `==`, membership, iteration and use as a key.

    `class Acceptor(Sort): ...`; the gate says how many there are. `Acceptor(1)` outside a model is its first member.
    """

    __slots__ = ("_name", "number")
    number: int

    def __init__(self, number: int) -> None:
        """Never runs: the metaclass interns. Tells type checkers the argument."""

    def __setattr__(self, name: str, value: object) -> None:
        raise ModelError(f"{self!r} is a member of a sort and has no attributes; keep {name!r} in a Map")

    def __repr__(self) -> str:
        name: str = self._name  # type: ignore[attr-defined]  # a slot
        return name

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.number,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Ordered(Sort, metaclass=OrderedMeta):
    """A totally ordered set of members with a least one. None compares below every member."""

    __slots__ = ()

    def __lt__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number < other.number  # type: ignore[union-attr]  # not None: same class
        return False if other is None else NotImplemented

    def __le__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number <= other.number  # type: ignore[union-attr]  # not None: same class
        return False if other is None else NotImplemented

    def __gt__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number > other.number  # type: ignore[union-attr]  # not None: same class
        return True if other is None else NotImplemented

    def __ge__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number >= other.number  # type: ignore[union-attr]  # not None: same class
        return True if other is None else NotImplemented

    @property
    def index(self) -> int:
        """The place in the order; the first member's is 0."""
        return self.number - 1

    @property
    def next(self) -> Self:
        """The member above. An evaluation error at the last."""
        size = active_scope().size(type(self))
        if self.number >= size:
            raise EvaluationError("no_neighbour", f"{self!r} is the last of {size} and has no next")
        return type(self)(self.number + 1)

    @property
    def prev(self) -> Self:
        """The member below. An evaluation error at the first."""
        if self.number == 1:
            raise EvaluationError("no_neighbour", f"{self!r} is the first and has no prev")
        return type(self)(self.number - 1)

    @classmethod
    def at(cls, index: int) -> Self:
        """The member at a place in the order (the first is 0). An evaluation error past the ends."""
        size = active_scope().size(cls)
        if not 0 <= index < size:
            raise EvaluationError("no_member", f"{cls.__name__} has no member at {index}; it has {size}")
        return cls(index + 1)
