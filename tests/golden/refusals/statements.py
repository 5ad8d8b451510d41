"""Statements that an atomic step has not."""

from checker import action, require
from tests.golden.refusals.setting import Demo, Node, Term, Tick


class Statements(Demo):
    @action
    def loops(self, n: Node) -> None:
        for t in Term:
            if t == Term.last:
                continue
            self.term[n] = t
        else:
            self.ready = True

    @action
    def scopes(self) -> None:
        def inner() -> int:
            return 1

        class Local:
            pass

        import os

        global demo
        nonlocal_value = lambda: 1
        (walrus := 3)
        text = f"{self.clock}"
        self.ready = inner() == 1

    @action
    def returns(self) -> None:
        require(self.ready)
        return True

    @action
    def deletes(self, n: Node) -> None:
        del self.term[n]
        del n
        self.clock
        self.clock > 3
        self.horizon_in_steps: Tick = 3

    @action
    async def later(self) -> None:
        pass
