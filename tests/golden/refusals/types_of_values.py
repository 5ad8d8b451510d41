"""Stores, fields and names that do not fit."""

from checker import action, replace, require
from tests.golden.refusals.setting import Demo, Entry, Node, Role, Term, Value, Vote


class Stores(Demo):
    @action
    def stores(self, n: Node, v: Value, t: Term) -> None:
        self.term[n] = v
        self.term[v] = t
        self.voted = n
        self.clock = t
        self.last[n] = Vote(t, n)
        self.network.add(Entry(t, v))
        self.log[n].append(t)
        self.log[n] = [Entry(t, v)]
        self.alive = [n]
        self.term[n] = self.last[n].term if self.ready else None

    @action
    def records(self, n: Node, v: Value, t: Term) -> None:
        self.last[n] = Entry(t)
        self.last[n] = Entry(t, v, v)
        self.last[n] = Entry(term=t, valu=v)
        self.last[n] = Entry(t, v, term=t)
        self.last[n] = Entry(v, t)
        self.last[n] = replace(self.last[n], term=t)
        self.last[n] = replace(Entry(t, v), trem=t)
        self.ready = Entry(t, v).vlaue == v

    @action
    def names(self, n: Node, m: Vote) -> None:
        require(m in self.network.of(Vote))
        self.redy = True
        self.ready = self.clok == 1
        self.ready = clock == 1
        self.ready = self.role[n] == Role.LEADR
        self.ready = m.vote == n
        self.ready = any(x.voter == n for x in self.network)
        self.ready = self.network.add(m)
        self.ready = n.next == n
        self.ready = self.term[n].nxt == Term.first
        self.alive.append(n)
        self.log[n].add(1)
        self.lease.update({})
        self.ready = self.alive.issubset(self.alive)

    @action
    def branches(self, n: Node) -> None:
        if self.ready:
            found = n
        self.voted[n] = found
        nobody = None
        empty = []
        self.ready = early
        early = True
