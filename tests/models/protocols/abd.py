"""ABD: an atomic register over majorities, with tags (number, writer)."""

from __future__ import annotations

from enum import Enum
from typing import Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Quorum,
    Record,
    Set,
    Sort,
    action,
    cover,
    invariant,
    require,
    step_invariant,
)


class Server(Sort): ...


class Client(Ordered): ...


class Number(Ordered): ...


class Tag(Record):
    number: Number
    writer: Client


def newer(a: Tag | None, b: Tag | None) -> bool:
    if a is None:
        return False
    if b is None:
        return True
    return a.number > b.number or (a.number == b.number and a.writer > b.writer)


class Phase(Enum):
    IDLE = 0
    QUERY = 1
    PROPAGATE = 2
    DONE = 3


class Register(Model):
    stored: Map[Server, Tag | None]
    phase: Map[Client, Phase]
    writing: Map[Client, bool]
    tag: Map[Client, Tag | None]
    heard: Map[Client, Set[Server]]
    floor: Ghost[Map[Client, Tag | None]]
    finished: Ghost[Set[Tag]]

    @action
    def begin(self, c: Client, write: bool) -> None:
        require(self.phase[c] == Phase.IDLE)
        self.phase[c] = Phase.QUERY
        self.writing[c] = write
        if len(self.finished) > 0:
            self.floor[c] = max(self.finished, key=lambda t: (t.number, t.writer))

    @action
    def query(self, c: Client, s: Server) -> None:
        require(self.phase[c] == Phase.QUERY and s not in self.heard[c])
        self.heard[c].add(s)
        if newer(self.stored[s], self.tag[c]):
            self.tag[c] = self.stored[s]

    @action
    def propagate(self, c: Client, q: Quorum[Server]) -> None:
        require(self.phase[c] == Phase.QUERY and q <= self.heard[c])
        if self.writing[c]:
            tag = self.tag[c]
            if tag is None:
                self.tag[c] = Tag(Number.first, c)
            else:
                require(tag.number < Number.last)
                self.tag[c] = Tag(tag.number.next, c)
        self.phase[c] = Phase.PROPAGATE
        self.heard[c].clear()

    @action
    def store(self, c: Client, s: Server) -> None:
        require(self.phase[c] == Phase.PROPAGATE)
        require(s not in self.heard[c])
        self.heard[c].add(s)
        if newer(self.tag[c], self.stored[s]):
            self.stored[s] = self.tag[c]

    @action
    def finish(self, c: Client) -> None:
        require(self.phase[c] == Phase.PROPAGATE)
        require(any(q <= self.heard[c] for q in Quorum[Server]))
        self.phase[c] = Phase.DONE
        tag = self.tag[c]
        if tag is not None:
            self.finished.add(tag)

    @invariant
    def atomic(self) -> bool:
        return all(not newer(self.floor[c], self.tag[c]) for c in Client if self.phase[c] == Phase.DONE)

    @step_invariant
    def tags_grow(self, old: Self) -> bool:
        return all(not newer(old.stored[s], self.stored[s]) for s in Server)

    @cover
    def all_done(self) -> bool:
        return all(p == Phase.DONE for p in self.phase.values())


class QueryOne(Register):
    """Asks one server."""

    @action
    def propagate(self, c: Client, q: Quorum[Server]) -> None:
        require(len(self.heard[c]) == 1 and self.heard[c] <= q)
        for s in q:
            self.heard[c].add(s)
        super().propagate(c, q)
