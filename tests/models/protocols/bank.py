"""Transfers between accounts under two-phase locking."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Param,
    Partial,
    Range,
    Set,
    Sort,
    action,
    initial,
    invariant,
    present,
    require,
    step_invariant,
    terminal,
)

Amount = Annotated[int, Range(0, "total")]


class Account(Sort): ...


class Transfer(Sort): ...


class Stage(Enum):
    GROWING = "growing"
    SHRINKING = "shrinking"
    DONE = "done"


class Bank(Model):
    total: Param
    balance: Map[Account, Amount]
    lock: Partial[Account, Transfer]
    route: Map[Transfer, tuple[Account, Account] | None]
    seen: Map[Transfer, tuple[Amount, Amount] | None]
    stage: Map[Transfer, Stage]

    @initial
    def rich(self, a: Account) -> None:
        self.balance[a] = self.total

    @initial
    def split(self, a: Account, b: Account) -> None:
        require(a != b)
        half = self.total // 2
        self.balance[a] = half
        self.balance[b] = self.total - half

    def held(self, t: Transfer) -> Set[Account]:
        return Set({a for a in Account if self.lock.get(a) == t})

    @action
    def choose(self, t: Transfer, source: Account, target: Account) -> None:
        require(source != target and self.route[t] is None)
        self.route[t] = (source, target)

    @action
    def acquire(self, t: Transfer, a: Account) -> None:
        require(a in present(self.route[t]))
        require(self.stage[t] == Stage.GROWING and a not in self.lock)
        self.lock[a] = t

    @action
    def read(self, t: Transfer) -> None:
        source, target = present(self.route[t])
        require(self.seen[t] is None)
        require(self.may_read(t, source, target))
        self.seen[t] = (self.balance[source], self.balance[target])

    def may_read(self, t: Transfer, source: Account, target: Account) -> bool:
        return {source, target} <= self.held(t)

    @action
    def write(self, t: Transfer) -> None:
        route, seen = present(self.route[t]), present(self.seen[t])
        require(self.stage[t] == Stage.GROWING)
        require(seen[0] > 0)
        require({route[0], route[1]} <= self.held(t))
        self.balance[route[0]] = seen[0] - 1
        self.balance[route[1]] = seen[1] + 1
        self.stage[t] = Stage.SHRINKING

    @action
    def release(self, t: Transfer) -> None:
        require(self.stage[t] == Stage.SHRINKING)
        for a in self.held(t):
            del self.lock[a]
        self.stage[t] = Stage.DONE

    @step_invariant
    def conserved(self, old: Self) -> bool:
        return sum(self.balance.values()) == sum(old.balance.values())

    @invariant
    def all_there(self) -> bool:
        return sum(self.balance[a] for a in Account) == self.total

    @terminal
    def over(self) -> bool:
        return all(s == Stage.DONE for s in self.stage.values())


class DirtyRead(Bank):
    """Reads without locks."""

    def may_read(self, t: Transfer, source: Account, target: Account) -> bool:
        return True
