"""Types, collections and statements: a replicated log with everything that the language has."""

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
    Quorum,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    assume,
    constraint,
    cover,
    fault,
    initial,
    invariant,
    majority,
    maxima,
    minima,
    present,
    replace,
    require,
    step_invariant,
    terminal,
)


class Node(Sort): ...


class Value(Sort): ...


class Slot(Ordered): ...


class Term(Ordered): ...


class Role(enum.Enum):
    FOLLOWER = enum.auto()
    LEADER = enum.auto()


Tick = Annotated[int, Range(0, 5)]
Left = Annotated[int, Range(0, "horizon")]


class Entry(Record):
    term: Term
    value: Value


class Message(Record):
    source: Node
    term: Term


class Append(Message):
    index: Tick
    entries: Seq[Entry, Slot]


class Ack(Message):
    length: Tick = 0


class Vote(Record):
    term: Term
    candidate: Node | None = None


class Local(Record):
    term: Term
    role: Role
    log: Seq[Entry, Slot]
    voted: Node | None
    seen: Set[Node]


class Log(Model):
    node: Map[Node, Local]
    log: Map[Node, Seq[Entry, Slot]]
    short: Seq[Entry, Literal[3]]
    votes: Map[Node, Set[Node]]
    promised: Map[Node, Term | None]
    ballot: Map[Node, Vote | None]
    clock: Map[Node, Tick]
    left: Left
    match: Map[tuple[Node, Node], Tick]
    leases: Partial[Node, Tick]
    network: Set[Append | Ack | Vote]
    inbox: Bag[Message, Literal[4]]
    seats: Set[Node]
    leader: Node | None
    role: Role
    started: bool
    pair: tuple[Node, Term] | None
    quorum: Quorum[Node] | None
    acked: Ghost[Set[Value]]
    horizon: Param

    @initial
    def begin(self, n: Node, seats: Set[Node]) -> None:
        require(n in seats)
        self.seats = seats
        self.leader = n
        self.node = Map({m: Local(Term.first, Role.FOLLOWER, Seq(), None, Set()) for m in Node})
        self.clock = Map(dict.fromkeys(Node, 0))
        self.votes = Map({m: Set() for m in Node})
        self.promised = Map(dict.fromkeys(Node))
        self.log = Map({m: Seq() for m in Node})
        self.match = Map({(a, b): 0 for a in Node for b in Node})
        self.leases = Partial()
        self.short = Seq()
        self.network = Set()
        self.inbox = Bag()
        self.role = Role.FOLLOWER

    @action
    def stand(self, n: Node, t: Term) -> None:
        require(self.promised[n] is None or t > self.promised[n])
        require(self.promised[n] < t and self.promised[n] <= t)
        require(t >= self.promised[n] or Term.first == t or t.index > 0 or t != Term.last)
        self.promised[n] = t
        self.node[n].term = t
        self.node[n].term = t.next if t < Term.last else t.prev
        self.node[n].role = Role.LEADER
        self.node[n].voted = n
        self.node[n].seen.add(n)
        self.votes[n] |= {n}
        self.votes[n] = self.votes[n] & self.seats - {n} | Set({n})
        self.votes[n] = Set()
        self.ballot[n] = Vote(t, n)
        self.ballot[n] = Vote(term=t)
        self.pair = (n, t)

    @action
    def append(self, n: Node, v: Value, k: Tick) -> None:
        e = Entry(self.node[n].term, v)
        self.log[n].append(e)
        self.log[n].extend([e, Entry(term=Term.first, value=v)])
        self.log[n].truncate(k)
        self.log[n] = Seq([*self.log[n][:k], e])
        self.log[n] = self.log[n][k:] + Seq([e])
        self.short = self.log[n][:2]
        self.node[n].log.append(e)
        self.node[n].log.clear()
        require(len(self.log[n]) > 0 and self.log[n][-1].value == v and self.log[n][0] == e)
        require(e in self.log[n] and self.log[n].is_prefix_of(self.node[n].log))
        for i, one in enumerate(self.log[n]):
            if one.term == Term.first and i > 0:
                self.acked.add(one.value)
        entries = self.log[n][k:]
        self.network.add(Append(n, self.node[n].term, k, entries))

    @action
    def receive(self, n: Node, m: Append) -> None:
        require(m in self.network)
        self.log[n] = m.entries
        self.match[m.source, n] = len(m.entries)
        self.network |= {Ack(n, m.term, len(m.entries))}
        self.network.discard(m)
        self.inbox.add(m)
        self.inbox.remove(m)

    @action
    def handle(self, m: Append | Ack) -> None:
        require(m in self.network)
        match m:
            case Append(source, term, index, entries):
                require(source != self.leader and term == Term.first and index == 0 and len(entries) == 0)
            case Ack(source=source, length=length):
                require(length == 1)
                self.seats.add(source)

    @action
    def tick(self, n: Node) -> None:
        self.clock[n] += 1
        self.clock[n] = (self.clock[n] * 2 - 1) // 3 % 4
        self.left = min(self.left + 1, self.horizon)
        if n in self.leases and self.leases[n] == self.clock[n]:
            del self.leases[n]
        elif self.started:
            self.leases[n] = 2
        else:
            self.leases.clear()
        later = self.leases.get(n)
        if later is not None:
            self.clock[n] = max(later, 2)
        for other in self.leases:
            self.clock[other] = 0
        require(len(self.leases) <= self.horizon)

    @action
    def elect(self, n: Node, q: Quorum[Node]) -> None:
        leader = present(self.leader)
        vote = present(self.ballot[leader])
        require(q <= self.votes[n] and all(a in self.seats for a in q))
        self.quorum = q
        cast = [v for v in self.ballot.values() if v is not None]
        best = maxima(cast, key=lambda v: v.term)
        least = minima(cast, key=lambda v: v.term)
        require(any(v.candidate == n for v in best) and vote not in least)
        self.ballot[n] = replace(vote, candidate=n)
        require(majority(self.votes[n], self.seats))
        require(
            self.votes[n] == {n} or self.seats != {n, leader} or self.leases == {} or self.network == set()
        )
        require(sum(self.clock[a] for a in q) < 3)
        highest = max(self.node[a].term for a in q)
        self.forget(n, highest)

    @fault("crash")
    def crash(self, n: Node) -> None:
        self.node[n] = replace(self.node[n], log=Seq(), voted=None)

    def forget(self, n: Node, t: Term) -> None:
        self.node[n].log.truncate(0)
        self.promised[n] = t

    def last(self, n: Node) -> Term | None:
        return last_term(self.log[n])

    def acks(self) -> Set[Ack]:
        return self.network.of(Ack)

    def leads(self, n: Node) -> bool:
        return any(all(a in self.votes[n] for a in q) for q in Quorum[Node])

    @invariant
    def one_leader(self) -> bool:
        return all(a == b for a in Node for b in Node if self.leads(a) and self.leads(b))

    @invariant
    def acks_are_short(self) -> bool:
        return all(a.length <= 3 for a in self.acks()) and len(self.network.of(Append, Ack)) < 9

    @step_invariant
    def terms_grow(self, old: Self) -> bool:
        return all(old.node[n].term <= self.node[n].term and old.last(n) == self.last(n) for n in Node)

    @cover
    def led(self) -> bool:
        return (
            any(self.node[n].role == Role.LEADER for n in Node)
            and self.inbox.count(Ack(Node(1), Term(1))) == 0
        )

    @constraint
    def small(self) -> bool:
        return len(self.inbox) <= 2 and len(Node) < 4

    @assume
    def some_time(self) -> bool:
        return self.horizon >= 1

    @terminal
    def done(self) -> bool:
        return self.started and self.role is Role.FOLLOWER and Slot.at(0) == Slot.first


def last_term(log: Seq[Entry, Slot]) -> Term | None:
    return log[-1].term if log != Seq() else None
