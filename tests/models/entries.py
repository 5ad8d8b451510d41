"""Actions that change entries of maps, in every way that tells the entries apart or not."""

from typing import Annotated, Literal

from checker import Map, Model, Partial, Range, Record, Seq, Set, Sort, action, constraint, require


class Node(Sort):
    """Who has entries."""


class Kind(Sort):
    """What entries are of."""


Level = Annotated[int, Range(0, 3)]


class Item(Record):
    """A value of several parts."""

    kind: Kind
    level: Level


class Entries(Model):
    """Each action writes and reads other entries."""

    level: Map[Node, Level]
    pair: Map[tuple[Node, Kind], bool]
    nested: Map[Node, Map[Kind, Level]]
    items: Partial[Node, Item]
    inner: Map[Node, Partial[Kind, Level]]
    logs: Map[Node, Seq[Item, Literal[2]]]
    sets: Partial[Node, Set[Kind]]
    far: Map[Node, Partial[Kind, Seq[Kind, Literal[1]]]]

    @action
    def both(self, n: Node, m: Node) -> None:
        """Two entries that may be the same one; the second value is read after the first was written."""
        require(self.level[n] < 2)
        self.level[n] += 1
        self.level[m] = self.level[n]

    @action
    def neighbours(self, n: Node, k: Kind) -> None:
        """A key of several parts, and an entry inside an entry that is read by another key."""
        require(self.level[n] == 1)
        self.pair[n, k] = not self.pair[n, k]
        if any(self.nested[n][j] == 0 for j in Kind):
            self.nested[n][k] = 1

    @action
    def take(self, n: Node, k: Kind) -> None:
        """Entries of partial maps that appear, change and go."""
        if n in self.items:
            del self.items[n]
            self.inner[n][k] = 2
        else:
            self.items[n] = Item(k, self.level[n])
            if k in self.inner[n]:
                del self.inner[n][k]

    @action
    def rebound(self, n: Node, k: Kind) -> None:
        """The name of a parameter is bound again before it is a key."""
        require(self.level[n] == 2 and k in self.inner[n])
        for n in Node:
            self.logs[n].clear()
            if n not in self.sets:
                self.sets[n] = Set({k})
            self.sets[n].add(k)

    @action
    def write(self, n: Node, k: Kind) -> None:
        """What is written is read by way of a helper."""
        require(len(self.logs[n]) < 2 and self.pair[n, k])
        self.logs[n].append(Item(k, 0))
        if self.length(n) == 2:
            self.logs[n].truncate(1)
            self.forget(n)
        if k not in self.far[n]:
            self.far[n][k] = Seq([k])

    def length(self, m: Node) -> int:
        """The length of a log."""
        return len(self.logs[m])

    def forget(self, m: Node) -> None:
        """Writes elsewhere."""
        self.level[m] = 0
        for k in Kind:
            if k in self.far[m]:
                del self.far[m][k]

    @constraint
    def few(self) -> bool:
        """Keeps the number of states small."""
        return len(self.items) <= 1 and sum(len(self.inner[n]) for n in Node) <= 1
