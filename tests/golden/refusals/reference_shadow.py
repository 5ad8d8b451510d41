"""Refused, as the language reference shows it: shadow."""

from checker import action
from tests.golden.refusals.setting import Demo


# refused: Shadow.clock is a variable and a method; rename one of them
class Shadow(Demo):
    @action
    def clock(self) -> None: ...
