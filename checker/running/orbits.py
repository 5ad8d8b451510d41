"""What an audit of canonical forms finds in a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Orbits:
    """What was found about the states that a search kept.

    Attributes:
        levels: of each level, how many states differ from one of those kept in names alone, or are one.
        changed: kept states that are not their own canonical form.
        strayed: kept states that are not the canonical form of all states of their orbit.
    """

    levels: tuple[int, ...] = ()
    changed: int = 0
    strayed: int = 0
