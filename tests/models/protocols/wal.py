"""Snapshot and write-ahead log: a torn tail, and recovery."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from checker import (
    Ghost,
    Map,
    Model,
    Range,
    Record,
    Seq,
    Sort,
    action,
    cover,
    fault,
    invariant,
    require,
)


class Key(Sort): ...


class Value(Sort): ...


class Put(Record):
    key: Key
    value: Value
    intact: bool = True


class Remove(Record):
    key: Key
    intact: bool = True


Log = Seq[Put | Remove, Literal[2]]


class Snapshot(Record):
    data: Map[Key, Value | None]


def apply(data: Map[Key, Value | None], log: Seq[Put | Remove, Literal[2]]) -> Map[Key, Value | None]:
    """What a map becomes by a log."""
    return Map({k: after(data[k], k, log) for k in Key})


def after(before: Value | None, key: Key, log: Seq[Put | Remove, Literal[2]]) -> Value | None:
    """The value of one key after a log."""
    last = max((i for i, e in enumerate(log) if e.key == key), default=-1)
    if last < 0:
        return before
    match log[last]:
        case Put(value=v):
            return v
        case Remove():
            return None


class Wal(Model):
    up: bool
    memory: Map[Key, Value | None]
    log: Seq[Put | Remove, Literal[2]]
    synced: Annotated[int, Range(0, 2)]
    snapshot: Map[Key, Value | None]
    acked: Ghost[Map[Key, Value | None]]

    @action
    def put(self, k: Key, v: Value) -> None:
        require(self.up and len(self.log) < 2)
        self.log.append(Put(k, v))

    @action
    def remove(self, k: Key) -> None:
        require(self.up)
        require(len(self.log) < 2 and self.memory[k] is not None)
        self.log.append(Remove(key=k))

    @action
    def sync(self) -> None:
        require(self.up and self.synced < len(self.log))
        self.synced = len(self.log)
        self.memory = apply(self.snapshot, self.log)
        self.acked = self.memory

    @action
    def checkpoint(self) -> None:
        require(self.up and self.synced > 0)
        self.snapshot = apply(self.snapshot, self.log[: self.synced])
        self.log = self.log[self.synced :]
        self.synced = 0

    @fault("crash")
    def crash(self, torn: bool) -> None:
        require(self.up)
        self.up = False
        self.memory = Map({k: None for k in Key})
        unsynced = self.log[self.synced :]
        if len(unsynced) > 0 and torn:
            self.log = self.log[: self.synced] + Seq([self.damage(unsynced[0])])
        else:
            self.log.truncate(self.synced)

    def damage(self, e: Put | Remove) -> Put | Remove:
        match e:
            case Put():
                return Put(e.key, e.value, intact=False)
            case Remove():
                return Remove(e.key, intact=False)

    @action
    def recover(self) -> None:
        require(not self.up)
        self.up = True
        self.log.truncate(self.good_prefix())
        self.synced = len(self.log)
        self.memory = apply(self.snapshot, self.log)

    def good_prefix(self) -> int:
        return max(i for i in range(len(self.log) + 1) if all(e.intact for e in self.log[:i]))

    @invariant
    def durable(self) -> bool:
        return not self.up or self.memory == self.acked

    @cover
    def recovered_something(self, old: Self) -> bool:
        return not old.up and self.up and any(v is not None for v in self.memory.values())


class AcceptsTorn(Wal):
    def good_prefix(self) -> int:
        return len(self.log)
