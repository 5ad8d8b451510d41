"""What the members of a group say to each other, in the words of the model of a replication group.

A message of the model goes to everybody. The code sends each member its own, and the answers to a
proposal do not
repeat the value: both are made good for here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reference.conformance.answers import Plain
from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.client import Found, Put
from reference.messages.replication import Accept, Accepted, Heartbeat, Prepare, Promise
from reference.messages.union import Message
from reference.messages.values import Value, Write
from reference.paxos.ledger import Entry
from reference.state_machine.partition import Partition

Entries = tuple[tuple[str, Plain], ...]
"""The slots of a log in order, each with its entry."""


class Spoken(Struct, frozen=True):
    """A message of the model: `said` tells it from all others, `message` is what the code sent, or
    `source` did.
    """

    said: tuple[Plain, ...]
    source: str
    message: Message

    @property
    def plain(self) -> Plain:
        """As the model has it."""
        kind, *parts = self.said
        if isinstance(self.message, Promise):
            told = [(slot_name(one.slot), entry_of(one.ballot, one.value)) for one in self.message.accepted]
            parts[-1] = dict(told)
        return (kind, *parts)


def spoken(source: str, message: Message, asked: Value | None = None) -> Spoken | None:
    """The model's message; None for what the model does without.

    `asked` is the value that an Accepted answers to.
    """
    match message:
        case Prepare(ballot=ballot, first=first):
            said: tuple[Plain, ...] = ("Prepare", ballot_name(ballot), first - 1)
        case Promise(ballot=ballot, accepted=accepted):
            told = [(slot_name(item.slot), entry_of(item.ballot, item.value)) for item in accepted]
            said = ("Promise", ballot_name(ballot), source, tuple(told))
        case Accept(ballot=ballot, slot=slot, value=value):
            said = ("Accept", ballot_name(ballot), slot_name(slot), value_name(value))
        case Accepted(ballot=ballot, slot=slot):
            assert asked is not None, "an answer to nothing"
            said = ("Accepted", ballot_name(ballot), slot_name(slot), value_name(asked), source)
        case Heartbeat(ballot=ballot, commit=commit):
            said = ("Commit", ballot_name(ballot), slot_name(commit))
        case _:
            return None
    return Spoken(said, source, message)


def log_of(entries: Mapping[int, Entry]) -> Plain:
    """A log, by the slots' names."""
    return {slot_name(slot): entry_of(entry.ballot, entry.value) for slot, entry in sorted(entries.items())}


def items_of(partition: Partition) -> tuple[str | None, ...]:
    """The values by the slots that wrote them, as a table has them: a no-op leaves nothing there."""
    found: dict[int, str] = {}
    for key in partition.items():
        item = partition.read(key)
        assert isinstance(item, Found)
        assert item.value is not None
        found[item.version] = item.value.decode()
    return tuple([found.get(slot) for slot in range(1, partition.table.slot + 1)])


def entry_of(ballot: Ballot, value: Value) -> Plain:
    """What a log holds in a slot."""
    return ("Entry", ballot_name(ballot), value_name(value))


def ballot_name(ballot: Ballot) -> str | None:
    """Ballots are numbered by their rounds: no two replicas use one round, for the model lets only one."""
    return None if ballot == NO_BALLOT else f"Ballot{ballot.round}"


def slot_name(slot: int) -> str:
    """Slots are counted from 1 in both."""
    return f"Slot{slot}"


def value_name(value: Value) -> str | None:
    """A client writes the value's name; a no-op has none."""
    if isinstance(value, Write) and isinstance(value.operation, Put):
        return value.operation.value.decode()
    return None


def number_in(name: str) -> int:
    """The number of a ballot or slot."""
    return int(name.lstrip("BalotS"))
