"""Truth of what is no condition; and, or between values."""

from checker import action, require
from tests.golden.refusals.setting import Demo, Entry, Node, Role, Term, Value


class Truths(Demo):
    @action
    def option(self, n: Node, r: Role) -> None:
        if self.voted[n]:
            self.ready = True
        if not self.clock:
            self.ready = True
        if self.last[n] and self.ready:
            self.ready = True
        if r:
            self.ready = True
        if Entry(Term.first, self.any_value()):
            self.ready = True

    def any_value(self) -> Value:
        return max(v for v in Value)

    @action
    def values(self, n: Node) -> None:
        self.clock = self.clock and 3
        other = self.voted[n] or n
        self.voted[n] = other
        require(self.network)
        self.ready = not self.network or self.lease

    @action
    def counted(self) -> None:
        self.clock = self.ready + 1
        self.clock = True
        self.ready = 1
        self.clock = sum([self.ready])
