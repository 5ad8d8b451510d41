"""Refinement, by running both models: the abstract one takes every step that it can from what the mapping
makes of the state before, and one of them must lead to what it makes of the state after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.engines.request import Request
from checker.language.declaration import Method
from checker.language.errors import EvaluationError
from checker.running.plain_form import to_plain
from checker.running.runner import Runner, State
from checker.traces.trace import show_call

STUTTER = 0
"""What a step matches that changes nothing of the abstract state; an abstract action has its number + 1."""


class Refining:
    """One refinement of a model.

    Args:
        runner: of the model; what the mapping reads is loaded there.

    Attributes:
        abstract: runs the abstract model.
        matched: what the last step matched that was asked about and matched something.
    """

    def __init__(self, runner: Runner, method: Method) -> None:
        self._runner = runner
        self._mapping = method.function
        blank = method.abstract.lockstep_within(runner.scope)
        scope = blank.lockstep_scope
        sizes = {sort.__name__: size for sort, size in scope.sizes.items()}
        request = Request(method.abstract, sizes, scope.params)
        self.abstract = Runner(request, scope.shuffle)
        self.matched = STUTTER
        self._known: dict[State, _Steps] = {}

    def state(self, model: Any) -> State:
        """The abstract state of a loaded one."""
        made = self._mapping(model)
        state: State = tuple(made.__dict__[name] for name in self.abstract.names)
        return state

    def matches(self) -> int | None:
        """What the loaded step matches: the first of a stutter and the abstract actions in order; or None."""
        before, after = self.state(self._runner.old), self.state(self._runner.model)
        found: int | None = STUTTER
        if before != after:
            steps = self._known.get(before)
            if steps is None:
                steps = self._known[before] = _Steps(self._taken(before))
            found = steps.leading_to(after)
        if found is not None:
            self.matched = found
        return found

    def begins(self) -> bool:
        """Whether the loaded state is one that the abstract model begins in."""
        begun = self.state(self._runner.model)
        with self.abstract.running():
            return any(state == begun for _, _, state in self.abstract.initial_states())

    def enabled(self) -> list[str]:
        """The abstract steps from the loaded state that change something, those that can be evaluated."""
        before, found = self.state(self._runner.model), list[str]()
        abstract = self.abstract
        for action in abstract.actions:
            try:
                with abstract.running():
                    abstract.load(before)
                    bindings = abstract.bindings(action)
                for arguments in bindings:
                    with abstract.running():
                        after = abstract.step(before, action, arguments)
                    if after is not None and after != before:
                        names = action.function.__code__.co_varnames[1:]
                        given = zip(names, map(to_plain, arguments), strict=False)
                        found.append(show_call(action.name, tuple(given)))
            except EvaluationError:
                continue
        return found

    def _taken(self, before: State) -> Iterator[tuple[int, State]]:
        abstract = self.abstract
        for action in abstract.actions:
            with abstract.running():
                abstract.load(before)
                bindings = abstract.bindings(action)
            for arguments in bindings:
                with abstract.running():
                    after = abstract.step(before, action, arguments)
                if after is not None:
                    yield action.number + 1, after


class _Steps:
    """The steps from one abstract state, taken only as far as somebody asked: what lies behind the step that
    matches is not evaluated."""

    def __init__(self, taken: Iterator[tuple[int, State]]) -> None:
        self._taken = taken
        self._first: dict[State, int] = {}
        self._error: Exception | None = None

    def leading_to(self, after: State) -> int | None:
        found = self._first.get(after)
        if found is not None:
            return found
        if self._error is not None:
            raise self._error
        try:
            for number, state in self._taken:
                self._first.setdefault(state, number)
                if state == after:
                    return number
        except Exception as error:
            self._error = error
            raise
        return None
