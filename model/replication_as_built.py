"""The replication group with the choices that the reference implementation has made.

Where `model.replication` leaves open who may do something, or when, code does one of these things. The
rules here
only forbid more, but for two: a promise and a vote are told again whenever somebody asks, and a vote
that is known
to be on the disk is told at once. So all that must hold of the group must hold here, and what an
implementation does can be held against this model step by step.
"""

from checker import Quorum, action, require
from model.replication import Replication
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Prepare,
    Promise,
    Replica,
    Slot,
    Value,
)


class ReplicationAsBuilt(Replication):
    """A replica knows of its disk only what an fsync told it. A leader has the lease from its election on."""

    # ---------------------------------------------------------------- what is known of the disk

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """A message waits until what it rests on is known to be on the disk.

        A disk that writes by itself tells nobody, so a replica that still waits for an fsync goes on waiting.
        """
        if self.knows_it_stands(n, m):
            self.network.add(m)
        else:
            self.outbox[n].add(m)

    def knows_it_stands(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> bool:
        """A vote rests on its own record, all else on everything that was written before."""
        if isinstance(m, Accepted):
            return self.knows_vote(n, m.slot, Entry(m.ballot, m.value))
        return self.is_synced(n) and len(self.outbox[n]) == 0

    def knows_vote(self, n: Replica, s: Slot, e: Entry) -> bool:
        """The vote is on the disk, and its answer waits for nothing."""
        return (
            s in self.disk[n].log
            and self.disk[n].log[s] == e
            and Accepted(e.ballot, s, e.value, n) not in self.outbox[n]
        )

    def may_repeat_vote(self, n: Replica, s: Slot) -> bool:
        """Always: the answer waits where the first one waits."""
        return s in self.log[n]

    def may_repeat_promise(self, n: Replica, b: Ballot) -> bool:
        """Always, and what was accepted in the ballot itself by now is told, too."""
        return b == self.promised[n]

    def promises_are_unique(self) -> bool:
        """Promises of a replica in one ballot are equal until it has voted in that ballot."""
        promises = self.network.of(Promise)
        return all(
            m == k
            or any(e.ballot == m.ballot for e in m.log.values())
            or any(e.ballot == k.ballot for e in k.log.values())
            for m in promises
            for k in promises
            if m.voter == k.voter and m.ballot == k.ballot
        )

    # ---------------------------------------------------------------- leading

    @action
    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """A candidate is one of its quorum, for it must follow no older leader; it has the lease at once."""
        require(leased and n in q)
        super().lead(n, q, leased)

    @action
    def renew_lease(self, n: Replica) -> None:
        """Never: the lease goes with the ballot, and so does the barrier."""
        require(not self.member[n])
        super().renew_lease(n)

    @action
    def propose(self, n: Replica, v: Value | None) -> None:
        """A leader takes writes only while it may answer reads."""
        require(v is None or self.can_acknowledge(n))
        super().propose(n, v)

    @action
    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """A leader's own vote is on its disk: what is applied is never lost."""
        require(s in self.log[n] and self.knows_vote(n, s, self.log[n][s]))
        super().commit(n, s, q)

    @action
    def apply(self, n: Replica, m: Commit) -> None:
        """A replica listens to the leader that it follows, and applies what is on its disk."""
        require(m in self.network.of(Commit))
        require(self.listens_to(n, m.ballot))
        require(m.slot in self.log[n] and self.knows_vote(n, m.slot, self.log[n][m.slot]))
        super().apply(n, m)

    def listens_to(self, n: Replica, b: Ballot) -> bool:
        """It follows the leader of this ballot."""
        return b == self.promised[n]

    # ---------------------------------------------------------------- clients

    def can_acknowledge(self, n: Replica) -> bool:
        """It may answer reads."""
        return self.can_serve(n) and self.passed_barrier(n)

    @action
    def read_eventual(self, n: Replica) -> None:
        """A replica without its disk answers nobody."""
        require(self.member[n])
        super().read_eventual(n)
