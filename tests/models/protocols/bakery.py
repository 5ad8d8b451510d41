"""Lamport's bakery with program counters."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Ordered,
    Range,
    Set,
    action,
    constraint,
    cover,
    invariant,
    require,
    step_invariant,
)


class Pc(Enum):
    IDLE = "idle"
    CHOOSING = "choosing"
    DOOR = "door"
    WAIT = "wait"
    CRITICAL = "critical"


class Process(Ordered): ...


Number = Annotated[int, Range(0, 4)]


class Bakery(Model):
    pc: Map[Process, Pc]
    number: Map[Process, Number]
    passed: Map[Process, Set[Process]]

    def goto(self, p: Process, to: Pc) -> None:
        self.pc[p] = to

    @action
    def begin(self, p: Process) -> None:
        require(self.pc[p] is Pc.IDLE)
        self.goto(p, Pc.CHOOSING)

    @action
    def choose(self, p: Process) -> None:
        require(self.pc[p] == Pc.CHOOSING)
        self.number[p] = 1 + max(self.number.values())
        self.goto(p, Pc.WAIT)
        self.passed[p] = Set({p})

    @action
    def wait(self, p: Process, other: Process) -> None:
        require(self.pc[p] == Pc.WAIT and other not in self.passed[p])
        require(self.pc[other] != Pc.CHOOSING)
        require(self.number[other] == 0 or (self.number[p], p.index) < (self.number[other], other.index))
        self.passed[p].add(other)

    @action
    def enter(self, p: Process) -> None:
        require(self.pc[p] == Pc.WAIT)
        require(len(self.passed[p]) == len(Process))
        self.goto(p, Pc.CRITICAL)

    @action
    def leave(self, p: Process) -> None:
        require(self.pc[p] == Pc.CRITICAL)
        self.number[p] = 0
        self.passed[p] = Set()
        self.goto(p, Pc.IDLE)

    @constraint
    def small(self) -> bool:
        return max(self.number[p] for p in Process) < 4

    @invariant
    def exclusion(self) -> bool:
        return sum(1 for p in Process if self.pc[p] == Pc.CRITICAL) <= 1

    @step_invariant
    def fair_queue(self, old: Self) -> bool:
        return not any(
            old.pc[p] == Pc.WAIT
            and self.pc[p] == Pc.CRITICAL
            and old.number[q] != 0
            and old.number[q] < old.number[p]
            and q in old.passed[p]
            and old.pc[q] is Pc.WAIT
            and p in old.passed[q]
            for p in Process
            for q in Process
            if p != q
        )

    @cover
    def queue_of_two(self) -> bool:
        return len([p for p in Process if self.pc[p] == Pc.WAIT]) >= 2


class NotAtomic(Bakery):
    """Does not wait for those who choose."""

    seen: Map[Process, Number]

    def begin(self, p: Process) -> None:
        super().begin(p)
        self.seen[p] = max(self.number.values())

    def choose(self, p: Process) -> None:
        require(self.pc[p] == Pc.CHOOSING)
        self.number[p] = self.seen[p] + 1
        self.pc[p] = Pc.WAIT
        self.passed[p] = Set([p])

    def wait(self, p: Process, other: Process) -> None:
        require(self.pc[p] == Pc.WAIT)
        require(self.number[other] == 0 or (self.number[p], p.index) < (self.number[other], other.index))
        self.passed[p].add(other)
