"""What the members of a changing group keep and say to each other, beside what all replicas say.

Entries, votes and commits are those of `model.replication_messages`.
"""

from enum import Enum

from checker import Partial, Record, Seq
from model.abstract.chained_logs import Epoch as Epoch
from model.replication_messages import Ballot, Length, Log, Replica, Slot, Value


class Kind(Enum):
    """What a member keeps: the log and the items, or the log alone."""

    STORAGE = "storage"
    LOG = "log"


Kinds = Partial[Replica, Kind]
"""The members of a group."""


class Stamp(Record):
    """When a configuration was made: the ballot of the leader that made it, then the epoch."""

    ballot: Ballot
    epoch: Epoch


class Config(Record):
    """Who the members are since then."""

    stamp: Stamp
    kinds: Kinds


class Attempt(Record):
    """An attempt to lead in the ballot that was promised last: of a candidate, or of a leader once elected.

    The first `base` slots are archived. `added` is the member that came by the leader's last change.
    """

    elected: bool
    base: Length
    added: Replica | None


class Prepare(Record):
    """Phase 1: who will follow this ballot, in the configuration of this stamp?"""

    ballot: Ballot
    stamp: Stamp


class Promise(Record):
    """The voter takes part in no lower ballot; this is what it has accepted after the first `start` slots."""

    ballot: Ballot
    voter: Replica
    start: Length
    log: Log


class Install(Record):
    """These are the members from now on."""

    config: Config


class Installed(Record):
    """The voter follows the configuration of this stamp, and none before it."""

    stamp: Stamp
    voter: Replica


class Copy(Record):
    """The log of a member, for a replica that is to join; the first `start` slots are in the archive."""

    start: Length
    log: Log


class Snapshot(Record):
    """The items of a storage replica: what it has applied, in order."""

    table: Seq[Value | None, Slot]


class Rebuilt(Record):
    """The replica has the items after the first `length` slots."""

    replica: Replica
    length: Length


class Trimmed(Record):
    """The log of the replica begins after the first `length` slots: it knows them to be in the archive."""

    replica: Replica
    length: Length


class Archived(Record):
    """The archive has what was chosen in this slot."""

    slot: Slot
    value: Value | None
