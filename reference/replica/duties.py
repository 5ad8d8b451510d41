"""What a leader does besides the log: heal the group, split it, tell where it is."""

from __future__ import annotations

from reference.membership.access_samples import AccessSamples
from reference.membership.healing import MEMBERS, Healing
from reference.messages.client import Route
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.membership import GroupReport
from reference.messages.routing import Publish
from reference.messages.values import Split
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership
from reference.paxos.learner import Learner
from reference.paxos.settings import Settings
from reference.replica.services import Services


class Duties:
    """Of one leadership: a new leader begins with none of this."""

    def __init__(self, journal: Journal, learner: Learner, settings: Settings, services: Services) -> None:
        self.healing = Healing(journal, settings, services.repair)
        self.samples = AccessSamples(settings.samples, settings.samples_min)
        self.journal = journal
        self.learner = learner
        self._settings = settings
        self._services = services
        self._healed_at = 0
        self._published_at = 0
        self._reported_at = 0

    def tick(self, leadership: Leadership, now: int, *, serves: bool) -> None:
        """With each heartbeat."""
        if not serves:
            return
        if now - self._healed_at >= self._settings.heal_check:
            self._healed_at = now
            self.healing.tick(leadership, now)
        if now - self._published_at >= self._services.publish_every:
            self._published_at = now
            self._publish()
        if now - self._reported_at >= self._services.report_every:
            self._reported_at = now
            self._report()

    def split(self, key: bytes, leadership: Leadership) -> None:
        """Splits the group, if nothing else is going on and both sides would have items.

        During a repair there is no split: each storage member seeds the child's member on its own machine.
        """
        partition, ledger = self.learner.partition, self.journal.ledger
        members = ledger.configuration.members
        whole = len(members) == MEMBERS and all(member.kind is Kind.STORAGE for member in members)
        if partition is None or not leadership.may_propose():
            return
        if not whole or self.healing.joining is not None:
            self.journal.probe("split_declined_during_repair")
            return
        if not partition.may_split(key):
            self.journal.probe("split_declined_empty_side")
            return
        child = f"{ledger.identity.group}-{leadership.next_slot}"
        seeds = [Member(f"{child}@{member.machine}", Kind.STORAGE, member.machine) for member in members]
        self.journal.probe("split_proposed")
        leadership.propose(Split(key, child, Configuration(tuple(seeds))))

    def _publish(self) -> None:
        partition, ledger = self.learner.partition, self.journal.ledger
        if partition is None:
            return
        owned = partition.owned
        replicas = tuple([member.replica for member in ledger.configuration.storage()])
        route = Route(
            ledger.identity.group, owned.first, owned.after, self.learner.applied, replicas, ledger.me
        )
        for service in self._services.maps:
            self.journal.tell(service, Publish(route))

    def _report(self) -> None:
        partition = self.learner.partition
        if partition is None or not self._services.repair:
            return
        report = GroupReport(
            self.journal.ledger.identity.group,
            len(partition.items()),
            self.samples.take_count(),
            self.samples.middle(partition.owned.holds),
        )
        for service in self._services.repair:
            self.journal.tell(service, report)
