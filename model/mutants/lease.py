"""The lease with one rule forgotten.

Each class overrides one rule of `model.lease`. Most break `one_serves`, some of them `no_early_grant` before;
the shortest violations are in `specs/lease.toml`.
"""

from checker import Quorum, require
from model.lease import Ask, Grant, Granted, Lease, Node


class CountsFromTheReceipt(Lease):
    """The holder counts its lease from the answers, not from the question. Breaks `one_serves`."""

    def end_of_lease(self, n: Node, m: Ask) -> int:
        """As it should be, but from now: the answers may be old."""
        return self.clock[n] + self.lease_ticks


class IgnoresDrift(Lease):
    """A grant lasts no longer than a lease, as if all clocks were right. Breaks `one_serves`."""

    def end_of_grant(self, n: Node) -> int:
        """As it should be, without the margin."""
        return self.clock[n] + self.lease_ticks


class ForgetsGrantAtRestart(Lease):
    """A restarted node grants at once, bound or not. Breaks `no_early_grant`, and then `one_serves`."""

    def restart(self, n: Node) -> None:
        """As it should be, without the wait."""
        if n in self.lease:
            del self.lease[n]
        if n in self.grant:
            del self.grant[n]


class DoesNotWait(Lease):
    """A bound node grants to whoever asks. Breaks `no_early_grant`, and then `one_serves`."""

    def is_free_for(self, n: Node, holder: Node) -> bool:
        """As it should be, without a look at the grant."""
        return True


class DoesNotBindItself(Lease):
    """A node asks without binding itself, and counts its own vote. Breaks `one_serves`."""

    def ask(self, n: Node) -> None:
        """As it should be, without the grant to itself."""
        require(self.is_free_for(n, n))
        self.network.add(Ask(n, self.clock[n]))


class OneGrantIsEnough(Lease):
    """A node serves when any one of a majority, itself perhaps, is bound to it. Breaks `one_serves`."""

    def serve(self, n: Node, m: Ask, q: Quorum[Node]) -> None:
        """As it should be, with `any` for `all`."""
        require(m in self.network.of(Ask))
        require(m.holder == n)
        require(n in q and any(k == n or Granted(k, n, m.sent) in self.network for k in q))
        until = self.end_of_lease(n, m)
        require(self.clock[n] < until and (n not in self.lease or self.lease[n] < until))
        self.lease[n] = until
        self.served.add(n)


class ServesOn(Lease):
    """A holder does not look at its clock. Breaks `nothing_outlives_its_end`, and then `one_serves`."""

    def tick(self, n: Node) -> None:
        """As it should be, but a lease has no end."""
        require(self.clock[n] < self.horizon)
        require(all(self.clock[n] < self.clock[k] + self.drift for k in Node))
        self.clock[n] += 1
        if n in self.grant and self.grant[n].until <= self.clock[n]:
            del self.grant[n]


class ClockStartsAnew(Lease):
    """A node's clock does not survive a restart. Breaks `clocks_rise`."""

    def restart(self, n: Node) -> None:
        """As it should be, but the clock goes back to zero."""
        if n in self.lease:
            del self.lease[n]
        self.clock[n] = 0
        self.grant[n] = Grant(None, self.end_of_grant(n))


class ServesOnAfterRestart(Lease):
    """A node keeps its lease in a restart, and not to whom it is bound. Breaks `restarts_end_leases`."""

    def restart(self, n: Node) -> None:
        """As it should be, but the lease stays."""
        self.grant[n] = Grant(None, self.end_of_grant(n))


class AnswersItself(Lease):
    """A node answers its own question. Breaks `answers_are_from_others`."""

    def agree(self, n: Node, m: Ask) -> None:
        """As it should be, whoever asks."""
        require(m in self.network.of(Ask))
        require(self.is_free_for(n, m.holder))
        self.grant[n] = Grant(m.holder, self.end_of_grant(n))
        self.network.add(Granted(n, m.holder, m.sent))
