"""The replication group with a rule of leaders weakened, in ways that no change of one operator makes."""

from checker import Quorum, Set, present, replace, require
from model.atomic_replication import AtomicReplication
from model.replication_messages import (
    Accepted,
    Ballot,
    Commit,
    Entry,
    Leadership,
    Prepare,
    Promise,
    Replica,
    Slot,
    Value,
)
from model.replication_rules import slot_after


class LooksAtItsOwnLog(AtomicReplication):
    """A new leader proposes again up to the end of its own log, and not of all that it was told."""

    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """As it should be, with its own log for an end."""
        mine = present(self.leadership[n])
        require(not mine.elected)
        promises = [m for m in self.network.of(Promise) if m.ballot == self.promised[n] and m.voter in q]
        require(self.is_enough(q, Set({m.voter for m in promises})))
        top = max((s.index + 1 for s in self.log[n]), default=mine.next)
        for s in Slot:
            if mine.next <= s.index and s.index < top:
                self.put(n, s, self.adopted(n, s, Set({m.log[s] for m in promises if s in m.log})))
        self.leadership[n] = Leadership(elected=True, next=top, leased=False, barrier=None)
        if leased:
            self.take_lease(n, slot_after(top - 1 if top > mine.next else top))


class LeavesHoles(AtomicReplication):
    """A new leader proposes again what it was told of, and leaves the holes between."""

    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """As it should be, without no-ops."""
        mine = present(self.leadership[n])
        require(not mine.elected)
        promises = [m for m in self.network.of(Promise) if m.ballot == self.promised[n] and m.voter in q]
        require(self.is_enough(q, Set({m.voter for m in promises})))
        top = max((s.index + 1 for m in promises for s in m.log), default=mine.next)
        for s in Slot:
            if mine.next <= s.index and s.index < top and any(s in m.log for m in promises):
                self.put(n, s, self.adopted(n, s, Set({m.log[s] for m in promises if s in m.log})))
        self.leadership[n] = Leadership(elected=True, next=top, leased=False, barrier=None)
        if leased:
            self.take_lease(n, slot_after(top - 1 if top > mine.next else top))


class CountsEarlierPromises(AtomicReplication):
    """A candidate counts promises of its ballot and of earlier ones."""

    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """As it should be, with `<=` for `==`."""
        mine = present(self.leadership[n])
        require(not mine.elected)
        b = present(self.promised[n])
        promises = [m for m in self.network.of(Promise) if m.ballot <= b and m.voter in q]
        require(self.is_enough(q, Set({m.voter for m in promises})))
        top = max((s.index + 1 for m in promises for s in m.log), default=mine.next)
        for s in Slot:
            if mine.next <= s.index and s.index < top:
                self.put(n, s, self.adopted(n, s, Set({m.log[s] for m in promises if s in m.log})))
        self.leadership[n] = Leadership(elected=True, next=top, leased=False, barrier=None)
        if leased:
            self.take_lease(n, slot_after(top - 1 if top > mine.next else top))


class ReadsAfterTheFirst(AtomicReplication):
    """The barrier is the first slot that a new leader proposes again, and not the last."""

    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """As it should be, with another barrier."""
        mine = present(self.leadership[n])
        require(not mine.elected)
        promises = [m for m in self.network.of(Promise) if m.ballot == self.promised[n] and m.voter in q]
        require(self.is_enough(q, Set({m.voter for m in promises})))
        top = max((s.index + 1 for m in promises for s in m.log), default=mine.next)
        for s in Slot:
            if mine.next <= s.index and s.index < top:
                self.put(n, s, self.adopted(n, s, Set({m.log[s] for m in promises if s in m.log})))
        self.leadership[n] = Leadership(elected=True, next=top, leased=False, barrier=None)
        if leased:
            self.take_lease(n, slot_after(mine.next))


class ProposesOverWhatItAdopts(AtomicReplication):
    """A new leader goes on to propose where its table ends, over what it has just adopted."""

    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """As it should be, without a step forward."""
        before = present(self.leadership[n]).next
        super().lead(n, q, leased)
        self.leadership[n] = replace(present(self.leadership[n]), next=before)


class AdoptsWhatIsUndisputed(AtomicReplication):
    """A new leader adopts a value if it was told of no other, else it proposes a no-op."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """As it should be, of one entry alone."""
        return max(told, key=lambda e: e.ballot).value if len(told) == 1 else None


class AdoptsValuesOnly(AtomicReplication):
    """A new leader prefers a value to a no-op of a higher ballot."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """As it should be, of values."""
        values = Set({e for e in told if e.value is not None})
        return max(values, key=lambda e: e.ballot).value if values else None


class AdoptsOwnIfTold(AtomicReplication):
    """A new leader ignores what its own promise tells, if another voter tells of the slot."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """As it should be, without its own entry."""
        others = Set({e for e in told if s not in self.log[n] or e != self.log[n][s]})
        chosen = others if others else told
        return max(chosen, key=lambda e: e.ballot).value if chosen else None


class CommitsAcrossBallots(AtomicReplication):
    """A leader counts votes for its value in any ballot."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, whatever ballot a vote is of."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {a for a in Replica if any(Accepted(b, s, entry.value, a) in self.network for b in Ballot)}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class CommitsByAnyValue(AtomicReplication):
    """A leader counts votes in a slot, whatever they are for."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, without the ballot and the value."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {m.voter for m in self.network.of(Accepted) if m.slot == s}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class CountsFollowers(AtomicReplication):
    """A leader counts those who promised its ballot, though they have not voted."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, by promises."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {m.voter for m in self.network.of(Promise) if m.ballot == entry.ballot}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class BarrierInItsTable(AtomicReplication):
    """A leader reads when its table reaches the barrier, in whatever ballot that was chosen."""

    def passed_barrier(self, n: Replica) -> bool:
        """As it should be, by its table."""
        mine = self.leadership[n]
        barrier = None if mine is None else mine.barrier
        return barrier is not None and barrier.index < len(self.table[n])


class BarrierProposed(AtomicReplication):
    """A leader reads when it has proposed the barrier in its own ballot, chosen or not."""

    def passed_barrier(self, n: Replica) -> bool:
        """As it should be, by its log."""
        mine = self.leadership[n]
        barrier = None if mine is None else mine.barrier
        return (
            barrier is not None and barrier in self.log[n] and self.log[n][barrier].ballot == self.promised[n]
        )


class KeepsTheLeaseAsCandidate(AtomicReplication):
    """A leader that stands again, in a higher ballot, keeps the lease meanwhile."""

    def prepare(self, n: Replica, b: Ballot) -> None:
        """As it should be, but for the lease."""
        mine = self.leadership[n]
        leased = mine is not None and mine.leased
        require(self.member[n])
        require(self.may_stand(n, b))
        self.owner[b] = n
        self.promised[n] = b
        above = len(self.table[n])
        self.leadership[n] = Leadership(elected=False, next=above, leased=leased, barrier=None)
        self.send(n, Prepare(b, above))
        self.send(n, self.vow(n, b, above))


class LeaseIsNotTakenFromHigherBallots(AtomicReplication):
    """The lease moves, but a leader of a higher ballot keeps it as well."""

    def take_lease(self, n: Replica, barrier: Slot | None) -> None:
        """As it should be, of lower ballots."""
        b = present(self.promised[n])
        for k in Replica:
            other, ballot = self.leadership[k], self.promised[k]
            if other is not None and ballot is not None and ballot <= b:
                self.leadership[k] = replace(other, leased=False)
        self.leadership[n] = replace(present(self.leadership[n]), leased=True, barrier=barrier)


class AcknowledgesFromItsLog(AtomicReplication):
    """A leader acknowledges what a quorum has voted for, before it has applied it."""

    def acknowledge(self, n: Replica, s: Slot) -> None:
        """As it should be, from the log."""
        require(self.can_acknowledge(n))
        require(s in self.log[n])
        e = self.log[n][s]
        require(e.ballot == self.promised[n])
        require(self.has_quorum(e.ballot, s, e.value))
        self.acked.add((s, present(e.value)))


class AcknowledgesOthersWrites(AtomicReplication):
    """Whoever has applied a write acknowledges it, with the lease or not."""

    def can_acknowledge(self, n: Replica) -> bool:
        """It has its disk."""
        return self.member[n]
