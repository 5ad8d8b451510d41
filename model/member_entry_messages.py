"""What the members of a group keep and say to each other, whose members are named by entries of its log."""

from enum import Enum

from checker import Partial, Record, Seq
from model.log_replica_messages import Kind as Kind
from model.log_replica_messages import Kinds
from model.replication_messages import Ballot, Length, Replica, Slot, Value


class Life(Enum):
    """A name that is free, a replica that was made, a member, and one that has failed or was removed."""

    FREE = "free"
    MADE = "made"
    MEMBER = "member"
    ENDED = "ended"


class Members(Record):
    """From the next slot on, these vote."""

    kinds: Kinds


class Write(Record):
    """What a client writes."""

    value: Value


class Entry(Record):
    """What a log holds in a slot: accepted in this ballot, or learned to be chosen."""

    ballot: Ballot
    content: Write | Members | None
    learned: bool


class Told(Record):
    """What is said of a slot: a value, members or a no-op, and the ballot in which it was accepted."""

    ballot: Ballot
    content: Write | Members | None


Log = Partial[Slot, Entry]
Part = Partial[Slot, Told]
"""Some slots of a log."""


class Attempt(Record):
    """An attempt to lead in the ballot that was promised last: of a candidate, or of a leader once elected.

    `asking` is after how many slots phase 1 asks, None when a quorum has answered; `next` is how many slots
    need no proposal any more. A leader serves when `barrier` slots are applied. While it is `changing` the
    members it proposes nothing. `joining` is to become a member; it has told that it knows the first
    `heard` slots.
    """

    elected: bool
    asking: Length | None
    next: Length
    barrier: Length | None
    changing: bool
    joining: Replica | None
    heard: Length | None


class Prepare(Record):
    """Phase 1: who will follow this ballot, and what was accepted after the first `above` slots?"""

    ballot: Ballot
    above: Length


class Promise(Record):
    """The voter takes part in no lower ballot; this is what it has accepted after the first `above` slots."""

    ballot: Ballot
    voter: Replica
    above: Length
    log: Part


class Accept(Record):
    """Phase 2: write this into this slot."""

    ballot: Ballot
    slot: Slot
    content: Write | Members | None


class Accepted(Record):
    """The voter has it on its disk, or knows that it is chosen."""

    ballot: Ballot
    slot: Slot
    voter: Replica


class Beat(Record):
    """The leader of this ballot is there, and knows the first `chosen` slots to be chosen."""

    ballot: Ballot
    chosen: Length


class Ready(Record):
    """To the leader of this ballot: the member has the items."""

    ballot: Ballot
    voter: Replica


class Stranger(Record):
    """The replica cannot vote: the first `chosen` slots do not make it a member."""

    voter: Replica
    chosen: Length


class CatchUp(Record):
    """Somebody knows no more than the first `chosen` slots."""

    chosen: Length


class Learn(Record):
    """This is chosen."""

    log: Part


class Removed(Record):
    """After the first `chosen` slots these are the members."""

    chosen: Length
    kinds: Kinds


class Rebuild(Record):
    """The leader of this ballot wants a log replica to take over the items."""

    ballot: Ballot


class Copy(Record):
    """The items of a replica: what it has applied, in order."""

    replica: Replica
    table: Seq[Value | None, Slot]
