"""What clients ask of a replica, and who of them still waits."""

from __future__ import annotations

from msgspec import Struct

from reference.admission.partition_admission import PartitionAdmission, units
from reference.membership.access_samples import AccessSamples
from reference.messages.client import (
    Answer,
    Get,
    NotLeader,
    Operation,
    Throttled,
    TimedOut,
    Token,
    Unavailable,
    WriteOperation,
)
from reference.messages.limits import too_large
from reference.messages.values import Write
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership
from reference.paxos.learner import Learner
from reference.state_machine.partition import Partition


class Standing(Struct, frozen=True):
    """What this replica may do at the moment of a call."""

    leadership: Leadership | None
    serves: bool
    leader: str | None
    now: int


class Waiting(Struct, frozen=True):
    """Who asked."""

    client: str
    token: Token


class Requests:
    """Answers are given by a leader that may serve; what was proposed is answered when it is applied."""

    def __init__(self, journal: Journal, learner: Learner) -> None:
        self._journal = journal
        self._learner = learner
        self._waiting: dict[int, list[Waiting]] = {}
        self._proposed: dict[Token, int] = {}
        self._held: list[tuple[Waiting, Answer]] = []
        self.samples: AccessSamples | None = None
        self.admission: PartitionAdmission | None = None

    @property
    def under_way(self) -> tuple[Token, ...]:
        """What was proposed for somebody who waits."""
        return tuple(self._proposed)

    def receive(self, asker: Waiting, operation: Operation, standing: Standing) -> None:
        """Answers, proposes, or says why not. Raises TableCorrupt."""
        answer = self._answer(asker, operation, standing)
        if answer is not None:
            self._journal.answer(asker.client, asker.token, answer)

    def applied(self, answers: list[tuple[int, Answer]], *, serves: bool) -> None:
        """These slots were applied, with these answers."""
        for slot, answer in answers:
            for waiting in self._waiting.pop(slot, ()):
                self._proposed.pop(waiting.token, None)
                self._held.append((waiting, answer))
        self.release(serves=serves)

    def release(self, *, serves: bool) -> None:
        """Gives the answers that waited for the right to give them."""
        if not serves:
            if self._held:
                self._journal.probe("answer_held_without_lease")
            return
        for waiting, answer in self._held:
            self._journal.answer(waiting.client, waiting.token, answer)
        self._held = []

    def abandon(self) -> None:
        """This replica leads no longer: what becomes of the proposals, others decide."""
        for waiting in [waiting for slot in self._waiting.values() for waiting in slot]:
            self._journal.answer(waiting.client, waiting.token, TimedOut())
        for waiting, _ in self._held:
            self._journal.answer(waiting.client, waiting.token, TimedOut())
        self._waiting = {}
        self._proposed = {}
        self._held = []

    def _answer(self, asker: Waiting, operation: Operation, standing: Standing) -> Answer | None:
        wrong = too_large(asker.token, operation)
        if wrong is not None:
            self._journal.probe("oversized_request_refused")
            return wrong
        partition = self._learner.partition
        if isinstance(operation, Get) and not operation.strong and partition is not None:
            return partition.read(operation.key)
        leadership = standing.leadership
        if leadership is None or not leadership.elected or partition is None:
            return NotLeader(standing.leader)
        if not standing.serves:
            self._journal.probe("request_before_the_lease_or_barrier")
            return Unavailable("the leader may not serve yet")
        if self.samples is not None:
            self.samples.add(operation.key)
        if self.admission is not None:
            admitted = self.admission.admit(units(operation), standing.now)
            if admitted != "admitted":
                self._journal.probe(f"throttled_by_{admitted}")
                return Throttled(admitted)
        if isinstance(operation, Get):
            return self.read(operation.key, partition)
        return self._write(asker, operation, leadership)

    def read(self, key: bytes, partition: Partition) -> Answer:
        """A strong read, only while all that is known to be chosen is applied.

        Others may have applied more than this leader: after a split, a child that serves the key already.
        """
        if self._learner.applied < self._learner.ledger.commit:
            self._journal.probe("strong_read_before_apply")
            return Unavailable("a chosen slot is not applied yet")
        return partition.read(key)

    def _write(self, asker: Waiting, operation: WriteOperation, leadership: Leadership) -> Answer | None:
        partition = self._learner.partition
        assert partition is not None
        before = partition.answered(asker.token)
        if before is not None:
            self._journal.probe("token_answered_again")
            return before
        if not partition.owned.holds(operation.key):
            self._journal.probe("write_outside_the_range")
            return partition.read(operation.key)
        if asker.token in self._proposed:
            self._waiting[self._proposed[asker.token]].append(asker)
            return None
        if not leadership.may_propose():
            self._journal.probe("proposal_declined")
            return Unavailable("the log has no room for a proposal now")
        slot = leadership.propose(Write(asker.token, operation))
        self._waiting[slot] = [asker]
        self._proposed[asker.token] = slot
        return None
