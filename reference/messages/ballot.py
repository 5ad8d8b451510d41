"""Ballots: totally ordered, and each belongs to the replica that issued it."""

from __future__ import annotations

from msgspec import Struct


class Ballot(Struct, frozen=True, order=True, array_like=True):
    """Ordered by round, then by replica. A replica issues each of its ballots once, and durably first."""

    round: int
    replica: str

    def __str__(self) -> str:
        return f"{self.round}.{self.replica}"


NO_BALLOT = Ballot(0, "")
"""Below every ballot that is issued."""
