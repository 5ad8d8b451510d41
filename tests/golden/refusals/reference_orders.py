"""Refused, as the language reference shows it: orders."""

from checker import Ordered, Seq, Sort, action, maxima, require
from tests.golden.refusals.setting import Demo, Node, Value


class Orders(Demo):
    @action
    def compare(self, n: Node, m: Node) -> None:
        # refused: 'n < m' orders Node, a Sort, whose members have no order; derive Node from Ordered
        require(n < m)

    @action
    def name_one(self) -> None:
        # refused: 'Node(1)' names one member of Node, and the scope decides which there are; make it a
        #   parameter of the action: x: Node
        self.voted[Node(1)] = None

    @action
    def first(self, n: Node) -> None:
        # refused: 'Node' is a Sort, whose members have no order; derive Node from Ordered
        self.voted[n] = Node.first

    @action
    def position(self, n: Node) -> None:
        # refused: '[m for m in Node if m != n]' has no order, and a position would observe one; a set, sort
        #   or quorum has no order: use any, all, maxima(key=...) or a Seq
        self.voted[n] = [m for m in Node if m != n][0]

    @action
    def sort(self, n: Node) -> None:
        # refused: 'sorted(self.alive)' sorts the Sort Node, which has no order; sort integers or members of
        #   an Ordered
        nodes = sorted(self.alive)
        require(len(nodes) > 0)

    @action
    def number(self, n: Node) -> None:
        # refused: a member of the Sort Node has no 'index'; derive Node from Ordered
        require(n.index == 0)

    @action
    def best(self, n: Node) -> None:
        # refused: 'max(self.alive)' compares members of the Sort Node, which has no order; write maxima(xs,
        #   key=lambda x: ...)
        require(max(self.alive) == n)

    @action
    def number_them(self) -> None:
        # refused: 'Node' has no order, and enumerate() would observe one; a set, sort or quorum has no
        #   order: use any, all, maxima(key=...) or a Seq
        for i, n in enumerate(Node):
            self.log[n].truncate(i)

    @action
    def last_wins(self) -> None:
        for n in Node:
            self.term[n] = self.term[n]
            self.clock = len(self.log[n])

    @action
    def carry(self) -> None:
        total = 0
        for n in Node:
            # refused: 'total' is carried from turn to turn of a loop without order; compute it by sum, any,
            #   all, maxima or a comprehension
            total = total + len(self.log[n])
        self.clock = total

    @action
    def kinds(self, n: Node, v: Value) -> None:
        # refused: 'n' is Node and 'v' is Value: they are never equal; compare values of one type
        require(n == v)
