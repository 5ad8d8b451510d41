"""What the log of a run of global admission control means in its model, `TokensAsBuilt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from msgspec import Struct

from reference.conformance.answers import Plain
from reference.conformance.token_run import OF_SERVICE, SERVICE, TIME

Step: TypeAlias = "tuple[str, Mapping[str, Plain]]"


class Reading(Struct, frozen=True):
    """The meaning of one event: which steps it may have been, and what holds afterwards."""

    alternatives: Sequence[Sequence[Step]]
    values: Mapping[str, Plain]
    includes: Mapping[str, Sequence[Plain]]
    internal: Sequence[Step] = ()


class TokenLog:
    """See `checker.conformance.validation.LogMapping`."""

    def read(self, event: Mapping[str, Any]) -> Reading:
        """One event."""
        node, state = event["node"], event["state"]
        values: dict[str, Plain]
        if node in (TIME, SERVICE):
            names = ("periods", "now") if node == TIME else OF_SERVICE
            values = {name: plain_of(state[name]) for name in names}
        else:
            values = {name: {node: plain_of(state[name])} for name in ("asked", "question", "portions")}
        if event["ev"] == "send" and node == SERVICE:
            _, router, number, tokens = event["msg"]
            if state["vended"].get(router) != ["Vended", number, tokens]:
                raise ValueError(f"it grants {event['msg']}, and remembers {state['vended']}")
        sent = {"network": [plain_of(event["msg"])]} if event["ev"] == "send" else {}
        return Reading(self._alternatives(node, event), values, sent)

    def _alternatives(self, node: str, event: Mapping[str, Any]) -> Sequence[Sequence[Step]]:
        match node, event:
            case "time", {"ev": "timer"}:
                return [[("tick", {})]]
            case "time", {"ev": "clock", "value": bool(back)}:
                return [[("set_clock", {"back": back})]]
            case "service", {"ev": "restart"}:
                return [[("restart_service", {})]]
            case "service", {"ev": "recv", "msg": message}:
                return [[("vend", {"m": plain_of(message)})], []]
            case _, {"ev": "restart"}:
                return [[("restart_router", {"r": node})]]
            case _, {"ev": "timer"}:
                return [[("ask", {"r": node})], []]
            case _, {"ev": "request", "value": bool(spent)}:
                return [[("spend", {"r": node})]] if spent else [[]]
            case _, {"ev": "recv", "msg": message}:
                return [[("receive", {"r": node, "m": plain_of(message)})], []]
            case _, {"ev": "send"}:
                return [[]]
            case _:
                raise ValueError(f"an event {event['ev']!r} of {node} is unknown")


def plain_of(value: Any) -> Plain:
    """Lists were tuples."""
    match value:
        case list():
            return tuple([plain_of(item) for item in cast("list[Any]", cast(Any, value))])
        case dict():
            return {
                str(key): plain_of(item) for key, item in cast("dict[Any, Any]", cast(Any, value)).items()
            }
        case None | bool() | int() | str():
            return value
        case _:
            raise ValueError(f"no value of a log: {value!r}")
