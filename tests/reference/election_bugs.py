"""Bugs in elections and leases that a careful person could write, as patches of the implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from unittest import mock

from reference.membership.suspicion import Suspicion
from reference.messages.configuration import Configuration
from reference.messages.replication import Heartbeat, HeartbeatAck, Release
from reference.paxos import leadership as leading
from reference.paxos.acceptor import Acceptor
from reference.paxos.leadership import Leadership
from reference.replica import elections as electing
from reference.replica.elections import Elections
from reference.replica.replica import Replica
from tests.reference.seeded_bugs import BUGS

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


def _grants_for_a_lease(self: Acceptor, source: str, message: Heartbeat, stable: int, now: int) -> bool:
    """What the clocks may differ is forgotten."""
    follows = _on_heartbeat(self, source, message, stable, now)
    if follows:
        settings: Any = vars(self)["_settings"]
        self.granted_until = now + settings.lease_hold
    return follows


_on_heartbeat = Acceptor.on_heartbeat


def _serves_after_its_lease(self: Replica, now: int) -> bool:
    """That there was a lease is looked at, and not whether it is over."""
    leadership = self.leadership
    until = None if leadership is None else leadership.lease_until(self.ledger.configuration)
    return until is not None and _can_serve(self, min(now, until - 1))


_can_serve = Replica.can_serve


def _counts_answers_to_any_ballot(self: Any, source: str, message: HeartbeatAck, now: int) -> None:
    """The ballot of an answer is not looked at."""
    leadership: Leadership | None = self.leadership
    if leadership is not None:
        message = HeartbeatAck(leadership.ballot, message.sent_at, message.commit, message.stable)
    _on_heartbeat_ack(self, source, message, now)


_on_heartbeat_ack: Any = vars(Replica)["_on_heartbeat_ack"]


def _believes_the_last_answer(self: Leadership, source: str, sent_at: int, now: int) -> None:
    """An answer that was overtaken by a later one counts instead of it."""
    self.granted.pop(source, None)
    _on_ack(self, source, sent_at, now)


_on_ack = Leadership.on_ack


def _leases_from_the_newest_answer(configuration: Configuration, granted: Mapping[str, int]) -> int | None:
    """Whom a majority has answered is counted, but not what."""
    return None if _lease_start(configuration, granted) is None else max(granted.values())


_lease_start: Any = vars(leading)["lease_start"]


def _any_release_frees(self: Acceptor, message: Release, now: int) -> bool:
    """The ballot is not looked at."""
    return _on_release(self, Release(self.granted), now)


_on_release = Acceptor.on_release


def _leads_on(self: Any, now: int) -> None:
    """It says that it has given the lease up."""
    leadership: Leadership = self.leadership
    for name in self.ledger.configuration.ids():
        self.journal.tell(name, Release(leadership.ballot))


def _hears_no_answers(self: Suspicion, number: int, hears_leader: bool) -> None:
    """Peers are asked, and not listened to."""


def _counts_old_answers(self: Suspicion, number: int, hears_leader: bool) -> None:
    """The number of an answer is not looked at."""
    _on_answer(self, self.asked, hears_leader)


_on_answer = Suspicion.on_answer


def _is_never_fenced(self: Leadership) -> None:
    """Each look at the lease counts as one."""
    self.leased_until = 10**15


def _vouches_while_it_leads(
    self: Elections, source: str, number: int, now: int, *, leads: bool, serves: bool
) -> None:
    """A leader vouches for itself, with a lease or not."""
    _on_query(self, source, number, now, leads=leads, serves=leads)


_on_query = Elections.on_query


def _stands_while_it_is_bound(self: Any, now: int) -> bool:
    """Whom it has granted a lease is not looked at before it stands."""
    with mock.patch.object(self._acceptor, "may_promise", return_value=True):
        return bool(_may_campaign(self, now))


_may_campaign: Any = vars(Elections)["_may_campaign"]


def _drops_for_good(self: Elections, now: int) -> Leadership | None:
    """Who has dropped an attempt does not look again."""
    with mock.patch.object(self, "await_leader", return_value=None):
        return _campaign_unless_healthy(self, now)


_campaign_unless_healthy = Elections.campaign_unless_healthy


LEASE_BUGS: Mapping[str, Plant] = {
    "a lease is counted from the answer": BUGS["lease counted from the answer"].plant,
    "a lease is counted from the newest answer": _patched(
        leading, "lease_start", _leases_from_the_newest_answer
    ),
    "a grant lasts no longer than a lease": _patched(Acceptor, "on_heartbeat", _grants_for_a_lease),
    "a leader serves after its lease": _patched(Replica, "can_serve", _serves_after_its_lease),
    "a leader serves before its table is whole": BUGS["serves before the read barrier"].plant,
    "an answer that was overtaken counts": _patched(Leadership, "on_ack", _believes_the_last_answer),
    "a leader without answers is not fenced": _patched(Leadership, "note_lease", _is_never_fenced),
    "a leader without a lease vouches for itself": _patched(Elections, "on_query", _vouches_while_it_leads),
}
"""Of leases, while a leader stays."""

ELECTION_BUGS: Mapping[str, Plant] = {
    "a vote while a lease holds": BUGS["promises in spite of a lease"].plant,
    "a vote right after a restart": BUGS["votes right after a restart"].plant,
    "a vote before it is durable": BUGS["a promise or vote is sent before it is durable"].plant,
    "a bound replica stands": _patched(Elections, "_may_campaign", _stands_while_it_is_bound),
    "an answer to an earlier ballot counts": _patched(
        Replica, "_on_heartbeat_ack", _counts_answers_to_any_ballot
    ),
    "a release of any ballot frees": _patched(Acceptor, "on_release", _any_release_frees),
    "a leader hands over and leads on": _patched(Replica, "_relinquish", _leads_on),
    "peers are not listened to": _patched(Suspicion, "on_answer", _hears_no_answers),
    "an answer to an earlier question counts": _patched(Suspicion, "on_answer", _counts_old_answers),
    "a restart repeats the numbers of questions": _patched(electing, "QUESTIONS_IN_A_LIFE", 0),
    "who has dropped an attempt never looks again": _patched(
        Elections, "campaign_unless_healthy", _drops_for_good
    ),
}
"""Of elections, in a group whose members do not change."""
