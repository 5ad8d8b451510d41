"""Buckets for bursts with one rule forgotten."""

from checker import require
from model.burst_proof import BurstBuckets, Partition, Rate, Saved, least


class SavesWithoutEnd(BurstBuckets):
    """What was not used is saved for ever."""

    def new_period(self, p: Partition) -> None:
        """As it should be, up to what can be counted."""
        self.saved[p] = least(self.most, self.saved[p] + self.left[p])
        self.left[p] = self.rate[p]


class SplitDoubles(BurstBuckets):
    """Both halves have what the whole had."""

    def split(self, p: Partition, c: Partition, share: Rate, savings: Saved) -> None:
        """As it should be, but the parent keeps its rate."""
        require(p != c and self.rate[c] == 0 and 0 <= share <= self.rate[p] and 0 <= savings <= self.saved[p])
        self.rate[c] = share
        self.left[c] = 0
        self.saved[c] = least(savings, self.burst_periods * share)
        self.saved[p] -= savings


class SplitKeepsSavings(BurstBuckets):
    """The savings stay, though the rate that they come from is given away."""

    def split(self, p: Partition, c: Partition, share: Rate, savings: Saved) -> None:
        """As it should be, without a look at what fits."""
        require(p != c and self.rate[c] == 0 and 0 <= share <= self.rate[p] and 0 <= savings <= self.saved[p])
        self.rate[c] = share
        self.rate[p] -= share
        self.left[c] = 0
        self.left[p] = least(self.left[p], self.rate[p])
        self.saved[c] = least(savings, self.burst_periods * share)
        self.saved[p] -= savings
