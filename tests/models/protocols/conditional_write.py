"""Conditional writes to one item with idempotency tokens."""

from __future__ import annotations

from typing import Annotated, Self

from checker import (
    Ghost,
    Map,
    Model,
    Partial,
    Range,
    Record,
    Set,
    Sort,
    action,
    cover,
    invariant,
    present,
    require,
    step_invariant,
)

Version = Annotated[int, Range(0, 3)]


class Client(Sort): ...


class Key(Sort): ...


class Item(Record):
    version: Version
    owner: Client | None = None


class Request(Record):
    client: Client
    key: Key


class Put(Request):
    expected: Version


class Reply(Record):
    client: Client
    ok: bool


class Succeeded(Reply):
    version: Version


class Failed(Reply):
    current: Item


class Conditional(Model):
    item: Map[Key, Item]
    known: Map[Client, Item | None]
    requests: Set[Put]
    replies: Set[Reply]
    table: Partial[tuple[Client, Key, Version], Succeeded | Failed]
    applied: Ghost[Map[Key, Set[tuple[Client, Version]]]]

    @action
    def read(self, c: Client, k: Key) -> None:
        require(self.known[c] is None)
        self.known[c] = self.item[k]

    @action
    def put(self, c: Client, k: Key) -> None:
        known = present(self.known[c])
        require(known.version < 3)
        request = Put(c, k, known.version)
        require(request not in self.requests)
        self.requests.add(request)

    @action
    def serve(self, r: Put) -> None:
        require(r in self.requests)
        token = (r.client, r.key, r.expected)
        if token in self.table and self.remembers():
            self.replies.add(self.table[token])
        elif self.item[r.key].version == r.expected and r.expected < 3:
            self.item[r.key] = Item(r.expected + 1, r.client)
            self.applied[r.key].add((r.client, r.expected + 1))
            self.answer(token, Succeeded(r.client, True, r.expected + 1))
        else:
            self.answer(token, Failed(client=r.client, ok=False, current=self.item[r.key]))

    def remembers(self) -> bool:
        return True

    def answer(self, token: tuple[Client, Key, Version], reply: Succeeded | Failed) -> None:
        self.table[token] = reply
        self.replies.add(reply)

    @action
    def finish(self, m: Succeeded | Failed) -> None:
        require(m in self.replies)
        known = present(self.known[m.client])
        match m:
            case Succeeded(version=v) if v > known.version:
                self.known[m.client] = None
            case Failed(current=item) if item.version > known.version:
                self.known[m.client] = item
            case _:
                require(False)

    @invariant
    def one_writer_per_version(self) -> bool:
        return all(a == b for k in Key for a, v in self.applied[k] for b, w in self.applied[k] if v == w)

    @invariant
    def never_both(self) -> bool:
        return not any(
            isinstance(m, Failed)
            and m.current.owner == m.client
            and any(
                isinstance(o, Succeeded) and o.client == m.client and o.version == m.current.version
                for o in self.replies
            )
            for m in self.replies
        )

    @step_invariant
    def versions_grow_by_one(self, old: Self) -> bool:
        return all(self.item[k].version - old.item[k].version in (0, 1) for k in Key)

    @cover
    def contention(self) -> bool:
        return any(not m.ok for m in self.replies)


class Forgetful(Conditional):
    def remembers(self) -> bool:
        return False
