"""What a slot of the log can hold."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from reference.messages.ballot import Ballot
from reference.messages.client import Token, WriteOperation
from reference.messages.configuration import Configuration


class Noop(Struct, frozen=True, array_like=True, tag="noop"):
    """Fills a hole, or proves that a leader's ballot is in force."""


class Write(Struct, frozen=True, array_like=True, tag="write"):
    """A client's write. Whether its condition holds is decided when it is applied."""

    token: Token
    operation: WriteOperation


class Configure(Struct, frozen=True, array_like=True, tag="configure"):
    """From the next slot on, these members vote."""

    configuration: Configuration


class Split(Struct, frozen=True, array_like=True, tag="split"):
    """The freeze point: keys from `key` on belong to the group `child`, seeded with the state at this
    slot.
    """

    key: bytes
    child: str
    members: Configuration


Value: TypeAlias = Noop | Write | Configure | Split


class SlotValue(Struct, frozen=True, array_like=True):
    """A value accepted for a slot, with the ballot it was accepted in."""

    slot: int
    ballot: Ballot
    value: Value
