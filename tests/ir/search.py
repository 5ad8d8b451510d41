"""A breadth-first search over the evaluator's steps, for whole-model tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.ir.evaluate import Evaluator, Reached

Frozen = tuple[tuple[str, Any], ...]


def freeze(state: Mapping[str, Any]) -> Frozen:
    """A state as something hashable; the entries of a map keep their order."""
    return tuple((name, _freeze_value(value)) for name, value in state.items())


def _freeze_value(value: Any) -> Any:
    return tuple(value.items()) if hasattr(value, "items") else value


def explore(evaluator: Evaluator) -> tuple[int, int, int, list[Mapping[str, Any]]]:
    """Distinct states, generated states, depth, and the states themselves in the order found."""
    found: dict[Frozen, Mapping[str, Any]] = {}
    generated, depth = 0, 0
    level = [
        step.outcome.state for _, step in evaluator.initial_states() if isinstance(step.outcome, Reached)
    ]
    reached: list[Mapping[str, Any]] = level
    while reached:
        frontier: list[Mapping[str, Any]] = []
        for state in reached:
            generated += 1
            if (key := freeze(state)) not in found:
                found[key] = state
                frontier.append(state)
        depth += 1 if frontier else 0
        reached = [
            step.outcome.state
            for state in frontier
            for action in evaluator.model.actions
            for step in evaluator.steps(action, state)
            if isinstance(step.outcome, Reached)
        ]
    return len(found), generated, depth, list(found.values())
