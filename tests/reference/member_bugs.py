"""Bugs in the changing of a group's members that a careful person could write, as patches of the
implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias
from unittest import mock

from reference.membership.healing import Healing, Joining
from reference.membership.rebuilding import Fetch, Rebuilding
from reference.messages.configuration import Configuration, Kind, Member
from reference.paxos.leadership import Leadership, Peer
from reference.replica.elections import Elections
from reference.replica.replica import Replica
from tests.reference.seeded_bugs import BUGS

Plant: TypeAlias = Callable[[], AbstractContextManager[Any]]


def _patched(owner: object, name: str, value: object) -> Plant:
    return lambda: mock.patch.object(owner, name, value)


def _joins_when_it_is_heard(
    self: Any, leadership: Leadership, configuration: Configuration, now: int
) -> None:
    """A replica is added as soon as it answers, whatever it knows."""
    joining: Joining | None = self.joining
    if joining is not None and joining.commit >= 0:
        joining.commit, told = self.ledger.commit, joining.commit
        _replace(self, leadership, configuration, now)
        joining.commit = told
    else:
        _replace(self, leadership, configuration, now)


_replace: Any = vars(Healing)["_replace"]


def _promotes_whoever_answers(self: Any, leadership: Leadership, configuration: Configuration) -> None:
    """A log replica that answers is taken for one with a table."""
    heard = {name: Peer(peer.heard, peer.commit, self.ledger.base) for name, peer in leadership.peers.items()}
    with mock.patch.object(leadership, "peers", heard):
        _rebuild(self, leadership, configuration)


_rebuild: Any = vars(Healing)["_rebuild"]


def _takes_the_table_ahead_of_the_log(self: Any, fetch: Fetch) -> None:
    """The copy is installed when it is complete, though the log does not know all of its slots."""
    ledger = self.learner.ledger
    with mock.patch.object(ledger, "commit", max(ledger.commit, fetch.slot or 0)):
        _go_on(self, fetch)


_go_on: Any = vars(Rebuilding)["_go_on"]


def _whoever_has_a_table_may_lead(self: Any, now: int) -> bool:
    """The table is looked at, not what kind of member it is."""
    ledger = self.ledger
    member = ledger.configuration.member(ledger.me)
    if member is None:
        return False
    as_storage = Member(member.replica, Kind.STORAGE, member.machine)
    with mock.patch.object(ledger, "configuration", ledger.configuration.with_member(as_storage)):
        return bool(_may_campaign(self, now))


_may_campaign: Any = vars(Elections)["_may_campaign"]


def _follows_who_was_removed(self: Replica, source: str) -> bool:
    """Whoever asks for votes is taken for a member."""
    return False


MEMBER_BUGS: Mapping[str, Plant] = {
    "a replica joins before it knows the log": _patched(Healing, "_replace", _joins_when_it_is_heard),
    "a log replica is promoted without the items": _patched(Healing, "_rebuild", _promotes_whoever_answers),
    "a table is taken over ahead of the log": _patched(
        Rebuilding, "_go_on", _takes_the_table_ahead_of_the_log
    ),
    "a log replica with the items stands": _patched(
        Elections, "_may_campaign", _whoever_has_a_table_may_lead
    ),
    "a removed member is followed": _patched(Replica, "_is_removed", _follows_who_was_removed),
    "new members are not asked in phase 1": BUGS["new members are not asked in phase 1"].plant,
}
"""Of elections and repairs in a group whose members change."""
