"""Elections that break what the one without clocks takes from the one with clocks."""

from checker import require
from model.replication_messages import Replica
from model.untimed_election import TimedElection, UntimedElection


class IgnoresDrift(TimedElection):
    """A grant lasts as long as a lease, as if all clocks were right. Breaks `grants_outlast_leases`."""

    def bind(self, n: Replica) -> None:
        """As it should be, without the margin."""
        self.bound[n] = self.lease_ticks


class EndsWhileReliedOn(UntimedElection):
    """What binds a node ends at any time. Breaks `leaders_stay`, and then
    `lease_disjoint`."""

    def is_relied_on(self, n: Replica) -> bool:
        """As it should be, but never."""
        return False


class LeasesReturn(UntimedElection):
    """A lease that is over begins again by the answers that it rested on. Breaks `leases_end_for_good`."""

    def expire(self, n: Replica) -> None:
        """As it should be, but the heartbeat counts on."""
        require(len(self.asked[n]) > 0)
        self.lease[n] = 0
