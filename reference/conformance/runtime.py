"""Runs a replica without a world, on a simulated disk: what it wants done is carried out when it is
asked for.

Records go to the log's file at once, and are durable after `sync`. Messages and answers are held until
someone
takes them. Time stands still but for what is said to pass, and timers run out when they are told to: `due`
says when they would by themselves.
"""

from __future__ import annotations

import copy
from typing import Self

from reference.messages.records import Identity
from reference.messages.union import Message
from reference.node import Append, Checkpoint, Effect, Reply, Send, SetTimer, Spawn
from reference.paxos.recovery import Lost, Opened, create_replica, encode_record, open_replica
from reference.paxos.settings import Settings
from reference.replica.replica import ALONE, Replica
from reference.replica.services import Services
from reference.simulator.disk import SimulatedDisk
from reference.state_machine.partition import Range, first_entries
from reference.storage.memory_table import MemoryTable

SETTINGS = Settings()
QUIET = SETTINGS.lease_grant
"""After a start a replica does not vote for so long."""
TABLE = first_entries(Range(b"", None, 0, 1000))
DISK_BYTES = 1 << 20
TORN_BYTES = 20
"""What a crash leaves of the first record that was on its way to the disk."""


class Runtime:
    """One replica with its log.

    `held` has the messages that wait for the log, `ready` those that wait for nothing, `replies` the
    answers to
    clients that wait for nothing, `spawned` the replicas that it wants made; each in order, and for those who
    take them away. `quiet` is how much time passes after each start.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        has_table: bool = True,
        table: tuple[tuple[bytes, bytes], ...] = TABLE,
        settings: Settings = SETTINGS,
        services: Services = ALONE,
        quiet: int = QUIET,
    ) -> None:
        self._name = identity.replica
        self._quiet = quiet
        self._lives = 0
        self._settings = settings
        self._services = services
        self.held: list[Send] = []
        self.replies: list[Reply] = []
        self.spawned: list[Spawn] = []
        self._disk = SimulatedDisk(DISK_BYTES)
        stored = MemoryTable.create(self._disk)
        if has_table:
            stored.install(identity.base, table)
            stored.start_checkpoint()
            stored.finish_checkpoint()
        create_replica(self._disk, stored, identity, has_table=has_table)
        self.now = 1
        self._begin(self._opened(self._disk))

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    # What happens to it

    def receive(self, source: str, message: Message) -> None:
        """Delivers a message."""
        self._carry_out(self.replica.receive(source, message, self.now))

    def timer(self, name: str) -> None:
        """A timer runs out."""
        self.due.pop(name, None)
        self._carry_out(self.replica.timer(name, self.now))

    def relinquish(self) -> None:
        """It is told to hand over the lead."""
        self._carry_out(self.replica.relinquish(self.now))

    def sync(self) -> None:
        """The log becomes durable, and what waited for it is ready."""
        self.write_log()
        self.tell_synced(self._wal.durable)

    def write_log(self) -> None:
        """The log becomes durable, and what waited for it is ready; the replica does not know yet."""
        self._wal.finish_sync(self._wal.start_sync())

    def tell_synced(self, lsn: int) -> None:
        """The replica learns how far its log is durable, perhaps not the latest of it."""
        assert lsn <= self._wal.durable
        self._carry_out(self.replica.synced(lsn, self.now))

    def write_back(self) -> None:
        """The system writes its cache to the disk, and tells nobody."""
        for name in self._disk.names():
            self._disk.finish_sync(self._disk.start_sync(name))

    def crash(self) -> None:
        """Power goes, in the middle of a record if one was on its way, and comes back."""
        self._disk = self._disk.survivor(TORN_BYTES)
        self._begin(self._opened(self._disk))

    def lose_disk(self) -> bool:
        """The disk is replaced by an empty one; whether the replica does not start on it, as it must not."""
        self._disk.wipe()
        self.held.clear()
        self.replies.clear()
        return isinstance(open_replica(self._disk, self._name, self._table), Lost)

    # What is seen of it

    @property
    def syncing(self) -> bool:
        """Whether there are records of which the replica does not know that they are durable."""
        return self._wal.last > self._wal.durable

    def recovered(self) -> Opened:
        """What a replica knows that begins with the durable bytes."""
        return self._opened(self._disk.survivor())

    def take_ready(self) -> list[Send]:
        """The messages that wait for nothing."""
        ready = [send for send in self.held if send.after <= self._wal.durable]
        self.held = [send for send in self.held if send.after > self._wal.durable]
        return ready

    def take_replies(self) -> list[Reply]:
        """The answers that wait for nothing."""
        ready = [reply for reply in self.replies if reply.after <= self._wal.durable]
        self.replies = [reply for reply in self.replies if reply.after > self._wal.durable]
        return ready

    # Within

    def _begin(self, opened: Opened) -> None:
        self.held = []
        self.replies = []
        self.due: dict[str, int] = {}
        self.spawned = []
        self._wal = opened.wal
        self._wal.finish_sync(self._wal.start_sync())
        self._lives += 1
        self.replica = Replica(opened.ledger, opened.table, self._settings, self._lives, self._services)
        self._carry_out(self.replica.start(self.now))
        self.now += self._quiet

    def _carry_out(self, effects: list[Effect]) -> None:
        """Timers are only noted here, and syncs wait until they are asked for."""
        for effect in effects:
            match effect:
                case Append(lsn=lsn, record=record):
                    written = self._wal.append(encode_record(record))
                    assert written == lsn, f"the node counts {lsn}, the log {written}"
                case Send():
                    self.held.append(effect)
                case Reply():
                    self.replies.append(effect)
                case SetTimer(name=name, delay=delay):
                    self.due[name] = self.now + delay
                case Checkpoint():
                    self._checkpoint()
                case Spawn():
                    self.spawned.append(effect)
                case _:
                    pass

    def _checkpoint(self) -> None:
        """The table is durable at once."""
        table = self.replica.learner.table
        assert isinstance(table, MemoryTable)
        slot = table.start_checkpoint()
        table.finish_checkpoint()
        self._carry_out(self.replica.checkpointed(slot, self.now))

    def _table(self) -> MemoryTable:
        return MemoryTable.recover(self._disk)

    def _opened(self, disk: SimulatedDisk) -> Opened:
        found = open_replica(disk, self._name, lambda: MemoryTable.recover(disk))
        if not isinstance(found, Opened):
            raise RuntimeError(f"the disk of {self._name} cannot be opened: {found}")
        return found
