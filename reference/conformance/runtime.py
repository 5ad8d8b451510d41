"""Runs a replica without a world, on a simulated disk: effects are carried out at once, the log is made
durable when that is asked for, and time stands still.
"""

from __future__ import annotations

import copy
from typing import Self

from reference.messages.configuration import Configuration
from reference.messages.records import Identity
from reference.messages.union import Message
from reference.node import Append, Effect, Send
from reference.paxos.recovery import Opened, create_replica, encode_record, open_replica
from reference.paxos.settings import Settings
from reference.replica.replica import Replica
from reference.simulator.disk import SimulatedDisk
from reference.state_machine.partition import Range, first_entries
from reference.storage.memory_table import MemoryTable

SETTINGS = Settings()
QUIET = SETTINGS.lease_grant
"""After a start a replica does not vote for so long."""
TABLE = first_entries(Range(b"", None, 0, 1000))
DISK_BYTES = 1 << 20


class Runtime:
    """One replica with its log. `held` has the messages that wait for the log."""

    def __init__(self, name: str, members: Configuration) -> None:
        self._name = name
        self._disk = SimulatedDisk(DISK_BYTES)
        table = MemoryTable.create(self._disk)
        table.install(0, TABLE)
        table.start_checkpoint()
        table.finish_checkpoint()
        create_replica(self._disk, table, Identity(name, "g", f"m-{name}", 0, members), has_table=True)
        self.held: list[Send] = []
        opened = _open(self._disk, name)
        self._wal = opened.wal
        self._wal.finish_sync(self._wal.start_sync())
        self.replica = Replica(opened.ledger, opened.table, SETTINGS, 1)
        self.replica.start(1)
        self.now = 1 + QUIET

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    def receive(self, source: str, message: Message) -> None:
        """Delivers a message."""
        self._carry_out(self.replica.receive(source, message, self.now))

    def sync(self) -> list[Send]:
        """Makes the log durable; what waited for it, in order."""
        self._wal.finish_sync(self._wal.start_sync())
        self._carry_out(self.replica.synced(self._wal.durable, self.now))
        ready = [send for send in self.held if send.after <= self._wal.durable]
        self.held = [send for send in self.held if send.after > self._wal.durable]
        return ready

    def recovered(self) -> Opened:
        """What a replica knows that begins with the durable bytes."""
        return _open(self._disk.survivor(), self._name)

    def _carry_out(self, effects: list[Effect]) -> None:
        """Timers do not run here, there are no clients, and syncs wait until they are asked for."""
        for effect in effects:
            match effect:
                case Append(lsn=lsn, record=record):
                    written = self._wal.append(encode_record(record))
                    assert written == lsn, f"the node counts {lsn}, the log {written}"
                case Send():
                    self.held.append(effect)
                case _:
                    pass


def _open(disk: SimulatedDisk, name: str) -> Opened:
    found = open_replica(disk, name, lambda: MemoryTable.recover(disk))
    if not isinstance(found, Opened):
        raise RuntimeError(f"the disk of {name} cannot be opened: {found}")
    return found
