"""Operations at their edges: computed positions, keys outside of a range, None among keys."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from typing import Annotated, Literal

from checker import (
    Map,
    Model,
    Ordered,
    Partial,
    Range,
    Record,
    Seq,
    Set,
    Sort,
    action,
    invariant,
    maxima,
    minima,
    require,
)

Small = Annotated[int, Range(-1, 1)]


class Node(Sort): ...


class Term(Ordered): ...


class Mode(Enum):
    OFF = "off"
    ON = "on"


class Box(Record):
    number: Small


class Note(Record):
    term: Term
    node: Node


class Edges(Model):
    x: Small
    mode: Mode
    total: Map[Small, Small]
    nested: Map[Small, Map[Small, Small]]
    boxes: Map[Small, Box]
    logs: Map[Small, Seq[Term, Literal[2]]]
    partial: Partial[Small, Small]
    voted: Map[Node, Term | None]
    pair: tuple[Term, Term]
    notes: Set[Note]

    @action
    def set_x(self, x: Small) -> None:
        self.x = x

    @action
    def vote(self, n: Node, t: Term | None) -> None:
        self.voted[n] = t

    @action
    def append(self, t: Term) -> None:
        require(len(self.logs[0]) < 2)
        self.logs[0].append(t)

    # Keys outside of the range.

    @action
    def reads(self) -> None:
        require(self.total[self.x + 1] == 0)

    @action
    def writes(self) -> None:
        self.total[self.x + 1] = 0

    @action
    def adds(self) -> None:
        self.total[self.x + 1] += 3

    @action
    def writes_below(self) -> None:
        self.nested[self.x + 1][0] = 0

    @action
    def writes_a_field(self) -> None:
        self.boxes[self.x + 1].number = 0

    @action
    def appends(self, t: Term) -> None:
        self.logs[self.x + 1].append(t)

    @action
    def writes_partial(self) -> None:
        self.partial[self.x + 1] = 0

    # Positions.

    @action
    def position(self) -> None:
        require(self.logs[0][self.x] == Term.first)

    @action
    def last(self) -> None:
        require(self.logs[0][-1] == Term.first)

    @action
    def last_by_length(self) -> None:
        require(self.logs[0][len(self.logs[0]) - 1] == Term.first)

    # None among keys.

    @action
    def highest(self, n: Node) -> None:
        require(n in maxima(Node, key=lambda m: self.voted[m]))

    @action
    def lowest(self, n: Node) -> None:
        require(n in minima(Node, key=lambda m: self.voted[m]))

    # What is natural to write.

    @action
    def in_a_pair(self, t: Term) -> None:
        require(t in self.pair and min(self.pair) <= t)
        self.pair = (t, t.next)

    @action
    def switch(self) -> None:
        require(self.mode is Mode.OFF)
        self.mode = Mode.ON

    @action
    def note(self, t: Term, n: Node) -> None:
        self.notes.add(Note(t, n))

    @action
    def drawn(self, m: Note) -> None:
        require(m in self.notes and self.mode is not Mode.OFF)
        self.notes.remove(m)

    @invariant
    def local_of_a_range(self) -> bool:
        x = self.x
        low = -1 if x < 0 else x
        return low == x and all(a <= b or b < a for a, b in pairwise(self.logs[0]))
