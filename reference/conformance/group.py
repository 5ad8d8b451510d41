"""The replicas of the reference implementation as a replication group: logs, disks, leaders, clients.

What the model leaves to the world is decided here: which message arrives when, when a disk has written,
when time
has passed, and who gets the lease. Nothing that a replica has to decide is: it is asked by a message, a
client's
request or a timer, and what it then says, writes and answers is shown.

Three things are held back that the code does at once. Its proposals wait for the next sync, as if the
network were
slow; the no-op with which a new leader finds out what is chosen waits for the model's step; and what a leader
says of a chosen slot goes out alone, not with the next proposal.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Self, cast

from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.conformance.runtime import SETTINGS
from reference.conformance.spoken import (
    Spoken,
    ballot_name,
    number_in,
    slot_name,
)
from reference.conformance.storing_member import StoringMember
from reference.messages.ballot import Ballot
from reference.messages.client import Found, Get, Put, Written
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.replication import Accept, Heartbeat, HeartbeatAck, Prepare, Rejected
from reference.messages.values import Write

OF_REPLICA = ("member", "promised", "log", "disk", "table", "leadership", "outbox")
"""What of the group's variables is one replica's."""


class ReplicationGroup:
    """The actions and variables of `Replication`; see `reference.conformance.storing_member` for one
    replica.
    """

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {
        "read_strong": "a client that is answered has read",
        "acknowledge": "a client that is answered takes its write for done",
    }

    def __init__(self) -> None:
        self._missed = False
        self._begin(0, 0)

    def reset(self, scope: Mapping[str, int]) -> None:
        """New replicas, nothing said."""
        self._begin(scope["Replica"], scope["Slot"])

    def fork(self) -> Self:
        """A copy, by way of bytes: twice as fast as one object at a time."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        member = self._members[str(args["n"])]
        match action, dict(args):
            case "lose_disk", _:
                self._silenced(member)
                member.lose_disk()
                return Done()
            case "crash", _ if not member.is_member:
                return Done()
            case _ if not member.is_member:
                return NoStimulus("this replica has ended for ever")
            case "crash", _:
                self._silenced(member)
                member.crash()
                return Done()
            case "writeback", _:
                member.runtime.write_back()
                return Done()
            case "fsync", _:
                member.runtime.sync()
                self._collect(member, synced=True)
                return Done()
            case "prepare", {"b": str(ballot)}:
                return self._stand(member, ballot)
            case "promise", {"m": tuple() as message}:
                return self._deliver_prepare(member, message)
            case "accept", {"m": tuple() as message}:
                return self._deliver_accept(member, message)
            case "apply", {"m": tuple() as message}:
                return self._deliver_commit(member, message)
            case "lead", {"q": frozenset() as quorum, "leased": bool(leased)}:
                return self._elect(member, quorum, leased=leased)
            case "renew_lease", _:
                return NoStimulus("the lease goes with the ballot")
            case "propose", {"v": value}:
                return self._barrier(member) if value is None else self._write(member, str(value))
            case "commit", {"s": str(slot), "q": frozenset() as quorum}:
                return self._count_votes(member, slot, quorum)
            case "acknowledge", {"s": str(slot)}:
                return self._ask_again(member, number_in(slot))
            case "read_strong", _:
                return self._read(member)
            case "read_eventual", _:
                found = member.ask("reader", Get(b"nothing", strong=False))
                return Done() if isinstance(found, Found) else Refused(f"it answers {found}")
            case _:
                return NoStimulus(f"{action} is unknown here")

    def observe(self) -> Mapping[str, Plain]:
        """All variables but the histories that only properties read."""
        shown = {name: self.observe_one(name) for name in self._members}
        return {
            **{one: {name: shown[name][one] for name in shown} for one in OF_REPLICA},
            "owner": dict(self._owner),
            "network": tuple([one.plain for one in self._network.values()]),
            "acked": frozenset([(slot_name(slot), value) for slot, value in self._acked]),
            "missed": self._missed,
        }

    def observe_one(self, name: str) -> dict[str, Plain]:
        """What one replica has: the variables of `OF_REPLICA`."""
        one = self._members[name]
        return {
            "member": one.is_member,
            "promised": one.promised,
            "log": one.log,
            "disk": one.disk,
            "table": one.table,
            "leadership": one.leadership(self._slots),
            "outbox": tuple([said.plain for said in self._waiting(name)]),
        }

    @property
    def sent(self) -> tuple[tuple[Plain, ...], ...]:
        """All messages that were ever sent, in their order: any of them may arrive, now and again."""
        return tuple([cast("tuple[Plain, ...]", one.plain) for one in self._network.values()])

    # ---------------------------------------------------------------- elections

    def _stand(self, member: StoringMember, ballot: str) -> Answer:
        """Its leader is silent, its peers hear none, and a lower ballot was the highest that it has
        heard of.
        """
        if self._owner.get(ballot, member.name) != member.name:
            return NoStimulus("that ballot is another's")
        number = number_in(ballot)
        trial = member.fork()
        trial.give_up()
        trial.runtime.receive(member.name, Rejected(Ballot(number - 1, "")))
        trial.runtime.now += SETTINGS.election_max
        trial.runtime.timer("election")
        trial.runtime.timer("query")
        standing = trial.runtime.replica.leadership
        if standing is None or standing.ballot.round != number:
            return Refused("its next ballot is another")
        self._members[member.name] = trial
        self._owner[ballot] = member.name
        self._collect(trial)
        return Done()

    def _elect(self, member: StoringMember, quorum: frozenset[Plain], *, leased: bool) -> Answer:
        """The promises of a quorum reach a candidate, its own last; whoever leads then gets the lease
        at once.
        """
        leadership = member.runtime.replica.leadership
        if leadership is None or member.is_elected():
            return Refused("it is no candidate")
        ballot = ballot_name(leadership.ballot)
        arrived = [
            one
            for voter in sorted(map(str, quorum), key=lambda name: name == member.name)
            for one in self._network.values()
            if one.said[:3] == ("Promise", ballot, voter)
        ]
        phase = leadership.phase_one
        for one in arrived:
            member.runtime.receive(one.source, one.message)
        if phase is None or not member.is_elected():
            return Refused("there is no quorum of promises")
        if not phase.gathered:
            # Nobody has told of anything, now or before: what it proposes is the no-op.
            member.hold_barrier(leadership.barrier)
        self._collect(member)
        if leased:
            self._lease(member)
        return Done()

    def _lease(self, member: StoringMember) -> None:
        """The lease of all others is over, and a quorum grants it to this one."""
        for other in self._members.values():
            if other.is_leased:
                other.runtime.now += SETTINGS.lease_hold
        leadership = member.runtime.replica.leadership
        if leadership is not None:
            for name in self._members:
                member.runtime.receive(name, HeartbeatAck(leadership.ballot, member.runtime.now, 0, -1))
        self._collect(member)

    # ---------------------------------------------------------------- messages

    def _deliver_prepare(self, member: StoringMember, message: tuple[Plain, ...]) -> Answer:
        sent = self._network.get(message)
        if sent is None or not isinstance(sent.message, Prepare):
            return NoStimulus("nobody has sent that")
        if sent.message.ballot > member.runtime.replica.ledger.promised:
            # Whom it follows it answers at once, and one before that never.
            member.wait_for_grants()
        member.runtime.receive(sent.source, sent.message)
        return self._answered(member, "Promise")

    def _deliver_accept(self, member: StoringMember, message: tuple[Plain, ...]) -> Answer:
        sent = self._network.get(message)
        if sent is None or not isinstance(sent.message, Accept):
            return NoStimulus("nobody has sent that")
        alone = Accept(sent.message.ballot, sent.message.slot, sent.message.value, 0)
        member.receive_accept(sent.source, alone)
        return self._answered(member, "Accepted")

    def _answered(self, member: StoringMember, kind: str) -> Answer:
        done = any(one.said[0] == kind for one in self._collect(member))
        return Done() if done else Refused("it answers with a rejection, or not at all")

    def _deliver_commit(self, member: StoringMember, message: tuple[Plain, ...]) -> Answer:
        sent = self._network.get(message)
        if sent is None or not isinstance(sent.message, Heartbeat):
            return NoStimulus("nobody has sent that")
        before = len(member.table)
        member.runtime.receive(sent.source, sent.message)
        self._collect(member)
        return Done() if len(member.table) > before else Refused("it has nothing more to apply")

    def _count_votes(self, member: StoringMember, slot: str, quorum: frozenset[Plain]) -> Answer:
        """Votes reach whoever is to count them, who says with the next heartbeat what is chosen."""
        arrived = [
            one
            for one in self._network.values()
            if one.said[0] == "Accepted" and one.said[1] == member.promised and one.said[2] == slot
            if one.source in quorum
        ]
        if not arrived:
            return NoStimulus("nobody has voted for that")
        for one in arrived:
            member.runtime.receive(one.source, one.message)
        if len(member.table) < number_in(slot):
            self._collect(member)
            return Refused("that is not enough votes")
        member.runtime.timer("heartbeat")
        self._collect(member)
        return Done()

    # ---------------------------------------------------------------- clients

    def _barrier(self, member: StoringMember) -> Answer:
        if not member.release_barrier():
            return Refused("it has no no-op to propose")
        self._collect(member)
        return Done()

    def _write(self, member: StoringMember, value: str) -> Answer:
        """A client of its own for each write: no two writes are one."""
        leadership = member.runtime.replica.leadership
        if leadership is not None and leadership.next_slot > self._slots:
            return NoStimulus("the model's log has no further slot")
        self._clients += 1
        client = f"client{self._clients}"
        answer = member.ask(client, Put(client.encode(), value.encode()))
        self._collect(member)
        return Done() if answer is None else Refused(f"it answers {answer}")

    def _ask_again(self, member: StoringMember, slot: int) -> Answer:
        """The client that wrote the slot asks what became of its request."""
        entry = member.runtime.replica.ledger.entries.get(slot)
        if entry is None or not isinstance(entry.value, Write):
            return NoStimulus("nobody waits for that slot")
        written = entry.value
        answer = member.ask(written.token.client, written.operation)
        self._collect(member)
        if not isinstance(answer, Written):
            return Refused(f"it answers {answer}")
        assert isinstance(written.operation, Put)
        self._acked[(answer.slot, written.operation.value.decode())] = written.operation.key
        return Done()

    def _read(self, member: StoringMember) -> Answer:
        """A client looks for all that was acknowledged."""
        for key in [b"nothing", *self._acked.values()]:
            found = member.ask("reader", Get(key, strong=True))
            if not isinstance(found, Found):
                return Refused(f"it answers {found}")
            if key != b"nothing" and found.value is None:
                self._missed = True
        return Done()

    # ---------------------------------------------------------------- what was said

    def _begin(self, replicas: int, slots: int) -> None:
        names = [f"Replica{number}" for number in range(1, replicas + 1)]
        members = Configuration(tuple([Member(name, Kind.STORAGE, f"m-{name}") for name in names]))
        self._members = {name: StoringMember(name, members) for name in names}
        self._slots = slots
        self._network: dict[tuple[Plain, ...], Spoken] = {}
        self._slow: dict[str, dict[tuple[Plain, ...], Spoken]] = {name: {} for name in names}
        self._owner: dict[str, str] = {}
        self._acked: dict[tuple[int, str], bytes] = {}
        self._missed = False
        self._clients = 0

    def _collect(self, member: StoringMember, *, synced: bool = False) -> list[Spoken]:
        """Sends what waits for nothing; all that it has said just now, sent or not."""
        slow = self._slow[member.name]
        if synced:
            self._network |= slow
            slow.clear()
        ready = member.say()
        for one in ready:
            if one.said[0] == "Accept" and member.runtime.syncing and one.said not in self._network:
                slow[one.said] = one
            else:
                self._network.setdefault(one.said, one)
        for slot, value, key in member.early_answers():
            self._acked[(slot, value)] = key
        return [*ready, *member.waiting]

    def _waiting(self, name: str) -> list[Spoken]:
        """What waits in a replica's outbox, and is not on its way already."""
        every = {one.said: one for one in (*self._slow[name].values(), *self._members[name].waiting)}
        return list(every.values())

    def _silenced(self, member: StoringMember) -> None:
        """What was on its way from it is lost."""
        self._slow[member.name].clear()
