"""The write-ahead log: append, sync, roll to a new segment, truncate the old ones.

A sync begins a new sector, so no later write touches a sector that is durable: a write that a power cut tears
can only damage what was not yet acknowledged.
"""

from __future__ import annotations

from msgspec import Struct

from reference.storage.disk import SECTOR_BYTES, Disk, SyncTicket
from reference.storage.log_record import Place, RecordKind, encode
from reference.storage.log_recovery import Recovered, segment_name, segment_numbers, with_oldest

SEGMENT_BYTES = 64 * 1024


class LogSync(Struct, frozen=True):
    """A sync of the log that has begun: it will make the log durable up to `lsn`."""

    lsn: int
    marked: int
    tickets: tuple[SyncTicket, ...]
    removes: tuple[str, ...]


class Wal:
    """One log on one disk. LSNs count data records from 1.

    A head, a mark and a trim have no LSN of their own: they repeat that of the last data record. `durable` is
    what was synced, `marked` what a durable record says was synced: up to there damage is always noticed.
    """

    def __init__(
        self,
        disk: Disk,
        log: str,
        *,
        last: int,
        segment: int,
        oldest: int,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._disk = disk
        self._log = log
        self._segment = segment
        self._place = Place(log, segment)
        self._oldest = oldest
        self._offset = 0
        self._segment_bytes = segment_bytes
        self._heads: list[tuple[int, int]] = []
        self.unsynced: list[str] = []
        self._to_remove: list[str] = []
        self.last = last
        self._marked = 0
        self.durable = 0
        self.marked = 0

    @classmethod
    def create(cls, disk: Disk, log: str, head: bytes, segment_bytes: int = SEGMENT_BYTES) -> Wal:
        """A new log, not yet durable."""
        wal = cls(disk, log, last=0, segment=0, oldest=1, segment_bytes=segment_bytes)
        wal.roll(head)
        return wal

    @classmethod
    def open(
        cls, disk: Disk, log: str, found: Recovered, head: bytes, segment_bytes: int = SEGMENT_BYTES
    ) -> Wal:
        """Goes on after a recovery, in a new segment, so that what was cut off is never read again.

        What was read may still be only in a cache: `durable` is 0 until the first sync, which covers it all.
        """
        wal = cls(
            disk, log, last=found.last, segment=found.newest, oldest=found.oldest, segment_bytes=segment_bytes
        )
        wal._heads = list(found.heads)
        for number in segment_numbers(disk):
            name = segment_name(number)
            if number < found.oldest:
                disk.remove(name)
            else:
                wal.unsynced.append(name)
        wal.roll(head)
        return wal

    def append(self, payload: bytes) -> int:
        """Writes a record; its LSN. Raises DiskFull and DiskFailed."""
        self._write(RecordKind.DATA, self.last + 1, payload)
        self.last += 1
        return self.last

    def mark(self) -> None:
        """Writes down how far the log is durable, for a log that would otherwise be idle."""
        self._write(RecordKind.MARK, self.last, b"")

    def wants_roll(self) -> bool:
        """Whether the segment is full."""
        return self._offset >= self._segment_bytes

    def roll(self, head: bytes) -> None:
        """Begins a new segment, whose head says all that the owner needs from earlier ones.

        Raises DiskFull and DiskFailed: then the log can only be opened anew.
        """
        self._segment += 1
        self._place = Place(self._log, self._segment)
        self._offset = 0
        self._heads.append((self._segment, self.last))
        self._write(RecordKind.HEAD, self.last, with_oldest(self._oldest, head))

    def start_sync(self) -> LogSync:
        """Begins a sync; what it covers is fixed now."""
        self._offset += -self._offset % SECTOR_BYTES
        tickets = tuple([self._disk.start_sync(name) for name in self.unsynced])
        sync = LogSync(self.last, self._marked, tickets, tuple(self._to_remove))
        self.unsynced = []
        self._to_remove = []
        return sync

    def finish_sync(self, sync: LogSync) -> None:
        """Ends a sync. Syncs end in the order in which they began. Raises DiskFailed."""
        for ticket in sync.tickets:
            self._disk.finish_sync(ticket)
        self.durable = max(self.durable, sync.lsn)
        self.marked = max(self.marked, sync.marked)
        for name in sync.removes:
            if name in self._disk.names():  # two trims on their way may name the same segment
                self._disk.remove(name)

    def truncate_before(self, lsn: int) -> int:
        """Gives up the segments that hold only records before this LSN; how many.

        They are removed when the record that says so is durable. Raises DiskFull and DiskFailed: then none is
        given up.
        """
        dropped = [
            number for (number, _), (_, end) in zip(self._heads, self._heads[1:], strict=False) if end < lsn
        ]
        if dropped:
            kept = self._heads[len(dropped) :]
            oldest = kept[0][0]
            self._write(RecordKind.TRIM, self.last, with_oldest(oldest, b""))
            self._heads = kept
            self._oldest = oldest
            self._to_remove.extend(
                [segment_name(number) for number in segment_numbers(self._disk) if number < oldest]
            )
        return len(dropped)

    def live(self) -> list[tuple[int, int, int | None]]:
        """Each segment that is needed, with the LSNs between which its records count: first, last (None:
        open).
        """
        ends = [*[end for _, end in self._heads[1:]], None]
        return [(number, head + 1, end) for (number, head), end in zip(self._heads, ends, strict=True)]

    def _write(self, kind: RecordKind, lsn: int, payload: bytes) -> None:
        data = encode(self._place, self._offset, kind, lsn, self.durable, payload)
        name = segment_name(self._segment)
        self._disk.write(name, self._offset, data)
        self._offset += len(data)
        self._marked = self.durable
        if name not in self.unsynced:
            self.unsynced.append(name)
