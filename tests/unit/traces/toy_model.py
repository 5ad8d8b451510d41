"""A small log in plain Python with the interface of a model, for the programs printed from traces."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self


class Node(NamedTuple):
    number: int


class Term(NamedTuple):
    number: int


class Value(NamedTuple):
    number: int


class Role(enum.Enum):
    FOLLOWER = 1
    LEADER = 2


@dataclass(frozen=True)
class Entry:
    term: Term
    value: Value


@dataclass(frozen=True)
class Append:
    to: Node
    entries: tuple[Entry, ...]


class Inbox(Counter[Append]):
    def count(self, message: Append) -> int:
        return self[message]


class Log:
    def __init__(
        self, scope: Mapping[str, int], params: Mapping[str, int], faults: Mapping[str, int]
    ) -> None:
        nodes = [Node(number + 1) for number in range(scope["Node"])]
        self.lease_ticks = params["lease_ticks"]
        self.crashes_left = faults["crash"]
        self.role = dict.fromkeys(nodes, Role.FOLLOWER)
        self.log: dict[Node, tuple[Entry, ...]] = dict.fromkeys(nodes, ())
        self.leases: dict[Node, int] = {}
        self.inbox = Inbox()
        self.clock = 0
        self.pair = (nodes[0], False)

    @classmethod
    def at(cls, *, scope: Mapping[str, int], params: Mapping[str, int], faults: Mapping[str, int]) -> Self:
        return cls(scope, params, faults)

    def start(self, initial: str, tick: int) -> None:
        assert initial == "start_at"
        self.clock = tick

    def lead(self, n: Node) -> None:
        self.role[n] = Role.LEADER
        self.leases[n] = self.clock + self.lease_ticks

    def append(self, n: Node, e: Entry) -> None:
        self.log[n] = (*self.log[n], e)

    def send(self, n: Node) -> None:
        self.inbox[Append(to=Node(2), entries=self.log[n])] += 1

    def tick(self) -> None:
        self.clock += 1

    def idle(self) -> None:
        pass

    def crash(self, n: Node) -> None:
        self.crashes_left -= 1
        self.role[n] = Role.FOLLOWER
        self.log[n] = ()
        del self.leases[n]
        self.pair = (n, True)

    def durable(self) -> bool:
        return not self.inbox or any(self.log.values())

    def never_shrinks(self, old: Log) -> bool:
        return all(len(self.log[node]) >= len(entries) for node, entries in old.log.items())

    def shortest(self) -> int:
        return 1 // min(len(entries) for entries in self.log.values())
