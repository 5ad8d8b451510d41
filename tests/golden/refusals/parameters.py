"""Parameters that cannot be enumerated or drawn."""

from checker import Seq, action, assume, invariant, lemma, present, require, step_invariant
from tests.golden.refusals.setting import Demo, Entry, Node, Slot, Vote


class Parameters(Demo):
    @action
    def undrawn(self, n: Node, m: Vote) -> None:
        require(self.ready)
        require(m in self.network)

    @action
    def sequences(self, log: Seq[Entry, Slot], e: Entry | None) -> None:
        require(len(log) > 0)

    @action
    def wrong_source(self, e: Entry) -> None:
        require(e in self.network)
        self.ready = True

    @action
    def untyped(self, n, count: int, text: str) -> None:
        self.ready = n == count

    @action
    def never(self) -> None:
        require(self.ready)
        require(False)

    @invariant
    def takes(self, n: Node) -> bool:
        return self.ready

    @step_invariant
    def alone(self) -> bool:
        return self.ready

    @lemma(uses=("takes",))
    def forgets(self) -> bool:
        return True

    @assume
    def about_state(self) -> bool:
        return self.clock < self.horizon

    @invariant
    def guarded(self) -> bool:
        require(self.ready)
        return present(self.voted) is not None

    @action
    def conditional(self, n: Node) -> None:
        if self.ready and present(self.voted[n]) == n:
            self.ready = False
        self.ready = present(self.voted[n]) == n if self.ready else False

    @invariant
    def nothing(self) -> bool:
        if self.ready:
            return True

    @invariant
    def number(self) -> bool:
        return self.clock
