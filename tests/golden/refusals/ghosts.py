"""Ghosts that would decide what a step does."""

from checker import Ghost, Set, action, require
from tests.golden.refusals.setting import Demo, Node


class Ghosts(Demo):
    acked: Ghost[Set[Node]]

    @action
    def guard(self, n: Node) -> None:
        require(n in self.acked)
        self.acked.add(n)

    @action
    def flows(self, n: Node) -> None:
        known = n in self.acked
        self.ready = known
        if known:
            self.clock = 1
        for m in self.acked:
            self.lease[m] = 0
        self.alive = Set(self.acked)

    def is_known(self, n: Node) -> bool:
        return n in self.acked

    @action
    def helped(self, n: Node) -> None:
        require(self.is_known(n))
        self.update(n)

    def update(self, n: Node) -> None:
        if n in self.acked:
            self.acked.add(n)
            self.ready = True
