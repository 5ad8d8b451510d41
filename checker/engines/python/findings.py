"""How states were found, what a search finds wrong on one level, and which of it is reported.

The choice does not depend on the order of work: within a level the kind that comes first (a deadlock before a
failed step, properties in declaration order), and of that kind the least state, by the canonical traces that
lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.engines.python.failures import Failure
from checker.language.declaration import Method


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


class Findings:
    """The best finding so far of one phase of a level."""

    __slots__ = ("best", "rank")

    def __init__(self) -> None:
        self.best: Finding | None = None
        self.rank: int | None = None

    def wants(self, rank: int) -> bool:
        """Whether a finding of this rank would be reported: the first of the lowest rank is."""
        return self.rank is None or rank < self.rank

    def offer(self, rank: int, finding: Finding) -> None:
        """Takes a finding, if it is better than the one that is there."""
        if self.wants(rank):
            self.rank = rank
            self.best = finding
