"""A property for each construct of the language: what can be lowered at a scope, and what for every scope.

The docstring of a property is what a table calls the construct.
"""

from enum import Enum
from typing import Annotated, Literal

from checker import (
    Bag,
    Map,
    Model,
    Ordered,
    Partial,
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    invariant,
    majority,
    maxima,
    require,
)

Small = Annotated[int, Range(0, 3)]


class Node(Sort): ...


class Term(Ordered): ...


class Phase(Enum):
    IDLE = 0
    BUSY = 1


class Ping(Record):
    node: Node
    term: Term


class Pong(Record):
    node: Node
    count: Small


class Constructs(Model):
    flag: bool
    count: Small
    term: Term
    phase: Phase
    leader: Node | None
    counts: Map[Node, Small]
    votes: Map[Node, Term | None]
    some: Partial[Node, Small]
    acks: Set[Node]
    network: Set[Ping | Pong]

    @invariant
    def arithmetic(self) -> bool:
        """`+`, `-`, `*`, comparisons of integers"""
        return self.count * 2 - 1 <= self.count + 2

    @invariant
    def division(self) -> bool:
        """`//`, `%`"""
        return self.count // 2 <= 3

    @invariant
    def enums(self) -> bool:
        """enums, booleans, `None`"""
        return self.phase == Phase.IDLE or self.flag or self.leader is None

    @invariant
    def records(self) -> bool:
        """records and their fields, unions, `.of(Record)`"""
        return all(m.term <= self.term for m in self.network.of(Ping))

    @invariant
    def membership(self) -> bool:
        """`in` a set or a map's keys"""
        return all(n not in self.acks or n in self.some for n in Node)

    @invariant
    def of_sorts(self) -> bool:
        """`all`, `any` over sorts, sets and maps"""
        return all(any(n != k for k in Node) or n in self.acks for n in self.acks)

    @invariant
    def of_quorums(self) -> bool:
        """quorums"""
        return any(all(n in q for n in self.acks) for q in Quorum[Node])

    @invariant
    def of_ranges(self) -> bool:
        """`all`, `any` over `range`"""
        return all(k < 3 for k in range(self.count))

    @invariant
    def lookup(self) -> bool:
        """a map at a key"""
        return all(self.counts[n] <= 3 for n in Node)

    @invariant
    def lookup_or(self) -> bool:
        """`.get` with a default"""
        return all(self.some.get(n, 0) <= 3 for n in Node)

    @invariant
    def order(self) -> bool:
        """comparisons of an ordered sort, `first`"""
        return Term.first <= self.term

    @invariant
    def order_ends(self) -> bool:
        """`last`, `next`, `prev`, `index`, `at`"""
        return self.term <= Term.last

    @invariant
    def emptiness(self) -> bool:
        """whether a collection is empty"""
        return len(self.acks) > 0 or not self.flag

    @invariant
    def sizes(self) -> bool:
        """`len` of a set"""
        return len(self.acks) <= 2

    @invariant
    def sums(self) -> bool:
        """`sum` over a sort"""
        return sum(self.counts[n] for n in Node) <= 9

    @invariant
    def sums_of_sets(self) -> bool:
        """`sum` over anything else"""
        return sum(1 for _n in self.acks) <= 9

    @invariant
    def extremes(self) -> bool:
        """`max`, `min`"""
        return max(self.counts[n] for n in Node) <= 3

    @invariant
    def best(self) -> bool:
        """`maxima`, `minima`"""
        return all(m.term <= self.term for m in maxima(self.network.of(Ping), key=lambda m: m.term))

    @invariant
    def majorities(self) -> bool:
        """`majority`"""
        return not majority(self.acks, {n for n in Node if n in self.some})

    @invariant
    def set_built(self) -> bool:
        """a set from a comprehension, looked into"""
        return all(n in self.acks for n in {k for k in Node if k in self.acks})

    @invariant
    def whole_sets(self) -> bool:
        """whole sets or maps compared"""
        return self.acks == {n for n in Node if n in self.some}


class WithSequences(Model):
    log: Seq[Small, Literal[2]]

    @invariant
    def sequences(self) -> bool:
        """sequences"""
        return len(self.log) == 0 or self.log[0] <= 3


class WithBags(Model):
    post: Bag[Node, Literal[2]]

    @invariant
    def bags(self) -> bool:
        """bags"""
        return all(n == n for n in self.post)


class WithSetsInside(Model):
    acks: Map[Node, Set[Node]]
    owner: Map[Node, Partial[Node, Small]]

    @invariant
    def nested(self) -> bool:
        """sets and maps in maps"""
        return all(n not in self.owner[k] or n in self.acks[k] for n in Node for k in Node)


class Writes(Model):
    flag: bool
    count: Small
    leader: Node | None
    counts: Map[Node, Small]
    some: Partial[Node, Small]
    acks: Set[Node]
    network: Set[Ping | Pong]

    @action
    def assigned(self, n: Node) -> None:
        """a variable assigned, `require`, `if`"""
        require(self.leader is None)
        self.leader = n
        if self.flag:
            self.flag = False

    @action
    def integers(self) -> None:
        """an integer assigned"""
        require(self.count < 3)
        self.count += 1

    @action
    def sets(self, n: Node) -> None:
        """`add`, `discard`"""
        self.acks.add(n)
        self.acks.discard(n)

    @action
    def at_keys(self, n: Node) -> None:
        """a map written at a key"""
        self.counts[n] = 0
        self.some[n] = 1

    @action
    def drawn(self, m: Ping) -> None:
        """a record as a parameter"""
        require(m in self.network)
        self.network.discard(m)

    @action
    def of_quorums(self, q: Quorum[Node]) -> None:
        """a quorum as a parameter"""
        require(all(n in self.acks for n in q))
        self.flag = True

    @action
    def matched(self, n: Node) -> None:
        """`match`"""
        match self.leader:
            case None:
                self.leader = n
            case _:
                self.flag = True

    @action
    def loops(self) -> None:
        """`for` over a sort, that writes at each member"""
        for n in Node:
            self.counts[n] = 0

    @action
    def whole_sets(self) -> None:
        """a set assigned from a comprehension"""
        self.acks = Set({n for n in Node if n in self.some})

    @action
    def cleared(self) -> None:
        """`clear`"""
        self.acks.clear()

    @action
    def whole_maps(self) -> None:
        """a map assigned from a comprehension"""
        self.counts = Map({n: 1 for n in Node})

    @action
    def parameters_of_integers(self, k: Small) -> None:
        """an integer as a parameter"""
        self.count = k


class WritesSequences(Model):
    log: Seq[Small, Literal[2]]

    @action
    def appended(self) -> None:
        """`append` to a sequence"""
        require(len(self.log) < 2)
        self.log.append(1)


class WritesBags(Model):
    post: Bag[Node, Literal[2]]

    @action
    def posted(self, n: Node) -> None:
        """`add` to a bag"""
        require(len(self.post) < 2)
        self.post.add(n)


MODELS: tuple[type[Model], ...] = (Constructs, WithSetsInside, WithSequences, WithBags)
WRITING: tuple[type[Model], ...] = (Writes, WritesSequences, WritesBags)
