"""The election with one rule about ballots, leases or grants forgotten.

Each class overrides one rule of `model.free_election`; what it breaks, and how, is in
`specs/free_election.toml`.
"""

from checker import Map, Partial, Set, action, fault, present, require
from model.election_invariants import ElectionInvariants
from model.election_messages import Ballot, Granted, Heartbeat, Released, Replica, Round
from model.free_election import Left

# -------------------------------------------------------------------- durations


class IgnoresDrift(ElectionInvariants):
    """A grant lasts as long as a lease, as if all clocks were right. Breaks `lease_disjoint`."""

    def bind(self, n: Replica) -> None:
        """As it should be, without the margin."""
        self.bound[n] = self.lease_ticks


class CountsFromTheReceipt(ElectionInvariants):
    """The leader counts its lease from the answers, which may be old. Breaks `lease_disjoint`."""

    def end_of_lease(self, n: Replica, r: Round) -> Left:
        """As it should be, but from now."""
        return self.lease_ticks


class CountsFromTheLastHeartbeat(ElectionInvariants):
    """Any answer prolongs the lease from the last heartbeat. Breaks `lease_disjoint`."""

    def end_of_lease(self, n: Replica, r: Round) -> Left:
        """As it should be, but from the heartbeat that was sent last."""
        return max(self.asked[n].values())


class ServesOn(ElectionInvariants):
    """A leader does not look at its clock. Breaks `lease_disjoint`."""

    def let_pass(self, n: Replica) -> None:
        """As it should be, but a lease has no end."""
        self.bound[n] = max(0, self.bound[n] - 1)
        self.asked[n] = Partial({r: left - 1 for r, left in self.asked[n].items() if left > 1})


class RemembersOldHeartbeats(ElectionInvariants):
    """A heartbeat gives a whole lease, however old it is. Breaks `lease_disjoint`."""

    def let_pass(self, n: Replica) -> None:
        """As it should be, but what was asked stays as it was."""
        self.bound[n] = max(0, self.bound[n] - 1)
        self.lease[n] = max(0, self.lease[n] - 1)


class ClockIsSetForward(ElectionInvariants):
    """A voter counts by a clock that somebody may set. Breaks `no_early_vote`, and then `lease_disjoint`."""

    @fault("clock_set")
    def set_forward(self, n: Replica) -> None:
        """Two ticks that were none."""
        self.bound[n] = max(0, self.bound[n] - 2)


class ClockIsSetBack(ElectionInvariants):
    """A leader counts by a clock that somebody may set. Breaks `lease_disjoint`."""

    @fault("clock_set")
    def set_back(self, n: Replica) -> None:
        """A tick that is there once more."""
        require(self.lease[n] > 0)
        self.lease[n] += 1


# -------------------------------------------------------------------- grants


class DoesNotWait(ElectionInvariants):
    """A bound node votes for whoever stands. Breaks `no_early_vote`, and then `lease_disjoint`."""

    def is_free_for(self, n: Replica, candidate: Replica) -> bool:
        """As it should be, without a look at the grant."""
        return True


class DoesNotBindItself(ElectionInvariants):
    """A leader votes for another while it has the lease. Breaks `leaders_stay`."""

    def ask(self, n: Replica, b: Ballot) -> None:
        """As it should be, without the grant to itself."""
        r = Round.at(self.beats[n])
        self.beats[n] += 1
        self.asked[n][r] = self.lease_ticks
        self.send(n, Heartbeat(b, r))


class BindsOnce(ElectionInvariants):
    """A voter answers each heartbeat, but is bound by the first only. Breaks `lease_disjoint`."""

    def bind(self, n: Replica) -> None:
        """As it should be, unless it is bound already."""
        if self.bound[n] == 0:
            self.bound[n] = self.grant_ticks


class FollowsLowerBallots(ElectionInvariants):
    """A node that is bound to nobody grants to any ballot. Breaks `newest_serves`."""

    def may_grant(self, n: Replica, b: Ballot) -> bool:
        """As it should be, without the order of ballots."""
        return b == self.promised[n] or self.is_free_for(n, self.owner[b])


class LeadsOnAfterVoting(ElectionInvariants):
    """A node that votes for another goes on to lead, in the other's ballot. Breaks `lease_disjoint`."""

    def follow(self, n: Replica, b: Ballot) -> None:
        """As it should be, but its own attempt does not end."""
        if self.exceeds(n, b):
            self.lease[n] = 0
            self.asked[n].clear()
            self.beats[n] = 0
        self.promised[n] = b
        if self.write_through == 1:
            self.disk[n] = b


# -------------------------------------------------------------------- what counts as a majority


class OneGrantIsEnough(ElectionInvariants):
    """A node serves when any one of a majority, itself perhaps, is bound. Breaks `lease_disjoint`."""

    def serve(self, n: Replica, r: Round, q: Set[Replica]) -> None:
        """As it should be, with `any` for `all`."""
        require(self.claims[n] and r in self.asked[n])
        require(self.is_enough(n, q))
        require(n in q and any(k == n or self.has_granted(n, k, r) for k in q))
        until = self.end_of_lease(n, r)
        require(self.lease[n] < until)
        self.lease[n] = until
        self.newest = self.promised[n]


class OldAnswersCount(ElectionInvariants):
    """An answer to an older heartbeat counts for a newer one. Breaks `lease_disjoint`."""

    def has_granted(self, n: Replica, k: Replica, r: Round) -> bool:
        """As it should be, whatever the heartbeat."""
        return any(m.ballot == self.promised[n] and m.voter == k for m in self.network.of(Granted))


class AnswersToOthersCount(ElectionInvariants):
    """An answer to a heartbeat of another ballot counts. Breaks `lease_disjoint`."""

    def has_granted(self, n: Replica, k: Replica, r: Round) -> bool:
        """As it should be, whatever the ballot."""
        return any(m.voter == k and m.round >= r for m in self.network.of(Granted))


# -------------------------------------------------------------------- giving up


class ReleasesAndServesOn(ElectionInvariants):
    """A leader tells that it has stopped, and has not. Breaks `lease_disjoint`."""

    def relinquish(self, n: Replica) -> None:
        """As it should be, but it has the lease still."""
        require(self.claims[n])
        self.bound[n] = 0
        self.send(n, Released(present(self.promised[n])))


class ReleasesAllBallots(ElectionInvariants):
    """Whatever is released frees a node from whatever binds it. Breaks `no_early_vote`, and then
    `lease_disjoint`."""

    def is_released(self, n: Replica, m: Released) -> bool:
        """As it should be, without a look at the ballot."""
        return True


class ReleasesLaterBallots(ElectionInvariants):
    """An old release frees from a later ballot of the same node. Breaks `no_early_vote`, and then
    `lease_disjoint`."""

    def is_released(self, n: Replica, m: Released) -> bool:
        """As it should be, but the leader is what counts."""
        return self.holder(n) == self.owner[m.ballot]


# -------------------------------------------------------------------- pauses


class ChecksBeforeItIsAsked(ElectionInvariants):
    """A leader looks at its lease, pauses, and then takes a request and answers it. Breaks
    `answers_are_fresh`."""

    checked: Map[Replica, bool]

    @action
    def check(self, n: Replica) -> None:
        """It has the lease now."""
        require(self.can_serve(n))
        self.checked[n] = True

    def answer(self, n: Replica) -> None:
        """As it should be, but the lease was looked at before."""
        require(self.claims[n] and self.request[n] and self.checked[n])
        self.stale = self.stale or self.late[n]
        self.request[n] = False
        self.late[n] = False


# -------------------------------------------------------------------- restarts


class ForgetsGrantAtRestart(ElectionInvariants):
    """A restarted node votes at once, bound or not. Breaks `no_early_vote`, and then `lease_disjoint`."""

    def bind_after_restart(self, n: Replica) -> None:
        """As it should be, without the wait."""
        self.bound[n] = 0


class WaitsForALeaseAfterRestart(ElectionInvariants):
    """A restarted node waits as long as a lease lasts, and not a grant. Breaks `no_early_vote`."""

    def bind_after_restart(self, n: Replica) -> None:
        """As it should be, without the margin."""
        self.bound[n] = self.lease_ticks


class AnswersBeforeFsync(ElectionInvariants):
    """A vote is sent before it is on the disk. Breaks `lease_disjoint`."""

    def send(self, n: Replica, m: Heartbeat | Granted | Released) -> None:
        """As it should be, but votes go out at once."""
        if self.is_synced(n) or isinstance(m, Granted):
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class StandsBeforeFsync(ElectionInvariants):
    """A ballot is begun before it is on the disk, and again after a restart. Breaks `lease_disjoint`."""

    def ask(self, n: Replica, b: Ballot) -> None:
        """As it should be, but the heartbeat does not wait."""
        r = Round.at(self.beats[n])
        self.beats[n] += 1
        self.asked[n][r] = self.lease_ticks
        self.bind(n)
        self.network.add(Heartbeat(b, r))


class KeepsOutboxInCrash(ElectionInvariants):
    """What waits for the disk survives the crash in which the promise is lost. Breaks `lease_disjoint`."""

    def restart(self, n: Replica) -> None:
        """As it should be, but the outbox is as it was."""
        self.stop(n)
        self.promised[n] = self.disk[n]
        self.bind_after_restart(n)


class StandsInItsOldBallot(ElectionInvariants):
    """After a restart a node leads again in the ballot that is on its disk. Breaks `lease_disjoint`."""

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """As it should be, but an own ballot may be used again when it is not led in."""
        old = self.promised[n]
        return old is None or b > old or (b == old and self.owner[b] == n and not self.claims[n])


# -------------------------------------------------------------------- what holds inside


class IsBoundForEver(ElectionInvariants):
    """A node that was bound once is never free by its own clock. Breaks `ticks_count_down`."""

    def let_pass(self, n: Replica) -> None:
        """As it should be, but a grant has no end."""
        self.lease[n] = max(0, self.lease[n] - 1)
        self.asked[n] = Partial({r: left - 1 for r, left in self.asked[n].items() if left > 1})


class ShortensItsLease(ElectionInvariants):
    """A leader whose last heartbeat is answered takes the lease from an older one. Breaks `leases_last`."""

    def serve(self, n: Replica, r: Round, q: Set[Replica]) -> None:
        """As it should be, though the lease does not grow."""
        self.lease[n] = 0
        super().serve(n, r, q)


class GrantsItself(ElectionInvariants):
    """A leader answers its own heartbeats as others do. Breaks `grants_are_of_others`."""

    def grant(self, n: Replica, m: Heartbeat) -> None:
        """As it should be, whose heartbeat it may be."""
        require(m in self.network.of(Heartbeat))
        require(self.may_grant(n, m.ballot))
        self.follow(n, m.ballot)
        self.bind(n)
        self.send(n, Granted(m.ballot, m.round, n))


class IsFreedByItself(ElectionInvariants):
    """A restarted node is freed by its own release from before. Breaks `releases_are_of_others`."""

    def learn_release(self, n: Replica, m: Released) -> None:
        """As it should be, whose release it may be."""
        require(m in self.network.of(Released))
        require(self.is_released(n, m) and self.bound[n] > 0)
        self.bound[n] = 0


class KeepsItsPromiseInMemory(ElectionInvariants):
    """A restarted node follows a ballot that is not on its disk, and never will be. Breaks
    `promises_are_told`."""

    def restart(self, n: Replica) -> None:
        """As it should be, but what it follows is as it was."""
        self.stop(n)
        self.outbox[n].clear()
        self.bind_after_restart(n)


class FollowsInMemory(ElectionInvariants):
    """A disk that should write at once waits. Breaks `disks_keep_up`."""

    def follow(self, n: Replica, b: Ballot) -> None:
        """As it should be, but nothing is written."""
        if self.exceeds(n, b):
            self.stop(n)
        self.promised[n] = b
