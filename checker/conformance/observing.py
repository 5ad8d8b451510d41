"""What a system shows, read as values of its model, and where that differs from a state."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from checker.conformance.plain_values import Reader, Unreadable, read_variable
from checker.conformance.system import SystemUnderTest
from checker.language.declaration import declare, variable_form
from checker.running.plain_form import to_plain
from checker.running.runner import Runner, State
from checker.traces import trace as traces
from checker.traces.plain import show


class Unbound(Exception):
    """A system under test does not fit its model: it hides, or may refuse, what is not there, or gives no
    answer of the right form."""


@dataclass(frozen=True, slots=True)
class Differs:
    """The first place at which an observation is not a state: what the one has, and the other."""

    place: str
    expected: str
    shown: str


class Observer:
    """Reads what systems of one kind show.

    Raises:
        Unbound: the system names what its model does not have, or gives no reason.
    """

    def __init__(self, runner: Runner, system: SystemUnderTest) -> None:
        self._names = runner.names
        declaration = declare(runner.request.model)
        self._forms = {one.name: variable_form(declaration, one) for one in declaration.variables}
        self._ghosts = frozenset([one.name for one in declaration.variables if one.ghost])
        self._reader = Reader(runner.scope)
        model: Any = runner.request.model
        request = runner.request
        self._model = model.lockstep_uninitialised(
            request.scope, params=request.params, faults=request.faults
        )
        self.compared = tuple([name for name in self._forms if name not in system.hidden])
        self.answers: Mapping[str, str] = getattr(system, "answers", {})
        self._check(system, [action.name for action in runner.all_actions])

    def _check(self, system: SystemUnderTest, actions: list[str]) -> None:
        for what, names, known in (
            ("hidden", system.hidden, list(self._forms)),
            ("may_refuse", system.may_refuse, actions),
            ("answers", self.answers, actions),
        ):
            for name, reason in names.items():
                if name not in known:
                    fix = nearest(name, known)
                    raise Unbound(f"{what} names {name!r}, which the model does not have; {fix}")
                if not reason.strip():
                    raise Unbound(f"{what} names {name!r} without a reason; say why")

    def read(self, system: SystemUnderTest) -> Mapping[str, Any]:
        """The values of the variables that are not hidden. Raises Unbound and Unreadable."""
        shown = system.observe()
        for name in shown:
            if name not in self._forms:
                fix = nearest(name, self._forms)
                raise Unbound(f"observe() shows {name!r}, which the model does not have; {fix}")
        values: dict[str, Any] = {}
        for name in self.compared:
            if name in shown:
                values[name] = read_variable(self._reader, self._model, name, self._forms[name], shown[name])
            elif name not in self._ghosts:
                raise Unbound(f"observe() does not show {name}; show it, or give a reason in hidden")
        return values

    def is_state(self, values: Mapping[str, Any], state: State) -> bool:
        """Whether an observation is that of a state."""
        return all(values[name] == value for name, value in self._shown(values, state))

    def differs(self, values: Mapping[str, Any], state: State) -> Differs | None:
        """The first place at which it is not."""
        for name, expected in self._shown(values, state):
            if values[name] != expected:
                found = traces.changes(((name, to_plain(expected)),), ((name, to_plain(values[name])),))
                return Differs(found[0].path, *_both(found[0]))
        return None

    def _shown(self, values: Mapping[str, Any], state: State) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in zip(self._names, state, strict=True) if name in values]


def nearest(name: str, known: Iterable[str]) -> str:
    """A fix that names the valid name most like a given one, or else lists them."""
    found = difflib.get_close_matches(name, known, 1)
    return f"did you mean '{found[0]}'?" if found else f"write one of: {', '.join(known)}"


def unreadable(error: Unreadable) -> Differs:
    """What is shown is no value."""
    return Differs(error.path, "a value of its type", error.fact)


def _both(change: traces.Change) -> tuple[str, str]:
    """What the model has, and what the system: `change` leads from the one to the other."""
    items = [show(value) for value in (*change.old, *change.new)]
    text = ", ".join(items)
    match change.kind:
        case "changed":
            return items[0], items[1]
        case "added" | "appended":
            return f"no {text}", text
        case "removed" | "truncated":
            return text, f"no {text}"
        case _:
            assert_never(change.kind)
