"""Leader election without clocks: of time it keeps what may end when.

In `model.free_election` a node that has granted a heartbeat is bound for longer than any lease that counts
from the heartbeat. That is all that others need of its clocks. Here a lease ends at any time, and what binds
a node ends at any time after all leases that may rest on its grants. There are far fewer states, so that
`model.joined_group` can be searched.

`TimedElection` has the clocks, and shows that this allows all that they do: a tick does nothing but to end
leases, and grants on which none rests.
"""

from typing import Self

from checker import Partial, action, assume, require, step_invariant
from model.election_messages import Ballot, Granted, Replica
from model.free_election import FreeElection


class Reliance(FreeElection):
    """Which grants a lease may rest on."""

    def is_relied_on(self, n: Replica) -> bool:
        """The leader that it follows has a lease, or may yet get one, from a heartbeat it has granted."""
        b = self.promised[n]
        return b is not None and self.may_lease(self.owner[b], b, n)

    def may_lease(self, k: Replica, b: Ballot, n: Replica) -> bool:
        """A heartbeat of this ballot still counts, and this one has granted it, or it is its own."""
        return self.promised[k] == b and any(
            k == n or any(m.ballot == b and m.voter == n and m.round >= r for m in self.network.of(Granted))
            for r in self.asked[k]
        )


class TimedElection(Reliance):
    """The election with clocks, and what the one without them takes from it."""

    @step_invariant
    def grants_outlast_leases(self, old: Self) -> bool:
        """When a clock shows that a node is free, no lease can rest on what it has granted."""
        return all(
            self.bound[n] > 0 or not self.is_relied_on(n)
            for n in Replica
            if old.bound[n] > 0 and self.advance(n) > old.advance(n)
        )


class UntimedElection(Reliance):
    """The election in which time is what may end."""

    @assume
    def there_is_nothing_to_count(self) -> bool:
        """Whatever lasts, lasts one tick: until it ends."""
        return self.drift == 1 and self.lease_ticks == 1 and self.grant_ticks == 1

    def tick(self, n: Replica) -> None:
        """A node is free again: no lease rests on it any more.

        This is what the world does, not the node: that clocks bring it about is what `TimedElection` shows.
        """
        require(self.bound[n] > 0 and not self.is_relied_on(n))
        self.bound[n] = 0

    @action
    def expire(self, n: Replica) -> None:
        """A lease that counts from the oldest heartbeat is over; from a later one `serve` may begin it."""
        require(len(self.asked[n]) > 0)
        oldest = min(self.asked[n])
        self.asked[n] = Partial({r: left for r, left in self.asked[n].items() if r != oldest})
        self.lease[n] = 0

    @step_invariant
    def leases_end_for_good(self, old: Self) -> bool:
        """A lease is over with a heartbeat that gives none any more: who leads on gets no other from it."""
        return all(
            len(self.asked[n]) < len(old.asked[n])
            for n in Replica
            if self.lease[n] < old.lease[n] and self.claims[n] and self.promised[n] == old.promised[n]
        )

    def no_early_vote(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """A node on which a lease may rest stays bound, and to the same node, unless that one gives it up."""
        return all(
            self.given_up(n, self.promised[n])
            or (self.bound[n] > 0 and (self.promised[n] == old.disk[n] or self.holder(n) == old.holder(n)))
            for n in Replica
            if old.is_relied_on(n)
        )
