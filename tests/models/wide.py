"""Sets and bags in the state of more possible elements than a mask has bits, or than a number has."""

from typing import Annotated, Literal

from checker import (
    Bag,
    Map,
    Model,
    Ordered,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    require,
)


class Node(Sort):
    """Who sends."""


class Slot(Ordered):
    """A place of a log."""


Number = Annotated[int, Range(0, 1023)]
Large = Annotated[int, Range(0, (1 << 40) - 1)]


class Entry(Record):
    """What is in a log."""

    writer: Node
    number: Number


class Append(Record):
    """Some entries, and where they belong."""

    sender: Node
    entries: Seq[Entry, Literal[2]]
    commit: Slot


class Ack(Record):
    """Up to where a node has the log."""

    sender: Node
    upto: Slot


class Snapshot(Record):
    """More than a number can say."""

    sender: Node
    first: Large
    second: Large


class Wide(Model):
    """A leaderless log: everybody appends, sends, and takes what fits."""

    log: Map[Node, Seq[Entry, Literal[2]]]
    network: Set[Append | Ack]
    inbox: Map[Node, Set[Append]]
    snapshots: Set[Snapshot]
    parcels: Bag[Snapshot, Literal[2]]
    seen: Partial[Slot, Set[Append]]
    told: Map[Node, bool]

    @action
    def write(self, n: Node, s: Slot) -> None:
        """A node writes, and tells everybody."""
        require(len(self.log[n]) == s.index)
        self.log[n].append(Entry(n, 7 * s.index))
        self.network.add(Append(n, self.log[n], s))

    @action
    def take(self, n: Node, m: Append) -> None:
        """Drawn from what there may be: any message that was sent."""
        require(m in self.network)
        require(m.sender != n and len(m.entries) > len(self.log[n]))
        self.inbox[n].add(m)
        self.log[n] = m.entries
        self.network |= {Ack(n, m.commit)}

    @action
    def forget(self, n: Node) -> None:
        """What came is forgotten."""
        require(len(self.inbox[n]) > 0)
        one = {m for m in self.inbox[n] if m.sender != n}
        self.inbox[n] -= one
        self.network -= {Ack(n, s) for s in Slot}

    @action
    def note(self, s: Slot) -> None:
        """What was sent up to a place, for good."""
        require(s not in self.seen)
        sent = Set(m for m in self.network.of(Append) if m.commit <= s)
        require(len(sent) > 0)
        self.seen[s] = sent

    @action
    def snapshot(self, n: Node) -> None:
        """Beyond 62 bits."""
        require(not self.told[n] and len(self.log[n]) == 2)
        self.told[n] = True
        taken = Snapshot(n, 549755813888 + self.log[n][0].number, 8589934592 + self.log[n][1].number)
        self.snapshots.add(taken)
        if len(self.parcels) < 2:
            self.parcels.add(taken)
        if len(self.parcels) < 2:
            self.parcels.add(Snapshot(n, 1, 1))

    @fault("lose")
    def lose(self, n: Node) -> None:
        """A parcel, and the messages of a node, are lost."""
        require(Snapshot(n, 1, 1) in self.parcels)
        self.parcels.remove(Snapshot(n, 1, 1))
        self.snapshots.discard(Snapshot(n, 1, 1))
        self.network = Set(m for m in self.network if m.sender != n)

    @invariant
    def acks_are_of_what_was_sent(self) -> bool:
        """Nobody has more than was written."""
        return all(len(self.log[a.sender]) > a.upto.index for a in self.network.of(Ack))

    @invariant
    def snapshots_are_of_nodes(self) -> bool:
        """One each."""
        return len(self.snapshots) <= sum(1 for n in Node if self.told[n])

    @invariant
    def what_was_seen_was_sent(self) -> bool:
        """Unless it was lost."""
        return all(len(self.seen[s]) > 0 for s in self.seen)

    @cover
    def both_noted(self) -> bool:
        """The second place says more than the first."""
        return all(s in self.seen for s in Slot) and self.seen[Slot.first] < self.seen[Slot.last]
