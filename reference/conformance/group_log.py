"""What the log of a run of a replication group means in its model, `ReplicationAsBuilt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reference.conformance.answers import Plain
from reference.conformance.group import OF_REPLICA
from reference.conformance.group_run import ACTIONS, SCOPE
from reference.conformance.token_log import Reading, Step, plain_of

SERVED = {"write": "propose", "read": "read_strong", "read_old": "read_eventual", "ask_again": "acknowledge"}
"""What a client that is served has had done."""


class GroupLog:
    """See `checker.conformance.validation.LogMapping`."""

    def read(self, event: Mapping[str, Any]) -> Reading:
        """One event."""
        node, state = event["node"], event["state"]
        values: dict[str, Plain] = {name: {node: plain_of(state[name])} for name in OF_REPLICA}
        sent = {"network": [plain_of(event["msg"])]} if event["ev"] == "send" else {}
        return Reading(self._alternatives({"n": node}, event), values, sent)

    def _alternatives(self, who: dict[str, Plain], event: Mapping[str, Any]) -> Sequence[Sequence[Step]]:
        match event:
            case {"ev": "campaign", "value": str(ballot)}:
                return [[("prepare", {**who, "b": ballot})], [("prepare_after", {**who, "b": ballot})]]
            case {"ev": "timer"}:
                return [[("propose", {**who, "v": None})]]
            case {"ev": "request", "what": str(what), "served": bool(served)}:
                return [[(SERVED[what], {**who, **_asked(event)})]] if served else [[]]
            case {"ev": "sync_done"}:
                # A replica may have heard before that this is chosen: it applies what is on its disk only.
                return [[], *([("fsync", who), *applied] for applied in _applied(who))]
            case {"ev": "disk"}:
                return [[("writeback", who)], []]
            case {"ev": "restart"}:
                return [[("crash", who)]]
            case {"ev": "disk_error"}:
                return [[("lose_disk", who)]]
            case {"ev": "recv", "msg": ["Promise", _]}:
                # Some may have arrived before: with them there may be a quorum that is not this one.
                return [[("lead", {**who, "leased": True})], []]
            case {"ev": "recv", "msg": ["Accepted", str(slot)]}:
                # Votes for later slots may have arrived before: they count as soon as this one is chosen.
                first: Step = ("commit", {**who, "s": slot})
                return [[], *([first, *[("commit", who)] * count] for count in range(SCOPE["Slot"]))]
            case {"ev": "recv", "msg": ["Commit", *_] as message}:
                hear: Step = ("hear", {**who, "m": plain_of(message)})
                return [*_applied(who), *([hear, *applied] for applied in _applied(who))]
            case {"ev": "recv", "msg": [str(kind), *_] as message}:
                return [[(ACTIONS[kind], {**who, "m": plain_of(message)})], []]
            case {"ev": "send"}:
                return [[]]
            case _:
                raise ValueError(f"an event {event['ev']!r} is unknown")


def _applied(who: dict[str, Plain]) -> list[list[Step]]:
    """Any number of slots is applied: what is chosen in one is chosen before it."""
    return [[("apply", who)] * count for count in range(SCOPE["Slot"] + 1)]


def _asked(event: Mapping[str, Any]) -> dict[str, Plain]:
    """What a client has asked for."""
    match event:
        case {"what": "write", "value": str(value)}:
            return {"v": value}
        case {"what": "ask_again", "slot": str(slot)}:
            return {"s": slot}
        case _:
            return {}
