"""Refused, as the language reference shows it: copies."""

from typing import Self

from checker import Param, Seq, action, invariant, replace, require, step_invariant
from tests.golden.refusals.setting import Demo, Entry, Node, Value


class Copies(Demo):
    @action
    def local(self, n: Node, v: Value) -> None:
        log = self.log[n]
        # refused: 'log' is a copy of self.log[n]; a change to it would be lost; write
        #   self.log[n].append(Entry(self.term[n], v))
        log.append(Entry(self.term[n], v))

    @action
    def inside(self, n: Node) -> None:
        # refused: 'self.alive.add(n)' changes the state inside an expression; write it as a statement of
        #   its own
        require(self.alive.add(n) is None)

    @action
    def position(self, n: Node, v: Value) -> None:
        # refused: 'self.log[n][1]' changes one position of a Seq; assign the whole: self.log[n] =
        #   self.log[n][:1] + Seq([...]) + self.log[n][1 + 1:]
        self.log[n][1] = Entry(self.term[n], v)

    @action
    def field(self, n: Node, v: Value) -> None:
        entry = Entry(self.term[n], v)
        # refused: 'entry' is a local value; values cannot be changed; assign on a path that starts at self,
        #   or use replace()
        entry.value = v

    @action
    def constant(self) -> None:
        # refused: 'horizon' is a Param: the gate sets it, and it never changes; keep what changes in a
        #   state variable
        self.horizon = 3

    @action
    def misspelt(self) -> None:
        # refused: Copies has no state variable 'clok'; did you mean 'clock'?
        self.clok = 3

    @invariant
    def writes(self) -> bool:
        # refused: 'self.clock' is assigned in a property; change the state in an action or a helper that
        #   returns nothing
        self.clock = 0
        return True

    @step_invariant
    def rewrites(self, old: Self) -> bool:
        # refused: 'old.clock' is no local name; bind a name, or use replace()
        old.clock = 0
        return True
