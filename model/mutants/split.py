"""Partitions that split, each of which forgets one rule of `model.split_rules`."""

from checker import Map, Seq, Set, action, replace, require
from model.split import Split
from model.split_messages import (
    Get,
    Key,
    Length,
    Part,
    Place,
    Published,
    Put,
    Region,
    Request,
    Seed,
    State,
    covers,
    lower_half,
    upper_half,
)


class ChecksOnlyOnArrival(Split):
    """A write that came before the split takes effect after it. Breaks `stale_is_refused`, `no_loss`."""

    def may_apply(self, s: State, m: Put | Get) -> bool:
        """As it should be, but it was looked at before."""
        return True


class AcceptsStaleRoutes(Split):
    """The old partition takes whatever it is sent. Breaks `stale_is_refused`, `no_loss`, `read_owner`."""

    def is_valid(self, r: Region, m: Put | Get) -> bool:
        """As it should be, but always."""
        return True


class ChecksTheRangeOnly(Split):
    """A route of an earlier version is good when the key is still there. Breaks `stale_is_refused`."""

    def is_valid(self, r: Region, m: Put | Get) -> bool:
        """As it should be, without the version."""
        return covers(r, m.key)


class CopiesWithoutFreezing(Split):
    """The seed is cut off before the entry of the split, and writes come between. Breaks `disjoint`,
    and then `no_loss`."""

    @action
    def copy(self, p: Part, k: Key, c: Part) -> None:
        """As `split` should be, without the entry."""
        require(self.is_current(p) and not self.named[c])
        s = self.states[p][-1]
        require(self.is_inside(s.region, k) and self.would_help(s, k))
        self.named[c] = True
        self.network.add(Seed(self.seed(s, k, c)))

    def split(self, p: Part, k: Key, c: Part) -> None:
        """The entry, and no seed."""
        require(self.is_current(p) and self.whole[p])
        s = self.states[p][-1]
        require(self.is_inside(s.region, k))
        require(any(m.state.region == upper_half(s.region, k, c) for m in self.network.of(Seed)))
        self.enter(p, replace(s, region=lower_half(s.region, k), seen=Seq()))


class ForgetsTokens(Split):
    """The new partition does not know what the old one has done. Breaks `no_duplicate`."""

    def seed(self, s: State, k: Key, c: Part) -> State:
        """As it should be, without the tokens."""
        return State(upper_half(s.region, k, c), s.items, Set(), Seq())


class ForgetsItems(Split):
    """The new partition begins empty. Breaks `no_loss`."""

    def seed(self, s: State, k: Key, c: Part) -> State:
        """As it should be, without the items."""
        return State(upper_half(s.region, k, c), Map({x: 0 for x in Key}), s.done, Seq())


class SeedsWhatTheLeaderHadBefore(Split):
    """The seed is the state before the last write. Breaks `no_loss`."""

    def cut(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, of another slot."""
        s = self.states[p][-1]
        require(len(self.states[p]) > 1)
        self.whole[c] = self.whole[p]
        self.network.add(Seed(self.seed(self.states[p][len(self.states[p]) - 2], k, c)))
        self.enter(p, replace(s, region=lower_half(s.region, k), seen=Seq()))


class CountsRetries(Split):
    """A write that is tried again takes effect again. Breaks `no_duplicate`."""

    def is_done(self, s: State, m: Put) -> bool:
        """As it should be, but never."""
        return False


class KeepsTheBoundary(Split):
    """The old partition keeps the key at which it splits. Breaks `disjoint`."""

    def cut(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, off by one."""
        s = self.states[p][-1]
        self.whole[c] = self.whole[p]
        self.network.add(Seed(self.seed(s, k, c)))
        self.enter(p, replace(s, region=replace(lower_half(s.region, k), high=k.index + 1), seen=Seq()))


class SkipsTheBoundary(Split):
    """The new partition begins after the key at which the old one splits. Breaks `covered`."""

    def seed(self, s: State, k: Key, c: Part) -> State:
        """As it should be, off by one."""
        upper = upper_half(s.region, k, c)
        return State(replace(upper, low=upper.low + 1), s.items, s.done, Seq())


class KeepsTheVersion(Split):
    """A split changes the range and not the version. Breaks `versions_rise`."""

    def cut(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, with the version of before."""
        s = self.states[p][-1]
        self.whole[c] = self.whole[p]
        self.network.add(Seed(self.seed(s, k, c)))
        kept = replace(lower_half(s.region, k), version=s.region.version)
        self.enter(p, replace(s, region=kept, seen=Seq()))


class ReadsByTheLease(Split):
    """A leader with the lease answers from its table, which may be behind. Breaks `read_owner`."""

    def may_read(self, p: Part) -> bool:
        """As it should be, without the barrier."""
        return self.applied[p] > 0


class ChecksReadsOnArrival(Split):
    """A leader answers a read that it took up before the split. Breaks `read_owner`."""

    def answer(self, p: Part, m: Get) -> None:
        """As it should be, without the second look at the route."""
        require(m in self.pending[p])
        require(self.may_read(p))
        s = self.states[p][self.applied[p] - 1]
        self.pending[p].discard(m)
        self.misread = self.misread or not covers(s.region, m.key) or s.items[m.key] < self.known(m.key)


class WritesBehind(Split):
    """A new leader logs writes before it has applied all. Breaks `logs_in_order`."""

    def is_current(self, p: Part) -> bool:
        """As it should be, without the barrier."""
        return self.applied[p] > 0


class ServesOnOneSeed(Split):
    """A new partition begins when one of its replicas can. Breaks `begun_by_quorum`."""

    def is_seeded(self, c: Part) -> bool:
        """As it should be, with one."""
        return self.seeded[c] > 0


class PublishesEarly(Split):
    """Routers are sent to a partition that has not begun. Breaks `published_serve`."""

    @action
    def announce(self, m: Seed) -> None:
        """As `publish` should be, at the split."""
        require(m in self.network.of(Seed))
        self.network.add(Published(m.state.region))


class SplitsDuringHeal(Split):
    """A partition splits while one of its members has no items. Breaks `splits_whole`."""

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, without the look at the members."""
        require(self.is_current(p) and not self.named[c])
        s = self.states[p][-1]
        require(self.is_inside(s.region, k) and self.would_help(s, k))
        self.named[c] = True
        self.cut(p, k, c)


class UsesANameTwice(Split):
    """A split begins a partition whose name is taken, be it the old one's own. Breaks `covered`."""

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, whatever names are taken."""
        require(self.is_current(p) and self.whole[p])
        s = self.states[p][-1]
        require(self.is_inside(s.region, k) and self.would_help(s, k))
        self.cut(p, k, c)


class SplitsAHotItem(Split):
    """A partition splits although all load is on one side. Breaks `splits_help`."""

    def is_loaded(self, s: State, k: Key) -> bool:
        """As it should be, but always."""
        return True


class SplitsASequence(Split):
    """A partition splits although the load moves on from key to key. Breaks `splits_help`."""

    def is_sequential(self, s: State) -> bool:
        """As it should be, but never."""
        return False


class SplitsAtTheMedian(Split):
    """A partition splits at the median of what it has seen, wherever that is. Breaks `splits_help`."""

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, but no more is asked of the key than to be the median."""
        require(self.is_current(p) and self.whole[p] and not self.named[c])
        s = self.states[p][-1]
        require(len(s.seen) == self.window and not self.is_sequential(s))
        require(covers(s.region, k) and self.is_median(s, k))
        self.named[c] = True
        self.cut(p, k, c)

    def is_median(self, s: State, k: Key) -> bool:
        """At most half of what was seen is below, and more than half is not above."""
        below = sum(1 for x in s.seen if x < k)
        return below <= len(s.seen) // 2 and sum(1 for x in s.seen if x <= k) > len(s.seen) // 2


# -------------------------------------------------------------------- what holds inside


class BeginsWithoutAMap(Split):
    """No router knows of the first partition. Breaks `routers_have_maps`."""

    def begin(self, p: Part, last: tuple[Key, Key] | None) -> None:
        """As it should be, but nothing is published."""
        super().begin(p, last)
        self.network.clear()


class SendsAnywhere(Split):
    """A router sends a write to a partition that, by its map, does not have the key. Breaks
    `requests_follow_maps`."""

    def write(self, i: Request, k: Key, m: Published) -> None:
        """As it should be, without a look at the region."""
        require(m in self.network.of(Published))
        require(self.asked.get(i, k) == k)
        self.asked[i] = k
        self.network.add(Put(i, k, m.region.part, m.region.version))


class TakesUpWhatIsStale(Split):
    """A leader takes up whatever it is sent, and looks at the route later. Breaks `stale_does_not_wait`."""

    def take_up(self, p: Part, m: Put | Get, region: Region) -> None:
        """As it should be, valid or not."""
        self.pending[p].add(m)


class KeepsWhatItHasDone(Split):
    """A write that is done waits on. Breaks `answered_waits_no_more`."""

    def order(self, p: Part, m: Put) -> None:
        """As it should be, but it stays where it is."""
        require(m in self.pending[p])
        super().order(p, m)
        self.pending[p].add(m)


class CutsOffWithoutAName(Split):
    """A new partition's name is still free. Breaks `parts_are_named`."""

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, but the name is not given."""
        super().split(p, k, c)
        self.named[c] = False


class OrdersBehind(Split):
    """A leader that is behind says what becomes of a write. Breaks `who_answers_is_current`."""

    def order(self, p: Part, m: Put) -> None:
        """As it should be, whatever it has applied."""
        require(m in self.pending[p])
        s = self.states[p][-1]
        self.pending[p].discard(m)
        self.tell(s, m)
        if self.takes_effect(s, m):
            self.enter(p, self.after_write(s, m))


class LeadsWithoutABeginning(Split):
    """A replica leads that has not applied how its partition began. Breaks `parts_begin_whole`."""

    def change_leader(self, p: Part, applied: Length) -> None:
        """As it should be, however far it is behind."""
        require(applied <= len(self.states[p]))
        self.applied[p] = applied
        self.pending[p].clear()


class AnswersForOthers(Split):
    """A partition refuses what another was asked for. Breaks `who_refuses_was_asked`."""

    def admit(self, p: Part, m: Put | Get) -> None:
        """As it should be, whoever was meant."""
        require(m in self.network.of(Put, Get))
        require(self.applied[p] > 0)
        self.take_up(p, m, self.states[p][self.applied[p] - 1].region)


class AppliesLater(Split):
    """A leader adds to the log, and is behind. Breaks `who_adds_has_applied`."""

    def enter(self, p: Part, s: State) -> None:
        """As it should be, but it has not applied what it added."""
        require(len(self.states[p]) < len(Place))
        self.states[p].append(s)


class NewLeadersKnowAll(Split):
    """A new leader has what the old one took up. Breaks `new_leaders_know_no_request`."""

    def change_leader(self, p: Part, applied: Length) -> None:
        """As it should be, but what waits goes on waiting."""
        before = self.pending[p]
        super().change_leader(p, applied)
        self.pending[p] = before
