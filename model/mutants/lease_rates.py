"""The lease between clocks of different rates, with its assumption or a rule forgotten."""

from checker import assume, require
from model.lease_rates import LeaseRates


class EqualDurations(LeaseRates):
    """A grant that lasts as long as the lease is held to be enough."""

    @assume
    def grants_outlast_leases(self) -> bool:
        """As it should be, without a look at the rates."""
        return self.grant_ticks >= self.lease_ticks


class CountsFromTheAnswer(LeaseRates):
    """The holder counts its lease from a moment after the grant."""

    def grant(self) -> None:
        """As it should be, but the holder begins to count when it hears of the grant."""
        require(not self.is_granted)
        self.is_granted = True
        self.granted_at = self.now
        self.grantor_shows = 0
        self.holder_shows = 0
