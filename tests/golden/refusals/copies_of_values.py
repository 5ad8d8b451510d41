"""Writes through local copies and to local values."""

from checker import Seq, action
from tests.golden.refusals.setting import Demo, Entry, Node, Slot, Term, Value


class Copies(Demo):
    @action
    def lists(self, n: Node, v: Value) -> None:
        found = [n]
        found.append(n)
        terms = {t for t in Term}
        terms.discard(Term.first)
        self.ready = len(found) > 0

    @action
    def maps(self, n: Node) -> None:
        lease = self.lease
        lease[n] = 3
        del lease[n]
        entry = self.last[n]
        entry.term = Term.first

    @action
    def param(self) -> None:
        self.horizon = 3
        self.horizon += 1

    def helper(self, log: Seq[Entry, Slot]) -> None:
        log.append(Entry(Term.first, None))

    @action
    def helped(self, n: Node) -> None:
        self.helper(self.log[n])
