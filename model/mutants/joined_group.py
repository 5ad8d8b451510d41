"""Joined groups, each of which forgets what one part has to ask of another.

What is left then is the rule of a part as it stands, which its own gate checks, and passes: no gate of one
part sees these mistakes. `specs/joined_group.toml` has the parts beside them.
"""

from model.joined_group import JoinedGroup
from model.replication_messages import Ballot, Replica


class KeepsItsLease(JoinedGroup):
    """A leader changes the members, and serves on by a lease of those before. Breaks
    `leases_are_of_the_members`."""

    def leave_old_members(self, n: Replica) -> None:
        """As of the log replicas, who know of no lease."""


class PromisesWhileBound(JoinedGroup):
    """A replica grants a lease, and then promises another's ballot. Breaks `no_early_vote`."""

    def may_vote_for(self, n: Replica, candidate: Replica) -> bool:
        """As of the log replicas, who know of no lease."""
        return True


class ServesWhenReplaced(JoinedGroup):
    """A leader that was replaced keeps its lease. Breaks `leaders_claim`."""

    def step_down(self, n: Replica) -> None:
        """As of the log replicas, who know of no lease."""
        self.attempt[n] = None


class ReadsWhatItHas(JoinedGroup):
    """A new leader reads as soon as it has the lease. Breaks `strong_read`."""

    def passed_barrier(self, n: Replica) -> bool:
        """As of the election, which knows of no log."""
        return self.leads(n)


class FollowsInMemory(JoinedGroup):
    """A replica follows a ballot, and its disk does not say so. Breaks `disks_are_current`."""

    def follow(self, n: Replica, b: Ballot) -> None:
        """As of the log replicas, whose disks need not write at once."""
        if self.exceeds(n, b):
            self.step_down(n)
            self.promised[n] = b
