"""The replicated log, started in the middle: figure 8 of the Raft paper.

Four elections lie between a start with empty logs and the loss of a committed entry that the rule of section
5.4.2 prevents. This model starts after the second, so that a search need not find the first two. Of the
messages sent before, none is left: they may all be lost, so whatever happens from here can happen in
`RaftLog`.
"""

from checker import Map, Seq, initial, require
from model.raft_log import Entry, Node, RaftLog, Role, Term, Value


class RaftLogFigure8(RaftLog):
    """Two nodes hold different entries in the first slot; the one with the newer entry leads."""

    @initial
    def after_two_elections(self, a: Node, b: Node, v: Value, w: Value) -> None:
        """Node `a` led the second term and wrote `v`; `b` leads the third, which all know, and wrote `w`."""
        require(a != b)
        second = Term.first.next
        third = second.next
        self.term = Map({n: third for n in Node})
        self.voted_for = Map({n: None if n == a else b for n in Node})
        self.role = Map({n: Role.LEADER if n == b else Role.FOLLOWER for n in Node})
        self.log = Map({n: Seq() for n in Node})
        self.commit = Map({n: 0 for n in Node})
        self.log[a].append(Entry(second, v))
        self.log[b].append(Entry(third, w))

    def has_said_so(self, n: Node, candidate: Node) -> bool:
        """As there, in the terms that begin here: of those before no message is left."""
        return self.term[n] == Term.first.next.next or super().has_said_so(n, candidate)
