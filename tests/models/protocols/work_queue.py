"""A work queue with at-least-once delivery and a table of what was done."""

from __future__ import annotations

from typing import Annotated, Literal

from checker import (
    Bag,
    Map,
    Model,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    present,
    require,
    terminal,
)

Attempts = Annotated[int, Range(0, 2)]


class Job(Sort): ...


class Worker(Sort): ...


class Deliver(Record):
    job: Job
    attempt: Attempts


class Done(Record):
    job: Job


class Queue(Model):
    todo: Seq[Job, Job]
    pending: Partial[Job, Attempts]
    wire: Bag[Deliver | Done, Literal[3]]
    busy: Map[Worker, Deliver | None]
    effects: Map[Job, Annotated[int, Range(0, 3)]]
    table: Set[Job]
    finished: Set[Job]

    @action
    def submit(self, j: Job) -> None:
        require(j not in self.todo and j not in self.pending and j not in self.finished)
        self.todo.append(j)

    @action
    def dispatch(self) -> None:
        require(len(self.todo) > 0 and len(self.wire) < 3)
        j = self.todo[0]
        self.todo = self.todo[1:]
        self.pending[j] = 0
        self.wire.add(Deliver(j, 0))

    @action
    def retry(self, j: Job) -> None:
        require(j in self.pending and self.pending[j] < 2 and len(self.wire) < 3)
        self.pending[j] += 1
        self.wire.add(Deliver(j, self.pending[j]))

    @action
    def take(self, w: Worker, m: Deliver) -> None:
        require(m in self.wire)
        require(self.busy[w] is None)
        self.wire.remove(m)
        self.busy[w] = m

    @action
    def work(self, w: Worker) -> None:
        m = present(self.busy[w])
        require(len(self.wire) < 3)
        if self.is_new(m.job):
            self.effects[m.job] += 1
            self.table.add(m.job)
        self.busy[w] = None
        self.wire.add(Done(m.job))

    def is_new(self, j: Job) -> bool:
        return j not in self.table

    @action
    def complete(self, m: Done) -> None:
        require(m in self.wire)
        self.wire.remove(m)
        if m.job in self.pending:
            del self.pending[m.job]
        self.finished.add(m.job)

    @fault("lose")
    def lose(self, m: Deliver | Done) -> None:
        require(m in self.wire)
        self.wire.remove(m)

    @fault("crash")
    def crash(self, w: Worker) -> None:
        require(self.busy[w] is not None)
        self.busy[w] = None

    @invariant
    def once(self) -> bool:
        return all(n <= 1 for n in self.effects.values())

    @invariant
    def finished_was_done(self) -> bool:
        return all(self.effects[j] == 1 for j in self.finished)

    @cover
    def duplicate_on_the_wire(self) -> bool:
        return any(self.wire.count(m) > 1 for m in self.wire)

    @terminal
    def over(self) -> bool:
        return len(self.wire) == 0


class NoTable(Queue):
    def is_new(self, j: Job) -> bool:
        return True
