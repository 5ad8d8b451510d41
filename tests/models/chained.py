"""A model whose rules have chains of comparisons: of numbers, of an order, of sets, with a quorum, in every
place in which a condition can stand."""

from typing import Annotated

from checker import Map, Model, Ordered, Quorum, Range, Set, Sort, action, initial, invariant, require

Count = Annotated[int, Range(-1, 2)]


class Node(Sort):
    """Who counts."""


class Round(Ordered):
    """What is counted."""


class Chained(Model):
    """Nodes move on within bounds."""

    low: Count
    high: Count
    ready: Set[Node]
    heard: Set[Node]
    reached: Map[Node, Round]

    @initial
    def begin(self, low: Count, high: Count, ready: Set[Node], n: Node) -> None:
        """Anywhere."""
        self.low = low
        self.high = high
        self.ready = ready
        self.heard = Set({n})

    @action
    def raise_high(self) -> None:
        """The upper bound; what is compared twice is read after a write."""
        self.high += 1
        require(self.low <= self.high - 1 < 1)

    @action
    def raise_low(self, r: Round) -> None:
        """The lower one stays below the other, and some node is where it should be."""
        require(0 <= self.low < self.high <= 1)
        require(not self.low < self.high < 2 <= self.high + self.low)
        require(any(Round.first <= self.reached[n] < r for n in Node if self.low < (self.high) != 2))
        self.low += 1

    @action
    def move(self, n: Node, r: Round) -> None:
        """A node moves on."""
        if self.reached[n] < r <= Round.last and (n in self.ready or n not in self.heard):
            self.reached[n] = r
            self.ready.add(n)
        require(self.is_between(self.low))

    def is_between(self, k: int) -> bool:
        """Also for what is counted."""
        return 0 <= k < 1 + len({n for n in Node if Round.first < self.reached[n]}) <= 3

    @action
    def hear(self, q: Quorum[Node]) -> None:
        """A majority is ready."""
        require(q <= self.ready | self.heard <= Set(Node))
        require(self.heard < self.ready)
        self.heard = self.ready

    @action
    def forget(self, n: Node, q: Quorum[Node]) -> None:
        """What was heard of a majority is no more so."""
        require(Set({n}) <= self.heard == self.ready >= q)
        self.heard.remove(n)

    @invariant
    def within(self) -> bool:
        """The bounds are."""
        return -1 <= self.low <= 2 and -1 <= self.high <= 2
