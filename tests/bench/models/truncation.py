"""Logs with terms and truncation, replicated directly from a leader's log: nothing is sent."""

from typing import Annotated

from checker import Map, Model, Ordered, Quorum, Range, Record, Seq, Sort, action, invariant, require


class Node(Sort):
    """Who keeps a copy of the log."""


class Value(Sort):
    """What is written to the log."""


class Term(Ordered):
    """The periods of leadership; all nodes start in the first, which has no leader."""


class Slot(Ordered):
    """The places of the log."""


Length = Annotated[int, Range(0, 6)]
"""How many entries, counted from the start of a log."""


class Entry(Record):
    """What a log holds in a slot, and the term whose leader wrote it."""

    term: Term
    value: Value


Log = Seq[Entry, Slot]


def last_term(log: Log) -> Term:
    """The term of the last entry; of the empty log the first one, in which no entry is written."""
    return log[-1].term if len(log) > 0 else Term.first


class Truncation(Model):
    """A leader makes the logs of the others equal to its own, entry after entry."""

    term: Map[Node, Term]
    leads: Map[Node, bool]
    log: Map[Node, Log]
    commit: Map[Node, Length]

    @action
    def elect(self, n: Node, t: Term, q: Quorum[Node]) -> None:
        """A quorum of nodes in older terms, with logs that reach no further, follows a new leader."""
        require(n in q)
        require(all(self.term[k] < t for k in q))
        require(all(self.reaches(n, k) for k in q))
        for k in q:
            self.term[k] = t
            self.leads[k] = k == n

    def reaches(self, n: Node, k: Node) -> bool:
        """The log of `n` reaches as far as that of `k`."""
        mine, other = last_term(self.log[n]), last_term(self.log[k])
        return mine > other or (mine == other and len(self.log[n]) >= len(self.log[k]))

    @action
    def write(self, n: Node, v: Value) -> None:
        """A leader takes a value from a client."""
        require(self.leads[n])
        require(len(self.log[n]) < len(Slot))
        self.log[n].append(Entry(self.term[n], v))

    @action
    def replicate(self, n: Node, k: Node, s: Slot) -> None:
        """A node whose log contains what comes before a leader's entry takes it; what is in conflict goes."""
        require(self.leads[n] and k != n)
        require(self.term[k] <= self.term[n])
        require(s.index < len(self.log[n]) and s.index <= len(self.log[k]))
        require(last_term(self.log[n][: s.index]) == last_term(self.log[k][: s.index]))
        self.term[k] = self.term[n]
        self.leads[k] = False
        if s.index < len(self.log[k]) and self.log[k][s.index] != self.log[n][s.index]:
            self.log[k].truncate(s.index)
        if s.index == len(self.log[k]):
            self.log[k].append(self.log[n][s.index])
        self.commit[k] = max(self.commit[k], min(self.commit[n], s.index + 1))

    @action
    def advance(self, n: Node, s: Slot, q: Quorum[Node]) -> None:
        """A leader commits an entry of its own term that a quorum has, and all before it."""
        require(self.leads[n] and n in q)
        require(self.commit[n] <= s.index and s.index < len(self.log[n]))
        require(self.log[n][s.index].term == self.term[n])
        require(all(self.has(k, s, n) for k in q))
        self.commit[n] = s.index + 1

    def has(self, k: Node, s: Slot, n: Node) -> bool:
        """A node in the term of a leader has the leader's entry."""
        return (
            self.term[k] == self.term[n]
            and s.index < len(self.log[k])
            and self.log[k][s.index] == self.log[n][s.index]
        )

    @invariant
    def committed_agree(self) -> bool:
        """Two nodes agree on what both know to be committed."""
        return all(
            self.log[a][i.index] == self.log[b][i.index]
            for a in Node
            for b in Node
            for i in Slot
            if i.index < min(self.commit[a], self.commit[b])
        )

    @invariant
    def log_matching(self) -> bool:
        """Two logs with an entry of the same term in the same slot are equal up to it."""
        return all(
            self.log[a][: s.index + 1] == self.log[b][: s.index + 1]
            for a in Node
            for b in Node
            for s in Slot
            if s.index < min(len(self.log[a]), len(self.log[b]))
            and self.log[a][s.index].term == self.log[b][s.index].term
        )

    @invariant
    def commits_are_there(self) -> bool:
        """What is committed is in the log."""
        return all(self.commit[n] <= len(self.log[n]) for n in Node)
