"""Runs a replication group under faults, and logs what its replicas do.

Messages are lost, come twice and out of order; replicas crash, stand for election against each other and
lose their disks; disks write by themselves. Each line of the log is an event of one replica, with what that
replica holds afterwards: `reference.conformance.group_log` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeAlias

from reference.conformance.answers import Answer, Done, NoStimulus, Plain
from reference.conformance.group import ReplicationGroup
from reference.conformance.run_log import Json, RunLog, json_of

Message: TypeAlias = "tuple[Plain, ...]"

SCOPE = {"Replica": 3, "Value": 2, "Ballot": 5, "Slot": 3}
"""So many there are in a run: a log is judged with the same numbers."""
ACTIONS = {"Prepare": "promise", "Accept": "accept", "Commit": "apply"}
"""What a message makes a replica do."""
QUORUM = SCOPE["Replica"] // 2 + 1


class GroupRun:
    """One run.

    Args:
        logs: whether anything is written.
        make_group: the replicas, and the network between them.
    """

    def __init__(
        self, seed: int, *, logs: bool = True, make_group: type[ReplicationGroup] = ReplicationGroup
    ) -> None:
        self._logs = logs
        self._random = Random(seed)
        self._group = make_group()
        self._group.reset(SCOPE)
        self._names = [f"Replica{number}" for number in range(1, SCOPE["Replica"] + 1)]
        self._ballots = [f"Ballot{number}" for number in range(1, SCOPE["Ballot"] + 1)]
        self._stood: dict[str, str] = {}
        self._written_log = RunLog(seed, self._names)
        self._written = 0

    def live(self, steps: int = 200) -> list[str]:
        """The log."""
        for _ in range(steps):
            self._step(self._random.choice(self._names))
        return self._written_log.lines

    def _step(self, name: str) -> None:
        random = self._random
        draw = random.random()
        if draw < 0.015 or not self._stood:
            self._campaign(name)
        elif draw < 0.10:
            value = f"Value{random.randint(1, SCOPE['Value'])}"
            self._request(name, "write", "propose", {"v": value}, value=value)
        elif draw < 0.18:
            self._asked(name, "timer", "propose", {"v": None})
        elif draw < 0.21:
            self._request(name, "read", "read_strong", {})
        elif draw < 0.22:
            self._request(name, "read_old", "read_eventual", {})
        elif draw < 0.26:
            slot = f"Slot{random.randint(1, SCOPE['Slot'])}"
            self._request(name, "ask_again", "acknowledge", {"s": slot}, slot=slot)
        elif draw < 0.268:
            self._restarted(name)
        elif draw < 0.27:
            self._asked(name, "disk_error", "lose_disk", {})
        elif draw < 0.29:
            self._asked(name, "disk", "writeback", {})
        elif draw < 0.47:
            self._asked(name, "sync_done", "fsync", {})
        elif draw < 0.55:
            self._promises(name)
        elif draw < 0.68:
            self._votes(name)
        else:
            self._deliver(name)

    # ---------------------------------------------------------------- what happens

    def _campaign(self, name: str) -> None:
        free = [one for one in self._ballots if self._stood.get(one, name) == name]
        if not free:
            return
        ballot = self._random.choice(free[:2])
        if self._asked(name, "campaign", "prepare", {"b": ballot}, value=ballot):
            self._stood[ballot] = name

    def _deliver(self, name: str) -> None:
        """A message arrives, perhaps not for the first time."""
        waiting = [one for one in self._group.sent if one[0] in ACTIONS]
        if waiting:
            kind = self._random.choice(sorted({str(one[0]) for one in waiting}))
            message = self._random.choice([one for one in waiting if one[0] == kind])
            self._received(name, ACTIONS[str(message[0])], {"m": message}, msg=json_of(message))

    def _promises(self, name: str) -> None:
        """Promises of a quorum in one ballot reach a replica, most often the one that asked for them."""
        said = [one for one in self._group.sent if one[0] == "Promise"]
        if not said:
            return
        ballot = str(self._random.choice(said)[1])
        quorum = self._quorum(sorted({str(one[2]) for one in said if one[1] == ballot}))
        args: dict[str, Plain] = {"q": frozenset(quorum), "leased": True}
        self._received(self._whose(ballot, name), "lead", args, msg=["Promise", ballot], voters=[*quorum])

    def _votes(self, name: str) -> None:
        """Votes of a quorum for one slot reach a replica, most often the one that proposed."""
        said = [one for one in self._group.sent if one[0] == "Accepted"]
        if not said:
            return
        vote = self._random.choice(said)
        ballot, slot = str(vote[1]), str(vote[2])
        quorum = self._quorum(sorted({str(one[4]) for one in said if one[1:3] == vote[1:3]}))
        args: dict[str, Plain] = {"s": slot, "q": frozenset(quorum)}
        self._received(self._whose(ballot, name), "commit", args, msg=["Accepted", slot], voters=[*quorum])

    def _whose(self, ballot: str, name: str) -> str:
        return self._stood.get(ballot, name) if self._random.random() < 0.8 else name

    def _quorum(self, voters: list[str]) -> list[str]:
        """Of those who have answered, and of others where they are too few: their answers are missing."""
        chosen = self._random.sample(voters, min(len(voters), QUORUM))
        others = [one for one in self._names if one not in chosen]
        return sorted([*chosen, *others[: QUORUM - len(chosen)]])

    # ---------------------------------------------------------------- what is logged

    def _asked(self, name: str, kind: str, action: str, args: Mapping[str, Plain], **more: Json) -> bool:
        """A timer, or a disk: what does not happen is not logged. Whether it did."""
        done = self._happens(name, action, args)
        if isinstance(done, Done):
            self._log(name, kind, **more)
            self._say(name)
        return isinstance(done, Done)

    def _request(self, name: str, what: str, action: str, args: Mapping[str, Plain], **more: Json) -> None:
        """A client asks, most often the last that stood for election, and is served or not."""
        name = self._whose(max(self._stood, default=""), name)
        done = self._happens(name, action, args)
        if not isinstance(done, NoStimulus):
            self._log(name, "request", what=what, served=isinstance(done, Done), **more)
            self._say(name)

    def _received(self, name: str, action: str, args: Mapping[str, Plain], **more: Json) -> None:
        """A message arrives, whatever comes of it."""
        if not isinstance(self._happens(name, action, args), NoStimulus):
            self._log(name, "recv", **more)
            self._say(name)

    def _happens(self, name: str, action: str, args: Mapping[str, Plain]) -> Answer:
        return self._group.step(action, {"n": name, **args})

    def _restarted(self, name: str) -> None:
        if not self._is_member(name):
            return
        self._group.step("crash", {"n": name})
        self._written_log.begin_again(name)
        self._log(name, "restart")

    def _is_member(self, name: str) -> bool:
        return bool(self._group.observe_one(name)["member"])

    def _say(self, name: str) -> None:
        """What it has sent for the first time."""
        sent = self._group.sent
        for message in sent[self._written :]:
            self._log(name, "send", msg=json_of(message))
        self._written = len(sent)

    def _log(self, name: str, kind: str, **more: Json) -> None:
        if not self._logs:
            return
        state = {key: json_of(value) for key, value in self._group.observe_one(name).items()}
        self._written_log.write(name, kind, state, more)
