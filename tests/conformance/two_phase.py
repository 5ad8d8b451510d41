"""Two-phase commit as nodes without input and output: what the model beside it is held against.

A node returns what is to be done: a message goes out once the log is durable up to the record it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ballot:
    """A participant's vote, on its way to the coordinator."""

    sender: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The coordinator's decision, on its way to a participant."""

    commit: bool


Message: TypeAlias = Ballot | Verdict


@dataclass(frozen=True, slots=True)
class Send:
    """To be sent once the log has this many records on the disk."""

    message: Message
    after: int


class Participant:
    """Votes once; `log` is what it writes, in order, `result` what it was told."""

    def __init__(self, number: int, log: Sequence[bool] = ()) -> None:
        self.number = number
        self.log = list(log)
        self.result: bool | None = None

    @property
    def vote(self) -> bool | None:
        """Its vote; the log holds at most that."""
        return self.log[0] if self.log else None

    def ask(self, ready: bool) -> list[Send]:
        """The transaction is done here, or cannot be. What it says twice counts once."""
        if self.log:
            return []
        self.log.append(ready)
        return [Send(Ballot(self.number, ready), len(self.log))]

    def timeout(self) -> list[Send]:
        """Nothing was heard: says its vote again."""
        if self.vote is None or self.result is not None:
            return []
        return [Send(Ballot(self.number, self.vote), len(self.log))]

    def receive(self, verdict: Verdict) -> None:
        """The decision has come."""
        self.result = verdict.commit


@dataclass(slots=True)
class Coordinator:
    """Decides when all are ready, or one is not."""

    participants: int
    ready: dict[int, bool] = field(default_factory=dict[int, bool])
    decided: bool | None = None

    def receive(self, ballot: Ballot) -> list[Send]:
        """A vote has come, perhaps again."""
        self.ready[ballot.sender] = ballot.ready
        if self.decided is not None:
            return []
        if not ballot.ready:
            return self._decide(False)
        if sum(self.ready.values()) == self.participants:
            return self._decide(True)
        return []

    def _decide(self, commit: bool) -> list[Send]:
        self.decided = commit
        return [Send(Verdict(commit), 0)]
