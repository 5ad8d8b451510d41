"""The states that a model reaches, and the steps between them, numbered: what traces are chosen from."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.running.runner import Runner, State


@dataclass(frozen=True, slots=True)
class Edge:
    """A step: from state to state, by the action of that number in the model, with its arguments."""

    source: int
    target: int
    action: int
    arguments: tuple[Any, ...]


class Graph:
    """States breadth-first from the initial ones, up to a number of states.

    `edges` leave the states that were expanded: those of one state stand together, and states come in the
    order in which they were found. Steps to states beyond the limit are left out, and `whole` is false.
    Self-loops are steps too. Memory: a state, an edge's arguments and four integers.
    """

    def __init__(self, runner: Runner, states_max: int) -> None:
        self.runner = runner
        self.states: list[State] = []
        self.parents = array("q")
        self.first_edge = array("q", [0])
        self.sources = array("q")
        self.targets = array("q")
        self.actions = array("q")
        self.arguments: list[tuple[Any, ...]] = []
        self.whole = True
        self.initial_count = 0
        self._numbers: dict[State, int] = {}
        with runner.running():
            self._explore(states_max)

    def __len__(self) -> int:
        """How many edges there are."""
        return len(self.targets)

    def edge(self, number: int) -> Edge:
        """An edge by its number."""
        return Edge(self.sources[number], self.targets[number], self.actions[number], self.arguments[number])

    def leaving(self, state: int) -> range:
        """The numbers of the edges that leave a state."""
        if state + 1 >= len(self.first_edge):
            return range(0)
        return range(self.first_edge[state], self.first_edge[state + 1])

    def way_to(self, state: int) -> list[int]:
        """The edges of a shortest way to a state from an initial one."""
        way: list[int] = []
        while (edge := self.parents[state]) >= 0:
            way.append(edge)
            state = self.sources[edge]
        way.reverse()
        return way

    def _explore(self, states_max: int) -> None:
        for _, _, state in self.runner.initial_states():
            if state not in self._numbers:
                self._add(state, -1)
        self.initial_count = len(self.states)
        at = 0
        while at < len(self.states):
            for action, arguments, following in steps_from(self.runner, self.states[at]):
                number = self._numbers.get(following)
                if number is None:
                    if len(self.states) >= states_max:
                        self.whole = False
                        continue
                    number = self._add(following, len(self.targets))
                self.sources.append(at)
                self.targets.append(number)
                self.actions.append(action)
                self.arguments.append(arguments)
            self.first_edge.append(len(self.targets))
            at += 1

    def _add(self, state: State, parent: int) -> int:
        number = self._numbers[state] = len(self.states)
        self.states.append(state)
        self.parents.append(parent)
        return number


def steps_from(runner: Runner, state: State) -> Iterator[tuple[int, tuple[Any, ...], State]]:
    """Every enabled step from a state: the action's number, its arguments, the state after it."""
    for action in runner.actions:
        runner.load(state)
        for arguments in runner.bindings(action):
            following = runner.step(state, action, arguments)
            if following is not None:
                yield action.number, arguments, following
