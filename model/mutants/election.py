"""The election with one rule about suspicion, answers or fencing forgotten.

Each class overrides one rule of `model.election`; what it breaks, and how, is in `specs/election.toml`. None
of them lets two nodes serve: that is what `model.free_election` is for.
"""

from checker import Set, present, require
from model.election import Election, Inquiry
from model.election_messages import (
    Attempt,
    Ballot,
    Granted,
    Healthy,
    Heartbeat,
    Query,
    Released,
    Replica,
    Round,
)


class StandsUnasked(Election):
    """A node stands whenever it has heard of no leader. Breaks `elections_have_a_cause`."""

    def may_stand(self, n: Replica) -> bool:
        """As it should be, but the peers are not asked."""
        return self.heard[n] == 0


class IgnoresAnswers(Election):
    """A node stands although a peer hears the leader. Breaks `elections_have_a_cause`."""

    def may_stand(self, n: Replica) -> bool:
        """As it should be, whatever the peers have said."""
        return self.inquiry[n] is not None


class StandsWhileItHears(Election):
    """A node that has asked stands although it hears the leader now. Breaks `elections_have_a_cause`."""

    def hear(self, n: Replica) -> None:
        """As it should be, but the inquiry goes on."""
        self.heard[n] = self.election_ticks


class BelievesOldAnswers(Election):
    """An answer to an older question makes a node wait, again and again. Breaks `answers_are_news`."""

    def is_answered(self, attempt: Attempt, m: Healthy) -> bool:
        """As it should be, whatever the question."""
        return True


class NumbersStartAnew(Election):
    """After a restart questions are numbered from the first again, which has answers already. Breaks
    `answers_are_news`."""

    def restart(self, n: Replica) -> None:
        """As it should be, but the number of the last attempt is lost."""
        super().restart(n)
        self.attempts[n] = 0


class AnswersNeverExpire(Election):
    """Who was told that the leader is well never asks again. Breaks `memory_fades`."""

    def let_answers_expire(self, n: Replica) -> None:
        """As it should be, unless a peer was healthy."""
        mine = self.inquiry[n]
        if mine is not None and not mine.healthy:
            if mine.left == 1:
                self.forget_inquiry(n)
            else:
                self.inquiry[n] = Inquiry(mine.attempt, mine.left - 1, mine.healthy)


class HearsForEver(Election):
    """Who has once heard the leader hears it for ever. Breaks `memory_fades`."""

    def tick(self, n: Replica) -> None:
        """As it should be, but the time of silence is not counted."""
        before = self.heard[n]
        super().tick(n)
        self.heard[n] = before


class VouchesForTheFollowed(Election):
    """A peer vouches for whoever it follows, heard or not. Breaks `answers_are_news`."""

    def vouch(self, n: Replica, m: Query) -> None:
        """As it should be, without a look at the time."""
        require(m in self.network.of(Query))
        require(m.asker != n and self.reaches(m.asker, n))
        require(self.promised[n] is not None)
        self.network.add(Healthy(m.asker, m.attempt, n))


class VouchesForItself(Election):
    """A leader without a lease says that all is well. Breaks `answers_are_news`."""

    def hears(self, n: Replica) -> bool:
        """As it should be, but a leader hears itself always."""
        return self.claims[n] or self.heard[n] > 0


class BeatsOnUnanswered(Election):
    """A leader that receives nothing goes on to keep all others quiet. Breaks `deaf_leaders_fall_silent`."""

    def beat(self, n: Replica) -> None:
        """As it should be, whoever answers."""
        require(self.claims[n] and self.beats[n] < len(Round))
        self.ask(n, present(self.promised[n]))


class OneAnswerIsEnough(Election):
    """A leader goes on as long as a single node answers. Breaks `deaf_leaders_fall_silent`."""

    def beat(self, n: Replica) -> None:
        """As it should be, but any answer will do."""
        require(self.claims[n] and self.beats[n] < len(Round))
        require(self.fence[n] > 0 or any(self.has_granted(n, k, Round.first) for k in Replica))
        self.ask(n, present(self.promised[n]))


class FenceCountsFromTheHeartbeat(Election):
    """A leader starts its wait for answers anew with each heartbeat. Breaks `deaf_leaders_fall_silent`."""

    def beat(self, n: Replica) -> None:
        """As it should be, but asking is taken for being answered."""
        super().beat(n)
        self.fence[n] = self.fence_ticks


# -------------------------------------------------------------------- what holds inside


class KeepsItsFirstHeartbeat(Election):
    """A node stands and does not say so. Breaks `leaders_own_their_ballots`."""

    def send(self, n: Replica, m: Heartbeat | Granted | Released) -> None:
        """As it should be, but the first heartbeat is not sent."""
        if not isinstance(m, Heartbeat) or m.round != Round.first:
            super().send(n, m)


class CountsWhatItAskedBefore(Election):
    """A node that has given up can get a lease by answers to come. Breaks `leases_end_with_leading`."""

    def let_lease_go(self, n: Replica) -> None:
        """As it should be, but only the lease that it has goes."""
        self.lease[n] = 0


class HeartbeatsHaveOneNumber(Election):
    """All heartbeats of a ballot have the same number: the answer to an old one prolongs the lease. Breaks
    `heartbeats_are_told_apart`."""

    def ask(self, n: Replica, b: Ballot) -> None:
        """As it should be, but none counts as sent."""
        super().ask(n, b)
        self.beats[n] = 0


class AnswersWithoutLease(Election):
    """A leader answers without a look at its lease. Breaks `answers_need_a_lease`."""

    def answer(self, n: Replica) -> None:
        """As it should be, whatever its clock shows."""
        require(self.request[n])
        self.stale = self.stale or self.late[n]
        self.request[n] = False
        self.late[n] = False


class StandsWithoutPatience(Election):
    """A candidate sends one heartbeat, and falls silent. Breaks `leaders_wait_for_answers`."""

    def stand(self, n: Replica, b: Ballot) -> None:
        """As it should be, but nobody has time to answer."""
        super().stand(n, b)
        self.fence[n] = 0


class AsksOnce(Election):
    """A node that has asked its peers may stand again and again. Breaks `leaders_ask_nobody`."""

    def stand(self, n: Replica, b: Ballot) -> None:
        """As it should be, but the question counts on."""
        before = self.inquiry[n]
        super().stand(n, b)
        self.inquiry[n] = before


class GrantsUnbound(Election):
    """A voter is not bound to what it grants. Breaks `who_asks_or_grants_is_bound`."""

    def grant(self, n: Replica, m: Heartbeat) -> None:
        """As it should be, but it is as free as before."""
        require(m in self.network.of(Heartbeat))
        before = self.bound[n]
        super().grant(n, m)
        self.bound[n] = before


class VotersHearNobody(Election):
    """A node that answers a heartbeat takes the leader for silent. Breaks `who_grants_hears`."""

    def hear(self, n: Replica) -> None:
        """As it should be, but only what it has asked is forgotten."""
        self.forget_inquiry(n)


class GivesUpForAnother(Election):
    """A voter gives up the ballot that it follows, and its leader serves on. Breaks `released_is_over`."""

    def relinquish(self, n: Replica) -> None:
        """As it should be, whoever leads."""
        b = present(self.promised[n])
        self.stop(n)
        self.fence[n] = 0
        self.unanswered[n] = 0
        self.bound[n] = 0
        self.send(n, Released(b))


class WaitsAfterARelease(Election):
    """A node that knows that the leader has given up waits for its silence. Breaks
    `who_is_freed_hears_nobody`."""

    def learn_release(self, n: Replica, m: Released) -> None:
        """As it should be, but it has heard the leader not long ago."""
        require(m in self.network.of(Released))
        before = self.heard[n]
        super().learn_release(n, m)
        self.heard[n] = before


class GrantsLowerBallots(Election):
    """A node that is free grants whatever ballot it is asked for. Breaks `promises_are_kept`."""

    def may_grant(self, n: Replica, b: Ballot) -> bool:
        """As it should be, without a look at the ballots."""
        return b == self.promised[n] or self.is_free_for(n, self.owner[b])


class HearsThroughRestarts(Election):
    """A restarted node still hears the leader of a ballot that it has forgotten. Breaks
    `restarts_lose_memory`."""

    def restart(self, n: Replica) -> None:
        """As it should be, but when it heard the leader is remembered."""
        before = self.heard[n]
        super().restart(n)
        self.heard[n] = before


class HearsThroughCutLinks(Election):
    """A link that is cut brings messages. Breaks `deaf_nodes_hear_nothing`."""

    def reaches(self, source: Replica, n: Replica) -> bool:
        """As it should be, but nothing is lost."""
        return True


class AsksWhileItHears(Election):
    """A node asks its peers whether they hear the leader, and hears it. Breaks `questions_have_a_cause`."""

    def inquire(self, n: Replica) -> None:
        """As it should be, heard or not."""
        before = self.heard[n]
        self.heard[n] = 0
        super().inquire(n)
        self.heard[n] = before


class AnswersItself(Election):
    """A node answers its own question. Breaks `peers_speak_for_others`."""

    def vouch(self, n: Replica, m: Query) -> None:
        """As it should be, whoever asks."""
        require(m in self.network.of(Query))
        require(self.reaches(m.asker, n) and self.hears(n))
        self.network.add(Healthy(m.asker, m.attempt, n))


class TakesAnyAnswer(Election):
    """An old heartbeat's answer prolongs the lease from the last one. Breaks `leases_rest_on_answers`."""

    def has_granted(self, n: Replica, k: Replica, r: Round) -> bool:
        """As it should be, whatever was answered."""
        return any(m.ballot == self.promised[n] and m.voter == k for m in self.network.of(Granted))


class IsAnsweredAgain(Election):
    """A leader that nobody answers any more takes old answers for new ones. Breaks `answers_count_once`."""

    def serve(self, n: Replica, r: Round, q: Set[Replica]) -> None:
        """As it should be, though the lease does not grow."""
        before = self.lease[n]
        self.lease[n] = 0
        super().serve(n, r, q)
        self.lease[n] = max(before, self.lease[n])


class SendsAgain(Election):
    """What was sent still waits, and is sent once more. Breaks `what_waited_is_sent`."""

    def fsync(self, n: Replica) -> None:
        """As it should be, but nothing is taken out of the outbox."""
        before = self.outbox[n]
        super().fsync(n)
        self.outbox[n] = before


class CutsNodesOffFromThemselves(Election):
    """A link to the node that it comes from is cut. Breaks `no_node_is_cut_off_from_itself`."""

    def deafen(self, n: Replica) -> None:
        """As it should be, but a node is no exception."""
        self.cut |= Set({(k, n) for k in Replica})
