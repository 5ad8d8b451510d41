"""Numbers where members are meant, lists where a Seq is, and bounds that cannot be read."""

from __future__ import annotations

from typing import Annotated

from checker import Model, Param, Range, Seq, action, require
from tests.golden.refusals.setting import Demo, Entry, Node, Slot, Term, Value


class Members(Demo):
    @action
    def sizes(self, n: Node, s: Slot) -> None:
        require(len(self.log[n]) < Slot)
        require(len(self.log[n]) < Slot.last)
        require(len(self.log[n]) == s)
        require(self.log[n][s] in self.log[n])
        self.term[n] = self.term[n] + 1

    @action
    def lists(self, n: Node, t: Term, v: Value) -> None:
        self.log[n] = Seq([Entry(t, v)] * 2)
        require(self.log[n] == [Entry(t, v)])
        self.clock = self.log[n].count(Entry(t, v))
        self.clock = self.log[n].index(Entry(t, v))

    @action
    def undrawn(self, e: Entry) -> None:
        require(e.term == Term.first)


class ComputedBound(Model):
    horizon: Param
    until: Annotated[int, Range(0, "horizon + 1")]

    @action
    def stay(self) -> None: ...


class BareCapacity(Model):
    horizon: Param
    log: Seq[Entry, "horizon"]

    @action
    def stay(self) -> None: ...
