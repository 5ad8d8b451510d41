"""Refused, as the language reference shows it: no start."""

from checker import Model, action, initial
from tests.golden.refusals.setting import Node


class NoStart(Model):
    # refused: 'owner' (Node) has no value to start from; write T | None, or an @initial that assigns it
    owner: Node

    @action
    def stay(self) -> None: ...
