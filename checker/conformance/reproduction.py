"""A difference as a test: the steps that lead to it, taken again on model and system."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import cast

from checker.conformance.disabled import Disabled
from checker.conformance.plain_values import FrozenMapping, Reader, Unreadable
from checker.conformance.steering import Call, Difference, Named, Steering, shown_call
from checker.conformance.system import Plain, SystemUnderTest
from checker.engines.request import Request
from checker.language.declaration import parameters_of
from checker.language.model import Model
from checker.running.runner import Runner, State

__all__ = ["FrozenMapping", "following_file", "follows", "pytest_file"]


def follows(
    model: type[Model],
    make_system: Callable[[], SystemUnderTest],
    steps: Sequence[Named],
    *,
    scope: Mapping[str, int],
    params: Mapping[str, int] | None = None,
    faults: Mapping[str, int] | None = None,
    disabled: Named | None = None,
) -> None:
    """Asserts that a system follows its model along steps, each an action's name and its plain arguments.

    Args:
        disabled: a stimulus that the model disables after the steps, to be given then.

    Raises:
        AssertionError: it does not, or the model has no such behaviour any more.
    """
    runner = Runner(Request(model, scope, params or {}, faults or {}))
    steering = Steering(runner, make_system)
    calls = _Calls(runner)
    with runner.running():
        start, path, end = _found(runner, calls, steps)
        difference = steering.along(start, path)
        if difference is None and disabled is not None:
            call = calls.read(*disabled)
            if runner.step(end, *call) is not None:
                raise AssertionError(f"the model allows {shown_call(call)} there now")
            difference = Disabled(runner, steering.observer, [call]).give(end, steering.system, call, steps)
    if difference is not None:
        raise AssertionError(str(difference))


class _Calls:
    """Reads steps as calls of a model."""

    def __init__(self, runner: Runner) -> None:
        self._actions = {action.name: action for action in runner.actions}
        self._reader = Reader(runner.scope)

    def read(self, name: str, arguments: Mapping[str, Plain]) -> Call:
        """The call. Raises AssertionError if the model has none like it."""
        action = self._actions.get(name)
        if action is None:
            raise AssertionError(f"the model has no action {name}, or no budget for it, any more")
        forms = dict(parameters_of(cast(FunctionType, action.function)))
        if list(forms) != list(arguments):
            raise AssertionError(f"{name} has the parameters {', '.join(forms)} now")
        try:
            values = [self._reader.read(form, arguments[one], one) for one, form in forms.items()]
        except Unreadable as error:
            raise AssertionError(f"{name}: {error}") from None
        return action, tuple(values)


def _found(runner: Runner, calls: _Calls, steps: Sequence[Named]) -> tuple[State, list[Call], State]:
    """The steps on the model from the first initial state that allows them all, and where they end."""
    path = [calls.read(*step) for step in steps]
    reached = 0
    for _, _, start in runner.initial_states():
        state: State | None = start
        for number, call in enumerate(path):
            assert state is not None
            state = runner.step(state, *call)
            reached = max(reached, number)
            if state is None:
                break
        if state is not None:
            return start, path, state
    raise AssertionError(f"step {reached + 1}: the model does not allow {shown_call(path[reached])} any more")


def pytest_file(
    difference: Difference, command: str, model: str, system: str, numbers: Mapping[str, Mapping[str, int]]
) -> str:
    """A file that fails under pytest as long as the difference is there.

    Args:
        command: what found it.
        model, system: `module:Class`.
        numbers: scope, params and faults.
    """
    docstring = f"Found by `{_quoted(command)}`.\n\n{_quoted(str(difference))}"
    return _file(docstring, difference.steps, difference.stimulus, model, system, numbers)


def following_file(
    steps: Sequence[Named], about: str, model: str, system: str, numbers: Mapping[str, Mapping[str, int]]
) -> str:
    """A file that passes under pytest where an implementation does what steps of a model do.

    Args:
        about: what the steps are, for its docstring.
        model, system: `module:Class`.
        numbers: scope, params and faults.
    """
    return _file(_quoted(about), steps, None, model, system, numbers)


def _file(
    docstring: str,
    steps: Sequence[Named],
    stimulus: Named | None,
    model: str,
    system: str,
    numbers: Mapping[str, Mapping[str, int]],
) -> str:
    rows = [f"    {_named(step)},\n" for step in steps]
    disabled = "" if stimulus is None else _named(stimulus)
    ours = ["follows"] if "FrozenMapping" not in "".join([*rows, disabled]) else ["FrozenMapping", "follows"]
    imports = [f"from checker.conformance.reproduction import {', '.join(ours)}"]
    for module, _, cls in (model.partition(":"), system.partition(":")):
        imports.append(f"from {module} import {cls}")
    words = [model.partition(":")[2], system.partition(":")[2], "STEPS"]
    words += [f"{name}={_literal(values)}" for name, values in numbers.items() if values]
    words += [f"disabled={disabled}"] if disabled else []
    return (
        f'"""{docstring}\n"""\n\n'
        + "\n".join(sorted(imports))
        + "\n\nSTEPS = [\n"
        + "".join(rows)
        + "]\n\n\ndef test_the_implementation_follows_the_model() -> None:\n    follows(\n"
        + "".join([f"        {word},\n" for word in words])
        + "    )\n"
    )


def _named(step: Named) -> str:
    return f"({json.dumps(step[0])}, {_literal(step[1])})"


def _quoted(text: str) -> str:
    """Text within a docstring."""
    return text.replace("\\", "\\\\").replace('"', "'")


def _literal(value: object, *, hashable: bool = False) -> str:
    """A plain value as Python writes it, the same for equal values."""
    match value:
        case Mapping():
            held = cast(Mapping[str, object], value)
            items = [f"{json.dumps(key)}: {_literal(item, hashable=hashable)}" for key, item in held.items()]
            text = "{" + ", ".join(items) + "}"
            return f"FrozenMapping({text})" if hashable else text
        case tuple():
            parts = [_literal(item, hashable=hashable) for item in cast(tuple[object, ...], value)]
            return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"
        case frozenset():
            members = sorted([_literal(item, hashable=True) for item in cast(frozenset[object], value)])
            return "frozenset({" + ", ".join(members) + "})" if members else "frozenset()"
        case str():
            return json.dumps(value)
        case _:
            return repr(value)
