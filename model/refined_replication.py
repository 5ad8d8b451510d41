"""The replication group beside what it is for: a replicated log, and a register that is read under a lease.

Both are said of a group with a history of what it has told its clients, which `model.atomic_replication` and
`model.replication` do without: their searches stay as small as they are.
"""

from checker import Ghost, Set, refines
from model.abstract.register import Register
from model.abstract.replicated_log import ReplicatedLog, Write
from model.atomic_replication import AtomicReplication
from model.replication import Replication
from model.replication_messages import Accepted, Commit, Length, Replica, Slot
from model.replication_rules import ReplicationRules


class Refinements(ReplicationRules):
    """What is chosen is the log; what is committed, and what clients were told of it, is the register."""

    served: Ghost[Length]

    def acknowledge(self, n: Replica, s: Slot) -> None:
        """The client knows now of this write, and of all before it."""
        super().acknowledge(n, s)
        self.served = max(self.served, s.index + 1)

    def read_strong(self, n: Replica) -> None:
        """The client knows now of what is in the table."""
        super().read_strong(n)
        self.served = len(self.table[n])

    def writes(self) -> Set[Write]:
        """What was chosen, with the slot it was chosen for."""
        votes = self.network.of(Accepted)
        return Set({Write(m.slot, m.value) for m in votes if self.chosen(m.slot, m.value)})

    @refines(ReplicatedLog)
    def is_a_log(self) -> ReplicatedLog:
        """A slot is chosen when a quorum has voted for one value in one ballot, whoever knows of it."""
        return ReplicatedLog(chosen=self.writes())

    @refines(Register)
    def is_a_register(self) -> Register:
        """A write takes effect when a leader commits it: then it is chosen, and all before it."""
        commits = self.network.of(Commit)
        return Register(
            writes=Set({w for w in self.writes() if any(m.slot >= w.slot for m in commits)}),
            served=self.served,
        )


class RefinedAtomicReplication(Refinements, AtomicReplication):
    """The group whose disks write at once."""


class RefinedReplication(Refinements, Replication):
    """The group whose disks write when they are told to, or when they like."""
