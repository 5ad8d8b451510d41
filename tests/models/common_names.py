"""A model whose variables and actions have the names that protocols like; they hide those of `Model`."""

from enum import Enum
from typing import Annotated

from checker import Map, Model, Param, Partial, Range, Set, Sort, action, initial, invariant, require


class Node(Sort):
    """Anybody."""


class State(Enum):
    """Of a node."""

    IDLE = "idle"
    BUSY = "busy"


class CommonNames(Model):
    """Nodes join, start, and are restored."""

    state: Map[Node, State]
    members: Set[Node]
    scope: Annotated[int, Range(0, 2)]
    enabled: bool
    restore: Param
    running: Partial[Node, bool]
    stores: bool

    @initial
    def initial(self, n: Node) -> None:
        """One member."""
        self.members = Set({n})
        self.enabled = True

    @action
    def start(self, n: Node) -> None:
        """An idle member is busy."""
        require(self.enabled and n in self.members)
        require(self.state[n] == State.IDLE)
        self.state[n] = State.BUSY
        self.running[n] = True

    @action
    def fork(self, n: Node) -> None:
        """Another member."""
        require(len(self.members) < self.restore)
        self.members.add(n)

    @action
    def stop(self, n: Node) -> None:
        """A busy member is idle."""
        require(self.state[n] == State.BUSY)
        self.state[n] = State.IDLE
        del self.running[n]

    @invariant
    def only_members_run(self) -> bool:
        """A node that runs is a member."""
        return all(n in self.members for n in Node if self.state[n] == State.BUSY)
