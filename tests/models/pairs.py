"""Properties of pairs: the same in both orders or not, and such as may have no value."""

from typing import Annotated, Literal

from checker import Map, Model, Ordered, Quorum, Range, Seq, Sort, action, cover, invariant, require


class Node(Sort):
    """Who has a log."""


class Slot(Ordered):
    """A place in it."""


Level = Annotated[int, Range(0, 2)]
Log = Seq[Level, Literal[2]]


class Pairs(Model):
    """Logs that grow apart, and levels that a quorum agrees to raise."""

    log: Map[Node, Log]
    done: Map[Node, Level]
    level: Map[Node, Level]

    @action
    def append(self, n: Node, x: Level) -> None:
        """A node writes what it likes."""
        require(len(self.log[n]) < 2 and x < 2)
        self.log[n].append(x)

    @action
    def finish(self, n: Node, s: Slot, q: Quorum[Node]) -> None:
        """What a quorum has in a slot is done; the guards of the quorum hold for each of its nodes."""
        require(n in q)
        require(s.index < len(self.log[n]))
        require(self.done[n] == s.index)
        require(all(self.has(k, n, s) for k in q))
        require(not any(self.level[k] == 2 for k in q if k != n))
        self.done[n] += 1

    def has(self, k: Node, n: Node, s: Slot) -> bool:
        """A node has what another has in a slot; the other has something there."""
        return s.index < len(self.log[k]) and self.log[k][s.index] == self.log[n][s.index]

    @action
    def lift(self, n: Node, q: Quorum[Node]) -> None:
        """A node is above some node of a quorum, not above all."""
        require(any(self.level[k] <= self.level[n] for k in q))
        require(not all(self.level[k] < self.level[n] for k in q))
        require(self.level[n] < 2 and self.done[n] > 0)
        self.level[n] += 1

    @action
    def agree(self, n: Node, x: Level, q: Quorum[Node]) -> None:
        """A node takes a level that none of a quorum is above."""
        require(n in q)
        require(all(self.level[k] <= x for k in q))
        self.level[n] = x

    @action
    def follow(self, n: Node, x: Level, m: Node) -> None:
        """A node takes the level of another."""
        require(m != n)
        require(self.level[m] == x)
        self.level[n] = x

    @invariant
    def done_agree(self) -> bool:
        """The same in both orders; of a node and itself it is true."""
        return all(
            self.log[a][: min(self.done[a], self.done[b])] == self.log[b][: min(self.done[b], self.done[a])]
            for a in Node
            for b in Node
        )

    @invariant
    def entries_of_the_done_agree(self) -> bool:
        """The same in both orders; without a value where more is done than there is."""
        return all(
            self.log[a][s.index] == self.log[b][s.index]
            for a in Node
            for b in Node
            for s in Slot
            if s.index < min(self.done[a], self.done[b])
        )

    @invariant
    def nobody_is_far_behind(self) -> bool:
        """Not the same in both orders."""
        return all(self.level[a] <= self.level[b] + 2 for a in Node for b in Node if self.done[a] == 2)

    @cover
    def two_logs_differ(self) -> bool:
        """Some pair, in whatever order."""
        return any(self.log[a] != self.log[b] for a in Node for b in Node)


class Disagreeing(Pairs):
    """Entries are done that others have not."""

    def has(self, k: Node, n: Node, s: Slot) -> bool:
        """Nobody looks."""
        return len(self.log[k]) >= 0


class Overdone(Pairs):
    """More is done than there is."""

    @action
    def append(self, n: Node, x: Level) -> None:
        """A node says that it has done what it has not written."""
        require(self.done[n] < 2 and x == 1)
        self.done[n] = self.done[n] + 1
