"""What a replica writes to its log.

A summary stands at the head of each segment; the fold of it and of the records is the durable state.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from reference.messages.ballot import Ballot
from reference.messages.configuration import Configuration
from reference.messages.values import Value


class Identity(Struct, frozen=True, array_like=True, tag="identity"):
    """Who a replica is. It knows the slots up to `base` only as what made `configuration`."""

    replica: str
    group: str
    machine: str
    base: int
    configuration: Configuration


class Issued(Struct, frozen=True, array_like=True, tag="issued"):
    """This replica's own ballot is used up, and it takes part in no lower one."""

    ballot: Ballot


class Promised(Struct, frozen=True, array_like=True, tag="promised"):
    """No vote below this ballot."""

    ballot: Ballot


class Voted(Struct, frozen=True, array_like=True, tag="voted"):
    """A value accepted in a ballot, which is thereby promised."""

    ballot: Ballot
    slot: int
    value: Value


class Learned(Struct, frozen=True, array_like=True, tag="learned"):
    """A value known to be chosen."""

    ballot: Ballot
    slot: int
    value: Value


class Committed(Struct, frozen=True, array_like=True, tag="committed"):
    """Every slot up to this one is chosen, as this log has it."""

    slot: int


class Installed(Struct, frozen=True, array_like=True, tag="installed"):
    """The table as of this slot is on this disk: this replica holds items now."""

    slot: int


class Trimmed(Struct, frozen=True, array_like=True, tag="trimmed"):
    """The slots up to `base` are needed no more; there, this configuration was in force."""

    base: int
    configuration: Configuration


class Summary(Struct, frozen=True, array_like=True, tag="summary"):
    """All that earlier records say, apart from accepted values: each segment of the log begins with one."""

    identity: Identity
    issued: Ballot
    promised: Ballot
    commit: int
    base: int
    configuration: Configuration
    has_table: bool
    joined: bool


Record: TypeAlias = Issued | Promised | Voted | Learned | Committed | Installed | Trimmed
