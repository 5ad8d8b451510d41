"""A process: one node, driven by the world.

It carries effects out, and it can stop between any two of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, assert_never

from reference.messages.frame import Decoded, Envelope, Malformed, UnknownVersion
from reference.messages.union import Message
from reference.node import (
    Append,
    Checkpoint,
    Effect,
    Node,
    Probe,
    Reply,
    Send,
    SetTimer,
    Spawn,
    Stop,
    Sync,
    Truncate,
)
from reference.simulator.event import Detail
from reference.simulator.failure import SimulationFailure
from reference.simulator.machine import Machine


class Surroundings(Protocol):
    """What a process needs of the world."""

    def now(self) -> int:
        """True time."""
        ...

    def after(self, delay: int, call: Callable[[], None]) -> None:
        """Plans a call."""
        ...

    def transmit(self, source: str, target: str, message: Message) -> None:
        """Hands a message to the network."""
        ...

    def spawn(self, machine: Machine, effect: Spawn) -> None:
        """Makes a replica."""
        ...

    def probe(self, name: str) -> None:
        """Counts a rare branch."""
        ...

    def acted(self, process: Process, what: str, detail: Detail) -> None:
        """A process has done something: for traces and for what must always hold."""
        ...

    def ended(self, process: Process) -> None:
        """A process has lost its memory."""
        ...


class Process:
    """A node without storage. `epoch` counts its lives: a call planned in an earlier life is ignored."""

    def __init__(self, world: Surroundings, machine: Machine, name: str) -> None:
        self.world = world
        self.machine = machine
        self.name = name
        self.node: Node | None = None
        self.epoch = 0
        self._timers: dict[str, int] = {}
        self._timer_number = 0

    @property
    def runs(self) -> bool:
        """Whether there is a node that takes messages."""
        return self.node is not None

    def local(self) -> int:
        """The machine's clock."""
        return self.machine.clock.local(self.world.now())

    def run(self, node: Node) -> None:
        """Begins a life."""
        self.node = node
        self.call("start", None, lambda: node.start(self.local()))

    def crash(self) -> None:
        """All memory is gone: the node, its timers, what it held back."""
        if self.node is not None:
            self.node = None
            self.world.ended(self)
        self.epoch += 1
        self._timers = {}

    def deliver(self, decoded: Decoded) -> None:
        """A frame has arrived."""
        match decoded:
            case Envelope(source=source, message=message):
                self.receive(source, message)
            case Malformed():
                self.world.probe("malformed_frame_dropped")
            case UnknownVersion():
                self.world.probe("frame_of_unknown_version_dropped")
            case _:
                assert_never(decoded)

    def receive(self, source: str, message: Message) -> None:
        """A message for the node, once the machine is not stalled."""
        self._when_awake(
            lambda node: self.call(
                "receive", (source, message), lambda: node.receive(source, message, self.local())
            )
        )

    def call(self, what: str, detail: Detail, step: Callable[[], list[Effect]]) -> None:
        """One call of the node, and its effects."""
        try:
            effects = step()
        except AssertionError as error:
            raise SimulationFailure("assertion", f"{self.name}, {what}: {error}") from error
        self.world.acted(self, what, detail)
        self.execute(effects)

    def execute(self, effects: list[Effect]) -> None:
        """Carries effects out in order. The node may stop in between."""
        epoch = self.epoch
        for effect in effects:
            if self.epoch != epoch:
                return
            self.carry_out(effect)

    def carry_out(self, effect: Effect) -> None:
        """One effect."""
        match effect:
            case Send() | Reply():
                self.emit(effect)
            case SetTimer(name=name, delay=delay):
                self._set_timer(name, delay)
            case Probe(name=name):
                self.world.probe(name)
            case Spawn():
                self.world.spawn(self.machine, effect)
            case Stop():
                self.crash()
            case Append() | Sync() | Checkpoint() | Truncate():
                raise AssertionError(f"{self.name} has no storage: {effect}")
            case _:
                assert_never(effect)

    def emit(self, effect: Send | Reply) -> None:
        """Sends a message now."""
        match effect:
            case Send(to=to, message=message):
                if to == self.name:
                    self.soon(lambda: self.receive(self.name, message))
                else:
                    self.world.transmit(self.name, to, message)
            case Reply(to=to, response=response):
                self.world.transmit(self.name, to, response)
            case _:
                assert_never(effect)

    def soon(self, call: Callable[[], None]) -> None:
        """Plans a call for now, in this life."""
        self.later(0, call)

    def later(self, delay: int, call: Callable[[], None]) -> None:
        """Plans a call in this life."""
        epoch = self.epoch
        self.world.after(delay, lambda: call() if self.epoch == epoch else None)

    def _set_timer(self, name: str, delay: int) -> None:
        self._timer_number += 1
        number = self._timers[name] = self._timer_number
        self.later(self.machine.clock.true_delay(delay), lambda: self._ring(name, number))

    def _ring(self, name: str, number: int) -> None:
        if self._timers.get(name) == number:
            self._when_awake(
                lambda node: (
                    self.call("timer", name, lambda: node.timer(name, self.local()))
                    if self._timers.get(name) == number
                    else None
                )
            )

    def _when_awake(self, step: Callable[[Node], None]) -> None:
        node = self.node
        if node is None:
            return
        stalled = self.machine.paused_until - self.world.now()
        if stalled > 0:
            self.later(stalled, lambda: self._when_awake(step))
        else:
            step(node)
