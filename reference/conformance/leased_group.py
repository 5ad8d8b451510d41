"""The replicas of the reference implementation as a group that elects leaders with leases.

What the model leaves to the world is decided here: whose clock ticks, which message arrives when, which link
is cut, when a disk has written, when a timer runs out that is due. What a replica makes of it is shown.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Self

from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.conformance.lease_words import Heard, Numbers, Said
from reference.conformance.leased_member import TICK, LeasedMember
from reference.conformance.spoken import number_in
from reference.messages.configuration import Configuration, Kind, Member

APART = 1000 * TICK
"""The clocks of two members show times that are at least so far from each other."""


class LeasedGroup:
    """The actions and variables of `ElectionAsBuilt`; see `reference.conformance.leased_member` for one
    replica.
    """

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {"answer": "a client that is answered has read"}

    def __init__(self) -> None:
        self._scope: Mapping[str, int] = {}
        self._begin([])

    def reset(self, scope: Mapping[str, int]) -> None:
        """New replicas that have been up for long, nothing said."""
        self._scope = dict(scope)
        self._begin([f"Replica{number}" for number in range(1, scope["Replica"] + 1)])

    def begin(self, initial: str, args: Mapping[str, Plain]) -> None:
        """A new group, or one with a leader: it is elected, and all grant its first heartbeat. Of that
        nothing is on its way any more.
        """
        if args["leader"] is None:
            return
        leader = str(args["leader"])
        every: Plain = frozenset(self._members)
        self.step("inquire", {"n": leader})
        for member in self._members.values():
            for _ in range(self._scope["answer_ticks"]):
                member.tick()
        self.step("stand", {"n": leader, "b": "Ballot1"})
        self.step("fsync", {"n": leader})
        self._all_hear("promise", "Prepare")
        self.step("lead", {"n": leader, "q": every})
        self._all_hear("accept", "Accept")
        self.step("settle", {"n": leader, "q": every})
        self._all_hear("grant", "Heartbeat")
        for said in [said for said in self._network if said[0] == "Granted"]:
            self.step("count", {"n": leader, "m": said})
        self._network.clear()
        self._numbers.questions.clear()

    def _all_hear(self, action: str, kind: str) -> None:
        for name in self._members:
            for said in [said for said in self._network if said[0] == kind]:
                self.step(action, {"n": name, "m": said})
            self.step("fsync", {"n": name})

    def fork(self) -> Self:
        """A copy, by way of bytes."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        if action == "mend":
            self._cut.clear()
            return Done()
        name = str(args["n"])
        answer = self._step(self._members[name], name, action, args)
        self._collect(self._members[name])
        return answer

    def observe(self) -> Mapping[str, Plain]:
        """All variables but the histories that only properties read."""
        members = self._members
        slowest = min(self._clocks.values())
        return {
            "ahead": {name: shown - slowest for name, shown in self._clocks.items()},
            "disk": {name: one.disk for name, one in members.items()},
            "promised": {name: one.promised for name, one in members.items()},
            "outbox": {name: tuple(self._waiting(one)) for name, one in members.items()},
            "bound": {name: one.bound for name, one in members.items()},
            "claims": {name: one.leadership is not None for name, one in members.items()},
            "beats": {name: len(self._sent(one)) for name, one in members.items()},
            "asked": {
                name: self._by_round(one, one.leases(self._sent(one))) for name, one in members.items()
            },
            "lease": {name: one.lease for name, one in members.items()},
            "request": {name: one.asked for name, one in members.items()},
            "owner": dict(self._owner),
            "network": tuple(self._network),
            "cut": frozenset(self._cut),
            "heard": {name: one.heard for name, one in members.items()},
            "inquiry": {name: self._inquiry(one) for name, one in members.items()},
            "attempts": {name: len(self._numbers.questions.get(name, [])) for name in members},
            "fence": {name: one.fence for name, one in members.items()},
            "elected": {name: one.is_elected for name, one in members.items()},
            "settled": {name: one.is_settled for name, one in members.items()},
            "counted": {name: self._counted(one) for name, one in members.items()},
            "silence": {
                name: self._by_round(one, one.fences(self._sent(one))) for name, one in members.items()
            },
            "granted": {name: one.granted for name, one in members.items()},
            "quiet": {name: one.quiet for name, one in members.items()},
            "asking": {name: one.is_asking for name, one in members.items()},
        }

    # ---------------------------------------------------------------- stimuli

    def _step(self, member: LeasedMember, name: str, action: str, args: Mapping[str, Plain]) -> Answer:
        match action, dict(args):
            case "tick", _:
                return self._tick(member, name)
            case "deafen", _:
                self._cut |= {(other, name) for other in self._members if other != name}
                return Done()
            case "cut_link", {"source": str(source)}:
                if source == name or not self._reaches(source, name):
                    return NoStimulus("there is no such link")
                self._cut.add((source, name))
                return Done()
            case "restart", _:
                member.crash()
                return Done()
            case "writeback", _:
                member.runtime.write_back()
                return Done()
            case "fsync", _:
                member.sync()
                return Done()
            case "inquire", _:
                return self._inquire(member, name)
            case "look_again" | "drop", _:
                return self._look_at_answers(member, is_open=action == "drop")
            case "stand", {"b": str(ballot)}:
                return self._stand(member, name, ballot)
            case "lead", {"q": frozenset() as voters}:
                return self._elect(member, name, voters)
            case "settle", {"q": frozenset() as voters}:
                return self._settle(member, name, voters)
            case "beat", _:
                return self._beat(member)
            case "fall_silent", _:
                return self._fall_silent(member)
            case "relinquish", _:
                member.runtime.relinquish()
                return Done() if member.leadership is None else Refused("it does not lead")
            case "receive", _:
                return self._ask(member)
            case "answer", _:
                return self._answer(member)
            case "serve", _:
                return NoStimulus("answers to heartbeats arrive one by one")
            case _, {"m": tuple() as message}:
                return self._deliver(member, name, action, message)
            case _:
                return NoStimulus(f"{action} is unknown here")

    def _tick(self, member: LeasedMember, name: str) -> Answer:
        if self._clocks[name] - min(self._clocks.values()) >= self._scope["drift"]:
            return NoStimulus("clocks are further apart at no time")
        self._clocks[name] += 1
        member.tick()
        return Done()

    def _inquire(self, member: LeasedMember, name: str) -> Answer:
        """Its timer to look for a leader runs out."""
        before = len(self._numbers.questions.get(name, []))
        if before == self._scope["Attempt"]:
            return NoStimulus("the model counts no further attempt")
        if not member.has_timer("election"):
            return NoStimulus("no timer is set")
        member.runtime.timer("election")
        return Done() if member.is_asking and member.leadership is None else Refused("it does not ask")

    def _look_at_answers(self, member: LeasedMember, *, is_open: bool) -> Answer:
        """The time for answers is over; nothing is looked at where a leader was heard meanwhile."""
        suspicion = member.runtime.replica.elections.suspicion
        if (suspicion.asked != 0) != is_open or not member.has_timer("query"):
            return NoStimulus("there is no such question")
        if is_open and not member.is_due("query"):
            return NoStimulus("it is not yet time")
        trial = member.fork()
        trial.runtime.timer("query")
        if member.leadership is None and trial.leadership is not None:
            return Refused("it stands")
        self._members[member.name] = trial
        return Done()

    def _stand(self, member: LeasedMember, name: str, ballot: str) -> Answer:
        if self._owner.get(ballot, name) != name:
            return NoStimulus("that ballot is another's")
        if not member.is_due("query"):
            return NoStimulus("it is not yet time, or it has asked nobody")
        trial = member.fork()
        trial.look_at_answers(number_in(ballot))
        standing = trial.leadership
        if standing is None or standing.ballot.round != number_in(ballot) or member.leadership is not None:
            return Refused("it does not stand, or not in this ballot")
        self._members[name] = trial
        self._owner[ballot] = name
        return Done()

    def _elect(self, member: LeasedMember, name: str, voters: frozenset[Plain]) -> Answer:
        """The promises of some reach a candidate."""
        if member.is_elected:
            return Refused("it leads already")
        trial = member.fork()
        self._receive_all(trial, name, "Promise", voters)
        if not trial.is_elected:
            return Refused("there is no majority")
        self._members[name] = trial
        return Done()

    def _settle(self, member: LeasedMember, name: str, voters: frozenset[Plain]) -> Answer:
        """Votes reach whoever is to count them."""
        if member.is_settled:
            return Refused("it has counted them")
        trial = member.fork()
        self._receive_all(trial, name, "Accepted", voters)
        if not trial.is_settled:
            return Refused("there is no majority")
        self._members[name] = trial
        return Done()

    def _receive_all(self, member: LeasedMember, name: str, kind: str, voters: frozenset[Plain]) -> None:
        for voter in sorted(map(str, voters - {name})):
            heard = self._network.get((kind, member.promised, voter))
            if heard is not None and self._reaches(voter, name):
                for message in heard.messages:
                    member.receive(voter, message)

    def _beat(self, member: LeasedMember) -> Answer:
        """The timer of a leader's heart runs out."""
        before = len(self._sent(member))
        if before == self._scope["Round"]:
            return NoStimulus("the model counts no further heartbeat")
        if not member.is_due("heartbeat"):
            return NoStimulus("it is not yet time")
        member.runtime.timer("heartbeat")
        self._collect(member)
        return Done() if len(self._sent(member)) > before else Refused("it sends none")

    def _fall_silent(self, member: LeasedMember) -> Answer:
        """The timer that runs while a node leads, or wants to, runs out."""
        timer = "heartbeat" if member.is_elected else "campaign"
        if member.leadership is None or not member.is_due(timer):
            return NoStimulus("it is not yet time")
        trial = member.fork()
        trial.runtime.timer(timer)
        if trial.leadership is not None and len(self._sent(member)) == self._scope["Round"]:
            return NoStimulus("the model counts no further heartbeat")
        self._members[member.name] = trial
        return Done() if trial.leadership is None else Refused("it goes on")

    def _ask(self, member: LeasedMember) -> Answer:
        """A request arrives, and is looked at later."""
        if member.asked or member.leadership is None:
            return NoStimulus("a request waits, or the client knows that it does not lead")
        member.asked = True
        return Done()

    def _answer(self, member: LeasedMember) -> Answer:
        """The request is looked at; whoever is not answered asks again."""
        if not member.asked:
            return NoStimulus("nobody has asked")
        if not member.is_answered():
            return Refused("it may not serve")
        member.asked = False
        return Done()

    # ---------------------------------------------------------------- messages

    def _deliver(self, member: LeasedMember, name: str, action: str, message: Said) -> Answer:
        heard = self._network.get(message)
        if heard is None:
            return NoStimulus("nobody has sent that")
        if heard.source == name or not self._reaches(heard.source, name):
            return NoStimulus("it does not arrive")
        if message[0] in ("Healthy", "Granted") and name != self._asker(message):
            return NoStimulus("it is for another")
        before = self._state(member)
        for one in heard.messages:
            member.receive(heard.source, one)
        said = self._collect(member)
        suspicion = member.runtime.replica.elections.suspicion
        match action:
            case "promise" | "grant" | "accept" | "vouch":
                kind = {"promise": "Promise", "grant": "Granted", "accept": "Accepted", "vouch": "Healthy"}
                done = any(one[0] == kind[action] for one in said)
            case "believe":
                done = suspicion.asked != 0 and suspicion.healthy
            case _:
                done = self._state(member) != before
        return Done() if done else Refused("nothing comes of it")

    def _asker(self, message: Said) -> Plain:
        """Whom an answer is for."""
        return message[1] if message[0] == "Healthy" else self._owner.get(str(message[1]))

    def _state(self, member: LeasedMember) -> Plain:
        return self._counted(member), member.bound

    def _reaches(self, source: str, name: str) -> bool:
        return (source, name) not in self._cut

    # ---------------------------------------------------------------- what is seen

    def _sent(self, member: LeasedMember) -> list[int]:
        """When it has sent its heartbeats."""
        leadership = member.leadership
        return [] if leadership is None else self._numbers.beats.get(leadership.ballot, [])

    def _by_round(self, member: LeasedMember, left: list[Plain]) -> Plain:
        """What is left, of the heartbeats of which anything is."""
        return {f"Round{number}": ticks for number, ticks in enumerate(left, 1) if ticks != 0}

    def _counted(self, member: LeasedMember) -> Plain:
        """The last heartbeat that each is known to have granted."""
        leadership = member.leadership
        if leadership is None:
            return {}
        granted = leadership.granted.items()
        return {voter: self._numbers.round(leadership.ballot, at) for voter, at in granted}

    def _inquiry(self, member: LeasedMember) -> Plain:
        """What it has asked, and for how long it waits."""
        suspicion = member.runtime.replica.elections.suspicion
        if suspicion.asked == 0:
            return None
        attempt = self._numbers.attempt(member.name, suspicion.asked)
        return "Inquiry", attempt, member.left(member.runtime.due.get("query", 0)), suspicion.healthy

    def _waiting(self, member: LeasedMember) -> list[Said]:
        every = [self._numbers.said(member.name, send) for send in member.waiting]
        return list(dict.fromkeys([said for said in every if said is not None]))

    # ---------------------------------------------------------------- what was said

    def _begin(self, names: list[str]) -> None:
        members = Configuration(tuple([Member(name, Kind.STORAGE, f"m-{name}") for name in names]))
        self._members = {
            name: LeasedMember(name, members, self._scope, number * APART)
            for number, name in enumerate(names)
        }
        self._clocks = dict.fromkeys(names, 0)
        self._cut: set[tuple[str, str]] = set()
        self._owner: dict[str, str] = {}
        self._network: dict[Said, Heard] = {}
        self._numbers = Numbers({}, {})

    def _collect(self, member: LeasedMember) -> list[Said]:
        """All that it has said just now, sent or not."""
        if member.asked and member.leadership is None:
            member.asked = member.is_answered()
        ready = member.say()
        for send in [*ready, *member.waiting]:
            self._numbers.note(member.name, send.message)
        every: list[Said] = []
        for send in ready:
            said = self._numbers.said(member.name, send)
            if said is not None:
                heard = self._network.setdefault(said, Heard(member.name, []))
                if send.message not in heard.messages:
                    heard.messages.append(send.message)
                every.append(said)
        return [*every, *self._waiting(member)]
