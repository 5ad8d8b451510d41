"""The automatic repair and split service: finds machines for new replicas, and says which group to split.

It remembers nothing over a restart: machines and leaders report again, and leaders ask again. It can do no
harm: whom it names only becomes a member by the group's own decision.
"""

from __future__ import annotations

from msgspec import Struct

from reference.messages.membership import GroupReport, MachineReport, Place, Placed, SplitNow
from reference.messages.union import Message
from reference.node import SECOND, Effect, Probe, Send

MACHINE_DEAD_AFTER = 1 * SECOND


class _Machine(Struct):
    agent: str
    epoch: int
    replicas: int
    heard: int
    placed: int = 0


class RepairService:
    """Splits a group with more than `items_max` items, or more than `accesses_max` accesses in a report."""

    def __init__(self, items_max: int, accesses_max: int) -> None:
        self._items_max = items_max
        self._accesses_max = accesses_max
        self._machines: dict[str, _Machine] = {}

    def start(self, now: int) -> list[Effect]:
        """Waits for reports."""
        return []

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """Reports and requests."""
        match message:
            case MachineReport(machine=machine, epoch=epoch, replicas=replicas):
                known = self._machines.setdefault(machine, _Machine(source, epoch, replicas, now))
                known.agent, known.replicas, known.heard = source, replicas, now
                known.epoch = max(known.epoch, epoch)
                return []
            case Place(group=group, number=number, excluded=excluded):
                return self._place(source, group, number, excluded, now)
            case GroupReport(group=group, items=items, accesses=accesses, middle=middle):
                if middle is None or (items <= self._items_max and accesses <= self._accesses_max):
                    return []
                return [Send(source, SplitNow(group, middle))]
            case _:
                return []

    def timer(self, name: str, now: int) -> list[Effect]:
        """It sets none."""
        return []

    def _place(
        self, source: str, group: str, number: int, excluded: tuple[str, ...], now: int
    ) -> list[Effect]:
        """The machine with the fewest replicas of those that are alive."""
        free = [
            (machine.replicas + machine.placed, name)
            for name, machine in self._machines.items()
            if name not in excluded and now - machine.heard < MACHINE_DEAD_AFTER
        ]
        if not free:
            return [Probe("no_machine_free")]
        _, name = min(free)
        chosen = self._machines[name]
        chosen.placed += 1
        return [Send(source, Placed(group, number, name, chosen.agent, chosen.epoch))]
