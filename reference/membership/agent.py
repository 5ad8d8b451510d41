"""A machine's agent: reports that the machine is alive, and makes replicas on it."""

from __future__ import annotations

from reference.messages.membership import Create, MachineReport
from reference.messages.union import Message
from reference.node import MILLISECOND, Effect, Probe, Send, SetTimer, Spawn

REPORT_EVERY = 200 * MILLISECOND


class MachineAgent:
    """It decides nothing. Making a replica twice makes it once (see `Spawn`), as long as the disk is the
    same: a request that was meant for a disk since lost would give a name away again.
    """

    def __init__(self, machine: str, epoch: int, services: tuple[str, ...]) -> None:
        self._machine = machine
        self._epoch = epoch
        self._services = services
        self._made: dict[str, bool] = {}

    def start(self, now: int) -> list[Effect]:
        """Reports at once."""
        return self.timer("report", now)

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """Makes replicas."""
        match message:
            case Create(identity=identity, epoch=epoch):
                if identity.machine != self._machine or epoch != self._epoch:
                    return [Probe("creation_for_a_lost_disk")]
                self._made[identity.replica] = True
                return [Spawn(identity)]
            case _:
                return []

    def timer(self, name: str, now: int) -> list[Effect]:
        """Reports."""
        report = MachineReport(self._machine, self._epoch, len(self._made))
        return [*[Send(service, report) for service in self._services], SetTimer("report", REPORT_EVERY)]
