"""A behaviour of a model that a test tells step by step, and what a system under test makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import cast

from checker.conformance.disabled import Disabled
from checker.conformance.graph import steps_from
from checker.conformance.plain_values import outward
from checker.conformance.steering import Call, Difference, Steering
from checker.conformance.system import Plain
from checker.engines.request import Request
from checker.gates.check import Replay
from checker.gates.replay_run import load
from checker.language.declaration import parameters_of
from checker.running.runner import Runner, State


class Story:
    """Begins where the replay's model does first, in another scope perhaps."""

    def __init__(self, replay: Replay, **scope: int) -> None:
        loaded = load(replay)
        request = Request(loaded.model, {**replay.scope, **scope}, replay.params, replay.faults)
        self._runner = Runner(request)
        self._make_system = loaded.make_system
        self._actions = {action.number: action for action in self._runner.actions}
        self._calls: list[Call] = []
        with self._runner.running():
            _, _, self._start = next(iter(self._runner.initial_states()))
        self._state: State = self._start

    def tell(self, action: str, *, told: int | None = None, **wanted: Plain) -> None:
        """The first step of this action whose arguments begin like these; `told` is how much its message
        tells.
        """
        with self._runner.running():
            for number, arguments, after in steps_from(self._runner, self._state):
                call = self._actions[number], arguments
                if call[0].name == action and _fits(_plain(call), wanted, told):
                    self._calls.append(call)
                    self._state = after
                    return
        raise AssertionError(f"after {len(self._calls)} steps the model has no {action} with {wanted}")

    def difference(self) -> Difference | None:
        """Where the system leaves the model on the way."""
        with self._runner.running():
            return Steering(self._runner, self._make_system).along(self._start, self._calls)

    def difference_at_the_end(self, action: str, *arguments: object) -> Difference | None:
        """What the system does wrong when it is asked for this then, which the model disables."""
        steering = Steering(self._runner, self._make_system)
        with self._runner.running():
            assert steering.along(self._start, self._calls) is None
            call = next(one for one in self._actions.values() if one.name == action), arguments
            assert self._runner.step(self._state, *call) is None, "the model allows it"
            asking = Disabled(self._runner, steering.observer, [call])
            return asking.give(self._state, steering.system, call, ())

    def member(self, sort: str, number: int) -> object:
        """A member of a sort of the model, by its number."""
        found = next(one for one in self._runner.scope.sizes if one.__name__ == sort)
        with self._runner.running():
            return list(found)[number - 1]


def _plain(call: Call) -> Mapping[str, Plain]:
    names = [name for name, _ in parameters_of(cast(FunctionType, call[0].function))]
    return {name: outward(value) for name, value in zip(names, call[1], strict=True)}


def _fits(arguments: Mapping[str, Plain], wanted: Mapping[str, Plain], told: int | None) -> bool:
    message = arguments.get("m")
    if told is not None and isinstance(message, tuple):
        parts = [part for part in message if isinstance(part, Mapping)]
        if [len(part) for part in parts] != [told]:
            return False
    return all(_is_like(arguments[name], value) for name, value in wanted.items())


def _is_like(value: Plain, wanted: Plain) -> bool:
    if isinstance(wanted, tuple) and isinstance(value, tuple):
        return value[: len(wanted)] == wanted
    return value == wanted
