"""The chain of memberships with one rule forgotten."""

from checker import require
from model.membership_proof import Count, MembershipChain


class SwapsInOneStep(MembershipChain):
    """A member leaves in the same step in which another joins."""

    def add(self) -> None:
        """The size stays, and there is one more in both together."""
        require(self.new == self.old and self.together == self.old and self.new < self.most)
        self.together += 1


class AddsTwo(MembershipChain):
    """Two members join in one step."""

    def add(self) -> None:
        """As it should be, for two."""
        require(self.new == self.old and self.together == self.old)
        require(self.new + 2 <= self.most)
        self.new += 2
        self.together += 2


class HalfIsEnough(MembershipChain):
    """Half of the members are held to be a majority."""

    def decide(self, acks: Count, more: Count) -> None:
        """As it should be, but one half is enough."""
        require(acks <= self.old and more <= self.new)
        require(2 * acks >= self.old and 2 * more >= self.new)
        self.common = acks + more - self.together
