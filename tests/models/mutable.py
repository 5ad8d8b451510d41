"""A model that has something for each kind of mistake: messages, a quorum, a disk, a crash, helpers, writes
that depend on each other."""

from typing import Self

from checker import (
    Ghost,
    Map,
    Model,
    Ordered,
    Quorum,
    Record,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    majority,
    require,
    step_invariant,
)


class Node(Sort):
    """Who counts."""


class Round(Ordered):
    """What is counted."""


class Ack(Record):
    """A node has reached a round."""

    node: Node
    round: Round


class Rounds(Model):
    """Nodes move on; a round is done when a majority has reached it and one of them says so."""

    reached: Map[Node, Round | None]
    disk: Map[Node, Round | None]
    network: Set[Ack]
    done: Set[Round]
    seen: Set[Node]
    history: Ghost[Set[Round]]

    @action
    def move(self, n: Node, r: Round) -> None:
        """A node moves on, writes that down, and says so."""
        require(self.reached[n] is None or r > self.reached[n])
        self.reached[n] = r
        self.disk[n] = self.reached[n]
        self.tell(n)

    def tell(self, n: Node) -> None:
        """Of what is on the disk."""
        safe = self.disk[n]
        if safe is not None:
            self.network.add(Ack(n, safe))

    @action
    def finish(self, r: Round, q: Quorum[Node]) -> None:
        """All of a quorum have reached the round."""
        acks = [m.node for m in self.network.of(Ack) if m.round >= r and m.node in q]
        require(self.is_open(r) and all(n in acks for n in q))
        self.done.add(r)
        self.history.add(r)

    @action
    def count(self) -> None:
        """Who was heard of; a majority of all is enough."""
        require(majority(Set({m.node for m in self.network}), Set(Node)))
        self.seen |= Set({m.node for m in self.network})

    def is_open(self, r: Round) -> bool:
        """It is not done."""
        return r not in self.done

    @fault("crash")
    def crash(self, n: Node) -> None:
        """A node knows what is on its disk."""
        self.reached[n] = self.disk[n]

    @invariant
    def acks_are_kept(self) -> bool:
        """What was told is so."""
        return all(self.reached[m.node] is not None and self.reached[m.node] >= m.round for m in self.network)

    @invariant
    def done_by_a_majority(self) -> bool:
        """A quorum has reached what is done."""
        return all(
            any(all(any(m.node == n and m.round >= r for m in self.network) for n in q) for q in Quorum[Node])
            for r in self.done
        )

    @step_invariant
    def rounds_rise(self, old: Self) -> bool:
        """A node never goes back."""
        return all(self.rises(old.reached[n], self.reached[n]) for n in Node)

    def rises(self, before: Round | None, after: Round | None) -> bool:
        """A round is followed by itself or a later one."""
        return before is None or (after is not None and after >= before)

    @cover
    def something_is_done(self) -> bool:
        """A round can be done."""
        return len(self.done) > 0
