"""Joined groups, each of which forgets what one part has to ask of another.

What is left then is the rule of a part as it stands, which its own gate checks, and passes: no gate of one
part sees these mistakes. `specs/joined_group.toml` has the parts beside them.
"""

from checker import action, present, require
from model.election_messages import Granted, Heartbeat, Released
from model.joined_group import JoinedGroup
from model.log_replica_messages import Copy
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


class GrantsAsAStranger(JoinedGroup):
    """A replica that is no member answers heartbeats. Breaks `members_grant`."""

    @action
    def grant_as_stranger(self, n: Replica, m: Heartbeat) -> None:
        """As members do."""
        require(m in self.network.of(Heartbeat))
        require(n not in self.config[n].kinds and self.is_free_for(n, self.owner[m.ballot]))
        self.send(n, Granted(m.ballot, m.round, n))


class ReleasesNoLease(JoinedGroup):
    """A leader that falls silent says that its lease is over, though it had none. Breaks
    `leases_are_released`."""

    @action
    def fall_silent(self, n: Replica) -> None:
        """Before it has a lease."""
        require(self.leads(n) and not self.can_serve(n))
        self.send(n, Released(present(self.promised[n])))


class OffersWhatItHas(JoinedGroup):
    """A replica offers its log, whoever leads. Breaks `leaders_offer_and_apply`."""

    def offer(self, n: Replica) -> None:
        """As of the log replicas."""
        require(not self.failed[n] and n in self.config[n].kinds and self.is_synced(n))
        self.network.add(Copy(self.log_start[n], self.log[n]))
