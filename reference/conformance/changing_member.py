"""One replica of a group whose members change, as its model sees it: what is written is on the disk at
once.
"""

from __future__ import annotations

import copy
from typing import Self

from reference.conformance.answers import Plain
from reference.conformance.member_words import Said, content_of, kinds_of, model_name, said
from reference.conformance.runtime import Runtime
from reference.conformance.spoken import ballot_name, items_of, slot_name
from reference.messages.ballot import Ballot
from reference.messages.client import Answer, Operation, Request, Token
from reference.messages.membership import Create, Place
from reference.messages.records import Identity
from reference.messages.replication import Accept, FetchTable, Heartbeat, HeartbeatAck, Prepare, Rejected
from reference.messages.union import Message
from reference.node import MILLISECOND, SECOND
from reference.paxos.settings import Settings
from reference.replica.services import Services

NEVER = 10**15
SETTINGS = Settings(
    heal_check=400 * MILLISECOND, heal_after=1000 * MILLISECOND, join_wait=3600 * SECOND, fence=NEVER
)
"""A repair is looked after only when the world says so; a member is missed when one such look was in vain."""
REPAIR = Services(repair=("repair",))


class ChangingMember:
    """A replica and its runtime. Proposals, and its own questions, reach it at once.

    It has a lease only while somebody gives it one (`lease`): repairs are looked after with no other
    heartbeat.
    """

    def __init__(self, identity: Identity, *, has_table: bool) -> None:
        self.name = identity.replica
        self.acknowledged = False
        self.runtime = Runtime(identity, has_table=has_table, settings=SETTINGS, services=REPAIR)

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    # ---------------------------------------------------------------- what happens to it

    def receive(self, source: str, message: Message) -> None:
        """A message arrives; of a proposal, only that."""
        if isinstance(message, Accept):
            message = Accept(message.ballot, message.slot, message.value, 0)
        if isinstance(message, Prepare | Heartbeat):
            self.runtime.now = max(self.runtime.now, self.runtime.replica.acceptor.granted_until)
        self.runtime.receive(source, message)

    def stand(self, round_number: int) -> bool:
        """Its leader is silent, its peers hear none, and a lower ballot was the highest that it has
        heard of.
        """
        leadership = self.runtime.replica.leadership
        if leadership is not None and leadership.elected:
            self.runtime.relinquish()
        elif leadership is not None:
            self.runtime.now += SETTINGS.campaign_wait
            self.runtime.timer("campaign")
        self.runtime.receive(self.name, Rejected(Ballot(round_number - 1, "")))
        self.runtime.now += max(SETTINGS.election_max, SETTINGS.lease_grant)
        self.runtime.timer("election")
        self.runtime.timer("query")
        standing = self.runtime.replica.leadership
        return standing is not None and standing.ballot.round == round_number

    def ask(self, client: str, operation: Operation) -> Answer | None:
        """The answer to a client, if there is one at once."""
        token = Token(client, 1)
        self.runtime.receive(client, Request(token, operation))
        replies = [reply.response for reply in self.runtime.take_replies()]
        return next((response.answer for response in replies if response.token == token), None)

    def lease(self, *, missing: str | None = None) -> None:
        """The members grant it a lease, but for one that is not heard of."""
        replica = self.runtime.replica
        if replica.leadership is None:
            return
        for name in replica.ledger.configuration.ids():
            if model_name(name) != missing:
                ack = HeartbeatAck(replica.leadership.ballot, self.runtime.now, 0, -1)
                self.runtime.receive(name, ack)

    def look_after(self, *, missing: str | None, wait: int = SETTINGS.heal_after) -> list[Place | Create]:
        """Time for a repair, while one member, or none, is not heard of; what it asks of the services."""
        self.runtime.now += wait
        self.lease(missing=missing)
        self.runtime.timer("heartbeat")
        return self.to_services()

    def to_services(self) -> list[Place | Create]:
        """What it wants of the services."""
        ready = self.runtime.take_ready()
        self.runtime.held = [send for send in ready if not isinstance(send.message, Place | Create)] + (
            self.runtime.held
        )
        return [send.message for send in ready if isinstance(send.message, Place | Create)]

    def end_lease(self) -> None:
        """Time passes."""
        self.runtime.now += SETTINGS.lease_hold

    # ---------------------------------------------------------------- what it says

    def say(self) -> list[Said]:
        """All that it has to say, once its log is durable; `acknowledged` is whether a heartbeat was
        among it.
        """
        every: list[Said] = []
        self.acknowledged = False
        while True:
            if self.runtime.syncing:
                self.runtime.sync()
            ready = self.runtime.take_ready()
            if not ready:
                self.runtime.take_replies()
                return every
            for send in ready:
                one = said(self.name, send.message)
                self.acknowledged |= isinstance(send.message, HeartbeatAck)
                if one is not None:
                    every.append(one)
                if send.to == self.name and isinstance(send.message, Accept | Prepare):
                    self.receive(self.name, send.message)

    def take_fetch(self) -> FetchTable | None:
        """The page of a table that it asks for."""
        ready = self.runtime.take_ready()
        asked = [send.message for send in ready if isinstance(send.message, FetchTable)]
        self.runtime.held = [send for send in ready if not isinstance(send.message, FetchTable)] + (
            self.runtime.held
        )
        return asked[-1] if asked else None

    # ---------------------------------------------------------------- what it is

    @property
    def life(self) -> str:
        """Whether it has ended, is a member, or is none yet."""
        replica = self.runtime.replica
        if replica.stopped:
            return "ENDED"
        return "MEMBER" if replica.ledger.joined else "MADE"

    @property
    def promised(self) -> Plain:
        """The highest ballot that it has promised."""
        return ballot_name(self.runtime.replica.ledger.promised)

    @property
    def log(self) -> Plain:
        """What it has accepted, or learned."""
        return {
            slot_name(slot): ("Entry", ballot_name(entry.ballot), content_of(entry.value), entry.chosen)
            for slot, entry in sorted(self.runtime.replica.ledger.entries.items())
        }

    @property
    def chosen(self) -> int:
        """How many slots it knows to be chosen."""
        return self.runtime.replica.ledger.commit

    @property
    def kinds(self) -> Plain:
        """The members, as far as it knows."""
        return kinds_of(self.runtime.replica.ledger.configuration)

    @property
    def table(self) -> tuple[str | None, ...] | None:
        """What it has applied; None without items."""
        partition = self.runtime.replica.learner.partition
        return None if partition is None else items_of(partition)

    @property
    def attempt(self) -> Plain:
        """Its attempt to lead."""
        replica = self.runtime.replica
        leadership = replica.leadership
        if leadership is None:
            return None
        phase = leadership.phase_one
        joining = None if replica.duties is None else replica.duties.healing.joining
        heard = None if joining is None or joining.commit < 0 else joining.commit
        return (
            "Attempt",
            leadership.elected,
            None if phase is None else phase.first - 1,
            leadership.next_slot - 1,
            leadership.barrier,
            leadership.changing,
            None if joining is None else model_name(joining.member.replica),
            heard,
        )
