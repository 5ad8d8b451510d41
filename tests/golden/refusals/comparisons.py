"""Comparisons that mean nothing, or something else."""

from checker import action, require
from tests.golden.refusals.setting import Demo, Entry, Node, Role, Term, Value, Vote


class Comparisons(Demo):
    @action
    def identity(self, n: Node, m: Node, t: Term) -> None:
        require(n is m)
        require(self.ready is True)
        require(n is not m)
        require(self.voted[n] != None)
        require(self.term[n] is None)

    @action
    def kinds(self, n: Node, v: Value, t: Term) -> None:
        require(n == v)
        require(n != t)
        require(n in self.network)
        require(v in self.alive)
        require(t == 1)
        require(Vote(t, n) == Entry(t, v))
        require(self.log[n] == [])
        require([m for m in Node] == [n])

    @action
    def order(self, n: Node, m: Node, t: Term, v: Value) -> None:
        require(n < m)
        require(t < 3)
        require(self.ready < True)
        require(Entry(t, v) < Entry(t, v))
        require((t, n) <= (t, m))
        require(n <= m <= n)
        require(self.role[n] > Role.FOLLOWER)
