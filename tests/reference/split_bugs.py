"""Bugs in the splitting of partitions that a careful person could write, as patches of the implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from unittest import mock

from msgspec.structs import replace

from reference.membership import access_samples
from reference.membership.access_samples import AccessSamples
from reference.messages.client import Answer, Route, StaleRoute, Token, WriteOperation
from reference.messages.routing import Publish
from reference.messages.values import Split
from reference.paxos.leadership import Leadership
from reference.replica.duties import Duties
from reference.replica.replica import Replica
from reference.replica.requests import Requests
from reference.routing.route_map import RouteMap
from reference.routing.router import Router
from reference.state_machine.partition import Partition, Range
from reference.storage.table import Change
from tests.reference.seeded_bugs import BUGS

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]
Entries: TypeAlias = tuple[tuple[bytes, bytes], ...]


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


_EVERYTHING = Range(b"", None, 0, 1000)


def _writes_whatever_it_took_up(self: Partition, slot: int, token: Token, operation: WriteOperation) -> Any:
    """The range is looked at when a write arrives, not when it is applied."""
    with mock.patch.object(self, "owned", _EVERYTHING):
        return _write(self, slot, token, operation)


_write: Any = vars(Partition)["_write"]


def _reads_whatever_there_is(self: Partition, key: bytes) -> Any:
    """A read looks for the item, and not at the range."""
    with mock.patch.object(self, "owned", _EVERYTHING):
        return _read(self, key)


_read: Any = Partition.read


def _seeds_what_is_above(self: Partition, slot: int, split: Split) -> Entries:
    """The child gets the items above the key, not that of the key."""
    return tuple([entry for entry in _seed(self, slot, split) if entry[0] != b"i" + split.key])


_seed: Any = Partition.seed


def _keeps_the_boundary(self: Partition, slot: int, split: Split) -> list[Change]:
    """The parent gives up the items above the key, not that of the key."""
    return [change for change in _split_changes(self, slot, split) if change[0] != b"i" + split.key]


_split_changes: Any = Partition.split_changes


def _splits_again(self: Partition, key: bytes) -> bool:
    """A split is looked at when it is proposed, not when it is applied."""
    return self.owned.first < key


def _names_the_version_before(self: Partition) -> tuple[Route, ...]:
    """A refusal has the version that the range had before the split."""
    return tuple([replace(route, version=0) for route in _children(self)])


_children: Any = Partition.children


def _keeps_its_map(self: Any, source: str, token: Token, answer: Answer, now: int) -> None:
    """A refusal makes the router try again, with the map that it has."""
    if isinstance(answer, StaleRoute):
        answer = StaleRoute(())
    _on_answer(self, source, token, answer, now)


_on_answer: Any = vars(Router)["_on_answer"]


def _publishes_its_children(self: Any) -> None:
    """A leader that has split tells where its keys went, too."""
    _publish(self)
    partition = self.learner.partition
    for route in () if partition is None else partition.children():
        self.journal.tell("map", Publish(route))


_publish: Any = vars(Duties)["_publish"]


def _takes_the_last_route(self: RouteMap, new: Any) -> None:
    """Whatever route comes last is right."""
    for old in self.all():
        if old.overlaps(new):
            self.forget(old)
            _merge_one(self, replace(old, version=-1))
    _merge_one(self, new)


_merge_one: Any = vars(RouteMap)["_merge_one"]


def _reads_by_the_lease(self: Requests, key: bytes, partition: Partition) -> Answer:
    """A leader with the lease answers from its table."""
    return partition.read(key)


def _serves_at_once(self: Replica, now: int) -> bool:
    """A leader that has the lease serves, whatever it has applied."""
    leadership = self.leadership
    until = None if leadership is None else leadership.lease_until(self.ledger.configuration)
    return until is not None and now < until


def _leaves_a_side_empty(self: Partition, key: bytes) -> bool:
    """A split is good when both sides have keys."""
    return self.splits_at(key)


def _splits_during_a_repair(self: Duties, key: bytes, leadership: Leadership) -> None:
    """A replica that is to join is no matter: all members hold items."""
    with mock.patch.object(self.healing, "joining", None):
        _split(self, key, leadership)


_split: Any = Duties.split


def _advises_for_one_item(self: Any, holds: Callable[[bytes], bool]) -> bytes | None:
    """The median of the accesses, though nothing may be below it."""
    keys = sorted([key for key in self.keys if holds(key)])
    return keys[len(keys) // 2] if keys else None


def _counts_what_was_moved(self: Any, holds: Callable[[bytes], bool]) -> bytes | None:
    """Accesses are accesses, to whatever keys."""
    found: bytes | None = _middle(self, _EVERYTHING.holds)
    return found


_middle: Any = AccessSamples.middle


def _is_never_in_sequence(keys: list[bytes]) -> bool:
    """A load that moves on is one like any other."""
    return False


def _forgets_answers(self: Partition, token: Token) -> Answer | None:
    """Every request is a new one."""
    return None


SPLIT_BUGS: Mapping[str, Plant] = {
    "a parent takes a write that was under way": _patched(Partition, "_write", _writes_whatever_it_took_up),
    "a read looks at no range": _patched(Partition, "read", _reads_whatever_there_is),
    "the item at the boundary goes to nobody": _patched(Partition, "seed", _seeds_what_is_above),
    "the parent keeps the item at the boundary": _patched(Partition, "split_changes", _keeps_the_boundary),
    "a stale route is accepted": BUGS["a stale route is accepted"].plant,
    "a child does not inherit the tokens": BUGS["a child does not inherit the tokens"].plant,
    "a write is done twice": _patched(Partition, "answered", _forgets_answers),
    "a split that was overtaken takes effect": _patched(Partition, "splits_at", _splits_again),
    "a refusal names an old version": _patched(Partition, "children", _names_the_version_before),
    "a router keeps its map when it is refused": _patched(Router, "_on_answer", _keeps_its_map),
    "a map is published before the child serves": _patched(Duties, "_publish", _publishes_its_children),
    "an old route overwrites a newer one": _patched(RouteMap, "_merge_one", _takes_the_last_route),
    "a leader reads by its lease alone": _patched(Requests, "read", _reads_by_the_lease),
    "a new leader serves before its barrier": _patched(Replica, "can_serve", _serves_at_once),
    "a split that leaves one side empty": _patched(Partition, "may_split", _leaves_a_side_empty),
    "a split during a repair": _patched(Duties, "split", _splits_during_a_repair),
    "a split for one hot item": _patched(AccessSamples, "middle", _advises_for_one_item),
    "a split for a sequence": _patched(access_samples, "_in_sequence", _is_never_in_sequence),
    "accesses that were moved away count": _patched(AccessSamples, "middle", _counts_what_was_moved),
}
"""Of the split itself, of routes, and of what makes a split worth its while."""
