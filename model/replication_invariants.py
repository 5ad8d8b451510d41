"""What holds inside a replication group, and how its replicas come back from crashes.

These properties speak of no client. They break many steps before a client could notice: a rule that is
weakened shows in a small scope.
"""

from typing import Self

from checker import cover, invariant, step_invariant
from model.replication_messages import (
    Accept,
    Accepted,
    Commit,
    Length,
    Prepare,
    Promise,
    Replica,
    Slot,
)
from model.replication_rules import ReplicationRules


class ReplicationInvariants(ReplicationRules):
    """Who leads does its part, who holds the lease leads, who has lost its disk has nothing."""

    # ---------------------------------------------------------------- leaders

    @invariant
    def holders_lead(self) -> bool:
        """Who has the lease leads."""
        return all(self.leads(n) for n in Replica if self.can_serve(n))

    @invariant
    def leaders_leave_no_gap(self) -> bool:
        """A leader has proposed, in its own ballot, for each slot that it will not propose for any more."""
        return all(
            s in self.log[n] and self.log[n][s].ballot == self.promised[n]
            for n in Replica
            if self.leads(n)
            for s in Slot
            if len(self.table[n]) <= s.index and s.index < self.settled(n)
        )

    def settled(self, n: Replica) -> Length:
        """How many slots need no proposal of this replica any more."""
        mine = self.leadership[n]
        return 0 if mine is None else mine.next

    @invariant
    def leaders_take_part(self) -> bool:
        """Who stands for election promises, too, and who leads votes for what it proposes."""
        return all(
            self.has_promised(n)
            and all(
                self.has_said(n, Accepted(e.ballot, s, e.value, n))
                for s, e in self.log[n].items()
                if e.ballot == self.promised[n]
            )
            for n in Replica
            if self.leadership[n] is not None
        )

    def has_promised(self, n: Replica) -> bool:
        """It has sent a promise in the ballot that it promised last, or will when that is on its disk."""
        return any(p.voter == n and p.ballot == self.promised[n] for p in self.network.of(Promise))

    def has_said(self, n: Replica, m: Accepted) -> bool:
        """It has sent its vote, or will when that is on its disk."""
        return m in self.network

    @step_invariant
    def attempts_end_for_a_reason(self, old: Self) -> bool:
        """A replica stops standing, or leading, for a higher ballot only, or when it starts anew."""
        return all(
            self.leadership[n] is not None or len(self.table[n]) == 0 or self.promised[n] != old.promised[n]
            for n in Replica
            if old.leadership[n] is not None
        )

    @step_invariant
    def barriers_stay(self, old: Self) -> bool:
        """Who keeps the lease keeps its barrier: an earlier one misses writes, a later one may never come."""
        return all(
            self.barrier_of(n) == old.barrier_of(n)
            for n in Replica
            if old.can_serve(n) and self.can_serve(n) and self.promised[n] == old.promised[n]
        )

    def barrier_of(self, n: Replica) -> Slot | None:
        """The slot that must be chosen before the leader reads."""
        mine = self.leadership[n]
        return None if mine is None else mine.barrier

    @invariant
    def commits_are_chosen(self) -> bool:
        """What a leader says is committed was chosen in its own ballot, and all before it in some ballot."""
        return all(
            any(
                v.slot == s
                and (s != m.slot or v.ballot == m.ballot)
                and self.has_quorum(v.ballot, s, v.value)
                for v in self.network.of(Accepted)
            )
            for m in self.network.of(Commit)
            for s in Slot
            if s <= m.slot
        )

    # ---------------------------------------------------------------- faults

    @invariant
    def lost_for_good(self) -> bool:
        """Who has lost its disk has no promise, no log and no table, and neither stands nor leads."""
        return all(
            self.promised[n] is None
            and len(self.log[n]) == 0
            and len(self.table[n]) == 0
            and self.leadership[n] is None
            for n in Replica
            if not self.member[n]
        )

    def is_back(self, n: Replica) -> bool:
        """It promised last in a ballot of its own, and neither stands nor leads: it has crashed since."""
        b = self.promised[n]
        return self.member[n] and self.leadership[n] is None and b is not None and self.owner.get(b) == n

    def has_proposed(self, n: Replica) -> bool:
        """It has proposed in the ballot that it promised last."""
        return any(m.ballot == self.promised[n] for m in self.network.of(Accept))

    @cover
    def candidate_stands_again(self, old: Self) -> bool:
        """A replica that crashed before it proposed anything stands for election again."""
        return any(
            old.is_back(n) and not old.has_proposed(n) and self.leadership[n] is not None for n in Replica
        )

    @cover
    def leader_stands_again(self, old: Self) -> bool:
        """A replica that crashed after it had proposed stands for election again."""
        return any(old.is_back(n) and old.has_proposed(n) and self.leadership[n] is not None for n in Replica)

    @cover
    def leader_follows(self, old: Self) -> bool:
        """A replica that crashed as a leader, or as a candidate, promises another one's ballot."""
        return any(
            old.is_back(n) and self.leadership[n] is None and self.promised[n] != old.promised[n]
            for n in Replica
            if self.member[n]
        )

    @cover
    def applies_again(self, old: Self) -> bool:
        """A replica that crashed applies a slot that it had applied before: its candidacy said so."""
        return any(
            old.is_back(n) and len(old.table[n]) < m.above and len(self.table[n]) > len(old.table[n])
            for n in Replica
            for m in old.network.of(Prepare)
            if self.owner.get(m.ballot) == n
        )
