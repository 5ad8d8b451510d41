"""What a broken refinement says: the step, and what it is to the abstract model."""

from __future__ import annotations

from checker.language.declaration import Method
from checker.running.plain_form import to_plain
from checker.running.runner import Runner, State
from checker.traces.plain import show
from checker.traces.trace import Trace

SHOWN = 4
"""The most abstract steps that are listed."""


def told(runner: Runner, method: Method, trace: Trace, states: list[State]) -> str:
    """The step, the abstract states before and after it, and what could have happened there."""
    name = method.abstract.__name__
    refining = runner.refining(method)
    with runner.running():
        shown = [_shown(runner, method, state) for state in states[-2:]]
    if not trace.steps:
        return f"the initial state is {shown[-1]} in {name}, which does not begin so"
    with runner.running():
        runner.load(states[-2])
        enabled = refining.enabled()
    could = f"there {name} can do nothing"
    if enabled:
        more = f" or {len(enabled) - SHOWN} more steps" if len(enabled) > SHOWN else ""
        could = f"there {name} can {' or '.join(enabled[:SHOWN])}{more}"
    return (
        f"{trace.steps[-1].call} changes {name} from {shown[0]} to {shown[1]}, "
        f"which none of its actions does; {could}"
    )


def _shown(runner: Runner, method: Method, state: State) -> str:
    runner.load(state)
    refining = runner.refining(method)
    values = zip(refining.abstract.names, refining.state(runner.model), strict=True)
    return f"({', '.join(f'{name} = {show(to_plain(value))}' for name, value in values)})"
