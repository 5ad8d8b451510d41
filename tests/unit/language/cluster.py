"""A model with every kind of place, for the tests of the language."""

from __future__ import annotations

import enum
from typing import Annotated, Literal, Self

from checker import (
    Bag,
    Ghost,
    Map,
    Model,
    Ordered,
    Param,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    fault,
    invariant,
    require,
    step_invariant,
)


class Node(Sort): ...


class Value(Sort): ...


class Slot(Ordered): ...


class Term(Ordered): ...


class Role(enum.Enum):
    FOLLOWER = 1
    LEADER = 2


class Entry(Record):
    term: Term
    value: Value


class Local(Record):
    term: Term
    log: Seq[Entry, Slot]
    tally: Map[Node, Annotated[int, Range(0, 3)]]
    lead: bool = False


class Ask(Record):
    source: Node
    term: Term


class Answer(Record):
    source: Node
    entries: Seq[Entry, Slot]


class Cluster(Model):
    node: Map[Node, Local]
    log: Map[Node, Seq[Entry, Slot]]
    votes: Map[Node, Set[Node]]
    met: Map[tuple[Node, Node], bool]
    leases: Partial[Node, Annotated[int, Range(0, "horizon")]]
    logs: Partial[Node, Seq[Entry, Literal[2]]]
    network: Set[Ask | Answer]
    inbox: Bag[Ask, Literal[3]]
    message: Ask | Answer | None
    clock: Annotated[int, Range(0, 5)]
    role: Role
    up: bool
    pair: tuple[Node, Term] | None
    seen: Ghost[Set[Value]]
    horizon: Param

    @action
    def append(self, n: Node, e: Entry) -> None:
        self.log[n].append(e)

    @action
    def snapshot(self, n: Node, m: Node, e: Entry) -> None:
        before = self.log
        one = self.log[n]
        self.log[n] = Seq([e])
        assert before[n] == one == Seq()
        self.log[m] = self.log[n]
        self.log[n].append(e)
        assert len(self.log[m]) == (2 if n == m else 1)

    @action
    def through_a_copy(self, n: Node, e: Entry) -> None:
        log = self.log[n]
        log.append(e)

    @action
    def through_a_loop(self, n: Node) -> None:
        for local in self.node.values():
            local.term = Term.first

    @action
    def nested(self, n: Node, m: Node, e: Entry) -> None:
        self.node[n].log.append(e)
        self.node[n].log.extend([e for _ in range(1) if n == n])
        self.node[n].tally[m] = 1
        self.node[n].tally[m] += 1
        self.node[n].term = Term.last
        self.node[m].lead = True  # two writes on one line
        self.met[n, m] = True
        self.met[(m, n)] = not self.met[n, m]
        self.votes[n] |= {m}
        self.votes[n].add(
            n,
        )
        (self.votes[m].discard(m))

    @action
    def keys_that_are_expressions(self, e: Entry) -> None:
        self.log[next(iter([n for n in Node if n.number == 2]))].append(e)
        limit = 1
        self.log[min((n for n in Node if n.number > limit), key=lambda n: n.number)].append(e)
        self.log[self.other(Node(1))].append(e)

    @action
    def everywhere(self, e: Entry) -> None:
        for n in Node:
            self.log[n].append(e)
            for m in Node:
                self.met[n, m], self.up = n != m, True

    @action
    def deletions(self, n: Node) -> None:
        self.leases[n] = 1
        del self.leases[n]
        self.leases[n] = 2
        self.leases.clear()
        self.network.clear()
        self.inbox.clear()
        self.log[n].clear()

    @action
    def by_helpers(self, n: Node, e: Entry) -> None:
        self.put(n, e)
        put(self, n, e)
        require(not self.up)

    @action
    def changes_twice(self, n: Node, e: Entry) -> None:
        self.log[n].extend([self.take(n, e)])

    def take(self, n: Node, e: Entry) -> Entry:
        self.log[n].append(e)
        return e

    def put(self, n: Node, e: Entry) -> None:
        self.log[n].append(e)

    def other(self, n: Node) -> Node:
        return Node(3 - n.number)

    @action
    def tick(self) -> None:
        self.clock += 1
        require(self.clock < 4)

    @fault("crash")
    def crash(self, n: Node) -> None:
        self.log[n].clear()
        require(self.up)

    @invariant
    def logs_are_short(self) -> bool:
        return all(len(self.log[n]) < 3 for n in Node)

    @invariant
    def writes(self) -> bool:
        self.up = True
        return True

    @step_invariant
    def clock_grows(self, old: Self) -> bool:
        return old.clock <= self.clock and old.other(Node(1)) == self.other(Node(1))


def put(m: Cluster, n: Node, e: Entry) -> None:
    m.log[n].append(e)


def cluster(**sizes: int) -> Cluster:
    """A small one; up, so that helpers may append."""
    scope = {"Node": 2, "Value": 2, "Slot": 3, "Term": 2} | sizes
    return Cluster.at(scope, params={"horizon": 4}, faults={"crash": 1})
