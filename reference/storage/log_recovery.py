"""What a log on a disk says after a crash: all of it, all but a torn tail, or that it cannot be trusted.

A record that cannot be read is a torn tail if nothing shows that it was ever durable, and corruption if a
later readable record says that it was. A torn tail was never acknowledged by anyone, so it is cut off. After
corruption nobody knows what was promised: the replica must not vote again.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from reference.storage.disk import Disk
from reference.storage.log_record import FutureFormat, LogRecord, Place, RecordKind, scan

SEGMENT_PREFIX = "log."


class Recovered(Struct, frozen=True):
    """The payload of the oldest segment's head, then each data record after it.

    `first` is the LSN of the first data record, `heads` has the number of each segment and the LSN before it,
    `newest` is the highest segment number in use. `torn` says whether a tail was cut off.
    """

    head: bytes
    first: int
    payloads: list[bytes]
    last: int
    heads: tuple[tuple[int, int], ...]
    newest: int
    torn: bool

    @property
    def oldest(self) -> int:
        """The oldest segment that is needed."""
        return self.heads[0][0]


class Missing(Struct, frozen=True):
    """There is no log: a new disk, or a lost one."""


class Corrupt(Struct, frozen=True):
    """The record of this LSN was durable and cannot be read."""

    lsn: int
    reason: str


class FromTheFuture(Struct, frozen=True):
    """The log has records of a format this code does not know: only newer code may open it."""

    version: int


Recovery: TypeAlias = Recovered | Missing | Corrupt | FromTheFuture


class _Segment(Struct):
    number: int
    head: LogRecord | None
    records: list[LogRecord]
    debris: bool


def segment_name(number: int) -> str:
    """`log.00000001`."""
    return f"{SEGMENT_PREFIX}{number:08d}"


def segment_numbers(disk: Disk) -> list[int]:
    """The segments on the disk, in order."""
    return sorted([int(name[len(SEGMENT_PREFIX) :]) for name in disk.names() if _is_segment(name)])


def _is_segment(name: str) -> bool:
    return name.startswith(SEGMENT_PREFIX) and name[len(SEGMENT_PREFIX) :].isdigit()


def recover(disk: Disk, log: str) -> Recovery:
    """Reads the log of that name. Writes nothing: doing it twice gives the same."""
    segments: list[_Segment] = []
    durable = 0
    oldest = 1
    for number in segment_numbers(disk):
        segment = _Segment(number, None, [], debris=False)
        content = disk.read(segment_name(number))
        for record in scan(Place(log, number), content):
            match record:
                case FutureFormat():
                    return FromTheFuture(record.version)
                case LogRecord():
                    durable = max(durable, record.durable)
                    if record.kind in (RecordKind.HEAD, RecordKind.TRIM):
                        oldest = max(oldest, _oldest_segment(record))
                    if record.kind is RecordKind.HEAD and record.offset == 0:
                        segment.head = record
                    segment.records.append(record)
        end = segment.records[-1].end if segment.records else 0
        segment.debris = bool(content[end:].strip(b"\0"))
        segments.append(segment)
    if not segments:
        return Missing()
    return read_chain(_from_the_first(segments, oldest), durable, oldest)


def _from_the_first(segments: list[_Segment], oldest: int) -> list[_Segment]:
    """The segments from where reading can begin: at `oldest`, or before it.

    A trim that was not yet durable has removed nothing, and then the segment it calls the oldest may not be
    durable either. Earlier segments only repeat what a later summary says, so they do no harm.
    """
    present = {segment.number: segment for segment in segments}
    first = oldest
    while first - 1 in present:
        first -= 1
    while first < oldest and present[first].head is None:
        first += 1
    return [segment for segment in segments if segment.number >= first]


def read_chain(segments: list[_Segment], durable: int, oldest: int) -> Recovery:
    """The records that follow each other, from the head of the first segment on."""
    first = segments[0] if segments else None
    if first is None or first.number > oldest or first.head is None:
        if durable > 0 or oldest > 1:
            return Corrupt(0, f"segment {oldest}, the oldest one needed, cannot be read")
        return Missing()
    last = first.head.lsn
    payloads: list[bytes] = []
    heads: list[tuple[int, int]] = []
    for index, segment in enumerate(segments):
        if segment.head is None or (index > 0 and segment.head.lsn != last):
            continue  # never durable, or left over from before a crash; a gap shows itself below
        heads.append((segment.number, last))
        end = min([later.head.lsn for later in segments[index + 1 :] if later.head is not None], default=None)
        for record in segment.records:
            if record.kind is RecordKind.DATA and record.lsn == last + 1 and (end is None or last < end):
                payloads.append(record.payload)
                last = record.lsn
    if last < durable:
        return Corrupt(last + 1, f"record {last + 1} cannot be read, and the log was durable up to {durable}")
    seen = max([record.lsn for segment in segments for record in segment.records])
    debris = segments[-1].debris
    return Recovered(
        head=head_payload(first.head),
        first=first.head.lsn + 1,
        payloads=payloads,
        last=last,
        heads=tuple(heads),
        newest=segments[-1].number,
        torn=seen > last or debris,
    )


def _oldest_segment(record: LogRecord) -> int:
    return int.from_bytes(record.payload[:8], "little")


def head_payload(record: LogRecord) -> bytes:
    """What the log's owner put into the head of a segment."""
    return record.payload[8:]


def with_oldest(oldest: int, payload: bytes) -> bytes:
    """The payload of a head or a trim: the oldest segment that is needed, then the owner's part."""
    return oldest.to_bytes(8, "little") + payload
