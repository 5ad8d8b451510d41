"""A replica of a group: the node that runs the protocol.

What it may do follows from its ledger and its role.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from reference.admission.partition_admission import PartitionAdmission
from reference.admission.token_bucket import TokenBucket
from reference.membership.rebuilding import Rebuilding
from reference.messages.ballot import Ballot
from reference.messages.client import Request
from reference.messages.configuration import Kind
from reference.messages.membership import Placed, SplitNow
from reference.messages.records import Summary
from reference.messages.replication import (
    Accept,
    Accepted,
    CatchUp,
    FetchTable,
    Heartbeat,
    HeartbeatAck,
    Learn,
    NotMember,
    Prepare,
    Promise,
    Query,
    QueryAnswer,
    Rebuild,
    Rejected,
    Release,
    Removed,
    TablePage,
)
from reference.messages.union import Message
from reference.messages.values import SlotValue
from reference.node import Effect, Stop
from reference.paxos.acceptor import Acceptor
from reference.paxos.journal import Journal
from reference.paxos.leadership import Leadership, Peer
from reference.paxos.learner import Learner
from reference.paxos.ledger import Ledger
from reference.paxos.settings import Settings
from reference.replica.duties import Duties
from reference.replica.elections import Elections
from reference.replica.requests import Requests, Standing, Waiting
from reference.replica.services import Services
from reference.storage.table import Table, TableCorrupt

ALONE = Services()
REMOVED = "removed from the group"
NEVER_JOINED = "never became a member"


class Replica:
    """Follower, candidate or leader. All its memory is rebuilt from the ledger and the table at a start."""

    def __init__(
        self,
        ledger: Ledger,
        table: Table,
        settings: Settings,
        entropy: int,
        services: Services = ALONE,
    ) -> None:
        self.ledger = ledger
        self.settings = settings
        self.journal = Journal(ledger)
        self.acceptor = Acceptor(self.journal, settings)
        self.learner = Learner(self.journal, settings, table)
        self.requests = Requests(self.journal, self.learner)
        self.elections = Elections(self.journal, settings, self.acceptor, self.learner, entropy)
        self.rebuilding = Rebuilding(self.journal, self.learner, settings)
        self.duties: Duties | None = None
        self.leadership: Leadership | None = None
        self.stopped = False
        self.node_tokens: TokenBucket | None = None
        self._services = services
        self._stable = 0
        self._resent_at = 0

    # What a runtime calls

    def start(self, now: int) -> list[Effect]:
        """After the log was recovered and made durable."""
        self.acceptor.start(now)
        self._guarded(self.learner.start)
        self.elections.start(now)
        self.journal.set_timer("checkpoint", self.elections.jitter(self.settings.checkpoint))
        return self.journal.drain()

    def receive(self, source: str, message: Message, now: int) -> list[Effect]:
        """A message."""
        if not self.stopped:
            self._guarded(lambda: self._receive(source, message, now))
        return self.journal.drain()

    def timer(self, name: str, now: int) -> list[Effect]:
        """A timer."""
        if not self.stopped:
            self._guarded(lambda: self._timer(name, now))
        return self.journal.drain()

    def synced(self, lsn: int, now: int) -> list[Effect]:
        """The log is durable up to here."""
        if not self.stopped:
            self._guarded(lambda: self.requests.applied(self.learner.synced(lsn), serves=self.can_serve(now)))
        return self.journal.drain()

    def checkpointed(self, slot: int, now: int) -> list[Effect]:
        """The table is durable up to a slot."""
        self.learner.checkpointed(slot)
        self.rebuilding.checkpointed(slot)
        return self.journal.drain()

    def room(self, has_room: bool, now: int) -> list[Effect]:
        """The disk is full, or has room again: without room it neither votes nor leads."""
        self.acceptor.has_room = has_room
        if not has_room and self.leadership is not None:
            self.journal.probe("leader_without_room")
            self._relinquish(now)
        return self.journal.drain()

    def relinquish(self, now: int) -> list[Effect]:
        """Hands the lead over without a wait, as before a deployment."""
        if self.leadership is not None and self.leadership.elected:
            self._relinquish(now)
        return self.journal.drain()

    def summary(self) -> Summary:
        """The head of a new segment of the log."""
        return self.ledger.summary()

    # What it may do

    def can_serve(self, now: int) -> bool:
        """Whether this replica alone may answer strong reads and acknowledge writes.

        It has the lease and is past the read barrier.
        """
        leadership = self.leadership
        if leadership is None or leadership.barrier is None or leadership.barrier > self.learner.applied:
            return False
        until = leadership.lease_until(self.ledger.configuration)
        return until is not None and now < until

    def _standing(self, now: int) -> Standing:
        leads = self.leadership is not None and self.leadership.elected
        leader = self.ledger.me if leads else self.elections.suspicion.leader
        return Standing(self.leadership, self.can_serve(now), leader, now)

    # Messages

    def _receive(self, source: str, message: Message, now: int) -> None:
        if isinstance(message, Prepare | Query) and self._is_removed(source):
            ledger = self.ledger
            self.journal.tell(source, Removed(ledger.configuration_slot, ledger.configuration))
            return
        match message:
            case Request(token=token, operation=operation):
                self.requests.receive(Waiting(source, token), operation, self._standing(now))
            case Placed() | SplitNow():
                self._on_service(message, now)
            case Prepare():
                self.acceptor.on_prepare(source, message, now)
            case Promise():
                self._on_promise(source, message, now)
            case Accept(ballot=ballot, commit=commit):
                if self.acceptor.on_accept(source, message):
                    self.learner.follow(source, ballot, commit)
            case Accepted():
                self._on_accepted(source, message, now)
            case Rejected(promised=promised):
                self._on_rejected(promised, now)
            case NotMember(commit=commit):
                self._on_not_member(source, commit, now)
            case Heartbeat():
                self._on_heartbeat(source, message, now)
            case HeartbeatAck():
                self._on_heartbeat_ack(source, message, now)
            case Release():
                if self.acceptor.on_release(message, now):
                    self.elections.released(now)
            case Query(number=number):
                leads, serves = self.leadership is not None, self.can_serve(now)
                self.elections.on_query(source, number, now, leads=leads, serves=serves)
            case QueryAnswer(number=number, hears_leader=hears):
                self.elections.suspicion.on_answer(number, hears)
            case CatchUp(first=first):
                self.learner.teach(source, first)
            case Learn(chosen=chosen):
                self._on_learn(chosen, now)
            case Removed():
                self._on_removed(source, message)
            case Rebuild(ballot=ballot):
                if ballot == self.ledger.promised:
                    self.rebuilding.on_rebuild(source, now)
            case FetchTable():
                self.rebuilding.on_fetch(source, message, now)
            case TablePage():
                self.rebuilding.on_page(source, message)
            case _:
                pass  # for a node of another kind
        if self.leadership is not None and self.ledger.promised > self.leadership.ballot:
            self._step_down(now)
        if self.ledger.joined and not self.ledger.votes and not self.stopped:
            self._stop(REMOVED)

    def _is_removed(self, source: str) -> bool:
        """Whether a stranger asks for votes: one that was a member, as far as this member knows."""
        ledger = self.ledger
        return ledger.votes and ledger.configuration.member(source) is None

    def _on_removed(self, source: str, message: Removed) -> None:
        """A member says that this replica is none; whoever knows the later configuration is right."""
        ledger = self.ledger
        if not ledger.joined:
            # It never asked for votes. Others may know less than the leader that made it.
            if message.settled and message.configuration.member(ledger.me) is None:
                self.journal.probe("never_joined")
                self._stop(NEVER_JOINED)
            return
        if message.slot < ledger.configuration_slot:
            self.learner.teach(source, message.slot + 1)
        elif message.slot > ledger.configuration_slot and message.configuration.member(ledger.me) is None:
            self._stop(REMOVED)

    def _on_service(self, message: Placed | SplitNow, now: int) -> None:
        if self.leadership is None or self.duties is None or not self.can_serve(now):
            return
        match message:
            case Placed():
                self.duties.healing.on_placed(message, self.leadership, now)
            case SplitNow(key=key):
                self.duties.split(key, self.leadership)
            case _:
                assert_never(message)

    def _on_promise(self, source: str, message: Promise, now: int) -> None:
        leadership = self.leadership
        if leadership is None or not leadership.on_promise(source, message):
            return
        was_elected = leadership.elected
        leadership.finish_phase_one()
        if not was_elected:
            leadership.began = leadership.leased_until = now
            self.duties = Duties(self.journal, self.learner, self.settings, self._services)
            self.requests.samples = self.duties.samples
            self._set_admission(now)
            self.elections.suspicion.hear(self.ledger.me, now)
            self._beat(now)

    def _on_accepted(self, source: str, message: Accepted, now: int) -> None:
        leadership = self.leadership
        if leadership is None:
            return
        for slot in range(self.ledger.commit + 1, leadership.on_accepted(source, message) + 1):
            answers = self.learner.commit(slot)
            leadership.settle(slot)
            self.requests.applied(answers, serves=self.can_serve(now))
            if self.ledger.configuration_slot == slot:
                self.on_new_configuration(leadership, now)

    def on_new_configuration(self, leadership: Leadership, now: int) -> None:
        """From the next slot on others vote: they are told, and asked."""
        if not self.ledger.votes:
            self.journal.probe("leader_removed")
            self._relinquish(now)
            return
        self._heartbeat(leadership, now)
        leadership.prepare()

    def _on_rejected(self, promised: Ballot, now: int) -> None:
        self.elections.see(promised)
        if self.leadership is not None and promised > self.leadership.ballot:
            self.journal.probe("leader_rejected")
            self._step_down(now)

    def _on_not_member(self, source: str, commit: int, now: int) -> None:
        """Someone cannot vote because of what it has not learned yet: whoever knows may tell it."""
        if self.duties is not None:
            self.duties.healing.on_not_member(source, commit, now)
            self._settle(source, now)
        if commit < self.ledger.commit:
            self.learner.teach(source, commit + 1)

    def _settle(self, source: str, now: int) -> None:
        """Tells a replica that was to join that it never will, if that is certain."""
        leadership, duties, ledger = self.leadership, self.duties, self.ledger
        if leadership is None or duties is None or not leadership.may_propose() or not self.can_serve(now):
            return
        if ledger.configuration.member(source) is None and not duties.healing.awaits(source):
            self.journal.tell(source, Removed(ledger.configuration_slot, ledger.configuration, settled=True))

    def _on_heartbeat(self, source: str, message: Heartbeat, now: int) -> None:
        if not self.acceptor.on_heartbeat(source, message, self.learner.stable, now):
            return
        self.elections.suspicion.hear(source, now)
        self._stable = max(self._stable, message.stable)
        self.learner.follow(source, message.ballot, message.commit)

    def _on_heartbeat_ack(self, source: str, message: HeartbeatAck, now: int) -> None:
        leadership = self.leadership
        if leadership is None or message.ballot != leadership.ballot:
            return
        leadership.on_ack(source, message.sent_at, now)
        peer = leadership.peers.setdefault(source, Peer(now))
        peer.commit = max(peer.commit, message.commit)
        peer.stable = max(peer.stable, message.stable)
        self.requests.release(serves=self.can_serve(now))

    def _on_learn(self, chosen: tuple[SlotValue, ...], now: int) -> None:
        if self.leadership is not None and chosen and chosen[-1].slot > self.ledger.commit:
            self.journal.probe("leader_learns_of_another")
            self._step_down(now)
        self.learner.learn(chosen)

    def _set_admission(self, now: int) -> None:
        """The tokens of the range as it is now: a split divides them."""
        partition, admission = self.learner.partition, self.requests.admission
        capacity = 0 if partition is None else partition.owned.capacity
        if admission is None and self.node_tokens is not None:
            split_at = 0 if partition is None else partition.owned.version
            full = split_at == 0 or self.ledger.commit > split_at  # else nothing was chosen since the split
            self.requests.admission = PartitionAdmission(capacity, self.node_tokens, now, full=full)
        elif admission is not None and admission.rate != capacity:
            admission.resize(capacity, now)

    # Timers

    def _timer(self, name: str, now: int) -> None:
        match name:
            case "election":
                self._suspect(now)
            case "query":
                if self.leadership is None:
                    self.leadership = self.elections.campaign_unless_healthy(now)
            case "campaign":
                leadership = self.leadership
                if leadership is None or leadership.elected:
                    return
                if not self.elections.go_on(leadership, now):
                    self._step_down(now)
            case "heartbeat":
                self._beat(now)
            case "checkpoint":
                self.learner.checkpoint()
                floor = None if self.duties is None else self.duties.healing.floor()
                self.learner.trim(self._stable if floor is None else min(self._stable, floor))
                self.rebuilding.expire(now)
                self.journal.set_timer("checkpoint", self.settings.checkpoint)
            case _:
                raise AssertionError(f"a timer that nobody set: {name}")

    def _suspect(self, now: int) -> None:
        if self.leadership is not None:
            return
        if self.elections.waited_in_vain(now):
            self.elections.ask_whether_it_joins()
        self.elections.suspect(now)

    def _beat(self, now: int) -> None:
        leadership = self.leadership
        if leadership is None or not leadership.elected:
            return
        leadership.note_lease()
        if now - leadership.leased_until >= self.settings.fence:
            self.journal.probe("leader_fenced")
            self._step_down(now)
            return
        self._stable = max(self._stable, self._stable_everywhere(leadership))
        self._heartbeat(leadership, now)
        if self.duties is not None:
            self._set_admission(now)
            self.duties.tick(leadership, now, serves=self.can_serve(now))
        if now - self._resent_at >= self.settings.resend:
            self._resent_at = now
            leadership.resend()
        self.journal.set_timer("heartbeat", self.settings.heartbeat)

    def _heartbeat(self, leadership: Leadership, now: int) -> None:
        message = Heartbeat(leadership.ballot, now, self.ledger.commit, self._stable)
        for name in self.ledger.configuration.ids():
            self.journal.tell(name, message)
        if self.duties is not None:
            self.duties.healing.beat(message)

    def _stable_everywhere(self, leadership: Leadership) -> int:
        """The slot that every storage member has in its table, durably, and every log replica in its log."""
        peers = leadership.peers
        slots: list[int] = []
        for member in self.ledger.configuration.members:
            peer = peers.get(member.replica)
            if peer is None:
                return 0
            slots.append(peer.stable if member.kind is Kind.STORAGE else peer.commit)
        return min(slots)

    # Changes of role

    def _step_down(self, now: int) -> None:
        self.leadership = None
        self.duties = None
        self.requests.admission = None
        self.requests.abandon()
        if self.elections.suspicion.leader == self.ledger.me:
            self.elections.suspicion.leader = None
        self.elections.await_leader()

    def _relinquish(self, now: int) -> None:
        """It stops serving first, then says so."""
        leadership = self.leadership
        assert leadership is not None
        self._step_down(now)
        for name in self.ledger.configuration.ids():
            self.journal.tell(name, Release(leadership.ballot))

    def _stop(self, reason: str) -> None:
        self.stopped = True
        self.leadership = None
        self.duties = None
        self.requests.abandon()
        self.journal.add(Stop(reason))

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except TableCorrupt as error:
            self._stop(f"the table is corrupt: {error}")
