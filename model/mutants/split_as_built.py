"""Partitions that split as the reference implementation does it, each of which forgets one rule."""

from checker import Map, Seq, Set, replace, require
from model.split_as_built import SplitAsBuilt
from model.split_as_built_messages import Advice, Cut, Known
from model.split_messages import (
    Get,
    Key,
    Part,
    Published,
    Put,
    State,
    lower_half,
    upper_half,
)


class TakesStaleWrites(SplitAsBuilt):
    """A write that was taken up before the split takes effect after it. Breaks `stale_is_refused`."""

    def may_apply(self, s: State, m: Put | Get) -> bool:
        """As it should be, but it was looked at before."""
        return isinstance(m, Put) or self.is_valid(s.region, m)


class ReadsByTheLease(SplitAsBuilt):
    """A leader with the lease answers from its table, which may be behind. Breaks `read_owner`."""

    def may_read(self, p: Part) -> bool:
        """As it should be, without the barrier."""
        return True


class ServesBeforeTheBarrier(SplitAsBuilt):
    """A new leader serves before it has applied what it found. Breaks `read_owner`."""

    def serves(self, p: Part) -> bool:
        """As it should be, without the barrier."""
        return self.leader[p] is not None


class CountsRetries(SplitAsBuilt):
    """A write that is tried again takes effect again. Breaks `no_duplicate`."""

    def is_done(self, s: State, m: Put) -> bool:
        """As it should be, but never."""
        return False


class ForgetsTokens(SplitAsBuilt):
    """The new partition does not know what the old one has done. Breaks `no_duplicate`."""

    def seed(self, s: State, k: Key, c: Part) -> State:
        """As it should be, without the tokens."""
        items = Map({x: s.items[x] if x >= k else 0 for x in Key})
        return State(upper_half(s.region, k, c), items, Set(), Seq())


class LosesTheBoundary(SplitAsBuilt):
    """The item at which a partition splits goes to nobody. Breaks `no_loss`."""

    def seed(self, s: State, k: Key, c: Part) -> State:
        """As it should be, off by one."""
        items = Map({x: s.items[x] if x > k else 0 for x in Key})
        return State(upper_half(s.region, k, c), items, s.done, Seq())


class KeepsTheBoundary(SplitAsBuilt):
    """The old partition keeps the key at which it splits. Breaks `disjoint`."""

    def after_split(self, s: State, k: Key) -> State:
        """As it should be, off by one."""
        kept = replace(lower_half(s.region, k), high=k.index + 1)
        return State(kept, Map({x: s.items[x] if x <= k else 0 for x in Key}), s.done, Seq())


class SplitsWhatIsGone(SplitAsBuilt):
    """A split takes effect that another has overtaken. Breaks `splits_help`."""

    def after(self, s: State, e: Put | Cut) -> State:
        """As it should be, without another look at the range."""
        if isinstance(e, Put):
            return self.after_write(s, e) if self.takes_effect(s, e) else s
        return self.after_split(s, e.key)


class BeginsWithOneReplica(SplitAsBuilt):
    """A new partition begins when one of its replicas can. Breaks `begun_by_quorum`."""

    def is_seeded(self, c: Part) -> bool:
        """As it should be, with one."""
        return self.seeded[c] > 0


class PublishesForTheChild(SplitAsBuilt):
    """The old partition publishes where its keys went, as soon as it has split. Breaks `published_serve`."""

    def publish(self, p: Part) -> None:
        """As it should be, and for its children."""
        require(self.serves(p))
        self.network.add(Published(self.present_state(p).region))
        for r in self.children(p, self.applied[p]):
            self.network.add(Published(r))


class SplitsDuringARepair(SplitAsBuilt):
    """A partition splits while a replica is missed. Breaks `splits_whole`."""

    def split(self, p: Part, k: Key, c: Part) -> None:
        """As it should be, without the look at the members."""
        require(Advice(p, k) in self.network)
        require(self.serves(p) and not self.named[c])
        s = self.present_state(p)
        require(self.is_inside(s.region, k) and self.has_both(s, k))
        self.named[c] = True
        self.propose(p, Cut(k, c))


class LeavesASideEmpty(SplitAsBuilt):
    """A partition splits where one side has no items. Breaks `splits_help`."""

    def has_both(self, s: State, k: Key) -> bool:
        """As it should be, but always."""
        return True


class AdvisesForAHotItem(SplitAsBuilt):
    """A split is advised although all load is on one side. Breaks `advice_helps`."""

    def is_loaded(self, s: State, k: Key) -> bool:
        """The median, whatever is below."""
        below = sum(1 for x in s.seen if x < k)
        return 2 * below <= len(s.seen) and 2 * sum(1 for x in s.seen if x <= k) > len(s.seen)


class AdvisesForASequence(SplitAsBuilt):
    """A split is advised although the load moves on from key to key. Breaks `advice_helps`."""

    def is_sequential(self, s: State) -> bool:
        """As it should be, but never."""
        return False


class JudgesWhatIsGone(SplitAsBuilt):
    """Accesses to keys that were split off still count as load. Breaks `advice_helps`."""

    def judged(self, p: Part) -> State:
        """As it should be, without the look at the range."""
        return replace(self.present_state(p), seen=self.samples[p])


class OldRoutesCount(SplitAsBuilt):
    """A map takes whatever route it hears last. Breaks `maps_go_forward`."""

    def newer(self, old: Known, new: Known) -> Known:
        """The last one."""
        return new
