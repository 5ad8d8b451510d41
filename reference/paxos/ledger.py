"""What a replica has written down: the fold of its log's records, the same when running and when
recovering.
"""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.configuration import Configuration
from reference.messages.records import (
    Committed,
    Identity,
    Installed,
    Issued,
    Learned,
    Promised,
    Record,
    Summary,
    Trimmed,
    Voted,
)
from reference.messages.values import Configure, Value


class Entry(Struct):
    """What a slot holds here: accepted in this ballot, or known to be chosen.

    `lsn` is where the log says so.
    """

    ballot: Ballot
    value: Value
    lsn: int
    chosen: bool


class Ledger:
    """The slots above `base`, the promises, and how much is chosen.

    `configuration` is in force for slot `commit + 1`; it was chosen in `configuration_slot`. Slots up to
    `base` are gone; `base_configuration` was in force there. `joined` is whether this replica was ever a
    member.
    """

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.issued = NO_BALLOT
        self.promised = NO_BALLOT
        self.entries: dict[int, Entry] = {}
        self.base = identity.base
        self.base_configuration = identity.configuration
        self.commit = identity.base
        self.configuration = identity.configuration
        self.configuration_slot = identity.base
        self.has_table = False
        self.joined = self.votes
        self._noted = 0
        self.lsn = 0

    @classmethod
    def recover(cls, summary: Summary, first: int, records: list[Record]) -> Ledger:
        """From the head of the oldest segment and the records after it."""
        ledger = cls(summary.identity)
        ledger.issued = summary.issued
        ledger.promised = summary.promised
        ledger.base = summary.base
        ledger.base_configuration = summary.configuration
        ledger.commit = summary.base
        ledger.configuration = summary.configuration
        ledger.configuration_slot = summary.base
        ledger.has_table = summary.has_table
        ledger._noted = summary.commit
        ledger.joined = summary.joined or ledger.votes
        ledger.lsn = first - 1
        for record in records:
            ledger.fold(record)
        return ledger

    @property
    def me(self) -> str:
        """This replica's name."""
        return self.identity.replica

    @property
    def votes(self) -> bool:
        """Whether the slots known to be chosen make this replica a member."""
        return self.configuration.member(self.identity.replica) is not None

    def fold(self, record: Record) -> None:
        """Takes one more record into account."""
        self.lsn += 1
        match record:
            case Issued(ballot=ballot):
                self.issued = max(self.issued, ballot)
                self.promised = max(self.promised, ballot)
            case Promised(ballot=ballot):
                self.promised = max(self.promised, ballot)
            case Voted(ballot=ballot, slot=slot, value=value):
                self.promised = max(self.promised, ballot)
                self._enter(slot, ballot, value, chosen=False)
            case Learned(ballot=ballot, slot=slot, value=value):
                self._enter(slot, ballot, value, chosen=True)
            case Committed(slot=slot):
                self._noted = max(self._noted, slot)
                self.advance(self._noted)
            case Installed():
                self.has_table = True
            case Trimmed(base=base, configuration=configuration):
                self._trim(base, configuration)
                self.advance(self._noted)
            case _:
                assert_never(record)

    def advance(self, slot: int) -> None:
        """Everything up to `slot` is chosen as it stands here."""
        while self.commit < slot:
            entry = self.entries.get(self.commit + 1)
            if entry is None:
                return  # a log that is being recovered: the slot is trimmed further on
            self.commit += 1
            if isinstance(entry.value, Configure):
                self.configuration = entry.value.configuration
                self.configuration_slot = self.commit
                self.joined = self.joined or self.votes

    def summary(self) -> Summary:
        """The head of a new segment."""
        return Summary(
            identity=self.identity,
            issued=self.issued,
            promised=self.promised,
            commit=self.commit,
            base=self.base,
            configuration=self.base_configuration,
            has_table=self.has_table,
            joined=self.joined,
        )

    def configuration_at(self, slot: int) -> Configuration:
        """In force after `slot`, base <= slot <= commit."""
        assert self.base <= slot <= self.commit
        for earlier in range(slot, self.base, -1):
            value = self.entries[earlier].value
            if isinstance(value, Configure):
                return value.configuration
        return self.base_configuration

    def first_lsn_needed(self) -> int:
        """Records before this LSN say nothing that a summary does not."""
        return min([entry.lsn for entry in self.entries.values()], default=self.lsn + 1)

    def _enter(self, slot: int, ballot: Ballot, value: Value, *, chosen: bool) -> None:
        if slot <= self.base:
            return
        old = self.entries.get(slot)
        if old is not None and old.chosen:
            assert old.value == value, f"slot {slot}: {old.value} was chosen, now {value}"
            return
        self.entries[slot] = Entry(ballot, value, self.lsn, chosen)

    def _trim(self, base: int, configuration: Configuration) -> None:
        if base <= self.base:
            return
        self.base = base
        self.base_configuration = configuration
        self.entries = {slot: entry for slot, entry in self.entries.items() if slot > base}
        if self.commit < base:
            self.commit = base
            self.configuration = configuration
            self.configuration_slot = base
            self.joined = self.joined or self.votes
