"""Viewstamped replication: normal operation, view change, log truncation."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    cover,
    invariant,
    require,
    step_invariant,
)
from tests.models.protocols.log_helpers import (
    LogEntry,
    Op,
    OpNumber,
    View,
    at_least_as_new,
    common_prefix,
)


class Replica(Sort): ...


class Status(Enum):
    NORMAL = "normal"
    VIEW_CHANGE = "view change"


class Message(Record):
    view: View


class Prepare(Message):
    log: Seq[LogEntry, OpNumber]


class PrepareOk(Message):
    replica: Replica
    count: Annotated[int, Range(0, 9)]


class DoViewChange(Message):
    replica: Replica
    log: Seq[LogEntry, OpNumber]


class StartView(Message):
    log: Seq[LogEntry, OpNumber]


class Viewstamped(Model):
    status: Map[Replica, Status]
    view: Map[Replica, View]
    log: Map[Replica, Seq[LogEntry, OpNumber]]
    commit: Map[Replica, Annotated[int, Range(0, 9)]]
    primary: Map[View, Replica | None]
    network: Set[Message]
    committed: Ghost[Seq[LogEntry, OpNumber]]

    def is_primary(self, r: Replica) -> bool:
        return self.primary[self.view[r]] == r and self.status[r] == Status.NORMAL

    @action
    def become_first(self, r: Replica) -> None:
        require(all(self.primary[v] is None for v in View))
        self.primary[View.first] = r

    @action
    def client_request(self, r: Replica, op: Op) -> None:
        require(self.is_primary(r))
        require(len(self.log[r]) < len(OpNumber))
        require(all(e.op != op for e in self.log[r]))
        self.log[r].append(LogEntry(self.view[r], op))
        self.network.add(Prepare(self.view[r], self.log[r]))

    @action
    def on_prepare(self, r: Replica, m: Prepare) -> None:
        require(m in self.network.of(Prepare))
        require(self.status[r] == Status.NORMAL)
        require(m.view == self.view[r])
        require(len(m.log) > len(self.log[r]))
        keep = common_prefix(self.log[r], m.log)
        self.log[r].truncate(keep)
        self.log[r].extend(m.log[keep:])
        self.network.add(PrepareOk(m.view, r, len(self.log[r])))

    @action
    def commit_op(self, r: Replica, q: Quorum[Replica]) -> None:
        require(self.is_primary(r))
        require(r in q)
        n = self.commit[r] + 1
        require(n <= len(self.log[r]))
        require(
            all(
                p == r
                or any(
                    m.view == self.view[r] and m.replica == p and m.count >= n
                    for m in self.network.of(PrepareOk)
                )
                for p in q
            )
        )
        self.commit[r] = n
        if n > len(self.committed):
            self.committed.append(self.log[r][n - 1])

    @action
    def start_view_change(self, r: Replica, v: View) -> None:
        require(v > self.view[r])
        self.view[r] = v
        self.status[r] = Status.VIEW_CHANGE
        self.network.add(DoViewChange(v, r, self.log[r]))

    @action
    def lead(self, r: Replica, q: Quorum[Replica]) -> None:
        v = self.view[r]
        require(self.status[r] == Status.VIEW_CHANGE and self.primary[v] is None)
        votes = [m for m in self.network.of(DoViewChange) if m.view == v and m.replica in q]
        require(q <= {m.replica for m in votes})
        self.log[r] = self.choose(Set({m.log for m in votes}), self.log[r])
        self.primary[v] = r
        self.status[r] = Status.NORMAL
        self.network.add(StartView(v, self.log[r]))

    def choose(
        self, logs: Set[Seq[LogEntry, OpNumber]], own: Seq[LogEntry, OpNumber]
    ) -> Seq[LogEntry, OpNumber]:
        newest = {a for a in logs if all(at_least_as_new(a, b) for b in logs)}
        return max(newest, key=lambda log: len(log))

    @action
    def on_start_view(self, r: Replica, m: StartView) -> None:
        require(m in self.network)
        require(m.view >= self.view[r] and self.primary[m.view] != r)
        require(m.view > self.view[r] or self.status[r] == Status.VIEW_CHANGE)
        self.view[r] = m.view
        self.status[r] = Status.NORMAL
        self.log[r] = m.log
        self.network.add(PrepareOk(m.view, r, len(m.log)))

    @invariant
    def committed_survives(self) -> bool:
        return all(
            self.committed.is_prefix_of(self.log[r])
            for r in Replica
            if self.is_primary(r) and self.view[r] == max(self.view.values())
        )

    @step_invariant
    def views_grow(self, old: Self) -> bool:
        return all(old.view[r] <= self.view[r] for r in Replica) and old.committed.is_prefix_of(
            self.committed
        )

    @cover
    def second_view_commits(self) -> bool:
        return any(e.view > View.first for e in self.committed)


class AnyLog(Viewstamped):
    """A new primary keeps its own log."""

    def choose(
        self, logs: Set[Seq[LogEntry, OpNumber]], own: Seq[LogEntry, OpNumber]
    ) -> Seq[LogEntry, OpNumber]:
        return own
