"""All that a model does in a scope, to compare it with another."""

from __future__ import annotations

from typing import Any

from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator, Failed, Reached
from checker.ir.universe import State, Universe

Steps = frozenset[tuple[Any, ...]]


def behaviour(model: ir.Model, universe: Universe, *, first: bool = False) -> tuple[Steps, bool]:
    """All steps of a model, between states without ghosts, and whether one of them cannot be evaluated.

    Args:
        first: only the steps from initial states.
    """
    evaluator = Evaluator(model, universe, {})
    ghosts = {one.name for one in model.variables if one.ghost}

    def key(state: State) -> tuple[object, ...]:
        return tuple((name, repr(value)) for name, value in state.items() if name not in ghosts)

    states: dict[str, State] = {}
    steps: set[tuple[Any, ...]] = set()
    pending = [
        step.outcome.state for _, step in evaluator.initial_states() if isinstance(step.outcome, Reached)
    ]
    failed = False
    while pending:
        state = pending.pop()
        if repr(state) in states:
            continue
        states[repr(state)] = state
        for action in model.actions:
            for step in evaluator.steps(action, state):
                failed = failed or isinstance(step.outcome, Failed)
                if isinstance(step.outcome, Reached):
                    steps.add((key(state), action.name, step.arguments, key(step.outcome.state)))
                    if not first:
                        pending.append(step.outcome.state)
    return frozenset(steps), failed
