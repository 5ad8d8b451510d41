"""A key range that is split, with versions and stale routers."""

from __future__ import annotations

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Partial,
    Range,
    Record,
    Set,
    Sort,
    action,
    cover,
    initial,
    invariant,
    require,
    step_invariant,
)


class Key(Ordered): ...


class Part(Ordered): ...


class Request(Sort): ...


Version = Annotated[int, Range(0, 2)]


class Region(Record):
    low: Key
    high: Key
    version: Version


class Route(Record):
    part: Part
    version: Version


class Call(Record):
    id: Request
    key: Key
    route: Route


def covers(r: Region, k: Key) -> bool:
    return r.low <= k <= r.high


class Split(Model):
    region: Partial[Part, Region]
    data: Map[Part, Partial[Key, Request]]
    router: Map[Key, Route]
    calls: Set[Call]
    done: Map[Part, Set[Request]]
    acked: Ghost[Partial[Key, Request]]

    @initial
    def start(self) -> None:
        self.region[Part.first] = Region(Key.first, Key.last, 0)
        self.router = Map({k: Route(Part.first, 0) for k in Key})

    @action
    def send(self, r: Request, k: Key) -> None:
        require(all(c.id != r for c in self.calls))
        self.calls.add(Call(r, k, self.router[k]))

    @action
    def resend(self, c: Call) -> None:
        require(c in self.calls and self.router[c.key] != c.route)
        self.calls.add(replace_route(c, self.router[c.key]))

    @action
    def apply(self, c: Call) -> None:
        require(c in self.calls)
        p = c.route.part
        require(p in self.region)
        require(c.id not in self.done[p])
        require(self.accepts(p, c))
        self.data[p][c.key] = c.id
        self.done[p].add(c.id)
        self.acked[c.key] = c.id

    def accepts(self, p: Part, c: Call) -> bool:
        region = self.region[p]
        return covers(region, c.key) and region.version == c.route.version

    @action
    def split(self, p: Part, child: Part, at: Key) -> None:
        require(p in self.region and child not in self.region)
        region = self.region[p]
        require(region.low < at <= region.high)
        require(region.version < 2)
        self.region[child] = Region(at, region.high, region.version + 1)
        self.region[p].high = at.prev
        self.region[p].version += 1
        self.done[child] = self.done[p]
        for k in Key:
            if k >= at and k in self.data[p]:
                self.data[child][k] = self.data[p][k]
        self.data[p] = Partial({k: v for k, v in self.data[p].items() if k < at})

    @action
    def learn(self, k: Key, p: Part) -> None:
        require(p in self.region and covers(self.region[p], k))
        require(self.router[k].part != p or self.router[k].version != self.region[p].version)
        self.router[k] = Route(p, self.region[p].version)

    @invariant
    def one_owner(self) -> bool:
        return all(sum(1 for r in self.region.values() if covers(r, k)) == 1 for k in Key)

    @invariant
    def no_loss(self) -> bool:
        return all(
            self.data[p].get(k) == v
            for k, v in self.acked.items()
            for p in self.region
            if covers(self.region[p], k)
        )

    @step_invariant
    def versions_grow(self, old: Self) -> bool:
        return all(p in self.region and self.region[p].version >= old.region[p].version for p in old.region)

    @cover
    def stale_call(self) -> bool:
        return any(c.route != self.router[c.key] for c in self.calls)


def replace_route(c: Call, route: Route) -> Call:
    return Call(c.id, c.key, route)


class AcceptsStale(Split):
    """The parent looks at nothing."""

    def accepts(self, p: Part, c: Call) -> bool:
        return True
