"""Bugs seeded in the two-phase commit beside this file, one at a time, each a class of its own."""

from __future__ import annotations

from collections.abc import Sequence

from checker.conformance.system import Answer
from tests.conformance.two_phase import Ballot, Coordinator, Participant, Send, Verdict
from tests.conformance.two_phase_system import TwoPhaseSystem


class _SaysAtOnce(Participant):
    def ask(self, ready: bool) -> list[Send]:
        return [Send(one.message, 0) for one in super().ask(ready)]


class SaysBeforeItIsDurable(TwoPhaseSystem):
    """A vote is sent before it is on the disk."""

    make_participant = _SaysAtOnce


class _Forgets(Participant):
    def __init__(self, number: int, log: Sequence[bool] = ()) -> None:
        super().__init__(number, [vote for vote in log if vote])


class ForgetsANo(TwoPhaseSystem):
    """Recovery keeps only half of what was written."""

    make_participant = _Forgets


class _CommitsAlways(Participant):
    def receive(self, verdict: Verdict) -> None:
        self.result = True


class CommitsWhatIsAborted(TwoPhaseSystem):
    """The decision is not looked at."""

    make_participant = _CommitsAlways


class _HearsOnce(Participant):
    def receive(self, verdict: Verdict) -> None:
        if self.result is not None:
            raise RuntimeError("the decision has come already")
        super().receive(verdict)


class RaisesOnARepetition(TwoPhaseSystem):
    """A message that comes twice ends the process."""

    make_participant = _HearsOnce


class _Deaf(Coordinator):
    def receive(self, ballot: Ballot) -> list[Send]:
        return super().receive(ballot) if ballot.ready else []


class NeverAborts(TwoPhaseSystem):
    """The coordinator waits for ever for those who said no."""

    make_coordinator = _Deaf


class KeepsTheOutbox(TwoPhaseSystem):
    """What waits for the disk survives a crash that its reason does not survive."""

    def _crash(self, number: int) -> Answer:
        held = self.held[number]
        answer = super()._crash(number)
        self.held[number] = held
        return answer


class _ChangesItsMind(Participant):
    @property
    def vote(self) -> bool | None:
        return self.log[-1] if self.log else None

    def ask(self, ready: bool) -> list[Send]:
        if self.vote == ready:
            return []
        self.log.append(ready)
        return [Send(Ballot(self.number, ready), len(self.log))]


class VotesTwice(TwoPhaseSystem):
    """A participant that is asked again may say something else."""

    make_participant = _ChangesItsMind


class _Majority(Coordinator):
    def receive(self, ballot: Ballot) -> list[Send]:
        sends = super().receive(ballot)
        if self.decided is None and 2 * sum(self.ready.values()) >= self.participants:
            return self._decide(True)
        return sends


class CommitsByMajority(TwoPhaseSystem):
    """Half of the votes are enough."""

    make_coordinator = _Majority


class _Counts(Coordinator):
    def receive(self, ballot: Ballot) -> list[Send]:
        self.ready[len(self.ready) + 1] = ballot.ready
        if not ballot.ready:
            return self._decide(False) if self.decided is None else []
        return self._decide(True) if self.decided is None and len(self.ready) >= self.participants else []


class CountsARepetition(TwoPhaseSystem):
    """A vote that comes twice counts twice."""

    make_coordinator = _Counts


class _RemindsAtOnce(Participant):
    def timeout(self) -> list[Send]:
        return [Send(one.message, 0) for one in super().timeout()]


class RemindsBeforeItIsDurable(TwoPhaseSystem):
    """The repetition of a vote does not wait for the disk."""

    make_participant = _RemindsAtOnce


STEERED: tuple[type[TwoPhaseSystem], ...] = (
    SaysBeforeItIsDurable,
    ForgetsANo,
    CommitsWhatIsAborted,
    RaisesOnARepetition,
    NeverAborts,
    KeepsTheOutbox,
)
"""Those that doing what the model does shows."""

DISABLED: tuple[type[TwoPhaseSystem], ...] = (
    VotesTwice,
    CommitsByMajority,
    CountsARepetition,
    RemindsBeforeItIsDurable,
)
"""Those that only asking for what the model disables shows."""
