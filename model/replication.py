"""A replication group with disks that write when they are told to, or when they like."""

from typing import Self

from checker import Map, Partial, Set, action, cover, fault, require
from model.atomic_replication import AtomicReplication
from model.replication_messages import Accept, Accepted, Disk, Prepare, Promise, Replica


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

    @cover
    def loses_a_promise(self, old: Self) -> bool:
        """A replica crashes after a promise, before it is on the disk."""
        return any(
            old.promised[n] != self.promised[n] and self.is_back(n, old.disk[n], old.is_synced(n))
            for n in Replica
        )

    @cover
    def loses_a_vote(self, old: Self) -> bool:
        """A replica crashes after a vote, before it is on the disk."""
        return any(
            old.log[n] != self.log[n] and self.is_back(n, old.disk[n], old.is_synced(n)) for n in Replica
        )

    @cover
    def writes_by_itself(self, old: Self) -> bool:
        """What was written is on the disk, and its message still waits."""
        return any(not old.is_synced(n) and self.is_synced(n) and len(self.outbox[n]) > 0 for n in Replica)

    def is_back(self, n: Replica, disk: Disk, was_synced: bool) -> bool:
        """It has what was on the disk before, where that was not all it had written."""
        return not was_synced and self.is_synced(n) and self.disk[n] == disk
