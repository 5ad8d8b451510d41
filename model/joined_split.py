"""A partition whose log is replicated, and which splits: its leaders fail, change, and may have no lease.

The partition is the replication group of `model.atomic_replication`, the split that of `model.split`, each as
it is, with its properties. What `model.split` takes for the log of the old partition, a sequence of states to
which a leader adds, is here what the group has committed, slot by slot: a replica that has applied so many
slots knows the state after them. The new partition's log stays a sequence, for nothing is asked of it that
the old one's does not show. They share the values of the log, which stand for commands, and one network.

What each has to ask of the other:

- what a command does is decided by the state at its slot, which is not known when it is proposed;
- what others are told of it, the seed of a new partition, too, waits as an acknowledgement does: until it is
  committed, and then for a leader with the lease. A leader without it may commit a split while another still
  answers reads of what was given away.
"""

from typing import Self

from checker import (
    Partial,
    Quorum,
    Record,
    Seq,
    Set,
    action,
    cover,
    invariant,
    present,
    replace,
    require,
    step_invariant,
)
from model.atomic_replication import AtomicReplication
from model.replication_messages import Accept, Accepted, Commit, Prepare, Promise, Replica, Slot, Value
from model.split import Split
from model.split_messages import (
    Answer,
    Done,
    Get,
    Key,
    Part,
    Published,
    Put,
    Refused,
    Request,
    Seed,
    State,
    lower_half,
)


class Cut(Record):
    """The command to split: the key, and those above, go to a new partition."""

    key: Key
    part: Part


class JoinedSplit(Split, AtomicReplication):
    """The old partition is a group of replicas; the new one is as in `model.split`."""

    parent: Part | None
    command: Partial[Value, Put | Cut]

    network: Set[  # type: ignore[assignment]  # what the parts say, all of it
        Put  # pyright: ignore[reportIncompatibleVariableOverride]  # the union of theirs
        | Get
        | Done
        | Answer
        | Refused
        | Seed
        | Published
        | Prepare
        | Promise
        | Accept
        | Accepted
        | Commit
    ]

    def begin(  # type: ignore[override]  # a group alone has nothing to choose
        self, p: Part, last: tuple[Key, Key] | None
    ) -> None:
        """As of the split, with a load for which a split would help; the replicas are all members."""
        require(last is not None)
        super().begin(p, last)
        require(any(self.may_cut(self.states[p][-1], k) for k in Key))
        self.parent = p
        for n in Replica:
            self.member[n] = True

    # ---------------------------------------------------------------- what a replica knows

    def state_of(self, p: Part, n: Replica) -> State:
        """The state after what the replica has applied."""
        return self.states[p][len(self.table[n])]

    def may_answer(self, p: Part, n: Replica) -> bool:
        """The replica leads the partition, has the lease, and has applied all that was acknowledged."""
        return p == self.parent and self.can_serve(n) and self.passed_barrier(n)

    # ---------------------------------------------------------------- requests

    def admit(self, p: Part, m: Put | Get) -> None:
        """As of the split, by the new partition."""
        require(m in self.network.of(Put, Get))
        require(p != self.parent)
        super().admit(p, m)

    def may_move(self, k: Key) -> bool:
        """It may be given away; other keys are no matter of both parts, and left out to have fewer states."""
        return k > Key.first

    def write(self, i: Request, k: Key, m: Published) -> None:
        """As of the split, of a key that may be given away."""
        require(m in self.network.of(Published))
        require(self.may_move(k))
        super().write(i, k, m)

    def read(self, k: Key, m: Published) -> None:
        """As of the split, of a key that may be given away."""
        require(m in self.network.of(Published))
        require(self.may_move(k))
        super().read(k, m)

    def answer(self, p: Part, m: Get) -> None:
        """As of the split, by the new partition."""
        require(m in self.pending[p])
        require(p != self.parent)
        super().answer(p, m)

    @action
    def answer_at(self, n: Replica, m: Get) -> None:
        """A leader of the old one answers as the replication group answers strong reads."""
        require(m in self.network.of(Get))
        require(self.may_answer(m.part, n))
        self.reply(m.part, m, self.state_of(m.part, n))

    def has_given_away(self, p: Part, k: Key) -> bool:
        """Another partition serves the key."""
        return any(self.owns(q, k) for q in Part if q != p)

    def publish(self, p: Part) -> None:
        """As of the split, by the new partition."""
        require(p != self.parent)
        super().publish(p)

    @action
    def publish_at(self, n: Replica, p: Part) -> None:
        """A leader of the old one tells the routers what it owns."""
        require(self.may_answer(p, n))
        self.network.add(Published(self.state_of(p, n).region))

    # ---------------------------------------------------------------- commands

    def order(self, p: Part, m: Put) -> None:
        """As of the split, by the new partition."""
        require(m in self.pending[p])
        require(p != self.parent)
        super().order(p, m)

    @action
    def name_write(self, n: Replica, v: Value, m: Put) -> None:
        """A leader takes a write up: it makes a command of it, or refuses it by what it has applied."""
        require(m in self.network.of(Put))
        require(m.part == self.parent and self.leads(n))
        require(v not in self.command and all(c != m for c in self.command.values()))
        self.take_up(m.part, m, self.state_of(m.part, n).region)
        if m in self.pending[m.part]:
            self.command[v] = m

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As of the split, by the new partition."""
        require(p != self.parent)
        super().split(p, k, c)

    @action
    def name_split(self, n: Replica, v: Value, k: Key, c: Part) -> None:
        """A leader makes a command of a split that would help, by what it has applied."""
        require(self.leads(n) and v not in self.command and not self.named[c])
        require(any(self.may_split_at(n, p, k) for p in Part if p == self.parent))
        self.named[c] = True
        self.command[v] = Cut(k, c)

    def may_split_at(self, n: Replica, p: Part, k: Key) -> bool:
        """Both halves have keys and load, by what the replica has applied."""
        s = self.state_of(p, n)
        return self.whole[p] and self.may_cut(s, k)

    def propose(self, n: Replica, v: Value | None) -> None:
        """As of the group: whatever is a command."""
        require(v is None or v in self.command)
        super().propose(n, v)

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As of the group; the first time it is one more entry of the partition's log."""
        super().commit(n, s, q)
        p = present(self.parent)
        if len(self.states[p]) == s.index + 1:
            self.enter(p, self.state_after(self.states[p][-1], self.table[n][s.index]))

    def state_after(self, s: State, v: Value | None) -> State:
        """What the command makes of the state at its slot: nothing, if it is a no-op, stale, or a retry."""
        if v is None:
            return s
        command = self.command[v]
        if isinstance(command, Cut):
            cut = replace(s, region=lower_half(s.region, command.key), seen=Seq())
            return cut if self.may_cut(s, command.key) else s
        return self.after_write(s, command) if self.takes_effect(s, command) else s

    def may_cut(self, s: State, k: Key) -> bool:
        """A split at this key has two sides, and helps, by this state."""
        return self.is_inside(s.region, k) and self.would_help(s, k)

    def acknowledge(self, n: Replica, s: Slot) -> None:
        """As of the group: whoever waits for the command learns what it did at its slot."""
        super().acknowledge(n, s)
        self.tell_of(s, present(self.table[n][s.index]))

    def tell_of(self, s: Slot, v: Value) -> None:
        """The client gets its answer, the new partition its seed."""
        p = present(self.parent)
        before = self.states[p][s.index]
        command = self.command[v]
        if isinstance(command, Cut):
            if self.may_cut(before, command.key):
                self.whole[command.part] = self.whole[p]
                self.network.add(Seed(self.seed(before, command.key, command.part)))
        else:
            self.pending[p].discard(command)
            self.tell(before, command)

    # ---------------------------------------------------------------- properties of the split, with replicas

    def is_known_valid(self, p: Part, m: Put | Get) -> bool:
        """As of the split; in the old partition, by what a replica that leads has applied."""
        if p != self.parent:
            return super().is_known_valid(p, m)
        return any(self.leads(n) and self.is_valid(self.state_of(p, n).region, m) for n in Replica)

    def waits_no_longer(self, before: Set[Put | Get], after: Set[Put | Get], m: Done | Answer) -> bool:
        """As of the split; the old partition answers reads at once."""
        return super().waits_no_longer(before, after, m) or (isinstance(m, Answer) and m.part == self.parent)

    def seeds(self) -> Set[Seed]:
        """Those that are sent, and those that have to be."""
        return self.network.of(Seed) | Set(
            {
                Seed(self.seed(self.states[p][i], c.key, c.part))
                for p in Part
                if p == self.parent
                for i in range(len(self.states[p]) - 1)
                for c in self.command.values()
                if isinstance(c, Cut) and self.states[p][i].region.high != self.states[p][i + 1].region.high
            }
        )

    # ---------------------------------------------------------------- properties of the join

    @invariant
    def what_stays_is_left_out(self) -> bool:
        """Nobody asks for the first key, which no split gives away."""
        return all(m.key > Key.first for m in self.network.of(Put, Get))

    @invariant
    def begins_with_load(self) -> bool:
        """The old partition began with a load for which a split would help: else nothing need come of it."""
        return all(any(self.may_cut(self.states[p][0], k) for k in Key) for p in Part if p == self.parent)

    @invariant
    def slots_have_states(self) -> bool:
        """Each slot that the group has committed is one more entry of the partition's log, and no more."""
        slots = {m.slot for m in self.network.of(Commit)}
        return all(len(self.states[p]) == 1 + len(slots) for p in Part if p == self.parent)

    @invariant
    def states_follow(self) -> bool:
        """What a replica has applied makes of each state the next: it knows the state it acts by."""
        return all(
            self.states[p][i + 1] == self.state_after(self.states[p][i], v)
            for p in Part
            if p == self.parent
            for n in Replica
            for i, v in enumerate(self.table[n])
        )

    @invariant
    def commands_differ(self) -> bool:
        """No two values stand for one command."""
        return all(v == w or c != d for v, c in self.command.items() for w, d in self.command.items())

    @invariant
    def waiting_is_commanded(self) -> bool:
        """A write that waits in the old partition is a command, which may be chosen; no read waits there."""
        return all(
            any(c == m for c in self.command.values())
            for p in Part
            if p == self.parent
            for m in self.pending[p]
        )

    @step_invariant
    def writes_wait(self, old: Self) -> bool:
        """A leader that makes a command of a write lets it wait; what it refuses never takes effect."""
        return all(
            m in self.pending[m.part]
            for v, m in self.command.items()
            if isinstance(m, Put) and v not in old.command
        )

    @step_invariant
    def splits_are_led(self, old: Self) -> bool:
        """A split becomes a command where it would help by what a replica that leads has applied."""
        return all(
            any(self.leads(n) and self.may_cut(self.state_of(p, n), c.key) for n in Replica)
            for p in Part
            if p == self.parent
            for v, c in self.command.items()
            if isinstance(c, Cut) and v not in old.command
        )

    @step_invariant
    def waits_until_told(self, old: Self) -> bool:
        """A write waits in the old partition until its client is told that it is done, or its route stale."""
        return all(
            m in self.pending[p]
            or (isinstance(m, Put) and Done(m.request) in self.network)
            or any(r.region.part == p for r in self.network.of(Refused))
            for p in Part
            if p == self.parent
            for m in old.pending[p]
        )

    @step_invariant
    def published_is_applied(self, old: Self) -> bool:
        """Of the old partition routers learn what a leader has applied that may answer reads."""
        return all(
            any(self.may_answer(p, n) and self.state_of(p, n).region == m.region for n in Replica)
            for p in Part
            if p == self.parent
            for m in self.network.of(Published)
            if m.region.part == p and m not in old.network
        )

    @cover
    def splits_twice_led(self) -> bool:
        """A split that one leader proposed is told of by the next, with the lease."""
        return any(
            m.slot == a.slot and a.value == b.value and a.ballot != b.ballot and isinstance(c, Cut)
            for m in self.network.of(Commit)
            for a in self.network.of(Accept)
            for b in self.network.of(Accept)
            if a.slot == b.slot and m.ballot == b.ballot and len(self.network.of(Seed)) > 0
            for v, c in self.command.items()
            if v == a.value
        )

    @cover
    def loses_a_split(self) -> bool:
        """A split that was proposed is not chosen: its slot has something else."""
        return any(
            isinstance(c, Cut) and a.value == v and m.slot == a.slot and b.value != v and b.ballot == m.ballot
            for v, c in self.command.items()
            for a in self.network.of(Accept)
            for b in self.network.of(Accept)
            if a.slot == b.slot
            for m in self.network.of(Commit)
        )

    @cover
    def reads_what_is_given_away(self) -> bool:
        """A leader with the lease can answer for keys that a split, committed by another, gives away."""
        return any(
            self.may_answer(p, n) and self.state_of(p, n).region != self.states[p][-1].region
            for p in Part
            for n in Replica
        )
