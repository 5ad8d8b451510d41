"""Contracts: what every disk and every table must do, simulated or real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.records import Identity
from reference.paxos.recovery import NotReadable, Opened, create_replica, open_replica
from reference.simulator.disk import SimulatedDisk
from reference.storage import lmdb_table, memory_table
from reference.storage.disk import Disk, DiskFull
from reference.storage.file_disk import FileDisk
from reference.storage.lmdb_table import LmdbTable
from reference.storage.log_recovery import Recovered, recover
from reference.storage.memory_table import MemoryTable
from reference.storage.table import NOTHING, Table, TableFromTheFuture
from reference.storage.wal import Wal


@pytest.fixture(params=["simulated", "files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "simulated":
        yield SimulatedDisk(10_000)
        return
    files = FileDisk(tmp_path, 10_000)
    yield files
    files.close()


@pytest.fixture(params=["memory", "lmdb"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Table]]:
    """Opens the table, or closes and opens it again."""
    memory_disk = SimulatedDisk(1 << 20)
    opened: list[LmdbTable] = []

    def open_again() -> Table:
        if request.param == "memory":
            return MemoryTable.recover(memory_disk)
        for table in opened:
            table.close()
        opened.append(LmdbTable(tmp_path, 1 << 20))
        return opened[-1]

    yield open_again
    for table in opened:
        table.close()


def test_a_file_is_what_was_written(disk: Disk) -> None:
    assert disk.names() == []
    disk.write("b", 3, b"xyz")
    disk.write("a", 0, b"1")
    disk.write("b", 4, b"Y")
    disk.finish_sync(disk.start_sync("b"))
    assert disk.names() == ["a", "b"]
    assert disk.read("b") == b"\0\0\0xYz"
    disk.remove("a")
    assert disk.names() == ["b"]
    assert disk.free_bytes() == 10_000 - 6


def test_a_full_disk_writes_nothing_of_it(disk: Disk) -> None:
    disk.write("a", 0, bytes(9_999))
    with pytest.raises(DiskFull):
        disk.write("a", 9_990, bytes(20))
    with pytest.raises(DiskFull):
        disk.write("b", 0, b"12")
    disk.write("a", 0, b"over what is there")
    assert len(disk.read("a")) == 9_999
    assert disk.names() == ["a"]


def test_a_log_lives_on_either_disk(disk: Disk) -> None:
    wal = Wal.create(disk, "log", b"head", segment_bytes=1000)
    for number in range(3):
        wal.append(bytes([number]))
        wal.finish_sync(wal.start_sync())
    wal.roll(b"head 2")
    wal.append(b"last")
    wal.finish_sync(wal.start_sync())
    wal.truncate_before(4)
    wal.finish_sync(wal.start_sync())
    found = recover(disk, "log")
    assert isinstance(found, Recovered)
    assert (found.head, found.payloads, found.last) == (b"head 2", [b"last"], 4)


def test_a_new_table_holds_nothing(reopen: Callable[[], Table]) -> None:
    table = reopen()
    assert table.slot == NOTHING
    assert table.get(b"a") is None
    assert list(table.scan(b"")) == []


def test_batches_are_applied_in_order(reopen: Callable[[], Table]) -> None:
    table = reopen()
    table.install(4, [(b"a", b"1"), (b"c", b"3")])
    table.apply(5, [(b"b", b"2"), (b"c", None), (b"a", b"one")])
    table.apply(6, [])
    assert table.slot == 6
    assert list(table.scan(b"")) == [(b"a", b"one"), (b"b", b"2")]
    assert list(table.scan(b"b")) == [(b"b", b"2")]
    assert list(table.scan(b"a", b"b")) == [(b"a", b"one")]
    with pytest.raises(AssertionError, match="slot 8 after 6"):
        table.apply(8, [])


def test_a_checkpoint_survives(reopen: Callable[[], Table]) -> None:
    table = reopen()
    table.install(1, [(b"a", b"1")])
    table.apply(2, [(b"b", b"2")])
    assert table.start_checkpoint() == 2
    table.finish_checkpoint()
    again = reopen()
    assert again.slot == 2
    assert list(again.scan(b"")) == [(b"a", b"1"), (b"b", b"2")]


def test_what_a_crash_leaves_is_whole_batches_from_the_beginning(reopen: Callable[[], Table]) -> None:
    table = reopen()
    table.install(1, [(b"a", b"1")])
    table.start_checkpoint()
    table.finish_checkpoint()
    table.apply(2, [(b"a", b"2"), (b"b", b"2")])
    again = reopen()
    assert (again.slot, list(again.scan(b""))) in (
        (1, [(b"a", b"1")]),
        (2, [(b"a", b"2"), (b"b", b"2")]),
    )


def test_a_snapshot_does_not_change(reopen: Callable[[], Table]) -> None:
    table = reopen()
    table.install(1, [(b"a", b"1")])
    snapshot = table.snapshot()
    table.apply(2, [(b"a", b"2")])
    assert snapshot.slot == 1
    assert list(snapshot.scan(b"")) == [(b"a", b"1")]
    snapshot.close()


def test_an_installed_copy_replaces_everything(reopen: Callable[[], Table]) -> None:
    table = reopen()
    table.install(1, [(b"a", b"1"), (b"b", b"2")])
    table.install(9, [(b"c", b"3")])
    assert (table.slot, list(table.scan(b""))) == (9, [(b"c", b"3")])


def test_a_full_map_of_lmdb_is_a_full_disk(tmp_path: Path) -> None:
    table = LmdbTable(tmp_path, map_bytes=64 * 1024)
    table.install(0, [(b"a", b"1")])
    with pytest.raises(DiskFull):
        table.apply(1, [(b"b", bytes(200_000))])
    assert (table.slot, table.get(b"a"), table.get(b"b")) == (0, b"1", None)
    table.close()


def test_a_checkpoint_with_a_flipped_bit_is_not_read() -> None:
    disk = SimulatedDisk(10_000)
    table = MemoryTable.create(disk)
    table.install(3, [(b"a", b"1")])
    table.start_checkpoint()
    table.finish_checkpoint()
    size = len(disk.read("table.00000001"))
    for offset in range(size):
        disk.flip("table.00000001", offset, 2)
        assert MemoryTable.recover(disk).slot == NOTHING
        disk.flip("table.00000001", offset, 2)
    assert MemoryTable.recover(disk).slot == 3


@pytest.mark.parametrize("module", [memory_table, lmdb_table])
def test_a_table_of_a_newer_format_is_not_taken_for_damage(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimulatedDisk(10_000)

    def opened() -> Table:
        return MemoryTable.recover(disk) if module is memory_table else LmdbTable(tmp_path, 1 << 20)

    with monkeypatch.context() as newer:
        newer.setattr(module, "_VERSION", 2)
        table = opened()
        table.install(3, [(b"a", b"1")])
        table.start_checkpoint()
        table.finish_checkpoint()
        if isinstance(table, LmdbTable):
            table.close()
    with pytest.raises(TableFromTheFuture) as raised:
        opened()
    assert raised.value.version == 2


def test_older_code_loses_nothing_of_a_replica_with_a_newer_table(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SimulatedDisk(100_000)
    members = Configuration((Member("a", Kind.STORAGE, "m"),))
    with monkeypatch.context() as newer:
        newer.setattr(memory_table, "_VERSION", 2)
        table = MemoryTable.create(disk)
        table.install(0, [(b"ia", b"1")])
        table.start_checkpoint()
        table.finish_checkpoint()
        create_replica(disk, table, Identity("a", "g", "m", 0, members), has_table=True)
    before = {name: disk.read(name) for name in disk.names()}
    assert open_replica(disk, "a", lambda: MemoryTable.recover(disk)) == NotReadable(2)
    assert {name: disk.read(name) for name in disk.names()} == before
    monkeypatch.setattr(memory_table, "_VERSION", 2)
    assert isinstance(open_replica(disk, "a", lambda: MemoryTable.recover(disk)), Opened)
