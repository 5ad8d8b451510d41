"""What the members of a changing group say to each other, in the words of its model.

A replica that a leader had made is known by its machine: its name is the leader's invention.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from msgspec import Struct

from reference.conformance.answers import Plain
from reference.conformance.spoken import ballot_name, items_of, slot_name, value_name
from reference.messages.configuration import Configuration
from reference.messages.replication import (
    Accept,
    Accepted,
    CatchUp,
    Heartbeat,
    HeartbeatAck,
    Learn,
    NotMember,
    Prepare,
    Promise,
    Rebuild,
    Removed,
    TablePage,
)
from reference.messages.union import Message
from reference.messages.values import Configure, SlotValue, Value, Write
from reference.simulator.disk import SimulatedDisk
from reference.state_machine.partition import Partition
from reference.storage.memory_table import MemoryTable


class Said(Struct, frozen=True):
    """A message of the model, and what the code sent, or `source` did."""

    plain: tuple[Plain, ...]
    source: str
    message: Message


def said(source: str, message: Message) -> Said | None:
    """The model's message; None for what the model does without."""
    plain = _plain(source, message)
    return None if plain is None else Said(plain, source, message)


def _plain(source: str, message: Message) -> tuple[Plain, ...] | None:
    voter = model_name(source)
    match message:
        case Prepare(ballot=ballot, first=first):
            return "Prepare", ballot_name(ballot), first - 1
        case Promise(ballot=ballot, first=first, accepted=accepted):
            return "Promise", ballot_name(ballot), voter, first - 1, part_of(accepted)
        case Accept(ballot=ballot, slot=slot, value=value):
            return "Accept", ballot_name(ballot), slot_name(slot), content_of(value)
        case Accepted(ballot=ballot, slot=slot):
            return "Accepted", ballot_name(ballot), slot_name(slot), voter
        case Heartbeat(ballot=ballot, commit=commit):
            return "Beat", ballot_name(ballot), commit
        case HeartbeatAck(ballot=ballot, stable=stable) if stable >= 0:
            return "Ready", ballot_name(ballot), voter
        case NotMember(commit=commit):
            return "Stranger", voter, commit
        case CatchUp(first=first):
            return "CatchUp", first - 1
        case Learn(chosen=chosen):
            return "Learn", part_of(chosen)
        case Removed(slot=slot, configuration=configuration):
            return "Removed", slot, kinds_of(configuration)
        case Rebuild(ballot=ballot):
            return "Rebuild", ballot_name(ballot)
        case TablePage(slot=slot, entries=entries):
            table = MemoryTable.create(SimulatedDisk(0))
            table.install(slot, entries)
            return "Copy", voter, items_of(Partition(table))
        case _:
            return None


def model_name(replica: str) -> str:
    """`g@m-Replica4#1a2b.1` runs on the machine of Replica4."""
    return replica.partition("@m-")[2].partition("#")[0] or replica


def part_of(told: Iterable[SlotValue]) -> Plain:
    """Some slots of a log."""
    return {slot_name(one.slot): ("Told", ballot_name(one.ballot), content_of(one.value)) for one in told}


def content_of(value: Value) -> Plain:
    """What a slot holds: a write, other members, or a no-op."""
    match value:
        case Write():
            return "Write", value_name(value)
        case Configure(configuration=configuration):
            return "Members", kinds_of(configuration)
        case _:
            return None


def kinds_of(configuration: Configuration) -> Plain:
    """The members and what they keep."""
    return {model_name(member.replica): member.kind.name for member in configuration.members}


def key_of(plain: Plain) -> Hashable:
    """Equal for equal messages."""
    if isinstance(plain, Mapping):
        return "{}", *sorted([(name, key_of(value)) for name, value in plain.items()], key=repr)
    if isinstance(plain, tuple):
        return tuple([key_of(value) for value in plain])
    return plain
