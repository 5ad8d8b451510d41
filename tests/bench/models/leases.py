"""Leases on keys, kept in a partial map by a server, believed by clients whose clocks drift."""

from typing import Annotated

from checker import (
    Map,
    Model,
    Param,
    Partial,
    Range,
    Record,
    Sort,
    action,
    assume,
    invariant,
    require,
    terminal,
)


class Client(Sort):
    """Who takes leases."""


class Key(Sort):
    """What is leased."""


Tick = Annotated[int, Range(0, "horizon")]
"""A reading of a clock."""

Deadline = Annotated[int, Range(0, 30)]
"""A reading that may lie beyond the horizon."""


class Lease(Record):
    """What the server knows of a key that is leased, by its own clock."""

    owner: Client
    until: Deadline


class Leases(Model):
    """A server that grants leases, clients that count them shorter."""

    horizon: Param
    drift: Param
    length: Param

    now: Tick
    clock: Map[Client, Tick]
    lease: Partial[Key, Lease]
    held: Map[Client, Partial[Key, Deadline]]
    used: Map[Key, bool]

    @assume
    def deadlines_fit(self) -> bool:
        """No deadline is too large for its type, and a client's is no shorter than nothing."""
        return self.horizon + self.length <= 30 and self.length > 2 * self.drift and self.drift >= 1

    @action
    def tick_server(self) -> None:
        """The server's clock moves, not further ahead of a client's than the drift allows."""
        require(self.now < self.horizon)
        require(all(self.now < self.clock[c] + self.drift for c in Client))
        self.now += 1

    @action
    def tick(self, c: Client) -> None:
        """A client's clock moves; the leases that it passes are over for the client."""
        require(self.clock[c] < self.horizon)
        require(self.clock[c] < self.now + self.drift)
        self.clock[c] += 1
        for k in Key:
            if k in self.held[c] and self.held[c][k] <= self.clock[c]:
                del self.held[c][k]

    @action
    def grant(self, c: Client, k: Key) -> None:
        """The server leases a key that is free, or again to its owner; the client counts by its own clock."""
        require(k not in self.lease or self.lease[k].owner == c)
        self.lease[k] = Lease(c, self.now + self.length)
        self.held[c][k] = self.clock[c] + self.length - 2 * self.drift

    @action
    def expire(self, k: Key) -> None:
        """The server forgets a lease whose time is over."""
        require(k in self.lease and self.lease[k].until <= self.now)
        del self.lease[k]

    @action
    def release(self, c: Client, k: Key) -> None:
        """A client gives a key back before its time."""
        require(k in self.held[c])
        require(k in self.lease and self.lease[k].owner == c)
        del self.held[c][k]
        del self.lease[k]

    @action
    def use(self, c: Client, k: Key) -> None:
        """A client does something with a key that it believes to have."""
        require(k in self.held[c] and not self.used[k])
        self.used[k] = True

    @terminal
    def time_is_up(self) -> bool:
        """All clocks have reached the horizon."""
        return self.now == self.horizon

    @invariant
    def one_holds(self) -> bool:
        """No two clients believe that they have the same key."""
        return all(
            a == b for k in Key for a in Client for b in Client if k in self.held[a] and k in self.held[b]
        )

    @invariant
    def server_knows(self) -> bool:
        """What a client believes to have, the server has leased to it."""
        return all(k in self.lease and self.lease[k].owner == c for c in Client for k in self.held[c])
