"""A scope: how many members each sort has, the parameters' values, the fault budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from random import Random
from typing import Any, TypeVar, cast

from checker.language.bags import Bag
from checker.language.errors import ModelError, ScopeError, SpaceTooLarge
from checker.language.maps import Map, Partial
from checker.language.members import Ordered, member
from checker.language.sets import Quorum, QuorumMeta, Set
from checker.language.shuffled import ShuffledBag, ShuffledMap, ShuffledPartial, ShuffledSet, shuffled_quorum

M = TypeVar("M")
Q = TypeVar("Q")

QUORUMS_MAX = 1_000_000


class Scope:
    """Sizes, parameters and budgets for one instance of a model.

    Args:
        sizes: the number of members of each sort, at least 1.
        params: the value of each parameter.
        faults: the budget of each fault.
        shuffle: visit sorts, sets and quorums in an order drawn from this; a test that nothing observes the
            order.
    """

    def __init__(
        self,
        sizes: Mapping[type, int],
        params: Mapping[str, int],
        faults: Mapping[str, int],
        shuffle: Random | None = None,
    ) -> None:
        self.sizes = dict(sizes)
        self.params = dict(params)
        self.faults = dict(faults)
        self.shuffle = shuffle
        plain = shuffle is None
        self.set_class: type[Set[Any]] = Set if plain else ShuffledSet
        self.bag_class: type[Bag[Any, Any]] = Bag if plain else ShuffledBag
        self.map_class: type[Map[Any, Any]] = Map if plain else ShuffledMap
        self.partial_class: type[Partial[Any, Any]] = Partial if plain else ShuffledPartial
        self._members: dict[type, tuple[Any, ...]] = {}
        self._quorums: dict[type, tuple[Any, ...]] = {}
        self.visits: dict[type, tuple[Any, ...]] = {}
        """The members of sorts and quorums whose order is the same at every visit; the fast path of
        iteration."""
        self.made: dict[Any, Any] = {}
        """What other parts of the language make once per scope: stores, choices, records."""

    def size(self, sort: type) -> int:
        """The number of members of a sort."""
        try:
            return self.sizes[sort]
        except KeyError:
            raise ScopeError(
                f"the scope gives no size for {sort.__name__}; use the sort in the model, or add its size"
            ) from None

    def members(self, sort: type[M]) -> tuple[M, ...]:
        """The members of a sort, by number."""
        found = self._members.get(sort)
        if found is None:
            found = tuple(member(sort, number) for number in range(1, self.size(sort) + 1))
            self._members[sort] = found
        return found

    def quorums(self, quorum: type[Q]) -> tuple[Q, ...]:
        """The minimal majorities of a sort (`Quorum[S]`), in the order of their members."""
        found = self._quorums.get(quorum)
        if found is None:
            sort: type[Any] | None = cast(QuorumMeta, quorum).sort
            if sort is None:
                raise ModelError(
                    "'Quorum' lacks its sort; write Quorum[S] with the sort whose majorities you mean"
                )
            members: tuple[Any, ...] = self.members(sort)
            count = comb(len(members), len(members) // 2 + 1)
            if count > QUORUMS_MAX:
                raise SpaceTooLarge(f"{sort.__name__} has {count:,} majorities; choose a smaller scope")
            make = cast(Any, quorum)
            if self.shuffle is not None:
                make = shuffled_quorum(quorum)
            found = tuple(make(some) for some in combinations(members, len(members) // 2 + 1))
            self._quorums[quorum] = found
        return found

    def quorum_count(self, quorum: type[Any]) -> int:
        """The number of minimal majorities."""
        return len(self.quorums(quorum))

    def iterate(self, sort: type[M]) -> Iterator[M]:
        """The members as a model's loop visits them."""
        return iter(self._visited(sort, self.members(sort), ordered=issubclass(sort, Ordered)))

    def iterate_quorums(self, quorum: type[Q]) -> Iterator[Q]:
        """The quorums as a model's loop visits them."""
        return iter(self._visited(quorum, self.quorums(quorum), ordered=False))

    def _visited(self, kind: type, items: tuple[M, ...], *, ordered: bool) -> Sequence[M]:
        if self.shuffle is None or ordered:
            self.visits[kind] = items
            return items
        return self.shuffle.sample(items, len(items))


def is_quorum(kind: object) -> bool:
    """Whether a class is `Quorum[S]` for some S."""
    return isinstance(kind, type) and issubclass(kind, Quorum) and kind.sort is not None
