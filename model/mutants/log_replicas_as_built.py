"""Groups whose members are named by their log, each of which forgets one rule that code can forget."""

from checker import Set, action, require
from model.log_replica_changes import with_member
from model.log_replicas_as_built import LogReplicasAsBuilt
from model.member_entry_messages import (
    Accept,
    Accepted,
    Beat,
    Copy,
    Entry,
    Kind,
    Members,
    Promise,
    Rebuild,
    Write,
)
from model.replication_messages import Ballot, Replica, Slot


class VotesBelowItsPromise(LogReplicasAsBuilt):
    """A member votes for whatever arrives. Breaks `votes_follow_promises`."""

    @action
    def accept(self, n: Replica, m: Accept) -> None:
        """As it should be, without a look at the promise."""
        require(m in self.network.of(Accept))
        require(self.votes(n))
        self.follow(n, m.ballot)
        self.enter(n, m.slot, Entry(m.ballot, m.content, learned=False))
        self.network.add(Accepted(m.ballot, m.slot, n))


class ForgetsWhatItWasTold(LogReplicasAsBuilt):
    """A new leader proposes no-ops where promises told of values. Breaks `tables_are_right`."""

    def adopted(self, told: Set[Promise], s: Slot) -> Write | Members | None:
        """Never anything."""
        return None


class OneIsEnough(LogReplicasAsBuilt):
    """A single member elects and decides. Breaks `chosen_by_its_members`."""

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """Any member."""
        return any(k in self.kinds[n] for k in voters)


class BelievesAnyVote(LogReplicasAsBuilt):
    """What is accepted in any ballot is taken for chosen. Breaks `agreement`."""

    def is_sure(self, n: Replica, s: Slot, m: Beat) -> bool:
        """It has something there."""
        return s.index < self.chosen[n] or s in self.log[n]


class PromotesWithoutItems(LogReplicasAsBuilt):
    """A log replica becomes a storage replica without the items. Breaks `promoted_whole`."""

    @action
    def promote(self, n: Replica, r: Replica) -> None:
        """As it should be, without the look at what the replica has."""
        require(self.may_propose(n) and self.may_rebuild(n))
        require(self.is_next(n, r))
        self.change(n, with_member(self.kinds[n], r, Kind.STORAGE))


class RebuildsAheadOfItsLog(LogReplicasAsBuilt):
    """A replica takes items over that its log does not know yet. Breaks `tables_are_right`."""

    @action
    def rebuild(self, n: Replica, m: Rebuild, c: Copy) -> None:
        """As it should be, without the look at the log."""
        require(m in self.network.of(Rebuild))
        require(c in self.network.of(Copy))
        require(self.runs(n) and not self.has_items[n])
        require(m.ballot == self.promised[n] and self.owner[m.ballot] == c.replica)
        self.has_items[n] = True
        self.table[n] = c.table


class LeadsWithoutItems(LogReplicasAsBuilt):
    """A log replica stands for election. Breaks `role`."""

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """As it should be, for members of any kind."""
        require(self.votes(n))
        require(b not in self.owner and self.exceeds(n, b))
        self.be_candidate(n, b)
