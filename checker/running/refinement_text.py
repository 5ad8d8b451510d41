"""What a broken refinement says: the step, and what it is to the abstract model."""

from __future__ import annotations

from checker.language.declaration import Method
from checker.running.plain_form import to_plain
from checker.running.refining import Refining
from checker.running.runner import Runner, State
from checker.traces.plain import show, show_name

SHOWN = 4
"""The most abstract steps that are listed."""


def told(runner: Runner, method: Method, call: str | None, states: list[State]) -> str:
    """The step, the abstract states before and after it, and what could have happened there.

    Args:
        call: the step; None where the model begins.
        states: those before and after the step, or the initial one.
    """
    name = method.abstract.__name__
    refining = runner.refining(method)
    with runner.running():
        shown = [_shown(runner, refining, state) for state in states]
        if call is None:
            return f"{name} does not begin in\n  {shown[0]}"
        runner.load(states[0])
    with runner.running():
        enabled = refining.enabled()
    could = ", ".join(enabled[:SHOWN]) or "nothing"
    if len(enabled) > SHOWN:
        could += f", {len(enabled) - SHOWN} more"
    return "\n".join(
        [
            f"{call} is no step of {name}, and no stutter",
            f"  before: {shown[0]}",
            f"  after: {shown[1]}",
            f"  possible there: {could}",
        ]
    )


def _shown(runner: Runner, refining: Refining, state: State) -> str:
    runner.load(state)
    values = zip(refining.abstract.names, refining.state(runner.model), strict=True)
    return ", ".join(f"{show_name(name)} = {show(to_plain(value))}" for name, value in values)
