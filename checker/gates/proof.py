"""What a solver found out about a proof of a spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from checker.gates.check import Refusal

ProofVerdict: TypeAlias = Literal[
    "proved", "inductive", "bounded", "not_inductive", "violated", "fragile", "unknown"
]
DECIDED: frozenset[ProofVerdict] = frozenset({"proved", "inductive", "bounded", "not_inductive", "violated"})
"""What the next attempt will find again: no limit of time is in it."""


@dataclass(frozen=True, slots=True)
class Never:
    """What is true of no state in which all lemmas hold.

    Attributes:
        name: the action that is never enabled, or the lemma whose implication is never tested.
        text: the left side of the implication; empty for an action.
        place: `file:line`.
    """

    name: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Proven:
    """The answer of the solver.

    Attributes:
        verdict: `inductive` is about a scope, `proved` about all, `bounded` about lengths; `fragile`: proved
            with the first seed, not with all.
        sentence: what is known.
        refused: what is refused, each with the action that shows it.
        never: what never happens.
        short: what was done, for a line.
        report: the whole report, in lines.
        detail: the answer as JSON.
        solver: its version.
        cached: nothing was asked now; an earlier answer is given.
    """

    verdict: ProofVerdict
    sentence: str
    refused: tuple[Refusal, ...]
    never: tuple[Never, ...]
    short: str
    report: tuple[str, ...]
    seconds: float
    solver: str
    detail: dict[str, Any] = field(default_factory=dict[str, Any])
    cached: bool = False
