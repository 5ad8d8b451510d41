"""A table in LMDB, an embedded B-tree (the extra `lmdb`).

Each batch is one transaction, which also writes its slot. With `metasync` off, a commit costs one sync
instead of two and a power cut may undo the last transactions, whole and from the end; a checkpoint makes
them stay. LMDB's own pages have no checksums: see `reference.state_machine.sealed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import lmdb

from reference.storage.disk import DiskFull
from reference.storage.table import NOTHING, Change, TableFromTheFuture

KEY_BYTES_MAX = 511  # LMDB's limit as it is usually built
_FORMAT = b"\0format"  # these sort before every key of a table: those begin with a letter
_SLOT = b"\0slot"
_VERSION = 1


class LmdbSnapshot:
    """A read transaction: a consistent view for as long as it is open."""

    def __init__(self, transaction: lmdb.Transaction[bytes]) -> None:
        self._transaction = transaction
        self.slot = _read_slot(transaction)

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries of the range, in order."""
        return _range(self._transaction, first, after)

    def close(self) -> None:
        """Ends the transaction: pages that only it could see can be used again."""
        self._transaction.abort()


class LmdbTable:
    """Implements `reference.storage.table.Table`. One process opens a folder at a time.

    Raises TableFromTheFuture.
    """

    def __init__(self, folder: Path, map_bytes: int = 1 << 30) -> None:
        self._environment = lmdb.Environment(str(folder), map_size=map_bytes, metasync=False)
        with self._environment.begin() as transaction:
            self._slot = _read_slot(transaction)
            stored = transaction.get(_FORMAT)
        version = _VERSION if stored is None else int.from_bytes(stored, "little")
        if version != _VERSION:
            self._environment.close()
            raise TableFromTheFuture(version)

    @property
    def slot(self) -> int:
        """The last slot applied, NOTHING before the first copy is installed."""
        return self._slot

    def get(self, key: bytes) -> bytes | None:
        """The value under a key."""
        with self._environment.begin() as transaction:
            return transaction.get(key)

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries of the range, in order."""
        with self._environment.begin() as transaction:
            yield from _range(transaction, first, after)

    def apply(self, slot: int, changes: Sequence[Change]) -> None:
        """All changes of the next slot. Raises DiskFull."""
        assert slot == self._slot + 1, f"slot {slot} after {self._slot}"
        self._write(slot, changes)

    def install(self, slot: int, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Replaces everything. Raises DiskFull."""
        with self._environment.begin() as transaction:
            removed: list[Change] = [(key, None) for key, _ in _range(transaction, b"", None)]
        self._write(slot, [*removed, *entries])

    def snapshot(self) -> LmdbSnapshot:
        """The table as it is now."""
        return LmdbSnapshot(self._environment.begin())

    def start_checkpoint(self) -> int:
        """The slot that the checkpoint will cover."""
        return self._slot

    def finish_checkpoint(self) -> None:
        """Makes all that is committed stay."""
        self._environment.sync(True)

    def close(self) -> None:
        """Gives the folder up."""
        self._environment.close()

    def _write(self, slot: int, changes: Sequence[Change]) -> None:
        try:
            with self._environment.begin(write=True) as transaction:
                for key, value in changes:
                    if value is None:
                        transaction.delete(key)
                    else:
                        transaction.put(key, value)
                transaction.put(_FORMAT, _VERSION.to_bytes(4, "little"))
                transaction.put(_SLOT, slot.to_bytes(8, "little"))
        except lmdb.MapFullError as error:
            raise DiskFull(f"the table of slot {slot} does not fit into its map") from error
        self._slot = slot


def _read_slot(transaction: lmdb.Transaction[bytes]) -> int:
    stored = transaction.get(_SLOT)
    return NOTHING if stored is None else int.from_bytes(stored, "little")


def _range(
    transaction: lmdb.Transaction[bytes], first: bytes, after: bytes | None
) -> Iterator[tuple[bytes, bytes]]:
    cursor = transaction.cursor()
    found = cursor.set_range(first)
    while found:
        key, value = cursor.item()
        if after is not None and key >= after:
            return
        if key not in (_FORMAT, _SLOT):
            yield key, value
        found = cursor.next()
