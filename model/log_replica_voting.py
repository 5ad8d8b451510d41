"""How the members of a group vote while their number changes: Multi-Paxos with configurations.

Elections and votes are those of `model.replication_rules`, with what a changing group adds: a majority is one
of the members in the configuration that the acting replica follows, who follows a later one elects nobody by
an earlier one, and a log replica votes but neither leads nor reads. `model.log_replica_changes` says how one
configuration follows another.

A disk writes at once: `model.replication` has the rules about disks that take their time. The network loses,
repeats and reorders messages: it is the set of all messages ever sent.
"""

from checker import (
    Ghost,
    Map,
    Model,
    Param,
    Partial,
    Seq,
    Set,
    action,
    assume,
    fault,
    initial,
    majority,
    present,
    require,
)
from model.log_replica_messages import (
    Archived,
    Attempt,
    Config,
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
    Stamp,
    Trimmed,
)
from model.replication_messages import (
    Accept,
    Accepted,
    Ballot,
    Commit,
    Entry,
    Length,
    Log,
    Replica,
    Slot,
    Value,
)


def is_newer(a: Stamp, b: Stamp) -> bool:
    """A later ballot, or a later change of the same leader."""
    return a.ballot > b.ballot or (a.ballot == b.ballot and a.epoch > b.epoch)


def follows(promised: Ballot | None, b: Ballot) -> bool:
    """Nothing above this ballot was promised."""
    return promised is None or b >= promised


def is_storage(kinds: Kinds, r: Replica) -> bool:
    """A member with items."""
    return kinds.get(r) == Kind.STORAGE


def members_of(kinds: Kinds) -> Set[Replica]:
    """The members, of either kind."""
    return Set({k for k in Replica if k in kinds})


class LogReplicaVoting(Model):
    """Elections, votes and reads of a group with members of two kinds."""

    members_at_start: Param
    logs_at_start: Param

    promised: Map[Replica, Ballot | None]
    log: Map[Replica, Log]
    log_start: Map[Replica, Length]
    config: Map[Replica, Config]
    table: Map[Replica, Seq[Value | None, Slot]]
    attempt: Map[Replica, Attempt | None]
    failed: Map[Replica, bool]
    owner: Partial[Ballot, Replica]
    network: Set[
        Prepare
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
    ]

    read_without_items: Ghost[bool]

    @assume
    def lengths_reach_every_slot(self) -> bool:
        """`Length` counts to seven."""
        return len(Slot) <= 7

    @assume
    def the_group_exists(self) -> bool:
        """The members are among the replicas, and one at least has items."""
        return self.logs_at_start < self.members_at_start and self.members_at_start <= len(Replica)

    @initial
    def begin(self, leader: Replica, members: Set[Replica], logs: Set[Replica]) -> None:
        """The first leader has made the group, and has written nothing yet; other replicas are spare."""
        require(len(members) == self.members_at_start and len(logs) == self.logs_at_start)
        require(logs <= members and leader in members and leader not in logs)
        stamp = Stamp(Ballot.first, Epoch.first)
        kinds = Partial({n: Kind.LOG if n in logs else Kind.STORAGE for n in members})
        self.config = Map({n: Config(stamp, kinds if n in members else Partial()) for n in Replica})
        self.promised = Map({n: Ballot.first if n in members else None for n in Replica})
        self.attempt[leader] = Attempt(elected=True, base=0, added=None)
        self.owner[Ballot.first] = leader
        self.network.add(Install(Config(stamp, kinds)))
        for n in members:
            self.network.add(Installed(stamp, n))

    # ---------------------------------------------------------------- phase 1

    @action
    def stand(self, n: Replica, b: Ballot) -> None:
        """A storage replica stands for election, in a ballot of its own above all that it has promised.

        Whose a ballot is, is part of its number; here the first to use it owns it.
        """
        require(not self.failed[n] and self.may_lead(n))
        require(b not in self.owner and self.exceeds(n, b))
        self.owner[b] = n
        self.follow(n, b)
        self.attempt[n] = Attempt(elected=False, base=0, added=None)
        self.send(n, Prepare(b, self.config[n].stamp))
        self.send(n, self.vow(n, b))

    def may_lead(self, n: Replica) -> bool:
        """It holds the items, by the configuration that it follows."""
        return is_storage(self.config[n].kinds, n)

    def exceeds(self, n: Replica, b: Ballot) -> bool:
        """The ballot is above all that the replica has promised."""
        old = self.promised[n]
        return old is None or b > old

    @action
    def promise(self, n: Replica, m: Prepare) -> None:
        """A member follows a ballot above all that it has promised; its answer may be given again."""
        require(m in self.network.of(Prepare))
        require(not self.failed[n] and n in self.config[n].kinds)
        require(self.may_promise(n, m))
        self.follow(n, m.ballot)
        self.send(n, self.vow(n, m.ballot))

    def may_promise(self, n: Replica, m: Prepare) -> bool:
        """The ballot is new, or not yet voted in, and the candidate's configuration is not sealed here."""
        return (self.exceeds(n, m.ballot) or self.may_repeat(n, m.ballot)) and not self.is_sealed(n, m.stamp)

    def may_repeat(self, n: Replica, b: Ballot) -> bool:
        """The promise is on the disk, and what is accepted in its ballot comes after it."""
        is_first = all(e.ballot != b for e in self.log[n].values())
        return self.promised[n] == b and is_first and self.is_synced(n)

    def is_sealed(self, n: Replica, stamp: Stamp) -> bool:
        """Who follows a later configuration elects nobody by this one."""
        return is_newer(self.config[n].stamp, stamp)

    def follow(self, n: Replica, b: Ballot) -> None:
        """A ballot above its own ends a replica's attempt to lead."""
        if self.exceeds(n, b):
            self.step_down(n)
            self.promised[n] = b

    def step_down(self, n: Replica) -> None:
        """It neither leads nor stands any more."""
        self.attempt[n] = None

    def vow(self, n: Replica, b: Ballot) -> Promise:
        """The promise tells all that was accepted, or that it is archived."""
        return Promise(b, n, self.log_start[n], self.log[n])

    @action
    def lead(self, n: Replica, voters: Set[Replica]) -> None:
        """A candidate with the promises of a majority leads: what may have been chosen it proposes again.

        It puts its own ballot on the configuration, which seals those that earlier leaders had begun.
        """
        mine = present(self.attempt[n])
        require(not self.failed[n] and not mine.elected)
        b = present(self.promised[n])
        require(self.is_enough(n, voters))
        promises = [m for m in self.network.of(Promise) if m.ballot == b and m.voter in voters]
        require(all(any(m.voter == k for m in promises) for k in voters))
        base = max(self.log_start[n], max((m.start for m in promises), default=0))
        top = max((s.index + 1 for m in promises for s in m.log), default=0)
        for s in Slot:
            if base <= s.index and s.index < top:
                self.put(n, s, self.adopted(Set({m.log[s] for m in promises if s in m.log})))
        self.attempt[n] = Attempt(elected=True, base=base, added=None)
        self.install_own(n, Config(Stamp(b, self.config[n].stamp.epoch), self.config[n].kinds))

    def is_enough(self, n: Replica, voters: Set[Replica]) -> bool:
        """More than half of the members, of either kind, in the configuration that the replica follows."""
        return majority(voters, members_of(self.config[n].kinds))

    def adopted(self, told: Set[Entry]) -> Value | None:
        """What was accepted in the highest ballot; a no-op fills a hole."""
        return max(told, key=lambda e: e.ballot).value if told else None

    def put(self, n: Replica, s: Slot, v: Value | None) -> None:
        """A leader proposes, and votes for it itself."""
        b = present(self.promised[n])
        self.log[n][s] = Entry(b, v)
        self.send(n, Accept(b, s, v))
        self.send(n, Accepted(b, s, v, n))

    # ---------------------------------------------------------------- phase 2

    def leads(self, n: Replica) -> bool:
        """It was elected, and has promised no higher ballot since."""
        mine = self.attempt[n]
        return mine is not None and mine.elected and not self.failed[n]

    @action
    def propose(self, n: Replica, v: Value | None) -> None:
        """A leader proposes what a client writes; a no-op only to have an entry of its own ballot."""
        require(self.leads(n))
        mine = present(self.attempt[n])
        next = max(mine.base, self.log_start[n], max((s.index + 1 for s in self.log[n]), default=0))
        require(next < len(Slot))
        require(v is not None or not self.has_own_entry(n))
        self.put(n, Slot.at(next), v)

    def has_own_entry(self, n: Replica) -> bool:
        """Something was proposed in its own ballot."""
        return any(e.ballot == self.promised[n] for e in self.log[n].values())

    @action
    def accept(self, n: Replica, m: Accept) -> None:
        """A member votes unless it has promised a higher ballot; its answer may be given again."""
        require(m in self.network.of(Accept))
        require(not self.failed[n] and n in self.config[n].kinds)
        require(follows(self.promised[n], m.ballot) and m.slot.index >= self.log_start[n])
        entry = Entry(m.ballot, m.value)
        require(self.log[n].get(m.slot) != entry or self.is_synced(n))
        self.follow(n, m.ballot)
        self.log[n][m.slot] = entry
        self.send(n, Accepted(m.ballot, m.slot, m.value, n))

    @action
    def commit(self, n: Replica, s: Slot, voters: Set[Replica]) -> None:
        """A leader sees that a majority has voted for what it proposed, applies it in order, and says so."""
        require(self.leads(n))
        require(s in self.log[n] and s.index == len(self.table[n]))
        entry = self.log[n][s]
        require(entry.ballot == self.promised[n])
        require(self.is_enough(n, voters))
        require(all(Accepted(entry.ballot, s, entry.value, k) in self.network for k in voters))
        self.table[n].append(entry.value)
        self.network.add(Commit(entry.ballot, s))

    @action
    def apply(self, n: Replica, m: Commit) -> None:
        """A replica with items applies, in order, what it has accepted in the ballot that was committed."""
        require(m in self.network.of(Commit))
        require(not self.failed[n] and self.keeps_items(n))
        require(m.slot.index == len(self.table[n]))
        require(m.slot in self.log[n] and self.log[n][m.slot].ballot == m.ballot)
        self.append(n, self.log[n][m.slot].value)

    @action
    def replay(self, n: Replica, m: Archived) -> None:
        """A replica with items applies, in order, what it finds in the archive."""
        require(m in self.network.of(Archived))
        require(not self.failed[n] and self.keeps_items(n))
        require(m.slot.index == len(self.table[n]))
        self.append(n, m.value)

    def keeps_items(self, n: Replica) -> bool:
        """A storage replica, or one that has begun to become one, from a snapshot."""
        return is_storage(self.config[n].kinds, n) or len(self.table[n]) > 0

    def append(self, n: Replica, v: Value | None) -> None:
        """Applies; who becomes a storage replica reports how far it is."""
        self.table[n].append(v)
        if not is_storage(self.config[n].kinds, n):
            self.send(n, Rebuilt(n, len(self.table[n])))

    @action
    def read(self, n: Replica) -> None:
        """A replica with items answers a read that may be old."""
        require(not self.failed[n] and self.may_read(n))
        self.read_without_items = self.read_without_items or not is_storage(self.config[n].kinds, n)

    def may_read(self, n: Replica) -> bool:
        """It holds the items, by the configuration that it follows."""
        return is_storage(self.config[n].kinds, n)

    # ---------------------------------------------------------------- configurations

    def install_own(self, n: Replica, config: Config) -> None:
        """A leader follows the configuration that it makes, and sends it."""
        self.config[n] = config
        self.send(n, Install(config))
        self.send(n, Installed(config.stamp, n))

    @action
    def install(self, n: Replica, m: Install) -> None:
        """A replica follows a later configuration, which seals earlier ones, and leads no more."""
        require(m in self.network.of(Install))
        require(not self.failed[n] and is_newer(m.config.stamp, self.config[n].stamp))
        require(self.may_follow(n, m.config.stamp.ballot))
        require(n in self.config[n].kinds or n in m.config.kinds)
        self.config[n] = m.config
        self.step_down(n)
        self.send(n, Installed(m.config.stamp, n))

    def may_follow(self, n: Replica, b: Ballot) -> bool:
        """It has promised no higher ballot: its leader need not meet the members that are made now."""
        return follows(self.promised[n], b)

    # ---------------------------------------------------------------- disks and faults

    def is_synced(self, n: Replica) -> bool:
        """All that the replica has written is on its disk: at once."""
        return True

    def send(
        self,
        n: Replica,
        m: Prepare | Promise | Accept | Accepted | Install | Installed | Rebuilt | Trimmed,
    ) -> None:
        """Sends a message when all that was written before is on the disk: at once."""
        self.network.add(m)

    @fault("fail")
    def fail(self, n: Replica) -> None:
        """A replica is lost for ever, with its disk."""
        require(not self.failed[n])
        self.failed[n] = True
        self.step_down(n)
        self.log[n].clear()
        self.table[n].clear()
