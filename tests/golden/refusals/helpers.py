"""Helpers that are outside of the language."""

import dataclasses
import math
import statistics
from collections.abc import Callable
from typing import Self

from checker import action, require, step_invariant
from tests.golden.refusals.setting import Demo, Node, Term, Tick


def even(n: int) -> bool:
    return n == 0 or odd(n - 1)


def odd(n: int) -> bool:
    return n != 0 and even(n - 1)


def no_types(n):
    return n


def many(*numbers: int) -> int:
    return 1


def falls_through(t: Term) -> bool:
    if t == Term.first:
        return True


def disagrees(t: Term) -> bool:
    return t


def loops(terms: list[Term]) -> int:
    total = 0
    for t in terms:
        total += t.index
    return total


class Helpers(Demo):
    def moves(self) -> Tick:
        self.clock += 1
        return self.clock

    def guards(self) -> bool:
        require(self.ready)
        return True

    def nothing(self) -> None:
        pass

    def before(self, old: Self) -> bool:
        return old.clock < self.clock

    @action
    def calls(self, n: Node, t: Term) -> None:
        require(even(3))
        self.clock = no_types(3)
        self.clock = many(1, 2)
        self.ready = falls_through(t)
        self.ready = disagrees(t)
        self.clock = loops([t])
        self.clock = self.moves()
        self.ready = self.guards()
        self.ready = math.floor(3) == 3
        self.clock = statistics.mode([self.clock])
        self.last[n] = dataclasses.replace(self.last[n], term=t)
        self.ready = odd(1, 2)
        self.ready = odd(m=1)
        self.ready = odd()
        self.ready = odd(t)
        self.ready = odd(*[1])
        even(1)
        self.falls_throug(t)
        print(n)

    @step_invariant
    def moved(self, old: Self) -> bool:
        return self.before(old)
