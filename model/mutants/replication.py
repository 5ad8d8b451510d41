"""The replication group with one rule forgotten.

Each class overrides one rule and says what is lost; which property notices, after how many steps, is in
`specs/replication.toml` and `specs/atomic_replication.toml`.
"""

from checker import Partial, Quorum, Set, present, replace, require
from model.atomic_replication import AtomicReplication
from model.replication import Replication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Length,
    Prepare,
    Promise,
    Replica,
    Slot,
    Value,
)

# ------------------------------------------------------------------ the disk


class PromiseNotSynced(Replication):
    """A promise is sent before it is on the disk: after a crash the replica votes below it."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, but promises do not wait."""
        if self.is_synced(n) or isinstance(m, Promise):
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class VoteNotSynced(Replication):
    """A vote is sent before it is on the disk: after a crash it is told to nobody."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, but votes do not wait."""
        if self.is_synced(n) or isinstance(m, Accepted):
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class BallotNotSynced(Replication):
    """A ballot is used before it is on the disk: after a crash it is used again, for another value."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, but the messages of a leader do not wait."""
        if self.is_synced(n) or isinstance(m, Prepare | Accept):
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class OutboxSurvives(Replication):
    """Messages that waited for the disk are sent after a crash, though what they say is lost."""

    def crash(self, n: Replica) -> None:
        """As it should be, but for the outbox."""
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = self.disk[n].promised
        self.log[n] = self.disk[n].log


class RestartsFromMemory(Replication):
    """A replica restarts with what it had in memory, on its disk or not; only its messages are lost."""

    def crash(self, n: Replica) -> None:
        """As it should be, but nothing is read from the disk."""
        self.leadership[n] = None
        self.table[n].clear()
        self.outbox[n].clear()


class SyncsPromiseOnly(Replication):
    """An fsync writes the promise and leaves the log."""

    def fsync(self, n: Replica) -> None:
        """As it should be, but for the log."""
        require(not self.is_synced(n) or len(self.outbox[n]) > 0)
        self.disk[n] = replace(self.written(n), log=self.disk[n].log)
        self.network |= self.outbox[n]
        self.outbox[n].clear()


class SyncsLogOnly(Replication):
    """An fsync writes the log and leaves the promise."""

    def fsync(self, n: Replica) -> None:
        """As it should be, but for the promise."""
        require(not self.is_synced(n) or len(self.outbox[n]) > 0)
        self.disk[n] = replace(self.written(n), promised=self.disk[n].promised)
        self.network |= self.outbox[n]
        self.outbox[n].clear()


class SendsAgain(Replication):
    """What was sent still waits, and is sent once more. Breaks `what_waited_is_sent`."""

    def fsync(self, n: Replica) -> None:
        """As it should be, but nothing is taken out of the outbox."""
        before = self.outbox[n]
        super().fsync(n)
        self.outbox[n] = before


class RejoinsWithoutDisk(AtomicReplication):
    """A replica whose disk was lost goes on under its old identity; what it had promised is forgotten."""

    def forget_who_it_was(self, n: Replica) -> None:
        """It does not."""


class TableOutlivesItsDisk(AtomicReplication):
    """A replica whose disk was lost goes on to answer eventual reads, from a table without a log."""

    def lose_disk(self, n: Replica) -> None:
        """As it should be, but for the table."""
        self.leadership[n] = None
        self.promised[n] = None
        self.log[n].clear()
        self.forget_who_it_was(n)


class KeepsLeadingAfterCrash(AtomicReplication):
    """A leader goes on where it was before a crash, with a table that starts anew."""

    def crash(self, n: Replica) -> None:
        """As it should be, but leadership is kept."""
        self.table[n].clear()


# ------------------------------------------------------------------ ballots and promises


class IgnoresPromisedValues(AtomicReplication):
    """A new leader proposes no-ops where promises told of values."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """Always a no-op."""
        return None


class AdoptsLowest(AtomicReplication):
    """A new leader adopts what was accepted in the lowest ballot. Two ballots do not show it."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """As it should be, from the other end."""
        return min(told, key=lambda e: e.ballot).value if told else None


class AdoptsItsOwn(AtomicReplication):
    """A new leader prefers what stands in its own log."""

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """Its own entry, if there is one."""
        if s in self.log[n]:
            return self.log[n][s].value
        return max(told, key=lambda e: e.ballot).value if told else None


class AcceptsBelowPromised(AtomicReplication):
    """A replica votes in ballots below the one that it has promised."""

    def may_vote(self, n: Replica, b: Ballot) -> bool:
        """It always may."""
        return True


class PromisesBelowPromised(AtomicReplication):
    """A replica promises a ballot below one that it has promised, and falls back to it."""

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """Whatever it has promised."""
        return self.promised[n] != b


class ReusesBallots(AtomicReplication):
    """A replica stands again in a ballot of its own that it has used."""

    def may_stand(self, n: Replica, b: Ballot) -> bool:
        """As it should be, without a look at what it has promised."""
        return self.owner.get(b, n) == n


class SharesBallots(AtomicReplication):
    """Two replicas stand in one ballot."""

    def may_stand(self, n: Replica, b: Ballot) -> bool:
        """As it should be, whoever owns it."""
        return self.exceeds(n, b)


class TellsOnlyUnapplied(AtomicReplication):
    """A promise leaves out what the voter has applied, though the candidate has not."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, above its own table."""
        first = len(self.table[n])
        return Promise(b, n, Partial({s: self.log[n][s] for s in self.log[n] if s.index >= first}))


class TellsAll(AtomicReplication):
    """A promise tells of the whole log, also of what the candidate has applied. Breaks
    `promises_tell_what_was_asked`."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, whatever was asked for."""
        return Promise(b, n, self.log[n])


class KeepsLeadingBelow(AtomicReplication):
    """A leader that has promised a higher ballot goes on in it, as if it were its own."""

    def follow(self, n: Replica, b: Ballot) -> None:
        """As it should be, but leadership is kept."""
        self.promised[n] = b


# ------------------------------------------------------------------ quorums, holes, order


class SmallQuorum(AtomicReplication):
    """Half of the group is enough: with four replicas two."""

    def is_enough(self, q: Quorum[Replica], voters: Set[Replica]) -> bool:
        """As it should be, rounded down."""
        return len(voters & q) * 2 >= len(Replica)


class OneIsEnough(AtomicReplication):
    """Any member of the quorum is enough."""

    def is_enough(self, q: Quorum[Replica], voters: Set[Replica]) -> bool:
        """Some have voted."""
        return len(voters & q) > 0


class CommitsOtherBallots(AtomicReplication):
    """A replica applies what stands in its log when a slot is committed, accepted in whatever ballot."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, without a look at the ballot."""
        require(m in self.network.of(Commit))
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n])
        self.table[n].append(self.log[n][m.slot].value)


class AppliesOutOfOrder(AtomicReplication):
    """A replica applies the slot that was committed, whatever it has applied before."""

    def apply(self, n: Replica, m: Commit) -> None:
        """As it should be, without a look at the place."""
        require(m in self.network.of(Commit))
        require(len(self.table[n]) < len(Slot))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot == m.ballot)
        self.table[n].append(self.log[n][m.slot].value)


class CommitsOldEntries(AtomicReplication):
    """A leader applies an entry of an older ballot once a quorum has it, before it has proposed it again."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, without a look at the ballot, and without word to the others."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        voters = {a for a in Replica if any(Accepted(b, s, entry.value, a) in self.network for b in Ballot)}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        if entry.ballot == self.promised[n]:
            self.network.add(Commit(entry.ballot, s))


class RepeatsPromiseAfterVote(AtomicReplication):
    """A promise is given again when its voter has voted in that ballot: it tells something else then."""

    def may_repeat_promise(self, n: Replica, b: Ballot) -> bool:
        """It was given, whatever came after."""
        return b == self.promised[n] and self.is_synced(n)


class ProposesTwice(AtomicReplication):
    """A leader does not note which slots it has used in its ballot."""

    def propose(self, n: Replica, v: Value | None) -> None:
        """As it should be, but the next proposal is for the same slot."""
        mine = present(self.leadership[n])
        require(mine.elected and mine.next < len(Slot))
        s = Slot.at(mine.next)
        require(v is not None or s == mine.barrier)
        self.put(n, s, v)


class RestartsFromAnOlderTable(AtomicReplication):
    """A replica restarts with a table that lacks what it applied last, and serves it."""

    def crash(self, n: Replica) -> None:
        """As it should be, but the table is not made anew."""
        self.leadership[n] = None
        self.table[n].truncate(max(len(self.table[n]) - 1, 0))


# ------------------------------------------------------------------ clients


class ReadsBeforeBarrier(AtomicReplication):
    """A new leader answers strong reads before it knows all that was acknowledged."""

    def passed_barrier(self, n: Replica) -> bool:
        """It always has."""
        return True


class ReadsWithoutLease(AtomicReplication):
    """A leader answers strong reads though another may have the lease."""

    def read_strong(self, n: Replica) -> None:
        """As it should be, without the lease."""
        require(self.leads(n) and self.passed_barrier(n))
        self.missed = self.missed or any(
            s.index >= len(self.table[n]) or self.table[n][s.index] != v for s, v in self.acked
        )


class AcknowledgesWithoutLease(AtomicReplication):
    """A leader acknowledges writes though another may serve reads meanwhile."""

    def can_acknowledge(self, n: Replica) -> bool:
        """It leads."""
        return self.leads(n)


class BarrierBeforeTheLease(AtomicReplication):
    """A lease that came late is served under the barrier of the election: others may have led in between."""

    def renew_lease(self, n: Replica) -> None:
        """As it should be, with the last slot for a barrier."""
        mine = present(self.leadership[n])
        require(mine.elected and not mine.leased and mine.next > 0)
        self.take_lease(n, Slot.at(mine.next - 1))


class TwoLeases(AtomicReplication):
    """The lease is given to a leader though another has it."""

    def take_lease(self, n: Replica, barrier: Slot | None) -> None:
        """As it should be, but the other keeps it."""
        self.leadership[n] = replace(present(self.leadership[n]), leased=True, barrier=barrier)


class AcknowledgesProposals(AtomicReplication):
    """The leader acknowledges what it has proposed, before a quorum has it."""

    def acknowledge(self, n: Replica, s: Slot) -> None:
        """As it should be, from its log."""
        require(self.can_acknowledge(n))
        require(s in self.log[n] and self.log[n][s].ballot == self.promised[n])
        self.acked.add((s, present(self.log[n][s].value)))


class ReadsTheLog(AtomicReplication):
    """A replica answers eventual reads from its log, chosen or not."""

    def read_eventual(self, n: Replica) -> None:
        """As it should be, from the log."""
        self.unchosen = self.unchosen or not all(self.chosen(s, e.value) for s, e in self.log[n].items())


class NoOpsForNothing(AtomicReplication):
    """A leader proposes no-ops where its barrier does not need one."""

    def propose(self, n: Replica, v: Value | None) -> None:
        """As it should be, without a look at the barrier."""
        mine = present(self.leadership[n])
        require(mine.elected and mine.next < len(Slot))
        self.put(n, Slot.at(mine.next), v)
        self.leadership[n] = replace(mine, next=mine.next + 1)
