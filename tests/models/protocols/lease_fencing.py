"""A primary with a lease, and storage that is protected by a monotone fencing token."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from checker import (
    Map,
    Model,
    Param,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    assume,
    cover,
    fault,
    initial,
    invariant,
    present,
    require,
    step_invariant,
    terminal,
)

Time = Annotated[int, Range(0, "horizon")]
Token = Annotated[int, Range(0, "horizon")]


class Node(Sort): ...


class Lease(Record):
    holder: Node
    token: Token
    until: Annotated[int, Range(0, 20)]


class Write(Record):
    token: Token
    by: Node


class Fencing(Model):
    horizon: Param
    duration: Param
    drift: Param
    now: Time
    local: Map[Node, Time]
    lease: Lease | None
    known: Partial[Node, Lease]
    tokens: Token
    in_flight: Set[Write]
    highest: Token
    log: Seq[Write, Literal["horizon"]]

    @assume
    def sane(self) -> bool:
        return self.duration >= 1 and self.horizon >= self.duration

    @initial
    def start(self, n: Node, fast: bool) -> None:
        if fast:
            self.local[n] = self.drift

    @action
    def tick(self) -> None:
        require(self.now < self.horizon)
        self.now += 1
        for n in Node:
            if self.local[n] < self.horizon:
                self.local[n] += 1

    @action
    def acquire(self, n: Node) -> None:
        require(self.lease is None or self.lease.until <= self.now)
        require(self.tokens < self.horizon)
        self.tokens += 1
        self.lease = Lease(n, self.tokens, self.now + self.duration)
        self.known[n] = self.lease

    @action
    def write(self, n: Node) -> None:
        lease = present(self.known.get(n))
        require(self.local[n] < lease.until)
        self.in_flight.add(Write(lease.token, n))

    @action
    def arrive(self, w: Write) -> None:
        require(w in self.in_flight)
        require(self.accepts(w))
        require(len(self.log) < self.horizon)
        self.in_flight.remove(w)
        self.highest = w.token
        self.log.append(w)

    def accepts(self, w: Write) -> bool:
        return w.token >= self.highest

    @fault("lose")
    def lose(self, w: Write) -> None:
        require(w in self.in_flight)
        self.in_flight.discard(w)

    @invariant
    def ordered(self) -> bool:
        return all(a.token <= b.token for a, b in zip(self.log, self.log[1:], strict=False))

    @step_invariant
    def fence_grows(self, old: Self) -> bool:
        return self.highest >= old.highest

    @cover
    def two_writers(self) -> bool:
        return any(a.by != b.by for a in self.log for b in self.log)

    @terminal
    def over(self) -> bool:
        return self.now == self.horizon


class NoFence(Fencing):
    def accepts(self, w: Write) -> bool:
        return True
