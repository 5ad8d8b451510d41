"""Logs of groups that follow one another, and are one log.

Each group of members chooses into a log of its own, as a replicated log does. They are chained: what one has
chosen for a slot, no other contradicts (Lamport, Malkhi and Zhou, Vertical Paxos and Primary-Backup
Replication, 2009, section 4, has configurations that follow one another in this way).
"""

from checker import Model, Ordered, Record, Set, action, refines, require
from model.abstract.replicated_log import ReplicatedLog, Slot, Value, Write


class Ballot(Ordered):
    """The attempts to lead."""


class Epoch(Ordered):
    """How often the members have changed."""


class Choice(Record):
    """What the members that the leader of a ballot made, in an epoch of its own, have chosen."""

    ballot: Ballot
    epoch: Epoch
    write: Write


class ChainedLogs(Model):
    """As many logs as there are ballots and epochs; a slot has the same write wherever it has one."""

    chosen: Set[Choice]

    @action
    def choose(self, b: Ballot, e: Epoch, s: Slot, v: Value | None) -> None:
        """A slot that has no value in any log gets one in this log."""
        require(all(c.write.slot != s for c in self.chosen))
        self.chosen.add(Choice(b, e, Write(s, v)))

    @action
    def choose_again(self, b: Ballot, e: Epoch, s: Slot, v: Value | None) -> None:
        """A slot gets in this log what it has in another."""
        require(Choice(b, e, Write(s, v)) not in self.chosen)
        require(any(c.write == Write(s, v) for c in self.chosen))
        self.chosen.add(Choice(b, e, Write(s, v)))

    @refines(ReplicatedLog)
    def is_one_log(self) -> ReplicatedLog:
        """All that is in any of them."""
        return ReplicatedLog(chosen=Set({c.write for c in self.chosen}))
