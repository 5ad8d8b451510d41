"""A table of the reference implementation that splits: partitions, the router, its map and the split service.

Partitions are groups of real replicas (`reference.conformance.splitting_group`), and the new ones are those
that the replicas of the old ones had made. What a partition has been is remembered as a replica had it: the
present states are read anew from the tables.

Which replica of a partition a router asks is no matter here: whoever it is, the leader answers.
"""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Mapping
from typing import Self

from reference.conformance.answers import Answer, Done, NoStimulus, Plain, Refused
from reference.conformance.member_words import key_of
from reference.conformance.split_history import SplitHistory, Words
from reference.conformance.splitting_group import NEVER, ROUTER, SERVICES, SplittingGroup, settings_for
from reference.membership.repair_service import RepairService
from reference.messages.client import Found, Get, Put, Request, Response, StaleRoute, Token, Written
from reference.messages.membership import SplitNow
from reference.messages.routing import Lookup, Publish
from reference.messages.union import Message
from reference.messages.values import Split, Value, Write
from reference.node import Effect, Reply, Send
from reference.routing.map_node import MapNode
from reference.routing.router import BACKOFF, TRY_TIME, Router


class SplittingTable:
    """Actions and variables of `SplitAsBuilt`."""

    hidden: Mapping[str, str] = {}
    may_refuse: Mapping[str, str] = {}
    answers: Mapping[str, str] = {
        "read": "a client that is answered has read",
        "publish": "a leader that publishes tells of what it has",
    }

    def __init__(self) -> None:
        self.reset({"window": 3})

    def reset(self, scope: Mapping[str, int]) -> None:
        """No partition yet."""
        self._scope = scope
        self._settings = settings_for(scope["window"])
        self._machines = [f"Member{number}" for number in range(1, scope.get("Member", 0) + 1)]
        self._parts = [f"Part{number}" for number in range(1, scope.get("Part", 0) + 1)]
        self._keys = [f"Key{number}" for number in range(1, scope.get("Key", 0) + 1)]
        self._groups: dict[str, SplittingGroup] = {}
        requests = [f"Request{number}" for number in range(1, scope.get("Request", 0) + 1)]
        self._history = SplitHistory(self._keys, requests)
        self._before: dict[str, int] = {}
        self._network: dict[Hashable, tuple[Words, Message | None]] = {}
        self._router = Router(("map",), (), 1)
        self._router_now = 0
        self._map_node = MapNode()
        self._service = RepairService(0, NEVER)
        self._asked: dict[str, str] = {}
        self._lookups: dict[str, Lookup] = {}
        self._readers = 0
        self._first = ""

    def begin(self, initial: str, args: Mapping[str, Plain]) -> None:
        """A leader is elected, items are written perhaps, everybody applies all; all maps are right."""
        part, machine, last = str(args["p"]), str(args["n"]), args["last"]
        group = SplittingGroup.whole("g", self._settings, self._machines)
        self._first = part
        self._groups[part] = group
        group.elect(machine, 0)
        group.slots = [group.partition(machine).table.slot]
        for number, key in enumerate(last if isinstance(last, tuple) else ()):
            group.ask(Token(f"before{number}", 1), Put(str(key).encode(), b"before"))
            group.choose_next()
            group.apply_next()
        for other in self._machines:
            while other != machine and group.follow(other):
                pass
        group.slots = group.slots[-1:]
        partition = group.partition(machine)
        self._before = {key: int(key.encode() in partition.items()) for key in self._keys}
        self._history.begin(group.name, part, partition)
        for publish in group.tick(SERVICES.publish_every).published:
            self._publish(publish)
            self._map_node.receive("leader", publish, 0)
            self._router.cache.merge([publish.route])

    def fork(self) -> Self:
        """A copy, by way of bytes."""
        copied: Self = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def step(self, action: str, args: Mapping[str, Plain]) -> Answer:
        """One stimulus."""
        match action, dict(args):
            case "write", {"i": str(request), "k": str(key)}:
                return self._write(request, key)
            case "retry", _:
                return self._retry()
            case "hear", {"i": str(request), "m": tuple() as message}:
                return self._hear(request, message)
            case "locate", {"i": str(request)}:
                return self._locate(request)
            case "inform", {"m": tuple() as message}:
                return self._inform(message)
            case "activate", {"c": str(part), "m": tuple() as seed, "n": str(machine)}:
                return self._activate(part, seed, machine)
            case "answer" | "take_seed", _:
                return NoStimulus("reads are answered at once, and seeds are never sent")
            case _:
                part = str(args["p"])
                group = self._groups.get(part)
                if group is None or group.leader is None:
                    return NoStimulus("nobody leads that partition")
                return self._at(part, group, action, args)

    def _at(self, part: str, group: SplittingGroup, action: str, args: Mapping[str, Plain]) -> Answer:
        """A stimulus for a partition's replicas."""
        match action, dict(args):
            case "admit", {"m": tuple() as message}:
                return self._admit(part, group, message)
            case "read", {"k": str(key)}:
                return self._read(part, group, key)
            case "order", _:
                return self._order(group)
            case "catch_up", _:
                return self._catch_up(part, group)
            case "follow", {"n": str(machine)}:
                return self._follow(group, machine)
            case "change_leader", {"n": str(machine), "kept": int(kept)}:
                return self._change_leader(group, machine, kept)
            case "lose_member", _ if not group.is_whole():
                return NoStimulus("it misses somebody already")
            case "lose_member", _:
                return Done() if group.miss() else Refused("it has no replica made")
            case "heal", _ if group.is_whole():
                return NoStimulus("it misses nobody")
            case "heal", _:
                group.hear_all()
                return Done() if group.is_whole() else Refused("it goes on with its repair")
            case "advise", _:
                return self._advise(part, group)
            case "split", {"k": str(key), "c": str(child)}:
                return self._split(part, group, key, child)
            case "publish", _:
                published = group.tick(SERVICES.publish_every).published
                for publish in published:
                    self._publish(publish)
                return Done() if published else Refused("it publishes nothing")
            case _:
                return NoStimulus(f"{action} is unknown here")

    def observe(self) -> Mapping[str, Plain]:
        """All variables but the histories that only properties read."""
        begun = {part: group for part, group in self._groups.items() if group.leader is not None}

        def each(nobody: Plain, shown: Mapping[str, Plain]) -> Mapping[str, Plain]:
            return dict.fromkeys(self._parts, nobody) | dict(shown)

        return {
            "states": each((), {part: self._states(group) for part, group in begun.items()}),
            "applied": each(0, {part: group.applied(str(group.leader)) for part, group in begun.items()}),
            "pending": each((), {part: self._pending(part, group) for part, group in begun.items()}),
            "whole": each(True, {part: group.is_whole() for part, group in begun.items()}),
            "seeded": each(
                0,
                {part: len(group.replicas) for part, group in self._groups.items() if part != self._first},
            ),
            "named": {part: part in self._history.named for part in self._parts},
            "asked": dict(self._asked),
            "network": tuple([plain for plain, _ in self._network.values()]),
            "log": each((), {part: self._log(part, group) for part, group in begun.items()}),
            "chosen": each(0, {part: group.chosen() for part, group in begun.items()}),
            "barrier": each(0, {part: group.barrier() for part, group in begun.items()}),
            "leader": each(
                None, {part: group.leader if group.leads() else None for part, group in begun.items()}
            ),
            "reached": {part: self._reached(self._groups.get(part)) for part in self._parts},
            "samples": each(
                (), {part: tuple([key.decode() for key in group.samples()]) for part, group in begun.items()}
            ),
            "before": dict(self._before),
            "cache": {key: self._history.known(self._router.cache.find(key.encode())) for key in self._keys},
            "mapped": {
                key: self._history.known(self._map_node.routes.find(key.encode())) for key in self._keys
            },
            "tried": {
                request: self._history.part_at(tried)
                for request in self._asked
                if (tried := self._router.tried(Token(request, 1))) is not None
            },
        }

    # ---------------------------------------------------------------- the router and its map

    def _write(self, request: str, key: str) -> Answer:
        if request in self._asked:
            return NoStimulus("a client has one request")
        self._asked[request] = key
        self._submit(request)
        return Done()

    def _submit(self, request: str) -> None:
        """A client asks the router, perhaps again."""
        operation = Put(self._asked[request].encode(), request.encode())
        self._sent(
            self._router.receive(
                f"client of {request}", Request(Token(request, 1), operation), self._router_now
            )
        )

    def _sent(self, effects: list[Effect]) -> bool:
        """What the router sends; whether it asks a partition."""
        asks = False
        for effect in effects:
            match effect:
                case Send(message=Lookup() as lookup):
                    for request, asked in self._asked.items():
                        if asked.encode() == lookup.key:
                            self._lookups[request] = lookup
                case Send(to=to, message=Request(token=token)):
                    key = self._asked[token.client]
                    self._say(("Put", token.client, key, self._history.part_at(to), 0), effect.message)
                    asks = True
                case _:
                    pass
        return asks

    def _retry(self) -> Answer:
        """Time passes; a client whose request takes too long asks once more."""
        self._router_now += TRY_TIME + BACKOFF
        effects = self._router.timer("tick", self._router_now)
        asks = self._sent(effects)
        for effect in effects:
            if isinstance(effect, Reply):
                self._submit(effect.response.token.client)
                asks = True
        return Done() if asks else Refused("nothing is under way")

    def _hear(self, request: str, message: Words) -> Answer:
        """The refusal comes from whom the router asked, if that is one of this partition."""
        sent = self._heard_of(message)
        if not isinstance(sent, Response) or message[1] != request:
            return NoStimulus("nobody has answered that")
        part = str(message[2])
        tried = self._router.tried(Token(request, 1))
        same = tried is not None and self._history.part_at(tried) == part
        source = str(tried) if same else self._groups[part].members.ids()[0]
        effects = self._router.receive(source, sent, self._router_now)
        return Done() if effects else Refused("it does not wait for that")

    def _locate(self, request: str) -> Answer:
        if request not in self._lookups:
            return NoStimulus("nobody asked for that key")
        for effect in self._map_node.receive(ROUTER, self._lookups[request], 0):
            if isinstance(effect, Send):
                self._sent(self._router.receive("map", effect.message, self._router_now))
        return Done()

    def _inform(self, message: Words) -> Answer:
        sent = self._heard_of(message)
        if not isinstance(sent, Publish):
            return NoStimulus("nobody has published that")
        self._map_node.receive("leader", sent, 0)
        return Done()

    # ---------------------------------------------------------------- requests and entries

    def _admit(self, part: str, group: SplittingGroup, message: Words) -> Answer:
        sent = self._heard_of(message)
        if not isinstance(sent, Request) or message[3] != part:
            return NoStimulus("nobody has asked that partition for that")
        if len(group.entries()) + 1 >= self._scope["Place"]:
            trial = group.fork()
            trial.ask(sent.token, sent.operation)
            if len(trial.entries()) > len(group.entries()):
                return NoStimulus("the model's log has no further place")
        serves = group.serves()
        self._answered(part, group, group.ask(sent.token, sent.operation))
        return Done() if serves else Refused("it may not serve")

    def _read(self, part: str, group: SplittingGroup, key: str) -> Answer:
        """A reader of its own for each read."""
        self._readers += 1
        serves = group.serves()
        for response in group.ask(Token(f"reader{self._readers}", 1), Get(key.encode(), strong=True)):
            match response.answer:
                case Found(value=value, version=version):
                    count = 0 if value is None else self._history.count(group.name, key, version)
                    self._say(("Answer", key, part, count), None)
                case StaleRoute(routes=routes):
                    self._say(("Moved", None, part, self._history.regions(routes)), response)
                case _:
                    pass
        return Done() if serves else Refused("it may not serve")

    def _answered(self, part: str, group: SplittingGroup, responses: list[Response]) -> None:
        """What clients of writes learn."""
        for response in responses:
            request = response.token.client
            match response.answer:
                case Written():
                    self._say(("Done", request), response)
                case StaleRoute(routes=routes):
                    self._say(("Moved", request, part, self._history.regions(routes)), response)
                case _:
                    pass

    def _order(self, group: SplittingGroup) -> Answer:
        before = group.slots[-1]
        slot = group.choose_next()
        if slot is None:
            return NoStimulus("nothing is on its way")
        if slot > before:
            self._history.goes_on(group.name, before, slot, group.after_next())
        return Done()

    def _catch_up(self, part: str, group: SplittingGroup) -> Answer:
        responses = group.apply_next()
        if responses is None:
            return Refused("it has applied all")
        self._answered(part, group, responses)
        self._spawn(group, str(group.leader))
        return Done()

    def _follow(self, group: SplittingGroup, machine: str) -> Answer:
        if machine == group.leader or machine not in group.replicas:
            return NoStimulus("there is no such replica that follows")
        follows = group.follow(machine)
        self._spawn(group, machine)
        return Done() if follows else Refused("it has applied all")

    def _spawn(self, group: SplittingGroup, machine: str) -> None:
        """The machine makes the replicas that its own wants made, and they have what they begin with."""
        for spawn in group.spawned(machine):
            child = spawn.identity.group
            part = self._history.parts[child]
            if part not in self._groups:
                self._groups[part] = SplittingGroup(child, self._settings, spawn.identity.configuration)
                self._history.descends(child, group.name, spawn.slot)
            self._groups[part].make(machine, spawn)
            self._say(("Seed", self._history.state(self._groups[part].partition(machine), child)), None)

    def _change_leader(self, group: SplittingGroup, machine: str, kept: int) -> Answer:
        """What a leader has found another one finds: it has told all replicas."""
        if machine == group.leader or machine not in group.replicas:
            return NoStimulus("there is no such replica that could lead")
        found = len(group.slots) + kept
        if group.applied(str(group.leader)) < group.chosen() or not (
            group.barrier() <= found <= 1 + len(group.entries())
        ):
            return NoStimulus("the world does not let a leader change then")
        return Done() if group.elect(machine, kept) else Refused("it is not elected")

    # ---------------------------------------------------------------- the split

    def _advise(self, part: str, group: SplittingGroup) -> Answer:
        advised = False
        for report in group.tick(SERVICES.report_every).reported:
            for effect in self._service.receive("leader", report, 0):
                if isinstance(effect, Send) and isinstance(effect.message, SplitNow):
                    self._say(("Advice", part, effect.message.key.decode()), effect.message)
                    advised = True
        return Done() if advised else Refused("nobody advises a split")

    def _split(self, part: str, group: SplittingGroup, key: str, child: str) -> Answer:
        sent = self._heard_of(("Advice", part, key))
        if not isinstance(sent, SplitNow) or child in self._history.named:
            return NoStimulus("nobody advises that, or the name is taken")
        trial = group.fork()
        if not trial.split(sent):
            return Refused("it does not split")
        if len(trial.entries()) >= self._scope["Place"]:
            return NoStimulus("the model's log has no further place")
        self._groups[part] = trial
        value = trial.entries()[-1][1]
        assert isinstance(value, Split)
        self._history.name(value.child, child)
        return Done()

    def _activate(self, part: str, seed: Words, machine: str) -> Answer:
        group = self._groups.get(part)
        if group is None or group.slots or machine not in group.replicas or key_of(seed) not in self._network:
            return NoStimulus("there is no such replica, or the partition has begun")
        trial = group.fork()
        if not trial.elect(machine, 0):
            return Refused("it is not elected")
        base = self._history.lineages[trial.name].base
        trial.slots = [base]
        self._groups[part] = trial
        self._history.states[trial.name, base] = self._history.state(trial.partition(machine), trial.name)
        return Done()

    # ---------------------------------------------------------------- what is seen

    def _say(self, plain: Words, message: Message | None) -> None:
        self._network[key_of(plain)] = plain, message

    def _heard_of(self, plain: Words) -> Message | None:
        found = self._network.get(key_of(plain))
        return None if found is None else found[1]

    def _publish(self, publish: Publish) -> None:
        self._say(("Published", self._history.region(publish.route)), publish)

    def _states(self, group: SplittingGroup) -> Plain:
        """All that it has been, the leader's anew."""
        states = [self._history.states[group.name, slot] for slot in group.slots]
        leader = str(group.leader)
        states[group.applied(leader) - 1] = self._history.state(group.partition(leader), group.name)
        return tuple(states)

    def _reached(self, group: SplittingGroup | None) -> Plain:
        """How many states each replica has been in; none at all if it is in another one than it should be."""
        reached: dict[str, Plain] = dict.fromkeys(self._machines, 0)
        for machine in group.replicas if group is not None else ():
            assert group is not None
            applied = group.applied(machine)
            state = self._history.state(group.partition(machine), group.name)
            expected = self._history.states[group.name, group.slots[applied - 1]] if group.slots else state
            reached[machine] = applied if state == expected else 0
        return reached

    def _log(self, part: str, group: SplittingGroup) -> tuple[Plain, ...]:
        return tuple([self._entry(part, value) for _, value in group.entries()])

    def _entry(self, part: str, value: Value) -> Plain:
        match value:
            case Write(token=token, operation=operation):
                return ("Put", token.client, operation.key.decode(), part, 0)
            case Split(key=key, child=child):
                return ("Cut", key.decode(), self._history.parts.get(child))
            case _:
                return None

    def _pending(self, part: str, group: SplittingGroup) -> Plain:
        """The writes in the log whose clients wait."""
        waits = group.waits()
        return frozenset(
            [
                self._entry(part, value)
                for _, value in group.entries()
                if isinstance(value, Write) and value.token in waits
            ]
        )
