"""A table in memory, whose checkpoints are files with a checksum: the one that a simulated disk can break."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from reference.storage.disk import Disk, SyncTicket
from reference.storage.table import NOTHING, Change, TableFromTheFuture

PREFIX = "table."
_HEADER = struct.Struct(
    "<4sIQQI"
)  # magic, version, slot, length of the body, CRC-32 of the three and the body
_CHECKED = struct.Struct("<IQQ")
_MAGIC = b"LStb"
_VERSION = 1

_entries_decoder = msgspec.msgpack.Decoder(list[tuple[bytes, bytes]])


class MemorySnapshot:
    """A copy of the entries."""

    def __init__(self, slot: int, entries: Mapping[bytes, bytes]) -> None:
        self.slot = slot
        self._entries = dict(entries)

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries of the range, in order."""
        return _range(self._entries, first, after)

    def close(self) -> None:
        """Gives up the copy."""
        self._entries = {}


class MemoryTable:
    """Entries in a dict; a checkpoint writes them all to a new file and then removes the old one."""

    def __init__(self, disk: Disk, slot: int, entries: dict[bytes, bytes], newest: int) -> None:
        self._disk = disk
        self._slot = slot
        self._entries = entries
        self._newest = newest
        self._writing: tuple[int, SyncTicket] | None = None

    @classmethod
    def create(cls, disk: Disk) -> MemoryTable:
        """A table that holds nothing yet."""
        return cls(disk, NOTHING, {}, 0)

    @classmethod
    def recover(cls, disk: Disk) -> MemoryTable:
        """The newest checkpoint that is whole; without one a table that holds nothing, not even slot 0.

        Raises TableFromTheFuture.
        """
        numbers = sorted([int(name[len(PREFIX) :]) for name in disk.names() if name.startswith(PREFIX)])
        for number in reversed(numbers):
            found = _decode(disk.read(_name(number)))
            if found is not None:
                slot, entries = found
                return cls(disk, slot, dict(entries), numbers[-1])
        return cls(disk, NOTHING, {}, numbers[-1] if numbers else 0)

    @property
    def slot(self) -> int:
        """The last slot applied, NOTHING before the first copy is installed."""
        return self._slot

    def get(self, key: bytes) -> bytes | None:
        """The value under a key."""
        return self._entries.get(key)

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries of the range, in order."""
        return _range(self._entries, first, after)

    def apply(self, slot: int, changes: Sequence[Change]) -> None:
        """All changes of the next slot."""
        assert slot == self._slot + 1, f"slot {slot} after {self._slot}"
        for key, value in changes:
            if value is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = value
        self._slot = slot

    def decay(self, key: bytes, offset: int, bit: int) -> None:
        """For a simulator: one bit of a stored value changes."""
        value = bytearray(self._entries[key])
        value[offset] ^= 1 << bit
        self._entries[key] = bytes(value)

    def install(self, slot: int, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Replaces everything."""
        self._entries = dict(entries)
        self._slot = slot

    def snapshot(self) -> MemorySnapshot:
        """A copy of the table as it is now."""
        return MemorySnapshot(self._slot, self._entries)

    def start_checkpoint(self) -> int:
        """Writes the file and begins its sync. Raises DiskFull and DiskFailed."""
        assert self._writing is None, "one checkpoint at a time"
        number = self._newest + 1
        self._disk.write(_name(number), 0, _encode(self._slot, sorted(self._entries.items())))
        self._newest = number
        self._writing = number, self._disk.start_sync(_name(number))
        return self._slot

    def finish_checkpoint(self) -> None:
        """Ends the sync, then removes the older files. Raises DiskFailed."""
        assert self._writing is not None, "a checkpoint has begun"
        number, ticket = self._writing
        self._writing = None
        self._disk.finish_sync(ticket)
        for name in self._disk.names():
            if name.startswith(PREFIX) and int(name[len(PREFIX) :]) < number:
                self._disk.remove(name)


def _name(number: int) -> str:
    return f"{PREFIX}{number:08d}"


def _range(
    entries: Mapping[bytes, bytes], first: bytes, after: bytes | None
) -> Iterator[tuple[bytes, bytes]]:
    for key in sorted(entries):
        if key >= first and (after is None or key < after):
            yield key, entries[key]


def _encode(slot: int, entries: list[tuple[bytes, bytes]]) -> bytes:
    body = msgspec.msgpack.encode(entries)
    checksum = zlib.crc32(body, zlib.crc32(_CHECKED.pack(_VERSION, slot, len(body))))
    return _HEADER.pack(_MAGIC, _VERSION, slot, len(body), checksum) + body


def _decode(content: bytes) -> tuple[int, list[tuple[bytes, bytes]]] | None:
    """The slot and the entries, None if this is not a whole checkpoint. Raises TableFromTheFuture."""
    if len(content) < _HEADER.size:
        return None
    magic, version, slot, length, checksum = _HEADER.unpack_from(content)
    body = content[_HEADER.size : _HEADER.size + length]
    if magic != _MAGIC or len(body) != length:
        return None
    if zlib.crc32(body, zlib.crc32(_CHECKED.pack(version, slot, length))) != checksum:
        return None
    if version != _VERSION:
        raise TableFromTheFuture(version)
    try:
        return slot, _entries_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
