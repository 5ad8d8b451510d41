"""Refused, as the language reference shows it: ghosts."""

from checker import action, require
from tests.golden.refusals.setting import Demo, Node


class Ghosts(Demo):
    @action
    def reads_a_ghost(self, n: Node) -> None:
        # refused: a guard reads the ghost 'alive'; a ghost may only be read to update ghosts, and by
        #   properties; keep what steps need in an ordinary variable
        require(n in self.alive)
