"""Sums over any number of members: some are running totals, others are not."""

from typing import Annotated

from checker import Map, Model, Param, Range, Sort, action, initial, invariant, lemma, require

Number = Annotated[int, Range(0, 3)]


class Jar(Sort): ...


class Jars(Model):
    """What is poured goes from one jar to another."""

    held: Map[Jar, Number]
    all: Annotated[int, Range(0, 9)]

    @initial
    def begin(self, j: Jar) -> None:
        self.held[j] = 2
        self.all = 2

    @action
    def pour(self, a: Jar, b: Jar) -> None:
        require(self.held[a] > 0 and self.held[b] < 3)
        self.held[a] -= 1
        self.held[b] += 1

    @lemma
    def nothing_is_spilled(self) -> bool:
        return sum(self.held[j] for j in Jar) == self.all


class PoursTwice(Jars):
    """One is taken, two are given."""

    def pour(self, a: Jar, b: Jar) -> None:
        require(self.held[a] > 0 and self.held[b] < 2)
        self.held[a] -= 1
        self.held[b] += 2


class AddsUpOthers(Jars):
    """What a member adds depends on another one."""

    first: Map[Jar, Jar | None]

    @lemma
    def nothing_is_spilled(self) -> bool:
        return all(sum(self.held[j] for j in Jar if j != k) <= self.all for k in Jar)


class CountsJars(Jars):
    """How many there are is not known."""

    @lemma
    def nothing_is_spilled(self) -> bool:
        return sum(2 for _ in Jar) >= self.all


class ChangesAll(Jars):
    """All change at once."""

    level: Number

    @action
    def raise_level(self) -> None:
        require(self.level < 3)
        self.level += 1

    @lemma
    def nothing_is_spilled(self) -> bool:
        return sum(self.held[j] + 2 * self.level * self.held[j] for j in Jar) >= 0


class Filtered(Jars):
    """Only some are added up, and the sum has more than one part."""

    @invariant
    def parts(self) -> bool:
        full = sum(self.held[j] for j in Jar if self.held[j] == 3)
        return full + sum(self.held[j] for j in Jar if self.held[j] != 3) >= 0 or full < 0


class StartsFull(Model):
    """No jar is empty at the beginning."""

    least: Param
    held: Map[Jar, Annotated[int, Range(1, 3)]]

    @lemma
    def some(self) -> bool:
        return sum(self.held[j] for j in Jar) >= 0
