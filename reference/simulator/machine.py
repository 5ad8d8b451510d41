"""A machine: a clock, a disk for each replica, and the processes on it, which fail together."""

from __future__ import annotations

from msgspec import Struct

from reference.simulator.clock import Clock
from reference.simulator.disk import SimulatedDisk


class Machine(Struct):
    """`epoch` is that of the disks: they were lost so often.

    `up` is whether it has power; `paused_until` is when its processes run again after a stall.
    """

    name: str
    clock: Clock
    disk_bytes: int
    disks: dict[str, SimulatedDisk]
    epoch: int = 0
    up: bool = True
    paused_until: int = 0
    slow_disk_until: int = 0

    def new_disk(self, replica: str) -> SimulatedDisk:
        """An empty disk for a replica's files."""
        disk = self.disks[replica] = SimulatedDisk(self.disk_bytes)
        return disk
