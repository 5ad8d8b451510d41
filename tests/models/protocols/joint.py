"""Membership change with joint majorities."""

from __future__ import annotations

from checker import (
    Map,
    Model,
    Ordered,
    Record,
    Set,
    Sort,
    action,
    cover,
    initial,
    invariant,
    majority,
    require,
)


class Node(Sort): ...


class Term(Ordered): ...


class Config(Record):
    old: Set[Node]
    new: Set[Node]


class Joint(Model):
    config: Map[Node, Config]
    leader_of: Map[Term, Set[Node]]
    voted: Map[Node, Term | None]
    acks: Map[Node, Set[Node]]
    term: Map[Node, Term | None]

    @initial
    def start(self, outsider: Node) -> None:
        members = Set({n for n in Node if n != outsider})
        self.config = Map({n: Config(members, members) for n in Node})

    @initial
    def all_members(self) -> None:
        everyone = Set(n for n in Node)
        for n in Node:
            self.config[n] = Config(everyone, everyone)

    def wins(self, acks: Set[Node], c: Config) -> bool:
        return majority(acks, c.old) and majority(acks, c.new)

    @action
    def stand(self, n: Node, t: Term) -> None:
        require(n in self.config[n].old | self.config[n].new)
        require(self.voted[n] is None or t > self.voted[n])
        self.voted[n] = t
        self.term[n] = t
        self.acks[n] = Set({n})

    @action
    def vote(self, voter: Node, candidate: Node) -> None:
        t = self.term[candidate]
        require(t is not None)
        require(self.voted[voter] is None or self.voted[voter] < t)
        self.voted[voter] = t
        self.acks[candidate].add(voter)

    @action
    def win(self, n: Node) -> None:
        t = self.term[n]
        require(t is not None and n not in self.leader_of[t])
        require(self.wins(self.acks[n], self.config[n]))
        self.leader_of[t].add(n)

    @action
    def propose(self, n: Node, new: Set[Node]) -> None:
        require(self.config[n].old == self.config[n].new)
        require(len(new) > 0 and new != self.config[n].old)
        require(any(n in nodes for nodes in self.leader_of.values()))
        self.config[n].new = new

    @action
    def spread(self, source: Node, target: Node) -> None:
        require(self.config[source] != self.config[target])
        self.config[target] = self.config[source]

    @action
    def finish(self, n: Node) -> None:
        c = self.config[n]
        require(c.old != c.new)
        same = Set({m for m in Node if self.config[m] == c})
        require(self.wins(same, c))
        self.config[n] = replace_old(c)

    @invariant
    def one_leader(self) -> bool:
        return all(len(self.leader_of[t]) <= 1 for t in Term)

    @cover
    def changed(self) -> bool:
        return any(c.old == c.new and len(c.old) == 1 for c in self.config.values())


def replace_old(c: Config) -> Config:
    return Config(old=c.new, new=c.new)


class OneMajority(Joint):
    def wins(self, acks: Set[Node], c: Config) -> bool:
        return majority(acks, c.new)


class TwoVotes(Joint):
    @action
    def vote(self, voter: Node, candidate: Node) -> None:
        t = self.term[candidate]
        require(t is not None)
        self.voted[voter] = t
        self.acks[candidate].add(voter)
