"""Bugs that a careful person could write, as patches of the reference implementation.

The simulator must find each.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from unittest import mock

from reference.admission.router_tokens import RouterTokens
from reference.messages.admission import GrantTokens
from reference.messages.ballot import Ballot
from reference.messages.client import Token
from reference.messages.configuration import Configuration
from reference.messages.records import Identity, Issued, Record
from reference.messages.replication import Accept, Prepare, Promise
from reference.messages.values import Split
from reference.paxos import recovery
from reference.paxos.acceptor import Acceptor
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership, PhaseOne
from reference.paxos.learner import Learner
from reference.paxos.ledger import Entry
from reference.replica.replica import Replica
from reference.simulator import storing_process, world
from reference.state_machine.partition import WHOLE, Partition, Range, first_entries
from reference.storage import log_recovery
from reference.storage.memory_table import MemoryTable
from reference.storage.wal import LogSync, Wal

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class SeededBug:
    """`plant()` is a context in which the bug is there; one of the first `within` seeds finds it."""

    plant: Plant
    within: int


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


def _says_before_it_is_durable(self: Journal, to: str, message: Any, lsn: int | None = None) -> None:
    self.tell(to, message)


def _accepts_below_the_promise(self: Acceptor, source: str, message: Accept) -> bool:
    with mock.patch.object(self.ledger, "promised", Ballot(0, "")):
        return _on_accept(self, source, message)


_on_accept = Acceptor.on_accept


def _quorum_less_one(self: Configuration, replicas: Any) -> bool:
    return 2 * sum([member.replica in replicas for member in self.members]) > len(self.members) - 2


def _writes_no_ballot_down(self: Journal, record: Record, *, sync: bool = True) -> int:
    return self.ledger.lsn if isinstance(record, Issued) else _append(self, record, sync=sync)


_append = Journal.append


def _serves_without_a_lease(self: Replica, now: int) -> bool:
    leadership = self.leadership
    return (
        leadership is not None
        and leadership.barrier is not None
        and leadership.barrier <= self.learner.applied
    )


def _serves_before_the_barrier(self: Replica, now: int) -> bool:
    if self.leadership is None or not self.leadership.elected:
        return False
    until = self.leadership.lease_until(self.ledger.configuration)
    return until is not None and now < until


def _promises_in_spite_of_a_lease(self: Acceptor, ballot: Ballot, now: int) -> bool:
    return True


def _votes_right_after_a_restart(self: Acceptor, now: int) -> None:
    self.quiet_until = now


def _adopts_the_lowest_value(self: PhaseOne, source: str, message: Promise) -> bool:
    before = dict(self.gathered)
    added = _add(self, source, message)
    for slot, found in before.items():
        if found.ballot < self.gathered[slot].ballot:
            self.gathered[slot] = found
    return added


_add = PhaseOne.add


def _ignores_what_was_promised(self: PhaseOne, source: str, message: Promise) -> bool:
    return _add(self, source, Promise(message.ballot, message.first, (), message.rest))


def _believes_any_vote(self: Learner, leader: str, ballot: Ballot, commit: int) -> None:
    for slot in range(self.ledger.commit + 1, commit + 1):
        entry = self.ledger.entries.get(slot)
        if entry is not None:
            self.ledger.entries[slot] = Entry(ballot, entry.value, entry.lsn, entry.chosen)
    _follow(self, leader, ballot, commit)


_follow = Learner.follow


def _lease_from_the_answer(self: Leadership, source: str, sent_at: int, now: int) -> None:
    _on_ack(self, source, now, now)


_on_ack = Leadership.on_ack


def _takes_corruption_for_a_torn_tail(segments: Any, durable: int, oldest: int) -> Any:
    return _read_chain(segments, 0, oldest)


_read_chain = log_recovery.read_chain


def _forgets_tokens(self: Partition, token: Token) -> None:
    return None


def _owns_every_key(self: Range, key: bytes) -> bool:
    return True


def _seeds_without_tokens(self: Partition, slot: int, split: Split) -> Any:
    return tuple([entry for entry in _seed(self, slot, split) if not entry[0].startswith(b"s")])


_seed = Partition.seed


def _counts_every_grant(self: RouterTokens, grant: GrantTokens, now: int) -> bool:
    self.received += grant.tokens
    return True


def _omits_what_it_accepted(self: Acceptor, message: Prepare) -> Promise:
    return Promise(message.ballot, message.first, (), None)


def _goes_on_without_asking(self: Replica, leadership: Leadership, now: int) -> None:
    leadership.changing = False


def _applies_at_once(self: Learner, lsn: int) -> Any:
    return _synced(self, 1 << 60)


_synced = Learner.synced


def _trims_what_is_only_chosen(self: Learner, stable: int) -> None:
    self.stable, before = self.ledger.commit, self.stable
    _trim(self, self.ledger.commit)
    self.stable = before


_trim = Learner.trim


def _trusts_the_cache(cls: type[Wal], *arguments: Any, **options: Any) -> Wal:
    wal: Wal = _open.__func__(cls, *arguments, **options)  # type: ignore[attr-defined]  # a class method
    wal.unsynced = wal.unsynced[-1:]
    return wal


_open = Wal.open


def _keeps_its_name(disk: Any, replica: str, *others: Any) -> Any:
    opening = _open_replica(disk, replica, *others)
    if isinstance(opening, recovery.Lost) and not disk.names():
        table = MemoryTable.create(disk)
        table.install(0, first_entries(WHOLE))
        table.start_checkpoint()
        table.finish_checkpoint()
        recovery.create_replica(disk, table, _identities[replica], has_table=True)
        return _open_replica(disk, replica, *others)
    return opening


_open_replica = recovery.open_replica
_create_replica = recovery.create_replica
_identities: dict[str, Identity] = {}


@contextmanager
def _rejoins_without_its_disk() -> Generator[None]:
    def create(disk: Any, table: Any, identity: Identity, *, has_table: bool) -> None:
        _identities[identity.replica] = identity
        _create_replica(disk, table, identity, has_table=has_table)

    with (
        mock.patch.object(storing_process, "open_replica", _keeps_its_name),
        mock.patch.object(world, "create_replica", create),
    ):
        yield


def _doubles_the_capacity(self: Partition, slot: int, split: Split) -> Any:
    changes = _split_changes(self, slot, split)
    whole = Range(self.owned.first, split.key, slot, self.owned.capacity)
    return [entry for entry in changes if entry[0] != b"p"] + list(first_entries(whole))


_split_changes = Partition.split_changes


def _syncs_nothing(self: Wal) -> Any:
    return LogSync(self.last, self.last, (), ())


BUGS: Mapping[str, SeededBug] = {
    "a promise or vote is sent before it is durable": SeededBug(
        _patched(Journal, "vouch", _says_before_it_is_durable), within=100
    ),
    "the log's sync does nothing": SeededBug(_patched(Wal, "start_sync", _syncs_nothing), within=10),
    "a ballot is used again after a restart": SeededBug(
        _patched(Journal, "append", _writes_no_ballot_down), within=4000
    ),
    "a vote below the promise": SeededBug(
        _patched(Acceptor, "on_accept", _accepts_below_the_promise), within=1000
    ),
    "a quorum with one vote less": SeededBug(
        _patched(Configuration, "is_quorum", _quorum_less_one), within=100
    ),
    "serves without a lease": SeededBug(_patched(Replica, "can_serve", _serves_without_a_lease), within=50),
    "serves before the read barrier": SeededBug(
        _patched(Replica, "can_serve", _serves_before_the_barrier), within=50
    ),
    "promises in spite of a lease": SeededBug(
        _patched(Acceptor, "may_promise", _promises_in_spite_of_a_lease), within=100
    ),
    "votes right after a restart": SeededBug(
        _patched(Acceptor, "start", _votes_right_after_a_restart), within=4000
    ),
    "adopts the lowest value": SeededBug(_patched(PhaseOne, "add", _adopts_the_lowest_value), within=4000),
    "ignores what was promised": SeededBug(_patched(PhaseOne, "add", _ignores_what_was_promised), within=50),
    "believes any vote": SeededBug(_patched(Learner, "follow", _believes_any_vote), within=500),
    "lease counted from the answer": SeededBug(
        _patched(Leadership, "on_ack", _lease_from_the_answer), within=2000
    ),
    "corruption taken for a torn tail": SeededBug(
        _patched(log_recovery, "read_chain", _takes_corruption_for_a_torn_tail), within=300
    ),
    "tokens are forgotten": SeededBug(_patched(Partition, "answered", _forgets_tokens), within=10),
    "the table is applied before the log is durable": SeededBug(
        _patched(Learner, "synced", _applies_at_once), within=4000
    ),
    "the log is trimmed before the table is durable": SeededBug(
        _patched(Learner, "trim", _trims_what_is_only_chosen), within=50
    ),
    "what was read back is trusted to be durable": SeededBug(
        _patched(Wal, "open", classmethod(_trusts_the_cache)), within=2000
    ),
    "a replica without its disk keeps its name": SeededBug(_rejoins_without_its_disk, within=50),
    "a stale route is accepted": SeededBug(_patched(Range, "holds", _owns_every_key), within=20),
    "a child does not inherit the tokens": SeededBug(
        _patched(Partition, "seed", _seeds_without_tokens), within=500
    ),
    "a grant of tokens counts twice": SeededBug(
        _patched(RouterTokens, "on_grant", _counts_every_grant), within=20
    ),
    "a promise omits what was accepted": SeededBug(
        _patched(Acceptor, "page", _omits_what_it_accepted), within=50
    ),
    "new members are not asked in phase 1": SeededBug(
        _patched(Replica, "on_new_configuration", _goes_on_without_asking), within=500
    ),
    "a split doubles the capacity": SeededBug(
        _patched(Partition, "split_changes", _doubles_the_capacity), within=20
    ),
}
