"""What a turn of a loop without order may read of the variable that its turns write."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import pytest

from checker import Map, Model, Partial, Range, Record, Set, Sort, action, require
from checker.capture import capture
from checker.capture.problems import Refused
from checker.engines.native.explore import explore as compiled
from checker.engines.python.search import explore
from checker.engines.request import Request

Age: TypeAlias = Annotated[int, Range(0, 2)]


class Key(Sort): ...


class Site(Sort): ...


class Item(Record):
    age: Age


class Push(Record):
    items: Partial[Key, Item]


class Merging(Model):
    """Sites that take over what is newer, as a helper says."""

    store: Map[Site, Partial[Key, Item]]
    network: Set[Push]

    def newer(self, item: Item, mine: Item | None) -> bool:
        """Whether an item replaces what is there."""
        return mine is None or item.age > mine.age

    @action
    def write(self, n: Site, k: Key, age: Age) -> None:
        """Something newer is written."""
        require(self.newer(Item(age), self.store[n].get(k)))
        self.store[n][k] = Item(age)

    @action
    def push(self, n: Site) -> None:
        """All that there is is told."""
        require(len(self.network) < 2)
        self.network.add(Push(self.store[n]))

    @action
    def merge(self, n: Site, m: Push) -> None:
        """What was told is taken over, as far as it is newer."""
        require(m in self.network)
        for k, item in m.items.items():
            if self.newer(item, self.store[n].get(k)):
                self.store[n][k] = item


class Elsewhere(Merging):
    """A helper that looks at another key than that of the turn."""

    def newer(self, item: Item, mine: Item | None) -> bool:
        """Whether an item replaces what is there, if there is not more already."""
        return (mine is None or item.age > mine.age) and all(len(self.store[n]) < 2 for n in Site)


def test_a_helper_may_be_told_what_stands_at_the_own_key() -> None:
    """Both engines take the turns in any order."""
    request = Request(Merging, {"Site": 2, "Key": 2})
    by_cpython, by_c = explore(request), compiled(request)
    assert by_cpython.verdict == by_c.verdict
    assert by_cpython.statistics.distinct == by_c.statistics.distinct
    assert by_cpython.statistics.actions == by_c.statistics.actions
    assert dict(by_c.statistics.actions)["merge"] > 0


def test_a_helper_may_not_look_at_what_other_turns_write() -> None:
    with pytest.raises(Refused, match=r"reads 'self\.store', which its turns write"):
        capture(Elsewhere)
