"""Which of the things that a search finds wrong on one level is reported.

The choice does not depend on the order of work: within a level the kind that comes first (a deadlock before a
failed step, properties in declaration order), and of that kind the least state, by the canonical traces that
lead there.
"""

from __future__ import annotations

from checker.running.finding import Finding


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
