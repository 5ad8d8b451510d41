"""The router of a table that splits, and a node of the map service, as the reference implementation has them.

The router has a map of its own. It corrects that by refusals, and by what the map service says when it is
asked; the map service knows what leaders have published. Of two routes for a key the later version counts.
"""

from typing import Self

from checker import Map, Partial, Seq, Set, action, require, step_invariant
from model.split_as_built_messages import Advice, Known, Moved
from model.split_messages import (
    Answer,
    Done,
    Get,
    Key,
    Part,
    Published,
    Put,
    Refused,
    Region,
    Request,
    Seed,
    covers,
)
from model.split_rules import SplitRules


class RoutedSplit(SplitRules):
    """`cache` is the router's map, `mapped` that of the map service; the router asked `tried` last."""

    cache: Map[Key, Known]
    mapped: Map[Key, Known]
    tried: Partial[Request, Part]
    network: Set[  # type: ignore[assignment]  # refusals and advice are others here
        Put  # pyright: ignore[reportIncompatibleVariableOverride]  # the union is another
        | Get
        | Done
        | Answer
        | Refused
        | Seed
        | Published
        | Moved
        | Advice
    ]

    def send(self, i: Request, k: Key) -> None:
        """The router asks whom its map names."""
        self.tried[i] = self.cache[k].part
        self.network.add(Put(i, k, self.cache[k].part, 0))

    @action
    def write(self, i: Request, k: Key) -> None:  # type: ignore[override]  # its map is its own
        """A client has the router write."""
        require(i not in self.asked)
        self.asked[i] = k
        self.send(i, k)

    @action
    def retry(self) -> None:
        """The router has waited in vain, and asks again for all that is under way."""
        require(len(self.tried) > 0)
        for i in Request:
            if i in self.asked:
                self.send(i, self.asked[i])

    @action
    def hear(self, i: Request, m: Moved) -> None:
        """A refusal reaches the router, from the partition that it asked last: it corrects its map."""
        require(m in self.network.of(Moved))
        require(m.request == i and self.tried.get(i) == m.part)
        self.cache = Map({k: self.corrected(self.cache[k], k, m.regions) for k in Key})

    def corrected(self, old: Known, k: Key, regions: Seq[Region, Part]) -> Known:
        """What is newer counts."""
        if not any(covers(r, k) for r in regions):
            return old
        found = max([r for r in regions if covers(r, k)], key=lambda r: r.version)
        return self.newer(old, Known(found.part, found.version))

    def newer(self, old: Known, new: Known) -> Known:
        """The one of the higher version, or else the one that was heard last."""
        return new if new.version >= old.version else old

    @action
    def inform(self, m: Published) -> None:
        """A leader's route reaches the node of the map service."""
        require(m in self.network.of(Published))
        route = Known(m.region.part, m.region.version)
        self.mapped = Map(
            {k: self.newer(self.mapped[k], route) if covers(m.region, k) else self.mapped[k] for k in Key}
        )

    @action
    def locate(self, i: Request) -> None:
        """The map service tells the router who has the key of a request: with it, all of the route."""
        require(i in self.tried)
        k = self.asked[i]
        self.cache = Map(
            {
                x: self.newer(self.cache[x], self.mapped[k]) if self.is_one_route(k, x) else self.cache[x]
                for x in Key
            }
        )

    def is_one_route(self, a: Key, b: Key) -> bool:
        """The map service knows the same of both, and of all between."""
        return all(
            self.mapped[x] == self.mapped[a] for x in Key if (a <= x and x <= b) or (b <= x and x <= a)
        )

    @step_invariant
    def maps_go_forward(self, old: Self) -> bool:
        """What is heard late takes nothing back."""
        return all(
            self.cache[k].version >= old.cache[k].version and self.mapped[k].version >= old.mapped[k].version
            for k in Key
        )
