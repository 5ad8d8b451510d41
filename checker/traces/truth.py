"""Whether a property holds in a state of a trace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a property holds in a state, or for the step to it.

    Attributes:
        holds: None where it cannot be evaluated, or has nothing to say: a step property of the initial state.
        why: the smallest false part with its values, or why there is no value.
    """

    property: str
    holds: bool | None
    why: str | None = None
