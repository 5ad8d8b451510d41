"""How a leader replaces a member that is gone: a log replica within seconds, a storage replica when it is
ready.

Each tick looks at the configuration in force and at who answers, and takes the one next step; nothing
else is remembered, so a new leader goes on where the old one stopped:

    ABC, C silent        ask for a machine, create the log replica L, teach it the log
    ABC, L caught up     propose ABCL
    ABCL, C silent       propose ABL          (C answers again: propose ABC)
    ABL                  L fetches the table
    ABL, L has a table   propose ABS: the same replica, now a storage replica

A silent member that holds the items stays until two others hold them: with one, a single lost disk loses
them.
"""

from __future__ import annotations

import hashlib

from msgspec import Struct

from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.membership import Create, Place, Placed
from reference.messages.records import Identity
from reference.messages.replication import Heartbeat, Rebuild
from reference.messages.values import Configure
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership, Peer
from reference.paxos.settings import Settings

MEMBERS = 3
STORAGE_MIN = 2
"""So many members hold the items, whoever is removed."""


class Joining(Struct):
    """A replica that is no member yet. `commit` is what it has learned, `base` where its log begins."""

    member: Member
    agent: str
    epoch: int
    base: int
    since: int
    heard: int
    commit: int = -1


class Healing:
    """The repairs of one leadership."""

    def __init__(self, journal: Journal, settings: Settings, services: tuple[str, ...]) -> None:
        self.journal = journal
        self.ledger = journal.ledger
        self.settings = settings
        self.joining: Joining | None = None
        self._services = services
        self._number = 0
        self._asked_at: int | None = None

    def floor(self) -> int | None:
        """The slot from which a replica that is joining still needs this leader's log."""
        return None if self.joining is None else self.joining.base

    def tick(self, leadership: Leadership, now: int) -> None:
        """The one next step, if the leader may propose."""
        configuration = self.ledger.configuration
        silent = self._silent(leadership, configuration, now)
        if self.joining is not None:
            self._attend(self.joining, now)
        if not leadership.may_propose():
            return
        if len(configuration.members) > MEMBERS:
            self._shrink(leadership, configuration, silent, now)
        elif silent is not None:
            self._replace(leadership, configuration, now)
        else:
            self.joining = None
            self._rebuild(leadership, configuration)

    def on_placed(self, message: Placed, leadership: Leadership, now: int) -> None:
        """A machine for the new replica."""
        if message.number != self._number or self._asked_at is None or self.joining is not None:
            return
        self._asked_at = None
        ledger = self.ledger
        origin = hashlib.blake2b(str(leadership.ballot).encode(), digest_size=8).hexdigest()
        name = f"{ledger.identity.group}@{message.machine}#{origin}.{self._number}"
        member = Member(name, Kind.LOG, message.machine)
        self.joining = Joining(member, message.agent, message.epoch, ledger.base, now, now)
        self._create(self.joining)

    def on_not_member(self, source: str, commit: int, now: int) -> None:
        """The joining replica tells how far it has come."""
        joining = self.joining
        if joining is not None and joining.member.replica == source:
            joining.heard = now
            joining.commit = max(joining.commit, commit)

    def awaits(self, replica: str) -> bool:
        """Whether a replica is the one that is to join."""
        return self.joining is not None and self.joining.member.replica == replica

    def _silent(self, leadership: Leadership, configuration: Configuration, now: int) -> str | None:
        """The member that has been silent for longest, if for too long, of those that can be spared."""
        worst, since = None, now - self.settings.heal_after
        for name in configuration.ids():
            peer = leadership.peers.get(name)
            heard = leadership.began if peer is None else peer.heard
            if name != self.ledger.me and heard <= since and can_be_spared(configuration, name):
                worst, since = name, heard
        return worst

    def _shrink(
        self, leadership: Leadership, configuration: Configuration, silent: str | None, now: int
    ) -> None:
        if self.joining is not None and configuration.member(self.joining.member.replica) is not None:
            self.joining = None
        if silent is not None:
            self.journal.probe("silent_member_removed")
            leadership.propose(Configure(configuration.without(silent)))
            return
        logs = [member for member in configuration.members if member.kind is Kind.LOG]
        recent = now - 2 * self.settings.heal_check
        heard = [leadership.peers[name].heard for name in configuration.ids() if name in leadership.peers]
        if logs and len(heard) == len(configuration.members) and min(heard) > recent:
            self.journal.probe("repair_taken_back")
            leadership.propose(Configure(configuration.without(logs[-1].replica)))
        elif len(configuration.storage()) <= STORAGE_MIN:
            self._rebuild(leadership, configuration)  # then whoever is silent can be spared

    def _replace(self, leadership: Leadership, configuration: Configuration, now: int) -> None:
        joining = self.joining
        if joining is None:
            if self._asked_at is None or now - self._asked_at >= self.settings.join_wait // 3:
                self._ask(configuration, now)
        elif now - joining.heard >= self.settings.join_wait:
            self.journal.probe("joining_replica_given_up")
            self.joining = None
        elif joining.commit >= self.ledger.commit - 1 and now - joining.since > self.settings.lease_grant:
            self.journal.probe("log_replica_added")
            leadership.peers[joining.member.replica] = Peer(now, joining.commit)
            leadership.propose(Configure(configuration.with_member(joining.member)))

    def _rebuild(self, leadership: Leadership, configuration: Configuration) -> None:
        """One log replica after the other becomes a storage replica."""
        for member in configuration.members:
            if member.kind is Kind.STORAGE:
                continue
            peer = leadership.peers.get(member.replica)
            if peer is not None and peer.stable >= self.ledger.base:
                self.journal.probe("log_replica_promoted")
                promoted = Member(member.replica, Kind.STORAGE, member.machine)
                leadership.propose(Configure(configuration.with_member(promoted)))
            else:
                self.journal.tell(member.replica, Rebuild(leadership.ballot))
            return

    def _ask(self, configuration: Configuration, now: int) -> None:
        self._number += 1
        self._asked_at = now
        machines = tuple([member.machine for member in configuration.members])
        for service in self._services:
            self.journal.tell(service, Place(self.ledger.identity.group, self._number, machines))

    def _create(self, joining: Joining) -> None:
        member, ledger = joining.member, self.ledger
        identity = Identity(
            member.replica, ledger.identity.group, member.machine, joining.base, ledger.base_configuration
        )
        self.journal.tell(joining.agent, Create(identity, joining.epoch))

    def _attend(self, joining: Joining, now: int) -> None:
        """Repeats what may have been lost on the way."""
        if joining.commit < 0 and joining.base == self.ledger.base:
            self._create(joining)

    def beat(self, message: Heartbeat) -> None:
        """The joining replica hears the leader too."""
        if self.joining is not None:
            self.journal.tell(self.joining.member.replica, message)


def can_be_spared(configuration: Configuration, replica: str) -> bool:
    """Whether enough members hold the items without this one."""
    member = configuration.member(replica)
    is_log = member is not None and member.kind is Kind.LOG
    return is_log or len(configuration.without(replica).storage()) >= STORAGE_MIN
