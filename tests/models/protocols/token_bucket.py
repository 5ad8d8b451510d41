"""A token bucket that is refilled, and grants that end."""

from __future__ import annotations

from typing import Annotated

from checker import (
    Ghost,
    Map,
    Model,
    Param,
    Partial,
    Range,
    Record,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    require,
    terminal,
)

Tokens = Annotated[int, Range(0, 6)]
Time = Annotated[int, Range(0, "horizon")]


class Id(Sort): ...


class Router(Sort): ...


class Grant(Record):
    router: Router
    tokens: Tokens
    until: Time


class TokenBucket(Model):
    horizon: Param
    burst: Param
    rate: Param
    now: Time
    bucket: Tokens
    granted: Partial[Id, Grant]
    sent: Set[Id]
    local: Map[Router, Tokens]
    received: Map[Router, Set[Id]]
    spent: Ghost[Annotated[int, Range(0, 12)]]
    minted: Ghost[Annotated[int, Range(0, 12)]]

    @action
    def tick(self) -> None:
        require(self.now < self.horizon)
        self.now += 1
        added = min(self.burst - self.bucket, self.rate)
        self.bucket += added
        self.minted += added
        for i in self.granted:
            if self.granted[i].until < self.now and i in self.sent:
                del self.granted[i]

    @action
    def grant(self, i: Id, r: Router) -> None:
        require(i not in self.granted and i not in self.sent)
        require(self.bucket > 0)
        amount = min(2, self.bucket)
        self.bucket -= amount
        self.granted[i] = Grant(router=r, tokens=amount, until=min(self.now + 1, self.horizon))
        self.sent.add(i)

    @action
    def receive(self, r: Router, i: Id) -> None:
        require(i in self.granted and self.granted[i].router == r)
        require(self.fresh(r, i))
        self.received[r].add(i)
        self.local[r] += self.granted[i].tokens

    def fresh(self, r: Router, i: Id) -> bool:
        return i not in self.received[r] and self.granted[i].until >= self.now

    @action
    def spend(self, r: Router) -> None:
        require(self.local[r] > 0)
        self.local[r] -= 1
        self.spent += 1

    @fault("restart")
    def restart(self) -> None:
        self.granted = Partial()

    @invariant
    def never_more_than_minted(self) -> bool:
        in_flight = sum(g.tokens for i, g in self.granted.items() if i not in self.received[g.router])
        return self.spent + sum(self.local.values()) + in_flight + self.bucket <= self.minted

    @invariant
    def bucket_range(self) -> bool:
        return 0 <= self.bucket <= self.burst

    @cover
    def somebody_spent(self) -> bool:
        return self.spent >= 2

    @terminal
    def over(self) -> bool:
        return self.now == self.horizon


class Duplicates(TokenBucket):
    """Receives a grant twice."""

    def fresh(self, r: Router, i: Id) -> bool:
        return self.granted[i].until >= self.now
