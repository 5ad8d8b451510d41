"""Two actions, of which one has nine times as many arguments as the other."""

from __future__ import annotations

from typing import Annotated

from checker import Model, Range, action, initial, invariant

Digit = Annotated[int, Range(1, 9)]


class Uneven(Model):
    """Both are always enabled."""

    last: Annotated[int, Range(0, 9)]

    @initial
    def begin(self, digit: Digit) -> None:
        """Nine initial states."""
        self.last = digit

    @action
    def single(self) -> None:
        """One call."""
        self.last = 0

    @action
    def many(self, digit: Digit) -> None:
        """Nine calls."""
        self.last = digit

    @invariant
    def in_range(self) -> bool:
        """Always true."""
        return self.last <= 9
