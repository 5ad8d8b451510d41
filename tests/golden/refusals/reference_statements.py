"""Refused, as the language reference shows it: statements."""

from checker import action, invariant, require
from tests.golden.refusals.setting import Demo, Node, Term


class Statements(Demo):
    @action
    def loop(self) -> None:
        # refused: 'while' may run for ever; write for over a range or collection, or let a step of the
        #   protocol repeat
        while self.clock < 5:
            self.clock += 1

    @action
    def attempt(self, n: Node) -> None:
        # refused: 'try' would hide an evaluation error; test the condition first, with if or require
        try:
            del self.lease[n]
        except KeyError:
            pass

    @action
    def leave(self, n: Node) -> None:
        if self.ready:
            # refused: 'return' leaves before the end; put the rest under an if, or write require(...)
            return
        self.ready = True

    @action
    def check(self, n: Node) -> None:
        # refused: 'assert' disappears under python -O; write require(...) for a guard, or an @invariant
        assert self.ready

    @action
    def give(self) -> None:
        # refused: 'yield' has no meaning in an atomic step; return a value, or split the action
        yield self.clock

    @action
    def within(self) -> None:
        # refused: 'with' has no meaning in an atomic step; write the statements without it
        with open("file"):
            pass

    @action
    def throw(self) -> None:
        # refused: 'raise' has no meaning in a model; write require(...) for a guard, or an @invariant
        raise ValueError

    @action
    def show(self) -> None:
        # refused: 'print' is not part of the language, and its source cannot be captured; look at traces
        #   instead
        print(self.clock)

    @action
    def stop(self) -> None:
        for t in Term:
            if t == Term.last:
                # refused: 'break' leaves a loop before its end; put the condition into the loop's body, or
                #   use any, all
                break
