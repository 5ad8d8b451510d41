"""What the members of a group say about who leads, in the words of the model of elections as built.

A message of the model goes to everybody; the code sends each member its own, and numbers heartbeats by the
sender's clock and questions by a number of its own. Of what is said of the log, only that it is said is here.
"""

from __future__ import annotations

from msgspec import Struct

from reference.conformance.answers import Plain
from reference.conformance.spoken import ballot_name
from reference.messages.ballot import Ballot
from reference.messages.replication import (
    Accept,
    Accepted,
    Heartbeat,
    HeartbeatAck,
    Prepare,
    Promise,
    Query,
    QueryAnswer,
    Release,
)
from reference.messages.union import Message
from reference.node import Send

Said = tuple[Plain, ...]


class Heard(Struct):
    """A message of the model that was sent: by whom, and what the code sent for it, in order."""

    source: str
    messages: list[Message]


class Numbers(Struct):
    """The order of heartbeats in a ballot and of a replica's questions: `beats` has the times at which the
    first were sent, `questions` their numbers.
    """

    beats: dict[Ballot, list[int]]
    questions: dict[str, list[int]]

    def note(self, source: str, message: Message) -> None:
        """A message is sent for the first time, perhaps."""
        match message:
            case Heartbeat(ballot=ballot, sent_at=at):
                times = self.beats.setdefault(ballot, [])
                if at not in times:
                    times.append(at)
            case Query(number=number):
                asked = self.questions.setdefault(source, [])
                if number not in asked:
                    asked.append(number)
            case _:
                pass

    def said(self, source: str, send: Send) -> Said | None:
        """The model's message; None for what the model does without."""
        match send.message:
            case Prepare(ballot=ballot):
                return "Prepare", ballot_name(ballot)
            case Promise(ballot=ballot):
                return "Promise", ballot_name(ballot), source
            case Accept(ballot=ballot):
                return "Accept", ballot_name(ballot)
            case Accepted(ballot=ballot):
                return "Accepted", ballot_name(ballot), source
            case Heartbeat(ballot=ballot, sent_at=at):
                return "Heartbeat", ballot_name(ballot), self.round(ballot, at)
            case HeartbeatAck(ballot=ballot, sent_at=at):
                return "Granted", ballot_name(ballot), self.round(ballot, at), source
            case Release(ballot=ballot):
                return "Released", ballot_name(ballot)
            case Query(number=number):
                return "Query", source, self.attempt(source, number)
            case QueryAnswer(number=number, hears_leader=True):
                return "Healthy", send.to, self.attempt(send.to, number), source
            case _:
                return None

    def round(self, ballot: Ballot, at: int) -> str:
        """The name of a heartbeat."""
        return _name("Round", self.beats.get(ballot, []), at)

    def attempt(self, asker: str, number: int) -> str:
        """The name of a question."""
        return _name("Attempt", self.questions.get(asker, []), number)


def _name(kind: str, known: list[int], one: int) -> str:
    return f"{kind}{known.index(one) + 1}" if one in known else f"no {kind}: {one}"
