"""A partition that splits, and what holds inside: a rule that is weakened shows before a client is harmed.

The rules, what they owe to whom, and what clients may rely on are in `model.split_rules`.
"""

from typing import Self

from checker import Set, cover, invariant, step_invariant
from model.split_messages import Answer, Done, Get, Key, Part, Published, Put, Refused, covers
from model.split_rules import SplitRules


class Split(SplitRules):
    """Requests follow maps, what waits is answered once, what begins has been cut off."""

    # ---------------------------------------------------------------- routers and requests

    @invariant
    def routers_have_maps(self) -> bool:
        """Of every key routers know a partition, if only by an old map."""
        return all(any(covers(m.region, k) for m in self.network.of(Published)) for k in Key)

    @invariant
    def requests_follow_maps(self) -> bool:
        """Whatever is sent to a partition is sent by a map that was published and names it."""
        return all(self.is_mapped(m) for m in self.network.of(Put, Get))

    def is_mapped(self, m: Put | Get) -> bool:
        """A map says that the partition has the key, since this version."""
        return any(
            p.region.part == m.part and p.region.version == m.version and covers(p.region, m.key)
            for p in self.network.of(Published)
        )

    @step_invariant
    def stale_does_not_wait(self, old: Self) -> bool:
        """What a leader takes up follows the map that it knows to be the present one."""
        return all(m in old.pending[p] or self.is_known_valid(p, m) for p in Part for m in self.pending[p])

    def is_known_valid(self, p: Part, m: Put | Get) -> bool:
        """By what the leader has applied the route is the present one."""
        return self.is_valid(self.states[p][self.applied[p] - 1].region, m)

    @step_invariant
    def answered_waits_no_more(self, old: Self) -> bool:
        """Who learns that a write is done, or what a read found, was waiting for it, and waits no more."""
        return all(
            m in old.network or any(self.waits_no_longer(old.pending[p], self.pending[p], m) for p in Part)
            for m in self.network.of(Done, Answer)
        )

    def waits_no_longer(self, before: Set[Put | Get], after: Set[Put | Get], m: Done | Answer) -> bool:
        """A request to which this is the answer waited, and does not now."""
        return any(
            r not in after
            and (
                isinstance(m, Done) and r.request == m.request
                if isinstance(r, Put)
                else isinstance(m, Answer) and r.key == m.key
            )
            for r in before
        )

    @step_invariant
    def who_answers_is_current(self, old: Self) -> bool:
        """Who says what became of a request that waited has applied all of the log."""
        return all(
            old.applied[p] == len(old.states[p])
            for p in Part
            if self.has_said_more(old.network.of(Done, Answer, Refused))
            and any(m not in self.pending[p] for m in old.pending[p])
        )

    def has_said_more(self, before: Set[Done | Answer | Refused]) -> bool:
        """A client is told what it was not told before."""
        return any(m not in before for m in self.network.of(Done, Answer, Refused))

    @invariant
    def who_refuses_was_asked(self) -> bool:
        """No partition speaks for another: it says what it owns to whom it was asked by."""
        return all(
            any(m.part == r.region.part for m in self.network.of(Put, Get)) for r in self.network.of(Refused)
        )

    # ---------------------------------------------------------------- leaders

    @step_invariant
    def who_adds_has_applied(self, old: Self) -> bool:
        """A leader knows the state after what it adds: it could go on to answer at once."""
        return all(self.applied[p] > old.applied[p] for p in Part if len(self.states[p]) > len(old.states[p]))

    @step_invariant
    def new_leaders_know_no_request(self, old: Self) -> bool:
        """Who has applied less than the leader before it is another: what was taken up waits no more."""
        return all(self.applied[p] >= old.applied[p] or len(self.pending[p]) == 0 for p in Part)

    # ---------------------------------------------------------------- new partitions

    @invariant
    def parts_are_named(self) -> bool:
        """Who has a beginning, or a replica of one, was cut off under a name that is not given again."""
        return all(self.named[m.state.region.part] for m in self.seeds()) and all(
            self.seeded[p] == 0 or any(m.state.region.part == p for m in self.seeds()) for p in Part
        )

    @invariant
    def parts_begin_whole(self) -> bool:
        """A leader has applied the beginning of its partition, and none loses a member before it begins."""
        return all(
            self.applied[p] > 0 if len(self.states[p]) > 0 else self.applied[p] == 0 and self.whole[p]
            for p in Part
        )

    # ---------------------------------------------------------------- what must be reached

    @cover
    def acknowledges(self) -> bool:
        """A client can learn that its write is done."""
        return len(self.network.of(Done)) > 0

    @cover
    def answers(self) -> bool:
        """A client can learn what is written."""
        return len(self.network.of(Answer)) > 0

    @cover
    def tells_a_writer(self, old: Self) -> bool:
        """The client of a write that waited can be told that its route was stale."""
        return self.has_more_refusals(old.network.of(Refused)) and any(
            isinstance(m, Put) and m not in self.pending[p] for p in Part for m in old.pending[p]
        )

    @cover
    def tells_a_reader(self, old: Self) -> bool:
        """The client of a read that waited can be told that its route was stale."""
        return self.has_more_refusals(old.network.of(Refused)) and any(
            isinstance(m, Get) and m not in self.pending[p] for p in Part for m in old.pending[p]
        )

    def has_more_refusals(self, before: Set[Refused]) -> bool:
        """A client is told what a partition owns, and was not before."""
        return any(m not in before for m in self.network.of(Refused))
