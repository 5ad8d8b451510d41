"""The election with one rule about suspicion, answers or fencing forgotten.

Each class overrides one rule of `model.election`; what it breaks, and how, is in `specs/election.toml`. None
of them lets two nodes serve: that is what `model.free_election` is for.
"""

from checker import present, require
from model.election import Election, Inquiry
from model.election_messages import Attempt, Healthy, Query, Replica, Round


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
