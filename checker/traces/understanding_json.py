"""What of a violation matters as versioned JSON: see `lockstep-understanding.schema.json`."""

from __future__ import annotations

import json

from checker.traces.document import Json
from checker.traces.trace import Trace
from checker.traces.understanding import Understanding

FORMAT = "lockstep-understanding"
VERSION = 1


def understanding_to_json(trace: Trace, found: Understanding | None, reason: str | None = None) -> str:
    """One object, ended by a newline.

    Args:
        found: None where nothing is known.
        reason: why not, then.
    """
    assert (found is None) == (reason is not None), "what is not known has a reason"
    return json.dumps(_to_object(trace, found, reason), indent=1) + "\n"


def _to_object(trace: Trace, found: Understanding | None, reason: str | None) -> dict[str, Json]:
    known: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "model": trace.model,
        "property": trace.property if found is None else found.property,
        "steps": len(trace.steps),
        "reason": reason,
        "droppable": None,
        "smallest": None,
        "commuting": None,
        "avoidable": None,
        "unknown": None,
    }
    if found is not None:
        known["droppable"] = [*found.droppable]
        known["smallest"] = [*found.smallest]
        known["commuting"] = [[number, number + 1] for number in found.commuting]
        known["avoidable"] = found.avoidable
        known["unknown"] = [*found.unknown]
    return known
