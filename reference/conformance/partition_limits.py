"""The limits of partitions and their nodes, held against the model of both.

A period is a second. Requests are real ones, and cost what they cost; a partition's rate is what its table
says, and a split is applied to that table.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from reference.admission.partition_admission import WRITE_UNIT_BYTES, PartitionAdmission, units
from reference.admission.token_bucket import TokenBucket
from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.messages.client import Put
from reference.messages.configuration import Configuration
from reference.messages.values import Split
from reference.node import SECOND
from reference.simulator.disk import SimulatedDisk
from reference.state_machine.partition import Partition, Range, first_entries
from reference.storage.memory_table import MemoryTable

DISK_BYTES = 1 << 16
NOT_ASKED = "a burst of writes asks no other node"


class Limited(Struct):
    """A partition, its limits, and the node of its leader."""

    host: str
    partition: Partition
    admission: PartitionAdmission


class PartitionLimits:
    """Actions and variables of `PartitionTokensAsBuilt`."""

    hidden: Mapping[str, str] = {
        "used": "only a table that adapts its rate looks at what was used",
        "peak": "only a table that adapts its rate has a peak",
        "pending": NOT_ASKED,
        "begun": NOT_ASKED,
        "granted": NOT_ASKED,
        "network": NOT_ASKED,
    }
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.reset({})

    def reset(self, scope: Mapping[str, int]) -> None:
        """Nodes with full buckets, and no partition."""
        self._scope = scope
        self._periods = 0
        self._names = [f"Partition{number}" for number in range(1, scope.get("Partition", 0) + 1)]
        self._nodes = {
            f"Host{number}": TokenBucket(scope["node_rate"], scope["node_size"], 0)
            for number in range(1, scope.get("Host", 0) + 1)
        }
        self._partitions: dict[str, Limited] = {}

    def begin(self, initial: str, args: Mapping[str, Plain]) -> None:
        """The table is in one partition, led by some node."""
        owned = Range(b"", None, 0, self._scope["table_rate"])
        self._add(str(args["p"]), str(args["h"]), first_entries(owned), full=True)

    def fork(self) -> Self:
        """A copy, by way of bytes."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        match action, dict(args):
            case "tick", _ if self._periods < self._scope["horizon"]:
                self._periods += 1
                return Done()
            case "admit" | "burst_read", {"p": str(name), "size": int(size)}:
                return self._request(name, size)
            case "split", {"p": str(name), "c": str(child), "h": str(host)}:
                return self._split(name, child, host)
            case _:
                return NoStimulus(f"{action} is unknown here, or the model's time is over")

    def observe(self) -> Mapping[str, Plain]:
        """Leaders, rates and buckets."""
        now = self._periods * SECOND
        tokens = {name: one.admission.tokens(now) for name, one in self._partitions.items()}
        return {
            "periods": self._periods,
            "leader": {name: self._leader(name) for name in self._names},
            "rate": {name: self._rate(name) for name in self._names},
            "allocated": {name: tokens.get(name, (0, 0))[0] for name in self._names},
            "saved": {name: tokens.get(name, (0, 0))[1] for name in self._names},
            "node": {name: bucket.tokens(now) for name, bucket in self._nodes.items()},
        }

    def _add(self, name: str, host: str, entries: tuple[tuple[bytes, bytes], ...], *, full: bool) -> None:
        table = MemoryTable.create(SimulatedDisk(DISK_BYTES))
        table.install(0, entries)
        partition = Partition(table)
        admission = PartitionAdmission(
            partition.owned.capacity,
            self._nodes[host],
            self._periods * SECOND,
            full=full,
            burst_seconds=self._scope["burst_periods"],
        )
        self._partitions[name] = Limited(host, partition, admission)

    def _request(self, name: str, size: int) -> Answer:
        """A write of so many of the model's bytes. Which bucket pays is for the partition to say."""
        one = self._partitions.get(name)
        if one is None:
            return NoStimulus("there is no such partition")
        write = Put(b"", bytes(size * WRITE_UNIT_BYTES // self._scope["unit"]))
        now = self._periods * SECOND
        admitted = one.admission.admit(units(write), now)
        return Done() if admitted == "admitted" else Refused(f"the tokens of the {admitted} do not suffice")

    def _split(self, name: str, child: str, host: str) -> Answer:
        one = self._partitions.get(name)
        if one is None or child in self._partitions or one.admission.rate < 2:
            return NoStimulus("there is nothing to split, or no room for the child")
        owned = one.partition.owned
        first = owned.first[0] if owned.first else 0
        after = 256 if owned.after is None else owned.after[0]
        split = Split(bytes([(first + after) // 2]), child, Configuration(()))
        slot = one.partition.table.slot + 1
        entries = one.partition.seed(slot, split)
        one.partition.apply(slot, split)
        one.admission.resize(one.partition.owned.capacity, self._periods * SECOND)
        self._add(child, host, entries, full=False)
        return Done()

    def _leader(self, name: str) -> str | None:
        return self._partitions[name].host if name in self._partitions else None

    def _rate(self, name: str) -> int:
        return self._partitions[name].admission.rate if name in self._partitions else 0
