"""Refused, as the language reference shows it: parameters."""

from typing import Annotated

from checker import Range, action
from tests.golden.refusals.setting import Demo, Node, Term


class Parameters(Demo):
    @action
    # refused: the parameter 'n' of 'untyped' has no type; write n: T
    def untyped(self, n) -> None: ...

    @action
    # refused: count: 'int' is unbounded; write Annotated[int, Range(0, 5)] with the bounds you mean
    def unbounded(self, count: int) -> None: ...

    @action
    # refused: 'defaulted' has defaults or takes any number of arguments; name each parameter: x: T
    def defaulted(self, n: Node, t: Term = Term.first) -> None: ...
