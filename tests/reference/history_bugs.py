"""Further bugs of a replica, as patches of the implementation.

Each needs a history: a crash between two records, a candidate after a leader, an answer that comes late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from unittest import mock

from reference.messages.ballot import NO_BALLOT, Ballot
from reference.messages.records import Issued, Promised, Record, Summary
from reference.messages.replication import Prepare, Promise
from reference.paxos.acceptor import Acceptor
from reference.paxos.leadership import Leadership
from reference.paxos.learner import Learner
from reference.paxos.ledger import Ledger
from reference.replica.elections import Elections

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


_recover = Ledger.recover.__func__  # type: ignore[attr-defined]  # a class method


def _reads_no_promise_back(cls: type[Ledger], summary: Summary, first: int, records: list[Record]) -> Ledger:
    """What it promised is what its votes and its own ballots say."""
    ledger: Ledger = _recover(cls, summary, first, records)
    voted = [entry.ballot for entry in ledger.entries.values()]
    ledger.promised = max([summary.promised, ledger.issued, *voted])
    return ledger


def _reads_promises_only(cls: type[Ledger], summary: Summary, first: int, records: list[Record]) -> Ledger:
    """A vote that is read back does not raise the promise."""
    ledger: Ledger = _recover(cls, summary, first, records)
    said = [record.ballot for record in records if isinstance(record, Promised | Issued)]
    ledger.promised = max([summary.promised, *said])
    return ledger


_finish = Leadership.finish_phase_one


def _trusts_what_was_chosen(self: Leadership) -> None:
    """What an earlier leader had chosen is barrier enough."""
    _finish(self)
    if self.barrier is not None and self.barrier == self.next_slot - 1:
        self.barrier = self.ledger.commit


def _adopts_one_slot(self: Leadership) -> None:
    """Only the first slot that promises tell of is proposed again."""
    phase = self.phase_one
    assert phase is not None
    if phase.gathered:
        least = min(phase.gathered)
        phase.gathered = {least: phase.gathered[least]}
    _finish(self)


_campaign = Elections.campaign_unless_healthy


def _counts_its_own_ballots(self: Elections, now: int) -> Leadership | None:
    """The next ballot is above its own, whatever it has promised to others."""
    with mock.patch.object(self.ledger, "promised", NO_BALLOT):
        return _campaign(self, now)


_page = Acceptor.page


def _tells_of_later_slots(self: Acceptor, message: Prepare) -> Promise:
    """What a candidate asks from is what it has."""
    found = _page(self, message)
    later = tuple([item for item in found.accepted if item.slot > message.first])
    return Promise(found.ballot, found.first, later, found.rest)


def _compares_the_last(self: Learner, leader: str, ballot: Ballot, commit: int) -> None:
    """What is accepted in the slot that was named stands for all before it."""
    entry = self.ledger.entries.get(commit)
    if entry is not None and entry.ballot == ballot:
        self.commit(commit)


HISTORY_BUGS: Mapping[str, Plant] = {
    "promises are not read back": _patched(Ledger, "recover", classmethod(_reads_no_promise_back)),
    "votes that are read back raise no promise": _patched(
        Ledger, "recover", classmethod(_reads_promises_only)
    ),
    "what is chosen is the barrier": _patched(Leadership, "finish_phase_one", _trusts_what_was_chosen),
    "one slot is proposed again": _patched(Leadership, "finish_phase_one", _adopts_one_slot),
    "a ballot below the promise": _patched(Elections, "campaign_unless_healthy", _counts_its_own_ballots),
    "a promise tells of later slots": _patched(Acceptor, "page", _tells_of_later_slots),
    "the last slot is compared": _patched(Learner, "follow", _compares_the_last),
}
"""Bound by `model.replication_as_built`."""
