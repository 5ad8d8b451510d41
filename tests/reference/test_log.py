"""The write-ahead log: bytes, recovery, and the difference between a torn tail and corruption."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.simulator.disk import SimulatedDisk
from reference.storage import log_record
from reference.storage.disk import SECTOR_BYTES, DiskFull
from reference.storage.log_record import (
    Damaged,
    FutureFormat,
    LogRecord,
    Place,
    RecordKind,
    decode,
    encode,
    scan,
)
from reference.storage.log_recovery import Corrupt, FromTheFuture, Missing, Recovered, recover, segment_name
from reference.storage.wal import Wal

LOG = "g@m1"
PLACE = Place(LOG, 1)


def disk_with(*batches: list[bytes], segment_bytes: int = 1 << 20) -> tuple[SimulatedDisk, Wal]:
    """A log whose batches were each synced."""
    disk = SimulatedDisk(1 << 22)
    wal = Wal.create(disk, LOG, b"head", segment_bytes)
    wal.finish_sync(wal.start_sync())
    for batch in batches:
        for payload in batch:
            wal.append(payload)
        wal.finish_sync(wal.start_sync())
    return disk, wal


def read(disk: SimulatedDisk) -> Recovered:
    found = recover(disk, LOG)
    assert isinstance(found, Recovered)
    return found


def offset_of(disk: SimulatedDisk, lsn: int, segment: int = 1) -> int:
    records = scan(Place(LOG, segment), disk.read(segment_name(segment)))
    return next(
        r.offset for r in records if isinstance(r, LogRecord) and r.kind is RecordKind.DATA and r.lsn == lsn
    )


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**63), st.integers(0, 1000))
def test_a_record_is_read_as_it_was_written(payload: bytes, lsn: int, place: int) -> None:
    offset = 8 * place
    data = encode(PLACE, offset, RecordKind.DATA, lsn, lsn // 2, payload)
    found = decode(PLACE, bytes(offset) + data, offset)
    assert found == LogRecord(offset, RecordKind.DATA, lsn, lsn // 2, payload, offset + len(data))
    assert len(data) % 8 == 0


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.data())
def test_no_flipped_bit_of_a_record_is_overlooked(payload: bytes, data: st.DataObject) -> None:
    record = bytearray(encode(PLACE, 0, RecordKind.DATA, 7, 3, payload))
    bit = data.draw(st.integers(0, 8 * (log_record.HEADER_BYTES + len(payload)) - 1))
    record[bit // 8] ^= 1 << bit % 8
    assert isinstance(decode(PLACE, bytes(record), 0), Damaged)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 50))
def test_any_bytes_can_be_scanned(content: bytes, offset: int) -> None:
    assert isinstance(decode(PLACE, content, offset), Damaged)
    assert list(scan(PLACE, content + log_record.MAGIC + content)) == []


def test_a_record_counts_only_where_it_was_written() -> None:
    record = encode(PLACE, 64, RecordKind.DATA, 7, 3, b"payload")
    assert isinstance(decode(PLACE, bytes(64) + record, 64), LogRecord)
    assert isinstance(decode(PLACE, bytes(72) + record, 72), Damaged)
    assert isinstance(decode(Place(LOG, 2), bytes(64) + record, 64), Damaged)
    assert isinstance(decode(Place("g@m2", 1), bytes(64) + record, 64), Damaged)


def test_a_log_is_read_back() -> None:
    disk, _ = disk_with([b"a"], [b"b", b"c"])
    found = read(disk)
    assert (found.head, found.first, found.payloads, found.last) == (b"head", 1, [b"a", b"b", b"c"], 3)
    assert not found.torn


def test_an_empty_disk_has_no_log() -> None:
    assert recover(SimulatedDisk(1000), LOG) == Missing()


def test_a_sync_never_rewrites_a_durable_sector() -> None:
    disk, wal = disk_with([b"a"])
    before = len(disk.read(segment_name(1)))
    wal.append(b"b")
    written = offset_of(disk, 2)
    assert written % SECTOR_BYTES == 0
    assert written >= before


def test_damage_that_a_later_record_shows_to_be_durable_is_corruption() -> None:
    disk, _ = disk_with([b"a"], [b"b"], [b"c"])
    disk.flip(segment_name(1), offset_of(disk, 1) + 32, 0)
    found = recover(disk, LOG)
    assert isinstance(found, Corrupt)
    assert found.lsn == 1
    assert "durable up to 2" in found.reason


def test_damage_at_the_end_that_nothing_shows_to_be_durable_is_a_torn_tail() -> None:
    disk, _ = disk_with([b"a"], [b"b"])
    disk.flip(segment_name(1), offset_of(disk, 2) + 32, 0)
    found = read(disk)
    assert found.payloads == [b"a"]
    assert found.torn


def test_a_mark_closes_the_window_in_which_decay_looks_like_a_torn_tail() -> None:
    disk, wal = disk_with([b"a"], [b"b"])
    wal.mark()
    wal.finish_sync(wal.start_sync())
    assert wal.marked == 2
    disk.flip(segment_name(1), offset_of(disk, 2) + 32, 0)
    assert isinstance(recover(disk, LOG), Corrupt)


def test_a_good_record_after_a_bad_one_is_no_proof_of_corruption() -> None:
    """Sectors of one unsynced batch survive in any order."""
    disk, wal = disk_with([b"a"])
    for payload in (b"b" * 600, b"c" * 600, b"d" * 600):
        wal.append(payload)
    disk.flip(segment_name(1), offset_of(disk, 2) + 40, 0)
    found = read(disk)
    assert found.payloads == [b"a"]
    assert found.torn


def test_what_was_cut_off_is_never_read_again() -> None:
    disk, wal = disk_with([b"a"])
    for payload in (b"b" * 600, b"stale" * 120):
        wal.append(payload)
    disk.flip(segment_name(1), offset_of(disk, 2) + 40, 0)
    reopened = Wal.open(disk, LOG, read(disk), b"head")
    assert reopened.append(b"new") == 2
    assert read(disk).payloads == [b"a", b"new"]
    assert reopened.append(b"newer") == 3
    assert read(disk).payloads == [b"a", b"new", b"newer"]


def test_what_is_read_back_is_not_durable_before_a_sync() -> None:
    disk, wal = disk_with([b"a"])
    wal.append(b"b")
    disk.forget_syncs()
    reopened = Wal.open(disk, LOG, read(disk), b"head")
    assert (reopened.last, reopened.durable) == (2, 0)
    reopened.finish_sync(reopened.start_sync())
    assert reopened.durable == 2
    disk.cut_power(Random(1), tear=False)
    assert read(disk).payloads == [b"a", b"b"]


def test_a_log_rolls_and_gives_up_its_oldest_segments_once_that_is_durable() -> None:
    disk, wal = disk_with([b"a"])
    wal.roll(b"head 2")
    wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    assert wal.truncate_before(2) == 1
    sync = wal.start_sync()
    assert segment_name(1) in disk.names()
    wal.finish_sync(sync)
    assert disk.names() == [segment_name(2)]
    found = read(disk)
    assert (found.head, found.first, found.payloads) == (b"head 2", 2, [b"b"])
    assert wal.truncate_before(2) == 0


def test_the_loss_of_a_needed_segment_is_corruption() -> None:
    disk, wal = disk_with([b"a"])
    wal.roll(b"head 2")
    wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    disk.remove(segment_name(1))
    assert isinstance(recover(disk, LOG), Corrupt)


def test_a_trim_that_was_not_durable_costs_nothing() -> None:
    """Its record may survive a power cut when the head of the segment that it keeps does not."""
    disk, wal = disk_with([b"a"])
    wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    wal.roll(b"head 2")
    assert wal.truncate_before(3) == 1
    disk.flip(segment_name(2), 40, 0)
    found = read(disk)
    assert found.payloads == [b"a", b"b"]


def test_a_trim_keeps_the_oldest_segment_that_can_be_read() -> None:
    """The second segment's head was torn; after a restart it is no part of the log."""
    disk, wal = disk_with([b"a"])
    wal.roll(b"head 2")
    disk.flip(segment_name(2), 40, 0)
    wal = Wal.open(disk, LOG, read(disk), b"head 3")
    wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    assert wal.truncate_before(2) == 1
    wal.finish_sync(wal.start_sync())
    assert read(disk).payloads == [b"b"]


def test_two_trims_on_their_way_may_name_the_same_segment() -> None:
    disk, wal = disk_with([b"a"])
    for head in (b"head 2", b"head 3"):
        wal.roll(head)
        wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    assert wal.truncate_before(2) == 1
    first = wal.start_sync()
    assert wal.truncate_before(3) == 1
    second = wal.start_sync()
    wal.finish_sync(first)
    wal.finish_sync(second)
    assert disk.names() == [segment_name(3)]


def test_a_trim_that_finds_the_disk_full_gives_up_nothing() -> None:
    """What a trim gives up stays until its record is written; without it a segment would be lost."""
    disk, wal = disk_with([b"a"])
    wal.roll(b"head 2")
    wal.append(b"b")
    wal.finish_sync(wal.start_sync())
    before = wal.live()
    capacity, disk.capacity = disk.capacity, sum(len(disk.read(name)) for name in disk.names())
    with pytest.raises(DiskFull):
        wal.truncate_before(2)
    assert wal.live() == before
    wal.finish_sync(wal.start_sync())
    assert disk.names() == [segment_name(1), segment_name(2)]
    assert read(disk).payloads == [b"a", b"b"]
    disk.capacity = capacity
    assert wal.truncate_before(2) == 1
    wal.finish_sync(wal.start_sync())
    assert disk.names() == [segment_name(2)]


def test_a_record_of_a_newer_format_is_not_taken_for_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, wal = disk_with([b"a"])
    with monkeypatch.context() as patch:
        patch.setattr(log_record, "VERSION", 2)
        wal.append(b"b")
    assert recover(disk, LOG) == FromTheFuture(2)
    assert [type(r) for r in scan(PLACE, disk.read(segment_name(1)))] == [LogRecord, LogRecord, FutureFormat]


def test_a_full_disk_refuses_the_record_and_keeps_the_others() -> None:
    disk, wal = disk_with([b"a"])
    disk.capacity = len(disk.read(segment_name(1))) + SECTOR_BYTES + 100
    with pytest.raises(DiskFull):
        wal.append(bytes(2000))
    assert wal.append(b"b") == 2
    assert read(disk).payloads == [b"a", b"b"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.lists(st.binary(max_size=900), min_size=1, max_size=4), max_size=5))
def test_a_power_cut_loses_only_what_was_not_synced(seed: int, batches: list[list[bytes]]) -> None:
    """Whatever sectors survive, the log is a prefix of what was written and holds all that was synced."""
    random = Random(seed)
    disk = SimulatedDisk(1 << 22)
    wal = Wal.create(disk, LOG, b"head", 3000)
    wal.finish_sync(wal.start_sync())
    written: list[bytes] = []
    for batch in batches:
        for payload in batch:
            wal.append(payload)
            written.append(payload)
        if wal.wants_roll():
            wal.roll(b"head")
        if random.random() < 0.6:
            sync = wal.start_sync()
            if random.random() < 0.3:
                break  # the power goes while it is under way
            wal.finish_sync(sync)
    disk.cut_power(random, tear=True)
    found = read(disk)
    assert found.payloads == written[: found.last]
    assert found.last >= wal.durable
    assert read(disk) == found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_every_flip_of_a_marked_record_is_noticed(seed: int) -> None:
    random = Random(seed)
    disk, wal = disk_with([b"a" * 40, b"b"], [b"c"], [b"d" * 700])
    wal.mark()
    wal.finish_sync(wal.start_sync())
    content = disk.read(segment_name(1))
    records = [r for r in scan(PLACE, content) if isinstance(r, LogRecord) and r.kind is RecordKind.DATA]
    record = random.choice(records)
    end = record.offset + log_record.HEADER_BYTES + len(record.payload)
    disk.flip(segment_name(1), random.randrange(record.offset, end), random.randrange(8))
    found = recover(disk, LOG)
    assert isinstance(found, Corrupt)
    assert found.lsn == record.lsn
