"""What the partitions of a table have been, and how the model names what their tables and routes say.

The code knows versions as slots, the model counts them: of an item, the writes of its key; of a range, the
splits that made it. A slot means that in the group that wrote it, or in those that the group comes from, up
to the slot in which it was split off.
"""

from __future__ import annotations

from msgspec import Struct

from reference.conformance.answers import Plain
from reference.messages.client import Route, Token
from reference.state_machine.partition import Partition, Range

Words = tuple[Plain, ...]
UNKNOWN = -1
"""What nobody wrote, and no split made, for all that is known."""


class Lineage(Struct):
    """Where a group comes from, and the slots in which it split."""

    parent: str | None
    base: int
    cuts: list[int]


class SplitHistory:
    """`parts` has the model's name of each group, `named` those that were given, `states` what a group was
    after a slot.
    """

    def __init__(self, keys: list[str], requests: list[str]) -> None:
        self.parts: dict[str, str] = {}
        self.named: set[str] = set()
        self.lineages: dict[str, Lineage] = {}
        self.states: dict[tuple[str, int], Words] = {}
        self._keys = keys
        self._requests = requests
        self._counts: dict[tuple[str, str, int], int] = {}

    # ---------------------------------------------------------------- what happens

    def begin(self, group: str, part: str, partition: Partition) -> None:
        """The first group; each item that it has is one write."""
        self.name(group, part)
        self.lineages[group] = Lineage(None, 0, [])
        for key, version in _versions(partition).items():
            self._counts[group, key, version] = 1
        self.states[group, partition.table.slot] = self.state(partition, group)

    def name(self, group: str, part: str) -> None:
        """A group that a leader has proposed. If it was in vain another may get its name, but no part two."""
        self.parts[group] = part
        self.named.add(part)

    def descends(self, group: str, parent: str, slot: int) -> None:
        """A group was split off in this slot of another."""
        self.lineages.setdefault(group, Lineage(parent, slot, []))

    def goes_on(self, group: str, before: int, slot: int, partition: Partition) -> None:
        """What a group is after one more entry."""
        for key, version in _versions(partition).items():
            if version == slot:
                self._counts[group, key, slot] = self._count_before(group, before, key) + 1
        owned = partition.owned
        if self._bounds(owned) != self._bounds_before(group, before):
            self.lineages[group].cuts.append(slot)
        self.states[group, slot] = self.state(partition, group)

    def _count_before(self, group: str, slot: int, key: str) -> int:
        items = self.states[group, slot][2]
        assert isinstance(items, dict)
        count = items[key]
        assert isinstance(count, int)
        return count

    def _bounds_before(self, group: str, slot: int) -> Words:
        region = self.states[group, slot][1]
        assert isinstance(region, tuple)
        return region[2:4]

    # ---------------------------------------------------------------- the model's words

    def part_at(self, replica: str) -> str | None:
        """Whose replica it is: replicas are named after their groups."""
        return self.parts.get(replica.rpartition("@")[0])

    def state(self, partition: Partition, group: str) -> Words:
        """What a table says."""
        owned, versions = partition.owned, _versions(partition)
        region = ("Region", self.parts[group], *self._bounds(owned), self._depth(group, owned.version))
        items = {key: self.count(group, key, versions[key]) if key in versions else 0 for key in self._keys}
        done = frozenset([one for one in self._requests if partition.answered(Token(one, 1)) is not None])
        return ("State", region, items, done, ())

    def count(self, group: str, key: str, version: int) -> int:
        """How many writes of the key there had been with the one of this slot."""
        found = self._counts.get((group, key, version))
        lineage = self.lineages[group]
        if found is None and lineage.parent is not None and version <= lineage.base:
            return self.count(lineage.parent, key, version)
        return UNKNOWN if found is None else found

    def region(self, route: Route) -> Words:
        """What a route says of a group's range."""
        depth = self._depth(route.group, route.version)
        return ("Region", self.parts.get(route.group), *self._bounds(route), depth)

    def regions(self, routes: tuple[Route, ...]) -> Words:
        """In the order in which they were split off."""
        return tuple([self.region(route) for route in sorted(routes, key=lambda route: route.version)])

    def known(self, route: Route | None) -> Plain:
        """What a map says of a key."""
        if route is None:
            return None
        return ("Known", self.parts.get(route.group), self._depth(route.group, route.version))

    def _depth(self, group: str, version: int) -> int:
        """How many splits there were up to this slot, in this group and where it comes from."""
        lineage = self.lineages.get(group)
        if lineage is None:
            return UNKNOWN
        own = sum([slot <= version for slot in lineage.cuts])
        if lineage.parent is None:
            return own
        return own + self._depth(lineage.parent, min(version, lineage.base))

    def _bounds(self, owned: Range | Route) -> tuple[int, int]:
        """So many keys are below, and below its end."""
        low = sum([key.encode() < owned.first for key in self._keys])
        high = sum([owned.after is None or key.encode() < owned.after for key in self._keys])
        return low, high


def _versions(partition: Partition) -> dict[str, int]:
    """The slot that wrote each item, in whosever range it is."""
    found = {key.decode(): partition.written_in(key) for key in partition.items()}
    return {key: version for key, version in found.items() if version is not None}
