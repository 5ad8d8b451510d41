"""A walk through a model that a person steers: what is enabled, a step, back, on to a violation.

CPython runs the model's own methods, a state at a time, so any scope can be explored, however large.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from checker.engines.request import Request
from checker.language.declaration import Method
from checker.language.rules import Kind
from checker.running.failures import Failure, failure
from checker.running.finding import Parent
from checker.running.retrace import KINDS
from checker.running.runner import PlannedAction, Runner, State, takes_old
from checker.running.violation import make_trace, step_of
from checker.traces.trace import Step, Trace

STATES_MAX = 20_000
"""The most states that are visited in search of a violation."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step that can be taken, or the failure of one that cannot be evaluated."""

    step: Step
    state: State
    parent: Parent
    failed: Failure | None = None


class Exploring:
    """The path from an initial state to the one that is looked at; empty before one is chosen."""

    def __init__(self, request: Request) -> None:
        self.runner = Runner(request)
        only = request.only
        self._properties = [
            one for one in self.runner.declaration.of_kind(*KINDS) if only is None or one.name in only
        ]
        kept = request.constraints
        self._constraints = [
            one
            for one in self.runner.declaration.of_kind(Kind.CONSTRAINT)
            if kept is None or one.name in kept
        ]
        self.path: list[Move] = []

    def moves(self) -> list[Move]:
        """What can be taken next: each initial state, or each enabled action with its arguments. Nothing
        where a constraint prunes the state."""
        with self.runner.running():
            return self._moves(self.path[-1].state if self.path else None)

    def take(self, move: Move) -> None:
        """One step further."""
        assert move.failed is None, "what cannot be evaluated leads nowhere"
        self.path.append(move)

    def back(self) -> bool:
        """One step back; False at the beginning."""
        if self.path:
            self.path.pop()
            return True
        return False

    def back_to(self, number: int) -> bool:
        """Back to a step of the path, 0 for its beginning; False where there is none."""
        if number >= len(self.path):
            return False
        del self.path[number + 1 :]
        return True

    def names(self) -> list[str]:
        """The invariants and step invariants that are looked at."""
        return [one.name for one in self._properties]

    def pruned_by(self) -> list[str]:
        """The constraints that the state lies beyond: the search of the check goes on from none such."""
        if not self.path:
            return []
        with self.runner.running():
            return self._beyond(self.path[-1].state)

    def false(self) -> list[str]:
        """The invariants that are false in the state, or for the step to it, or cannot be evaluated."""
        if not self.path:
            return []
        before = self.path[-2].state if len(self.path) > 1 else None
        with self.runner.running():
            return self._false(before, self.path[-1].state)

    def violate(self, name: str = "", states_max: int = STATES_MAX) -> bool | None:
        """Goes on by as few steps as possible to where an invariant is false: any, or the one of that name.

        False where none is from here; None where too many states follow.
        """
        start = self.path[-1].state if self.path else None
        seen = set[State]() if start is None else {start}
        queue: deque[tuple[State | None, tuple[Move, ...]]] = deque([(start, ())])
        with self.runner.running():
            while queue:
                state, way = queue.popleft()
                for move in self._moves(state):
                    if move.failed is not None:
                        continue
                    if any(name in ("", one) for one in self._false(state, move.state)):
                        self.path += [*way, move]
                        return True
                    if move.state not in seen:
                        if len(seen) >= states_max:
                            return None
                        seen.add(move.state)
                        queue.append((move.state, (*way, move)))
        return False

    def trace(self) -> Trace:
        """The path as a trace, about the first invariant that is false at its end."""
        assert self.path, "a trace begins in an initial state"
        return make_trace(self.runner, [move.step for move in self.path], next(iter(self.false()), None))

    def _beyond(self, state: State) -> list[str]:
        """One that cannot be evaluated prunes nothing; the check reports it."""
        found: list[str] = []
        for one in self._constraints:
            self.runner.load(state)
            try:
                if not self.runner.holds(one):
                    found.append(one.name)
            except Exception as error:
                failure(error)
        return found

    def _moves(self, state: State | None) -> list[Move]:
        if state is not None and self._beyond(state):
            return []
        if state is None:
            begun = [
                (after, Parent(-1, number, arguments, True))
                for number, arguments, after in self.runner.initial_states()
            ]
            return [Move(step_of(self.runner, parent, after), after, parent) for after, parent in begun]
        found: list[Move] = []
        for action in self.runner.actions:
            self.runner.load(state)
            try:
                bindings = self.runner.bindings(action)
            except Exception as error:
                parent = Parent(0, action.number, (), True)
                found.append(Move(step_of(self.runner, parent, state), state, parent, failure(error)))
                continue
            for arguments in bindings:
                move = self._move(state, action, arguments)
                if move is not None:
                    found.append(move)
        return found

    def _move(self, state: State, action: PlannedAction, arguments: tuple[Any, ...]) -> Move | None:
        parent = Parent(0, action.number, arguments, True)
        try:
            after = self.runner.step(state, action, arguments)
        except Exception as error:
            return Move(step_of(self.runner, parent, state), state, parent, failure(error))
        return None if after is None else Move(step_of(self.runner, parent, after), after, parent)

    def _false(self, before: State | None, state: State) -> list[str]:
        return [one.name for one in self._properties if not self._holds(one, before, state)]

    def _holds(self, method: Method, before: State | None, state: State) -> bool:
        if takes_old(method):
            if before is None:
                return True
            self.runner.load_old(before)
        self.runner.load(state)
        try:
            return self.runner.holds(method)
        except Exception as error:
            failure(error)
            return False
