"""Refused, as the language reference shows it: never."""

from checker import action, require
from tests.golden.refusals.setting import Demo, Node


class Never(Demo):
    @action
    def impossible(self) -> None:
        require(len(Node) < 0)
