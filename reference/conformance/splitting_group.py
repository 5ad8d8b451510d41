"""The replicas of one partition that may split, one on each machine, without a world.

Messages arrive when they are wanted. A proposal reaches all replicas, and their votes the leader, when it is
to be chosen; what is chosen a replica hears of when it is to apply it. The leader's log is durable then, too,
but it is told so only when it is to apply an entry. No-ops of new leaders are chosen and applied as soon as
can be: what is counted here are the other entries.
"""

from __future__ import annotations

import copy
from typing import Self

from msgspec import Struct

from reference.conformance.runtime import TABLE, Runtime
from reference.messages.ballot import Ballot
from reference.messages.client import Operation, Request, Response, Token
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.membership import Create, GroupReport, Place, Placed, SplitNow
from reference.messages.records import Identity
from reference.messages.replication import (
    Accept,
    Accepted,
    CatchUp,
    Heartbeat,
    HeartbeatAck,
    Learn,
    Prepare,
    Promise,
    Rejected,
)
from reference.messages.routing import Publish
from reference.messages.union import Message
from reference.messages.values import Noop, SlotValue, Value
from reference.node import MILLISECOND, SECOND, Send, Spawn
from reference.paxos.settings import Settings
from reference.replica.services import Services
from reference.state_machine.partition import Partition

NEVER = 10**15
SERVICES = Services(repair=("repair",), maps=("map",))
ROUTER = "router"


def settings_for(window: int) -> Settings:
    """A load is judged by so many accesses; logs are taught slot by slot; repairs wait for the world."""
    return Settings(
        heal_check=400 * MILLISECOND,
        heal_after=1000 * MILLISECOND,
        join_wait=3600 * SECOND,
        fence=NEVER,
        page_slots=1,
        samples=window,
        samples_min=window,
    )


class Told(Struct):
    """What a leader has told services, for those who look after it."""

    published: list[Publish]
    reported: list[GroupReport]
    placed: list[Place | Create]


class SplittingGroup:
    """`leader` is the machine of the replica that was elected last; `slots` are those of the first state and
    of all entries after it that are chosen.
    """

    def __init__(self, name: str, settings: Settings, members: Configuration) -> None:
        self.name = name
        self.settings = settings
        self.members = members
        self.replicas: dict[str, Runtime] = {}
        self.leader: str | None = None
        self.slots: list[int] = []
        self.missed: str | None = None
        self.told = Told([], [], [])
        self._now = 0
        self._round = 0
        self._proposals: dict[int, Accept] = {}

    @classmethod
    def whole(cls, name: str, settings: Settings, machines: list[str]) -> Self:
        """The first one: all keys, no items."""
        members = Configuration(
            tuple([Member(f"{name}@{machine}", Kind.STORAGE, machine) for machine in machines])
        )
        made = cls(name, settings, members)
        for machine in machines:
            identity = Identity(f"{name}@{machine}", name, machine, 0, members)
            made._begin(machine, Runtime(identity, table=TABLE, settings=settings, services=SERVICES))
        return made

    def make(self, machine: str, spawn: Spawn) -> None:
        """A machine makes its replica, unless the name was used there before."""
        if machine not in self.replicas and spawn.table is not None:
            runtime = Runtime(spawn.identity, table=spawn.table, settings=self.settings, services=SERVICES)
            self._begin(machine, runtime)

    def fork(self) -> Self:
        """Another one in the same state."""
        return copy.deepcopy(self)

    # ---------------------------------------------------------------- what is known of it

    def partition(self, machine: str) -> Partition:
        """What a replica has applied."""
        partition = self.replicas[machine].replica.learner.partition
        assert partition is not None
        return partition

    def applied(self, machine: str) -> int:
        """How many states a replica has been in, the first included."""
        slot = self.replicas[machine].replica.learner.applied
        return sum([one <= slot for one in self.slots]) if self.slots else 1

    def chosen(self) -> int:
        """How many states the leader knows to be chosen."""
        commit = self._leading.replica.ledger.commit
        return sum([one <= commit for one in self.slots])

    def entries(self) -> list[tuple[int, Value]]:
        """The log after the first state, as the leader has it: what is not chosen yet it proposes."""
        replica = self._leading.replica
        leadership, ledger = replica.leadership, replica.ledger
        assert leadership is not None
        found: list[tuple[int, Value]] = []
        for slot in range(self.slots[0] + 1, leadership.next_slot):
            proposal = leadership.proposals.get(slot)
            value = ledger.entries[slot].value if proposal is None else proposal.value
            if not isinstance(value, Noop):
                found.append((slot, value))
        return found

    def barrier(self) -> int:
        """How many states there are up to the barrier of the leader's reads."""
        leadership = self._leading.replica.leadership
        assert leadership is not None
        assert leadership.barrier is not None
        barrier = leadership.barrier
        return 1 + sum([slot <= barrier for slot, _ in self.entries()])

    def leads(self) -> bool:
        """Whether the replica that was elected last still leads, as far as it knows."""
        if self.leader is None:
            return False
        leadership = self._leading.replica.leadership
        return leadership is not None and leadership.elected

    def serves(self) -> bool:
        """Whether the leader may, when the members grant it a lease."""
        if self.leader is None:
            return False
        self._lease()
        return self._leading.replica.can_serve(self._now)

    def is_whole(self) -> bool:
        """All members hold items, and nobody is to join."""
        replica = self._leading.replica
        kinds = [member.kind for member in replica.ledger.configuration.members]
        joins = replica.duties is not None and replica.duties.healing.joining is not None
        return kinds == [Kind.STORAGE] * len(self.members.members) and not joins

    def samples(self) -> tuple[bytes, ...]:
        """The last accesses that the leader remembers."""
        duties = self._leading.replica.duties
        return () if duties is None else duties.samples.keys

    def waits(self) -> tuple[Token, ...]:
        """The requests for whose answers clients of the leader wait."""
        return self._leading.replica.requests.under_way

    def after_next(self) -> Partition:
        """What a replica will have that applies all that the leader knows to be chosen."""
        ahead = copy.deepcopy(self._leading)
        ahead.sync()
        partition = ahead.replica.learner.partition
        assert partition is not None
        return partition

    # ---------------------------------------------------------------- elections

    def elect(self, machine: str, kept: int) -> bool:
        """A replica stands, and all vote for it; whether it was elected.

        It has so many of the proposals that were on their way.
        """
        on_their_way = self.entries()[len(self.slots) - 1 :] if self.leads() else []
        for slot, _ in on_their_way[:kept]:
            self._hand(machine, self._proposals[slot])
        runtime = self.replicas[machine]
        self._pass_time(self.settings.election_max + self.settings.lease_grant)
        runtime.receive(runtime.replica.ledger.me, Rejected(Ballot(self._round, "")))
        runtime.timer("election")
        runtime.timer("query")
        if runtime.replica.leadership is None:
            return False
        self._round = runtime.replica.leadership.ballot.round
        self._proposals = {}
        self._gather(machine)
        if not runtime.replica.leadership.elected:
            return False
        self.leader = machine
        self.missed = None
        self._pass_noops()
        return True

    def _gather(self, machine: str) -> None:
        """All that the replicas have to tell reaches the candidate, page by page."""
        runtime, me = self.replicas[machine], self._name_of(machine)
        asked = self._said(machine, Prepare, Promise)
        while asked:
            send = asked.pop(0)
            voter = self._machine_of(send.to)
            if isinstance(send.message, Promise):
                runtime.receive(me, send.message)
            elif voter is not None:
                self.replicas[voter].receive(me, send.message)
                if voter != machine:
                    for promise in self._said(voter, Promise):
                        runtime.receive(self._name_of(voter), promise.message)
            asked += self._said(machine, Prepare, Promise)

    # ---------------------------------------------------------------- entries

    def ask(self, token: Token, operation: Operation) -> list[Response]:
        """A request reaches the leader; the answers that are given at once."""
        self._lease()
        self._leading.receive(ROUTER, Request(token, operation))
        return self._answers()

    def choose_next(self) -> int | None:
        """The next entry is chosen; its slot, None if there is none on its way."""
        ledger = self._leading.replica.ledger
        entries = [slot for slot, _ in self.entries() if slot > ledger.commit]
        if not entries:
            return None
        while ledger.commit < entries[0]:
            self._decide(ledger.commit + 1)
        if entries[0] > self.slots[-1]:
            self.slots.append(entries[0])
        self._pass_noops()
        return entries[0]

    def apply_next(self) -> list[Response] | None:
        """The leader is told that its log is durable up to the next entry; the answers that it gives, None if
        it has applied all.
        """
        assert self.leader is not None
        before = self.applied(self.leader)
        self._tell_next()
        answers = self._answers()
        if self.applied(self.leader) == before:
            return None
        self._pass_noops()
        return answers

    def follow(self, machine: str) -> bool:
        """A replica hears what the leader said when its next entry was chosen; whether it applies it."""
        before = self.applied(machine)
        commit = self._leading.replica.ledger.commit
        following = [
            slot for slot in self.slots if self.replicas[machine].replica.learner.applied < slot <= commit
        ]
        if self._leading.replica.leadership is None:
            return False
        beat = Heartbeat(
            self._leading.replica.leadership.ballot, self._now, following[0] if following else commit, 0
        )
        runtime, me = self.replicas[machine], self._leading.replica.ledger.me
        runtime.receive(me, beat)
        while asked := self._said(machine, CatchUp):
            self._leading.receive(runtime.replica.ledger.me, asked[-1].message)
            for lesson in self._said(self._machine_of(me), Learn):
                runtime.receive(me, _one_slot(lesson.message))
            if runtime.replica.ledger.commit < beat.commit:
                runtime.receive(me, beat)
        return self.applied(machine) > before

    def spawned(self, machine: str) -> list[Spawn]:
        """The replicas that a replica wants made on its machine."""
        runtime = self.replicas[machine]
        wanted, runtime.spawned = runtime.spawned, []
        return wanted

    # ---------------------------------------------------------------- duties

    def tick(self, wait: int) -> Told:
        """Time passes, and the leader has the lease at its end; what it tells services."""
        self._pass_time(wait)
        self._lease()
        self._leading.timer("heartbeat")
        return self._to_services()

    def split(self, message: SplitNow) -> bool:
        """The split service's advice reaches the leader; whether it proposes a split."""
        before = len(self.entries())
        self._lease()
        self._leading.receive("repair", message)
        self._collect(self._leading)
        return len(self.entries()) > before

    def miss(self) -> bool:
        """A member is silent until the leader has another one made; whether it has."""
        assert self.leader is not None
        self.missed = next(one for one in self.replicas if one != self.leader)
        asked = self.tick(self.settings.heal_after).placed
        for place in asked:
            if isinstance(place, Place):
                self._leading.receive("repair", Placed(place.group, place.number, "spare", "agent", 1))
        return any(isinstance(one, Create) for one in self._to_services().placed)

    def hear_all(self) -> None:
        """All members are heard of again."""
        self.missed = None
        self.tick(self.settings.heal_check)

    # ---------------------------------------------------------------- within

    @property
    def _leading(self) -> Runtime:
        assert self.leader is not None
        return self.replicas[self.leader]

    def _begin(self, machine: str, runtime: Runtime) -> None:
        self.replicas[machine] = runtime
        self._now = max(self._now, runtime.now)
        self._pass_time(0)

    def _name_of(self, machine: str) -> str:
        return self.replicas[machine].replica.ledger.me

    def _machine_of(self, replica: str) -> str | None:
        return next((one for one in self.replicas if self._name_of(one) == replica), None)

    def _pass_time(self, wait: int) -> None:
        self._now += wait
        for runtime in self.replicas.values():
            runtime.now = self._now

    def _lease(self) -> None:
        """The members grant the leader a lease, but for one that is not heard of."""
        leadership = self._leading.replica.leadership
        if leadership is None:
            return
        for member in self.members.members:
            if member.machine != self.missed:
                ack = HeartbeatAck(leadership.ballot, self._now, 0, -1)
                self._leading.receive(member.replica, ack)

    def _collect(self, runtime: Runtime) -> list[Send]:
        """What a replica has to say that waits for nothing; proposals and words to services are put aside."""
        others: list[Send] = []
        for send in runtime.take_ready():
            match send.message:
                case Accept(slot=slot):
                    self._proposals[slot] = send.message
                case Publish():
                    self.told.published.append(send.message)
                case GroupReport():
                    self.told.reported.append(send.message)
                case Place() | Create():
                    self.told.placed.append(send.message)
                case _:
                    others.append(send)
        return others

    def _to_services(self) -> Told:
        self._collect(self._leading)
        told, self.told = self.told, Told([], [], [])
        return told

    def _said(self, machine: str | None, *kinds: type[Message]) -> list[Send]:
        """The messages of some kinds that a replica sends; its log is durable, but a leader does not know."""
        assert machine is not None
        runtime = self.replicas[machine]
        if machine == self.leader and self.leads():
            runtime.write_log()
        else:
            runtime.sync()
        return [send for send in self._collect(runtime) if isinstance(send.message, kinds)]

    def _hand(self, machine: str, proposal: Accept) -> list[Send]:
        """A proposal, and nothing else with it, reaches a replica; its vote."""
        alone = Accept(proposal.ballot, proposal.slot, proposal.value, 0)
        self.replicas[machine].receive(self._name_of(machine), alone)
        return self._said(machine, Accepted)

    def _decide(self, slot: int) -> None:
        """All replicas vote, and the leader counts the votes."""
        for machine in list(self.replicas):
            for vote in self._hand(machine, self._proposals[slot]):
                self._leading.receive(self._name_of(machine), vote.message)
        self._collect(self._leading)

    def _pass_noops(self) -> None:
        """No-ops are chosen when they are next, and applied when they are next."""
        replica = self._leading.replica
        while isinstance(self._next_value(), Noop):
            self._decide(replica.ledger.commit + 1)
        while replica.learner.applied < replica.ledger.commit:
            if not isinstance(replica.ledger.entries[replica.learner.applied + 1].value, Noop):
                return
            self._tell_next()

    def _next_value(self) -> Value | None:
        leadership = self._leading.replica.leadership
        assert leadership is not None
        proposal = leadership.proposals.get(self._leading.replica.ledger.commit + 1)
        return None if proposal is None else proposal.value

    def _tell_next(self) -> None:
        """The leader learns that the entry after what it has applied is durable."""
        ledger = self._leading.replica.ledger
        entry = ledger.entries.get(self._leading.replica.learner.applied + 1)
        if entry is not None and self._leading.replica.learner.applied < ledger.commit:
            self._leading.write_log()
            self._leading.tell_synced(entry.lsn)
        self._collect(self._leading)

    def _answers(self) -> list[Response]:
        self._collect(self._leading)
        return [reply.response for reply in self._leading.take_replies()]


def _one_slot(lesson: Message) -> Learn:
    assert isinstance(lesson, Learn)
    chosen: tuple[SlotValue, ...] = lesson.chosen
    assert len(chosen) == 1
    return lesson
