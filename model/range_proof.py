"""Why partitions always cover every key once, however often they are split: over any total order of keys.

Source: Elhemali et al., Amazon DynamoDB (USENIX ATC 2022), section 4.1.2: a partition that is
too hot is split at a key that is chosen from what it serves. What travels when that is done is `model.split`.

A partition owns the keys from `low` up to `end`, which is no longer its own; without `end` there is no last
key. That each key has just one owner is proved for any number of keys and partitions.
"""

from checker import Map, Model, Ordered, Sort, action, initial, invariant, lemma, require


class Key(Ordered):
    """What is looked up; any total order with a least key."""


class Part(Sort):
    """A partition, in use or not yet."""


class SplitRanges(Model):
    """Ranges of keys, each with one owner; a split gives the upper part of a range away."""

    is_used: Map[Part, bool]
    low: Map[Part, Key]
    end: Map[Part, Key | None]

    @initial
    def begin(self, p: Part) -> None:
        """One partition owns all keys."""
        self.is_used[p] = True

    @action
    def split(self, p: Part, child: Part, k: Key) -> None:
        """A partition keeps what is below the key; a new one gets the rest."""
        require(self.is_used[p] and not self.is_used[child])
        require(self.low[p] < k and self.owns(p, k))
        self.is_used[child] = True
        self.low[child] = k
        self.end[child] = self.end[p]
        self.end[p] = k

    @action
    def merge(self, p: Part, q: Part) -> None:
        """A partition takes the range that begins where its own ends."""
        require(self.is_used[p] and self.is_used[q] and self.end[p] == self.low[q])
        self.end[p] = self.end[q]
        self.is_used[q] = False

    def owns(self, p: Part, k: Key) -> bool:
        """The key is in the range."""
        end = self.end[p]
        return self.is_used[p] and self.low[p] <= k and (end is None or k < end)

    @lemma
    def each_key_has_an_owner(self) -> bool:
        """No key is lost."""
        return all(any(self.owns(p, k) for p in Part) for k in Key)

    @lemma
    def no_key_has_two(self) -> bool:
        """No key is in two ranges."""
        return all(
            p == q or not self.owns(p, k) or not self.owns(q, k) for p in Part for q in Part for k in Key
        )

    @lemma
    def ranges_are_not_empty(self) -> bool:
        """A partition that is in use owns its first key."""
        return all(self.owns(p, self.low[p]) for p in Part if self.is_used[p])

    @invariant
    def one_owner(self) -> bool:
        """Each key has just one owner."""
        return all(
            any(self.owns(p, k) and all(q == p or not self.owns(q, k) for q in Part) for p in Part)
            for k in Key
        )
