"""Values of many shapes: too many for a number, in options, unions and maps of many keys; sets of large
domains."""

from typing import Annotated, Literal, Self

from checker import (
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
    initial,
    invariant,
    present,
    replace,
    require,
    step_invariant,
)

Large = Annotated[int, Range(-1000000, 1000000)]
"""Four of them have no rank of 62 bits."""


class Node(Sort):
    """Anybody."""


class Era(Ordered):
    """Times."""


class Entry(Record):
    """What a log holds."""

    era: Era
    node: Node


class Snapshot(Record):
    """Too large for a number."""

    log: Seq[Entry, Literal[12]]
    total: Large
    of: Node | None


class Empty(Record):
    """Nothing much."""

    of: Node | None


class Copy(Record):
    """A message that carries a log: some hundred thousand values."""

    sender: Node
    era: Era
    log: Seq[Entry, Literal[5]]


class Shapes(Model):
    """Logs are copied, snapshots taken, links counted."""

    log: Map[Node, Seq[Entry, Literal[5]]]
    kept: Map[Node, Snapshot | Empty | None]
    newest: Snapshot
    last: Snapshot | None
    links: Partial[tuple[Node, Era, bool], Large]
    sent: Set[Copy]

    @initial
    def start(self, n: Node) -> None:
        """Some node begins."""
        self.newest = Snapshot(Seq(), 0, n)

    @action
    def write(self, n: Node, e: Era) -> None:
        """One more entry."""
        require(len(self.log[n]) < 2)
        self.log[n].append(Entry(e, n))

    @action
    def copy(self, n: Node, e: Era) -> None:
        """The log is sent."""
        require(len(self.sent) < 2)
        self.sent.add(Copy(n, e, self.log[n]))

    @action
    def take(self, n: Node, m: Copy) -> None:
        """A log arrives."""
        require(m in self.sent)
        require(m.sender != n and self.log[n] != m.log)
        self.log[n] = m.log
        self.links[(n, m.era, True)] = len(m.log) - 3

    @action
    def snapshot(self, n: Node) -> None:
        """All that a node has."""
        taken = Snapshot(self.log[n], len(self.log[n]) * 1000 - 5, n)
        self.kept[n] = taken
        self.last = taken
        self.newest = replace(self.newest, total=taken.total)

    @action
    def forget(self, n: Node) -> None:
        """Nothing is left."""
        was = present(self.kept[n])
        require(isinstance(was, Snapshot))
        self.kept[n] = Empty(was.of)
        if (n, Era.first, True) in self.links:
            del self.links[(n, Era.first, True)]

    @invariant
    def short(self) -> bool:
        """No log is long."""
        return all(len(self.log[n]) <= 2 for n in Node) and len(self.newest.log) == 0

    @step_invariant
    def sent_stays(self, old: Self) -> bool:
        """Messages are never lost."""
        return old.sent <= self.sent

    @cover
    def keep_the_same(self) -> bool:
        """Two nodes can keep the same: nothing."""
        return any(a != b and self.kept[a] == self.kept[b] for a in Node for b in Node)

    @cover
    def negative_total(self) -> bool:
        """Sums may be below zero."""
        return any(value < -2 for value in self.links.values())
