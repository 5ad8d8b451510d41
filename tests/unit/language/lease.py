"""Models for the tests of steps: initial states, drawn parameters, budgets, mutants."""

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
    present,
    require,
    step_invariant,
    terminal,
)
from tests.unit.language.votes import best_vote


class Node(Sort): ...


class Term(Ordered): ...


class Slot(Ordered): ...


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Message(Record):
    source: Node
    term: Term


class Grant(Message): ...


class Return(Message):
    early: bool


class Lease(Model):
    holder: Node
    network: Set[Grant | Return]
    inbox: Map[Node, Bag[Grant, Literal[2]]]
    queue: Seq[Return, Slot]
    until: Partial[Node, Annotated[int, Range(0, 3)]]
    term: Term
    told: Ghost[Set[Node]]
    length: Param

    @initial
    def held(self, n: Node) -> None:
        """Somebody has it."""
        require(n != Node(1))
        self.holder = n

    @initial
    def held_long(self, n: Node, q: Quorum[Node]) -> None:
        require(n in q)
        self.holder = n
        self.until[n] = 3

    @action
    def give(self, n: Node, to: Node) -> None:
        require(n == self.holder)
        self.holder = to
        self.told.add(to)
        self.network.add(Grant(n, self.term))
        require(to != n)

    @action
    def hear(self, n: Node, m: Grant) -> None:
        require(m in self.network)
        self.inbox[n].add(m)

    @action
    def read(self, n: Node, m: Grant) -> None:
        require(m in self.inbox[n])
        self.inbox[n].remove(m)
        self.queue.append(Return(n, m.term, True))

    @action
    def next(self, r: Return) -> None:
        require(r in self.queue)
        self.queue.truncate(0)
        self.network.add(r)

    @action
    def any_message(self, m: Message) -> None:
        require(m in self.network)

    @action
    def expire(self, n: Node) -> None:
        require(n in self.until)
        del self.until[n]

    @action
    def types(self, a: bool, c: Color, t: Annotated[int, Range(0, 1)], o: Node | None, s: Set[Node]) -> None:
        require(not a and c == Color.RED and t == 0 and o is None)
        require(self.length < 0)

    @fault("crash")
    def crash(self, n: Node) -> None:
        require(n == self.holder)
        self.told.clear()

    @fault("crash")
    def burn(self, n: Node) -> None:
        require(n != self.holder)
        self.told.clear()

    def is_told(self, n: Node) -> bool:
        return n in self.told

    @invariant
    def holder_is_real(self) -> bool:
        return any(n == self.holder for n in Node)

    @step_invariant
    def terms_grow(self, old: Self) -> bool:
        return old.term <= self.term

    @cover
    def told_somebody(self) -> bool:
        return any(self.is_told(n) for n in Node)

    @constraint
    def few(self) -> bool:
        return len(self.network) < 3

    @assume
    def positive(self) -> bool:
        return self.length > 0

    @terminal
    def over(self) -> bool:
        return self.term == Term.last


class Impossible(Lease):
    def held(self, n: Node) -> None:
        require(False)

    def held_long(self, n: Node, q: Quorum[Node]) -> None:
        require(False)


class Forgets(Lease):
    def held(self, n: Node) -> None:
        self.term = Term.first


class Undefined(Lease):
    last: Grant | None
    queues: Map[Node, Seq[Node, Slot] | None]
    low: Term | None

    @action
    def reads_none(self) -> None:
        require(self.last.early)  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]  # a mistake on purpose

    @action
    def compares_none(self) -> None:
        require(self.low < self.low)  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]  # a mistake on purpose

    @action
    def indexes_none(self) -> None:
        require(self.queues[self.holder][0] == self.holder)  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]  # a mistake on purpose

    @action
    def looks_up(self, n: Node) -> None:
        table = {m: 0 for m in Node if m != n}
        require(table[n] == 0)

    @action
    def counts_past(self) -> None:
        rest = [n for n in Node if n != self.holder]
        require(rest[len(rest)] == self.holder)

    @action
    def divides(self, n: Node) -> None:
        self.told.add(n)
        require(1 // (self.length - self.length) > 0)

    @action
    def unguarded(self) -> None:
        self.told.add(present(best_vote([])).source)


def lease(model: type[Lease] = Lease, *, crashes: int = 0) -> Lease:
    return model.at({"Node": 3, "Term": 2, "Slot": 2}, params={"length": 2}, faults={"crash": crashes})
