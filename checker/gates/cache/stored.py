"""A result as the content of a cache entry, and back: what does not fit in every part is no result."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.traces.format_error import TraceFormatError
from checker.traces.json_form import from_json, to_json
from checker.verdicts import (
    Bounded,
    Evaluating,
    Exhausted,
    ExhaustedWithin,
    Kind,
    Proved,
    Refined,
    Result,
    Sampled,
    Sampling,
    Statistics,
    Truncated,
    Unknown,
    Untested,
    Verdict,
    Violated,
)

FORMAT = "lockstep-cached-result"
VERSION = 3
COMPLETE = (Proved, Exhausted, ExhaustedWithin, Bounded, Sampled, Violated)
_PLAIN: dict[str, type[Proved | Exhausted | ExhaustedWithin | Bounded | Sampled]] = {
    kind.name: kind for kind in (Proved, Exhausted, ExhaustedWithin, Bounded, Sampled)
}


class _Violation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    property: str | None
    kind: Kind
    message: str | None
    evaluating: Evaluating | None
    trace: str


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    verdict: str
    limits: msgspec.Raw
    statistics: Statistics
    never_fired: tuple[str, ...]
    covers: tuple[tuple[str, bool], ...]
    untested: tuple[Untested, ...]
    pruned: tuple[tuple[str, int], ...]
    engine: str
    symmetry: tuple[str, ...]
    notes: tuple[str, ...]
    sampling: Sampling | None
    refinements: tuple[Refined, ...]


def is_complete(result: Result) -> bool:
    """Whether a search came to its own end: only then is its result an answer for the next time."""
    return result.stopped is None and isinstance(result.verdict, COMPLETE)


def to_bytes(result: Result) -> bytes:
    """The content of an entry."""
    assert is_complete(result), "a search that was cut short is no answer"
    stored = _Stored(
        format=FORMAT,
        version=VERSION,
        verdict=result.verdict.name,
        limits=msgspec.Raw(msgspec.json.encode(_limits(result.verdict))),
        statistics=result.statistics,
        never_fired=result.never_fired,
        covers=result.covers,
        untested=result.untested,
        pruned=result.pruned,
        engine=result.engine,
        symmetry=result.symmetry,
        notes=result.notes,
        sampling=result.sampling,
        refinements=result.refinements,
    )
    return msgspec.json.encode(stored)


def from_bytes(data: bytes) -> Result | None:
    """The result in an entry; None for anything else."""
    try:
        stored = msgspec.json.decode(data, type=_Stored)
        if (stored.format, stored.version) != (FORMAT, VERSION):
            return None
        verdict = _verdict(stored)
    except (msgspec.MsgspecError, TraceFormatError, AssertionError, UnicodeDecodeError, RecursionError):
        return None
    if verdict is None:
        return None
    return Result(
        verdict=verdict,
        statistics=stored.statistics,
        never_fired=stored.never_fired,
        covers=stored.covers,
        untested=stored.untested,
        pruned=stored.pruned,
        engine=stored.engine,
        symmetry=stored.symmetry,
        notes=stored.notes,
        sampling=stored.sampling,
        refinements=stored.refinements,
        cached=True,
    )


def _limits(verdict: Verdict) -> Any:
    if not isinstance(verdict, Violated):
        assert not isinstance(verdict, Truncated | Unknown), "only complete verdicts are stored"
        return verdict
    return _Violation(
        verdict.property, verdict.kind, verdict.message, verdict.evaluating, to_json(verdict.trace)
    )


def _verdict(stored: _Stored) -> Verdict | None:
    if stored.verdict == Violated.name:
        found = msgspec.json.decode(stored.limits, type=_Violation)
        return Violated(found.property, found.kind, from_json(found.trace), found.message, found.evaluating)
    kind = _PLAIN.get(stored.verdict)
    return None if kind is None else msgspec.json.decode(stored.limits, type=kind)
