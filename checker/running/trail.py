"""States of a model one after the other, and how each was reached first: a trace without loops.

Where a walk comes back to a state that it was in, what lies between is cut out: the rest is a behaviour of
the model all the same.
"""

from __future__ import annotations

from typing import Any

from checker.running.finding import Parent
from checker.running.runner import Runner, State


class Trail:
    """What a walk has behind it.

    Attributes:
        states: each once, in the order in which they were reached first.
        parents: how.
        at: the number of the state that was reached last.
    """

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.states: list[State] = []
        self.parents: list[Parent] = []
        self.at = -1
        self._numbers: dict[State, int] = {}

    @property
    def state(self) -> State:
        """The state that was reached last."""
        return self.states[self.at]

    def reach(self, state: State, action: int, arguments: tuple[Any, ...]) -> None:
        """A step further; the first one is an initial state."""
        number = self._numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
            self.parents.append(Parent(self.at, action, arguments, True))
        self.at = number
