"""Finds out what of a violation matters: its steps are taken in other ways by the model's own methods.

To come to rest is to reach a state in which no action that is no fault leads to another state: then every
message that could be delivered was. The search for such a state goes through states alone in which the
property holds, and takes no fault. It assumes nothing about fairness: one way to rest is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.language.declaration import Method
from checker.running.failures import failure
from checker.running.retrace import KINDS, Retrace, Taken
from checker.running.runner import State, takes_old
from checker.traces.understanding import Understanding

STATES_MAX = 5_000
"""The most states that are visited in search of rest, from all states of the trace together."""


class NotViolated(Exception):
    """The trace does not end in a violation of a property of its model."""


def understand(again: Retrace, states_max: int = STATES_MAX) -> Understanding:
    """What of a trace's violation matters. Raises NotViolated."""
    return _Search(again, states_max).found()


class _Search:
    def __init__(self, again: Retrace, states_max: int) -> None:
        self._again = again
        self._runner = again.runner
        self._states_left = states_max
        self._budgets = {one.number: one.budget for one in again.runner.actions}
        name = again.trace.property
        methods = [one for one in again.runner.declaration.of_kind(*KINDS) if one.name == name]
        if not methods:
            raise NotViolated("the trace names no invariant of its model")
        self._property: Method = methods[0]
        with again.runner.running():
            if not self._ends_false(again.taken):
                raise NotViolated(f"{self._property.name} is not false at its end")

    def found(self) -> Understanding:
        taken, count = self._again.taken, len(self._again.taken)
        with self._runner.running():
            droppable = [n for n in range(1, count + 1) if self._ends_false(_without(taken, [n]))]
            commuting = [n for n in range(1, count) if self._commutes(n)]
            avoidable, unknown = self._avoidable()
            smallest = self._smallest()
        name = self._property.name
        return Understanding(
            name, tuple(droppable), tuple(smallest), tuple(commuting), avoidable, tuple(unknown)
        )

    def _step(self, state: State, call: Taken) -> State | None:
        """None where it is disabled, has no such arguments or cannot be evaluated."""
        action, arguments = call
        try:
            self._runner.load(state)
            if action.fixed is None and arguments not in self._runner.bindings(action):
                return None
            return self._runner.step(state, action, arguments)
        except Exception as error:
            failure(error)  # raises where memory is used up
            return None

    def _holds(self, before: State | None, state: State) -> bool:
        """The property in a state, or for the step to it. What cannot be evaluated does not hold."""
        if takes_old(self._property):
            if before is None:
                return True
            self._runner.load_old(before)
        self._runner.load(state)
        try:
            return self._runner.holds(self._property)
        except Exception as error:
            failure(error)
            return False

    def _ends_false(self, calls: Sequence[Taken]) -> bool:
        before, state = None, self._again.states[0]
        for call in calls:
            after = self._step(state, call)
            if after is None:
                return False
            before, state = state, after
        return not self._holds(before, state)

    def _smallest(self) -> list[int]:
        """Leaving out one step may allow to leave out another, so that it is tried until nothing changes."""
        taken = self._again.taken
        left_out: list[int] = []
        changed = True
        while changed:
            changed = False
            for number in range(len(taken), 0, -1):
                if number not in left_out and self._ends_false(_without(taken, [*left_out, number])):
                    left_out.append(number)
                    changed = True
        return [number for number in range(1, len(taken) + 1) if number not in left_out]

    def _commutes(self, number: int) -> bool:
        first, second = self._again.taken[number - 1 : number + 1]
        middle = self._step(self._again.states[number - 1], second)
        return middle is not None and self._step(middle, first) == self._again.states[number + 1]

    def _avoidable(self) -> tuple[int | None, list[int]]:
        """From the end to the beginning, until a state is found from which rest can be reached."""
        unknown: list[int] = []
        for number in range(len(self._again.states) - 1, -1, -1):
            before = self._again.states[number - 1] if number else None
            if not self._holds(before, self._again.states[number]):
                continue
            rest = self._rests(self._again.states[number])
            if rest:
                return number, sorted(unknown)
            if rest is None:
                unknown.append(number)
        return None, sorted(unknown)

    def _rests(self, start: State) -> bool | None:
        """Whether the model can come to rest from a state; None where the search was cut off."""
        seen, stack = {start}, [start]
        while stack:
            state = stack.pop()
            is_at_rest = True
            for after in self._successors(state):
                if after == state:
                    continue
                is_at_rest = False
                if after not in seen and self._holds(state, after):
                    if self._states_left == 0:
                        return None
                    self._states_left -= 1
                    seen.add(after)
                    stack.append(after)
            if is_at_rest:
                return True
        return False

    def _successors(self, state: State) -> Iterator[State]:
        for action in self._runner.actions:
            if self._budgets[action.number] is not None:
                continue
            self._runner.load(state)
            for arguments in self._runner.bindings(action):
                after = self._step(state, (action, arguments))
                if after is not None:
                    yield after


def _without(taken: Sequence[Taken], numbers: Sequence[int]) -> list[Taken]:
    return [call for number, call in enumerate(taken, start=1) if number not in numbers]
