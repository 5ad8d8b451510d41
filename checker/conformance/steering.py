"""Steers an implementation along behaviours of a model, and demands that it shows the model's state."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from checker.conformance.beginnings import begin_system
from checker.conformance.observing import Differs, Observer, Unbound, unreadable
from checker.conformance.plain_values import FrozenMapping, Unreadable, outward
from checker.conformance.system import Answer, Plain, SystemUnderTest
from checker.running.plain_form import to_plain
from checker.running.runner import PlannedAction, Runner, State
from checker.traces.trace import show_call

Call: TypeAlias = tuple[PlannedAction, tuple[Any, ...]]
Named: TypeAlias = tuple[str, Mapping[str, Plain]]
"""An action's name and its arguments, as a system takes them."""
MakeSystem: TypeAlias = Callable[[], SystemUnderTest]
Kind: TypeAlias = Literal["value", "refused", "no stimulus", "exception", "disabled", "mutant"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an implementation left its model.

    Attributes:
        kind: how: it shows what the model does not have; it declined; it could not be asked; it raised; it
            did what the model disables, or what a mutant of it does.
        step: the number of the step; 0 is the initial state.
        place: the path to what differs; the call, where it is no value.
        expected: what the model says.
        shown: what the implementation says.
        steps: all steps up to and with this one.
        stimulus: what the model disables and was asked of the system after the steps.
    """

    kind: Kind
    step: int
    place: str
    expected: str
    shown: str
    steps: tuple[Named, ...]
    stimulus: Named | None = None

    def __str__(self) -> str:
        return f"step {self.step}: {self.place}: the model has {self.expected}, the system {self.shown}"


@dataclass(slots=True)
class Steered:
    """What steering along paths has done so far.

    Attributes:
        paths: paths begun.
        steps: steps asked of the system.
        by_action: steps that the system did, by action.
        refused: permitted refusals, by action. A path ends with one.
        difference: the first one.
    """

    paths: int = 0
    steps: int = 0
    by_action: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    difference: Difference | None = None


Visit: TypeAlias = Callable[[State, SystemUnderTest, Sequence[Named]], Difference | None]
"""Called where model and system agree, with the steps that led there; a difference ends the path."""


class Steering:
    """A model, and the system that is held against it. Raises Unbound where they do not fit."""

    def __init__(self, runner: Runner, make_system: MakeSystem) -> None:
        self.runner = runner
        self.system = make_system()
        self.observer = Observer(runner, self.system)
        self.done = Steered()
        self.visit: Visit | None = None
        self._was_refused = False

    def along(self, start: State, path: Sequence[Call]) -> Difference | None:
        """Steers the system along a path from its beginning; the first difference, if there is one."""
        self.done.paths += 1
        said: list[Named] = []
        difference = self._begin(start, said)
        state = start
        for action, arguments in path:
            if difference is not None:
                break
            following = self.runner.step(state, action, arguments)
            assert following is not None, "a path is a behaviour of the model"
            said.append((action.name, arguments_of(action, arguments)))
            difference = self._take(state, following, (action, arguments), said)
            if difference is None and self._was_refused:
                return None
            state = following
        if self.done.difference is None:
            self.done.difference = difference
        return difference

    def _begin(self, start: State, said: list[Named]) -> Difference | None:
        self._was_refused = False
        try:
            begin_system(self.runner, self.system, start)
            return self._compare(start, said)
        except Unbound:
            raise
        except Exception as error:
            return raised(error, "reset", said)

    def parts(
        self, copy: SystemUnderTest, before: State, after: State, call: Call, said: Sequence[Named]
    ) -> Difference | None:
        """The difference after one more step that the model takes, on a copy of the system."""
        action, arguments = call
        system, visit = self.system, self.visit
        self.system, self.visit = copy, None
        try:
            return self._take(before, after, call, [*said, (action.name, arguments_of(action, arguments))])
        finally:
            self.system, self.visit = system, visit

    def _take(self, before: State, after: State, call: Call, said: list[Named]) -> Difference | None:
        name = call[0].name
        self.done.steps += 1
        try:
            answer = self.system.step(*said[-1])
            outcome = outcome_of(answer, name)
            if outcome == "done":
                self.done.by_action[name] += 1
                return self._compare(after, said)
            if outcome == "refused" and name in self.system.may_refuse:
                self.done.refused[name] += 1
                self._was_refused = True
                return self._compare(before, said)
            return Difference(
                outcome, len(said), shown_call(call), "it done", f"{outcome}: {answer.reason}", tuple(said)
            )
        except Unbound:
            raise
        except Exception as error:
            return raised(error, shown_call(call), said)

    def _compare(self, state: State, said: Sequence[Named]) -> Difference | None:
        try:
            found = self.observer.differs(self.observer.read(self.system), state)
        except Unreadable as error:
            found = unreadable(error)
        if found is not None:
            return value_difference("value", found, said)
        return None if self.visit is None else self.visit(state, self.system, said)


def outcome_of(answer: Answer, action: str) -> Literal["done", "refused", "no stimulus"]:
    """Which of the three. Raises Unbound."""
    outcome: object = getattr(answer, "outcome", None)
    match outcome:
        case "done":
            return "done"
        case "refused":
            return "refused"
        case "no stimulus":
            return "no stimulus"
        case _:
            raise Unbound(f"step() answered {action} with {answer!r}; answer Done, Refused or NoStimulus")


def value_difference(
    kind: Kind, found: Differs, said: Sequence[Named], stimulus: Named | None = None
) -> Difference:
    """A difference of values after the steps, and a stimulus."""
    number = len(said) + (stimulus is not None)
    return Difference(kind, number, found.place, found.expected, found.shown, tuple(said), stimulus)


def raised(error: Exception, what: str, said: Sequence[Named], stimulus: Named | None = None) -> Difference:
    """A step that raised: the implementation has crashed."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    shown = f"{type(error).__name__}: {error} (line {frame.lineno} of {frame.name})"
    number = len(said) + (stimulus is not None)
    return Difference("exception", number, what, "a step", shown, tuple(said), stimulus)


def arguments_of(action: PlannedAction, arguments: tuple[Any, ...]) -> FrozenMapping:
    """The arguments as a system takes them."""
    names = action.choices.names
    return FrozenMapping({name: outward(value) for name, value in zip(names, arguments, strict=True)})


def shown_call(call: Call) -> str:
    """`promise(a=Acceptor1, b=Ballot2)`."""
    action, arguments = call
    pairs = zip(action.choices.names, arguments, strict=True)
    return show_call(action.name, tuple([(name, to_plain(value)) for name, value in pairs]))
