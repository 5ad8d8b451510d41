"""Why a lease must be shorter than the grant behind it, where clocks run at different rates.

Source: Gray and Cheriton, Leases (1989), section 3.1. A holder counts its lease from the moment it asked; who
grants counts from a later moment, when the question arrives. A clock that is slow shows less time than has
passed, one that is fast shows more: in `q` units of time a clock shows between `q - p` and `q + p`. Time is
counted in units; what is compared is products, so that there are no fractions.

The grant lasts `grant_ticks` of the grantor's clock, the lease `lease_ticks` of the holder's. That nobody
else can be granted the lease while the holder believes that it has it is proved for all rates and durations
that the assumption admits.
"""

from typing import Annotated

from checker import Model, Param, Range, action, assume, invariant, lemma, require

Time = Annotated[int, Range(0, "horizon")]
"""Units of time since the holder asked, and what a clock shows of them, times `q`."""

Shown = Annotated[int, Range(0, 60)]


class LeaseRates(Model):
    """One holder, one grantor, from the moment when the holder asks."""

    horizon: Param
    p: Param
    q: Param
    lease_ticks: Param
    grant_ticks: Param

    now: Time
    granted_at: Time
    is_granted: bool
    holder_shows: Shown
    grantor_shows: Shown

    @assume
    def rates_make_sense(self) -> bool:
        """A clock is never turned back, and never twice as fast."""
        return self.horizon >= 0 and 0 <= self.p < self.q and self.lease_ticks >= 1 and self.grant_ticks >= 1

    @assume
    def grants_outlast_leases(self) -> bool:
        """The slowest holder gives up before the fastest grantor is free."""
        return self.grant_ticks * (self.q - self.p) >= self.lease_ticks * (self.q + self.p)

    @action
    def grant(self) -> None:
        """The question arrives, at any time after it was sent."""
        require(not self.is_granted)
        self.is_granted = True
        self.granted_at = self.now
        self.grantor_shows = 0

    @action
    def tick(self, holder_fast: bool, grantor_fast: bool) -> None:
        """One unit of time passes; each clock shows as little, or as much, as its rate admits."""
        require(self.now < self.horizon)
        self.now += 1
        self.holder_shows += self.q + self.p if holder_fast else self.q - self.p
        if self.is_granted:
            self.grantor_shows += self.q + self.p if grantor_fast else self.q - self.p

    def holds(self) -> bool:
        """The holder believes that it has the lease."""
        return self.holder_shows < self.lease_ticks * self.q

    def is_bound(self) -> bool:
        """The grantor grants to nobody else."""
        return self.grantor_shows < self.grant_ticks * self.q

    @lemma
    def question_before_grant(self) -> bool:
        """The grantor's clock runs from a moment that is not before the holder's."""
        return self.granted_at >= 0 and (self.granted_at <= self.now or not self.is_granted) and self.now >= 0

    @lemma
    def holder_is_not_too_slow(self) -> bool:
        """The holder's clock shows at least the slowest rate."""
        return self.holder_shows >= self.now * (self.q - self.p)

    @lemma
    def holder_is_not_too_fast(self) -> bool:
        """The holder's clock shows at most the fastest rate."""
        return self.holder_shows <= self.now * (self.q + self.p)

    @lemma
    def grantor_is_not_too_fast(self) -> bool:
        """The grantor's clock shows at most the fastest rate."""
        return not self.is_granted or self.grantor_shows <= (self.now - self.granted_at) * (self.q + self.p)

    @invariant
    def disjoint(self) -> bool:
        """While the holder believes that it has the lease, the grantor is bound."""
        return not self.is_granted or not self.holds() or self.is_bound()
