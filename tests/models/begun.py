"""Models with several ways to begin, in which a mistake can be made."""

from typing import Annotated

from checker import Model, Range, Set, Sort, action, cover, initial, invariant, require

Count = Annotated[int, Range(0, 3)]


class Node(Sort):
    """Who counts."""


class Begun(Model):
    """Somebody counts on from a low number; one way to begin is to be nearly done."""

    count: Count
    ready: Set[Node]

    @initial
    def low(self, n: Node, k: Count) -> None:
        """One is ready, and the count is low."""
        require(k <= 1)
        self.start(n, k)

    @initial
    def nearly_done(self, n: Node) -> None:
        """The count goes on no more."""
        self.start(n, 2)
        self.count = 2

    def start(self, n: Node, k: Count) -> None:
        """Both are written."""
        self.count = k
        self.ready.add(n)

    @action
    def join(self, n: Node) -> None:
        """One more is ready."""
        require(len(self.ready) > 0 and n not in self.ready)
        self.ready.add(n)

    @action
    def go_on(self, n: Node) -> None:
        """One more, from whom is ready."""
        require(n in self.ready and self.count < 2)
        self.count += 1

    @invariant
    def somebody_is_ready(self) -> bool:
        """From the beginning."""
        return len(self.ready) > 0

    @invariant
    def ends_after_it_begins(self) -> bool:
        """Nobody begins at the end: then all are ready."""
        return self.count < 3 or len(self.ready) > 0

    @cover
    def shares_are_large(self) -> bool:
        """It cannot be evaluated where the count has gone on too far."""
        return 6 // (3 - self.count) > 2


class Owned(Begun):
    """The same with a variable that has a value only when a way to begin gives it one."""

    owner: Node

    @initial
    def low(self, n: Node, k: Count) -> None:
        """The first owns it."""
        require(k <= 1)
        self.owner = n
        self.start(n, k)

    @initial
    def nearly_done(self, n: Node) -> None:
        """The one who is ready owns it."""
        self.start(n, 2)
        self.owner = n

    @invariant
    def the_owner_is_ready(self) -> bool:
        """From the beginning."""
        return self.owner in self.ready
