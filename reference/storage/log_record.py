"""The bytes of one record of the write-ahead log. Decision 0008 says why they are these.

    offset  size  field
         0     4  magic "LSwl"
         4     2  version of the format
         6     2  kind: 1 data, 2 head of a segment, 3 mark, 4 trim
         8     4  length of the payload
        12     8  lsn: the record's own (data), or of the last data record before it (the other kinds)
        20     8  durable: the LSN up to which the log was durable when this record was written
        28     4  checksum: CRC-32 over the place (log, segment, offset in it), bytes 4 to 27, the payload
        32        payload, then zeros up to a multiple of 8 bytes

Integers are little-endian. The place is not stored: a record that was copied or left over elsewhere fails.
"""

from __future__ import annotations

import enum
import struct
import zlib
from collections.abc import Iterator

from msgspec import Struct

MAGIC = b"LSwl"
VERSION = 1
ALIGNMENT = 8
PAYLOAD_BYTES_MAX = 16 * 1024 * 1024

_HEADER = struct.Struct("<4sHHIQQI")
_CHECKED = struct.Struct("<HHIQQ")
_PLACE = struct.Struct("<QQ")
HEADER_BYTES = _HEADER.size


class RecordKind(enum.IntEnum):
    """What a record is for."""

    DATA = 1
    HEAD = 2
    MARK = 3
    TRIM = 4


class LogRecord(Struct, frozen=True):
    """A record that passed its checks, and where the next one may begin."""

    offset: int
    kind: RecordKind
    lsn: int
    durable: int
    payload: bytes
    end: int


class Damaged(Struct, frozen=True):
    """No record can be read here."""

    offset: int
    reason: str


class FutureFormat(Struct, frozen=True):
    """A whole record of a version that this code does not know."""

    offset: int
    version: int


class Place(Struct, frozen=True):
    """The log and the segment that a record belongs to."""

    log: str
    segment: int

    def seed(self, offset: int) -> int:
        """The checksum's start for a record at this offset."""
        return zlib.crc32(_PLACE.pack(self.segment, offset), zlib.crc32(self.log.encode()))


def encode(place: Place, offset: int, kind: RecordKind, lsn: int, durable: int, payload: bytes) -> bytes:
    """The record as it stands at this offset."""
    assert offset % ALIGNMENT == 0
    assert 0 <= durable <= lsn
    assert len(payload) <= PAYLOAD_BYTES_MAX
    checked = _CHECKED.pack(VERSION, kind, len(payload), lsn, durable)
    checksum = zlib.crc32(payload, zlib.crc32(checked, place.seed(offset)))
    header = _HEADER.pack(MAGIC, VERSION, kind, len(payload), lsn, durable, checksum)
    return header + payload + bytes(-len(payload) % ALIGNMENT)


def decode(place: Place, content: bytes, offset: int) -> LogRecord | Damaged | FutureFormat:
    """The record at this offset of a segment's content. Never raises."""
    if len(content) - offset < HEADER_BYTES:
        return Damaged(offset, "the file ends within the header")
    magic, version, kind, length, lsn, durable, checksum = _HEADER.unpack_from(content, offset)
    if magic != MAGIC:
        return Damaged(offset, "no record begins here")
    begin = offset + HEADER_BYTES
    if length > PAYLOAD_BYTES_MAX or begin + length > len(content):
        return Damaged(offset, "the file ends within the payload")
    payload = content[begin : begin + length]
    checked = _CHECKED.pack(version, kind, length, lsn, durable)
    if zlib.crc32(payload, zlib.crc32(checked, place.seed(offset))) != checksum:
        return Damaged(offset, "the checksum does not match")
    if version != VERSION:
        return FutureFormat(offset, version)
    if kind not in _KINDS or durable > lsn:
        return Damaged(offset, "fields that no writer wrote")
    end = begin + length + (-length % ALIGNMENT)
    return LogRecord(offset, RecordKind(kind), lsn, durable, payload, end)


_KINDS = frozenset(kind.value for kind in RecordKind)


def scan(place: Place, content: bytes) -> Iterator[LogRecord | FutureFormat]:
    """Every whole record of a segment, in order. What cannot be read is stepped over, to the next magic."""
    offset = 0
    while (offset := content.find(MAGIC, offset)) >= 0:
        if offset % ALIGNMENT:
            offset += 1
            continue
        found = decode(place, content, offset)
        match found:
            case LogRecord():
                yield found
                offset = found.end
            case FutureFormat():
                yield found
                offset += ALIGNMENT
            case Damaged():
                offset += ALIGNMENT
