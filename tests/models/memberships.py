"""Parameters of which guards say that they are in a set, or a key of a partial map."""

from typing import Annotated

from checker import Map, Model, Ordered, Partial, Range, Set, Sort, action, invariant, require


class Node(Sort):
    """Who takes things."""


class Shelf(Ordered):
    """Where things are."""


Count = Annotated[int, Range(0, 3)]


class Memberships(Model):
    """Things on shelves: open to all, held by one, and counted."""

    open: Set[Shelf]
    owner: Partial[Shelf, Node]
    held: Map[Node, Partial[Shelf, Count]]
    lent: Partial[Node, Partial[Node, Count]]

    @action
    def unlock(self, s: Shelf) -> None:
        """No set has it: nothing to draw from."""
        require(s not in self.open)
        self.open.add(s)

    @action
    def take(self, n: Node, s: Shelf) -> None:
        """Of one set, whoever takes."""
        require(s in self.open and s not in self.owner)
        self.owner[s] = n
        self.held[n][s] = 0

    @action
    def count(self, n: Node, s: Shelf) -> None:
        """A key of what belongs to the outer parameter, and of what belongs to none."""
        require(s in self.held[n] and s in self.owner)
        require(self.held[n][s] < 1)
        self.held[n][s] += 1

    @action
    def leave(self, s: Shelf) -> None:
        """A key, and of an only parameter."""
        require(s in self.owner)
        del self.held[self.owner[s]][s]
        del self.owner[s]
        self.open.discard(s)

    @action
    def lend(self, n: Node, k: Node, s: Shelf) -> None:
        """The last parameter depends on the first, the second on neither."""
        require(n != k and s in self.held[n] and s in self.open)
        require(n not in self.lent)
        self.lent[n] = Partial({k: self.held[n][s]})

    @action
    def settle(self, n: Node, k: Node) -> None:
        """What is looked in is there for some only: it is looked at when that is known."""
        require(n in self.lent)
        require(k in self.lent[n])
        del self.lent[n]

    @invariant
    def owners_hold(self) -> bool:
        """What has an owner is counted by it."""
        return all(s in self.held[self.owner[s]] for s in self.owner)


class Unguarded(Memberships):
    """What is looked in may not be there: an evaluation error, whatever the order of guards."""

    def settle(self, n: Node, k: Node) -> None:
        """As it should be, without a look whether anything was lent."""
        require(k in self.lent[n])
        del self.lent[n]
