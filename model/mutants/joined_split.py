"""Partitions of replicas that split, each of which forgets what one part has to ask of the other.

What is left then is the rule of a part as it stands, which its own gate checks, and passes. The split alone
has a mutant like `DecidesWhenProposed`, too; no gate of one part sees the other.
"""

from checker import Quorum, Seq, present, replace, require
from model.joined_split import Cut, JoinedSplit
from model.replication_messages import Replica, Slot, Value
from model.split_messages import Key, Part, Published, Put, Seed, State


class SeedsWhenProposed(JoinedSplit):
    """The leader cuts off the seed when it proposes the split, as where a log entry is final at once. Breaks
    `disjoint`: the slot may get another command."""

    def propose(self, n: Replica, v: Value | None) -> None:
        """As it should be, and the seed goes out."""
        super().propose(n, v)
        p = present(self.parent)
        if v is not None:
            command = self.command[v]
            if isinstance(command, Cut):
                self.network.add(Seed(self.seed(self.state_of(p, n), command.key, command.part)))


class DecidesWhenProposed(JoinedSplit):
    """A write takes effect by the state in which it was taken up. Breaks `stale_is_refused`: a split may be
    ordered before it."""

    def takes_effect(self, s: State, m: Put) -> bool:
        """As it should be, but the route was looked at before."""
        return not self.is_done(s, m)


class BeginsIdle(JoinedSplit):
    """Nothing was written before it begins. Breaks `begins_with_load`."""

    def begin(  # type: ignore[override]  # as of the model
        self, p: Part, last: tuple[Key, Key] | None
    ) -> None:
        """As it should be, and what was written last is forgotten."""
        super().begin(p, last)
        old = present(self.parent)
        self.states[old] = Seq([replace(self.states[old][0], seen=Seq())])


class EntersAgain(JoinedSplit):
    """A slot that is committed again is one more entry of the partition's log. Breaks `slots_have_states`."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, and what was not entered now is."""
        p = present(self.parent)
        before = len(self.states[p])
        super().commit(n, s, q)
        if len(self.states[p]) == before:
            self.enter(p, self.state_after(self.states[p][-1], self.table[n][s.index]))


class ForgetsTheLoad(JoinedSplit):
    """The state after a command says nothing of what was written last. Breaks `states_follow`."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, and the last state loses something."""
        super().commit(n, s, q)
        p = present(self.parent)
        before = len(self.states[p]) - 1
        self.states[p] = self.states[p][:before] + Seq([replace(self.states[p][-1], seen=Seq())])


class NamesTwice(JoinedSplit):
    """A leader makes two commands of a write. Breaks `commands_differ`."""

    def name_write(self, n: Replica, v: Value, m: Put) -> None:
        """As it should be, and all values that are free stand for it, too."""
        require(m in self.network.of(Put))
        super().name_write(n, v, m)
        for w in Value:
            if w not in self.command:
                self.command[w] = m


class LosesTheCommand(JoinedSplit):
    """A leader takes a write up, and never proposes it. Breaks `waiting_is_commanded`."""

    def name_write(self, n: Replica, v: Value, m: Put) -> None:
        """As it should be, and the name is given to nothing."""
        require(m in self.network.of(Put))
        super().name_write(n, v, m)
        if v in self.command:
            del self.command[v]


class ProposesWhatItRefuses(JoinedSplit):
    """A leader refuses a write, and proposes it. Breaks `writes_wait`."""

    def name_write(self, n: Replica, v: Value, m: Put) -> None:
        """As it should be, and a command is made of it in any case."""
        require(m in self.network.of(Put))
        super().name_write(n, v, m)
        self.command[v] = m


class SplitsUnasked(JoinedSplit):
    """A leader proposes a split anywhere. Breaks `splits_are_led`."""

    def may_split_at(self, n: Replica, p: Part, k: Key) -> bool:
        """All members have items, and that is enough."""
        return self.whole[p]


class LeavesItsClients(JoinedSplit):
    """A leader forgets who waits when something is committed. Breaks `waits_until_told`."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, and nobody waits any more."""
        super().commit(n, s, q)
        self.pending[present(self.parent)].clear()


class PublishesWhenCommitted(JoinedSplit):
    """Routers learn of a split when it is committed, with a lease or without. Breaks
    `published_is_applied`."""

    def commit(self, n: Replica, s: Slot, q: Quorum[Replica]) -> None:
        """As it should be, and the last state is told."""
        super().commit(n, s, q)
        self.network.add(Published(self.states[present(self.parent)][-1].region))


class AsksForAllKeys(JoinedSplit):
    """Requests are for all keys. Breaks `what_stays_is_left_out`."""

    def may_move(self, k: Key) -> bool:
        """Any of them."""
        return True
