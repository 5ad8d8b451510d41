"""Stimuli that a model disables, given to copies of an implementation that is in the same state.

Steering shows that an implementation does what its model does; this shows that it does no more. What it shows
afterwards must be its state, or come of at most two steps of the node that was asked. Each stimulus is given
twice: what is harmless once may count twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.conformance.contexts import Context, Contexts
from checker.conformance.graph import steps_from
from checker.conformance.observing import Observer, Unbound, unreadable
from checker.conformance.plain_values import Unreadable
from checker.conformance.steering import (
    Call,
    Difference,
    Named,
    arguments_of,
    outcome_of,
    raised,
    shown_call,
    value_difference,
)
from checker.conformance.system import SystemUnderTest
from checker.language.errors import EvaluationError
from checker.language.members import Sort
from checker.running.runner import Runner, State

STEPS_ALLOWED = 2
EACH_CONTEXT = 30
"""Stimuli of one context: the action, and which of its guards' atoms were true."""
LOOKED_AT = 200
"""Calls looked at in one state for those that are disabled."""
TIMES = 2


@dataclass(slots=True)
class Given:
    """What was given so far.

    Attributes:
        stimuli: how many, repetitions not counted.
        contexts: how often each context was tried.
        outcomes: what the system answered.
        explained: answers after which the node had moved, as the model lets it.
    """

    stimuli: int = 0
    contexts: Counter[Context] = field(default_factory=Counter[Context])
    outcomes: Counter[str] = field(default_factory=Counter[str])
    explained: int = 0


class Disabled:
    """Visits the states of a steering (see `checker.conformance.steering.Visit`), each once.

    Args:
        calls: what can be asked at all: every action with arguments that it has somewhere.
        each_context: how many stimuli of one context are given.
    """

    def __init__(
        self,
        runner: Runner,
        observer: Observer,
        calls: Sequence[Call],
        each_context: int = EACH_CONTEXT,
        contexts: Contexts | None = None,
    ) -> None:
        self.given = Given()
        self._runner = runner
        self._observer = observer
        self._calls = calls
        self._each_context = each_context
        self._contexts = contexts or Contexts(runner)
        self._visited: dict[State, bool] = {}
        self._next = 0

    def __call__(self, state: State, system: SystemUnderTest, said: Sequence[Named]) -> Difference | None:
        """Gives stimuli in a state; the first difference."""
        if state in self._visited:
            return None
        self._visited[state] = True
        for call in self._looked_at():
            context = self._disabled_in(state, call)
            if context is None or self.given.contexts[context] >= self._each_context:
                continue
            self.given.contexts[context] += 1
            self.given.stimuli += 1
            difference = self.give(state, system, call, said)
            if difference is not None:
                return difference
        return None

    def give(
        self, state: State, system: SystemUnderTest, call: Call, said: Sequence[Named]
    ) -> Difference | None:
        """Gives one stimulus to a copy of the system, and again while nothing has come of it."""
        copy = system.fork()
        stimulus = call[0].name, arguments_of(*call)
        for _ in range(TIMES):
            try:
                answer = copy.step(*stimulus)
                outcome = outcome_of(answer, call[0].name)
                self.given.outcomes[outcome] += 1
                values = self._observer.read(copy)
            except Unbound:
                raise
            except Unreadable as error:
                return value_difference("disabled", unreadable(error), said, stimulus)
            except Exception as error:
                return raised(error, shown_call(call), said, stimulus)
            found = self._observer.differs(values, state)
            if found is None and outcome == "done" and call[0].name in self._observer.answers:
                return _answered(call, said, stimulus)
            if found is None:
                continue
            if self._is_explained(state, call, values):
                self.given.explained += 1
                return None
            return value_difference("disabled", found, said, stimulus)
        return None

    def _looked_at(self) -> Iterator[Call]:
        """Some of the calls, others each time."""
        count = len(self._calls)
        for _ in range(min(LOOKED_AT, count)):
            self._next = (self._next + 1) % count
            yield self._calls[self._next]

    def _disabled_in(self, state: State, call: Call) -> Context | None:
        """The context of a call that the model disables; None if it is enabled, or has no meaning here.

        A fault without a budget is not disabled: it could have happened.
        """
        action, arguments = call
        if action.budget is not None and state[self._runner.names.index(action.budget)] == 0:
            return None
        try:
            if self._runner.step(state, action, arguments) is not None:
                return None
        except EvaluationError:
            return None
        return self._contexts.of(action.name, arguments, state)

    def _is_explained(self, state: State, call: Call, values: Mapping[str, Any]) -> bool:
        actor = actor_of(call)
        states = [state]
        for _ in range(STEPS_ALLOWED):
            states = [after for before in states for after in self._of_actor(before, actor)]
            if any(self._observer.is_state(values, after) for after in states):
                return True
        return False

    def _of_actor(self, state: State, actor: object) -> Iterator[State]:
        planned = {action.number: action for action in self._runner.actions}
        for number, arguments, after in steps_from(self._runner, state):
            if actor is None or actor_of((planned[number], arguments)) in (actor, None):
                yield after


def _answered(call: Call, said: Sequence[Named], stimulus: Named) -> Difference:
    """It was done, and nothing but its answer tells so."""
    return Difference(
        "disabled", len(said) + 1, shown_call(call), "it disabled", "it done", tuple(said), stimulus
    )


def actor_of(call: Call) -> object:
    """The node that acts: the first argument, if it is a member of a sort; None for all."""
    arguments = call[1]
    return arguments[0] if arguments and isinstance(arguments[0], Sort) else None
