"""What the log of a two-phase commit means in its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.conformance.system import Plain
from checker.conformance.validation import Means, Pattern
from tests.conformance.two_phase_run import COORDINATOR

Alternatives = tuple[tuple[Pattern, ...], ...]


class TwoPhaseMapping:
    """See `checker.conformance.validation.LogMapping`."""

    def read(self, event: Mapping[str, Any]) -> Means:
        """One event."""
        node, state = event["node"], event["state"]
        if node == COORDINATOR:
            values: dict[str, Plain] = {"decided": state["decided"]}
        else:
            values = {name: {node: state[name]} for name in ("vote", "disk", "result")}
        sent = {"network": [tuple(event["msg"])]} if event["ev"] == "send" else {}
        return Means(self._alternatives(node, event), values=values, includes=sent)

    def _alternatives(self, node: str, event: Mapping[str, Any]) -> Alternatives:
        match event["ev"], event:
            case "request", {"value": bool(yes)}:
                cast: Pattern = ("cast", {"p": node, "yes": yes})
                has_voted = event["state"]["vote"] is not None
                return ((cast,), ()) if has_voted else ((cast,),)
            case "timer", _:
                return (("remind", {"p": node}),), ()
            case "sync_done", _:
                return ((("sync", {"p": node}),),)
            case "restart", _:
                return ((("crash", {"p": node}),),)
            case "recv", {"msg": ["Decision", bool(commit)]}:
                return ((("learn", {"p": node, "m": ("Decision", commit)}),),)
            case "recv", {"msg": ["Vote", str(voter), bool(yes)]}:
                return (), (("commit", {}),), (("abort", {"m": ("Vote", voter, yes)}),)
            case "send", _:
                return ((),)
            case kind, _:
                raise ValueError(f"an event {kind!r} is unknown")
