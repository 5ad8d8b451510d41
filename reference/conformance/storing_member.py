"""One storage replica as the model of a replication group sees it."""

from __future__ import annotations

import copy
from typing import Self

from reference.conformance.answers import Plain
from reference.conformance.runtime import SETTINGS, Runtime
from reference.conformance.spoken import (
    Spoken,
    ballot_name,
    items_of,
    log_of,
    slot_name,
    spoken,
    value_name,
)
from reference.messages.ballot import Ballot
from reference.messages.client import Answer, Operation, Request, Token, Written
from reference.messages.configuration import Configuration
from reference.messages.records import Identity
from reference.messages.replication import Accept, Accepted, Heartbeat
from reference.messages.union import Message
from reference.messages.values import Value
from reference.node import Send
from reference.paxos.leadership import Leadership


class StoringMember:
    """A replica and its runtime. What it sends itself arrives at once, but for promises and votes."""

    def __init__(self, name: str, members: Configuration) -> None:
        self.name = name
        self.runtime = Runtime(Identity(name, "g", f"m-{name}", 0, members))
        self.is_member = True
        self._asked: dict[tuple[Ballot, int], Value] = {}
        self._barrier: list[Send] = []
        self._barrier_of: tuple[Leadership, int] | None = None
        self._early: list[tuple[int, str, bytes]] = []

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    # ---------------------------------------------------------------- what happens to it

    def crash(self) -> None:
        """It begins with what is on its disk."""
        self._asked.clear()
        self._forget_barrier()
        self.runtime.crash()

    def lose_disk(self) -> None:
        """It is no member any more, unless it begins with an empty disk as if nothing were missing."""
        self._asked.clear()
        self._forget_barrier()
        if self.is_member:
            self.is_member = not self.runtime.lose_disk()

    def give_up(self) -> None:
        """A leader is told to hand over; a candidate's time is up."""
        leadership = self.runtime.replica.leadership
        if leadership is None:
            return
        if leadership.elected:
            self.runtime.relinquish()
        else:
            self.runtime.now += SETTINGS.campaign_wait
            self.runtime.timer("campaign")

    def wait_for_grants(self) -> None:
        """Time passes until what it granted to a leader is over: leases are given by the world here."""
        self.runtime.now = max(self.runtime.now, self.runtime.replica.acceptor.granted_until)

    def receive_accept(self, source: str, message: Accept) -> None:
        """A proposal arrives. Its answer will not repeat the value."""
        self._asked[(message.ballot, message.slot)] = message.value
        self.runtime.receive(source, message)

    def ask(self, client: str, operation: Operation) -> Answer | None:
        """The answer to a client, if there is one at once."""
        token = Token(client, 1)
        self.runtime.receive(client, Request(token, operation))
        return next((answer for of, answer in self._replies() if of == token), None)

    def hold_barrier(self, slot: int | None) -> None:
        """The leader that was elected just now has a no-op to propose in this slot: that waits."""
        self._forget_barrier()
        leadership = self.runtime.replica.leadership
        if leadership is not None and slot is not None:
            self._barrier_of = leadership, slot

    def release_barrier(self) -> bool:
        """Its no-op goes out; whether there is one."""
        if not self._holds_barrier() or not self._barrier:
            return False
        self.runtime.held = [*self._barrier, *self.runtime.held]
        self._forget_barrier()
        return True

    # ---------------------------------------------------------------- what it says

    def say(self) -> list[Spoken]:
        """What waits for nothing, in the model's words. A proposal reaches its own replica on the way."""
        self._replies()
        said: list[Spoken] = []
        while ready := self.runtime.take_ready():
            for send in ready:
                if self._is_barrier(send.message):
                    if send not in self._barrier:
                        self._barrier.append(send)
                    continue
                one = self._spoken(send.message)
                if one is not None:
                    said.append(one)
                if send.to == self.name and isinstance(send.message, Accept):
                    self.receive_accept(self.name, send.message)
        return said

    @property
    def waiting(self) -> list[Spoken]:
        """What waits for the log, in the model's words."""
        return [one for send in self.runtime.held if (one := self._spoken(send.message)) is not None]

    def early_answers(self) -> list[tuple[int, str, bytes]]:
        """Writes that were acknowledged before they were applied: slot, value and key. There should be
        none.
        """
        early, self._early = self._early, []
        return early

    # ---------------------------------------------------------------- what it is

    @property
    def promised(self) -> str | None:
        """The highest ballot that it knows to have promised."""
        return ballot_name(self.runtime.replica.ledger.promised) if self.is_member else None

    @property
    def log(self) -> Plain:
        """What it has accepted."""
        return log_of(self.runtime.replica.ledger.entries) if self.is_member else {}

    @property
    def disk(self) -> Plain:
        """What another replica would know that began with its disk."""
        if not self.is_member:
            return ("Disk", False, None, {})
        ledger = self.runtime.recovered().ledger
        return ("Disk", True, ballot_name(ledger.promised), log_of(ledger.entries))

    @property
    def table(self) -> tuple[str | None, ...]:
        """The values by the slots that wrote them, as the table has them: a no-op leaves nothing there."""
        partition = self.runtime.replica.learner.partition
        if not self.is_member or partition is None:
            return ()
        return items_of(partition)

    def is_elected(self) -> bool:
        """Whether it leads, if only as far as it knows."""
        leadership = self.runtime.replica.leadership
        return leadership is not None and leadership.elected

    @property
    def is_leased(self) -> bool:
        """Whether it believes that it has the lease."""
        replica = self.runtime.replica
        if not self.is_member or replica.leadership is None:
            return False
        until = replica.leadership.lease_until(replica.ledger.configuration)
        return until is not None and self.runtime.now < until

    def leadership(self, slots: int) -> Plain:
        """Its attempt to lead; a barrier behind the last slot is none."""
        leadership = self.runtime.replica.leadership
        if not self.is_member or leadership is None:
            return None
        if not leadership.elected:
            phase = leadership.phase_one
            assert phase is not None
            return ("Leadership", False, phase.first - 1, False, None)
        following = leadership.next_slot
        if self._holds_barrier() and self._barrier_of is not None:
            following = self._barrier_of[1]
        barrier = leadership.barrier
        named = None if barrier is None or barrier > slots else slot_name(barrier)
        return ("Leadership", True, following - 1, self.is_leased, named)

    # ---------------------------------------------------------------- within

    def _spoken(self, message: Message) -> Spoken | None:
        if isinstance(message, Heartbeat) and not self._chose(message):
            return None
        if isinstance(message, Accepted):
            return spoken(self.name, message, self._asked[(message.ballot, message.slot)])
        return spoken(self.name, message)

    def _chose(self, message: Heartbeat) -> bool:
        """Whether the last slot that it says is chosen was chosen in its own ballot: of others it
        knows that already.
        """
        entry = self.runtime.replica.ledger.entries.get(message.commit)
        return entry is not None and entry.ballot == message.ballot

    def _replies(self) -> list[tuple[Token, Answer]]:
        replies = [(reply.response.token, reply.response.answer) for reply in self.runtime.take_replies()]
        replica = self.runtime.replica
        for token, answer in replies:
            if isinstance(answer, Written) and answer.slot > replica.learner.applied:
                entry = replica.ledger.entries.get(answer.slot)
                value = None if entry is None else value_name(entry.value)
                self._early.append((answer.slot, str(value), token.client.encode()))
        return replies

    def _holds_barrier(self) -> bool:
        return self._barrier_of is not None and self._barrier_of[0] is self.runtime.replica.leadership

    def _is_barrier(self, message: Message) -> bool:
        return (
            isinstance(message, Accept)
            and self._holds_barrier()
            and self._barrier_of is not None
            and message.slot == self._barrier_of[1]
        )

    def _forget_barrier(self) -> None:
        self._barrier = []
        self._barrier_of = None
