"""Two-phase commit over a set of messages.

Source: Gray and Lamport, Consensus on Transaction Commit (2006); the TLA+ module TwoPhase. TLC's counts for
three resource managers: 288 distinct states, 1,146 generated, depth 11.
"""

from enum import Enum

from checker import Map, Model, Record, Set, Sort, action, cover, invariant, require


class Manager(Sort):
    """A resource manager."""


class Phase(Enum):
    """Of a resource manager."""

    WORKING = "working"
    PREPARED = "prepared"
    COMMITTED = "committed"
    ABORTED = "aborted"


class Decision(Enum):
    """Of the transaction manager."""

    INIT = "init"
    COMMITTED = "committed"
    ABORTED = "aborted"


class Prepared(Record):
    """A resource manager is ready."""

    manager: Manager


class Commit(Record):
    """The transaction manager's decision."""


class Abort(Record):
    """The transaction manager's decision."""


class TwoPhase(Model):
    """All resource managers commit, or all abort."""

    phase: Map[Manager, Phase]
    decision: Decision
    prepared: Set[Manager]
    messages: Set[Prepared | Commit | Abort]

    @action
    def receive_prepared(self, m: Manager) -> None:
        """The transaction manager hears that one is ready."""
        require(self.decision == Decision.INIT)
        require(Prepared(m) in self.messages)
        self.prepared.add(m)

    @action
    def commit(self) -> None:
        """All are ready."""
        require(self.decision == Decision.INIT)
        require(all(m in self.prepared for m in Manager))
        self.decision = Decision.COMMITTED
        self.messages.add(Commit())

    @action
    def abort(self) -> None:
        """Any time before."""
        require(self.decision == Decision.INIT)
        self.decision = Decision.ABORTED
        self.messages.add(Abort())

    @action
    def prepare(self, m: Manager) -> None:
        """One is ready."""
        require(self.phase[m] == Phase.WORKING)
        self.phase[m] = Phase.PREPARED
        self.messages.add(Prepared(m))

    @action
    def choose_to_abort(self, m: Manager) -> None:
        """One gives up, unless it has promised."""
        require(self.phase[m] == Phase.WORKING)
        self.phase[m] = Phase.ABORTED

    @action
    def receive_commit(self, m: Manager) -> None:
        """The decision arrives."""
        require(Commit() in self.messages)
        self.phase[m] = Phase.COMMITTED

    @action
    def receive_abort(self, m: Manager) -> None:
        """The decision arrives."""
        require(Abort() in self.messages)
        self.phase[m] = Phase.ABORTED

    @invariant
    def consistent(self) -> bool:
        """No two disagree."""
        return not (
            any(self.phase[m] == Phase.COMMITTED for m in Manager)
            and any(self.phase[m] == Phase.ABORTED for m in Manager)
        )

    @cover
    def all_committed(self) -> bool:
        """It can succeed."""
        return all(self.phase[m] == Phase.COMMITTED for m in Manager)
