"""Ranges of keys with one rule of the split forgotten."""

from checker import require
from model.range_proof import Key, Part, SplitRanges


class GivesTheKeyTwice(SplitRanges):
    """The boundary belongs to both."""

    def owns(self, p: Part, k: Key) -> bool:
        """As it should be, but the end is thought to be the last key."""
        end = self.end[p]
        return self.is_used[p] and self.low[p] <= k and (end is None or k <= end)


class KeepsItsEnd(SplitRanges):
    """The parent does not give up what the child gets."""

    def split(self, p: Part, child: Part, k: Key) -> None:
        """As it should be, but the range of the parent stays as it was."""
        require(self.is_used[p] and not self.is_used[child])
        require(self.low[p] < k and self.owns(p, k))
        self.is_used[child] = True
        self.low[child] = k
        self.end[child] = self.end[p]


class ChildHasNoEnd(SplitRanges):
    """The child does not learn where the range of its parent ended."""

    def split(self, p: Part, child: Part, k: Key) -> None:
        """As it should be, but the child keeps the end that it had."""
        require(self.is_used[p] and not self.is_used[child])
        require(self.low[p] < k and self.owns(p, k))
        self.is_used[child] = True
        self.low[child] = k
        self.end[p] = k


class SplitsAnywhere(SplitRanges):
    """A partition is split at a key that it does not own."""

    def split(self, p: Part, child: Part, k: Key) -> None:
        """As it should be, without a look at the key."""
        require(self.is_used[p] and not self.is_used[child])
        self.is_used[child] = True
        self.low[child] = k
        self.end[child] = self.end[p]
        self.end[p] = k
