"""Sorts: finite sets of members whose number the scope gives.

Members are interned per class and number, and equal across scopes; only iteration needs the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, TypeVar, cast

from checker.language.context import RUNNING, active_scope, running_scope
from checker.language.errors import EvaluationError, ModelError
from checker.language.own_operations import own_names

M = TypeVar("M")


class SortMeta(type):
    """Makes a sort class iterable: `for a in Acceptor`, `len(Acceptor)`."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        for base in bases:
            if isinstance(base, SortMeta) and base.__module__ != __name__:
                raise ModelError(
                    f"the sort {name} is derived from the sort {base.__name__}, whose members are others; "
                    "derive it from Sort or Ordered"
                )
            if not isinstance(base, SortMeta):
                raise ModelError(
                    f"the sort {name} is derived from {base.__name__}, which could tell its members apart; "
                    "derive it from Sort or Ordered alone"
                )
        if namespace.get("__module__") != __name__ and (own := own_names(namespace)):
            raise ModelError(
                f"the sort {name} defines '{own[0]}', and its members are nothing but members; "
                "keep values in a Map[{0}, ...], and write functions as helpers of the model".format(name)
            )
        cls.interned: dict[int, Any] = {}

    def __iter__(cls: type[M]) -> Iterator[M]:
        try:
            found: tuple[M, ...] = RUNNING.get().lockstep_scope.visits[cls]
        except (AttributeError, KeyError):
            return active_scope().iterate(cls)
        return iter(found)

    def __len__(cls) -> int:
        return active_scope().size(cls)

    def __bool__(cls) -> bool:
        return True

    def __contains__(cls, item: object) -> bool:
        scope = running_scope()
        mine = isinstance(item, cls)
        return mine and (scope is None or cast(Any, item).number <= scope.size(cls))

    def __call__(cls: type[M], number: int) -> M:
        """The member of a number; while a model runs, an evaluation error where its scope has no such
        member."""
        scope = running_scope()
        if scope is not None and number > scope.size(cls):
            raise EvaluationError(
                "no_member",
                f"{cls.__name__}({number}) is not in the scope, where {cls.__name__} has {scope.size(cls)}",
            )
        return member(cls, number)


def member(sort: type[M], number: int) -> M:
    """The member of a sort with a number, whatever the scope."""
    interned: dict[int, M] = cast(Any, sort).interned
    if type(number) is not int or number < 1:
        raise ModelError(f"members of {sort.__name__} are numbered from 1, not {number!r}")
    found = interned.get(number)
    if found is None:
        if cast(Any, sort) in (Sort, Ordered):
            raise ModelError(f"{sort.__name__} itself has no members; write class Node({sort.__name__}): ...")
        made = object.__new__(sort)
        object.__setattr__(made, "number", number)
        object.__setattr__(made, "name_and_number", f"{sort.__name__}{number}")
        found = interned.setdefault(number, made)
    return found


class OrderedMeta(SortMeta):
    """Adds the ends of an ordered sort: `Ballot.first`, `Ballot.last`."""

    @property
    def first(cls: type[M]) -> M:
        """The least member."""
        return member(cls, 1)

    @property
    def last(cls: type[M]) -> M:
        """The greatest member of the scope."""
        return member(cls, active_scope().size(cls))


class Sort(metaclass=SortMeta):
    """A set of interchangeable members: only `==`, membership, iteration and use as a key.

    `class Acceptor(Sort): ...`; the gate says how many there are. `Acceptor(1)` outside a model is its first
    member.
    """

    __slots__ = ("name_and_number", "number")
    number: int
    name_and_number: str

    def __init__(self, number: int) -> None:
        """Never runs: the metaclass interns. Tells type checkers the argument."""

    def __setattr__(self, name: str, value: object) -> None:
        raise ModelError(f"{self!r} is a member of a sort and has no attributes; keep {name!r} in a Map")

    def __repr__(self) -> str:
        return self.name_and_number

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
            return self.number < other.number  # pyright: ignore[reportOptionalMemberAccess]  # not None: the classes are the same
        return False if other is None else NotImplemented

    def __le__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number <= other.number  # pyright: ignore[reportOptionalMemberAccess]  # not None: the classes are the same
        return False if other is None else NotImplemented

    def __gt__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number > other.number  # pyright: ignore[reportOptionalMemberAccess]  # not None: the classes are the same
        return True if other is None else NotImplemented

    def __ge__(self, other: Self | None) -> bool:
        if other.__class__ is self.__class__:
            return self.number >= other.number  # pyright: ignore[reportOptionalMemberAccess]  # not None: the classes are the same
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
        return member(type(self), self.number + 1)

    @property
    def prev(self) -> Self:
        """The member below. An evaluation error at the first."""
        if self.number == 1:
            raise EvaluationError("no_neighbour", f"{self!r} is the first and has no prev")
        return member(type(self), self.number - 1)

    @classmethod
    def at(cls, index: int) -> Self:
        """The member at a place in the order (the first is 0). An evaluation error past the ends."""
        size = active_scope().size(cls)
        if not 0 <= index < size:
            raise EvaluationError("no_member", f"{cls.__name__} has no member at {index}; it has {size}")
        return member(cls, index + 1)
