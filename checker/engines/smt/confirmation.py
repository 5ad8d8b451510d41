"""Runs by CPython what the solver has found: only what the model's own methods do is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checker.engines.request import Request
from checker.engines.smt.plain_forms import PlainForms
from checker.engines.smt.sizes import Form
from checker.ir import nodes as ir
from checker.language.declaration import Method
from checker.language.rules import OF_STEPS, Kind
from checker.running.captured import Captured
from checker.running.failures import Failure, failure
from checker.running.finding import Finding
from checker.running.replay import EnginesDisagree
from checker.running.runner import PlannedAction, Runner
from checker.running.trail import Trail
from checker.running.violation import violated
from checker.verdicts import Violated


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that the solver chose: an action, and the forms of its arguments."""

    action: ir.Action
    arguments: tuple[Form, ...]


def confirmed(
    request: Request, forms: PlainForms, initial: Sequence[Form], kinds: Sequence[Any], steps: Sequence[Taken]
) -> Violated:
    """The first violation on a way, as CPython takes it.

    Args:
        request: the check.
        forms: of the model's values.
        initial: the forms of the initial state's variables and budgets, in the order of the runner's names.
        kinds: their types.
        steps: the steps from it.

    Raises:
        EnginesDisagree: CPython cannot take the way, or nothing on it is violated.
    """
    runner = Runner(request)
    trail = Trail(runner)
    captured = Captured(request.model)
    with runner.running():
        finding = _walked(trail, forms, initial, kinds, steps)
    return violated(trail, finding, captured)


def _walked(
    trail: Trail, forms: PlainForms, initial: Sequence[Form], kinds: Sequence[Any], steps: Sequence[Taken]
) -> Finding:
    runner = trail.runner
    _begin(trail, forms, initial, kinds)
    found = _wrong_state(runner, trail)
    planned = {action.name: action for action in runner.actions}
    for step in steps:
        if found is not None:
            return found
        found = _take(trail, forms, planned[step.action.name], step)
    found = found or _wrong_end(runner, trail)
    if found is None:
        raise EnginesDisagree("nothing is violated on the way that the solver found")
    return found


def _begin(trail: Trail, forms: PlainForms, initial: Sequence[Form], kinds: Sequence[Any]) -> None:
    for number, arguments, state in trail.runner.initial_states():
        if all(forms.form(kind, one) == form for kind, one, form in zip(kinds, state, initial, strict=True)):
            trail.reach(state, number, arguments)
            return
    raise EnginesDisagree("the model does not begin where the solver does")


def _take(trail: Trail, forms: PlainForms, action: PlannedAction, step: Taken) -> Finding | None:
    runner, before = trail.runner, trail.state
    runner.load(before)
    arguments = _chosen(runner, forms, action, step)
    new = runner.step(before, action, arguments)
    if new is None:
        raise EnginesDisagree(f"{action.name}{arguments} is disabled")
    old = trail.at
    for method in _asked(runner, *OF_STEPS):
        runner.load_old(before)
        runner.load(new)
        said = _said(runner, method)
        if said is not True:
            why = said if isinstance(said, Failure) else None
            kind = "step_invariant" if why is None else "evaluation"
            return Finding(kind, old, method, (action.number, arguments), why)
    trail.reach(new, action.number, arguments)
    return _wrong_state(runner, trail)


def _chosen(runner: Runner, forms: PlainForms, action: PlannedAction, step: Taken) -> tuple[Any, ...]:
    kinds = [one.type for one in step.action.parameters]
    for arguments in runner.bindings(action):
        made = tuple(forms.form(kind, one) for kind, one in zip(kinds, arguments, strict=True))
        if made == step.arguments:
            return arguments
    raise EnginesDisagree(f"{action.name} has no arguments {step.arguments}")


def _asked(runner: Runner, *kinds: Kind) -> list[Method]:
    only = runner.request.only
    return [one for one in runner.declaration.of_kind(*kinds) if only is None or one.name in only]


def _said(runner: Runner, method: Method) -> bool | Failure:
    try:
        return runner.holds(method)
    except Exception as error:
        return failure(error)


def _wrong_state(runner: Runner, trail: Trail) -> Finding | None:
    """The first invariant that the last state violates."""
    runner.load(trail.state)
    for method in _asked(runner, Kind.INVARIANT):
        said = _said(runner, method)
        if said is not True:
            why = said if isinstance(said, Failure) else None
            return Finding("invariant" if why is None else "evaluation", trail.at, method, None, why)
    return None


def _wrong_end(runner: Runner, trail: Trail) -> Finding | None:
    """An action that cannot be evaluated in the last state, or a deadlock."""
    state, is_dead = trail.state, True
    for action in runner.actions:
        runner.load(state)
        method = runner.all_actions[action.number]
        try:
            bindings = runner.bindings(action)
        except Exception as error:
            return Finding("evaluation", trail.at, method, (action.number, ()), failure(error))
        for arguments in bindings:
            try:
                is_dead = runner.step(state, action, arguments) is None and is_dead
            except Exception as error:
                return Finding("evaluation", trail.at, method, (action.number, arguments), failure(error))
    if not is_dead or not runner.request.deadlock:
        return None
    runner.load(state)
    ends = [_said(runner, method) for method in runner.declaration.of_kind(Kind.TERMINAL)]
    return None if any(said is not False for said in ends) else Finding("deadlock", trail.at)
