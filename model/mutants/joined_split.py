"""Partitions of replicas that split, each of which forgets what one part has to ask of the other.

What is left then is the rule of a part as it stands, which its own gate checks, and passes. The split alone
has a mutant like `DecidesWhenProposed`, too; no gate of one part sees the other.
"""

from checker import present
from model.joined_split import Cut, JoinedSplit
from model.replication_messages import Replica, Value
from model.split_messages import Put, Seed, State


class SeedsWhenProposed(JoinedSplit):
    """The leader cuts off the seed when it proposes the split, as where a log entry is final at once. Breaks
    `disjoint`: the slot may get another command."""

    def propose(self, n: Replica, v: Value | None) -> None:
        """As it should be, and the seed goes out."""
        super().propose(n, v)
        p = present(self.parent)
        if v is not None:
            command = self.command[v]
            if isinstance(command, Cut):
                self.network.add(Seed(self.seed(self.state_of(p, n), command.key, command.part)))


class DecidesWhenProposed(JoinedSplit):
    """A write takes effect by the state in which it was taken up. Breaks `stale_is_refused`: a split may be
    ordered before it."""

    def takes_effect(self, s: State, m: Put) -> bool:
        """As it should be, but the route was looked at before."""
        return not self.is_done(s, m)
