"""A group whose members change, with disks that write at once, and what must hold of it."""

from typing import Self

from checker import Set, cover, invariant, majority, step_invariant
from model.log_replica_messages import (
    Archived,
    Config,
    Epoch,
    Install,
    Installed,
    Kind,
    Kinds,
    Prepare,
    Promise,
    Snapshot,
    Stamp,
)
from model.log_replica_records import LogReplicaRecords
from model.log_replica_voting import is_newer, is_storage, members_of
from model.replication_messages import Accept, Accepted, Ballot, Commit, Replica, Slot, Value


def disjoint_majorities(a: Kinds, b: Kinds) -> bool:
    """A majority of the one group and a majority of the other may have no member in common."""
    common = sum(1 for k in a if k in b)
    of_a = max(0, len(a) // 2 + 1 - (len(a) - common))
    of_b = max(0, len(b) // 2 + 1 - (len(b) - common))
    return of_a + of_b <= common


class LogReplicas(LogReplicaRecords):
    """Agreement and durability while members come, change their kind, fail and go."""

    # ---------------------------------------------------------------- what is decided

    def committed(self, s: Slot, v: Value | None) -> bool:
        """A leader has announced it."""
        return any(m.slot == s and Accept(m.ballot, s, v) in self.network for m in self.network.of(Commit))

    def archived(self, s: Slot) -> bool:
        """It is in the archive."""
        return any(m.slot == s for m in self.network.of(Archived))

    def holds(self, n: Replica, s: Slot, v: Value | None) -> bool:
        """It is on the disk of a living replica."""
        return not self.failed[n] and s in self.log[n] and self.log[n][s].value == v

    def knows(self, n: Replica, s: Slot, v: Value | None) -> bool:
        """It holds it, or has dropped it: then it tells a candidate that it is archived."""
        return self.holds(n, s, v) or (not self.failed[n] and s.index < self.log_start[n])

    def may_elect(self, n: Replica, stamp: Stamp) -> bool:
        """The replica lives, and follows no later configuration."""
        return not self.failed[n] and not is_newer(self.config[n].stamp, stamp)

    def sealed(self, c: Config) -> bool:
        """No leader can be elected in this configuration any more."""
        electors = {k for k in c.kinds if self.may_elect(k, c.stamp)}
        return not majority(Set(electors), members_of(c.kinds))

    @invariant
    def agreement(self) -> bool:
        """At most one value is announced for a slot."""
        values = self.network.of(Accept)
        return all(
            a.value == b.value
            for a in values
            if Commit(a.ballot, a.slot) in self.network
            for b in values
            if b.slot == a.slot and Commit(b.ballot, b.slot) in self.network
        )

    @invariant
    def ballot_unique(self) -> bool:
        """At most one value is proposed for a slot in a ballot."""
        proposals = self.network.of(Accept)
        return all(
            a.value == b.value
            for a in proposals
            for b in proposals
            if a.ballot == b.ballot and a.slot == b.slot
        )

    @invariant
    def transferred(self) -> bool:
        """Whoever may still be elected learns of all that is decided: no majority that can elect lacks it."""
        return all(
            not majority(
                Set(
                    {
                        k
                        for k in m.config.kinds
                        if self.may_elect(k, m.config.stamp) and not self.knows(k, a.slot, a.value)
                    }
                ),
                members_of(m.config.kinds),
            )
            for a in self.network.of(Accept)
            if Commit(a.ballot, a.slot) in self.network
            for m in self.network.of(Install)
        )

    @step_invariant
    def leaders_announce(self, old: Self) -> bool:
        """What is announced, the ballot's leader announces, and has applied."""
        return all(
            any(
                old.leads(n) and old.promised[n] == m.ballot and m.slot.index < len(self.table[n])
                for n in Replica
            )
            for m in self.network.of(Commit)
            if m not in old.network
        )

    # ---------------------------------------------------------------- who decides

    @invariant
    def quorum_chain(self) -> bool:
        """Majorities of two configurations meet, unless one of the two is sealed."""
        installs = self.network.of(Install)
        return all(
            not disjoint_majorities(a.config.kinds, b.config.kinds)
            or self.sealed(a.config)
            or self.sealed(b.config)
            for a in installs
            for b in installs
        )

    @invariant
    def epoch_unique(self) -> bool:
        """Configurations of one epoch and ballot have the same members."""
        installs = self.network.of(Install)
        return all(a == b for a in installs for b in installs if a.config.stamp == b.config.stamp)

    @step_invariant
    def seals_hold(self, old: Self) -> bool:
        """No replica promises a candidate of a configuration before its own."""
        return all(
            not is_newer(old.config[p.voter].stamp, r.stamp)
            for p in self.network.of(Promise)
            if p not in old.network
            for r in self.network.of(Prepare)
            if r.ballot == p.ballot
        )

    @step_invariant
    def configs_rise(self, old: Self) -> bool:
        """A replica never returns to an earlier configuration, nor to a lower promise."""
        return all(
            not is_newer(old.config[n].stamp, self.config[n].stamp)
            and (old.promised[n] is None or not self.exceeded(n, old.promised[n]))
            for n in Replica
        )

    def exceeded(self, n: Replica, b: Ballot | None) -> bool:
        """The promise is below this ballot."""
        now = self.promised[n]
        return now is None or (b is not None and b > now)

    @step_invariant
    def votes_follow_promises(self, old: Self) -> bool:
        """No replica votes in a ballot below its promise."""
        return all(
            not self.exceeded_before(old.promised[m.voter], m.ballot)
            for m in self.network.of(Accepted)
            if m not in old.network
        )

    def exceeded_before(self, promised: Ballot | None, b: Ballot) -> bool:
        """The promise is above this ballot."""
        return promised is not None and promised > b

    @invariant
    def configs_are_made(self) -> bool:
        """Whoever follows members follows those that a leader made, and has said so."""
        return all(
            len(self.config[n].kinds) == 0
            or (
                Install(self.config[n]) in self.network and Installed(self.config[n].stamp, n) in self.network
            )
            for n in Replica
        )

    @invariant
    def installed_is_followed(self) -> bool:
        """Who has said that it follows a configuration follows that one, or a later one."""
        return all(not is_newer(m.stamp, self.config[m.voter].stamp) for m in self.network.of(Installed))

    @invariant
    def leaders_own_their_members(self) -> bool:
        """A leader leads by a configuration that bears its ballot."""
        return all(self.config[n].stamp.ballot == self.promised[n] for n in Replica if self.leads(n))

    @invariant
    def electable(self) -> bool:
        """No member refuses a new ballot of a candidate of its own, or a later, configuration."""
        return all(
            self.failed[n]
            or n not in self.config[n].kinds
            or not self.exceeds(n, m.ballot)
            or is_newer(self.config[n].stamp, m.stamp)
            or self.may_promise(n, m)
            for m in self.network.of(Prepare)
            for n in Replica
        )

    # ---------------------------------------------------------------- what the members have

    def has_made(self, n: Replica, c: Config) -> bool:
        """The leader has made this configuration."""
        return self.leads(n) and self.config[n] == c

    @step_invariant
    def caught_up(self, old: Self) -> bool:
        """A replica that becomes a member has all that was decided before, or knows that it is archived."""
        return all(
            self.knows(r, a.slot, a.value)
            for m in self.network.of(Install)
            for n in Replica
            if m not in old.network and self.has_made(n, m.config)
            for r in m.config.kinds
            if r not in old.config[n].kinds and not self.failed[r]
            for a in old.network.of(Accept)
            if Commit(a.ballot, a.slot) in old.network
        )

    @step_invariant
    def changes_wait(self, old: Self) -> bool:
        """A leader changes the members when a majority follows those before, and it has proposed something.
        Its last addition it takes back at any time."""
        return all(
            (old.is_followed(old.config[n]) and any(a.ballot == p.ballot for a in old.network.of(Accept)))
            or old.is_taken_back(n, m.config.kinds)
            for m in self.network.of(Install)
            for p in [m.config.stamp]
            for n in Replica
            if m not in old.network and self.has_made(n, m.config) and old.leads(n)
        )

    def is_followed(self, c: Config) -> bool:
        """A majority of the members has said that it follows the configuration."""
        return majority(
            Set({m.voter for m in self.network.of(Installed) if m.stamp == c.stamp}), members_of(c.kinds)
        )

    def is_taken_back(self, n: Replica, kinds: Kinds) -> bool:
        """These are the leader's members without the one that it added last."""
        mine = self.attempt[n]
        return mine is not None and all(
            (k in kinds) == (k in self.config[n].kinds and k != mine.added) for k in Replica
        )

    @step_invariant
    def one_change_at_a_time(self, old: Self) -> bool:
        """The next configuration of a leader differs from the one before in exactly one replica."""
        return all(
            sum(1 for k in Replica if m.config.kinds.get(k) != old.config[n].kinds.get(k)) == 1
            for m in self.network.of(Install)
            for n in Replica
            if m not in old.network and self.has_made(n, m.config) and old.leads(n)
        )

    @step_invariant
    def changes_are_settled(self, old: Self) -> bool:
        """Before a leader changes the members, a majority has voted in its ballot for all announced, or knows
        that it is archived."""
        return all(
            majority(
                Set(
                    {
                        k
                        for k in Replica
                        if a.slot.index < old.log_start[k]
                        or any(
                            v.ballot == m.config.stamp.ballot and v.slot == a.slot and v.voter == k
                            for v in old.network.of(Accepted)
                        )
                    }
                ),
                members_of(old.config[n].kinds),
            )
            for m in self.network.of(Install)
            for n in Replica
            if m not in old.network and self.has_made(n, m.config) and old.leads(n)
            for a in old.network.of(Accept)
            if Commit(a.ballot, a.slot) in old.network
        )

    @step_invariant
    def promoted_whole(self, old: Self) -> bool:
        """A replica that becomes a storage replica has the items, as far as anything is decided."""
        return all(
            c.slot.index < len(self.table[r])
            for m in self.network.of(Install)
            for n in Replica
            if m not in old.network and self.has_made(n, m.config)
            for r in m.config.kinds
            if is_storage(m.config.kinds, r) and not is_storage(old.config[n].kinds, r)
            if not self.failed[r]
            for c in old.network.of(Commit)
        )

    @step_invariant
    def items_come_whole(self, old: Self) -> bool:
        """A replica that is no storage replica begins its items with a snapshot."""
        return all(
            Snapshot(self.table[n]) in self.network
            for n in Replica
            if len(old.table[n]) == 0 and len(self.table[n]) > 0 and not is_storage(self.config[n].kinds, n)
        )

    @invariant
    def dropped_is_archived(self) -> bool:
        """What a replica has dropped is archived, and a storage replica has applied it."""
        return all(
            self.archived(s)
            and (self.failed[n] or not is_storage(self.config[n].kinds, n) or s.index < len(self.table[n]))
            for n in Replica
            for s in Slot
            if s.index < self.log_start[n]
        )

    @invariant
    def archive_is_whole(self) -> bool:
        """The archive has all slots before each that it has."""
        return all(
            self.archived(s) for m in self.network.of(Archived) for s in Slot if s.index < m.slot.index
        )

    @invariant
    def tables_are_right(self) -> bool:
        """What a replica has applied was decided, slot by slot."""
        return all(self.committed(Slot.at(i), v) for n in Replica for i, v in enumerate(self.table[n]))

    @invariant
    def archive_sound(self) -> bool:
        """What is archived was decided."""
        return all(self.committed(m.slot, m.value) for m in self.network.of(Archived))

    @invariant
    def role(self) -> bool:
        """A log replica neither leads nor answers reads."""
        return not self.read_without_items and all(
            self.attempt[n] is None or is_storage(self.config[n].kinds, n) for n in Replica
        )

    @invariant
    def rebuildable(self) -> bool:
        """Some storage replica has applied all that is decided, or finds it in a log or the archive."""
        return all(
            any(
                not self.failed[r]
                and self.is_or_becomes_storage(r)
                and all(self.reachable(r, s) for s in Slot if s <= m.slot)
                for r in Replica
            )
            for m in self.network.of(Commit)
        )

    def is_or_becomes_storage(self, r: Replica) -> bool:
        """By the configuration that it follows, or by a later one that it has not heard of yet."""
        return any(
            is_storage(m.config.kinds, r) and not is_newer(self.config[r].stamp, m.config.stamp)
            for m in self.network.of(Install)
        )

    def reachable(self, r: Replica, s: Slot) -> bool:
        """Applied by this replica, or in somebody's log, or in the archive."""
        return (
            s.index < len(self.table[r])
            or self.archived(s)
            or any(self.committed(s, self.log[k][s].value) for k in Replica if s in self.log[k])
        )

    # ---------------------------------------------------------------- covers

    @cover
    def healed(self) -> bool:
        """All members are storage replicas, as many as at the start, and one is new."""
        return any(
            len(m.config.kinds) == self.members_at_start
            and all(kind == Kind.STORAGE for kind in m.config.kinds.values())
            and any(self.joined_later(k) for k in m.config.kinds)
            for m in self.network.of(Install)
        )

    def joined_later(self, k: Replica) -> bool:
        """It was no member at first."""
        return any(
            m.config.stamp == Stamp(Ballot.first, Epoch.first) and k not in m.config.kinds
            for m in self.network.of(Install)
        )

    @cover
    def log_replica_decides(self) -> bool:
        """A leader announces what fewer than a majority of the storage replicas has."""
        return any(
            self.leads(n)
            and len(self.table[n]) > 0
            and len(self.log[n]) == len(self.table[n])
            and any(
                sum(1 for k in self.log if is_storage(self.config[n].kinds, k) and self.holds(k, s, e.value))
                < 2
                for s, e in self.log[n].items()
                if s.index < len(self.table[n])
            )
            for n in Replica
        )

    @cover
    def adopts_from_a_log_replica(self, old: Self) -> bool:
        """A new leader proposes again what only a log replica told it."""
        return any(
            self.leads(n)
            and not old.leads(n)
            and s not in old.log[n]
            and any(
                s in p.log and p.ballot == self.promised[n] and self.config[n].kinds.get(p.voter) == Kind.LOG
                for p in self.network.of(Promise)
            )
            and not any(
                s in p.log and p.ballot == self.promised[n] and is_storage(self.config[n].kinds, p.voter)
                for p in self.network.of(Promise)
            )
            for n in Replica
            for s in self.log[n]
        )

    @cover
    def second_leader_changes(self) -> bool:
        """The leader of a later ballot can change the members."""
        return any(
            m.config.stamp.ballot > Ballot.first and m.config.stamp.epoch > Epoch.first
            for m in self.network.of(Install)
        )
