"""What happens in a world, one step at a time, for those who watch it."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from reference.messages.union import Message
from reference.simulator.history import Entry

Detail: TypeAlias = str | int | bool | tuple[str, Message] | None
"""What a call is about: a timer, an LSN, a slot, or a message with its source."""


class Called(Struct, frozen=True):
    """A node was called, and has not yet carried out what it wants done; or its log began a sync."""

    time: int
    node: str
    action: str
    detail: Detail


class Sent(Struct, frozen=True):
    """A message has left a node: all that it rests on is durable."""

    time: int
    node: str
    target: str
    message: Message


class Ended(Struct, frozen=True):
    """A node's memory is gone."""

    time: int
    node: str


class Struck(Struct, frozen=True):
    """The nemesis has injected a fault."""

    time: int
    fault: str
    victim: str


class Told(Struct, frozen=True):
    """A client has asked ("ask"), or has its answer ("answer")."""

    time: int
    action: str
    entry: Entry


Event: TypeAlias = Called | Sent | Ended | Struck | Told
