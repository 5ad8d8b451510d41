"""What the replicas of a changing group keep, and what they say of it: both must be true."""

from typing import Self

from checker import cover, invariant, step_invariant
from model.log_replica_changes import LogReplicaChanges
from model.log_replica_messages import Copy, Promise, Rebuilt, Trimmed
from model.log_replica_voting import follows, is_storage
from model.replication_messages import Accept, Ballot, Replica


class LogReplicaRecords(LogReplicaChanges):
    """Logs, promises and items, of members, of spare replicas and of those that have failed."""

    # ---------------------------------------------------------------- what is kept

    @invariant
    def ballots_have_owners(self) -> bool:
        """Who stands or leads does so in a ballot of its own: nobody else can have it."""
        return all(
            self.attempt[n] is None or any(self.promised[n] == b and self.owner.get(b) == n for b in Ballot)
            for n in Replica
        )

    @invariant
    def entries_are_promised(self) -> bool:
        """A replica has promised the ballots of all that is in its log, or a higher one."""
        return all(
            any(self.promised[n] == b and e.ballot <= b for b in Ballot)
            for n in Replica
            for e in self.log[n].values()
        )

    @step_invariant
    def dropped_stays_dropped(self, old: Self) -> bool:
        """What a replica has dropped from its log does not come back."""
        return all(
            old.log_start[n] <= self.log_start[n] and all(self.log_start[n] <= s.index for s in self.log[n])
            for n in Replica
        )

    @step_invariant
    def spares_take_copies(self, old: Self) -> bool:
        """A replica that is no member has what was copied to it, or what it had as a member, and no more."""
        return all(
            old.log[n].get(s) == e or any(c.log.get(s) == e for c in self.network.of(Copy))
            for n in Replica
            if n not in old.config[n].kinds and n not in self.config[n].kinds
            for s, e in self.log[n].items()
        )

    @step_invariant
    def the_failed_are_gone(self, old: Self) -> bool:
        """A replica that has failed has nothing any more, and does nothing."""
        return all(
            self.failed[n]
            and self.attempt[n] is None
            and len(self.log[n]) == 0
            and len(self.table[n]) == 0
            and (
                not old.failed[n] or (self.promised[n] == old.promised[n] and self.config[n] == old.config[n])
            )
            for n in Replica
            if self.failed[n] or old.failed[n]
        )

    @step_invariant
    def entries_rise(self, old: Self) -> bool:
        """An entry is replaced only by one of a higher ballot."""
        return all(
            s not in self.log[n] or self.log[n][s] == e or e.ballot < self.log[n][s].ballot
            for n in Replica
            for s, e in old.log[n].items()
        )

    @step_invariant
    def configs_keep_promises(self, old: Self) -> bool:
        """Who follows other members has promised no ballot above that in which they were made."""
        return all(
            self.config[n] == old.config[n] or follows(old.promised[n], self.config[n].stamp.ballot)
            for n in Replica
        )

    # ---------------------------------------------------------------- what is said

    @invariant
    def promises_come_first(self) -> bool:
        """A promise comes before all votes in its ballot: it tells of entries of lower ballots."""
        return all(e.ballot < p.ballot for p in self.network.of(Promise) for e in p.log.values())

    @step_invariant
    def no_ops_are_needed(self, old: Self) -> bool:
        """A leader proposes a no-op only below an entry that it was told of, or to have one of its own."""
        return all(
            any(p.ballot == m.ballot and s >= m.slot for p in self.network.of(Promise) for s in p.log)
            or any(
                old.leads(n)
                and old.promised[n] == m.ballot
                and all(e.ballot != m.ballot for e in old.log[n].values())
                for n in Replica
            )
            for m in self.network.of(Accept)
            if m.value is None and m not in old.network
        )

    @step_invariant
    def copies_are_logs(self, old: Self) -> bool:
        """What is sent for a copy is the log of a living member."""
        return all(
            any(
                n in old.config[n].kinds and not old.failed[n] and m == Copy(old.log_start[n], old.log[n])
                for n in Replica
            )
            for m in self.network.of(Copy)
            if m not in old.network
        )

    @invariant
    def dropping_is_told(self) -> bool:
        """Whoever has dropped entries has said how many, and nobody says so of more."""
        return all(
            self.log_start[n] == 0 or Trimmed(n, self.log_start[n]) in self.network for n in Replica
        ) and all(m.length > 0 and m.length <= self.log_start[m.replica] for m in self.network.of(Trimmed))

    @step_invariant
    def rebuilding_is_told(self, old: Self) -> bool:
        """Whoever gets items before it is a storage replica says how many, and nobody says so of more."""
        return all(
            is_storage(self.config[n].kinds, n)
            or len(self.table[n]) <= len(old.table[n])
            or Rebuilt(n, len(self.table[n])) in self.network
            for n in Replica
        ) and all(
            self.failed[m.replica] or m.length <= len(self.table[m.replica]) for m in self.network.of(Rebuilt)
        )

    @cover
    def follower_applies(self, old: Self) -> bool:
        """A storage replica that does not lead applies what it heard was decided."""
        return any(
            is_storage(old.config[n].kinds, n) and not old.leads(n) and len(old.table[n]) < len(self.table[n])
            for n in Replica
        )
