"""The two-phase commit with mistakes in it, as models."""

from checker import Map, action, require
from tests.conformance.two_phase_model import Decision, Participant, TwoPhase, Vote


class CommitsOnOneYes(TwoPhase):
    """One yes is enough."""

    @action
    def commit(self) -> None:
        require(self.decided is None)
        require(any(Vote(p, True) in self.network for p in Participant))
        self.decided = True
        self.network.add(Decision(True))


class LearnsTheOpposite(TwoPhase):
    """What was decided is turned round."""

    @action
    def learn(self, p: Participant, m: Decision) -> None:
        require(m in self.network.of(Decision))
        self.result[p] = not m.commit


class WritesItOtherwise(TwoPhase):
    """No mistake at all."""

    @action
    def commit(self) -> None:
        require(self.decided is None and all(Vote(p, True) in self.network for p in Participant))
        self.network.add(Decision(True))
        self.decided = True


class Another(TwoPhase):
    """It has a variable of its own."""

    mood: Map[Participant, bool]
