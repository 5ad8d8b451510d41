"""A node without input and output: a message or a timer in, effects as data out.

The runtime carries the effects out in their order. What waits for an LSN is held back until the log is
durable up to it (`after`; 0 waits for nothing), and a crash forgets all that is held back. So a handler
prepares the finished message, the sync makes its reasons durable and releases it, and no message ever
re-reads the state.

Times and durations are whole microseconds of the node's own monotonic clock, which may start anywhere.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from msgspec import Struct

from reference.messages.client import Response
from reference.messages.records import Identity, Record, Summary
from reference.messages.union import Message

MILLISECOND = 1000
SECOND = 1000 * MILLISECOND


class Append(Struct, frozen=True):
    """Write a record to the log. LSNs count the records of one log from 1, without a gap."""

    lsn: int
    record: Record


class Sync(Struct, frozen=True):
    """Make the log durable up to here, soon. One sync may serve many."""

    lsn: int


class Send(Struct, frozen=True):
    """Send a message once the log is durable up to `after`.

    To itself: it arrives, unless the node crashes.
    """

    to: str
    message: Message
    after: int = 0


class Reply(Struct, frozen=True):
    """Answer a client's request once the log is durable up to `after`."""

    to: str
    response: Response
    after: int = 0


class SetTimer(Struct, frozen=True):
    """Call `timer(name)` after this time. A timer that is set again forgets the earlier time."""

    name: str
    delay: int


class Checkpoint(Struct, frozen=True):
    """Make the table durable as it is now, then call `checkpointed`."""


class Truncate(Struct, frozen=True):
    """Records before this LSN are needed no more."""

    lsn: int


class Spawn(Struct, frozen=True):
    """Make a replica on this machine with this table, durably, unless its name was used here before."""

    identity: Identity
    slot: int = 0
    table: tuple[tuple[bytes, bytes], ...] | None = None


class Stop(Struct, frozen=True):
    """This node has ended. It must not be started again: what its disk holds counts as lost."""

    reason: str


class Probe(Struct, frozen=True):
    """A branch that is seldom taken was taken: see `reference.probes`."""

    name: str


Effect: TypeAlias = Append | Sync | Send | Reply | SetTimer | Checkpoint | Truncate | Spawn | Stop | Probe


class Node(Protocol):
    """What a runtime drives. Each call returns what is to be done, and changes only the node's memory."""

    def start(self, now: int) -> list[Effect]:
        """The first call."""
        ...

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """A message has come. It may be late, doubled, out of order or from a node that is gone."""
        ...

    def timer(self, name: str, now: int) -> list[Effect]:
        """A timer that was set has run out."""
        ...


class StoringNode(Node, Protocol):
    """A node with a log, and perhaps a table."""

    def synced(self, lsn: int, now: int) -> list[Effect]:
        """The log is durable up to here."""
        ...

    def checkpointed(self, slot: int, now: int) -> list[Effect]:
        """The table is durable as of this slot."""
        ...

    def room(self, has_room: bool, now: int) -> list[Effect]:
        """Whether the disk has room for more than what is already promised to it. Told when it changes."""
        ...

    def summary(self) -> Summary:
        """All that the records so far say, apart from the accepted values that are still needed."""
        ...
