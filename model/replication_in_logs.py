"""The replication group as the logs of the reference implementation show it."""

from checker import Quorum, action, invariant, present, replace, require
from model.replication_as_built import ReplicationAsBuilt
from model.replication_messages import Ballot, Commit, Leadership, Length, Prepare, Replica, Slot


class ReplicationInLogs(ReplicationAsBuilt):
    """A replica remembers what it was told is chosen, and applies it when its own vote is on the disk.

    By then it may have promised a higher ballot, or stand for election itself. What it was told is not in the
    state, so this model allows a little more than the code does: whatever was chosen may be known. A replica
    that is steered shows what it does not do; a log cannot.
    """

    def listens_to(self, n: Replica, b: Ballot) -> bool:
        """It follows the leader of this ballot, or did when it was told."""
        return self.reaches(self.promised[n], b)

    @action
    def hear(self, n: Replica, m: Commit) -> None:
        """Who hears a leader in a higher ballot follows it, and promises it nothing else."""
        require(m in self.network.of(Commit))
        require(self.member[n])
        require(self.exceeds(n, m.ballot))
        self.follow(n, m.ballot)

    @action
    def prepare_after(self, n: Replica, b: Ballot, above: Length) -> None:
        """A candidate asks for no slot that it knows to be chosen as it stands in its log, applied or not."""
        require(self.member[n])
        require(self.may_stand(n, b))
        require(len(self.table[n]) < above and above <= len(Slot))
        require(all(self.may_know(n, s) for s in Slot if s.index < above))
        self.owner[b] = n
        self.promised[n] = b
        self.leadership[n] = Leadership(elected=False, next=above, leased=False, barrier=None)
        self.send(n, Prepare(b, above))
        self.send(n, self.vow(n, b, above))

    @action
    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """Its own promise came to the disk after its votes: what it knew to be chosen is applied by then."""
        require(len(self.table[n]) >= present(self.leadership[n]).next)
        super().lead(n, q, leased)

    @invariant
    def writes_are_waited_for(self) -> bool:
        """Some answer waits for what is not on the disk; that to a leader who was heard is not modelled."""
        return all(
            self.is_synced(n)
            or len(self.outbox[n]) > 0
            or replace(self.disk[n], promised=self.promised[n]) == self.written(n)
            for n in Replica
        )

    def may_know(self, n: Replica, s: Slot) -> bool:
        """Its vote was committed, and it has been told, or told others."""
        return s in self.log[n] and Commit(self.log[n][s].ballot, s) in self.network
