"""What would observe an order of sets, sorts, quorums."""

from typing import Literal

from checker import Map, Partial, Quorum, Seq, action, require
from tests.golden.refusals.setting import Demo, Node, Term


class Order(Demo):
    seq: Seq[Node, Literal[3]]

    @action
    def positions(self, q: Quorum[Node]) -> None:
        found = [n for n in q]
        self.voted = Map({n: found[0] for n in Node})
        self.seq = Seq(found)
        self.seq.extend(found)
        for i, n in enumerate(q):
            self.clock = i
        pairs = list(zip(found, found))
        back = list(reversed(found))
        self.seq = Seq(sorted(q))
        require(found == [])
        most = max(q)
        least = min(Node)
        total = sum(n for n in Node)
        newest = max(self.network, key=lambda m: m.term)
        ranks = sorted(self.lease.keys(), key=lambda n: 1)
        names = Partial({self.term[n]: n for n in q})
        require(all(n in found[:1] for n in q))

    @action
    def loops(self) -> None:
        for n in Node:
            self.seq.append(n)
        for n in Node:
            self.voted[n] = n
            self.ready = self.term[n] == Term.first
        count = 0
        for n in Node:
            count += 1
        for n in Node:
            last = n
        self.clock = count
        for n in Node:
            if self.term[n] == Term.first:
                self.lease[n] = len(self.lease)
        for m in self.network:
            self.term[m.term] = m.term
        require(last in Node)
