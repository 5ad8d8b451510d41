"""How much of a state space is due to each variable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a search says of its states' variables.

    Attributes:
        without: of each variable, then each budget that is given (`faults.NAME`), how many distinct states
            there are when it is not looked at; None where there was no memory to count.
        seconds: of the search itself. counting: of the counts.
    """

    without: tuple[tuple[str, int | None], ...]
    seconds: float
    counting: float
