"""The water jugs of the film Die Hard 3: a jug of five gallons and one of three.

Source: Lamport, the TLA+ module DieHard. TLC's counts: 16 distinct states, 97 generated, depth 8; four
gallons after six steps.
"""

from typing import Annotated

from checker import Model, Range, action, invariant


class DieHard(Model):
    """Two jugs and a tap."""

    small: Annotated[int, Range(0, 3)]
    big: Annotated[int, Range(0, 5)]

    @action
    def fill_small(self) -> None:
        """To the brim."""
        self.small = 3

    @action
    def fill_big(self) -> None:
        """To the brim."""
        self.big = 5

    @action
    def empty_small(self) -> None:
        """Away."""
        self.small = 0

    @action
    def empty_big(self) -> None:
        """Away."""
        self.big = 0

    @action
    def small_to_big(self) -> None:
        """As much as fits."""
        poured = min(self.small, 5 - self.big)
        self.small -= poured
        self.big += poured

    @action
    def big_to_small(self) -> None:
        """As much as fits."""
        poured = min(self.big, 3 - self.small)
        self.big -= poured
        self.small += poured

    @invariant
    def not_four(self) -> bool:
        """What the film's heroes must break."""
        return self.big != 4
