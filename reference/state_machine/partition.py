"""The items of one group: what each slot of its log does to the table.

Entries of the table: `i` + key: an item; `s` + client: the client's last answered request; `p`: the range;
`c` + group: a child that was split off, for those who still ask here. Each value is sealed with a checksum.
"""

from __future__ import annotations

from typing import assert_never

import msgspec
from msgspec import Struct

from reference.messages.client import (
    Absent,
    Always,
    Answer,
    ConditionFailed,
    Delete,
    Found,
    Put,
    Route,
    StaleRoute,
    Superseded,
    Token,
    ValueIs,
    WriteOperation,
    Written,
)
from reference.messages.values import Split, Value, Write
from reference.state_machine.sealed import seal, unseal
from reference.storage.table import Change, Table

_RANGE = b"p"


class Range(Struct, frozen=True, array_like=True):
    """The keys this group owns, since the slot `version`, and the capacity units a second it is allocated."""

    first: bytes
    after: bytes | None
    version: int
    capacity: int

    def holds(self, key: bytes) -> bool:
        """Whether the key is in the range."""
        return self.first <= key and (self.after is None or key < self.after)

    def overlaps(self, other: Range) -> bool:
        """Whether a key is in both ranges."""
        return (self.after is None or other.first < self.after) and (
            other.after is None or self.first < other.after
        )


class _Item(Struct, frozen=True, array_like=True):
    version: int
    value: bytes


class _Session(Struct, frozen=True, array_like=True):
    number: int
    answer: Answer


_encode = msgspec.msgpack.Encoder().encode
_item = msgspec.msgpack.Decoder(_Item).decode
_session = msgspec.msgpack.Decoder(_Session).decode
_range = msgspec.msgpack.Decoder(Range).decode
_route = msgspec.msgpack.Decoder(Route).decode

WHOLE = Range(b"", None, 0, 1000)


def first_entries(owned: Range) -> tuple[tuple[bytes, bytes], ...]:
    """The table of a new group without items."""
    return (_entry(_RANGE, owned),)


class Partition:
    """Applies slots to a table and reads from it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.owned = self._read_range()

    def read(self, key: bytes) -> Found | StaleRoute:
        """The item as of the last slot applied. Raises TableCorrupt."""
        if not self.owned.holds(key):
            return StaleRoute(self.children())
        item = self._item(key)
        if item is None:
            return Found(None, 0, self.table.slot)
        return Found(item.value, item.version, self.table.slot)

    def answered(self, token: Token) -> Answer | None:
        """The answer that this token's request got before, if it was executed."""
        raw = self._get(_session_key(token.client))
        if raw is None:
            return None
        session = _session(raw)
        if token.number < session.number:
            return Superseded()
        return session.answer if token.number == session.number else None

    def children(self) -> tuple[Route, ...]:
        """Where the keys went that this group once owned."""
        return tuple([_route(unseal(key, raw)) for key, raw in self.table.scan(b"c", b"d")])

    def items(self) -> list[bytes]:
        """The keys of all items, in order."""
        return [key[1:] for key, _ in self.table.scan(b"i", b"j")]

    def written_in(self, key: bytes) -> int | None:
        """The slot that wrote an item, in whosever range it is; None without one. Raises TableCorrupt."""
        item = self._item(key)
        return None if item is None else item.version

    def apply(self, slot: int, value: Value) -> Answer | None:
        """Does what the slot says; the answer to the client, if it is a client's. Raises TableCorrupt."""
        match value:
            case Write(token=token, operation=operation):
                answer, changes = self._write(slot, token, operation)
                self.table.apply(slot, changes)
                return answer
            case Split(key=key):
                self.table.apply(slot, self.split_changes(slot, value) if self.splits_at(key) else [])
                self.owned = self._read_range()
            case _:
                self.table.apply(slot, [])
        return None

    def seed(self, slot: int, split: Split) -> tuple[tuple[bytes, bytes], ...]:
        """The child's table as of the split's slot; called before the split is applied.

        Raises TableCorrupt.
        """
        child = Range(split.key, self.owned.after, slot, self.owned.capacity // 2)
        copied = [*self.table.scan(b"i" + split.key, b"j"), *self.table.scan(b"s", b"t")]
        for key, raw in copied:
            unseal(key, raw)
        return (*copied, _entry(_RANGE, child))

    def splits_at(self, key: bytes) -> bool:
        """Whether a split before this key takes effect: not if an earlier slot has moved the key away."""
        return self.owned.first < key and self.owned.holds(key)

    def may_split(self, key: bytes) -> bool:
        """Whether both sides of `key` would have items."""
        items = self.items()
        return self.splits_at(key) and bool(items) and items[0] < key <= items[-1]

    def _write(self, slot: int, token: Token, operation: WriteOperation) -> tuple[Answer, list[Change]]:
        """A token is answered once: what a request did not execute (StaleRoute, Superseded) is not
        remembered.
        """
        before = self.answered(token)
        if before is not None:
            return before, []
        if not self.owned.holds(operation.key):
            return StaleRoute(self.children()), []
        item = self._item(operation.key)
        current = None if item is None else item.value
        answer: Answer
        changes: list[Change] = []
        if _condition_holds(operation, current):
            answer = Written(slot)
            changes.append(_written(slot, operation))
        else:
            answer = ConditionFailed(slot, current)
        changes.append(_entry(_session_key(token.client), _Session(token.number, answer)))
        return answer, changes

    def split_changes(self, slot: int, split: Split) -> list[Change]:
        changes: list[Change] = [(key, None) for key, _ in self.table.scan(b"i" + split.key, b"j")]
        owned = self.owned
        left = Range(owned.first, split.key, slot, owned.capacity - owned.capacity // 2)
        changes.append(_entry(_RANGE, left))
        child = Route(split.child, split.key, owned.after, slot, split.members.ids(), None)
        changes.append(_entry(b"c" + split.child.encode(), child))
        return changes

    def _item(self, key: bytes) -> _Item | None:
        raw = self._get(b"i" + key)
        return None if raw is None else _item(raw)

    def _get(self, key: bytes) -> bytes | None:
        raw = self.table.get(key)
        return None if raw is None else unseal(key, raw)

    def _read_range(self) -> Range:
        raw = self._get(_RANGE)
        return WHOLE if raw is None else _range(raw)


def _session_key(client: str) -> bytes:
    return b"s" + client.encode()


def _entry(key: bytes, content: Struct) -> tuple[bytes, bytes]:
    return key, seal(key, _encode(content))


def _written(slot: int, operation: WriteOperation) -> Change:
    match operation:
        case Put(key=key, value=value):
            return _entry(b"i" + key, _Item(slot, value))
        case Delete(key=key):
            return b"i" + key, None
        case _:
            assert_never(operation)


def _condition_holds(operation: WriteOperation, current: bytes | None) -> bool:
    match operation.condition:
        case Always():
            return True
        case Absent():
            return current is None
        case ValueIs(value=value):
            return current == value
        case _:
            assert_never(operation.condition)
