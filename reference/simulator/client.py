"""A client: one operation at a time, the same token until it is answered or given up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Protocol

from reference.messages.client import (
    ALWAYS,
    VALUE_BYTES_MAX,
    Absent,
    Answer,
    ConditionFailed,
    Delete,
    Found,
    Get,
    NotLeader,
    Operation,
    Put,
    Refused,
    Request,
    Response,
    Superseded,
    Throttled,
    TimedOut,
    Token,
    Unavailable,
    ValueIs,
    Written,
)
from reference.messages.frame import Decoded, Envelope
from reference.messages.union import Message
from reference.simulator.history import Entry

TRY_TIME = 250_000
BACKOFF = 60_000
PATIENCE = 2_500_000


class Surroundings(Protocol):
    """What a client needs of the world."""

    def now(self) -> int:
        """True time."""
        ...

    def after(self, delay: int, call: Callable[[], None]) -> None:
        """Plans a call."""
        ...

    def transmit(self, source: str, target: str, message: Message) -> None:
        """Hands a message to the network."""
        ...

    def servers(self) -> list[str]:
        """Whom to ask, in order."""
        ...

    def told(self, what: str, entry: Entry) -> None:
        """For those who watch."""
        ...


class Client:
    """Draws operations until it has done `operations` of them. `history` is filled as it goes."""

    def __init__(
        self,
        world: Surroundings,
        name: str,
        random: Random,
        keys: list[bytes],
        operations: int,
        history: list[Entry],
    ) -> None:
        self.name = name
        self.operations = operations
        self.finished = False
        self.think = 100_000
        self._world = world
        self._random = random
        self._keys = keys
        self._history = history
        self._number = 0
        self._open: Entry | None = None
        self._tries = 0
        self._target: str | None = None
        self._last_seen: dict[bytes, bytes | None] = {}
        self._script: list[Operation] = []

    def follow(self, script: list[Operation]) -> None:
        """Does these operations, in order, instead of drawn ones."""
        self._script = list(reversed(script))
        self.operations = len(script)

    def start(self) -> None:
        """Thinks, then asks."""
        self._world.after(self._random.randrange(1, self.think), self._next)

    def deliver(self, decoded: Decoded) -> None:
        """A frame has arrived."""
        match decoded:
            case Envelope(message=Response(token=token, answer=answer)):
                if self._open is not None and self._open.token == token:
                    self._on_answer(self._open, answer)
            case _:
                pass

    def _next(self) -> None:
        if self._number >= self.operations:
            self.finished = True
            return
        self._number += 1
        token = Token(self.name, self._number)
        self._open = Entry(token, self._draw(), self._world.now())
        self._history.append(self._open)
        self._world.told("ask", self._open)
        self._try(self._open)

    def _try(self, entry: Entry) -> None:
        servers = self._world.servers()
        if self._target is None or self._target not in servers:
            self._target = self._random.choice(servers)
        self._tries += 1
        tries = self._tries
        self._world.transmit(self.name, self._target, Request(entry.token, entry.operation))
        self._world.after(TRY_TIME, lambda: self._on_silence(entry, tries))

    def _on_silence(self, entry: Entry, tries: int) -> None:
        if self._open is entry and self._tries == tries:
            self._target = None
            self._again(entry, 0)

    def _again(self, entry: Entry, delay: int) -> None:
        if self._world.now() - entry.invoked >= PATIENCE:
            self._done()
            return
        self._tries += 1
        tries = self._tries
        self._world.after(delay, lambda: self._try(entry) if self._tries == tries else None)

    def _on_answer(self, entry: Entry, answer: Answer) -> None:
        match answer:
            case NotLeader(leader=leader):
                self._target = leader
                self._again(entry, 0 if leader is not None else BACKOFF)
            case Unavailable() | Throttled() | TimedOut():
                self._again(entry, BACKOFF)
            case Found() | Written() | ConditionFailed() | Refused() | Superseded():
                entry.returned = self._world.now()
                entry.answer = answer
                self._remember(entry, answer)
                self._world.told("answer", entry)
                self._done()
            case _:
                self._target = None
                self._again(entry, BACKOFF)

    def _done(self) -> None:
        self._open = None
        self._tries += 1
        self._world.after(self._random.randrange(1, self.think), self._next)

    def _remember(self, entry: Entry, answer: Answer) -> None:
        match answer:
            case Found(value=value) | ConditionFailed(value=value):
                self._last_seen[entry.operation.key] = value
            case Written():
                operation = entry.operation
                self._last_seen[operation.key] = operation.value if isinstance(operation, Put) else None
            case _:
                pass

    def _draw(self) -> Operation:
        if self._script:
            return self._script.pop()
        random = self._random
        key = random.choice(self._keys)
        value = f"{self.name}.{self._number}".encode()
        if random.random() < 0.004:
            return Put(key, value + bytes(VALUE_BYTES_MAX))
        draw = random.randrange(20)
        if draw < 6:
            return Get(key, True)
        if draw < 8:
            return Get(key, False)
        if draw < 14:
            return Put(key, value)
        if draw < 18:
            seen = self._last_seen.get(key)
            return Put(key, value, Absent() if seen is None else ValueIs(seen))
        if draw < 19:
            return Put(key, value + bytes(random.randrange(1, 6000)), ALWAYS)
        return Delete(key)
