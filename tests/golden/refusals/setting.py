"""The model that the refused ones start from."""

from enum import Enum
from typing import Annotated, Literal, Self

from checker import (
    Bag,
    Disabled,
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


class Term(Ordered): ...


class Slot(Ordered): ...


class Role(Enum):
    FOLLOWER = "follower"
    LEADER = "leader"


Tick = Annotated[int, Range(0, 9)]


class Entry(Record):
    term: Term
    value: Value


class Vote(Record):
    term: Term
    voter: Node


class Append(Record):
    term: Term
    entry: Entry


class Demo(Model):
    horizon: Param
    clock: Tick
    ready: bool
    role: Map[Node, Role]
    voted: Map[Node, Node | None]
    term: Map[Node, Term]
    log: Map[Node, Seq[Entry, Slot]]
    last: Map[Node, Entry | None]
    lease: Partial[Node, Tick]
    owner: Partial[tuple[Slot, Value], Node]
    network: Set[Vote | Append]
    wire: Bag[Vote, Literal[3]]
    alive: Ghost[Set[Node]]

    @action
    def stay(self) -> None:
        """Nothing changes."""


def next_term(log: Seq[Entry, Slot]) -> Term:
    """The term after that of the last entry."""
    return log[-1].term.next if len(log) > 0 else Term.first

