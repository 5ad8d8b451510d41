"""A process with a log and a table on a simulated disk: recovery, syncs that take time, what is held back."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from msgspec import Struct

from reference.node import Append, Checkpoint, Effect, Reply, Send, Stop, StoringNode, Sync, Truncate
from reference.paxos.ledger import Ledger
from reference.paxos.recovery import Lost, NotReadable, Opened, encode_record, open_replica
from reference.replica.replica import NEVER_JOINED, REMOVED
from reference.simulator.disk import SimulatedDisk
from reference.simulator.failure import SimulationFailure
from reference.simulator.machine import Machine
from reference.simulator.process import Process, Surroundings
from reference.storage.disk import DiskFull
from reference.storage.memory_table import MemoryTable
from reference.storage.table import Table
from reference.storage.wal import LogSync, Wal

MARK_AFTER = 15_000
RESERVE_BYTES = 48 * 1024


class DiskTimes(Struct, frozen=True):
    """How long a sync takes, in microseconds."""

    sync_min: int = 300
    sync_max: int = 2_500
    slow: int = 400_000


class StoringProcess(Process):
    """`lost` says why this replica never runs again, `decayed` that it must not: a durable record is
    damaged.
    """

    def __init__(
        self,
        world: Surroundings,
        machine: Machine,
        name: str,
        make_node: Callable[[Ledger, Table], StoringNode],
        sync_time: Callable[[], int],
        segment_bytes: int,
    ) -> None:
        super().__init__(world, machine, name)
        self.disk: SimulatedDisk = machine.disks[name]
        self.wal: Wal | None = None
        self.table: MemoryTable | None = None
        self.storing: StoringNode | None = None
        self.lost: str | None = None
        self.decayed = False
        self.damaged = False
        self.wiped = False
        self._make_node = make_node
        self._sync_time = sync_time
        self._segment_bytes = segment_bytes
        self._held: list[Send | Reply] = []
        self._syncing = False
        self._wanted = 0
        self._has_room = True

    def boot(self) -> None:
        """Reads the disk, and starts the node when what was read is durable."""
        if self.lost is not None or self.wal is not None:
            return  # ended for ever, or on its way up already
        try:
            opening = open_replica(self.disk, self.name, lambda: self._open_table(), self._segment_bytes)
        except DiskFull:
            self.world.probe("recovery_disk_full")
            self.later(500_000, self.boot)
            return
        match opening:
            case Lost(reason=reason):
                self.lose(reason)
            case NotReadable():
                self.lose("written by newer code")
            case Opened() if self.decayed:
                raise SimulationFailure(
                    "decay", f"{self.name} did not notice that a durable record is damaged"
                )
            case Opened(ledger=ledger, table=table, wal=wal, torn=torn):
                if torn:
                    self.world.probe("torn_tail_cut")
                self.wal = wal
                node = self._make_node(ledger, table)
                sync = wal.start_sync()
                self.later(self._sync_time(), lambda: self._begin(wal, sync, node))
            case _:
                assert_never(opening)

    def lose(self, reason: str) -> None:
        """This replica never runs again.

        Only damage from outside, or its group's decision, is a reason for that.
        """
        harmed = self.decayed or self.damaged or self.wiped
        if not harmed and reason not in (REMOVED, NEVER_JOINED):
            raise SimulationFailure("needless loss", f"{self.name}: {reason}")
        self.lost = reason
        self.crash()
        self.world.probe("replica_lost" if "corrupt" not in reason else "corruption_noticed")
        self.world.acted(self, "lost", reason)

    def crash(self) -> None:
        """The process ends; what it had written stays in the machine's cache."""
        super().crash()
        self.storing = None
        self.disk.forget_syncs()
        self.wal = None
        self.table = None
        self._held = []
        self._syncing = False
        self._wanted = 0
        self._has_room = True

    def carry_out(self, effect: Effect) -> None:
        """One effect."""
        match effect:
            case Append(lsn=lsn, record=record):
                try:
                    written = self._log.append(encode_record(record))
                except DiskFull:
                    self.world.probe("append_disk_full")
                    self._restart_later()
                    return
                assert written == lsn, f"the node counts {lsn}, the log {written}"
            case Sync(lsn=lsn):
                self._want(lsn)
            case Send(after=after) | Reply(after=after):
                if after <= self._log.durable:
                    self.emit(effect)
                else:
                    self._held.append(effect)
            case Checkpoint():
                self._start_checkpoint()
            case Truncate(lsn=lsn):
                self._truncate(lsn)
            case Stop(reason=reason):
                self.lose(reason)
            case _:
                super().carry_out(effect)

    def execute(self, effects: list[Effect]) -> None:
        """Carries effects out, then sees to the log."""
        super().execute(effects)
        node, wal = self.storing, self.wal
        if node is None or wal is None:
            return
        try:
            if wal.wants_roll():
                wal.roll(encode_record(node.summary()))
        except DiskFull:
            self._restart_later()
            return
        self._watch_room()

    @property
    def _log(self) -> Wal:
        assert self.wal is not None
        return self.wal

    def _open_table(self) -> Table:
        self.table = MemoryTable.recover(self.disk)
        return self.table

    def _begin(self, wal: Wal, sync: LogSync, node: StoringNode) -> None:
        wal.finish_sync(sync)
        self.storing = node
        self.run(node)

    def _truncate(self, lsn: int) -> None:
        """Without room to write down what is given up it is kept, until the next time."""
        try:
            dropped = self._log.truncate_before(lsn)
        except DiskFull:
            return
        if dropped:
            self.world.probe("log_truncated")

    def _restart_later(self) -> None:
        """The disk is full in the middle of a step: what was not written was not said either."""
        self.crash()
        self.later(1_000_000, self.boot)

    def _want(self, lsn: int) -> None:
        self._wanted = max(self._wanted, lsn)
        if not self._syncing and self._wanted > self._log.durable:
            # Once this call's effects are carried out: they may still append.
            self._syncing = True
            self.soon(self._start_sync)

    def _start_sync(self) -> None:
        wal = self._log
        sync = wal.start_sync()
        self.world.acted(self, "sync", sync.lsn)
        self.later(self._sync_time(), lambda: self._finish_sync(wal, sync))

    def _finish_sync(self, wal: Wal, sync: LogSync) -> None:
        stalled = self.machine.paused_until - self.world.now()
        if stalled > 0:
            self.later(stalled, lambda: self._finish_sync(wal, sync))
            return
        wal.finish_sync(sync)
        self._syncing = False
        node = self.storing
        if node is not None:
            self.call("synced", sync.lsn, lambda: node.synced(sync.lsn, self.local()))
        self._release()
        if self.wal is wal:
            self._want(self._wanted)
            if not self._syncing and wal.marked < wal.durable:
                last = wal.last
                self.later(MARK_AFTER, lambda: self._mark(wal, last))
            self._watch_room()

    def _mark(self, wal: Wal, last: int) -> None:
        """The log has been idle: write down how far it is durable, so that decay of its end is noticed."""
        if self._syncing or wal.last != last or wal.marked >= wal.durable:
            return
        try:
            wal.mark()
        except DiskFull:
            return
        self._syncing = True
        self._start_sync()

    def _release(self) -> None:
        held, self._held = self._held, []
        epoch = self.epoch
        for effect in held:
            if self.epoch != epoch:
                return
            if effect.after > self._log.durable:
                self._held.append(effect)
            else:
                self.emit(effect)

    def _start_checkpoint(self) -> None:
        table = self.table
        assert table is not None
        try:
            slot = table.start_checkpoint()
        except DiskFull:
            self.world.probe("checkpoint_disk_full")
            self.later(500_000, self._start_checkpoint)
            return
        self.later(2 * self._sync_time(), lambda: self._finish_checkpoint(table, slot))

    def _finish_checkpoint(self, table: MemoryTable, slot: int) -> None:
        table.finish_checkpoint()
        node = self.storing
        if node is not None:
            self.call("checkpointed", slot, lambda: node.checkpointed(slot, self.local()))

    def _watch_room(self) -> None:
        has_room = self.disk.free_bytes() >= RESERVE_BYTES
        node = self.storing
        if has_room != self._has_room and node is not None:
            self._has_room = has_room
            self.world.probe("disk_full" if not has_room else "disk_has_room_again")
            self.call("room", has_room, lambda: node.room(has_room, self.local()))
