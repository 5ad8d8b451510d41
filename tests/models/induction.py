"""Small models of which an induction says something in particular."""

from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Partial,
    Range,
    Seq,
    Set,
    Sort,
    action,
    constraint,
    initial,
    invariant,
    lemma,
    require,
    step_invariant,
)


class Node(Sort): ...


Small = Annotated[int, Range(0, 5)]


class Turns(Model):
    """Two counters that take turns."""

    left: Small
    right: Small

    @action
    def step_left(self) -> None:
        require(self.left == self.right and self.left < 5)
        self.left += 1

    @action
    def step_right(self) -> None:
        require(self.left == self.right + 1)
        self.right += 1

    @lemma
    def close(self) -> bool:
        """They are never far apart."""
        return self.left == self.right or self.left == self.right + 1

    @invariant
    def right_is_behind(self) -> bool:
        return self.right <= self.left

    @step_invariant
    def rises(self, old: Self) -> bool:
        return self.left >= old.left


class TurnsTooFar(Turns):
    """A step left does not wait."""

    def step_left(self) -> None:
        require(self.left < 5)
        self.left += 1


class StartsApart(Turns):
    """It begins where the lemma is false."""

    @initial
    def begin(self) -> None:
        self.left = 3


class NothingFollows(Turns):
    """The lemma does not imply the invariant."""

    @invariant
    def right_is_low(self) -> bool:
        return self.right < 5


class MayFail(Turns):
    """An action that has no value in a state that the lemma admits."""

    @action
    def leap(self) -> None:
        require(self.right < self.left)
        self.left += 1


class NeverLeaps(Turns):
    """An action that the lemma excludes, and a lemma that speaks of nothing."""

    @action
    def leap(self) -> None:
        require(self.left > self.right + 1)
        self.left = 0

    @lemma
    def far(self) -> bool:
        return not self.left > self.right + 1 or self.left == 5


class LemmaMayFail(Model):
    """A lemma that has no value after a step."""

    place: Partial[Node, Small]
    seen: Set[Node]

    @action
    def see(self, n: Node) -> None:
        self.seen.add(n)

    @lemma
    def seen_have_a_place(self) -> bool:
        return all(self.place[n] >= 0 for n in self.seen)


class Kept(Model):
    """Every kind of variable in a state that breaks the induction."""

    log: Map[Node, Seq[Small, Node]]
    held: Partial[Node, Small]
    seen: Set[Node]

    @action
    def append(self, n: Node) -> None:
        require(len(self.log[n]) < len(Node))
        self.log[n].append(0)

    @action
    def rise(self, n: Node) -> None:
        require(n in self.held and self.held[n] < 5)
        self.held[n] += 1
        self.seen.add(n)

    @lemma
    def held_is_low(self) -> bool:
        return all(self.held[n] < 3 for n in self.held if n not in self.seen)

    @lemma
    def logs_are_short(self) -> bool:
        return all(len(self.log[n]) < 2 for n in Node)


class Constrained(Turns):
    """Nothing is said of steps from beyond the constraint."""

    @constraint
    def few(self) -> bool:
        return self.left <= 2

    @lemma
    def low(self) -> bool:
        return self.left <= 3


class Copies(Model):
    """One lemma needs the other."""

    left: Small
    right: Small

    @action
    def copy(self) -> None:
        self.left = self.right

    @lemma
    def right_is_low(self) -> bool:
        return self.right < 3

    @lemma(uses=("right_is_low",))
    def left_is_low(self) -> bool:
        return self.left < 3


class CopiesWithoutCause(Copies):
    """And does not say so."""

    @lemma(uses=())
    def left_is_low(self) -> bool:
        return self.left < 3


class Wide(Model):
    """A key with more values than are told apart."""

    seen: Set[tuple[Annotated[int, Range(0, 999)], Annotated[int, Range(0, 999)]]]

    @action
    def see(self, a: Annotated[int, Range(0, 999)], b: Annotated[int, Range(0, 999)]) -> None:
        self.seen.add((a, b))


class Delays(Model):
    """What goes in comes out of two lines after two steps: the same, though nothing says so of the middle."""

    first: bool
    last: bool
    other_first: bool
    other_last: bool

    @action
    def shift(self, new: bool) -> None:
        self.last = self.first
        self.first = new
        self.other_last = self.other_first
        self.other_first = new

    @invariant
    def ends_are_alike(self) -> bool:
        return self.last == self.other_last


class DelaysApart(Delays):
    """The lines have different lengths."""

    def shift(self, new: bool) -> None:
        self.last = new
        self.other_last = self.other_first
        self.other_first = new
