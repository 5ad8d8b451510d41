"""A replication group whose disks write at once, and what must hold of it.

`model.replication` is the same group with an fsync that takes its time. This one has fewer states, so that
it can be searched with more ballots and slots.
"""

from typing import Self

from checker import Quorum, cover, invariant, step_invariant
from model.replication_invariants import ReplicationInvariants
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Prepare,
    Promise,
    Replica,
)


class AtomicReplication(ReplicationInvariants):
    """Agreement on a log, its application in order, and reads of what was applied."""

    @invariant
    def agreement(self) -> bool:
        """At most one value is chosen for a slot."""
        votes = self.network.of(Accepted)
        return all(
            m.value == k.value
            for m in votes
            for k in votes
            if m.slot == k.slot and self.chosen(m.slot, m.value) and self.chosen(k.slot, k.value)
        )

    @invariant
    def ballot_unique(self) -> bool:
        """At most one value is proposed for a slot in a ballot."""
        proposals = self.network.of(Accept)
        return all(
            m.value == k.value
            for m in proposals
            for k in proposals
            if m.ballot == k.ballot and m.slot == k.slot
        )

    @invariant
    def durable(self) -> bool:
        """What was acknowledged is on a disk of every quorum of which no disk was lost."""
        return all(
            any(s in self.on_disk(a).log and self.on_disk(a).log[s].value == v for a in q)
            for s, v in self.acked
            for q in Quorum[Replica]
            if all(self.member[a] for a in q)
        )

    @invariant
    def prefix_apply(self) -> bool:
        """All have applied the same, some more of it than others."""
        return all(
            self.table[n].is_prefix_of(self.table[k]) or self.table[k].is_prefix_of(self.table[n])
            for n in Replica
            for k in Replica
        )

    @invariant
    def eventual_read(self) -> bool:
        """What an eventual read returns was chosen."""
        return not self.unchosen

    @step_invariant
    def reads_are_monotone(self, old: Self) -> bool:
        """A replica's table only grows, until it starts anew."""
        return all(len(self.table[n]) == 0 or old.table[n].is_prefix_of(self.table[n]) for n in Replica)

    @invariant
    def one_holder(self) -> bool:
        """At most one replica has the lease."""
        return all(n == k for n in Replica for k in Replica if self.can_serve(n) and self.can_serve(k))

    @step_invariant
    def holders_acknowledge(self, old: Self) -> bool:
        """A client learns that its write is done from a replica that has the lease, and has applied it."""
        return all(
            (s, v) in old.acked
            or any(
                self.can_serve(n) and s.index < len(self.table[n]) and self.table[n][s.index] == v
                for n in Replica
            )
            for s, v in self.acked
        )

    @invariant
    def reads_are_confirmed(self) -> bool:
        """A strong read is answered by a leader in whose own ballot something was chosen."""
        return not self.unconfirmed

    @invariant
    def promises_are_kept(self) -> bool:
        """Who has promised a ballot, or voted in it, has no lower promise on its disk, or is no member."""
        return all(
            not self.on_disk(m.voter).member or self.reaches(self.on_disk(m.voter).promised, m.ballot)
            for m in self.network.of(Promise, Accepted)
        )

    def reaches(self, promised: Ballot | None, b: Ballot) -> bool:
        """The promise is of this ballot, or a higher one."""
        return promised is not None and promised >= b

    @invariant
    def votes_are_kept(self) -> bool:
        """Who has voted has that on its disk, or a vote in a higher ballot, or is no member."""
        return all(
            m.slot in self.on_disk(m.voter).log
            and (
                self.on_disk(m.voter).log[m.slot] == Entry(m.ballot, m.value)
                or self.on_disk(m.voter).log[m.slot].ballot > m.ballot
            )
            for m in self.network.of(Accepted)
            if self.on_disk(m.voter).member
        )

    @invariant
    def promises_hide_nothing(self) -> bool:
        """A promise tells, for each slot asked for, of a vote at least as high as any before it."""
        return all(
            v.slot in p.log and p.log[v.slot].ballot >= v.ballot
            for r in self.network.of(Prepare)
            for p in self.network.of(Promise)
            if p.ballot == r.ballot
            for v in self.network.of(Accepted)
            if v.voter == p.voter and v.ballot < p.ballot and v.slot.index >= r.above
        )

    @invariant
    def promises_tell_what_was_asked(self) -> bool:
        """A promise tells of no slot that the candidate has applied: it would grow with the log."""
        return all(
            s.index >= r.above
            for r in self.network.of(Prepare)
            for p in self.network.of(Promise)
            if p.ballot == r.ballot
            for s in p.log
        )

    @invariant
    def promises_are_unique(self) -> bool:
        """A replica's promises in one ballot are equal: those of a quorum tell all there is to know."""
        promises = self.network.of(Promise)
        return all(m == k for m in promises for k in promises if m.voter == k.voter and m.ballot == k.ballot)

    @step_invariant
    def no_ops_only_for_the_barrier(self, old: Self) -> bool:
        """A leader proposes a no-op of its own only where it needs one for its barrier."""
        return all(
            e.value is not None or s in old.log[n] or self.barrier_of(n) == s
            for n in Replica
            if old.leads(n) and self.leads(n)
            for s, e in self.log[n].items()
        )

    @cover
    def second_leader_reads(self) -> bool:
        """The leader of a later ballot can serve a strong read, after a write was acknowledged."""
        return any(
            len(self.acked) > 0
            and self.promised[n] != Ballot.first
            and self.can_serve(n)
            and self.passed_barrier(n)
            for n in Replica
        )

    @cover
    def fills_a_hole(self, old: Self) -> bool:
        """A new leader proposes a no-op below a value that it adopts."""
        return any(
            self.log[n][s].value is None and self.log[n][k].value is not None and s < k
            for n in Replica
            if self.leads(n) and not old.leads(n)
            for s in self.log[n]
            for k in self.log[n]
            if s not in old.log[n] and self.log[n][k].ballot == self.promised[n]
        )

    @cover
    def adopts(self, old: Self) -> bool:
        """A new leader proposes again what was accepted in a lower ballot."""
        return any(
            s in self.log[n] and e.ballot < self.log[n][s].ballot and e.value == self.log[n][s].value
            for n in Replica
            if self.leads(n) and not old.leads(n)
            for s, e in old.log[n].items()
        )

    @cover
    def stale_leader(self) -> bool:
        """A leader goes on to propose although a quorum, in which it is not, has promised more."""
        return any(
            self.leads(n) and all(self.promised[n] != self.promised[a] and self.ahead(a, n) for a in q)
            for n in Replica
            for q in Quorum[Replica]
        )

    @cover
    def refuses_a_stale_leader(self) -> bool:
        """A proposal can never be chosen: a quorum has promised more, and none of it has voted for it."""
        return any(
            all(
                self.has_left(a, m.ballot) and Accepted(m.ballot, m.slot, m.value, a) not in self.network
                for a in q
            )
            for m in self.network.of(Accept)
            for q in Quorum[Replica]
        )

    def has_left(self, a: Replica, b: Ballot) -> bool:
        """It has promised more than this ballot."""
        promised = self.promised[a]
        return promised is not None and promised > b

    @cover
    def crashes_as_candidate(self, old: Self) -> bool:
        """A replica forgets that it stands for election, and is still a member."""
        return any(
            old.leadership[n] is not None and not old.leads(n) and self.crashed(n, old.promised[n])
            for n in Replica
        )

    @cover
    def crashes_with_a_proposal(self, old: Self) -> bool:
        """A leader crashes whose proposal is not applied anywhere."""
        return any(
            self.crashed(n, old.promised[n])
            and old.leads(n)
            and len(old.log[n]) > 0
            and all(len(t) == 0 for t in old.table.values())
            for n in Replica
        )

    @cover
    def crashes_as_reader(self, old: Self) -> bool:
        """A leader crashes that could answer strong reads."""
        return any(
            self.crashed(n, old.promised[n]) and old.can_serve(n) and old.passed_barrier(n) for n in Replica
        )

    @cover
    def crashes_as_follower(self, old: Self) -> bool:
        """A replica that does not lead loses its table, and keeps its log."""
        return any(
            old.leadership[n] is None and self.member[n] and len(self.table[n]) < len(old.table[n])
            for n in Replica
        )

    def crashed(self, n: Replica, was: Ballot | None) -> bool:
        """It does not stand or lead, and has not promised more than before."""
        now = self.promised[n]
        rose = now is not None and (was is None or now > was)
        return self.leadership[n] is None and self.member[n] and not rose

    @cover
    def reads_after_a_crash(self) -> bool:
        """A leader can answer strong reads after one that had committed crashed.

        Without a crash the table of who committed holds it.
        """
        return any(
            self.can_serve(n)
            and self.passed_barrier(n)
            and len(self.table[k]) <= m.slot.index
            and self.member[k]
            for n in Replica
            for m in self.network.of(Commit)
            for k in Replica
            if self.owner.get(m.ballot) == k
        )

    @cover
    def leads_after_a_crash(self) -> bool:
        """A replica that committed in one ballot, and crashed, is elected in a higher one."""
        return any(
            self.leads(n) and len(self.table[n]) <= m.slot.index and self.owner.get(m.ballot) == n
            for n in Replica
            for m in self.network.of(Commit)
        )

    def ahead(self, a: Replica, n: Replica) -> bool:
        """It has promised more."""
        b = self.promised[a]
        return b is not None and self.exceeds(n, b)
