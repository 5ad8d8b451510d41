"""Tokens that are passed on, and a flag that is set and never looked at."""

from typing import Annotated

from checker import Map, Model, Range, Set, Sort, action, invariant, require

Count = Annotated[int, Range(0, 3)]


class Node(Sort):
    """Who has tokens."""


class Passing(Model):
    """Three tokens among nodes."""

    held: Map[Node, Count]
    spare: Count
    was_full: Set[Node]
    log: Count

    @action
    def take(self, n: Node) -> None:
        """A node takes a token."""
        require(self.held[n] + self.spare < 3)
        self.held[n] += 1
        self.spare += 1
        if self.held[n] == 2:
            self.was_full.add(n)

    @action
    def give(self, a: Node, b: Node) -> None:
        """A node gives one to another."""
        require(a != b and self.held[a] > 0 and self.held[b] < 3)
        self.held[a] -= 1
        self.held[b] += 1

    @action
    def note(self, n: Node) -> None:
        """What was seen last."""
        self.log = self.held[n]

    @invariant
    def few(self) -> bool:
        """There are three tokens at most."""
        return self.spare <= 3 and self.log <= 3
