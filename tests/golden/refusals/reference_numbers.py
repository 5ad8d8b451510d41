"""Refused, as the language reference shows it: numbers."""

from checker import Range, action, require
from tests.golden.refusals.setting import Demo, Node, Term


class Numbers(Demo):
    @action
    def truth(self) -> None:
        # refused: 'self.clock' is Range(0, 9), but the condition of require is bool; write self.clock != 0
        require(self.clock)

    @action
    def both(self) -> None:
        # refused: '1' is int, and 'and'/'or' would give that value, not a truth; write a condition, or x if
        #   condition else y
        # refused: 'self.clock' is Range(0, 9), and 'and'/'or' would give that value, not a truth; write a
        #   condition, or x if condition else y
        self.clock = self.clock or 1

    @action
    def mixed(self) -> None:
        # refused: 'self.ready == 1' compares a bool with an integer; a bool is no number here: write x, or
        #   not x
        require(self.ready == 1)

    @action
    def count(self) -> None:
        # refused: 'self.term[n] == Term.last' is a condition, and sum adds integers; write sum(1 for ... if
        #   condition)
        require(sum(self.term[n] == Term.last for n in Node) > 1)

    @action
    def divide(self) -> None:
        # refused: 'self.clock / 2' divides into a fraction; write // , which rounds down
        self.clock = self.clock / 2

    @action
    def power(self) -> None:
        # refused: 'self.clock ** 2' is a power; multiply, or compute it in a constant of the module
        self.clock = self.clock**2

    @action
    def bits(self) -> None:
        # refused: 'self.clock & 1' combines Range(0, 9) and int; use + - * // % on integers, | & - ^ on
        #   sets
        self.clock = self.clock & 1
