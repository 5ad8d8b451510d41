"""What the clients of a group are told: that a write is done, and what a strong read finds.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), section 3: the leader alone serves strongly
consistent reads, while it has the lease. Which replica has the lease, and how it knows that its table has all
that was acknowledged, is left to the group: `model.replication_rules` has an oracle for the one and a barrier
for the other, `model.joined_group` has elections.
"""

from checker import Ghost, Map, Model, Seq, Set, action, invariant, present, require
from model.replication_messages import Replica, Slot, Value


class StrongReads(Model):
    """Acknowledgements, and reads that have all of them."""

    table: Map[Replica, Seq[Value | None, Slot]]

    acked: Ghost[Set[tuple[Slot, Value]]]
    missed: Ghost[bool]

    def can_serve(self, n: Replica) -> bool:
        """It leads, and has the lease. Nobody does, until a group says who."""
        return False

    def passed_barrier(self, n: Replica) -> bool:
        """Whatever was chosen before it led is in its table."""
        return False

    @action
    def acknowledge(self, n: Replica, s: Slot) -> None:
        """The leader tells a client that its write is done."""
        require(self.can_acknowledge(n))
        require(s.index < len(self.table[n]))
        self.acked.add((s, present(self.table[n][s.index])))

    def can_acknowledge(self, n: Replica) -> bool:
        """It leads, and has the lease: nobody else serves reads meanwhile."""
        return self.can_serve(n)

    @action
    def read_strong(self, n: Replica) -> None:
        """The leader answers from its table."""
        require(self.can_serve(n) and self.passed_barrier(n))
        self.missed = self.missed or any(
            s.index >= len(self.table[n]) or self.table[n][s.index] != v for s, v in self.acked
        )

    @invariant
    def strong_read(self) -> bool:
        """A strong read has everything that was acknowledged before it."""
        return not self.missed
