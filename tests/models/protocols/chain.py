"""Chain replication: head to tail along positions over FIFO links; a failed member is removed."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from checker import (
    Map,
    Model,
    Ordered,
    Seq,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    require,
    step_invariant,
)


class Position(Ordered): ...


class Update(Sort): ...


class Chain(Model):
    """Each position stores a history; a prefix of it is acknowledged by the tail."""

    history: Map[Position, Seq[Update, Literal[2]]]
    channel: Map[Position, Seq[Update, Literal[2]]]
    down: Set[Position]
    acked: Set[Update]

    def successor(self, p: Position) -> Position | None:
        later = {x for x in Position if x > p and x not in self.down}
        return min(later) if later else None

    def head(self) -> Position:
        return min(p for p in Position if p not in self.down)

    def tail(self) -> Position:
        return max(p for p in Position if p not in self.down)

    def store(self, p: Position, u: Update) -> None:
        self.history[p].append(u)
        after = self.successor(p)
        if after is not None:
            self.channel[after].append(u)
        else:
            self.acked.add(u)

    @action
    def submit(self, u: Update) -> None:
        require(all(u not in self.history[p] for p in Position))
        self.store(self.head(), u)

    @action
    def forward(self, p: Position) -> None:
        require(p not in self.down)
        require(len(self.channel[p]) > 0)
        u = self.channel[p][0]
        self.channel[p] = self.channel[p][1:]
        self.store(p, u)

    @fault("crash")
    def crash(self, p: Position) -> None:
        require(p not in self.down)
        require(len(self.down) < len(Position) - 1)
        self.down.add(p)
        self.channel[p].clear()
        self.repair(p)

    def repair(self, p: Position) -> None:
        before = [x for x in Position if x < p and x not in self.down]
        if len(before) > 0:
            previous = before[-1]
            after = self.successor(previous)
            if after is None:
                for u in self.history[previous]:
                    self.acked.add(u)
            else:
                self.channel[after] = self.history[previous][len(self.history[after]) :]

    @invariant
    def update_propagation(self) -> bool:
        alive = [p for p in Position if p not in self.down]
        return all(self.history[b].is_prefix_of(self.history[a]) for a, b in pairwise(alive))

    @invariant
    def acked_at_tail(self) -> bool:
        return all(u in self.history[self.tail()] for u in self.acked)

    @step_invariant
    def acks_stay(self, old: Self) -> bool:
        return old.acked <= self.acked

    @cover
    def two_acked_after_crash(self) -> bool:
        return len(self.acked) == 2 and len(self.down) > 0


class AckAtHead(Chain):
    def store(self, p: Position, u: Update) -> None:
        super().store(p, u)
        self.acked.add(u)


class NoRepair(Chain):
    def repair(self, p: Position) -> None:
        pass
