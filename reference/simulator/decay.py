"""Bits that decay at rest: only where the log promises to notice it."""

from __future__ import annotations

from random import Random

from reference.simulator.storing_process import StoringProcess
from reference.storage.log_record import HEADER_BYTES, LogRecord, Place, RecordKind, scan
from reference.storage.log_recovery import segment_name
from reference.storage.memory_table import PREFIX


def flip_durable_bit(process: StoringProcess, random: Random) -> bool:
    """Flips a bit of a record that another, durable record says is durable; whether there was one.

    The very end of a log, after its last mark, is left alone: there, decay looks like a torn tail (decision
    0008).
    """
    wal = process.wal
    if wal is None:
        return False
    spans: list[tuple[str, int, int]] = []
    for number, first, last in wal.live():
        name = segment_name(number)
        for record in scan(Place(process.name, number), process.disk.read(name)):
            if not isinstance(record, LogRecord) or record.kind is not RecordKind.DATA:
                continue
            if first <= record.lsn <= (wal.marked if last is None else min(last, wal.marked)):
                spans.append((name, record.offset, record.offset + HEADER_BYTES + len(record.payload)))
    if not spans:
        return False
    name, begin, end = random.choice(spans)
    process.disk.flip(name, random.randrange(begin, end), random.randrange(8))
    process.decayed = True
    return True


def flip_table_file_bit(process: StoringProcess, random: Random) -> bool:
    """Flips a bit of the only durable checkpoint; whether there was one."""
    names = [name for name in process.disk.names() if name.startswith(PREFIX)]
    if len(names) != 1 or not process.disk.settled():
        return False
    process.disk.flip(names[0], random.randrange(len(process.disk.read(names[0]))), random.randrange(8))
    process.decayed = True
    return True


def flip_entry_bit(process: StoringProcess, random: Random) -> bool:
    """Flips a bit of an item in the table of a running replica: noticed when it is read, if it ever is."""
    table = process.table
    items = [] if table is None else [(key, value) for key, value in table.scan(b"i", b"j")]
    if table is None or not items:
        return False
    key, value = random.choice(items)
    process.damaged = True
    table.decay(key, random.randrange(len(value)), random.randrange(8))
    return True
