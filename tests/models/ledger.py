"""A model with everything that a search can find wrong, one variant for each.

tests/unit/engines/native/fixtures/ledger.c is the same model, written by hand: VARIANT is the number here.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Range,
    Sort,
    action,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    require,
    step_invariant,
    terminal,
)

Cell = Annotated[int, Range(0, 3)]
Bit = Annotated[int, Range(0, 1)]
Amount = Annotated[int, Range(1, 2)]


class Node(Sort):
    """Who counts."""


class Ledger(Model):
    """Nodes that count to three, save, crash and lose what they had."""

    count: Map[Node, Cell]
    up: Map[Node, bool]
    spare: Cell

    @initial
    def begin(self, c: Bit) -> None:
        """Everybody runs, with nothing or with one."""
        self.count = Map({n: c for n in Node})
        self.up = Map({n: True for n in Node})
        self.spare = c

    @action
    def add(self, n: Node, k: Amount) -> None:
        """One or two more."""
        require(self.up[n])
        require(self.count[n] + k <= 3)
        self.count[n] += k

    @action
    def move(self, n: Node, m: Node) -> None:
        """One from a node to another, or to itself: then nothing changes."""
        require(self.up[n] and self.up[m])
        require(self.count[n] > 0)
        require(n == m or self.count[m] < 3)
        if n != m:
            self.count[n] -= 1
            self.count[m] += 1

    @action
    def keep(self) -> None:
        """Nothing happens."""
        require(self.spare > 1)

    @action
    def save(self, n: Node) -> None:
        """A full node starts again."""
        require(self.up[n])
        require(self.count[n] == 3)
        require(self.spare < 3)
        self.count[n] = 0
        self.spare += 1

    @fault("crash")
    def crash(self, n: Node) -> None:
        """One stops."""
        require(self.up[n])
        self.up[n] = False

    @action
    def restart(self, n: Node) -> None:
        """One starts, with nothing."""
        require(not self.up[n])
        self.up[n] = True
        self.count[n] = 0

    @invariant
    def in_range(self) -> bool:
        """Always true."""
        return self.spare <= 3

    @invariant
    def bounded(self) -> bool:
        """Always true here."""
        return sum(self.count[n] for n in Node) + self.spare <= 12

    @step_invariant
    def saved_stays(self, old: Self) -> bool:
        """What is saved never shrinks."""
        return self.spare >= old.spare

    @step_invariant
    def calm(self, old: Self) -> bool:
        """No step changes the sum by more than three."""
        return self.is_calm(sum(self.count[n] for n in Node) - sum(old.count[n] for n in Node))

    def is_calm(self, change: int) -> bool:
        """What a variant may say otherwise."""
        return change <= 3 and change >= -3

    @constraint
    def small(self) -> bool:
        """Little is saved."""
        return self.spare <= 2

    @terminal
    def over(self) -> bool:
        """Nobody runs any more."""
        return all(not self.up[n] for n in Node)

    @cover
    def full(self) -> bool:
        """Everybody is full."""
        return all(self.count[n] == 3 for n in Node)

    @cover
    def impossible(self) -> bool:
        """Everybody is full with three saved: beyond the constraint."""
        return self.spare == 3

    @cover
    def loses(self, old: Self) -> bool:
        """The sum shrinks."""
        return sum(self.count[n] for n in Node) < sum(old.count[n] for n in Node)


class Unbounded(Ledger):
    """1: an invariant is false."""

    def bounded(self) -> bool:
        """False for seven, and with two saved earlier."""
        return sum(self.count[n] for n in Node) + self.spare < 7


class BadInvariant(Ledger):
    """2: an invariant cannot be evaluated."""

    def bounded(self) -> bool:
        """Divides by zero at five."""
        return 6 // (5 - sum(self.count[n] for n in Node)) != 100


class Jumpy(Ledger):
    """3: a step invariant is false."""

    def is_calm(self, change: int) -> bool:
        """False for a restart that loses two."""
        return change != -2


class BadStep(Ledger):
    """4: a step invariant cannot be evaluated, for a step that changes nothing."""

    def is_calm(self, change: int) -> bool:
        """Divides by zero where two are saved and nothing moves."""
        return self.spare < 2 or 6 // abs(change) != 100


class BadAction(Ledger):
    """5: a store out of range."""

    def add(self, n: Node, k: Amount) -> None:
        """Without the guard."""
        require(self.up[n])
        self.count[n] += k


class BadConstraint(Ledger):
    """6: a constraint cannot be evaluated."""

    def small(self) -> bool:
        """Divides by zero at five."""
        return 6 // (5 - sum(self.count[n] for n in Node)) != 100


class BadCover(Ledger):
    """7: a cover cannot be evaluated."""

    def impossible(self) -> bool:
        """Divides by zero at five."""
        return 6 // (5 - sum(self.count[n] for n in Node)) == 100


class BadTerminal(Ledger):
    """8: a proper end cannot be evaluated."""

    def restart(self, n: Node) -> None:
        """Never: a node that runs is not down."""
        require(not self.up[n])
        require(self.up[n])
        self.up[n] = True

    def over(self) -> bool:
        """Divides by zero where nothing is saved."""
        return 6 // self.spare > 0


class Stuck(Ledger):
    """9: nobody can do anything, and it is no proper end."""

    def restart(self, n: Node) -> None:
        """Never: a node that runs is not down."""
        require(not self.up[n])
        require(self.up[n])
        self.up[n] = True

    def over(self) -> bool:
        """No end is proper."""
        return False


class BadStart(Ledger):
    """10: an initial state cannot be evaluated."""

    def begin(self, c: Bit) -> None:
        """Divides by zero for one."""
        self.count = Map({n: 1 // (1 - c) - 1 for n in Node})
        self.up = Map({n: True for n in Node})
        self.spare = c


class BadConstraintAtStart(Ledger):
    """11: a constraint cannot be evaluated on the second initial state."""

    def small(self) -> bool:
        """Divides by zero with one saved."""
        return 6 // (1 - self.spare) != 100


class Beyond(Ledger):
    """12: an invariant is false beyond the constraint only."""

    def in_range(self) -> bool:
        """Three saved is too much."""
        return self.spare < 3


VARIANTS: Mapping[int, type[Ledger]] = dict(
    enumerate(
        (
            Ledger,
            Unbounded,
            BadInvariant,
            Jumpy,
            BadStep,
            BadAction,
            BadConstraint,
            BadCover,
            BadTerminal,
            Stuck,
            BadStart,
            BadConstraintAtStart,
            Beyond,
        )
    )
)
