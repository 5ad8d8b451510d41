"""Gossip with version vectors."""

from __future__ import annotations

from typing import Annotated, Self

from checker import (
    Map,
    Model,
    Range,
    Set,
    Sort,
    action,
    cover,
    fault,
    invariant,
    require,
    step_invariant,
    terminal,
)

Count = Annotated[int, Range(0, 2)]


class Node(Sort): ...


def merged(a: Map[Node, Count], b: Map[Node, Count]) -> Map[Node, Count]:
    return Map({n: max(a[n], b[n]) for n in Node})


def dominates(a: Map[Node, Count], b: Map[Node, Count]) -> bool:
    return all(a[n] >= b[n] for n in Node)


class Gossip(Model):
    vector: Map[Node, Map[Node, Count]]
    value: Map[Node, Set[tuple[Node, Count]]]
    down: Set[Node]

    def versions(self, n: Node) -> Map[Node, Count]:
        return self.vector[n]

    @action
    def update(self, n: Node) -> None:
        require(n not in self.down and self.vector[n][n] < 2)
        self.vector[n][n] += 1
        self.value[n].add((n, self.vector[n][n]))

    @action
    def exchange(self, a: Node, b: Node) -> None:
        require(a != b and a not in self.down and b not in self.down)
        require(not dominates(self.vector[a], self.vector[b]))
        self.pull(a, b)

    def pull(self, a: Node, b: Node) -> None:
        self.value[a] |= self.value[b]
        self.vector[a] = merged(self.vector[a], self.vector[b])

    @fault("crash")
    def crash(self, n: Node) -> None:
        require(n not in self.down)
        self.down.add(n)

    @invariant
    def own_is_highest(self) -> bool:
        return all(self.vector[n][n] >= self.vector[m][n] for n in Node for m in Node)

    @invariant
    def vector_tells_the_truth(self) -> bool:
        return all(
            {c for m, c in self.value[a] if m == n} == set(range(1, self.vector[a][n] + 1))
            for a in Node
            for n in Node
        )

    @step_invariant
    def vectors_grow(self, old: Self) -> bool:
        return all(dominates(self.vector[n], old.vector[n]) for n in Node)

    @cover
    def concurrent(self) -> bool:
        return any(
            not dominates(self.vector[a], self.vector[b]) and not dominates(self.vector[b], self.vector[a])
            for a in Node
            for b in Node
        )

    @terminal
    def converged(self) -> bool:
        return len({self.vector[n] for n in Node if n not in self.down}) <= 1


class Overwrites(Gossip):
    def pull(self, a: Node, b: Node) -> None:
        self.value[a] = self.value[b]
        self.vector[a] = merged(self.vector[a], self.vector[b])
