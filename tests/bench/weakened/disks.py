"""The replication group with a rule of its disks weakened, in ways that no change of one operator makes."""

from checker import Partial, Quorum, Set, replace, require
from model.replication import Replication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Length,
    Prepare,
    Promise,
    Replica,
    Slot,
)


class VowsFromTheDisk(Replication):
    """A promise tells what is on the disk, and not the vote that waits for the same fsync."""

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """As it should be, from the disk."""
        log = self.disk[n].log
        return Promise(b, n, Partial({s: log[s] for s in log if s.index >= above}))


class SyncsTheFirstSlot(Replication):
    """An fsync writes the first slot of the log alone."""

    def fsync(self, n: Replica) -> None:
        """As it should be, but for the other slots."""
        require(not self.is_synced(n) or len(self.outbox[n]) > 0)
        log = Partial({s: self.log[n][s] for s in self.log[n] if s == Slot.first})
        self.disk[n] = replace(self.written(n), log=log)
        self.network |= self.outbox[n]
        self.outbox[n].clear()


class SyncsOncePerBallot(Replication):
    """An fsync writes the log only together with a new promise."""

    def fsync(self, n: Replica) -> None:
        """As it should be, if the promise is new."""
        require(not self.is_synced(n) or len(self.outbox[n]) > 0)
        if self.disk[n].promised != self.promised[n]:
            self.disk[n] = self.written(n)
        self.network |= self.outbox[n]
        self.outbox[n].clear()


class FirstMessageDoesNotWait(Replication):
    """A message waits only if another one does."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, by what waits."""
        if len(self.outbox[n]) == 0:
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class LooksAtThePromiseAlone(Replication):
    """A message waits only if the promise is not on the disk."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, without a look at the log."""
        if self.disk[n].promised == self.promised[n]:
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class LooksAtTheLogAlone(Replication):
    """A message waits only if the log is not on the disk."""

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """As it should be, without a look at the promise."""
        if self.disk[n].log == self.log[n]:
            self.network.add(m)
        else:
            self.outbox[n].add(m)


class CountsItsOwnUnsyncedVote(Replication):
    """A leader counts itself, on its disk or not."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, with itself among those that have voted."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {a for a in Replica if a == n or Accepted(entry.ballot, s, entry.value, a) in self.network}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))


class ComparesWithTheDisk(Replication):
    """A replica compares ballots with the promise on its disk, which may be an older one."""

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """As it should be, of what is on the disk."""
        old = self.disk[n].promised
        return old is None or b > old


class StandsAboveItsDisk(Replication):
    """A candidate compares its ballot with the promise on its disk."""

    def may_stand(self, n: Replica, b: Ballot) -> bool:
        """As it should be, of what is on the disk."""
        old = self.disk[n].promised
        return self.owner.get(b, n) == n and (old is None or b > old)


class VotesAboveItsDisk(Replication):
    """A replica votes unless the promise on its disk is a higher one."""

    def may_vote(self, n: Replica, b: Ballot) -> bool:
        """As it should be, of what is on the disk."""
        old = self.disk[n].promised
        return old is None or b >= old


class RemembersItsLog(Replication):
    """A replica that restarts has the log that it had in memory."""

    def crash(self, n: Replica) -> None:
        """As it should be, but for the log."""
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = self.disk[n].promised
        self.outbox[n].clear()


class StartsWithoutItsPromise(Replication):
    """A replica that restarts does not read its promise from the disk."""

    def crash(self, n: Replica) -> None:
        """As it should be, but for the promise."""
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = None
        self.log[n] = self.disk[n].log
        self.outbox[n].clear()


class VotesSurvive(Replication):
    """Of the messages that waited, a crash leaves the votes."""

    def crash(self, n: Replica) -> None:
        """As it should be, but for votes."""
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = self.disk[n].promised
        self.log[n] = self.disk[n].log
        self.outbox[n] = Set({m for m in self.outbox[n] if isinstance(m, Accepted)})


class LeadsOnWithoutItsLog(Replication):
    """A leader goes on after a crash, without the lease; what it had proposed may be lost."""

    def crash(self, n: Replica) -> None:
        """As it should be, but it leads on."""
        mine = self.leadership[n]
        if mine is not None:
            self.leadership[n] = replace(mine, leased=False)
        self.table[n].clear()
        self.promised[n] = self.disk[n].promised
        self.log[n] = self.disk[n].log
        self.outbox[n].clear()


class WritebackSends(Replication):
    """What waits is sent when the disk writes by itself, too: it is on the disk then."""

    def writeback(self, n: Replica) -> None:
        """As `fsync`."""
        require(not self.is_synced(n))
        self.disk[n] = self.written(n)
        self.network |= self.outbox[n]
        self.outbox[n].clear()
