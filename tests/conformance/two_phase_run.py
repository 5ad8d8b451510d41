"""Runs the two-phase commit under faults, from a seed, and logs what happens: the logs that are validated."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.conformance.two_phase import Ballot, Coordinator, Message, Participant, Send, Verdict

COORDINATOR = "coordinator"


class Run:
    """Messages are lost, doubled and reordered; participants crash; the disk writes when it is told to."""

    def __init__(
        self,
        seed: int,
        participants: int = 3,
        make_participant: type[Participant] = Participant,
        make_coordinator: type[Coordinator] = Coordinator,
    ) -> None:
        self.lines: list[str] = []
        self._seed = seed
        self._random = Random(seed)
        self._make = make_participant
        numbers = range(1, participants + 1)
        self._nodes = {number: make_participant(number) for number in numbers}
        self._disks: dict[int, list[bool]] = {number: [] for number in numbers}
        self._held: dict[int, list[Send]] = {number: [] for number in numbers}
        self._coordinator = make_coordinator(participants)
        self._wire: list[tuple[str, str, Message]] = []
        self._life = {**{_name(number): 1 for number in numbers}, COORDINATOR: 1}
        self._count = dict.fromkeys(self._life, 0)

    def live(self, steps: int = 40) -> list[str]:
        """The log."""
        for _ in range(steps):
            self._step()
        return self.lines

    def _step(self) -> None:
        random = self._random
        number = random.choice(list(self._nodes))
        draw = random.random()
        if draw < 0.2:
            ready = random.random() < 0.8
            self._carry_out(number, self._nodes[number].ask(ready), "request", value=ready)
        elif draw < 0.4:
            self._sync(number)
        elif draw < 0.5:
            self._carry_out(number, self._nodes[number].timeout(), "timer", timer="silence")
        elif draw < 0.56:
            self._crash(number)
        elif self._wire:
            self._deliver()

    def _deliver(self) -> None:
        index = self._random.randrange(len(self._wire))
        source, target, message = self._wire[index]
        fate = self._random.random()
        if fate < 0.6:
            del self._wire[index]
        if fate > 0.9:
            return
        if isinstance(message, Ballot):
            sends = self._coordinator.receive(message)
            self._log(COORDINATOR, "recv", src=source, msg=_plain(message))
            for send in sends:
                for number in self._nodes:
                    self._send(COORDINATOR, _name(number), send.message)
        else:
            number = int(target.removeprefix("Participant"))
            self._nodes[number].receive(message)
            self._log(target, "recv", src=source, msg=_plain(message))

    def _sync(self, number: int) -> None:
        if self._disks[number] == self._nodes[number].log and not self._held[number]:
            return
        self._disks[number] = list(self._nodes[number].log)
        self._log(_name(number), "sync_done", upto=len(self._disks[number]))
        held, self._held[number] = self._held[number], []
        for send in held:
            self._send(_name(number), COORDINATOR, send.message)

    def _crash(self, number: int) -> None:
        name = _name(number)
        self._held[number] = []
        self._nodes[number] = self._make(number, self._disks[number])
        self._life[name] += 1
        self._count[name] = 0
        self._log(name, "restart")

    def _carry_out(self, number: int, sends: list[Send], kind: str, **more: Any) -> None:
        self._log(_name(number), kind, **more)
        for send in sends:
            if send.after > len(self._disks[number]):
                self._held[number].append(send)
            else:
                self._send(_name(number), COORDINATOR, send.message)

    def _send(self, source: str, target: str, message: Message) -> None:
        self._wire.append((source, target, message))
        self._log(source, "send", to=target, msg=_plain(message))

    def _log(self, node: str, kind: str, **more: Any) -> None:
        self._count[node] += 1
        fields = {
            "v": 1,
            "run": self._seed,
            "node": node,
            "inc": self._life[node],
            "seq": self._count[node],
            "ev": kind,
            "state": self._state(node),
            **more,
        }
        self.lines.append(json.dumps(fields, sort_keys=True))

    def _state(self, node: str) -> dict[str, Any]:
        if node == COORDINATOR:
            return {"decided": self._coordinator.decided}
        number = int(node.removeprefix("Participant"))
        participant = self._nodes[number]
        disk = self._make(number, self._disks[number])
        return {"vote": participant.vote, "disk": disk.vote, "result": participant.result}


def _name(number: int) -> str:
    return f"Participant{number}"


def _plain(message: Message) -> list[Any]:
    match message:
        case Ballot(sender=sender, ready=ready):
            return ["Vote", _name(sender), ready]
        case Verdict(commit=commit):
            return ["Decision", commit]
