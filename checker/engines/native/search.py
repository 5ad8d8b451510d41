"""Runs a search in compiled code: in a thread, while the caller's reports progress and minds Ctrl-C."""

from __future__ import annotations

import ctypes
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checker.engines.native.apart import run_apart
from checker.engines.native.budget import byte_budget
from checker.engines.native.library import (
    FAULTS,
    KINDS,
    STOPS,
    SUBJECTS,
    Control,
    Library,
    Long,
    Options,
    Report,
)
from checker.engines.request import Limits, Progress

NO_LIMIT = 2**64 - 1
UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Call:
    """An initial method or an action by its number, with the ranks of its arguments."""

    number: int
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and the canonical way to it; the driver replays it, so no state is decoded.

    Attributes:
        kind: "invariant", "step_invariant", "deadlock" or "error" (it cannot be evaluated).
        subject: what is false or cannot be evaluated: "initial", "action", "invariant", "step_invariant",
            "constraint", "cover", "step_cover", "terminal"; "none" for a deadlock.
        property: its number among its kind; of an action or initial method, its number.
        site: where an evaluation failed; 0 for the other kinds.
        initial: the initial state; None when the trace could not be rebuilt.
        steps: from there. The last step of an error of an action is an attempt: it cannot be taken.
    """

    kind: str
    subject: str
    property: int
    site: int
    initial: Call | None
    steps: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Overflow:
    """A stored set that outgrew its place; the search begins again with room for `needed` elements."""

    number: int
    needed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search counted and found.

    Attributes:
        stop: why it ended early: "interrupted", "time", "memory", "states", "depth", "relayout", "disk"; or
            None. There may be a finding all the same.
        fired: generated per action. matched: of those, what refinements match them with.
        pruned: states outside each constraint. levels: states of each that was
            finished.
        covers, step_covers, probes, step_probes: whether each was met.
        bytes, bytes_peak: of the table and the states, at the end and at most.
        overflow: with stop "relayout".
        fault: with stop "disk", what is wrong with the checkpoint, one of FAULTS.
        error: with stop "disk", the system's number of what went wrong.
    """

    stop: str | None
    finding: Finding | None
    distinct: int
    generated: int
    outside: int
    depth: int
    levels: tuple[int, ...]
    fired: tuple[int, ...]
    matched: tuple[int, ...]
    pruned: tuple[int, ...]
    covers: tuple[bool, ...]
    step_covers: tuple[bool, ...]
    probes: tuple[bool, ...]
    step_probes: tuple[bool, ...]
    seconds: float
    bytes: int
    bytes_peak: int
    overflow: Overflow | None
    fault: str = "fine"
    error: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """Where and how a search keeps checkpoints.

    Attributes:
        folder: one that is there.
        resume: go on from the checkpoint in it.
        seconds: at least so long between two writings.
        digest: 32 bytes; a checkpoint with another one is of another search.
        note: is written with each checkpoint, for whoever reads it first.
    """

    folder: Path
    resume: bool
    seconds: float
    digest: bytes
    note: bytes


def search(
    library: Library,
    limits: Limits = UNLIMITED,
    *,
    workers: int = 1,
    deadlock: bool = True,
    progress: Callable[[Progress], None] | None = None,
    keep: Keep | None = None,
    inspect: Callable[[int], None] | None = None,
) -> Outcome:
    """Searches every reachable state of a compiled model.

    Args:
        library: the model's object.
        limits: where to stop early.
        workers: threads; the outcome does not depend on it, but for times and bytes.
        deadlock: whether a state without enabled action is a finding.
        progress: called a few times a second. A KeyboardInterrupt, here or in it, ends the search.
        keep: checkpoints; None for none.
        inspect: called with the search when it has ended, before it is closed.

    Raises:
        MemoryError: there is not even memory to begin.
    """
    control = Control()
    options = Options(
        workers,
        byte_budget(limits.bytes),
        NO_LIMIT if limits.states is None else limits.states,
        NO_LIMIT if limits.depth is None else limits.depth,
        -1.0 if limits.seconds is None else limits.seconds,
        int(deadlock),
        os.fsencode(tempfile.gettempdir()),
    )
    if keep is not None:
        options.folder, options.resume, options.every = os.fsencode(keep.folder), keep.resume, keep.seconds
        options.digest, options.note, options.note_bytes = keep.digest, keep.note, len(keep.note)
    handle = library.open(ctypes.byref(options), ctypes.byref(control))
    if not handle:
        raise MemoryError("no memory for a search")
    ended = threading.Event()
    try:
        _run(library, handle, (options, control), ended, progress)
        if inspect is not None:
            inspect(handle)
        return _outcome(library, handle)
    finally:
        # Interrupted again and again, it may still run: then it keeps its memory.
        if ended.is_set():
            library.close(handle)


def _run(
    library: Library,
    handle: int,
    shared: tuple[Options, Control],
    ended: threading.Event,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Runs a search to its end, whatever happens here meanwhile."""
    began = time.perf_counter()
    control = shared[1]

    def tell() -> None:
        if progress is not None:
            seconds = time.perf_counter() - began
            progress(Progress(control.depth, control.generated, control.distinct, control.queue, seconds))

    def interrupt() -> None:
        control.interrupt += 1

    def run(held: tuple[Options, Control] = shared) -> None:
        """The search reads and writes what is shared until it has returned, so it must live as long."""
        library.run(handle)
        assert held is shared

    run_apart(run, ended, tell, interrupt)


def _outcome(library: Library, handle: int) -> Outcome:
    report, arrays = library.read_report(handle)
    shape = library.shape
    stop = STOPS[report.stop]
    return Outcome(
        stop=None if stop == "running" else stop,
        finding=_finding(library, handle, report, arrays["initial_ranks"]),
        distinct=report.distinct,
        generated=report.generated,
        outside=report.outside,
        depth=report.depth,
        levels=_levels(library, handle),
        fired=arrays["fired"],
        matched=arrays["matched"],
        pruned=arrays["pruned"][: shape.constraints],
        covers=_flags(arrays["covers"], shape.covers),
        step_covers=_flags(arrays["step_covers"], shape.step_covers),
        probes=_flags(arrays["probes"], shape.probes),
        step_probes=_flags(arrays["step_probes"], shape.step_probes),
        seconds=report.seconds,
        bytes=report.bytes,
        bytes_peak=report.bytes_peak,
        overflow=Overflow(report.overflow_set, report.overflow_needed) if stop == "relayout" else None,
        fault=FAULTS[report.fault],
        error=report.error,
    )


def _flags(values: tuple[int, ...], count: int) -> tuple[bool, ...]:
    return tuple(value != 0 for value in values[:count])


def _levels(library: Library, handle: int) -> tuple[int, ...]:
    count = library.levels_of(handle, None, 0)
    inside = (Long * count)()
    library.levels_of(handle, inside, count)
    return tuple(inside)


def _finding(library: Library, handle: int, report: Report, ranks: tuple[int, ...]) -> Finding | None:
    fields = report.finding
    kind = KINDS[fields.kind]
    if kind == "nothing":
        return None
    initial, steps = None, list[Call]()
    if fields.traced:
        initial = Call(report.initial_method, ranks[: report.initial_count])
        flat = library.steps_of(handle)
        for at in range(0, report.step_count * report.step_width, report.step_width):
            steps.append(Call(flat[at], tuple(flat[at + 2 : at + 2 + flat[at + 1]])))
    return Finding(kind, SUBJECTS[fields.of], fields.property, fields.site, initial, tuple(steps))
