"""A partition's own limits with the choices that the reference implementation has made.

A burst of writes is one like any other: it asks no other node. After a split the parent keeps what it has, as
far as that fits its new rate, and the child begins without tokens.
"""

from typing import Self

from checker import action, invariant, require, step_invariant
from model.partition_tokens import Partition, PartitionTokens, Size


class PartitionTokensAsBuilt(PartitionTokens):
    """Provisioned tables only: the implementation does not adapt rates."""

    @action
    def burst_write(self, p: Partition, size: Size) -> None:
        """Never: `burst_read` stands for all bursts."""
        require(self.leader[p] is None)
        super().burst_write(p, size)

    def divide(self, p: Partition, c: Partition) -> None:
        """The rate is divided, and tokens are not handed over."""
        allocated = self.allocated[p]
        saved = self.saved[p]
        super().divide(p, c)
        self.allocated[p] = min(self.rate[p], allocated)
        self.saved[p] = min(self.burst_periods * self.rate[p], saved)
        self.allocated[c] = 0
        self.saved[c] = 0

    @invariant
    def allocation_lasts(self) -> bool:
        """Until a split: the new partition begins without tokens, and for one period the table has fewer."""
        return all(self.leader[p] is not None for p in Partition) or super().allocation_lasts()

    @step_invariant
    def split_hands_over(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """A split makes no tokens, and may lose some."""
        return self.leader == old.leader or (
            sum(self.allocated[p] - old.allocated[p] for p in Partition) <= 0
            and sum(self.saved[p] - old.saved[p] for p in Partition) <= 0
        )
