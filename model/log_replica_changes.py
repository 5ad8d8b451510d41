"""How a group with a sick member gets a log replica, and later a storage replica again.

Sources: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), sections 3 and 5: log replicas are akin to
acceptors and hold no items; a leader adds one within seconds, for only the recent log is copied, and the
items are rebuilt at leisure. How the members change is not published. Here a leader changes one at a time,
after Ongaro, Consensus: Bridging Theory and Practice (2014), section 4.1, corrected: an entry of its own
comes first; and the members are kept beside the log, after Schultz, Dardik and Tripakis, Design and
Analysis of a Logless Dynamic Reconfiguration Protocol (OPODIS 2021).
"""

from checker import Partial, Set, action, fault, present, replace, require
from model.log_replica_messages import (
    Archived,
    Config,
    Copy,
    Epoch,
    Installed,
    Kind,
    Kinds,
    Rebuilt,
    Snapshot,
    Stamp,
    Trimmed,
)
from model.log_replica_voting import LogReplicaVoting, is_storage
from model.replication_messages import Accepted, Replica, Slot

STORAGE_MIN = 2
"""With fewer storage replicas among the members, one failure leaves nobody with the items."""


def with_member(kinds: Kinds, r: Replica, kind: Kind) -> Kinds:
    """The same members, and this one of this kind."""
    return Partial({k: kind if k == r else kinds[k] for k in Replica if k == r or k in kinds})


def without_member(kinds: Kinds, r: Replica) -> Kinds:
    """The same members, but not this one."""
    return Partial({k: kinds[k] for k in kinds if k != r})


class LogReplicaChanges(LogReplicaVoting):
    """Copying, rebuilding, and one change of the members after the other."""

    # ---------------------------------------------------------------- a new member

    @fault("copy")
    def offer(self, n: Replica) -> None:
        """A member, healthy or behind, sends its log. It is a fault so that the gate bounds how often."""
        require(not self.failed[n] and n in self.config[n].kinds and self.is_synced(n))
        self.network.add(Copy(self.log_start[n], self.log[n]))

    @action
    def take(self, n: Replica, m: Copy) -> None:
        """A spare replica writes the log that it was sent, and votes for what it has not promised against."""
        require(m in self.network.of(Copy))
        require(not self.failed[n] and n not in self.config[n].kinds)
        require(m.start >= self.log_start[n])
        self.log_start[n] = m.start
        if m.start > 0:
            self.send(n, Trimmed(n, m.start))
        for s in Slot:
            self.merge(n, s, m)
        if len(m.log) > 0:
            self.follow(n, max(e.ballot for e in m.log.values()))
        for s, e in m.log.items():
            if e.ballot == self.promised[n]:
                self.send(n, Accepted(e.ballot, s, e.value, n))

    def merge(self, n: Replica, s: Slot, m: Copy) -> None:
        """The entry of the higher ballot stays; what is archived goes."""
        if s in m.log and (s not in self.log[n] or self.log[n][s].ballot < m.log[s].ballot):
            self.log[n][s] = m.log[s]
        if s in self.log[n] and s.index < m.start:
            del self.log[n][s]

    @fault("snapshot")
    def give_snapshot(self, n: Replica) -> None:
        """A storage replica sends its items. It is a fault so that the gate bounds how often."""
        require(not self.failed[n] and is_storage(self.config[n].kinds, n) and len(self.table[n]) > 0)
        self.network.add(Snapshot(self.table[n]))

    @action
    def rebuild(self, n: Replica, m: Snapshot) -> None:
        """A replica without items takes a snapshot; it applies what follows from its log."""
        require(m in self.network.of(Snapshot))
        require(not self.failed[n] and not self.keeps_items(n))
        self.table[n] = m.table
        self.send(n, Rebuilt(n, len(m.table)))

    # ---------------------------------------------------------------- what a leader waits for

    def is_installed(self, n: Replica) -> bool:
        """No change is pending: a majority of the members follows this configuration, and no earlier one."""
        stamp = self.config[n].stamp
        return self.is_enough(n, Set({k for k in Replica if Installed(stamp, k) in self.network}))

    def is_settled(self, n: Replica) -> bool:
        """An entry of its own ballot, and all that it answers for, has a majority of the present members."""
        return self.has_own_entry(n) and all(
            self.is_enough(n, Set({k for k in Replica if self.has_told(n, k, s)}))
            for s in Slot
            if self.answers_for(n, s)
        )

    def answers_for(self, n: Replica, s: Slot) -> bool:
        """It has proposed this in its ballot, or, as far as it knows, it was archived before."""
        mine = self.attempt[n]
        is_proposed = s in self.log[n] and self.log[n][s].ballot == self.promised[n]
        return is_proposed or s.index < self.log_start[n] or (mine is not None and s.index < mine.base)

    def has_told(self, n: Replica, k: Replica, s: Slot) -> bool:
        """It has voted for it in the leader's ballot, or knows that it is archived: also from a replica that
        lacks the entry, no later leader may learn that there was none."""
        return any(
            m.ballot == self.promised[n] and m.slot == s and m.voter == k for m in self.network.of(Accepted)
        ) or any(m.replica == k and s.index < m.length for m in self.network.of(Trimmed))

    def is_caught_up(self, n: Replica, r: Replica) -> bool:
        """It has all that the leader answers for."""
        return all(self.has_told(n, r, s) for s in Slot if self.answers_for(n, s))

    def is_rebuilt(self, n: Replica, r: Replica) -> bool:
        """It has applied all that the leader has proposed."""
        return any(
            m.replica == r and all(s.index < m.length for s in self.log[n]) for m in self.network.of(Rebuilt)
        )

    # ---------------------------------------------------------------- changes

    def may_change(self, n: Replica) -> bool:
        """It leads, nothing is pending, and what it inherited is safe with the present members."""
        return self.leads(n) and self.is_installed(n) and self.is_settled(n)

    def change(self, n: Replica, kinds: Kinds, added: Replica | None) -> None:
        """A leader makes the next configuration; until it is installed, the change is pending."""
        stamp = self.config[n].stamp
        require(stamp.epoch < Epoch.last)
        self.attempt[n] = replace(present(self.attempt[n]), added=added)
        self.install_own(n, Config(Stamp(stamp.ballot, stamp.epoch.next), kinds))

    @action
    def add_log(self, n: Replica, r: Replica) -> None:
        """A leader adds a log replica that has caught up."""
        require(self.may_change(n) and r not in self.config[n].kinds)
        require(self.is_caught_up(n, r))
        self.change(n, with_member(self.config[n].kinds, r, Kind.LOG), r)

    @action
    def add_storage(self, n: Replica, r: Replica) -> None:
        """A leader adds a storage replica that has caught up and has the items."""
        require(self.may_change(n) and r not in self.config[n].kinds)
        require(self.is_caught_up(n, r) and self.is_rebuilt(n, r))
        self.change(n, with_member(self.config[n].kinds, r, Kind.STORAGE), r)

    @action
    def promote(self, n: Replica, r: Replica) -> None:
        """A leader makes a log replica that has the items a storage replica, in place."""
        require(self.may_change(n) and self.config[n].kinds.get(r) == Kind.LOG)
        require(self.is_rebuilt(n, r))
        self.change(n, with_member(self.config[n].kinds, r, Kind.STORAGE), None)

    @action
    def remove(self, n: Replica, r: Replica) -> None:
        """A leader removes a member that it takes for sick, rightly or not, but not itself."""
        require(self.may_change(n) and r in self.config[n].kinds and r != n)
        kinds = without_member(self.config[n].kinds, r)
        require(sum(1 for k in kinds if is_storage(kinds, k)) >= STORAGE_MIN)
        self.change(n, kinds, None)

    @action
    def abort(self, n: Replica) -> None:
        """A leader takes back its last addition, pending or not: it waits for nothing, as the new member may
        be the one that fails."""
        require(self.leads(n))
        added = present(present(self.attempt[n]).added)
        self.change(n, without_member(self.config[n].kinds, added), None)

    # ---------------------------------------------------------------- the archive

    @fault("archive")
    def archive(self, n: Replica, s: Slot) -> None:
        """A leader archives what it has applied, in order; a fault, so that the gate bounds how often."""
        require(self.leads(n) and s.index < len(self.table[n]))
        require(s == Slot.first or any(m.slot.index + 1 == s.index for m in self.network.of(Archived)))
        self.network.add(Archived(s, self.table[n][s.index]))

    @fault("truncate")
    def truncate(self, n: Replica, m: Archived) -> None:
        """A member drops its first entry when it is archived, and applied if it keeps the items."""
        require(m in self.network.of(Archived))
        require(not self.failed[n] and m.slot in self.log[n] and m.slot.index == self.log_start[n])
        require(not self.keeps_items(n) or m.slot.index < len(self.table[n]))
        del self.log[n][m.slot]
        self.log_start[n] += 1
        self.send(n, Trimmed(n, self.log_start[n]))
