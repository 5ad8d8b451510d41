"""One replica as the model of elections and leases sees it: what it knows, by its own clock, in ticks."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Self

from reference.conformance.answers import Plain
from reference.conformance.runtime import Runtime
from reference.conformance.spoken import ballot_name
from reference.messages.ballot import Ballot
from reference.messages.client import Found, Get, Request, Token
from reference.messages.configuration import Configuration
from reference.messages.records import Identity
from reference.messages.replication import Rejected
from reference.messages.union import Message
from reference.node import Send
from reference.paxos.leadership import Leadership
from reference.paxos.settings import Settings

TICK = 1000
NEVER = 10**15
CLIENT = "client"


def settings(scope: Mapping[str, int]) -> Settings:
    """The durations of a scope. A candidate's time lasts as long as that of a leader which nobody has
    answered since it asked for its first lease.
    """
    return Settings(
        heartbeat=TICK,
        lease_hold=scope["lease_ticks"] * TICK,
        lease_grant=scope["grant_ticks"] * TICK,
        election_min=scope["election_ticks"] * TICK,
        election_max=scope["election_ticks"] * TICK,
        query_wait=scope["answer_ticks"] * TICK,
        campaign_wait=scope["fence_ticks"] * TICK,
        fence=(scope["fence_ticks"] - scope["lease_ticks"]) * TICK,
        heal_check=NEVER,
        join_wait=NEVER,
    )


class LeasedMember:
    """A replica, its clock and its timers. What it sends to itself arrives at once.

    Of what it writes, only ballots wait for a sync: all else is on the disk at once, unless it comes after a
    ballot that is not. `begins` is what its clock shows when the others begin.
    """

    def __init__(self, name: str, members: Configuration, scope: Mapping[str, int], begins: int) -> None:
        self.name = name
        self.asked = False
        self._settings = settings(scope)
        self._writes_through = scope["write_through"] == 1
        identity = Identity(name, "g", f"m-{name}", 0, members)
        self.runtime = Runtime(identity, settings=self._settings, quiet=0)
        self.runtime.now += self._settings.lease_grant + begins
        self._synced = self.runtime.replica.ledger.promised

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    # ---------------------------------------------------------------- what happens to it

    def tick(self) -> None:
        """Its clock moves on."""
        self.runtime.now += TICK

    def receive(self, source: str, message: Message) -> None:
        """A message arrives."""
        self.runtime.receive(source, message)

    def has_timer(self, name: str) -> bool:
        """Whether a timer is set."""
        return name in self.runtime.due

    def is_due(self, name: str) -> bool:
        """Whether a timer has run out by its clock."""
        return self.runtime.due.get(name, NEVER) <= self.runtime.now

    def look_at_answers(self, round_number: int) -> None:
        """The time for answers is over, and a lower ballot was the highest that it has heard of."""
        self.runtime.receive(self.name, Rejected(Ballot(round_number - 1, "")))
        self.runtime.timer("query")

    def sync(self) -> None:
        """Its log is on the disk, and it knows."""
        self.runtime.sync()
        self._synced = self.runtime.replica.ledger.promised

    def crash(self) -> None:
        """It begins with what is on its disk, which it makes durable first."""
        self.runtime.crash()
        self._synced = self.runtime.replica.ledger.promised
        self.asked = False

    def is_answered(self) -> bool:
        """A client asks for what it must not read without a lease; whether it is told."""
        token = Token(CLIENT, 1)
        self.runtime.receive(CLIENT, Request(token, Get(b"nothing", strong=True)))
        return any(isinstance(reply.response.answer, Found) for reply in self.runtime.take_replies())

    # ---------------------------------------------------------------- what it says

    def say(self) -> list[Send]:
        """What it has to say to others and waits for nothing."""
        said: list[Send] = []
        while True:
            if self.runtime.syncing and (self._writes_through or self._knows_its_ballot()):
                self.sync()
            ready = self.runtime.take_ready()
            if not ready:
                return said
            for send in ready:
                if send.to == self.name:
                    self.runtime.receive(self.name, send.message)
                else:
                    said.append(send)

    @property
    def waiting(self) -> list[Send]:
        """What it has to say to others when its log is on the disk."""
        return [send for send in self.runtime.held if send.to != self.name]

    def _knows_its_ballot(self) -> bool:
        return self.runtime.replica.ledger.promised == self._synced

    # ---------------------------------------------------------------- what it is

    @property
    def leadership(self) -> Leadership | None:
        """Its attempt to lead."""
        return self.runtime.replica.leadership

    @property
    def is_elected(self) -> bool:
        """Whether it leads, as far as it knows."""
        return self.leadership is not None and self.leadership.elected

    @property
    def is_settled(self) -> bool:
        """Whether its table has what it had to propose."""
        leadership, learner = self.leadership, self.runtime.replica.learner
        barrier = None if leadership is None else leadership.barrier
        return self.is_elected and barrier is not None and barrier <= learner.applied

    @property
    def promised(self) -> str | None:
        """The highest ballot that it has promised."""
        return ballot_name(self.runtime.replica.ledger.promised)

    @property
    def disk(self) -> str | None:
        """What another replica would have promised that began with its disk."""
        return ballot_name(self.runtime.recovered().ledger.promised)

    @property
    def bound(self) -> Plain:
        """For how long it is bound."""
        return self.left(self.runtime.replica.acceptor.granted_until)

    @property
    def granted(self) -> str | None:
        """The ballot that it is bound to."""
        return ballot_name(self.runtime.replica.acceptor.granted) if self.bound != 0 else None

    @property
    def quiet(self) -> Plain:
        """For how long it votes for nobody."""
        return self.left(self.runtime.replica.acceptor.quiet_until)

    @property
    def lease(self) -> Plain:
        """For how long it has the lease."""
        return self.left(self._lease_until())

    @property
    def fence(self) -> Plain:
        """For how long it leads, or wants to, without an answer."""
        leadership = self.leadership
        if leadership is None:
            return 0
        if not leadership.elected:
            return self.left(leadership.began + self._settings.campaign_wait)
        return self.left(max(leadership.leased_until, self._lease_until()) + self._settings.fence)

    @property
    def heard(self) -> Plain:
        """For how long what it has heard of another leader counts."""
        suspicion = self.runtime.replica.elections.suspicion
        if suspicion.leader in (None, self.name):
            return 0
        return self.left(suspicion.heard_at + self._settings.election_min)

    @property
    def is_asking(self) -> bool:
        """Whether it does not look by itself whether there is a leader."""
        return self.leadership is None and not self.has_timer("election")

    def leases(self, sent: list[int]) -> list[Plain]:
        """For how long a lease from each of these heartbeats would last."""
        return [self.left(at + self._settings.lease_hold) for at in sent]

    def fences(self, sent: list[int]) -> list[Plain]:
        """For how long it would lead if each of these heartbeats were the last that is answered."""
        return [self.left(at + self._settings.lease_hold + self._settings.fence) for at in sent]

    def left(self, until: int) -> Plain:
        """How many ticks its clock is away from this; what is no whole number of ticks is no number."""
        micros = max(0, until - self.runtime.now)
        return micros // TICK if micros % TICK == 0 else f"{micros} us"

    def _lease_until(self) -> int:
        replica = self.runtime.replica
        if replica.leadership is None:
            return 0
        return replica.leadership.lease_until(replica.ledger.configuration) or 0
