"""Lamport's mutual exclusion: logical clocks and FIFO channels between each pair."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from checker import (
    Map,
    Model,
    Ordered,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    action,
    constraint,
    cover,
    invariant,
    require,
    step_invariant,
)

Clock = Annotated[int, Range(0, 6)]


class Node(Ordered): ...


class Message(Record):
    time: Clock


class Request(Message): ...


class Ack(Message): ...


class Release(Message): ...


class LamportMutex(Model):
    clock: Map[Node, Clock]
    requests: Map[Node, Partial[Node, Clock]]
    acked: Map[Node, Set[Node]]
    channel: Map[tuple[Node, Node], Seq[Message, Literal[3]]]
    critical: Set[Node]

    def before(self, n: Node, a: Node, b: Node) -> bool:
        """Whether a's request comes before b's, as n sees it."""
        mine = self.requests[n][a]
        other = self.requests[n].get(b)
        if other is None:
            return True
        return (mine, a) < (other, b)

    def broadcast(self, n: Node, m: Message) -> None:
        for other in Node:
            if other != n:
                self.channel[n, other].append(m)

    @action
    def request(self, n: Node) -> None:
        require(n not in self.requests[n])
        require(self.clock[n] < 5)
        self.clock[n] += 1
        self.requests[n][n] = self.clock[n]
        self.acked[n] = Set({n})
        self.broadcast(n, Request(self.clock[n]))

    @action
    def receive(self, source: Node, n: Node) -> None:
        require(source != n)
        require(len(self.channel[source, n]) > 0)
        m = self.channel[source, n][0]
        self.channel[source, n] = self.channel[source, n][1:]
        self.clock[n] = max(self.clock[n], m.time) + 1
        match m:
            case Request(time=t):
                self.requests[n][source] = t
                self.channel[n, source].append(Ack(self.clock[n]))
            case Ack():
                self.acked[n].add(source)
            case Release():
                del self.requests[n][source]
            case _:
                require(False)

    @action
    def enter(self, n: Node) -> None:
        require(n in self.requests[n] and n not in self.critical)
        require(all(m in self.acked[n] for m in Node))
        require(all(self.before(n, n, m) for m in Node if m != n))
        self.critical.add(n)

    @action
    def leave(self, n: Node) -> None:
        require(n in self.critical)
        self.critical.remove(n)
        del self.requests[n][n]
        self.acked[n].clear()
        self.broadcast(n, Release(self.clock[n]))

    @constraint
    def short(self) -> bool:
        return all(c <= 4 for c in self.clock.values()) and all(len(ch) < 3 for ch in self.channel.values())

    @invariant
    def exclusion(self) -> bool:
        return len(self.critical) <= 1

    @step_invariant
    def clocks_grow(self, old: Self) -> bool:
        return all(self.clock[n] >= old.clock[n] for n in Node)

    @cover
    def handover(self, old: Self) -> bool:
        return any(n in self.critical and old.clock[n] > 3 for n in Node)


class NoAcks(LamportMutex):
    def enter(self, n: Node) -> None:
        require(n in self.requests[n] and n not in self.critical)
        require(all(self.before(n, n, m) for m in Node if m != n))
        self.critical.add(n)
