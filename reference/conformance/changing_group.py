"""The replicas of the reference implementation as a group whose members change: log replicas come and go.

What the model leaves to the world is decided here: which message arrives when, who is not heard of, who
gets the lease, on which machine a new replica is made. What a leader does about a member that it misses is
for it to say: it is told that time has passed, and whom it has not heard of.

One thing is held back that the code does at once: what a leader says of a chosen slot goes out alone, not
with the next proposal.
"""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Mapping
from typing import Self

from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.conformance.changing_member import SETTINGS, ChangingMember
from reference.conformance.member_words import Said, key_of, kinds_of, model_name
from reference.conformance.spoken import number_in
from reference.membership.healing import MEMBERS
from reference.messages.client import Found, Get, Put
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.membership import Create, Place, Placed
from reference.messages.records import Identity
from reference.messages.replication import FetchTable, Heartbeat, HeartbeatAck

READER = "reader"


class ChangingGroup:
    """The actions and variables of `LogReplicasAsBuilt`; see `reference.conformance.changing_member` for one
    replica.
    """

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {"read": "a client that is answered has read"}

    def __init__(self) -> None:
        self._make(0, 0, ())

    def reset(self, scope: Mapping[str, int]) -> None:
        """No group yet."""
        self._make(scope["Replica"], scope["Slot"], ())

    def begin(self, initial: str, args: Mapping[str, Plain]) -> None:
        """A leader is elected, has its no-op chosen, and says so; of that nothing else is on its way any
        more.
        """
        members, log = args["members"], args["log"]
        assert isinstance(members, frozenset)
        names = sorted(map(str, members))
        kinds = [Kind.LOG if name == log != args["leader"] else Kind.STORAGE for name in names]
        self._make(len(self._names), self._slots, tuple(zip(names, kinds, strict=True)))
        leader = str(args["leader"])
        every: Plain = frozenset(names)
        self.step("stand", {"n": leader, "b": "Ballot1"})
        for kind, action in (("Prepare", "promise"), ("Accept", "accept"), ("Beat", "hear")):
            if kind == "Accept":
                self.step("lead", {"n": leader, "voters": every})
            elif kind == "Beat":
                self.step("commit", {"n": leader, "s": "Slot1", "voters": every})
            for name in names:
                for one in [one for one in self._network.values() if one.plain[0] == kind]:
                    self.step(action, {"n": name, "m": one.plain})
        told: Plain = ("Beat", "Ballot1", 1)
        beat = self._network[key_of(told)]
        self._network.clear()
        self._network[key_of(told)] = beat

    def fork(self) -> Self:
        """A copy, by way of bytes."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        name = str(args["n"])
        member = self._members.get(name)
        if member is None or member.life == "ENDED":
            return NoStimulus("there is no such replica, or it has ended for ever")
        match action, dict(args):
            case "fail", _:
                del self._members[name]
                self._ended[name] = True
                return Done()
            case "stand", {"b": str(ballot)}:
                return self._stand(member, name, ballot)
            case "lead", {"voters": frozenset() as voters}:
                return self._elect(member, name, voters)
            case "commit", {"s": str(slot), "voters": frozenset() as voters}:
                return self._count_votes(member, slot, voters)
            case "write", {"v": str(value)}:
                return self._write(member, value)
            case "read", _:
                found = member.ask(READER, Get(b"nothing", strong=False))
                return Done() if isinstance(found, Found) else Refused(f"it answers {found}")
            case "copy", _:
                return self._copy(member)
            case "rebuild", {"m": tuple() as message, "c": tuple() as page}:
                return self._rebuild(member, message, page)
            case _, {"m": tuple() as message}:
                return self._deliver(member, message)
            case "invite", {"r": str(other)}:
                return self._invite(member, name, other)
            case "give_up", _:
                return self._repair(member, missing=self._other(member), wait=2 * SETTINGS.join_wait)
            case "add_log", _:
                return self._repair(member, missing=self._other(member))
            case "remove", {"r": str(other)}:
                return self._repair(member, missing=other)
            case "abort", _:
                return self._repair(member, missing=None)
            case "ask_to_rebuild", _:
                return self._repair(member, missing=self._needed(member))
            case "promote", {"r": str(other)}:
                return self._promote(member, other)
            case _:
                return NoStimulus(f"{action} is unknown here")

    def observe(self) -> Mapping[str, Plain]:
        """All variables."""
        running = {name: one for name, one in self._members.items() if one.life != "ENDED"}
        lives = {
            name: "ENDED" if name in self._ended or name in self._members else "FREE" for name in self._names
        }
        return {
            "origin": kinds_of(self._configuration),
            "life": lives | {name: one.life for name, one in running.items()},
            "promised": dict.fromkeys(self._names) | {name: one.promised for name, one in running.items()},
            "log": {name: running[name].log if name in running else {} for name in self._names},
            "chosen": {name: running[name].chosen if name in running else 0 for name in self._names},
            "kinds": {name: running[name].kinds if name in running else {} for name in self._names},
            "has_items": {name: name in running and running[name].table is not None for name in self._names},
            "table": {name: (running[name].table or ()) if name in running else () for name in self._names},
            "attempt": dict.fromkeys(self._names) | {name: one.attempt for name, one in running.items()},
            "owner": dict(self._owner),
            "network": tuple([one.plain for one in self._network.values()]),
        }

    # ---------------------------------------------------------------- elections and votes

    def _stand(self, member: ChangingMember, name: str, ballot: str) -> Answer:
        if self._owner.get(ballot, name) != name:
            return NoStimulus("that ballot is another's")
        trial = member.fork()
        if not trial.stand(number_in(ballot)):
            return Refused("it does not stand, or not in this ballot")
        self._members[name] = trial
        self._owner[ballot] = name
        self._collect(trial)
        return Done()

    def _elect(self, member: ChangingMember, name: str, voters: frozenset[Plain]) -> Answer:
        """The last promise of each reaches a candidate, or a leader that asks again."""
        trial = member.fork()
        phase = (
            None if trial.runtime.replica.leadership is None else trial.runtime.replica.leadership.phase_one
        )
        if phase is None:
            return Refused("it asks for no promises")
        promised = trial.promised
        latest = {
            one.plain[2]: one
            for one in self._network.values()
            if one.plain[:2] == ("Promise", promised) and one.plain[2] in voters
            if isinstance(one.plain[3], int) and one.plain[3] < phase.first
        }
        for one in latest.values():
            trial.receive(one.source, one.message)
        leadership = trial.runtime.replica.leadership
        if leadership is None or leadership.phase_one is not None:
            return Refused("there is no quorum of promises")
        if self._is_beyond(trial):
            return NoStimulus("the model's log has no further slot")
        self._members[name] = trial
        self._collect(trial)
        return Done()

    def _count_votes(self, member: ChangingMember, slot: str, voters: frozenset[Plain]) -> Answer:
        """Votes reach whoever is to count them, who says with the next heartbeat what is chosen."""
        before = member.chosen
        for one in list(self._network.values()):
            if one.plain[:3] == ("Accepted", member.promised, slot) and one.plain[3] in voters:
                member.receive(one.source, one.message)
        if member.chosen == before and member.life == "MEMBER":
            return Refused("that is not enough votes")
        member.runtime.timer("heartbeat")
        self._collect(member)
        return Done()

    def _write(self, member: ChangingMember, value: str) -> Answer:
        """A client of its own for each write: no two writes are one."""
        self._clients += 1
        client = f"client{self._clients}"
        trial = member.fork()
        trial.lease()
        answer = trial.ask(client, Put(client.encode(), value.encode()))
        if self._is_beyond(trial):
            return NoStimulus("the model's log has no further slot")
        trial.end_lease()
        self._members[model_name(trial.name)] = trial
        self._collect(trial)
        return Done() if answer is None else Refused(f"it answers {answer}")

    def _is_beyond(self, member: ChangingMember) -> bool:
        leadership = member.runtime.replica.leadership
        return leadership is not None and leadership.next_slot > self._slots + 1

    def _deliver(self, member: ChangingMember, message: tuple[Plain, ...]) -> Answer:
        sent = self._network.get(key_of(message))
        if sent is None:
            return NoStimulus("nobody has sent that")
        before = self._state(member)
        member.receive(sent.source, sent.message)
        done = bool(self._collect(member)) or member.acknowledged
        return Done() if done or self._state(member) != before else Refused("nothing comes of it")

    def _state(self, member: ChangingMember) -> Plain:
        return (member.life, member.promised, member.log, member.chosen, member.attempt)

    # ---------------------------------------------------------------- repairs

    def _other(self, member: ChangingMember) -> str | None:
        """A member that is not heard of: a log replica first, for the others have the items."""
        configuration = member.runtime.replica.ledger.configuration
        others = [one for one in configuration.members if one.replica != member.name]
        logs = [one for one in others if one.kind is Kind.LOG]
        return next((model_name(one.replica) for one in (*logs, *others)), None)

    def _needed(self, member: ChangingMember) -> str | None:
        """A member that is not heard of, and cannot be done without, where there is one too many."""
        configuration = member.runtime.replica.ledger.configuration
        others = [model_name(one.replica) for one in configuration.storage() if one.replica != member.name]
        return others[0] if len(configuration.members) > MEMBERS and others else None

    def _repair(
        self, member: ChangingMember, *, missing: str | None, wait: int = SETTINGS.heal_after
    ) -> Answer:
        """The leader looks after repairs, and misses a member, or none."""
        before = self._state(member)
        trial = member.fork()
        trial.look_after(missing=missing, wait=wait)
        if self._is_beyond(trial):
            return NoStimulus("the model's log has no further slot")
        trial.end_lease()
        self._members[model_name(trial.name)] = trial
        done = bool(self._collect(trial)) or self._state(trial) != before
        return Done() if done else Refused("nothing comes of it")

    def _invite(self, member: ChangingMember, name: str, other: str) -> Answer:
        """The leader asks for a machine, is given one that is free, and the machine makes the replica."""
        if other in self._members or other in self._ended:
            return NoStimulus("the machine is in use")
        trial = member.fork()
        asked = trial.look_after(missing=self._other(member))
        place = next((one for one in asked if isinstance(one, Place)), None)
        if place is None:
            return Refused("it asks for no machine")
        placed = Placed(place.group, place.number, f"m-{other}", "agent", 1)
        trial.runtime.receive("repair", placed)
        create = next((one for one in trial.to_services() if isinstance(one, Create)), None)
        trial.end_lease()
        if create is None:
            return Refused("it has no replica made")
        self._members[name] = trial
        self._members[other] = ChangingMember(create.identity, has_table=False)
        self._collect(trial)
        return Done()

    def _promote(self, member: ChangingMember, other: str) -> Answer:
        """The log replica has told the leader that it has the items."""
        told = [one for one in self._network.values() if one.plain == ("Ready", member.promised, other)]
        for one in told:
            if isinstance(one.message, HeartbeatAck):
                member.runtime.receive(one.source, one.message)
        return self._repair(member, missing=self._needed(member))

    def _copy(self, member: ChangingMember) -> Answer:
        """Somebody wants its table."""
        member.runtime.receive(READER, FetchTable(None, None))
        return Done() if self._collect(member) else Refused("it has no items")

    def _rebuild(self, member: ChangingMember, message: tuple[Plain, ...], page: tuple[Plain, ...]) -> Answer:
        """The leader wants it to have the items; the first page that it asks for arrives, and is the last."""
        sent, items = self._network.get(key_of(message)), self._network.get(key_of(page))
        if sent is None or items is None:
            return NoStimulus("nobody has sent that")
        member.runtime.receive(sent.source, sent.message)
        if member.take_fetch() is None:
            return Refused("it wants no items")
        member.runtime.receive(items.source, items.message)
        self._collect(member)
        return Done() if member.table is not None else Refused("it does not take them")

    # ---------------------------------------------------------------- what was said

    def _make(self, replicas: int, slots: int, members: tuple[tuple[str, Kind], ...]) -> None:
        self._names = [f"Replica{number}" for number in range(1, replicas + 1)]
        self._slots = slots
        self._configuration = Configuration(
            tuple([Member(name, kind, f"m-{name}") for name, kind in members])
        )
        self._members = {
            name: ChangingMember(self._identity(name), has_table=kind is Kind.STORAGE)
            for name, kind in members
        }
        self._ended: dict[str, bool] = {}
        self._network: dict[Hashable, Said] = {}
        self._owner: dict[str, str] = {}
        self._clients = 0

    def _identity(self, name: str) -> Identity:
        return Identity(name, "g", f"m-{name}", 0, self._configuration)

    def _collect(self, member: ChangingMember) -> list[Said]:
        """All that it has said just now, for the first time or again, but for the beat of its heart."""
        every = member.say()
        for one in every:
            self._network.setdefault(key_of(one.plain), one)
        return [one for one in every if not isinstance(one.message, Heartbeat)]
