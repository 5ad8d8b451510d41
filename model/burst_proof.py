"""Why no partition saves more than its share, however often partitions are split: for any number of them.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), sections 4.1 and 4.2; the buckets of nodes, and
what requests cost, are in `model.partition_tokens`. What was not used of a partition's rate is saved for
bursts, for at most `burst_periods`. A split divides rate and savings; what all partitions have is a sum over
as many as there may be.
"""

from typing import Annotated

from checker import Map, Model, Param, Range, Sort, action, assume, initial, invariant, lemma, require


class Partition(Sort):
    """A part of the table, with a share of its throughput, or not yet in use."""


Rate = Annotated[int, Range(0, "table_rate")]
"""Tokens a period."""

Saved = Annotated[int, Range(0, "most")]
"""Tokens in a bucket for bursts."""


def least(a: int, b: int) -> int:
    """The smaller of two numbers."""
    return a if a <= b else b


class BurstBuckets(Model):
    """The buckets of all partitions, one after the other."""

    table_rate: Param
    burst_periods: Param
    most: Param

    rate: Map[Partition, Rate]
    left: Map[Partition, Rate]
    saved: Map[Partition, Saved]

    @assume
    def numbers_make_sense(self) -> bool:
        """There is a rate, and `Saved` counts far enough."""
        return (
            self.table_rate >= 0
            and self.burst_periods >= 0
            and self.burst_periods * self.table_rate <= self.most
        )

    @initial
    def begin(self, p: Partition) -> None:
        """One partition has the whole table."""
        self.rate[p] = self.table_rate
        self.left[p] = self.table_rate

    @action
    def new_period(self, p: Partition) -> None:
        """What was not used is saved, up to what `burst_periods` bring."""
        self.saved[p] = least(self.burst_periods * self.rate[p], self.saved[p] + self.left[p])
        self.left[p] = self.rate[p]

    @action
    def use(self, p: Partition, cost: Rate) -> None:
        """Requests within the rate."""
        require(0 <= cost <= self.left[p])
        self.left[p] -= cost

    @action
    def burst(self, p: Partition, cost: Saved) -> None:
        """Requests beyond it."""
        require(0 <= cost <= self.saved[p])
        self.saved[p] -= cost

    @action
    def split(self, p: Partition, c: Partition, share: Rate, savings: Saved) -> None:
        """A partition gives a part of its rate and savings to a new one; what does not fit is lost."""
        require(p != c and self.rate[c] == 0 and 0 <= share <= self.rate[p] and 0 <= savings <= self.saved[p])
        self.rate[c] = share
        self.rate[p] -= share
        self.left[c] = 0
        self.left[p] = least(self.left[p], self.rate[p])
        self.saved[c] = least(savings, self.burst_periods * share)
        self.saved[p] = least(self.saved[p] - savings, self.burst_periods * self.rate[p])

    @lemma
    def burst_range(self) -> bool:
        """Nothing is saved beyond `burst_periods`, and no more than a period's tokens are left."""
        return all(
            self.rate[p] >= 0
            and 0 <= self.saved[p] <= self.burst_periods * self.rate[p]
            and 0 <= self.left[p] <= self.rate[p]
            for p in Partition
        )

    @invariant
    def rates_add_up(self) -> bool:
        """The table has what was provisioned, however it is split."""
        return sum(self.rate[p] for p in Partition) == self.table_rate
