"""Members of sorts by number, and other constants."""

from checker import Map, action, require
from tests.golden.refusals.setting import Demo, Node, Role, Term


FIRST = Node(1)
NAMES = ["a"]
RATIO = 0.5


class Members(Demo):
    @action
    def literal(self, n: Node) -> None:
        self.voted[n] = Node(1)
        self.voted[n] = FIRST
        self.term[n] = Term(2)
        self.ready = Term.first.number == 1
        self.clock = RATIO
        self.ready = "a" in NAMES
        self.role[n] = Role("leader")
        require(-1 in range(3))
        require(self.clock in range(0, 9, 2))
        self.clock = 3 if self.clock == 4 else self.clock @ 2
        self.clock = ~self.clock

    @action
    def sequences(self, n: Node) -> None:
        require(self.log[n][-2] == self.log[n][-1])
        require(len(self.log[n][::2]) == 0)
        require(len(self.log[n][:-1]) == 0)
        xs = [1, 2, 3]
        self.clock = xs[self.clock - 1]
        self.log[n][0] = self.log[n][-1]
        self.lease = {}
        self.lease = {m: 0 for m in Node}
        self.voted = Map({m: None for m in Node if m != n})
        self.role = Map()
        pairs = (self.clock, self.ready)
        self.clock = pairs[2]
        a, b, c = pairs
