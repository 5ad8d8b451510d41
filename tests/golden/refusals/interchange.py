"""What would tell one member of a sort from another."""

from dataclasses import dataclass

from checker import Map, Model, Record, Set, action, initial, invariant, require
from tests.golden.refusals.setting import Demo, Node, Role, Term

CHOSEN = frozenset({Node(1), Node(2)})
PAIRS = ((Node(1), Node(2)),)
NAMES = {Node(1): 1}


class Holder:
    """Hides a member behind an attribute."""

    node = Node(1)


def first(n: Node = Node(1)) -> Node:
    """A default that names a member."""
    return n


def is_first(n: Node) -> bool:
    return n == CHOSEN


class ByText(Demo):
    @action
    def texts(self, n: Node, m: Node) -> None:
        require(hash(n) < hash(m))
        require(str(n) == "Node1")
        require(repr(n) == repr(m))
        require(f"{n}" == f"{m}")
        require(len(str(n)) == 5)
        require(id(n) == 0)
        require(int(n) == 1)
        require(bool(n))
        require(n.number == 1)
        require(n.index == 0)
        require(n._number == 1)
        require(getattr(n, "number") == 1)
        require(n.__hash__() == m.__hash__())
        require(n.__class__ == Node)
        require(type(n) == Node)
        require(isinstance(n, Node))
        require("%s" % n == "Node1")
        require(vars(n) == {})


class ByPlace(Demo):
    @action
    def places(self, n: Node) -> None:
        require(n == Node.first)
        require(n == Node.last)
        require(n == n.next)
        require(n == Node.at(0))
        require(n == Node[0])
        require(n == list(Node)[0])
        require(n == next(iter(Node)))
        require(n == min(Node))
        require(n == max(Node, key=lambda m: 0))
        require(n == sorted(Node)[0])
        require(n in [m for m in Node][:1])
        require(any(i == 0 and n == m for i, m in enumerate(Node)))
        require(any(n == m for m, t in zip(Node, Term)))
        require(n + 1 == n)
        require(n < n)
        (a, *rest) = Node
        require(n == a)
        x, y, z = Node
        require(n == x)


class ByConstant(Demo):
    @action
    def constants(self, n: Node) -> None:
        require(n in CHOSEN)
        require((n, n) in PAIRS)
        require(n in NAMES)
        require(n == Holder.node)
        require(n == first())
        require(is_first(n))
        require(n in {Node(1)})
        require(Set([Node(2)]) == Set([n]))
        self.voted = Map({Node(1): None, Node(2): None})

    @action
    def patterns(self, n: Node) -> None:
        match n:
            case Node(number=1):
                self.ready = True
            case _:
                self.ready = False

    @invariant
    def named(self) -> bool:
        return self.voted[Node(1)] is None

    @initial
    def begin(self) -> None:
        self.voted[Node(1)] = Node(2)


class ByDefault(Demo):
    @action
    def defaults(self, n: Node = Node(1)) -> None:
        self.voted[n] = n


class ByLoop(Demo):
    @action
    def loops(self) -> None:
        for n in Node:
            self.voted[n] = n
            break
        for m in Node:
            if self.ready:
                continue
            self.ready = True
        seen = 0
        for k in Node:
            seen = seen + 1
            self.clock = seen
        while self.ready:
            self.ready = False
