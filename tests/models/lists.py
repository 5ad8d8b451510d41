"""Lists that are made while a step is evaluated, and lists that properties make of each of its successors."""

from typing import Annotated, Self

from checker import Map, Model, Range, Sort, action, invariant, require, step_invariant


class Node(Sort):
    """Who has a level."""


Level = Annotated[int, Range(0, 2)]


class Ranked(Model):
    """What is bound before a parameter is bound is the same for all its values."""

    level: Map[Node, Level]
    order: Level

    @action
    def follow(self, n: Node) -> None:
        """The list is made once, and looked at for each node, between properties that make theirs."""
        ranked = sorted(self.level[m] for m in Node)
        require(self.level[n] == ranked[0])
        require(ranked[-1] < 2 or ranked[0] < 2)
        self.level[n] += 1
        self.order = ranked[1]

    @action
    def exchange(self, n: Node, m: Node) -> None:
        """Values of several lists, bound after a write and read after another."""
        require(n != m)
        self.order = self.level[n]
        groups = [([self.level[k] for k in (n, m)], self.level[n]), ([self.order], 0)]
        self.level[n] = self.level[m]
        for levels, first in groups:
            if len(levels) == 2 and levels[0] == first:
                self.level[m] = levels[0]

    @invariant
    def levels_are_close(self) -> bool:
        """Nobody is more than one ahead, unless levels were exchanged."""
        ranked = sorted(self.level[n] for n in Node)
        return ranked[-1] - ranked[0] <= 2

    @step_invariant
    def the_most_missing_is_never_more(self, old: Self) -> bool:
        """Exchanging changes nothing, following raises a level."""
        before = sorted(2 - old.level[n] for n in Node)
        after = sorted(2 - self.level[n] for n in Node)
        return before[-1] >= after[-1] and before[0] >= after[0]
