"""The replication group with one rule forgotten, as the models that it refines see it.

Which refinement notices, after how many steps, is in `specs/refined_replication.toml`.
"""

from checker import Quorum, Set, require
from model.refined_replication import RefinedAtomicReplication
from model.replication_messages import Accepted, Commit, Replica, Slot


class CommitsAhead(RefinedAtomicReplication):
    """A leader says that a slot is committed before it has committed those before it.

    Nobody applies it too early, so tables and reads of one leader are as they should be.
    """

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, without a look at the place."""
        require(self.leads(n))
        require(s in self.log[n])
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {a for a in Replica if Accepted(entry.ballot, s, entry.value, a) in self.network}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class DisksTakeVotesAlong(RefinedAtomicReplication):
    """A replica whose disk is lost takes back its votes: what was chosen is chosen no more."""

    def forget_who_it_was(self, n: Replica) -> None:
        """As it should be, and its votes are forgotten as well."""
        self.member[n] = False
        self.network = Set(
            {m for m in self.network if not isinstance(m, Accepted) or m.voter != n},
        )
