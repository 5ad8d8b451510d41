"""A group whose members change, whose leaders have leases, and whose clients read: three protocols in one.

`model.log_replicas` says who votes, `model.untimed_election` who has a lease, `model.strong_reads` what
clients are told by whoever has one; `model.replication_rules` has these reads, too. Each is here as it is,
with its properties. They share the replicas, their ballots and promises, and one network. What is added is
what each of them has to ask of the others:

- a promise is a vote, and who is bound to a lease gives none to another replica;
- a lease is granted by a majority of the members in the configuration that the leader follows, and ends when
  it changes them: later elections need not meet a majority of the members before the last change;
- who leads no more, for whatever reason, has no lease;
- a leader reads when all that it proposed, some of it again, is in its table.
"""

from typing import Self

from checker import (
    Set,
    cover,
    fault,
    invariant,
    require,
    step_invariant,
)
from model.election_messages import Granted, Heartbeat, Released
from model.log_replica_messages import (
    Archived,
    Copy,
    Epoch,
    Install,
    Installed,
    Kind,
    Kinds,
    Prepare,
    Promise,
    Rebuilt,
    Snapshot,
    Trimmed,
)
from model.log_replicas import LogReplicas
from model.replication_messages import Accept, Accepted, Ballot, Commit, Replica, Value
from model.strong_reads import StrongReads
from model.untimed_election import UntimedElection


class JoinedGroup(LogReplicas, UntimedElection, StrongReads):
    """Leaders that fail, or lose touch, while the members change."""

    network: Set[  # type: ignore[assignment]  # what the parts say, all of it
        Prepare  # pyright: ignore[reportIncompatibleVariableOverride]  # the union of theirs
        | Promise
        | Accept
        | Accepted
        | Commit
        | Install
        | Installed
        | Copy
        | Snapshot
        | Rebuilt
        | Trimmed
        | Archived
        | Heartbeat
        | Granted
        | Released
    ]

    def begin(self, leader: Replica, members: Set[Replica], logs: Set[Replica]) -> None:
        """As of the log replicas; the first leader has no lease yet."""
        super().begin(leader, members, logs)
        self.claims[leader] = True
        for n in members:
            self.disk[n] = Ballot.first

    # ---------------------------------------------------------------- who leads

    def follow(self, n: Replica, b: Ballot) -> None:
        """As of each part: a ballot above its own ends what it was, and is on the disk."""
        if self.exceeds(n, b):
            self.step_down(n)
            self.promised[n] = b
            self.disk[n] = b

    def step_down(self, n: Replica) -> None:
        """Who leads no more has no lease."""
        self.stop(n)

    def stop(self, n: Replica) -> None:
        """Who has given up its lease leads no more."""
        super().stop(n)
        self.attempt[n] = None

    def stand(self, n: Replica, b: Ballot) -> None:
        """As of the log replicas, when it is bound to nobody else."""
        require(self.is_free_for(n, n))
        super().stand(n, b)

    def promise(self, n: Replica, m: Prepare) -> None:
        """As of the log replicas, when it is bound to nobody else."""
        require(m in self.network.of(Prepare))
        require(self.may_vote_for(n, self.owner[m.ballot]))
        super().promise(n, m)

    def may_vote_for(self, n: Replica, candidate: Replica) -> bool:
        """A promise is a vote: nobody votes against a lease that it has granted."""
        return self.is_free_for(n, candidate)

    def lead(self, n: Replica, voters: Set[Replica]) -> None:
        """As of the log replicas; from now on it may ask for a lease."""
        super().lead(n, voters)
        self.claims[n] = True

    # ---------------------------------------------------------------- who has the lease

    def grant(self, n: Replica, m: Heartbeat) -> None:
        """As of the election, by members."""
        require(m in self.network.of(Heartbeat))
        require(not self.failed[n] and n in self.config[n].kinds)
        super().grant(n, m)

    def change(self, n: Replica, kinds: Kinds, added: Replica | None) -> None:
        """As of the log replicas; a lease of the members before is none of those after."""
        super().change(n, kinds, added)
        self.leave_old_members(n)

    def leave_old_members(self, n: Replica) -> None:
        """Heartbeats that the members before have granted give no lease any more."""
        self.let_lease_go(n)

    def relinquish(self, n: Replica) -> None:
        """As of the election, when it has a lease to give up: else it only falls silent."""
        require(self.can_serve(n))
        super().relinquish(n)

    @fault("crash")
    def restart(self, n: Replica) -> None:
        """As of the election."""
        require(not self.failed[n])
        super().restart(n)

    # ---------------------------------------------------------------- what is left out, to have fewer states

    def offer(self, n: Replica) -> None:
        """As of the log replicas, by leaders: others may be behind, and then the copy is of no use."""
        require(self.leads(n))
        super().offer(n)

    def propose(self, n: Replica, v: Value | None) -> None:
        """As of the log replicas, what clients write: the entry of its own is one of these."""
        require(v is not None)
        super().propose(n, v)

    def apply(self, n: Replica, m: Commit) -> None:
        """As of the log replicas, by leaders: nobody asks here for what else is in a table."""
        require(m in self.network.of(Commit))
        require(self.leads(n))
        super().apply(n, m)

    # ---------------------------------------------------------------- what it does with it

    def passed_barrier(self, n: Replica) -> bool:
        """Something was chosen in its own ballot, and all that it proposed in it is in its table.

        Also while writes are under way it waits for them, which only makes reads late.
        """
        return self.has_own_entry(n) and all(
            s.index < len(self.table[n]) for s, e in self.log[n].items() if e.ballot == self.promised[n]
        )

    # ---------------------------------------------------------------- disks, and what is sent

    def is_synced(self, n: Replica) -> bool:
        """Disks write at once."""
        return True

    def send(
        self,
        n: Replica,
        m: Prepare
        | Promise
        | Accept
        | Accepted
        | Install
        | Installed
        | Rebuilt
        | Trimmed
        | Heartbeat
        | Granted
        | Released,
    ) -> None:
        """Sends a message at once."""
        self.network.add(m)

    # ---------------------------------------------------------------- properties

    def no_early_vote(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """No replica on which a lease may rest promises a ballot of another replica."""
        return all(
            self.owner[p.ballot] == old.holder(p.voter)
            for p in self.network.of(Promise)
            if p not in old.network and old.is_relied_on(p.voter)
        )

    @invariant
    def leaders_claim(self) -> bool:
        """Who leads by the one part leads by the other."""
        return all(self.claims[n] == self.leads(n) for n in Replica)

    @step_invariant
    def leases_are_of_the_members(self, old: Self) -> bool:
        """Who may serve by a lease from before has the members of before."""
        return all(self.config[n] == old.config[n] for n in Replica if self.can_serve(n) and old.can_serve(n))

    @invariant
    def disks_are_current(self) -> bool:
        """Disks write at once: what a replica follows is on its own."""
        return all(self.disk[n] == self.promised[n] for n in Replica)

    @step_invariant
    def members_grant(self, old: Self) -> bool:
        """Who grants a lease is a member by its own configuration, and has not failed."""
        return all(
            m.voter in old.config[m.voter].kinds and not old.failed[m.voter]
            for m in self.network.of(Granted)
            if m not in old.network
        )

    @step_invariant
    def leases_are_released(self, old: Self) -> bool:
        """Who says that it has given up a lease had one."""
        return all(
            any(old.can_serve(n) and old.promised[n] == m.ballot for n in Replica)
            for m in self.network.of(Released)
            if m not in old.network
        )

    @step_invariant
    def leaders_offer_and_apply(self, old: Self) -> bool:
        """What is left out: that others apply what is committed, and offer what they have."""
        return all(old.leads(n) for n in Replica if len(self.table[n]) > len(old.table[n])) and all(
            any(old.leads(n) and m == Copy(old.log_start[n], old.log[n]) for n in Replica)
            for m in self.network.of(Copy)
            if m not in old.network
        )

    # ---------------------------------------------------------------- covers

    @cover
    def fails_while_one_joins(self, old: Self) -> bool:
        """A leader with a lease fails while a log replica that it has added is not installed."""
        return any(
            self.failed[n] and old.claims[n] and not old.is_installed(n) and Kind.LOG in old.kinds_of(n)
            for n in Replica
        )

    def kinds_of(self, n: Replica) -> Set[Kind]:
        """The kinds of its members."""
        return Set(set(self.config[n].kinds.values()))

    @cover
    def reads_with_a_new_log_replica(self) -> bool:
        """The second leader of a group with a log replica can answer strong reads, after a write was
        acknowledged."""
        return any(
            self.can_serve(n)
            and self.passed_barrier(n)
            and self.promised[n] != Ballot.first
            and self.config[n].stamp.epoch > Epoch.first
            and Kind.LOG in self.kinds_of(n)
            and len(self.acked) > 0
            for n in Replica
        )

    @cover
    def serves_after_a_change(self) -> bool:
        """A leader that has changed the members can have a lease of the new ones."""
        return any(
            self.can_serve(n)
            and self.promised[n] == Ballot.first
            and self.config[n].stamp.epoch > Epoch.first
            for n in Replica
        )
