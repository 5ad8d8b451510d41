"""What the replicas of a group keep, and what they say to each other."""

from typing import Annotated

from checker import Partial, Range, Record, Sort
from model.abstract.chained_logs import Ballot as Ballot
from model.abstract.replicated_log import Slot as Slot
from model.abstract.replicated_log import Value as Value


class Replica(Sort):
    """Who keeps a copy of the log and of the table."""


Length = Annotated[int, Range(0, 7)]
"""How many slots, counted from the first."""


class Entry(Record):
    """What a log holds in a slot: a value, or a no-op, and the ballot in which it was accepted."""

    ballot: Ballot
    value: Value | None


Log = Partial[Slot, Entry]


class Disk(Record):
    """What a disk holds: whether its replica is a member of the group, its highest promise, its log."""

    member: bool
    promised: Ballot | None
    log: Log


class Leadership(Record):
    """An attempt to lead in the ballot that was promised last: of a candidate, or of a leader once elected.

    `next` is how many slots need no proposal in this ballot any more. A leader with the lease answers
    clients, but strong reads only when the barrier is chosen in its own ballot.
    """

    elected: bool
    next: Length
    leased: bool
    barrier: Slot | None


class Prepare(Record):
    """Phase 1: who will follow this ballot, and what was accepted after the first `above` slots?"""

    ballot: Ballot
    above: Length


class Promise(Record):
    """The voter takes part in no lower ballot; this is what it has accepted."""

    ballot: Ballot
    voter: Replica
    log: Log


class Accept(Record):
    """Phase 2: write this value, or no-op, into this slot."""

    ballot: Ballot
    slot: Slot
    value: Value | None


class Accepted(Record):
    """The voter has it on its disk."""

    ballot: Ballot
    slot: Slot
    value: Value | None
    voter: Replica


class Commit(Record):
    """What was proposed in this ballot is chosen, in this slot and all before it."""

    ballot: Ballot
    slot: Slot
