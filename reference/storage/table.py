"""The table of a storage replica: sorted entries, each batch applied whole with the slot it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

Change: TypeAlias = tuple[bytes, bytes | None]
"""A key and its new value; None removes it."""

NOTHING = -1
"""The slot of a table that holds nothing: no batch was applied and no copy installed."""


class TableCorrupt(Exception):
    """What is stored does not pass its checks: nothing of this table may be served."""


class TableFromTheFuture(Exception):
    """A whole table of a format that this code does not know: only newer code may open it."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the table is of version {version}")
        self.version = version


class Snapshot(Protocol):
    """The table as it was at one slot; it does not change."""

    @property
    def slot(self) -> int:
        """The last slot applied."""
        ...

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries with first <= key < after (None: no end), in order."""
        ...

    def close(self) -> None:
        """Give up what it holds on to."""
        ...


class Table(Protocol):
    """A B-tree, in short. What was not made durable by a checkpoint may be gone after a crash, whole batches
    at a time and from the end: the log still has them.
    """

    @property
    def slot(self) -> int:
        """The last slot applied, NOTHING before the first copy is installed."""
        ...

    def get(self, key: bytes) -> bytes | None:
        """The value under a key. Raises TableCorrupt."""
        ...

    def scan(self, first: bytes, after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries with first <= key < after (None: no end), in order. Raises TableCorrupt."""
        ...

    def apply(self, slot: int, changes: Sequence[Change]) -> None:
        """All changes of a slot, or none. Slots come in order, without a gap."""
        ...

    def install(self, slot: int, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Replaces everything by a copy of another replica's snapshot."""
        ...

    def snapshot(self) -> Snapshot:
        """The table as it is now."""
        ...

    def start_checkpoint(self) -> int:
        """Begins to make the table durable as it is now; the slot. Raises DiskFull."""
        ...

    def finish_checkpoint(self) -> None:
        """Returns when it is durable. Raises DiskFailed."""
        ...
