"""What holds inside an election: ballots, heartbeats, grants and releases.

These properties speak of no two nodes that serve. They break many steps before: a rule that is weakened shows
in a small scope.
"""

from typing import Self

from checker import Set, cover, invariant, majority, step_invariant
from model.election_messages import Ballot, Granted, Heartbeat, Released, Replica, Round
from model.free_election import FreeElection


class ElectionInvariants(FreeElection):
    """Who leads has asked for it, who has granted is bound, who has given up is free."""

    # ---------------------------------------------------------------- leaders and their heartbeats

    @invariant
    def leaders_own_their_ballots(self) -> bool:
        """Who leads, or wants to, does so in a ballot of its own, and has asked for it."""
        return all(self.has_asked(n, self.promised[n]) for n in Replica if self.claims[n])

    def has_asked(self, n: Replica, b: Ballot | None) -> bool:
        """The first heartbeat of the node's ballot is sent, or waits for its disk."""
        if b is None:
            return False
        first = Heartbeat(b, Round.first)
        return self.owner[b] == n and (first in self.network or first in self.outbox[n])

    @invariant
    def leases_end_with_leading(self) -> bool:
        """Who does not lead has no lease, gets none by what it has asked, and keeps no client waiting; its
        next ballot begins with the first heartbeat."""
        return all(
            self.claims[n]
            or (self.lease[n] == 0 and len(self.asked[n]) == 0 and self.beats[n] == 0 and not self.request[n])
            for n in Replica
        )

    @step_invariant
    def heartbeats_are_told_apart(self, old: Self) -> bool:
        """A lease counts from the only time that its heartbeat was sent: answers to another give none."""
        return all(
            left > 0
            and (
                (r in old.asked[n] and left <= old.asked[n][r] and b == old.promised[n])
                or (Heartbeat(b, r) not in old.network and Heartbeat(b, r) not in old.outbox[n])
            )
            for n in Replica
            for b in Ballot
            if b == self.promised[n]
            for r, left in self.asked[n].items()
        )

    @invariant
    def leases_rest_on_answers(self) -> bool:
        """A lease counts from a heartbeat which a majority has granted, that one or a later one."""
        return all(
            any(left == self.lease[n] and self.is_answered_by_most(n, r) for r, left in self.asked[n].items())
            for n in Replica
            if self.lease[n] > 0
        )

    def is_answered_by_most(self, n: Replica, r: Round) -> bool:
        """More than half of all, and the leader is one."""
        answers = [m for m in self.network.of(Granted) if m.ballot == self.promised[n] and m.round >= r]
        return majority(
            Set({k for k in Replica if k == n or any(m.voter == k for m in answers)}), Set(Replica)
        )

    @step_invariant
    def answers_need_a_lease(self, old: Self) -> bool:
        """A leader answers a request only while it has the lease."""
        return all(
            self.request[n] or not self.claims[n] or self.promised[n] != old.promised[n] or old.can_serve(n)
            for n in Replica
            if old.request[n]
        )

    @step_invariant
    def leases_last(self, old: Self) -> bool:
        """Who leads on loses of its lease what its own clock has counted, and no more."""
        return all(
            self.lease[n] == old.lease[n] - 1 and self.advance(n) > old.advance(n)
            for n in Replica
            if self.lease[n] < old.lease[n] and self.claims[n] and self.promised[n] == old.promised[n]
        )

    @step_invariant
    def ticks_count_down(self, old: Self) -> bool:
        """With each tick of its clock a node is nearer to the end of what binds it, of its lease, and of all
        that its heartbeats may give."""
        return self.ahead == old.ahead or all(
            self.bound[n] == max(0, old.bound[n] - 1)
            and self.lease[n] == max(0, old.lease[n] - 1)
            and all(left == old.asked[n].get(r, 0) - 1 for r, left in self.asked[n].items())
            for n in Replica
            if self.advance(n) > old.advance(n)
        )

    # ---------------------------------------------------------------- voters, releases and disks

    @step_invariant
    def who_asks_or_grants_is_bound(self, old: Self) -> bool:
        """With a heartbeat, or the answer to one, a node is bound for a whole grant."""
        return all(
            self.bound[n] == self.grant_ticks
            for n in Replica
            if self.asks_more(n, old.spoken(n)) or self.grants_more(n, old.spoken(n))
        )

    def spoken(self, n: Replica) -> Set[Heartbeat | Granted | Released]:
        """What is sent, by whomever, and what the node would send."""
        return self.network.of(Heartbeat, Granted, Released) | self.outbox[n]

    def asks_more(self, n: Replica, before: Set[Heartbeat | Granted | Released]) -> bool:
        """It has asked for a lease, and not before."""
        return any(
            isinstance(m, Heartbeat) and self.owner[m.ballot] == n and m not in before for m in self.spoken(n)
        )

    def grants_more(self, n: Replica, before: Set[Heartbeat | Granted | Released]) -> bool:
        """It has granted a heartbeat, and not before."""
        return any(isinstance(m, Granted) and m.voter == n and m not in before for m in self.spoken(n))

    @step_invariant
    def released_is_over(self, old: Self) -> bool:
        """A ballot that is given up has no leader, and who gives it up is free at once."""
        return all(
            self.promised[n] != m.ballot
            or (not self.claims[n] and (m in old.network or m in old.outbox[n] or self.bound[n] == 0))
            for n in Replica
            for m in self.network.of(Released) | self.outbox[n].of(Released)
            if self.owner[m.ballot] == n
        )

    @invariant
    def grants_are_of_others(self) -> bool:
        """No node answers a heartbeat of its own: it is bound by asking."""
        return all(self.owner[m.ballot] != m.voter for m in self.network.of(Granted))

    @step_invariant
    def releases_are_of_others(self, old: Self) -> bool:
        """Who is free before its own clock shows the end has given up, or heard it of another."""
        return all(
            self.holder(n) != n or self.advance(n) > old.advance(n)
            for n in Replica
            if old.bound[n] > 0 and self.bound[n] == 0 and not old.claims[n]
        )

    @invariant
    def promises_are_told(self) -> bool:
        """A node that follows a ballot in memory alone has said something that waits for the disk."""
        return all(
            self.is_synced(n) or any(m.ballot == self.promised[n] for m in self.outbox[n]) for n in Replica
        )

    @invariant
    def disks_keep_up(self) -> bool:
        """A disk that writes at once has what the node follows."""
        return self.write_through == 0 or all(self.is_synced(n) for n in Replica)

    @step_invariant
    def promises_are_kept(self, old: Self) -> bool:
        """No node follows a ballot below that on its disk, nor has another below it on the disk."""
        return all(
            b is None or (self.reaches_up_to(self.promised[n], b) and self.reaches_up_to(self.disk[n], b))
            for n in Replica
            for b in [old.disk[n]]
        )

    @step_invariant
    def restarts_lose_memory(self, old: Self) -> bool:
        """A node that is back at what is on its disk knows nothing else, and is bound for a whole grant."""
        return all(
            self.bound[n] == self.grant_ticks and self.knows_nothing(n)
            for n in Replica
            for b in [old.promised[n]]
            if b is not None and not self.reaches_up_to(self.promised[n], b)
        )

    def knows_nothing(self, n: Replica) -> bool:
        """It does not lead, and has nothing to say."""
        return not self.claims[n] and len(self.outbox[n]) == 0

    def reaches_up_to(self, b: Ballot | None, before: Ballot) -> bool:
        """It is this ballot, or one above."""
        return b is not None and b >= before

    @step_invariant
    def what_waited_is_sent(self, old: Self) -> bool:
        """What waits for a disk is sent when that is written, all of it, and waits no more; but nothing is
        sent where the node does not know of it."""
        return all(
            (len(self.outbox[n]) == 0 and old.outbox[n] <= self.network)
            or (self.outbox[n] == old.outbox[n] and self.network == old.network)
            for n in Replica
            if self.disk[n] != old.disk[n]
        )

    @cover
    def is_freed(self, old: Self) -> bool:
        """A node that is bound can learn that it is free before its own clock shows the end."""
        return any(
            old.bound[n] > 0
            and self.bound[n] == 0
            and not old.claims[n]
            and self.advance(n) <= old.advance(n)
            for n in Replica
        )

    @cover
    def waits_for_a_disk_that_has_written(self) -> bool:
        """What a message waits for can be on the disk, unknown to the node."""
        return any(self.is_synced(n) and len(self.outbox[n]) > 0 for n in Replica)
