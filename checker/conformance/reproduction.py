"""A difference as a test: the steps that lead to it, taken again on model and system."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

from checker.conformance.plain_values import FrozenMapping
from checker.conformance.steering import Call, Difference, Steering, arguments_of
from checker.conformance.system import Plain, SystemUnderTest
from checker.engines.request import Request
from checker.language.model import Model
from checker.running.runner import Runner, State

__all__ = ["FrozenMapping", "follows", "pytest_file"]

Named: TypeAlias = tuple[str, Mapping[str, Plain]]


def follows(
    model: type[Model],
    make_system: Callable[[], SystemUnderTest],
    steps: Sequence[Named],
    *,
    scope: Mapping[str, int],
    params: Mapping[str, int] | None = None,
    faults: Mapping[str, int] | None = None,
) -> None:
    """Asserts that a system follows its model along steps, each an action's name and its plain arguments.

    Raises:
        AssertionError: it does not, or the model has no such behaviour any more.
    """
    runner = Runner(Request(model, scope, params or {}, faults or {}))
    steering = Steering(runner, make_system)
    with runner.running():
        start, path = _found(runner, steps)
        difference = steering.along(start, path)
    if difference is not None:
        raise AssertionError(str(difference))


def _found(runner: Runner, steps: Sequence[Named]) -> tuple[State, list[Call]]:
    """The steps on the model, from the first initial state that allows them all."""
    reached = 0
    for _, _, start in runner.initial_states():
        path: list[Call] = []
        state = start
        for name, arguments in steps:
            call = _call(runner, state, name, dict(arguments))
            if call is None:
                break
            following = runner.step(state, *call)
            assert following is not None
            state = following
            path.append(call)
        else:
            return start, path
        reached = max(reached, len(path))
    name, arguments = steps[reached]
    raise AssertionError(
        f"step {reached + 1}: the model does not allow {name}({dict(arguments)}) here any more"
    )


def _call(runner: Runner, state: State, name: str, arguments: dict[str, Plain]) -> Call | None:
    for action in runner.actions:
        if action.name != name:
            continue
        runner.load(state)
        for found in runner.bindings(action):
            if (
                dict(arguments_of(action, found)) == arguments
                and runner.step(state, action, found) is not None
            ):
                return action, found
    return None


def pytest_file(
    difference: Difference, command: str, model: str, system: str, numbers: Mapping[str, Mapping[str, int]]
) -> str:
    """A file that fails under pytest as long as the difference is there.

    Args:
        command: what found it.
        model, system: `module:Class`.
        numbers: scope, params and faults.
    """
    rows = [f"    ({json.dumps(name)}, {_literal(arguments)}),\n" for name, arguments in difference.steps]
    ours = ["follows"] if "FrozenMapping" not in "".join(rows) else ["FrozenMapping", "follows"]
    imports = [f"from checker.conformance.reproduction import {', '.join(ours)}"]
    for module, _, cls in (model.partition(":"), system.partition(":")):
        imports.append(f"from {module} import {cls}")
    words = [model.partition(":")[2], system.partition(":")[2], "STEPS"]
    words += [f"{name}={_literal(values)}" for name, values in numbers.items() if values]
    return (
        f'"""Found by `{_quoted(command)}`.\n\n{_quoted(str(difference))}\n"""\n\n'
        + "\n".join(sorted(imports))
        + "\n\nSTEPS = [\n"
        + "".join(rows)
        + "]\n\n\ndef test_the_implementation_follows_the_model() -> None:\n    follows(\n"
        + "".join([f"        {word},\n" for word in words])
        + "    )\n"
    )


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
