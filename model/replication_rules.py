"""What the replicas of a group do: Multi-Paxos with reads under a lease, crashes and lost disks.

Sources: Lamport, Paxos Made Simple (2001), section 3; Elhemali et al., Amazon DynamoDB (USENIX ATC 2022),
sections 3 and 5: three replicas in three zones, each with a write-ahead log; a write is acknowledged when a
quorum has persisted its record; any replica may start an election; the leader holds a lease and alone serves
strongly consistent reads. What is left out is in docs/protocols/replication.md.

A disk writes at once here; `model.replication` lets it take its time. The network loses, repeats and reorders
messages: it is the set of all messages ever sent.
"""

from checker import (
    Ghost,
    Map,
    Partial,
    Quorum,
    Set,
    action,
    assume,
    fault,
    initial,
    present,
    replace,
    require,
)
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Disk,
    Entry,
    Leadership,
    Length,
    Log,
    Prepare,
    Promise,
    Replica,
    Slot,
    Value,
)
from model.strong_reads import StrongReads


def slot_after(length: int) -> Slot | None:
    """The slot after the first `length` ones, if the log has one."""
    return Slot.at(length) if length < len(Slot) else None


class ReplicationRules(StrongReads):
    """What replicas do; `AtomicReplication` says what must come of it."""

    member: Map[Replica, bool]
    promised: Map[Replica, Ballot | None]
    log: Map[Replica, Log]

    leadership: Map[Replica, Leadership | None]

    owner: Partial[Ballot, Replica]
    network: Set[Prepare | Promise | Accept | Accepted | Commit]

    unconfirmed: Ghost[bool]
    unchosen: Ghost[bool]

    @assume
    def lengths_reach_every_slot(self) -> bool:
        """`Length` counts to seven."""
        return len(Slot) <= 7

    @initial
    def begin(self) -> None:
        """All are members; nothing has happened."""
        self.member = Map({n: True for n in Replica})

    # ---------------------------------------------------------------- phase 1

    @action
    def prepare(self, n: Replica, b: Ballot) -> None:
        """A replica stands for election, in a ballot of its own above all that it has promised.

        Whose a ballot is, is part of its number; here the first to use it owns it, which keeps replicas
        interchangeable.
        """
        require(self.member[n])
        require(self.may_stand(n, b))
        self.owner[b] = n
        self.promised[n] = b
        above = len(self.table[n])
        self.leadership[n] = Leadership(elected=False, next=above, leased=False, barrier=None)
        self.send(n, Prepare(b, above))
        self.send(n, self.vow(n, b, above))

    def may_stand(self, n: Replica, b: Ballot) -> bool:
        """The ballot is nobody else's, and the replica has promised, and so used, only lower ones."""
        return self.owner.get(b, n) == n and self.exceeds(n, b)

    @action
    def promise(self, n: Replica, m: Prepare) -> None:
        """A replica follows a ballot above all that it has promised; its answer may be given again."""
        require(m in self.network.of(Prepare))
        require(self.member[n])
        require(self.exceeds(n, m.ballot) or self.may_repeat_promise(n, m.ballot))
        self.follow(n, m.ballot)
        self.send(n, self.vow(n, m.ballot, m.above))

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """The ballot is above all that the replica has promised."""
        old = self.promised[n]
        return old is None or b > old

    def may_repeat_promise(self, n: Replica, b: Ballot) -> bool:
        """The promise is on the disk; what is accepted in its own ballot comes after it."""
        is_first = all(e.ballot != b for e in self.log[n].values())
        return b == self.promised[n] and is_first and self.is_synced(n)

    def follow(self, n: Replica, b: Ballot) -> None:
        """A ballot above its own ends a replica's attempt to lead."""
        if self.exceeds(n, b):
            self.leadership[n] = None
        self.promised[n] = b

    def vow(self, n: Replica, b: Ballot, above: Length) -> Promise:
        """The promise tells all that was accepted after the first `above` slots, applied here or not."""
        return Promise(b, n, Partial({s: self.log[n][s] for s in self.log[n] if s.index >= above}))

    @action
    def lead(self, n: Replica, q: Quorum[Replica], leased: bool) -> None:
        """A candidate with the promises of a quorum leads, perhaps with the lease from the start.

        What may have been chosen is proposed again, up to the last slot that the promises tell of: that is
        the barrier for strong reads. If they tell of nothing, it is the next slot.
        """
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
            self.take_lease(n, slot_after(top - 1 if top > mine.next else top))

    def is_enough(self, q: Quorum[Replica], voters: Set[Replica]) -> bool:
        """Every member of the quorum has voted."""
        return q <= voters

    def adopted(self, n: Replica, s: Slot, told: Set[Entry]) -> Value | None:
        """What was accepted in the highest ballot; a no-op fills a hole."""
        return max(told, key=lambda e: e.ballot).value if told else None

    def put(self, n: Replica, s: Slot, v: Value | None) -> None:
        """A leader proposes, and votes for it itself."""
        b = present(self.promised[n])
        self.log[n][s] = Entry(b, v)
        self.send(n, Accept(b, s, v))
        self.send(n, Accepted(b, s, v, n))

    # ---------------------------------------------------------------- phase 2

    @action
    def propose(self, n: Replica, v: Value | None) -> None:
        """A leader proposes what a client writes; a no-op only if the barrier lies ahead."""
        mine = present(self.leadership[n])
        require(mine.elected and mine.next < len(Slot))
        s = Slot.at(mine.next)
        require(v is not None or s == mine.barrier)
        self.put(n, s, v)
        self.leadership[n] = replace(mine, next=mine.next + 1)

    @action
    def accept(self, n: Replica, m: Accept) -> None:
        """A replica votes unless it has promised a higher ballot; its answer may be given again."""
        require(m in self.network.of(Accept))
        require(self.member[n])
        require(self.may_vote(n, m.ballot))
        entry = Entry(m.ballot, m.value)
        require(self.log[n].get(m.slot) != entry or self.may_repeat_vote(n, m.slot))
        self.follow(n, m.ballot)
        self.log[n][m.slot] = entry
        self.send(n, Accepted(m.ballot, m.slot, m.value, n))

    def may_vote(self, n: Replica, b: Ballot) -> bool:
        """It has promised no higher ballot."""
        return self.exceeds(n, b) or b == self.promised[n]

    def may_repeat_vote(self, n: Replica, s: Slot) -> bool:
        """The vote is on the disk; before, its answer is still to come."""
        return self.is_synced(n)

    @action
    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """A leader sees that a quorum has voted for what it proposed, applies it in order, and says so."""
        require(self.leads(n))
        require(s in self.log[n] and s.index <= len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        voters = {a for a in Replica if Accepted(entry.ballot, s, entry.value, a) in self.network}
        require(self.is_enough(q, Set(voters)))
        if s.index == len(self.table[n]):
            self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))

    @action
    def apply(self, n: Replica, m: Commit) -> None:
        """A replica applies, in order, what it has accepted in the very ballot that was committed."""
        require(m in self.network.of(Commit))
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot == m.ballot)
        self.table[n].append(self.log[n][m.slot].value)

    # ---------------------------------------------------------------- clients

    @action
    def renew_lease(self, n: Replica) -> None:
        """A leader gets the lease late, or again. A further slot, chosen, shows that nobody led meanwhile."""
        mine = present(self.leadership[n])
        require(mine.elected and not mine.leased)
        self.take_lease(n, slot_after(mine.next))

    def take_lease(self, n: Replica, barrier: Slot | None) -> None:
        """The lease moves at any time, to any leader whatever its ballot; no other has it then."""
        for k in Replica:
            other = self.leadership[k]
            if other is not None:
                self.leadership[k] = replace(other, leased=False)
        self.leadership[n] = replace(present(self.leadership[n]), leased=True, barrier=barrier)

    def leads(self, n: Replica) -> bool:
        """It was elected, and has promised no higher ballot since."""
        mine = self.leadership[n]
        return mine is not None and mine.elected

    def can_serve(self, n: Replica) -> bool:
        """It leads, and has the lease."""
        mine = self.leadership[n]
        return mine is not None and mine.leased

    def passed_barrier(self, n: Replica) -> bool:
        """It has committed the barrier in its own ballot, and so applied all before it."""
        mine = self.leadership[n]
        commits = [m for m in self.network.of(Commit) if m.ballot == self.promised[n]]
        return mine is not None and any(m.slot == mine.barrier for m in commits)

    def read_strong(self, n: Replica) -> None:
        """As of any group; that it is confirmed is remembered, too."""
        super().read_strong(n)
        self.unconfirmed = self.unconfirmed or not any(
            e.ballot == self.promised[n] and self.has_quorum(e.ballot, s, e.value)
            for s, e in self.log[n].items()
        )

    @action
    def read_eventual(self, n: Replica) -> None:
        """Any replica answers from its table."""
        self.unchosen = self.unchosen or not all(
            self.chosen(Slot.at(i), v) for i, v in enumerate(self.table[n])
        )

    # ---------------------------------------------------------------- disks and faults

    def on_disk(self, n: Replica) -> Disk:
        """What a crash leaves."""
        return self.written(n)

    def written(self, n: Replica) -> Disk:
        """What the replica has written."""
        return Disk(self.member[n], self.promised[n], self.log[n])

    def is_synced(self, n: Replica) -> bool:
        """All that the replica has written is on its disk."""
        return self.on_disk(n) == self.written(n)

    def send(self, n: Replica, m: Prepare | Promise | Accept | Accepted) -> None:
        """Sends a message when all that was written before is on the disk: at once."""
        self.network.add(m)

    @fault("crash")
    def crash(self, n: Replica) -> None:
        """What is not on the disk is lost. The table is made again from the log."""
        self.leadership[n] = None
        self.table[n].clear()

    @fault("disk_loss")
    def lose_disk(self, n: Replica) -> None:
        """A disk is replaced by an empty one. Who the replica was stood on the disk, too."""
        self.leadership[n] = None
        self.table[n].clear()
        self.promised[n] = None
        self.log[n].clear()
        self.forget_who_it_was(n)

    def forget_who_it_was(self, n: Replica) -> None:
        """It never votes again under its old identity; how a new one joins is another protocol."""
        self.member[n] = False

    # ---------------------------------------------------------------- what the histories say

    def has_quorum(self, b: Ballot, s: Slot, v: Value | None) -> bool:
        """A quorum voted for the value in this ballot."""
        return any(all(Accepted(b, s, v, a) in self.network for a in q) for q in Quorum[Replica])

    def chosen(self, s: Slot, v: Value | None) -> bool:
        """A quorum voted for the value in one ballot."""
        return any(self.has_quorum(b, s, v) for b in Ballot)
