"""A partition's own limits with one rule forgotten.

Each class overrides one rule of `model.partition_tokens`; what it breaks, and how, is in
`specs/partition_tokens.toml`.
"""

from checker import Map, present, require
from model.partition_tokens import AskNode, Burst, Host, NodeGrants, Partition, PartitionTokens, Size


class RoundsDown(PartitionTokens):
    """A request pays for whole units only, and a small one for none. Breaks `partition_cap`."""

    def cost(self, size: int) -> int:
        """As it should be, rounded down."""
        return size // self.unit


class BurstsWithoutNode(PartitionTokens):
    """A burst does not look at its node. Breaks `node_cap`."""

    def may_burst(self, p: Partition, h: Host, cost: int) -> bool:
        """As it should be, but the node must carry it."""
        return self.allocated[p] < cost <= self.saved[p]


class BurstsWithoutSavings(PartitionTokens):
    """A burst takes what the node has, and nothing need have been saved. Breaks `partition_cap`."""

    def burst_read(self, p: Partition, size: Size) -> None:
        """As it should be, but saved tokens are not counted."""
        h = present(self.leader[p])
        cost = self.cost(size)
        require(self.allocated[p] < cost and cost <= self.node[h])
        self.node[h] -= cost
        self.note(p, size)
        self.node_units[h] += cost


class WritesWithoutOtherNodes(PartitionTokens):
    """A burst of writes looks at its own node only. Breaks `all_nodes_pay`, and then `node_cap`."""

    def has_granted(self, k: Host, p: Partition, burst: Burst) -> bool:
        """As it should be, but nobody is asked."""
        return True


class GrantsOfOldBurstsCount(PartitionTokens):
    """What a node has granted once counts for later bursts. Breaks `all_nodes_pay`."""

    def has_granted(self, k: Host, p: Partition, burst: Burst) -> bool:
        """As it should be, for whatever burst."""
        return any(m.partition == p and m.host == k for m in self.network.of(NodeGrants))


class GrantsWhatIsNotThere(PartitionTokens):
    """A node grants a burst that it cannot carry. Breaks `node_cap`."""

    def can_carry(self, h: Host, cost: int) -> bool:
        """As it should be, without a look at the tokens."""
        return True


class AllocatedIsFreeForTheNode(PartitionTokens):
    """A node without tokens is not charged for allocated requests, and bursts take what comes. Breaks
    `node_cap`."""

    def charge(self, h: Host, cost: int) -> None:
        """As it should be, but without debt."""
        if cost <= self.node[h]:
            self.node[h] -= cost


class SavesForEver(PartitionTokens):
    """What is not used is saved, however much it is. Breaks `burst_range`."""

    def save(self, p: Partition) -> int:
        """As it should be, without an end."""
        return self.saved[p] + self.allocated[p]


class SavesTheWholeAllocation(PartitionTokens):
    """What was used is saved, too. Breaks `partition_cap`."""

    def save(self, p: Partition) -> int:
        """As it should be, whatever was used."""
        return min(self.burst_periods * self.rate[p], self.saved[p] + self.rate[p])


class SplitDoublesTheRate(PartitionTokens):
    """Each half gets what the whole had. Breaks `split_divides`."""

    def divide(self, p: Partition, c: Partition) -> None:
        """As it should be, but nothing is taken from the parent."""
        self.rate[c] = self.rate[p]
        self.allocated[c] = self.allocated[p]
        self.saved[c] = self.saved[p]


class SplitDoublesTheSavings(PartitionTokens):
    """Each half inherits all that was saved, as far as it may. Breaks `partition_cap`."""

    def divide(self, p: Partition, c: Partition) -> None:
        """As it should be, but buckets are copied."""
        self.rate[c] = self.rate[p] // 2
        self.rate[p] -= self.rate[p] // 2
        self.allocated[c] = min(self.rate[c], self.allocated[p])
        self.allocated[p] = min(self.rate[p], self.allocated[p])
        self.saved[c] = min(self.burst_periods * self.rate[c], self.saved[p])
        self.saved[p] = min(self.burst_periods * self.rate[p], self.saved[p])


class TakesThePeakOnly(PartitionTokens):
    """An on-demand partition can take its previous peak, and not twice as much. Breaks `peak_is_doubled`."""

    def next_rate(self, p: Partition) -> int:
        """As it should be, without room to grow."""
        return max(self.rate[p], self.peak[p], min(self.rate_max(), self.used[p]))


class DoublesWithoutNeed(PartitionTokens):
    """An on-demand partition's rate doubles, used or not. Breaks `peak_is_doubled`."""

    def next_rate(self, p: Partition) -> int:
        """As it should be, but of the rate."""
        return min(self.rate_max(), 2 * self.rate[p])


class ReservationsOutliveThePeriod(PartitionTokens):
    """A burst of writes that was granted is admitted in a later period. Breaks `node_cap`."""

    def tick(self) -> None:
        """As it should be, but what is pending stays."""
        before = self.pending
        super().tick()
        self.pending = Map({p: before[p] for p in Partition})


class ChildIsNotLed(PartitionTokens):
    """A split gives away half of the throughput, and nobody serves it. Breaks `shares_are_served`."""

    def split(self, p: Partition, c: Partition, h: Host) -> None:
        """As it should be, but the new partition has no leader."""
        super().split(p, c, h)
        self.leader[c] = None


class AllocatesByTheOldRate(PartitionTokens):
    """A rate that has grown counts a period later. Breaks `allocation_lasts`."""

    def tick(self) -> None:
        """As it should be, but the bucket is filled with the rate before."""
        before = self.rate
        super().tick()
        self.allocated = before


class NodesAreNotRefilled(PartitionTokens):
    """What a node has used does not come back. Breaks `periods_bring_tokens`."""

    def tick(self) -> None:
        """As it should be, for the partitions only."""
        before = self.node
        super().tick()
        self.node = before


class RemembersOnePeriod(PartitionTokens):
    """The peak is what was used in the last period. Breaks `peak_is_remembered`."""

    def tick(self) -> None:
        """As it should be, but older periods are forgotten."""
        last = self.used
        super().tick()
        self.peak = last


class BurstsAreNotUse(PartitionTokens):
    """A read in a burst is not counted as use: no peak comes of it. Breaks `requests_take_what_they_use`."""

    def burst_read(self, p: Partition, size: Size) -> None:
        """As it should be, but only what is allocated can be used."""
        before = self.used[p]
        super().burst_read(p, size)
        self.used[p] = before


class BurstsFirst(PartitionTokens):
    """Saved tokens are spent while there are allocated ones. Breaks `savings_are_for_bursts`."""

    def may_burst(self, p: Partition, h: Host, cost: int) -> bool:
        """As it should be, whatever is allocated."""
        return cost <= self.saved[p] and cost <= self.node[h]


class BurstsHaveOneNumber(PartitionTokens):
    """All bursts of a partition have the same number: what was granted to the first admits the second. Breaks
    `nodes_pay_once`."""

    def burst_write(self, p: Partition, size: Size) -> None:
        """As it should be, but none counts as begun."""
        super().burst_write(p, size)
        self.begun[p] = 0


class GrantsRepeatedly(PartitionTokens):
    """A node takes tokens as often as a question comes. Breaks `nodes_pay_once`."""

    def grant(self, h: Host, m: AskNode) -> None:
        """As it should be, without a look at what was granted."""
        require(m in self.network.of(AskNode))
        require(self.leader[m.partition] != h and self.can_carry(h, m.cost))
        self.node[h] -= m.cost
        self.granted[h].add((m.partition, m.burst))
        self.network.add(NodeGrants(m.partition, m.burst, h))


class SplitHalvesTwice(PartitionTokens):
    """The new partition gets half of the half that is left. Breaks `split_hands_over`."""

    def divide(self, p: Partition, c: Partition) -> None:
        """As it should be, but the saved tokens of the parent are cut first."""
        before = self.saved[p]
        super().divide(p, c)
        self.saved[c] = (before - before // 2) // 2


class SavesByTheNewRate(PartitionTokens):
    """A table that grows may save what its new rate allows. Breaks `savings_are_of_the_rate_before`."""

    def save(self, p: Partition) -> int:
        """As it should be, but by the rate of the next period."""
        return min(self.burst_periods * self.next_rate(p), self.saved[p] + self.allocated[p])


class BurstsOutliveSplits(PartitionTokens):
    """A burst that waits is admitted by what is left of its partition. Breaks `splits_end_bursts`."""

    def split(self, p: Partition, c: Partition, h: Host) -> None:
        """As it should be, but the burst goes on waiting."""
        before = self.pending[p]
        super().split(p, c, h)
        self.pending[p] = before
