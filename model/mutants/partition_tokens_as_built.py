"""A partition's own limits as they were built, with one rule forgotten: the mistakes that code can have.

An implementation must go with none of them: `specs/partition_tokens_as_built.toml`.
"""

from checker import action, present, require
from model.mutants import partition_tokens as mutants
from model.partition_tokens import Partition, Size
from model.partition_tokens_as_built import PartitionTokensAsBuilt


class RoundsDown(mutants.RoundsDown, PartitionTokensAsBuilt):
    """A request pays for whole units only."""


class BurstsWithoutNode(mutants.BurstsWithoutNode, PartitionTokensAsBuilt):
    """A burst does not look at its node."""


class BurstsWithoutSavings(mutants.BurstsWithoutSavings, PartitionTokensAsBuilt):
    """A burst takes what the node has, and nothing need have been saved."""


class AllocatedIsFreeForTheNode(mutants.AllocatedIsFreeForTheNode, PartitionTokensAsBuilt):
    """A node without tokens is not charged for allocated requests."""


class SavesForEver(mutants.SavesForEver, PartitionTokensAsBuilt):
    """What is not used is saved, however much it is."""


class SavesTheWholeAllocation(mutants.SavesTheWholeAllocation, PartitionTokensAsBuilt):
    """What was used is saved, too."""


class SplitDoublesTheRate(mutants.SplitDoublesTheRate, PartitionTokensAsBuilt):
    """Each half gets what the whole had."""


class SplitDoublesTheSavings(mutants.SplitDoublesTheSavings, PartitionTokensAsBuilt):
    """Each half inherits all that was saved."""


class ChildBeginsFull(PartitionTokensAsBuilt):
    """A partition that was split off begins with a second's tokens, though its parent has them."""

    def divide(self, p: Partition, c: Partition) -> None:
        """As it should be, but the child's bucket is full."""
        super().divide(p, c)
        self.allocated[c] = self.rate[c]


class SplitFillsTheParent(PartitionTokensAsBuilt):
    """A split gives the parent new buckets: what was used up is there again, and what was saved is gone."""

    def divide(self, p: Partition, c: Partition) -> None:
        """As it should be, but with a full bucket and an empty one."""
        super().divide(p, c)
        self.allocated[p] = self.rate[p]
        self.saved[p] = 0


class BurstsAreFree(PartitionTokensAsBuilt):
    """A burst leaves what was saved as it was."""

    @action
    def burst_read(self, p: Partition, size: Size) -> None:
        """As it should be, but only the node pays."""
        h = present(self.leader[p])
        cost = self.cost(size)
        require(self.may_burst(p, h, cost))
        self.node[h] -= cost
        self.note(p, size)
        self.node_units[h] += cost
