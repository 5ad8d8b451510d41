"""A replication group with disks that write when they are told to, or when they like."""

from typing import Self

from checker import Map, Partial, Set, action, cover, fault, invariant, require, step_invariant
from model.atomic_replication import AtomicReplication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Disk,
    Entry,
    Prepare,
    Promise,
    Replica,
)


class Replication(AtomicReplication):
    """What is written is on the disk after the next fsync; answers wait for it."""

    disk: Map[Replica, Disk]
    outbox: Map[Replica, Set[Prepare | Promise | Accept | Accepted]]

    def begin(self) -> None:
        """All are members; nothing has happened."""
        self.member = Map({n: True for n in Replica})
        self.disk = Map({n: Disk(True, None, Partial()) for n in Replica})

    def on_disk(self, n: Replica) -> Disk:
        """What the last fsync, or writeback, left there."""
        return self.disk[n]

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """A message waits in the outbox until what was written before it is on the disk."""
        if self.is_synced(n):
            self.network.add(m)
        else:
            self.outbox[n].add(m)

    @action
    def fsync(self, n: Replica) -> None:
        """What has been written is on the disk, and what waited for it is sent."""
        require(not self.is_synced(n) or len(self.outbox[n]) > 0)
        self.disk[n] = self.written(n)
        self.network |= self.outbox[n]
        self.outbox[n].clear()

    @fault("writeback")
    def writeback(self, n: Replica) -> None:
        """The system writes to the disk by itself; nobody is told."""
        require(not self.is_synced(n))
        self.disk[n] = self.written(n)

    def crash(self, n: Replica) -> None:
        """What is not on the disk is lost, and messages that waited for it."""
        super().crash(n)
        self.promised[n] = self.disk[n].promised
        self.log[n] = self.disk[n].log
        self.outbox[n].clear()

    def lose_disk(self, n: Replica) -> None:
        """As it was, and messages that waited are lost."""
        super().lose_disk(n)
        self.disk[n] = self.written(n)
        self.outbox[n].clear()

    def has_promised(self, n: Replica) -> bool:
        """What waits for its disk is as good as sent, but for a crash, and a crash ends its attempt."""
        return super().has_promised(n) or any(
            p.ballot == self.promised[n] for p in self.outbox[n].of(Promise)
        )

    def has_said(self, n: Replica, m: Accepted) -> bool:
        """As of a promise."""
        return super().has_said(n, m) or m in self.outbox[n]

    @invariant
    def answers_are_true(self) -> bool:
        """What waits for an fsync says what the replica has written: it is true when it is sent."""
        return all(self.member[n] and self.is_backed(n, m) for n in Replica for m in self.outbox[n])

    def is_backed(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> bool:
        """The replica has promised that much, and, if it says so, voted, or voted in a higher ballot."""
        if not isinstance(m, Accepted):
            return self.reaches(self.promised[n], m.ballot)
        return (
            self.reaches(self.promised[n], m.ballot)
            and m.slot in self.log[n]
            and (self.log[n][m.slot] == Entry(m.ballot, m.value) or self.log[n][m.slot].ballot > m.ballot)
        )

    @invariant
    def writes_are_waited_for(self) -> bool:
        """Some answer waits for what is not on the disk: nothing that a crash would have taken is left."""
        return all(self.is_synced(n) or len(self.outbox[n]) > 0 for n in Replica)

    @step_invariant
    def what_waited_is_sent(self, old: Self) -> bool:
        """What waits for a disk is sent when that is written, all of it, and waits no more; but nothing is
        sent where the replica does not know of it."""
        return all(
            (len(self.outbox[n]) == 0 and old.outbox[n] <= self.network)
            or (self.outbox[n] == old.outbox[n] and self.network == old.network)
            for n in Replica
            if self.member[n] and self.disk[n] != old.disk[n]
        )

    @cover
    def stands_in_a_lost_ballot(self, old: Self) -> bool:
        """A replica stands in a ballot of its own that it had taken before, and lost in a crash."""
        return any(
            old.owner.get(b) == n and not old.reaches(old.promised[n], b) and self.promised[n] == b
            for n in Replica
            if self.leadership[n] is not None
            for b in Ballot
        )

    @cover
    def loses_a_promise(self, old: Self) -> bool:
        """A replica crashes after a promise, before it is on the disk."""
        return any(
            old.promised[n] != self.promised[n] and self.restarts(n, old.disk[n], old.is_synced(n))
            for n in Replica
        )

    @cover
    def loses_a_vote(self, old: Self) -> bool:
        """A replica crashes after a vote, before it is on the disk."""
        return any(
            old.log[n] != self.log[n] and self.restarts(n, old.disk[n], old.is_synced(n)) for n in Replica
        )

    @cover
    def writes_by_itself(self, old: Self) -> bool:
        """What was written is on the disk, and its message still waits."""
        return any(not old.is_synced(n) and self.is_synced(n) and len(self.outbox[n]) > 0 for n in Replica)

    def restarts(self, n: Replica, disk: Disk, was_synced: bool) -> bool:
        """It has what was on the disk before, where that was not all it had written."""
        return not was_synced and self.is_synced(n) and self.disk[n] == disk
