"""Opening a replica's disk: the node's state after a crash, or why this replica must never vote again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec
from msgspec import Struct

from reference.messages.ballot import NO_BALLOT
from reference.messages.records import Identity, Record, Summary
from reference.paxos.ledger import Ledger
from reference.storage.disk import Disk
from reference.storage.log_recovery import Corrupt, FromTheFuture, Missing, Recovered, recover
from reference.storage.table import Table, TableCorrupt, TableFromTheFuture
from reference.storage.wal import SEGMENT_BYTES, Wal

_encoder = msgspec.msgpack.Encoder()
_record = msgspec.msgpack.Decoder(Record)
_summary = msgspec.msgpack.Decoder(Summary)


class Opened(Struct, frozen=True):
    """The log continues in a new segment, which is not yet durable: sync it before the node starts.

    `torn` says whether a tail that was never acknowledged was cut off.
    """

    ledger: Ledger
    table: Table
    wal: Wal
    torn: bool


class Lost(Struct, frozen=True):
    """This replica has lost what it promised: it must not take part under its name again."""

    reason: str


class NotReadable(Struct, frozen=True):
    """Newer code wrote this disk. Nothing is lost: start newer code."""

    version: int


Opening: TypeAlias = Opened | Lost | NotReadable


def encode_record(record: Record | Summary) -> bytes:
    """The payload of a log record, or of the head of a segment."""
    return _encoder.encode(record)


def create_replica(disk: Disk, table: Table, identity: Identity, *, has_table: bool) -> None:
    """Writes a new replica's disk, durably. `table` is durable already."""
    summary = Summary(
        identity=identity,
        issued=NO_BALLOT,
        promised=NO_BALLOT,
        commit=identity.base,
        base=identity.base,
        configuration=identity.configuration,
        has_table=has_table,
        joined=False,
    )
    assert not has_table or table.slot == identity.base
    wal = Wal.create(disk, identity.replica, encode_record(summary))
    wal.finish_sync(wal.start_sync())


def open_replica(
    disk: Disk, replica: str, open_table: Callable[[], Table], segment_bytes: int = SEGMENT_BYTES
) -> Opening:
    """Reads what the disk of this replica holds. Raises DiskFull and DiskFailed."""
    found = recover(disk, replica)
    match found:
        case Missing():
            return Lost("there is no log")
        case Corrupt(reason=reason):
            return Lost(f"the log is corrupt: {reason}")
        case FromTheFuture(version=version):
            return NotReadable(version)
        case Recovered():
            return _open(disk, replica, open_table, found, segment_bytes)


def _open(
    disk: Disk, replica: str, open_table: Callable[[], Table], found: Recovered, segment_bytes: int
) -> Opening:
    try:
        summary = _summary.decode(found.head)
        records = [_record.decode(payload) for payload in found.payloads]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Lost(f"a record of the log is none of a replica's: {error}")
    if summary.identity.replica != replica:
        return Lost(f"the log is that of {summary.identity.replica}")
    ledger = Ledger.recover(summary, found.first, records)
    try:
        table = open_table()
    except TableCorrupt as error:
        return Lost(f"the table is corrupt: {error}")
    except TableFromTheFuture as error:
        return NotReadable(error.version)
    if ledger.has_table:
        ledger.advance(table.slot)  # what is applied was chosen, and was in the log
    if ledger.has_table and not ledger.base <= table.slot <= ledger.commit:
        return Lost(
            f"the table is as of slot {table.slot}, the log has slots {ledger.base + 1} to {ledger.commit}"
        )
    wal = Wal.open(disk, replica, found, encode_record(ledger.summary()), segment_bytes)
    return Opened(ledger, table, wal, found.torn)
