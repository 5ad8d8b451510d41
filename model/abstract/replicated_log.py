"""A log that everybody sees alike: each slot gets one value, or none, and keeps it.

This is what a replication group is for: what is chosen for a slot is chosen for ever (Lamport, Paxos Made
Simple, 2001, section 3). Slots may be chosen in any order.
"""

from checker import Model, Ordered, Record, Set, Sort, action, require


class Value(Sort):
    """What a client writes."""


class Slot(Ordered):
    """The places of the log."""


class Write(Record):
    """What is written into a slot: a value, or a no-op."""

    slot: Slot
    value: Value | None


class ReplicatedLog(Model):
    """At most one write for a slot, and none is taken back."""

    chosen: Set[Write]

    @action
    def choose(self, s: Slot, v: Value | None) -> None:
        """A slot that has no value gets one."""
        require(all(w.slot != s for w in self.chosen))
        self.chosen.add(Write(s, v))
