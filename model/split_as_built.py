"""A partition that splits, with the choices that the reference implementation has made.

Requests carry no version: a partition never gets a key back, so that it has the key is enough. What a
leader takes up goes into its log at once, a split too, and what an entry does is decided where it is
applied, once it is chosen. Reads are answered at once, or not. Each machine has one replica of each
partition, and begins the new one's when its own of the old one applies the split. Who is refused hears where
the keys went, not what is left; the load is in a leader's memory, and the split service decides by what is
reported.
"""

from itertools import pairwise
from typing import Literal, Self

from checker import (
    Map,
    Seq,
    Set,
    action,
    assume,
    cover,
    fault,
    initial,
    invariant,
    present,
    replace,
    require,
    step_invariant,
)
from model.split_as_built_messages import Advice, Cut, Known, Member, Moved
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
    Region,
    Seed,
    State,
    covers,
    lower_half,
    upper_half,
)
from model.split_routes import RoutedSplit


class SplitAsBuilt(RoutedSplit):
    """`log` has the entries after the first state, those that are on their way at the end.

    `chosen` counts the states that a leader knows of, `reached` those that each replica has been in,
    `barrier` those that must be applied before the leader serves.
    """

    log: Map[Part, Seq[Put | Cut, Place]]
    chosen: Map[Part, Length]
    barrier: Map[Part, Length]
    leader: Map[Part, Member | None]
    reached: Map[Part, Map[Member, Length]]
    samples: Map[Part, Seq[Key, Literal["window"]]]
    before: Map[Key, Count]

    @assume
    def a_replica_on_each_machine(self) -> bool:
        """Three accesses can be judged, not two: these are always in sequence, or of one key."""
        return self.replicas == len(Member) and self.window >= 3

    @initial
    def begin(  # type: ignore[override]  # somebody leads
        self, p: Part, last: tuple[Key, Key] | None, n: Member
    ) -> None:
        """As there; what was written before are items. Everybody has applied all, and all maps are right."""
        super().begin(p, last)
        region = Region(p, 0, len(Key), 0)
        self.before = Map({k: 1 if last is not None and k in {last[0], last[1]} else 0 for k in Key})
        self.states[p] = Seq([State(region, self.before, Set(), Seq())])
        if last is not None:
            self.samples[p] = Seq([last[0], last[1]])
        self.leader[p] = n
        self.chosen[p] = 1
        self.barrier[p] = 1
        self.reached[p] = Map({m: 1 for m in Member})
        self.cache = Map({k: Known(p, 0) for k in Key})
        self.mapped = Map({k: Known(p, 0) for k in Key})

    # ---------------------------------------------------------------- a partition's leader

    def serves(self, p: Part) -> bool:
        """It has a leader, who has applied all that could have been chosen before it led."""
        return self.leader[p] is not None and self.applied[p] >= self.barrier[p]

    def present_state(self, p: Part) -> State:
        """What the leader has applied."""
        return self.states[p][self.applied[p] - 1]

    def is_valid(self, r: Region, m: Put | Get) -> bool:
        """The key is in the region."""
        return covers(r, m.key)

    def sample(self, p: Part, k: Key) -> None:
        """The leader remembers what was asked for last."""
        seen = self.samples[p] if len(self.samples[p]) < self.window else self.samples[p][1:]
        self.samples[p] = seen + Seq([k])

    @action
    def admit(self, p: Part, m: Put) -> None:  # type: ignore[override]  # reads are answered at once
        """A leader takes a write up, or knows its answer: it was done before, or the key is not here."""
        require(m in self.network.of(Put))
        require(m.part == p and self.serves(p))
        self.sample(p, m.key)
        s = self.present_state(p)
        if self.is_done(s, m):
            self.network.add(Done(m.request))
        elif not self.is_valid(s.region, m):
            self.network.add(Moved(m.request, p, self.children(p, self.applied[p])))
        elif m not in self.pending[p]:
            self.pending[p].add(m)
            self.propose(p, m)

    def propose(self, p: Part, e: Put | Cut) -> None:
        """One more entry is on its way."""
        require(len(self.log[p]) + 1 < len(Place))
        self.log[p].append(e)

    @action
    def read(self, p: Part, k: Key) -> None:  # type: ignore[override]  # it need not believe in a map
        """A client reads, wherever it likes: only who has applied all that is chosen knows the answer."""
        require(self.serves(p))
        self.sample(p, k)
        if self.may_read(p):
            self.reply(p, Get(k, p, 0), self.present_state(p))

    def may_read(self, p: Part) -> bool:
        """The barrier of strong reads: all that the leader knows to be chosen is applied."""
        return self.applied[p] >= self.chosen[p]

    def reply(self, p: Part, m: Get, s: State) -> None:
        """The client learns what is in this state, which should be the last."""
        if not self.may_apply(s, m):
            self.network.add(Moved(None, p, self.children(p, self.applied[p])))
        else:
            self.network.add(Answer(m.key, p, s.items[m.key]))
            self.misread = self.misread or self.has_given_away(p, m.key) or s.items[m.key] < self.known(m.key)

    @action
    def order(self, p: Part) -> None:  # type: ignore[override]  # they are in order since they were taken up
        """The next entry is chosen, or found to have been, and the leader knows it."""
        require(self.leader[p] is not None and self.chosen[p] <= len(self.log[p]))
        if self.chosen[p] == len(self.states[p]):
            self.states[p].append(self.after(self.states[p][-1], self.log[p][self.chosen[p] - 1]))
        self.chosen[p] += 1

    def after(self, s: State, e: Put | Cut) -> State:
        """What the entry makes of the state at its slot: nothing, if it is stale, or a retry."""
        if isinstance(e, Put):
            return self.after_write(s, e) if self.takes_effect(s, e) else s
        return self.after_split(s, e.key) if self.is_inside(s.region, e.key) else s

    def after_write(self, s: State, m: Put) -> State:
        """The write counted, and its token kept."""
        items = Map({k: s.items[k] + 1 if k == m.key else s.items[k] for k in Key})
        return State(s.region, items, s.done | {m.request}, Seq())

    def after_split(self, s: State, k: Key) -> State:
        """The old partition keeps the items below the key, and all tokens."""
        return State(
            lower_half(s.region, k), Map({x: s.items[x] if x < k else 0 for x in Key}), s.done, Seq()
        )

    def seed(self, s: State, k: Key, c: Part) -> State:
        """The other items, and the tokens of all writes: one may be tried again there."""
        items = Map({x: s.items[x] if x >= k else 0 for x in Key})
        return State(upper_half(s.region, k, c), items, s.done, Seq())

    def is_split(self, p: Part, i: int) -> bool:
        """The chosen entry with this number splits the partition."""
        return self.states[p][i + 1].region != self.states[p][i].region

    def children(self, p: Part, states: int) -> Seq[Region, Part]:
        """What was split off in so many states, as it was then."""
        return Seq(
            [
                upper_half(self.states[p][i].region, e.key, e.part)
                for i, e in enumerate(self.log[p])
                if i + 1 < states and isinstance(e, Cut) and self.is_split(p, i)
            ]
        )

    @action
    def catch_up(self, p: Part) -> None:
        """The leader applies the next entry that it knows to be chosen: who asked learns what became of
        it.
        """
        require(self.applied[p] > 0 and self.applied[p] < self.chosen[p])
        e = self.log[p][self.applied[p] - 1]
        if isinstance(e, Put) and e in self.pending[p]:
            self.pending[p].discard(e)
            self.tell_of(p, e)
        self.apply(p, present(self.leader[p]))
        self.applied[p] += 1

    def tell_of(self, p: Part, m: Put) -> None:
        """The client learns what became of the write at its slot."""
        s = self.present_state(p)
        if self.may_apply(s, m) or self.is_done(s, m):
            self.network.add(Done(m.request))
        else:
            self.network.add(Moved(m.request, p, self.children(p, self.applied[p])))

    @action
    def follow(self, p: Part, n: Member) -> None:
        """Another replica applies the next entry that the leader knows to be chosen."""
        require(self.leader[p] is not None and self.leader[p] != n)
        require(self.reached[p][n] > 0 and self.reached[p][n] < self.chosen[p])
        self.apply(p, n)

    def apply(self, p: Part, n: Member) -> None:
        """If it is a split, the machine begins its replica of the new partition."""
        i = self.reached[p][n] - 1
        e = self.log[p][i]
        if isinstance(e, Cut) and self.is_split(p, i):
            self.network.add(Seed(self.seed(self.states[p][i], e.key, e.part)))
            self.seeded[e.part] += 1
            self.reached[e.part][n] = 1
        self.reached[p][n] += 1

    @fault("leader_change")
    def change_leader(  # type: ignore[override]  # it is a replica, which has applied what it has
        self, p: Part, n: Member, kept: Length
    ) -> None:
        """Another replica leads, and finds some of what was on its way; what a leader has found before is
        found again. It knows of no client, no load, and no repair.
        """
        require(self.leader[p] is not None and self.leader[p] != n and self.reached[p][n] > 0)
        require(self.applied[p] == self.chosen[p])
        found = len(self.states[p]) + kept
        require(found <= len(self.log[p]) + 1 and found >= self.barrier[p])
        self.leader[p] = n
        self.applied[p] = self.reached[p][n]
        self.chosen[p] = self.reached[p][n]
        self.log[p].truncate(found - 1)
        self.barrier[p] = found
        self.pending[p].clear()
        self.samples[p].clear()
        self.whole[p] = True

    @fault("heal")
    def lose_member(self, p: Part) -> None:
        """The leader misses a replica, and another is made to join in its place."""
        require(self.serves(p) and self.whole[p])
        self.whole[p] = False

    @action
    def heal(self, p: Part) -> None:
        """The leader hears of all replicas again."""
        require(self.serves(p) and not self.whole[p])
        self.whole[p] = True

    # ---------------------------------------------------------------- the split

    @action
    def advise(self, p: Part, k: Key) -> None:
        """A leader reports its load, and the split service finds that a split would help."""
        require(self.serves(p) and self.would_help(self.judged(p), k))
        require(any(self.present_state(p).items[x] > 0 for x in Key))
        self.network.add(Advice(p, k))

    def judged(self, p: Part) -> State:
        """The last accesses, of those keys that the partition still has."""
        s = self.present_state(p)
        return replace(s, seen=Seq([k for k in self.samples[p] if covers(s.region, k)]))

    def is_loaded(self, s: State, k: Key) -> bool:
        """The key halves the accesses: it is the median, and a quarter is below at least."""
        below = sum(1 for x in s.seen if x < k)
        is_median = 2 * below <= len(s.seen) and 2 * sum(1 for x in s.seen if x <= k) > len(s.seen)
        return is_median and 4 * below >= len(s.seen)

    def is_sequential(self, s: State) -> bool:
        """Up or down."""
        seen = s.seen
        return all(a < b for a, b in pairwise(seen)) or all(a > b for a, b in pairwise(seen))

    @action
    def split(self, p: Part, k: Key, c: Part) -> None:
        """A leader that was told to splits, by what it has applied; that may be another load by now."""
        require(Advice(p, k) in self.network)
        require(self.serves(p) and self.whole[p] and not self.named[c])
        s = self.present_state(p)
        require(self.is_inside(s.region, k) and self.has_both(s, k))
        self.named[c] = True
        self.propose(p, Cut(k, c))

    def has_both(self, s: State, k: Key) -> bool:
        """Both halves have items."""
        return any(s.items[x] > 0 for x in Key if x < k) and any(s.items[x] > 0 for x in Key if x >= k)

    @action
    def take_seed(self, c: Part, m: Seed) -> None:
        """Never by itself: `apply` does it."""
        require(m in self.network.of(Seed))
        require(self.seeded[c] > self.replicas)
        super().take_seed(c, m)

    @action
    def activate(self, c: Part, m: Seed, n: Member) -> None:  # type: ignore[override]  # somebody leads
        """A replica of the new partition is elected by those that have its beginning."""
        require(m in self.network.of(Seed))
        require(self.reached[c][n] > 0)
        super().activate(c, m)
        self.leader[c] = n
        self.chosen[c] = 1
        self.barrier[c] = 1

    @action
    def publish(self, p: Part) -> None:
        """A leader tells the map service what it owns, by what it has applied."""
        require(self.serves(p))
        self.network.add(Published(self.present_state(p).region))

    # ---------------------------------------------------------------- properties

    def known(self, k: Key) -> int:
        """What was written before is known, too."""
        written = sum(1 for i in self.asked if self.asked[i] == k and Done(i) in self.network)
        return self.before[k] + written

    def seeds(self) -> Set[Seed]:
        """Also those that no replica has applied yet."""
        return Set(
            {
                Seed(self.seed(self.states[p][i], e.key, e.part))
                for p in Part
                for i, e in enumerate(self.log[p])
                if i + 1 < len(self.states[p]) and isinstance(e, Cut) and self.is_split(p, i)
            }
        )

    @invariant
    def no_duplicate(self) -> bool:
        """No write has taken effect twice."""
        return all(
            self.states[p][-1].items[k] <= self.before[k] + sum(1 for i in self.asked if self.asked[i] == k)
            for p in Part
            for k in Key
            if self.owns(p, k)
        )

    @invariant
    def seeds_agree(self) -> bool:
        """All replicas of a new partition begin with what was split off."""
        return self.network.of(Seed) <= self.seeds()

    @invariant
    def maps_are_of_the_past(self) -> bool:
        """Whom the router or the map service names has had the key, or has it when it begins."""
        return all(
            any(s.region.version == m.version and covers(s.region, k) for s in self.states[m.part])
            or any(
                s.state.region.part == m.part
                and s.state.region.version == m.version
                and covers(s.state.region, k)
                for s in self.seeds()
            )
            for k in Key
            for m in [self.cache[k], self.mapped[k]]
        )

    @step_invariant
    def stale_is_refused(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """A write takes effect only where its key is, at its slot."""
        return all(
            covers(old.states[p][-1].region, e.key)
            for p in Part
            if len(old.states[p]) > 0 and self.states[p][-1].done != old.states[p][-1].done
            for i, e in enumerate(self.log[p])
            if i + 1 == len(old.states[p])
        )

    @step_invariant
    def logs_in_order(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """Only a leader that knows all of the log adds to it."""
        return all(
            self.states[p] == old.states[p] or len(old.states[p]) == 0 or old.chosen[p] == len(old.states[p])
            for p in Part
        )

    @step_invariant
    def splits_whole(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """No split is proposed while a replica is missed: the new partition would begin with too few."""
        return all(
            old.whole[p]
            for p in Part
            if len(self.log[p]) > len(old.log[p]) and isinstance(self.log[p][-1], Cut)
        )

    @step_invariant
    def splits_help(self, old: Self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]  # of one class
        """Both halves have keys, and items."""
        return all(
            old.states[p][-1].region.low < self.states[p][-1].region.high
            and self.states[p][-1].region.high < old.states[p][-1].region.high
            and any(old.states[p][-1].items[k] > 0 for k in Key if k.index < self.states[p][-1].region.high)
            and any(old.states[p][-1].items[k] > 0 for k in Key if k.index >= self.states[p][-1].region.high)
            for p in Part
            if self.has_split(p, len(old.states[p]))
        )

    @step_invariant
    def advice_helps(self, old: Self) -> bool:
        """A split is advised where both halves take part in the load of what the partition has now, and it
        does not move on.
        """
        return all(
            any(x < m.key for x in old.load(m.part))
            and any(x >= m.key for x in old.load(m.part))
            and any(a >= b for a, b in pairwise(old.load(m.part)))
            for m in self.network.of(Advice)
            if m not in old.network
        )

    def load(self, p: Part) -> Seq[Key, Literal["window"]]:
        """The last accesses to keys that the partition has, as far as its leader knows."""
        return Seq([k for k in self.samples[p] if covers(self.present_state(p).region, k)])

    @cover
    def retry_finds_its_token(self) -> bool:
        """A write that the old partition has done is sent to the new one."""
        return any(
            m.part == p and self.states[p][0].region.version > 0 and m.request in self.states[p][0].done
            for p in Part
            if len(self.states[p]) > 0
            for m in self.network.of(Put)
        )

    @cover
    def load_on_one_key(self) -> bool:
        """A partition sees one hot item, which no split would help."""
        return any(
            len(self.samples[p]) == self.window and all(k == self.samples[p][0] for k in self.samples[p])
            for p in Part
        )

    @cover
    def load_in_sequence(self) -> bool:
        """A partition sees a load that moves on from key to key, which no split would help."""
        return any(
            len(self.samples[p]) == self.window and all(a < b for a, b in pairwise(self.samples[p]))
            for p in Part
        )

    @cover
    def serves_behind(self) -> bool:
        """A new partition serves keys that the old one's leader, who has the lease, takes for its own."""
        return any(
            self.owns(q, k) and self.serves(p) and covers(self.present_state(p).region, k)
            for p in Part
            for q in Part
            if p != q
            for k in Key
        )

    @cover
    def overtaken(self) -> bool:
        """A split comes too late: another took the key away."""
        return any(
            isinstance(e, Cut) and i + 1 < len(self.states[p]) and not self.is_split(p, i)
            for p in Part
            for i, e in enumerate(self.log[p])
        )
