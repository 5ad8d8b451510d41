"""What leaders, machines and the repair and split service say to each other."""

from __future__ import annotations

from msgspec import Struct

from reference.messages.records import Identity


class MachineReport(Struct, frozen=True, array_like=True, tag="machine_report"):
    """A machine's agent is alive and has made so many replicas.

    `epoch` is that of the machine's disk: another one after the disk was lost.
    """

    machine: str
    epoch: int
    replicas: int


class Place(Struct, frozen=True, array_like=True, tag="place"):
    """A leader needs a machine for a new replica of its group, none of `excluded`."""

    group: str
    number: int
    excluded: tuple[str, ...]


class Placed(Struct, frozen=True, array_like=True, tag="placed"):
    """Use this machine, through this agent."""

    group: str
    number: int
    machine: str
    agent: str
    epoch: int


class Create(Struct, frozen=True, array_like=True, tag="create"):
    """To a machine's agent: make a replica, a member of no configuration yet.

    A disk of another epoch may have held this very replica before: there it is not made again.
    """

    identity: Identity
    epoch: int


class GroupReport(Struct, frozen=True, array_like=True, tag="group_report"):
    """A leader tells how large and how busy its group is, and where it could be split.

    `middle` is the key that halves the observed accesses, None if no key leaves both sides some: one hot
    item, or access in sequence.
    """

    group: str
    items: int
    accesses: int
    middle: bytes | None


class SplitNow(Struct, frozen=True, array_like=True, tag="split_now"):
    """To the leader of a group: split it before this key."""

    group: str
    key: bytes
