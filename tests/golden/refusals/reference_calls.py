"""Refused, as the language reference shows it: calls."""

import random

from checker import action, require
from tests.golden.refusals.setting import Demo, Node, Term


class Calls(Demo):
    @action
    def other(self, n: Node) -> None:
        self.term[n] = Term.last

    @action
    def calls_an_action(self, n: Node) -> None:
        # refused: 'self.other(n)' calls the action 'other'; move what they share into a helper (a method
        #   without a decorator)
        self.other(n)

    def twice(self, n: Node) -> Term:
        # refused: 'twice' calls itself (twice -> twice); write it without recursion: a comprehension, or a
        #   loop in an action
        return self.twice(n)

    @action
    def recursive(self, n: Node) -> None:
        self.term[n] = self.twice(n)

    def both(self, n: Node) -> Term:
        self.clock = 0
        # refused: 'both' changes the state or disables the step (self.clock) and returns a value; write two
        #   helpers: one that returns, one that writes
        return self.term[n]

    @action
    def assigns_and_returns(self, n: Node) -> None:
        # refused: 'self.both(n)' changes the state or disables the step, inside an expression; call it as a
        #   statement of its own
        self.term[n] = self.both(n)

    @action
    def chance(self) -> None:
        # refused: 'random.random' is not part of the language, and its source cannot be captured; write a
        #   helper in Python, or do without it
        require(random.random() < 1)

    @action
    def guard_inside(self) -> None:
        # refused: 'require' stands inside an expression; write it as a statement: require(condition)
        self.ready = require(True) is None
