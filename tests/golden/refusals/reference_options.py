"""Refused, as the language reference shows it: options."""

from checker import action, invariant, present, require
from tests.golden.refusals.setting import Demo, Entry, Node, Term


class Options(Demo):
    @action
    def truth(self, n: Node) -> None:
        # refused: 'self.voted[n]' is Node | None, but the condition of require is bool; give a bool
        require(self.voted[n])

    @action
    def order(self, n: Node) -> None:
        # refused: 'self.lease.get(n)' may be None, and is compared as an integer; test 'is not None' first
        require(self.lease.get(n) < 3)

    @action
    def store(self, n: Node) -> None:
        # refused: 'self.last[n]' may be None, but an element of 'self.log[n]' is Entry; test 'is not None'
        #   first, or write present(self.last[n])
        self.log[n].append(self.last[n])

    @action
    def equal(self, n: Node) -> None:
        # refused: 'self.voted[n] == None' compares with None; write self.voted[n] is None, or is not None
        require(self.voted[n] == None)

    @action
    def never(self, n: Node) -> None:
        # refused: 'self.term[n]' (Term) is never None; remove the test
        require(self.term[n] is not None)

    @action
    def always(self, n: Node) -> None:
        # refused: 'self.term[n]' (Term) is never None; write it without present()
        require(present(self.term[n]) == Term.last)

    @invariant
    def no_guard(self) -> bool:
        # refused: 'present(self.voted[n])' disables a step, and stands in a property; test 'is not None'
        return all(present(self.voted[n]) in Node for n in Node)
