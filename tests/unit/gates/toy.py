"""A model with a property of every kind, and mutants of it."""

from __future__ import annotations

from typing import Annotated, Self

from checker import (
    Model,
    Param,
    Range,
    Set,
    Sort,
    action,
    assume,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    require,
    step_invariant,
)


class Node(Sort):
    """Who counts."""


class Counter(Model):
    """Counts to a limit; each node may be seen on the way."""

    count: Annotated[int, Range(0, 9)]
    seen: Set[Node]
    top: Param

    @action
    def step(self, n: Node) -> None:
        """One more."""
        require(self.count < self.top)
        self.count += 1
        self.seen.add(n)

    @action
    def rest(self) -> None:
        """At the top nothing more changes."""
        require(self.count == self.top)

    @fault("reset")
    def reset(self) -> None:
        """Back to the start."""
        self.count = 0

    @assume
    def top_fits(self) -> bool:
        """The counter can hold it."""
        return 0 <= self.top <= 9

    @invariant
    def low(self) -> bool:
        """Never above the top."""
        return self.count <= self.top

    @step_invariant
    def grows(self, old: Self) -> bool:
        """Never down, but to the start."""
        return self.count >= old.count or self.count == 0

    @cover
    def at_top(self) -> bool:
        """The top is reached."""
        return self.count == self.top

    @constraint
    def small(self) -> bool:
        """Nothing is cut off for a top below 8."""
        return self.count < 8


class Overshoots(Counter):
    """Steps one too far."""

    def step(self, n: Node) -> None:
        """One more, and one too many."""
        require(self.count <= self.top)
        self.count += 1
        self.seen.add(n)


class NotAMutant(Model):
    """Not derived from Counter."""

    held: bool


class Refused(Model):
    """What the language lacks, twice."""

    held: bool

    @action
    def first(self) -> None:
        """A loop without a bound."""
        while self.held:
            self.held = False

    @action
    def second(self) -> None:
        """An exception that is caught."""
        try:
            self.held = True
        except ValueError:
            self.held = False


class Lamp(Model):
    """Lit or not; one of two properties is an implication, which only a wired lamp tests."""

    level: Annotated[int, Range(0, 1)]
    wired: Param

    @action
    def light(self) -> None:
        """On."""
        require(self.level == 0 and self.wired == 1)
        self.level = 1

    @action
    def rest(self) -> None:
        """Nothing changes."""

    @invariant
    def lit_is_wired(self) -> bool:
        """Without a wire no light."""
        return self.level <= self.wired

    @invariant
    def wires_are_one(self) -> bool:
        """One wire or none."""
        return not self.level == 1 or self.wired == 1  # noqa: SIM201  # the shape of an implication


class Broken(Lamp):
    """Lights without a wire."""

    def light(self) -> None:
        """On."""
        require(self.level == 0)
        self.level = 1


class Wide(Model):
    """Two thousand initial states, of which the first takes a wrong step."""

    n: Annotated[int, Range(0, 3999)]

    @initial
    def begin(self, k: Annotated[int, Range(0, 1999)]) -> None:
        """Anywhere in the lower half."""
        self.n = k

    @action
    def move(self) -> None:
        """To the upper half."""
        require(self.n < 2000)
        self.n += 2000

    @step_invariant
    def not_to_the_first(self, old: Self) -> bool:
        """False for the step of the first state."""
        return self.n != 2000 or old.n == 2000
