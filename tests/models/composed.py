"""A model that is made of another: what it adds, and what it overrides, stands here."""

from checker import Set, action, require
from tests.models.mutable import Node, Round, Rounds


class Composed(Rounds):
    """Rounds, of which one node can be left out."""

    out: Set[Node]

    @action
    def leave_out(self, n: Node) -> None:
        """Only one of them."""
        require(len(self.out) < 1)
        self.out.add(n)

    def move(self, n: Node, r: Round) -> None:
        """As of the rounds, by those that are not left out."""
        require(n not in self.out)
        super().move(n, r)
