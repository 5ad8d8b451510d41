"""A model whose ghosts are written in every way: beside what steps depend on, in helpers, in loops."""

from checker import Ghost, Map, Model, Ordered, Set, Sort, action, invariant, present, require


class Node(Sort):
    """Who counts."""


class Round(Ordered):
    """What is counted."""


class Evidence(Model):
    """Nodes move on, one round at a time, and ghosts remember it."""

    reached: Map[Node, Round | None]
    steps: Set[Round]
    history: Ghost[Set[Round]]
    late: Ghost[bool]

    @action
    def begin(self, n: Node, r: Round) -> None:
        """The lowest comes first."""
        require(self.reached[n] is None and r <= Round.first)
        self.reached[n] = r
        self.remember(n)

    @action
    def move(self, n: Node) -> None:
        """What is remembered is a guard, too: who has not begun does not move."""
        self.history.add(present(self.reached[n]))
        mine = self.reached[n]
        behind = {m for m in Node if self.is_behind(m, mine) and m != n}
        require(mine is not None and mine < Round.last)
        if mine is not None and mine < Round.last:
            for m in behind:
                if self.is_behind(m, mine):
                    self.late = True
            self.steps.add(mine)
            self.reached[n] = mine.next
        self.remember(n)

    def remember(self, n: Node) -> None:
        """Where a node is."""
        mine = self.reached[n]
        if mine is not None and mine >= Round.first:
            self.history.add(mine)

    def is_behind(self, n: Node, r: Round | None) -> bool:
        """A node has not come so far."""
        mine = self.reached[n]
        return r is not None and (mine is None or mine < r)

    @invariant
    def all_is_remembered(self) -> bool:
        """Whatever a node has reached."""
        return all(mine in self.history for n in Node for mine in [self.reached[n]] if mine is not None)
