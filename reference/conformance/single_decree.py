"""Acceptors and phase 1 of the reference implementation, on the first slot of a group, as Paxos of one value.

The model's acceptors write and answer in one step, so the log is made durable after each message. Its
proposers are only a choice of values: here that choice is `PhaseOne`'s, from the promises of the quorum. What
an acceptor has promised and voted for is shown by recovering another one from its durable log.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Self

from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.conformance.runtime import Runtime
from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.client import Put, Token
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.records import Identity
from reference.messages.replication import Accept, Accepted, Prepare, Promise
from reference.messages.union import Message
from reference.messages.values import Value, Write
from reference.paxos.leadership import PhaseOne

SLOT = 1
PROPOSER = "Acceptor1"
"""Whose ballots they are: a member like any other, for strangers are not answered."""


class SingleDecree:
    """Actions: `prepare(b)`, `promise(a, b)`, `propose(b, v, q)`, `accept(a, b, v)`."""

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}

    def __init__(self) -> None:
        self._begin(0)

    def reset(self, scope: Mapping[str, int]) -> None:
        """New acceptors, nothing said."""
        self._begin(scope["Acceptor"])

    def fork(self) -> Self:
        """A copy."""
        return copy.deepcopy(self)

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        match action, dict(args):
            case "prepare", {"b": str(ballot)}:
                self._network[("Prepare", ballot)] = Prepare(_ballot(ballot), SLOT)
                return Done()
            case "promise", {"a": str(acceptor), "b": str(ballot)}:
                return self._deliver(acceptor, ("Prepare", ballot))
            case "propose", {"b": str(ballot), "v": str(value), "q": frozenset() as quorum}:
                return self._propose(ballot, value, sorted([str(name) for name in quorum]))
            case "accept", {"a": str(acceptor), "b": str(ballot), "v": str(value)}:
                return self._deliver(acceptor, ("Accept", ballot, value))
            case _:
                return NoStimulus(f"{action} is unknown here")

    def observe(self) -> Mapping[str, Plain]:
        """The acceptors' durable state, and all that was said."""
        promised: dict[str, Plain] = {}
        vote: dict[str, Plain] = {}
        for name, runtime in self._acceptors.items():
            ledger = runtime.recovered().ledger
            entry = ledger.entries.get(SLOT)
            promised[name] = None if ledger.promised == NO_BALLOT else _ballot_name(ledger.promised)
            vote[name] = None if entry is None else _vote(entry.ballot, entry.value)
        return {"promised": promised, "vote": vote, "network": tuple(self._network)}

    def _begin(self, acceptors: int) -> None:
        names = [f"Acceptor{number}" for number in range(1, acceptors + 1)]
        self._members = Configuration(tuple([Member(name, Kind.STORAGE, f"m-{name}") for name in names]))
        self._acceptors = {
            name: Runtime(Identity(name, "g", f"m-{name}", 0, self._members)) for name in names
        }
        self._network: dict[tuple[Plain, ...], Message] = {}

    def _deliver(self, acceptor: str, message: tuple[str, ...]) -> Answer:
        """A message from the network reaches an acceptor, which writes and answers."""
        sent = self._network.get(message)
        if sent is None:
            return NoStimulus("nobody has sent that")
        runtime = self._acceptors[acceptor]
        runtime.receive(PROPOSER, sent)
        answered = False
        runtime.sync()
        for send in runtime.take_ready():
            said = _said(acceptor, send.message, sent)
            if said is not None:
                self._network[said] = send.message
                answered = True
        return Done() if answered else Refused("it answers with a rejection, or not at all")

    def _propose(self, ballot: str, value: str, quorum: list[str]) -> Answer:
        """A proposer that has the promises of a quorum: what it has to propose, `PhaseOne` says."""
        if any(said[:2] == ("Accept", ballot) for said in self._network):
            return Refused("a value is proposed in this ballot")
        wanted: dict[str, int | None] = dict.fromkeys(self._members.ids(), SLOT)
        phase = PhaseOne(quorum[0] if quorum else "", self._members, SLOT, wanted, {}, {})
        for said, message in self._network.items():
            if said[0] == "Promise" and said[1] in quorum and said[2] == ballot:
                assert isinstance(message, Promise)
                phase.add(str(said[1]), message)
        if not phase.complete():
            return Refused("there is no quorum of promises")
        found = phase.gathered.get(SLOT)
        if found is not None and found.value != _value(value):
            return Refused("another value may have been chosen")
        self._network[("Accept", ballot, value)] = Accept(_ballot(ballot), SLOT, _value(value), 0)
        return Done()


def _ballot(name: str) -> Ballot:
    return Ballot(int(name.removeprefix("Ballot")), PROPOSER)


def _ballot_name(ballot: Ballot) -> str:
    return f"Ballot{ballot.round}"


def _value(name: str) -> Write:
    return Write(Token("client", int(name.removeprefix("Value"))), Put(b"key", name.encode()))


def _vote(ballot: Ballot, value: Value) -> Plain:
    assert isinstance(value, Write)
    return ("Vote", _ballot_name(ballot), f"Value{value.token.number}")


def _said(acceptor: str, message: Message, asked: Message) -> tuple[Plain, ...] | None:
    """A message in the model's words; None for a rejection, which the model does without."""
    match message, asked:
        case Promise(ballot=ballot, accepted=accepted), _:
            vote = _vote(accepted[0].ballot, accepted[0].value) if accepted else None
            return ("Promise", acceptor, _ballot_name(ballot), vote)
        case Accepted(ballot=ballot), Accept(value=Write(token=token)):
            return ("Accepted", acceptor, _ballot_name(ballot), f"Value{token.number}")
        case _:
            return None
