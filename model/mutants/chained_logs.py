"""Chained logs with one rule forgotten."""

from checker import require
from model.abstract.chained_logs import Ballot, ChainedLogs, Choice, Epoch
from model.abstract.replicated_log import Slot, Value, Write


class LooksAtItselfAlone(ChainedLogs):
    """A log chooses where another has something else. Breaks `is_one_log`."""

    def choose(self, b: Ballot, e: Epoch, s: Slot, v: Value | None) -> None:
        """As it should be, without a look at the other logs."""
        require(all(c.write.slot != s for c in self.chosen if c.ballot == b and c.epoch == e))
        self.chosen.add(Choice(b, e, Write(s, v)))
