"""Mutants of the lease, in a module of their own."""

from __future__ import annotations

from checker import action, require
from tests.unit.language.lease import Lease, Node


class Greedy(Lease):
    """Keeps what it gives; says nothing of decorators."""

    extra: bool

    def give(self, n: Node, to: Node) -> None:
        super().give(n, to)
        self.holder = n
        self.extra = True

    def crash(self, n: Node) -> None:
        super().crash(n)

    def is_told(self, n: Node) -> bool:
        return super().is_told(n) or self.extra

    def holder_is_real(self) -> bool:
        return super().holder_is_real() and not self.extra

    @action
    def more(self, n: Node) -> None:
        require(self.is_told(n))
