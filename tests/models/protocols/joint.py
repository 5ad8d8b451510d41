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
    present,
    require,
)


class Node(Sort): ...


class Term(Ordered): ...


class Config(Record):
    old: Set[Node]
    new: Set[Node]


class Joint(Model):
    config: Config
    leader_of: Map[Term, Set[Node]]
    voted: Map[Node, Term | None]
    acks: Map[Node, Set[Node]]
    term: Map[Node, Term | None]

    @initial
    def start(self, outsider: Node) -> None:
        members = Set({n for n in Node if n != outsider})
        self.config = Config(members, members)

    @initial
    def all_members(self) -> None:
        everyone = Set(n for n in Node)
        self.config.old = everyone
        self.config.new = everyone

    def wins(self, acks: Set[Node], c: Config) -> bool:
        return majority(acks, c.old) and majority(acks, c.new)

    def leads(self, n: Node) -> bool:
        t = self.term[n]
        return t is not None and n in self.leader_of[t] and self.voted[n] == t

    @action
    def stand(self, n: Node, t: Term) -> None:
        require(n in self.config.old | self.config.new)
        require(self.voted[n] is None or t > self.voted[n])
        self.voted[n] = t
        self.term[n] = t
        self.acks[n] = Set({n})

    @action
    def vote(self, voter: Node, candidate: Node) -> None:
        t = present(self.term[candidate])
        require(self.voted[voter] is None or t > self.voted[voter])
        self.voted[voter] = t
        self.acks[candidate].add(voter)

    @action
    def win(self, n: Node) -> None:
        t = present(self.term[n])
        require(n not in self.leader_of[t])
        require(self.wins(self.acks[n], self.config))
        self.leader_of[t].add(n)

    @action
    def propose(self, n: Node, new: Set[Node]) -> None:
        require(self.leads(n))
        require(self.config.old == self.config.new)
        require(len(new) > 0 and new != self.config.old)
        self.config.new = new

    @action
    def finish(self, n: Node) -> None:
        c = self.config
        require(self.leads(n) and c.old != c.new)
        same = Set({m for m in self.acks[n] if self.voted[m] == self.term[n]})
        require(self.wins(same, c))
        self.config = settled(c)

    @invariant
    def one_leader(self) -> bool:
        return all(len(self.leader_of[t]) <= 1 for t in Term)

    @cover
    def changed(self) -> bool:
        return self.config.old == self.config.new and len(self.config.old) == 1


def settled(c: Config) -> Config:
    """The configuration after the change."""
    return Config(old=c.new, new=c.new)


class OneMajority(Joint):
    """Asks the new members only."""

    def wins(self, acks: Set[Node], c: Config) -> bool:
        return majority(acks, c.new)


class TwoVotes(Joint):
    """Votes twice in a term."""

    def vote(self, voter: Node, candidate: Node) -> None:
        t = present(self.term[candidate])
        self.voted[voter] = t
        self.acks[candidate].add(voter)
