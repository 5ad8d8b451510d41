"""How a state was found, and what is wrong with it: numbers and values of one run, for the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.language.declaration import Method
from checker.running.failures import Failure


@dataclass(frozen=True, slots=True)
class Parent:
    """How a state was found first.

    Attributes:
        state: the number of the state before; -1 for an initial one.
        action: the number of the action; of the @initial method, or -1, for an initial state.
        arguments: of the action.
        inside: within the constraints.
    """

    state: int
    action: int
    arguments: tuple[Any, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that ends a search.

    Attributes:
        kind: "invariant", "step_invariant", "deadlock", "assumption", "evaluation".
        state: the number of the state where it shows: for a step, of the state before it.
        method: the property, or the action that could not be evaluated.
        action: the step's action (number) and arguments, for a step.
        failure: why it could not be evaluated.
    """

    kind: str
    state: int
    method: Method | None = None
    action: tuple[int, tuple[Any, ...]] | None = None
    failure: Failure | None = None
