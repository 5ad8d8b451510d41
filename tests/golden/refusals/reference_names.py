"""Refused, as the language reference shows it: names."""

from typing import Self

from checker import invariant, require, step_invariant
from tests.golden.refusals.setting import Demo, Node


class Names(Demo):
    @invariant
    # refused: the invariant 'takes_arguments' takes parameters; quantify instead: all(... for x in X)
    def takes_arguments(self, n: Node) -> bool:
        return True

    @step_invariant
    # refused: the step invariant 'lacks_old' does not take the old state; write def lacks_old(self, old:
    #   Self) -> bool
    def lacks_old(self) -> bool:
        return True

    @invariant
    # refused: 'returns_nothing' can end without a return; return a value on every path
    def returns_nothing(self) -> bool:
        # refused: 'require(True)' disables a step, and stands in a property; return the condition instead
        require(True)
