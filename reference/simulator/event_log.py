"""A log of what replicas do, one event a line, from which one can judge whether it is a behaviour of a
model.

Each line is an object with sorted keys: `v` the version, `run` the seed, `node`, `inc` how often the node
began anew, `seq` counting its events from 1 without a gap, `clock` its local time, `ev` the kind, then
what the kind needs (`src`, `to`, `msg`, `timer`, `upto`), and `state`: what the node's memory holds after
the event.
"""

from __future__ import annotations

import json
from typing import TypeAlias, assert_never

import msgspec

from reference.messages.ballot import Ballot
from reference.messages.client import Request, Response
from reference.messages.union import Message
from reference.replica.replica import Replica
from reference.simulator.event import Called, Detail, Ended, Event, Sent, Struck, Told
from reference.simulator.world import World

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
VERSION = 1

_CALLS = {"start": "restart", "sync": "sync_start", "synced": "sync_done", "timer": "timer"}


class EventLog:
    """Watches a world. `lines` grows; what a node without a log does is left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._count: dict[str, int] = {}
        self._life: dict[str, int] = {}

    def __call__(self, world: World, event: Event) -> None:
        """One event."""
        match event:
            case Called(node=node, action=action, detail=detail):
                if action == "start":
                    self._life[node] = self._life.get(node, 0) + 1
                    self._count[node] = 0
                self._write(world, node, {"ev": _CALLS.get(action, action), **_about(detail)})
            case Sent(node=node, target=target, message=message):
                kind = "reply" if isinstance(message, Response) else "send"
                self._write(world, node, {"ev": kind, "to": target, "msg": _plain(message)})
            case Ended(node=node):
                self._write(world, node, {"ev": "crash"})
            case Struck() | Told():
                pass
            case _:
                assert_never(event)

    def _write(self, world: World, name: str, fields: dict[str, Json]) -> None:
        if name not in self._life:
            return
        process = world.processes[name]
        node = process.node
        if not isinstance(node, Replica) and fields["ev"] != "crash":
            return
        self._count[name] += 1
        fields.update(
            v=VERSION,
            run=world.plan.seed,
            node=name,
            inc=self._life[name],
            seq=self._count[name],
            clock=process.local(),
            state=_state(node, process.local()) if isinstance(node, Replica) else None,
        )
        self.lines.append(json.dumps(fields, sort_keys=True))


def _about(detail: Detail) -> dict[str, Json]:
    match detail:
        case tuple():
            source, message = detail
            kind = "request" if isinstance(message, Request) else "recv"
            return {"ev": kind, "src": source, "msg": _plain(message)}
        case bool():
            return {"value": detail}
        case int():
            return {"upto": detail}
        case str():
            return {"timer": detail}
        case None:
            return {}
        case _:
            assert_never(detail)


def _plain(message: Message) -> Json:
    """`["accept", [2, "g@m1"], 7, ...]`; bytes as base64."""
    found: Json = msgspec.to_builtins(message)
    return found


def _state(node: Replica, now: int) -> Json:
    ledger, leadership = node.ledger, node.leadership
    entries: dict[str, Json] = {
        str(slot): [_ballot(entry.ballot), _encoded(entry.value), entry.chosen]
        for slot, entry in sorted(ledger.entries.items())
    }
    return {
        "issued": _ballot(ledger.issued),
        "promised": _ballot(ledger.promised),
        "base": ledger.base,
        "log": entries,
        "commit": ledger.commit,
        "applied": node.learner.applied,
        "members": list(ledger.configuration.ids()),
        "leads": None if leadership is None or not leadership.elected else _ballot(leadership.ballot),
        "candidate": None if leadership is None or leadership.elected else _ballot(leadership.ballot),
        "serves": node.can_serve(now),
    }


def _ballot(ballot: Ballot) -> Json:
    return [ballot.round, ballot.replica]


def _encoded(value: object) -> Json:
    found: Json = msgspec.to_builtins(value)
    return found
