"""State spaces that are all values of a type: representatives can be counted without searching."""

from __future__ import annotations

from typing import Annotated

from checker import Bag, Map, Model, Ordered, Partial, Quorum, Range, Record, Seq, Set, Sort, action, require


class Node(Sort): ...


class Colour(Sort): ...


class Place(Ordered): ...


Tokens = Annotated[int, Range(0, 3)]


class Edge(Record):
    """From one node to another, or to itself."""

    source: Node
    target: Node


class Spot(Record):
    """A node has a colour."""

    node: Node
    colour: Colour


class Heaps(Model):
    """At most three tokens, on some of the nodes."""

    tokens: Map[Node, Tokens]

    @action
    def put(self, n: Node) -> None:
        require(sum(self.tokens[m] for m in Node) < 3)
        self.tokens[n] += 1


class Digraphs(Model):
    """Sets of edges, loops among them."""

    edges: Set[Edge]

    @action
    def draw(self, a: Node, b: Node) -> None:
        self.edges.add(Edge(a, b))


class Graphs(Model):
    """Sets of edges without direction or loops."""

    edges: Set[Edge]

    @action
    def draw(self, a: Node, b: Node) -> None:
        require(a != b)
        self.edges.add(Edge(a, b))
        self.edges.add(Edge(b, a))


class Grants(Model):
    """As `Digraphs`, a set at each node."""

    granted: Map[Node, Set[Node]]

    @action
    def grant(self, a: Node, b: Node) -> None:
        self.granted[a].add(b)


class Pointers(Model):
    """Partial functions from nodes to nodes."""

    voted_for: Map[Node, Node | None]

    @action
    def vote(self, a: Node, b: Node) -> None:
        require(self.voted_for[a] is None)
        self.voted_for[a] = b


class SparsePointers(Model):
    """The same, as a partial map."""

    voted_for: Partial[Node, Node]

    @action
    def vote(self, a: Node, b: Node) -> None:
        require(a not in self.voted_for)
        self.voted_for[a] = b


class Matrices(Model):
    """Sets of pairs of two sorts."""

    spots: Set[Spot]

    @action
    def paint(self, n: Node, c: Colour) -> None:
        self.spots.add(Spot(n, c))


class Painted(Model):
    """Nodes with a colour each, or none, and edges between them."""

    colour: Map[Node, Colour | None]
    edges: Map[Node, Set[Node]]

    @action
    def paint(self, n: Node, c: Colour) -> None:
        require(self.colour[n] is None)
        self.colour[n] = c

    @action
    def draw(self, a: Node, b: Node) -> None:
        require(a != b)
        self.edges[a].add(b)


class Words(Model):
    """Sequences of nodes."""

    word: Seq[Node, Place]

    @action
    def append(self, n: Node) -> None:
        require(len(self.word) < len(Place))
        self.word.append(n)


class Sacks(Model):
    """Multisets of nodes."""

    sack: Bag[Node, Place]

    @action
    def put(self, n: Node) -> None:
        require(len(self.sack) < len(Place))
        self.sack.add(n)


class Councils(Model):
    """Nodes, each with a majority or none."""

    trusts: Map[Node, Quorum[Node] | None]

    @action
    def trust(self, n: Node, q: Quorum[Node]) -> None:
        require(self.trusts[n] is None)
        self.trusts[n] = q
