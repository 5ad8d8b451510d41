"""Where the choices come from: Hypothesis, which can shrink them, or a seed, which costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from checker.ir.types import Type

T = TypeVar("T")


class Dice:
    """Choices, all made from numbers.

    Args:
        number: a number between two others, both included. Shrinking goes towards the first.
    """

    def __init__(self, number: Callable[[int, int], int]) -> None:
        self.number = number

    @staticmethod
    def seeded(seed: int) -> Dice:
        """The same choices whenever the seed is the same."""
        return Dice(Random(seed).randint)

    @staticmethod
    def drawn(draw: st.DrawFn) -> Dice:
        """The choices of Hypothesis."""
        return Dice(lambda low, high: draw(st.integers(low, high)))

    def pick(self, items: Sequence[T]) -> T:
        """One of some items; the first is the simplest."""
        assert items, "there is something to pick"
        return items[self.number(0, len(items) - 1)]

    def kind(self, *kinds: Type) -> Type:
        """One of some types."""
        return self.pick(kinds)

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self.number(1, 100) > 100 - percent

    def some(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """Some of the items, in their order."""
        left = list(range(len(items)))
        count = min(self.number(low, high), len(items))
        chosen = sorted(left.pop(self.number(0, len(left) - 1)) for _ in range(count))
        return [items[index] for index in chosen]

    def mixed(self, items: Sequence[T]) -> list[T]:
        """All items, in some order."""
        left, found = list(items), list[T]()
        while left:
            found.append(left.pop(self.number(0, len(left) - 1)))
        return found
