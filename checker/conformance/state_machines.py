"""A model and a system as a Hypothesis state machine: random steps of both, shrunk where they differ.

It needs Hypothesis, which the core does not install: `pip install lockstep-checker[hypothesis]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from checker.conformance.beginnings import begin_system
from checker.conformance.graph import steps_from
from checker.conformance.observing import Observer
from checker.conformance.plain_values import Unreadable
from checker.conformance.steering import Call, arguments_of, outcome_of, shown_call
from checker.conformance.system import SystemUnderTest
from checker.engines.request import Request
from checker.language.model import Model
from checker.running.runner import Runner, State

INDEX_MAX = 2**16


class Lockstep(RuleBasedStateMachine):
    """Model and system, step by step. `state_machine` gives it a runner and the rules."""

    runner: Runner
    makers: ClassVar[tuple[Callable[[], SystemUnderTest], ...]]

    def __init__(self) -> None:
        super().__init__()
        (make_system,) = self.makers
        self.system: SystemUnderTest = make_system()
        self.observer = Observer(self.runner, self.system)
        with self.runner.running():
            self.state: State = next(state for _, _, state in self.runner.initial_states())
            begin_system(self.runner, self.system, self.state)
        self._steps: dict[str, list[tuple[Call, State]]] | None = None
        self.compare()

    def enabled(self, action: str) -> list[tuple[Call, State]]:
        """The steps of an action that the model allows now, in the language's order."""
        if self._steps is None:
            planned = {one.number: one for one in self.runner.actions}
            found: dict[str, list[tuple[Call, State]]] = {one.name: [] for one in self.runner.actions}
            with self.runner.running():
                for number, arguments, after in steps_from(self.runner, self.state):
                    found[planned[number].name].append(((planned[number], arguments), after))
            self._steps = found
        return self._steps[action]

    def take(self, action: str, index: int) -> None:
        """One step of both. A refusal that is permitted leaves both as they are."""
        steps = self.enabled(action)
        call, after = steps[index % len(steps)]
        answer = self.system.step(action, arguments_of(*call))
        outcome = outcome_of(answer, action)
        if outcome == "done":
            self.state = after
            self._steps = None
        elif outcome == "no stimulus" or action not in self.system.may_refuse:
            raise AssertionError(
                f"{shown_call(call)}: the model allows it, the system {outcome}: {answer.reason}"
            )
        self.compare()

    def compare(self) -> None:
        """Raises AssertionError where the system does not show the model's state."""
        try:
            found = self.observer.differs(self.observer.read(self.system), self.state)
        except Unreadable as error:
            raise AssertionError(str(error)) from None
        if found is not None:
            raise AssertionError(f"{found.place}: the model has {found.expected}, the system {found.shown}")


def state_machine(
    model: type[Model],
    make_system: Callable[[], SystemUnderTest],
    scope: Mapping[str, int],
    *,
    params: Mapping[str, int] | None = None,
    faults: Mapping[str, int] | None = None,
) -> type[Lockstep]:
    """A state machine whose rules are the model's actions; its `TestCase` is a test.

    Each rule draws one of the steps that are enabled. A rule that is always enabled only compares, so that a
    model in its proper end is no error.
    """
    runner = Runner(Request(model, scope, params or {}, faults or {}))
    members: dict[str, Any] = {"runner": runner, "makers": (make_system,)}
    for action in runner.actions:
        members[f"action_{action.name}"] = _rule_of(action.name)
    members["action"] = rule()(_idle)
    return type(f"{model.__name__}Machine", (Lockstep,), members)


def _rule_of(name: str) -> Any:
    def may(self: Lockstep) -> bool:
        return bool(self.enabled(name))

    def step(self: Lockstep, index: int) -> None:
        self.take(name, index)

    step.__name__ = name
    return precondition(may)(rule(index=st.integers(0, INDEX_MAX))(step))


def _idle(self: Lockstep) -> None:
    self.compare()
