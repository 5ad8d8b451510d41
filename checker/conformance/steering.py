"""Steers an implementation along behaviours of a model, and demands that it shows the model's state."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, assert_never

from checker.conformance.plain_values import FrozenMapping, Reader, Unreadable, outward, read_variable
from checker.conformance.system import Plain, SystemUnderTest
from checker.language.declaration import declare, variable_form
from checker.running.plain_form import to_plain
from checker.running.runner import PlannedAction, Runner, State
from checker.traces import trace as traces
from checker.traces.plain import show

Call: TypeAlias = tuple[PlannedAction, tuple[Any, ...]]
MakeSystem: TypeAlias = Callable[[], SystemUnderTest]
Kind: TypeAlias = Literal["value", "unreadable", "refused", "no stimulus", "exception"]


class Unbound(Exception):
    """A system under test does not fit its model: it hides, or may refuse, what is not there, or gives no
    answer of the right form."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an implementation left its model.

    Attributes:
        kind: how: it shows another value, or one that is none; it declined; it could not be asked; it raised.
        step: the number of the step; 0 is the initial state.
        variable: the path to what differs; the action, where it is no value.
        expected: what the model says.
        shown: what the implementation says.
        steps: all steps up to and with this one, as `system.step` takes them.
    """

    kind: Kind
    step: int
    variable: str
    expected: str
    shown: str
    steps: tuple[tuple[str, Mapping[str, Plain]], ...]

    def __str__(self) -> str:
        return f"step {self.step}: {self.variable}: the model has {self.expected}, the system {self.shown}"


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


class Steering:
    """A model, and the system that is held against it.

    Raises:
        Unbound: they do not fit.
    """

    def __init__(self, runner: Runner, make_system: MakeSystem) -> None:
        self.runner = runner
        self.make_system = make_system
        self.system = make_system()
        self.done = Steered()
        declaration = declare(runner.request.model)
        self.sizes = {sort.__name__: size for sort, size in runner.scope.sizes.items()}
        self._forms = {one.name: variable_form(declaration, one) for one in declaration.variables}
        self._ghosts = frozenset([one.name for one in declaration.variables if one.ghost])
        self._reader = Reader(runner.scope)
        self._model: Any = runner.request.model.lockstep_uninitialised(  # type: ignore[attr-defined]  # a Model
            runner.request.scope, params=runner.request.params, faults=runner.request.faults
        )
        self.observed = tuple([name for name in self._forms if name not in self.system.hidden])
        actions = [action.name for action in runner.all_actions]
        for what, names, known in (
            ("hidden", self.system.hidden, list(self._forms)),
            ("may_refuse", self.system.may_refuse, actions),
        ):
            for name, reason in names.items():
                if name not in known:
                    raise Unbound(f"{what} names {name!r}, which the model does not have")
                if not reason.strip():
                    raise Unbound(f"{what} names {name!r} without a reason")

    def along(self, start: State, path: Sequence[Call]) -> Difference | None:
        """Steers a fresh system along a path; the first difference, if there is one."""
        done = self.done
        done.paths += 1
        said: list[tuple[str, Mapping[str, Plain]]] = []
        try:
            self.system.reset(self.sizes)
            difference = self._compare(start, 0, said)
        except Unbound:
            raise
        except Exception as error:
            difference = self._raised(error, "reset", 0, said)
        state = start
        for number, (action, arguments) in enumerate(path, start=1):
            if difference is not None:
                break
            following = self.runner.step(state, action, arguments)
            assert following is not None, "a path is a behaviour of the model"
            said.append((action.name, arguments_of(action, arguments)))
            done.steps += 1
            try:
                answer = self.system.step(*said[-1])
                outcome, reason = answer.outcome, answer.reason
                if outcome == "refused" and action.name in self.system.may_refuse:
                    done.refused[action.name] += 1
                    return self._note(self._compare(state, number, said))
                if outcome == "refused" or outcome == "no stimulus":
                    call = traces.show_call(action.name, _shown_arguments(action, arguments))
                    difference = Difference(
                        outcome, number, call, "it done", f"{outcome}: {reason}", tuple(said)
                    )
                elif outcome == "done":
                    done.by_action[action.name] += 1
                    difference = self._compare(following, number, said)
                else:
                    raise Unbound(f"{action.name} was answered with the outcome {outcome!r}")
            except Unbound:
                raise
            except Exception as error:
                difference = self._raised(error, action.name, number, said)
            state = following
        return self._note(difference)

    def _note(self, difference: Difference | None) -> Difference | None:
        if self.done.difference is None:
            self.done.difference = difference
        return difference

    def _raised(
        self, error: Exception, what: str, number: int, said: list[tuple[str, Mapping[str, Plain]]]
    ) -> Difference:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        shown = f"{type(error).__name__}: {error} ({frame.name}, line {frame.lineno})"
        return Difference("exception", number, what, "a step", shown, tuple(said))

    def _compare(
        self, state: State, number: int, said: list[tuple[str, Mapping[str, Plain]]]
    ) -> Difference | None:
        """The first variable that the system shows differently."""
        shown = self.system.observe()
        unknown = [name for name in shown if name not in self._forms]
        if unknown:
            raise Unbound(f"observe() shows {unknown[0]!r}, which the model does not have")
        for name, expected in zip(self.runner.names, state, strict=True):
            if name not in self.observed:
                continue
            if name not in shown:
                if name in self._ghosts:
                    continue
                raise Unbound(f"observe() does not show {name}; show it, or give a reason in hidden")
            try:
                value = read_variable(self._reader, self._model, name, self._forms[name], shown[name])
            except Unreadable as error:
                return Difference("unreadable", number, error.path, "a value", error.fact, tuple(said))
            if value != expected:
                change = traces.changes(((name, to_plain(expected)),), ((name, to_plain(value)),))[0]
                return Difference("value", number, change.path, *_both(change), tuple(said))
        return None


def arguments_of(action: PlannedAction, arguments: tuple[Any, ...]) -> FrozenMapping:
    """The arguments as a system takes them."""
    names = action.choices.names
    return FrozenMapping({name: outward(value) for name, value in zip(names, arguments, strict=True)})


def _shown_arguments(action: PlannedAction, arguments: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        [(name, to_plain(value)) for name, value in zip(action.choices.names, arguments, strict=True)]
    )


def _both(change: traces.Change) -> tuple[str, str]:
    """What the model has, and what the system: `change` leads from the one to the other."""
    items = [show(value) for value in (*change.old, *change.new)]
    text = ", ".join(items)
    match change.kind:
        case "changed":
            return items[0], items[1]
        case "added" | "appended":
            return f"no {text}", "has it"
        case "removed" | "truncated":
            return text, "has not"
        case _:
            assert_never(change.kind)
