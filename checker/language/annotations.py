"""What may stand inside `Annotated`: bounds of integers, ghosts, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Range:
    """The bounds of an integer, both included: `Tick = Annotated[int, Range(0, 5)]`.

    A bound may be the name of one of the model's parameters: `Range(0, "horizon")`.
    """

    low: int | str
    high: int | str


@dataclass(frozen=True, slots=True)
class GhostMark:
    """Marks a variable that records history and is never read by what decides a step."""


@dataclass(frozen=True, slots=True)
class ParamMark:
    """Marks an integer that the gate sets."""


Ghost = Annotated[T, GhostMark()]
"""`acked: Ghost[Set[Value]]`: part of the state, written by actions, read by properties only."""

Param = Annotated[int, ParamMark()]
"""`lease: Param`: an integer that the gate sets and that never changes."""
