"""One key of a table: a register that is written under a condition, and read so that nothing goes back.

The condition of a write is the version that it follows, as with a conditional put; a write that follows
another version has no effect, and is no step. A write takes effect at once, but who asks need not learn of it
at once: what is served, to readers and to those who wrote, moves on through the versions and never back. So
the register is linearizable (Herlihy, Wing, Linearizability, 1990): an operation may be put at the moment
when its answer made `served` what it is.
"""

from typing import Annotated

from checker import Model, Range, Set, action, require
from model.abstract.replicated_log import Slot, Value, Write

Version = Annotated[int, Range(0, 7)]
"""How many writes there were."""


class Register(Model):
    """Writes in a row, and how many of them somebody was told of."""

    writes: Set[Write]
    served: Version

    @action
    def write(self, v: Value | None, follows: Version) -> None:
        """A write on the condition that nobody has written since; a no-op leaves the value as it was."""
        require(follows == len(self.writes) and follows < len(Slot))
        self.writes.add(Write(Slot.at(follows), v))

    @action
    def answer(self, version: Version) -> None:
        """A read tells of a version, or a write is acknowledged: one that is written, and newer than what was
        told before."""
        require(self.served < version <= len(self.writes))
        self.served = version
