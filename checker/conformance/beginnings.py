"""Brings a system under test into an initial state of its model."""

from __future__ import annotations

from types import FunctionType
from typing import cast

from checker.conformance.plain_values import FrozenMapping, outward
from checker.conformance.system import SystemUnderTest
from checker.language.declaration import parameters_of
from checker.language.rules import Kind
from checker.running.runner import Runner, State


def begin_system(runner: Runner, system: SystemUnderTest, start: State) -> None:
    """Resets it, and says how the initial state comes about if it wants to know.

    The scope of the runner is active.
    """
    scope = runner.scope
    system.reset({sort.__name__: size for sort, size in scope.sizes.items()} | dict(runner.request.params))
    begin = getattr(system, "begin", None)
    if begin is None:
        return
    initials = runner.declaration.of_kind(Kind.INITIAL)
    for number, arguments, state in runner.initial_states():
        if state == start and number >= 0:
            names = [name for name, _ in parameters_of(cast(FunctionType, initials[number].function))]
            plain = {name: outward(value) for name, value in zip(names, arguments, strict=True)}
            begin(initials[number].name, FrozenMapping(plain))
            return
