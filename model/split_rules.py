"""A partition that splits: one owner for each key, whatever routers believe.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), sections 4 and 5: a partition splits for size and
load, at a key chosen from the observed distribution; not for a single hot item, nor for access in sequence;
storage nodes are the authority for membership, and answer a stale route with the latest one. The order of the
steps is not published; that a request is checked again when it is applied was learned by others (TiKV, issues
1682 and 14699).

A partition is the log of `model.replication`, here the sequence of its states: each entry adds one. A leader
has the lease alone, but a new leader may be behind in applying. Which replicas have a seed is only counted.
Routers may use any map that was ever published: the network is the set of all messages ever sent.
"""

from itertools import pairwise
from typing import Literal, Self

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
    cover,
    fault,
    initial,
    invariant,
    replace,
    require,
    step_invariant,
)
from model.split_messages import (
    Answer,
    Count,
    Done,
    Get,
    Key,
    Length,
    Part,
    Place,
    Published,
    Put,
    Refused,
    Region,
    Request,
    Seed,
    State,
    covers,
    lower_half,
    upper_half,
)


class SplitRules(Model):
    """Partitions, their requests, and the cut between two of them."""

    window: Param
    replicas: Param

    states: Map[Part, Seq[State, Place]]
    applied: Map[Part, Length]
    pending: Map[Part, Set[Put | Get]]
    whole: Map[Part, bool]
    seeded: Map[Part, Count]
    named: Map[Part, bool]
    asked: Partial[Request, Key]
    network: Set[Put | Get | Done | Answer | Refused | Seed | Published]
    misread: Ghost[bool]

    @assume
    def bounds_reach(self) -> bool:
        """`Bound` counts to four, `Count` to three, `Length` to seven."""
        few = len(Request) <= 3 and len(Part) <= 3 and self.replicas <= 3
        return few and len(Key) <= 4 and len(Place) <= 7 and self.window >= 2

    @initial
    def begin(self, p: Part, last: tuple[Key, Key] | None) -> None:
        """One partition has all keys; two were perhaps written before counting begins."""
        region = Region(p, 0, len(Key), 0)
        seen: Seq[Key, Literal["window"]] = Seq() if last is None else Seq([last[0], last[1]])
        self.states[p] = Seq([State(region, Map({k: 0 for k in Key}), Set(), seen)])
        self.applied[p] = 1
        self.named[p] = True
        self.whole = Map({q: True for q in Part})
        self.network.add(Published(region))

    # ---------------------------------------------------------------- clients and routers

    @action
    def write(self, i: Request, k: Key, m: Published) -> None:
        """A router sends a write, or tries it again, by any map that was ever published."""
        require(m in self.network.of(Published))
        require(self.asked.get(i, k) == k and covers(m.region, k))
        self.asked[i] = k
        self.network.add(Put(i, k, m.region.part, m.region.version))

    @action
    def read(self, k: Key, m: Published) -> None:
        """A router sends a read by any map that was ever published."""
        require(m in self.network.of(Published))
        require(covers(m.region, k))
        self.network.add(Get(k, m.region.part, m.region.version))

    # ---------------------------------------------------------------- a partition's leader

    def is_valid(self, r: Region, m: Put | Get) -> bool:
        """The route is the present one: the key is in the region, and the version is the region's."""
        return covers(r, m.key) and m.version == r.version

    @action
    def admit(self, p: Part, m: Put | Get) -> None:
        """A leader takes a request up, or refuses it, by what it has applied."""
        require(m in self.network.of(Put, Get))
        require(m.part == p and self.applied[p] > 0)
        self.take_up(p, m, self.states[p][self.applied[p] - 1].region)

    def take_up(self, p: Part, m: Put | Get, region: Region) -> None:
        """What is valid now waits; it is looked at again."""
        if self.is_valid(region, m):
            self.pending[p].add(m)
        else:
            self.network.add(Refused(region))

    def is_current(self, p: Part) -> bool:
        """The leader has applied all of the log."""
        return self.applied[p] > 0 and self.applied[p] == len(self.states[p])

    def may_apply(self, s: State, m: Put | Get) -> bool:
        """The route is still the present one, after all entries before."""
        return self.is_valid(s.region, m)

    @action
    def order(self, p: Part, m: Put) -> None:
        """A write gets its slot in the log; whether it takes effect is decided there."""
        require(m in self.pending[p])
        require(self.is_current(p))
        s = self.states[p][-1]
        self.pending[p].discard(m)
        self.tell(s, m)
        if self.takes_effect(s, m):
            self.enter(p, self.after_write(s, m))

    def tell(self, s: State, m: Put) -> None:
        """The client learns what became of a write at its slot, after this state."""
        if not self.may_apply(s, m):
            self.network.add(Refused(s.region))
        else:
            self.network.add(Done(m.request))

    def takes_effect(self, s: State, m: Put) -> bool:
        """The route is the present one, and it is no retry of what is done."""
        return self.may_apply(s, m) and not self.is_done(s, m)

    def is_done(self, s: State, m: Put) -> bool:
        """The write has taken effect before."""
        return m.request in s.done

    def after_write(self, s: State, m: Put) -> State:
        """The write counted, its token kept, its key seen."""
        items = Map({k: s.items[k] + 1 if k == m.key else s.items[k] for k in Key})
        seen = s.seen if len(s.seen) < self.window else s.seen[1:]
        return State(s.region, items, s.done | {m.request}, seen + Seq([m.key]))

    def enter(self, p: Part, s: State) -> None:
        """An entry is committed, and the leader has applied it."""
        require(len(self.states[p]) < len(Place))
        self.states[p].append(s)
        self.applied[p] += 1

    @action
    def answer(self, p: Part, m: Get) -> None:
        """A leader that has applied all answers a read, if the route is still the present one."""
        require(m in self.pending[p])
        require(self.may_read(p))
        self.reply(p, m, self.states[p][self.applied[p] - 1])

    def reply(self, p: Part, m: Get, s: State) -> None:
        """The client learns what is in this state, which should be the last."""
        self.pending[p].discard(m)
        if not self.may_apply(s, m):
            self.network.add(Refused(s.region))
        else:
            self.network.add(Answer(m.key, p, s.items[m.key]))
            self.misread = self.misread or self.has_given_away(p, m.key) or s.items[m.key] < self.known(m.key)

    def has_given_away(self, p: Part, k: Key) -> bool:
        """By its whole log the partition does not have the key."""
        return not covers(self.states[p][-1].region, k)

    def may_read(self, p: Part) -> bool:
        """The barrier of strong reads: all of the log is applied."""
        return self.is_current(p)

    @action
    def catch_up(self, p: Part) -> None:
        """A new leader applies the next entry."""
        require(self.applied[p] > 0 and self.applied[p] < len(self.states[p]))
        self.applied[p] += 1

    @fault("leader_change")
    def change_leader(self, p: Part, applied: Length) -> None:
        """Another replica leads; it may be behind, and knows of no request."""
        require(applied > 0 and applied <= len(self.states[p]))
        self.applied[p] = applied
        self.pending[p].clear()

    @fault("heal")
    def lose_member(self, p: Part) -> None:
        """A storage replica fails, and a log replica, which has no items, takes its place."""
        require(self.whole[p] and len(self.states[p]) > 0)
        self.whole[p] = False

    @action
    def heal(self, p: Part) -> None:
        """All members are storage replicas again."""
        require(not self.whole[p])
        self.whole[p] = True

    # ---------------------------------------------------------------- the split

    @action
    def split(self, p: Part, k: Key, c: Part) -> None:
        """The leader logs the split: from this slot on the upper half is not its own.

        The name of a new partition is given once.
        """
        require(self.is_current(p) and self.whole[p] and not self.named[c])
        s = self.states[p][-1]
        require(self.is_inside(s.region, k) and self.would_help(s, k))
        self.named[c] = True
        self.cut(p, k, c)

    def cut(self, p: Part, k: Key, c: Part) -> None:
        """The entry, and the seed of exactly this slot."""
        s = self.states[p][-1]
        self.whole[c] = self.whole[p]
        self.network.add(Seed(self.seed(s, k, c)))
        self.enter(p, replace(s, region=lower_half(s.region, k), seen=Seq()))

    def seed(self, s: State, k: Key, c: Part) -> State:
        """The items of the upper half, and the tokens of all writes: one may be tried again there."""
        return State(upper_half(s.region, k, c), s.items, s.done, Seq())

    def is_inside(self, r: Region, k: Key) -> bool:
        """Both halves have keys."""
        return r.low < k.index and k.index < r.high

    def would_help(self, s: State, k: Key) -> bool:
        """Enough was seen; both halves have load; and it does not move on from key to key."""
        return len(s.seen) == self.window and self.is_loaded(s, k) and not self.is_sequential(s)

    def is_loaded(self, s: State, k: Key) -> bool:
        """Some of the last writes are of keys below, some of the others: so it is not one hot item."""
        return any(x < k for x in s.seen) and any(x >= k for x in s.seen)

    def is_sequential(self, s: State) -> bool:
        """Each of the last writes is of a key after that of the one before."""
        return all(a < b for a, b in pairwise(s.seen))

    @action
    def take_seed(self, c: Part, m: Seed) -> None:
        """One more replica of the new partition has its beginning on the disk."""
        require(m in self.network.of(Seed))
        require(m.state.region.part == c and self.seeded[c] < self.replicas)
        self.seeded[c] += 1

    @action
    def activate(self, c: Part, m: Seed) -> None:
        """A majority of the new partition's replicas has its beginning: it serves."""
        require(m in self.network.of(Seed))
        require(m.state.region.part == c and len(self.states[c]) == 0)
        require(self.is_seeded(c))
        self.states[c].append(m.state)
        self.applied[c] = 1

    def is_seeded(self, c: Part) -> bool:
        """More than half of its replicas have it."""
        return 2 * self.seeded[c] > self.replicas

    @action
    def publish(self, p: Part) -> None:
        """A partition that serves tells the routers what it owns."""
        require(self.is_current(p))
        self.network.add(Published(self.states[p][-1].region))

    # ---------------------------------------------------------------- properties

    def known(self, k: Key) -> int:
        """How many writes of the key clients know of."""
        return sum(1 for i in self.asked if self.asked[i] == k and Done(i) in self.network)

    def owns(self, p: Part, k: Key) -> bool:
        """The partition serves, and has the key by its whole log."""
        return len(self.states[p]) > 0 and covers(self.states[p][-1].region, k)

    def seeds(self) -> Set[Seed]:
        """The beginnings of new partitions."""
        return self.network.of(Seed)

    def is_waiting(self, m: Seed) -> bool:
        """The partition that begins with this does not serve yet."""
        return len(self.states[m.state.region.part]) == 0

    @invariant
    def covered(self) -> bool:
        """Every key has an owner, or waits in a seed for its owner to begin."""
        return all(
            any(self.owns(p, k) for p in Part)
            or any(self.is_waiting(m) and covers(m.state.region, k) for m in self.seeds())
            for k in Key
        )

    @invariant
    def disjoint(self) -> bool:
        """No key has two owners, or an owner while it waits in a seed."""
        return all(
            sum(1 for p in Part if self.owns(p, k))
            + sum(1 for m in self.seeds() if self.is_waiting(m) and covers(m.state.region, k))
            <= 1
            for k in Key
        )

    @invariant
    def no_loss(self) -> bool:
        """The owner of a key has every write that a client knows of."""
        return all(self.states[p][-1].items[k] >= self.known(k) for p in Part for k in Key if self.owns(p, k))

    @invariant
    def no_duplicate(self) -> bool:
        """No write has taken effect twice."""
        return all(
            self.states[p][-1].items[k] <= sum(1 for i in self.asked if self.asked[i] == k)
            for p in Part
            for k in Key
            if self.owns(p, k)
        )

    @invariant
    def read_owner(self) -> bool:
        """A read is answered by the owner of the key, with every write that a client knew of."""
        return not self.misread

    @invariant
    def published_serve(self) -> bool:
        """What routers are sent to serves."""
        return all(len(self.states[m.region.part]) > 0 for m in self.network.of(Published))

    @invariant
    def begun_by_quorum(self) -> bool:
        """A new partition serves when more than half of its replicas have its beginning on their disks."""
        return all(
            2 * self.seeded[p] > self.replicas
            for p in Part
            if len(self.states[p]) > 0 and self.states[p][0].region.version > 0
        )

    @step_invariant
    def stale_is_refused(self, old: Self) -> bool:
        """A write takes effect only by the version of the partition at its slot."""
        return all(
            any(m.version == old.states[p][-1].region.version for m in old.pending[p])
            for p in Part
            if len(old.states[p]) > 0 and self.states[p][-1].done != old.states[p][-1].done
        )

    @step_invariant
    def versions_rise(self, old: Self) -> bool:
        """Whatever changes what a partition owns makes its version higher."""
        return all(
            self.states[p][-1].region == old.states[p][-1].region
            or self.states[p][-1].region.version > old.states[p][-1].region.version
            for p in Part
            if len(old.states[p]) > 0
        )

    @step_invariant
    def logs_in_order(self, old: Self) -> bool:
        """Only a leader that has applied all of the log adds to it."""
        return all(self.states[p] == old.states[p] or old.applied[p] == len(old.states[p]) for p in Part)

    def has_split(self, p: Part, before: int) -> bool:
        """The last entry of the log, after so many, is a split."""
        later = len(self.states[p]) > before and before > 0
        return later and self.states[p][-1].region != self.states[p][before - 1].region

    @step_invariant
    def splits_whole(self, old: Self) -> bool:
        """No partition splits while a member has no items: the new one would begin with too few."""
        return all(old.whole[p] for p in Part if self.has_split(p, len(old.states[p])))

    @step_invariant
    def splits_help(self, old: Self) -> bool:
        """Both halves have keys, and take part in the load, and the load does not move on."""
        return all(
            old.states[p][-1].region.low < self.states[p][-1].region.high
            and self.states[p][-1].region.high < old.states[p][-1].region.high
            and any(k.index < self.states[p][-1].region.high for k in old.states[p][-1].seen)
            and any(k.index >= self.states[p][-1].region.high for k in old.states[p][-1].seen)
            and any(a >= b for a, b in pairwise(old.states[p][-1].seen))
            for p in Part
            if self.has_split(p, len(old.states[p]))
        )

    @cover
    def child_acknowledges(self) -> bool:
        """A new partition has done a write of its own."""
        return any(len(self.states[p]) > 1 and self.states[p][0].region.version > 0 for p in Part)

    @cover
    def refuses_in_flight(self, old: Self) -> bool:
        """A write that was taken up before a split is refused after it."""
        return any(
            m not in self.pending[p] and not self.may_apply(old.states[p][-1], m) and self.is_current(p)
            for p in Part
            if len(old.states[p]) == len(self.states[p])
            for m in old.pending[p]
        )

    @cover
    def retry_finds_its_token(self) -> bool:
        """A write that the old partition has done is tried again with the new one."""
        return any(
            m.request in self.states[p][0].done
            for p in Part
            if len(self.states[p]) > 0
            for m in self.pending[p]
            if isinstance(m, Put)
        )

    @cover
    def load_on_one_key(self) -> bool:
        """A partition sees one hot item, which no split would help."""
        return any(
            self.is_full(p) and all(k == self.states[p][-1].seen[0] for k in self.states[p][-1].seen)
            for p in Part
        )

    @cover
    def load_in_sequence(self) -> bool:
        """A partition sees a load that moves on from key to key, which no split would help."""
        return any(self.is_full(p) and self.is_sequential(self.states[p][-1]) for p in Part)

    def is_full(self, p: Part) -> bool:
        """It serves, and has seen enough to judge by."""
        return len(self.states[p]) > 0 and len(self.states[p][-1].seen) == self.window
