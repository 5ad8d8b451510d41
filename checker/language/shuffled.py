"""Collections whose iteration order is drawn anew at every visit: a test that nothing observes an order.

A scope with a `shuffle` makes these instead of the plain ones. They are equal to the plain ones and hash
alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from checker.language.bags import Bag
from checker.language.context import running_scope
from checker.language.maps import Map, Partial
from checker.language.sets import Quorum, QuorumMeta, Set

T = TypeVar("T")

# As they are without the drawn order; untyped, for a class without parameters has unknown ones.
_FROZENSET: Any = frozenset
_DICT: Any = dict


def _drawn(items: Iterable[T]) -> list[T]:
    """The items in an order that the running scope draws."""
    listed = list(items)
    scope = running_scope()
    if scope is not None and scope.shuffle is not None:
        scope.shuffle.shuffle(listed)
    return listed


class ShuffledSet(Set[Any]):
    """A set that is visited in any order."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(_drawn(_FROZENSET.__iter__(self)))


class ShuffledBag(Bag[Any, Any]):
    """A bag that is visited in any order."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(_drawn(super().__iter__()))


class _Shuffled(dict[Any, Any]):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(_drawn(_DICT.__iter__(self)))

    def keys(self) -> Any:
        return _drawn(_DICT.keys(self))

    def values(self) -> Any:
        return _drawn(_DICT.values(self))

    def items(self) -> Any:
        return _drawn(_DICT.items(self))


class ShuffledMap(_Shuffled, Map[Any, Any]):
    """A total map over keys without order that is visited in any order."""

    __slots__ = ()


class ShuffledPartial(_Shuffled, Partial[Any, Any]):
    """A partial map over keys without order that is visited in any order."""

    __slots__ = ()


def shuffled_quorum(quorum: type) -> type:
    """A `Quorum[S]` whose members are visited in any order."""

    def visit(self: Any) -> Iterator[Any]:
        return iter(_drawn(_FROZENSET.__iter__(self)))

    made = QuorumMeta(quorum.__name__, (quorum,), {"__slots__": (), "__iter__": visit})
    assert issubclass(made, Quorum)
    return made
