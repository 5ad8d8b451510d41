"""Binds the nodes of `two_phase` to the model in `two_phase_model`.

It is the nodes' runtime: it holds messages back until the log is durable, keeps what was sent, and loses on a
crash what was not written. The coordinator counts when the model's decision is asked for: it is told of the
votes that are in the network, and decides by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Self

from checker.conformance.system import Answer, Done, NoStimulus, Plain, Refused
from tests.conformance.two_phase import Ballot, Coordinator, Message, Participant, Send, Verdict


class TwoPhaseSystem:
    """See `checker.conformance.system.SystemUnderTest`."""

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    make_participant = Participant
    make_coordinator = Coordinator

    def __init__(self) -> None:
        self.reset({"Participant": 0})

    def reset(self, scope: Mapping[str, int]) -> None:
        """New nodes, empty disks, nothing said."""
        numbers = range(1, scope["Participant"] + 1)
        self.nodes = {number: self.make_participant(number) for number in numbers}
        self.disks: dict[int, list[bool]] = {number: [] for number in numbers}
        self.held: dict[int, list[Send]] = {number: [] for number in numbers}
        self.coordinator = self.make_coordinator(len(numbers))
        self.network: list[Message] = []

    def fork(self) -> Self:
        """A deep copy."""
        return copy.deepcopy(self)

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        match action, dict(args):
            case "cast", {"p": str(name), "yes": bool(yes)}:
                return self._cast(_number(name), yes)
            case "sync", {"p": str(name)}:
                return self._sync(_number(name))
            case "remind", {"p": str(name)}:
                return self._remind(_number(name))
            case "commit", _:
                return self._decide(True)
            case "abort", {"m": ("Vote", str(name), bool(yes))}:
                vote = Ballot(_number(name), yes)
                return self._decide(False) if vote in self.network else NoStimulus("nobody said so")
            case "learn", {"p": str(name), "m": ("Decision", bool(commit))}:
                if Verdict(commit) not in self.network:
                    return NoStimulus("nothing of the kind was decided")
                self.nodes[_number(name)].receive(Verdict(commit))
                return Done()
            case "crash", {"p": str(name)}:
                return self._crash(_number(name))
            case _:
                return NoStimulus(f"{action} is unknown here")

    def observe(self) -> Mapping[str, Plain]:
        """The disks are shown as a node that begins with them knows them."""
        recovered = {n: self.make_participant(n, disk) for n, disk in self.disks.items()}
        return {
            "vote": {_name(n): node.vote for n, node in self.nodes.items()},
            "disk": {_name(n): node.vote for n, node in recovered.items()},
            "outbox": {
                _name(n): tuple([_message(one.message) for one in held]) for n, held in self.held.items()
            },
            "result": {_name(n): node.result for n, node in self.nodes.items()},
            "decided": self.coordinator.decided,
            "network": tuple([_message(one) for one in self.network]),
        }

    def _cast(self, number: int, yes: bool) -> Answer:
        before = list(self.nodes[number].log)
        self._carry_out(number, self.nodes[number].ask(yes))
        return Done() if self.nodes[number].log != before else Refused("it has voted")

    def _sync(self, number: int) -> Answer:
        log = self.nodes[number].log
        if self.disks[number] == log and not self.held[number]:
            return NoStimulus("there is nothing to sync")
        self.disks[number] = list(log)
        held, self.held[number] = self.held[number], []
        self._carry_out(number, held)
        return Done()

    def _remind(self, number: int) -> Answer:
        sends = self.nodes[number].timeout()
        self._carry_out(number, sends)
        return Done() if sends else Refused("it has nothing to say")

    def _decide(self, commit: bool) -> Answer:
        before = self.coordinator.decided
        for message in self.network:
            if isinstance(message, Ballot) and self.coordinator.decided is None and message.ready is commit:
                self._carry_out(0, self.coordinator.receive(message))
        decided = self.coordinator.decided
        return Done() if decided is not before else Refused("it does not decide that now")

    def _crash(self, number: int) -> Answer:
        self.nodes[number] = self.make_participant(number, self.disks[number])
        self.held[number] = []
        return Done()

    def _carry_out(self, number: int, sends: list[Send]) -> None:
        durable = len(self.disks.get(number, []))
        for send in sends:
            if send.after > durable:
                self.held[number].append(send)
            elif send.message not in self.network:
                self.network.append(send.message)


def _name(number: int) -> str:
    return f"Participant{number}"


def _number(name: str) -> int:
    return int(name.removeprefix("Participant"))


def _message(message: Message) -> Plain:
    match message:
        case Ballot(sender=sender, ready=ready):
            return ("Vote", _name(sender), ready)
        case Verdict(commit=commit):
            return ("Decision", commit)
