"""Why a membership may change by one member at a time: then majorities intersect, for any size.

Source: Ongaro, Consensus: Bridging Theory and Practice (2014), section 4.1. Two sets of `a` and `b` of `n`
members have at least `a + b - n` members in common; `n` are those of the old and the new membership together.
The language's `majority(acks, members)` asks for `2 * len(acks & members) > len(members)`: `is_majority` says
the same of numbers, and a test keeps the two together.
"""

from typing import Annotated

from checker import Model, Param, Range, action, assume, initial, invariant, lemma, require

Count = Annotated[int, Range(0, "most")]
"""Members."""


def is_majority(acks: int, members: int) -> bool:
    """More than half of the members are in a set that has so many of them."""
    return 2 * acks > members


class MembershipChain(Model):
    """The old and the new membership in numbers, and the two majorities that were seen last."""

    most: Param

    old: Count
    new: Count
    together: Count
    common: Annotated[int, Range(-20, 20)]

    @assume
    def most_makes_sense(self) -> bool:
        """There may be a member."""
        return self.most >= 1

    @initial
    def begin(self) -> None:
        """One member, and nothing is being changed."""
        self.old = 1
        self.new = 1
        self.together = 1
        self.common = 1

    @action
    def add(self) -> None:
        """A member joins."""
        require(self.new == self.old and self.together == self.old and self.new < self.most)
        self.new += 1
        self.together += 1

    @action
    def remove(self) -> None:
        """A member leaves; the last one stays."""
        require(self.new == self.old and self.together == self.old and self.old > 1)
        self.new -= 1

    @action
    def settle(self) -> None:
        """The new membership is the one from which the next change begins."""
        self.old = self.new
        self.together = self.new

    @action
    def decide(self, acks: Count, more: Count) -> None:
        """A majority of the old membership, and one of the new, with as little in common as can be."""
        require(acks <= self.old and more <= self.new)
        require(is_majority(acks, self.old) and is_majority(more, self.new))
        self.common = acks + more - self.together

    @lemma
    def one_member_at_a_time(self) -> bool:
        """The memberships are the same, or one has one member more."""
        return (
            1 <= self.old <= self.most
            and 1 <= self.new <= self.most
            and (
                (self.together == self.old and self.new == self.old)
                or (self.together == self.old and self.new == self.old - 1)
                or (self.together == self.new and self.new == self.old + 1)
            )
        )

    @invariant
    def majorities_intersect(self) -> bool:
        """Some member has been in both."""
        return self.common >= 1
