"""What of a violation matters: which steps it needs, which commute, when it could still be avoided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Understanding:
    """Of a trace in whose last state, or at whose last step, a property is false.

    Attributes:
        property: which.
        droppable: numbers of steps, each of which can be left out alone: the model takes all others as
            before, in their order, and the property is false at the end.
        smallest: steps that are enough together, found by leaving out one after the other from the end; no
            further one can be left out alone.
        commuting: numbers of steps that can change places with the next one: the model takes them in that
            order, too, and is in the same state after both.
        avoidable: the last step, 0 for the beginning, after which the model can still come to rest without
            the violation, by actions that are no faults; None where it cannot even from the beginning.
        unknown: steps of which that is not known: the search from them was cut off.
    """

    property: str
    droppable: tuple[int, ...]
    smallest: tuple[int, ...]
    commuting: tuple[int, ...]
    avoidable: int | None
    unknown: tuple[int, ...]
