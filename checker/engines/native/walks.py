"""Takes random walks in compiled code, and mirrors the structures of runtime/simulate.h."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checker.engines.native.apart import run_apart
from checker.engines.native.library import KINDS, STOPS, SUBJECTS, FindingFields, LibraryError, Long, shape_of
from checker.engines.native.search import NO_LIMIT, Call, Finding, Overflow
from checker.engines.request import Progress, Simulation

DEFINES = ("LS_SIMULATE=1",)
"""What an object that walks is compiled with."""

ENDS = ("depth", "terminal", "constraint", "found", "given up")
"""Why a walk ended."""


class _Options(ctypes.Structure):
    _fields_ = (
        ("workers", Long),
        ("walks", Long),
        ("depth", Long),
        ("seed", Long),
        ("by_action", Long),
        ("seconds", ctypes.c_double),
        ("deadlock", Long),
    )


class _Control(ctypes.Structure):
    _fields_ = (("interrupt", Long), ("walks", Long), ("steps", Long))

    interrupt: int
    walks: int
    steps: int


class _Report(ctypes.Structure):
    """The part whose size does not depend on the model; the arrays follow it."""

    _fields_ = (
        ("stop", Long),
        ("walks", Long),
        ("begun", Long),
        ("steps", Long),
        ("depth", Long),
        ("starts", Long),
        ("found", Long),
        ("seconds", ctypes.c_double),
        ("overflow_set", Long),
        ("overflow_needed", Long),
        ("finding", FindingFields),
        ("ends", Long * 3),
    )

    stop: int
    walks: int
    begun: int
    steps: int
    depth: int
    starts: int
    found: int
    seconds: float
    overflow_set: int
    overflow_needed: int
    finding: FindingFields
    ends: ctypes.Array[ctypes.c_uint64]


class _Path(ctypes.Structure):
    """The part whose size does not depend on the model; the ranks of the initial call follow it."""

    _fields_ = (
        ("end", Long),
        ("initial_method", Long),
        ("initial_count", Long),
        ("step_count", Long),
        ("step_width", Long),
        ("steps", ctypes.POINTER(Long)),
    )

    end: int
    initial_method: int
    initial_count: int
    step_count: int
    step_width: int
    steps: ctypes.Array[ctypes.c_uint64]


@dataclass(frozen=True, slots=True)
class Walk:
    """The calls of one walk.

    Attributes:
        end: "depth", "terminal", "constraint", or "found"; then the last step may be one that cannot be
            taken.
    """

    end: str
    initial: Call
    steps: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """What walks counted and found: of the first `walks`, and of the one that found something.

    Attributes:
        stop: why they ended early: "interrupted", "time", "memory", "relayout"; or None.
        walks: complete ones. begun: those and the one that found something.
        starts: initial states.
        found: the number of the walk with the finding; the first is 1.
        ends: walks that ended at the depth, where nothing is enabled, beyond a constraint.
        covers, step_covers: walks that reached each. probes, step_probes: whether each was met.
    """

    stop: str | None
    finding: Finding | None
    found: int | None
    walks: int
    begun: int
    steps: int
    depth: int
    starts: int
    ends: tuple[int, int, int]
    fired: tuple[int, ...]
    matched: tuple[int, ...]
    pruned: tuple[int, ...]
    covers: tuple[int, ...]
    step_covers: tuple[int, ...]
    probes: tuple[bool, ...]
    step_probes: tuple[bool, ...]
    seconds: float
    overflow: Overflow | None


class WalkLibrary:
    """The functions of an object that walks, with their types.

    Args:
        path: of the shared object. Its name must be its content: a path is loaded once per process.

    Raises:
        LibraryError: it cannot be loaded, or it does not fit.
    """

    def __init__(self, path: Path) -> None:
        try:
            found = ctypes.CDLL(str(path))
            self.open = found.ls_simulate_open
            self.run = found.ls_simulate_run
            self.report_size = found.ls_simulate_report_size
            self.report_of = found.ls_simulate_report_of
            self.path_size = found.ls_simulate_path_size
            self.path_of = found.ls_simulate_path_of
            self.close = found.ls_simulate_close
        except (OSError, AttributeError) as error:
            raise LibraryError(f"{path} cannot be loaded: {error}") from error
        handle = ctypes.c_void_p
        self.open.argtypes, self.open.restype = (ctypes.POINTER(_Options), ctypes.POINTER(_Control)), handle
        self.run.argtypes, self.run.restype = (handle,), None
        self.report_size.argtypes, self.report_size.restype = (), Long
        self.report_of.argtypes, self.report_of.restype = (handle, ctypes.c_void_p), None
        self.path_size.argtypes, self.path_size.restype = (), Long
        self.path_of.argtypes, self.path_of.restype = (handle, Long, ctypes.c_void_p), ctypes.c_bool
        self.close.argtypes, self.close.restype = (handle,), None
        self.shape = shape_of(found, path)
        ranks = self.shape.arguments_max
        expected = ctypes.sizeof(_Report) + 8 * sum(length for _, length in self.array_lengths())
        if (self.report_size(), self.path_size()) != (expected, ctypes.sizeof(_Path) + 8 * ranks):
            raise LibraryError(f"{path}: its report or path is not as long as expected")

    def array_lengths(self) -> tuple[tuple[str, int], ...]:
        """The arrays at the end of a report; all but the first have a place more than items."""
        shape = self.shape
        return (
            ("fired", shape.actions),
            ("matched", shape.actions * shape.matches + 1),
            ("pruned", shape.constraints + 1),
            ("covers", shape.covers + 1),
            ("step_covers", shape.step_covers + 1),
            ("probes", shape.probes + 1),
            ("step_probes", shape.step_probes + 1),
        )


class Walks:
    """Random walks of a compiled model, under way and afterwards. A context: at its end memory is given back.

    Args:
        library: the model's object.
        simulation: which walks.
        seconds: when to stop.
        workers: threads; nothing but the time depends on it.
        deadlock: whether a state without enabled action is a finding.

    Raises:
        MemoryError: there is not even memory to begin.
    """

    def __init__(
        self,
        library: WalkLibrary,
        simulation: Simulation,
        *,
        seconds: float | None = None,
        workers: int = 1,
        deadlock: bool = True,
    ) -> None:
        self.library = library
        self._control = _Control()
        options = _Options(
            workers,
            NO_LIMIT if simulation.walks is None else simulation.walks,
            simulation.depth,
            simulation.seed,
            int(simulation.choose == "action"),
            -1.0 if seconds is None else seconds,
            int(deadlock),
        )
        self._handle = library.open(ctypes.byref(options), ctypes.byref(self._control))
        if not self._handle:
            raise MemoryError("no memory for walks")
        self._running: threading.Event | None = None

    def __enter__(self) -> Walks:
        return self

    def __exit__(self, *_: object) -> None:
        # Interrupted again and again, it may still run: then it keeps its memory.
        if self._running is None or self._running.is_set():
            self.library.close(self._handle)

    def run(self, progress: Callable[[Progress], None] | None = None) -> Walked:
        """Walks until all walks are taken, something is found, or time is over; once.

        Args:
            progress: called a few times a second. A KeyboardInterrupt, here or in it, ends the walks.
        """
        control = self._control
        ended = self._running = threading.Event()
        began = time.perf_counter()

        def tell() -> None:
            if progress is not None:
                seconds = time.perf_counter() - began
                progress(Progress(0, control.steps, 0, 0, seconds, control.walks))

        def interrupt() -> None:
            control.interrupt += 1

        def run(shared: _Control = control) -> None:
            """The walks write to `shared` until they have returned, so it must live as long."""
            self.library.run(self._handle)

        run_apart(run, ended, tell, interrupt)
        return self._walked()

    def _walked(self) -> Walked:
        shape = self.library.shape
        buffer = ctypes.create_string_buffer(self.library.report_size())
        self.library.report_of(self._handle, buffer)
        report = _Report.from_buffer_copy(buffer)
        arrays: dict[str, tuple[int, ...]] = {}
        at = ctypes.sizeof(_Report)
        for name, length in self.library.array_lengths():
            arrays[name] = tuple((Long * length).from_buffer_copy(buffer, at))
            at += 8 * length
        stop = STOPS[report.stop]
        depth, terminal, constraint = report.ends
        return Walked(
            stop=None if stop == "running" else stop,
            finding=self._finding(report),
            found=report.found or None,
            walks=report.walks,
            begun=report.begun,
            steps=report.steps,
            depth=report.depth,
            starts=report.starts,
            ends=(depth, terminal, constraint),
            fired=arrays["fired"],
            matched=arrays["matched"],
            pruned=arrays["pruned"][: shape.constraints],
            covers=arrays["covers"][: shape.covers],
            step_covers=arrays["step_covers"][: shape.step_covers],
            probes=tuple(value != 0 for value in arrays["probes"][: shape.probes]),
            step_probes=tuple(value != 0 for value in arrays["step_probes"][: shape.step_probes]),
            seconds=report.seconds,
            overflow=Overflow(report.overflow_set, report.overflow_needed) if stop == "relayout" else None,
        )

    def _finding(self, report: _Report) -> Finding | None:
        fields = report.finding
        kind = KINDS[fields.kind]
        if kind == "nothing":
            return None
        walk = self.walk(report.found)
        return Finding(kind, SUBJECTS[fields.of], fields.property, fields.site, walk.initial, walk.steps)

    def walk(self, number: int) -> Walk:
        """The calls of a walk, which is taken again; the first is 1. After `run`.

        Raises:
            MemoryError: there is no memory for them.
        """
        buffer = ctypes.create_string_buffer(self.library.path_size())
        if not self.library.path_of(self._handle, number, buffer):
            raise MemoryError("no memory for the steps of a walk")
        path = _Path.from_buffer_copy(buffer)
        ranks = (Long * path.initial_count).from_buffer_copy(buffer, ctypes.sizeof(_Path))
        flat, width = path.steps, path.step_width
        steps = [
            Call(flat[at], tuple(flat[at + 2 : at + 2 + flat[at + 1]]))
            for at in range(0, path.step_count * width, width)
        ]
        return Walk(ENDS[path.end], Call(path.initial_method, tuple(ranks)), tuple(steps))
