"""A model's shared object: loads it, checks that it fits, and mirrors the structures of runtime/engine.h."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

ABI = 3
"""Of the functions and structures below; runtime/engine.h has the same number."""

STOPS = ("running", "interrupted", "time", "memory", "states", "depth", "relayout", "disk")
KINDS = ("nothing", "invariant", "step_invariant", "deadlock", "error")
FAULTS = ("fine", "unusable", "in use", "nothing", "damaged", "foreign", "unwritten")
SUBJECTS = (
    "none",
    "initial",
    "action",
    "invariant",
    "step_invariant",
    "constraint",
    "cover",
    "step_cover",
    "terminal",
)

_SHAPE_FIELDS = (
    "abi",
    "words",
    "actions",
    "arguments_max",
    "invariants",
    "step_invariants",
    "constraints",
    "covers",
    "step_covers",
    "probes",
    "step_probes",
    "terminals",
    "matches",
)

Long = ctypes.c_uint64


class LibraryError(Exception):
    """An object that cannot be loaded, or that was made for another version of the driver."""


class Control(ctypes.Structure):
    """What a running search and the driver share."""

    _fields_ = (
        ("interrupt", Long),
        ("depth", Long),
        ("generated", Long),
        ("distinct", Long),
        ("queue", Long),
        ("bytes", Long),
    )

    interrupt: int
    depth: int
    generated: int
    distinct: int
    queue: int
    bytes: int


class Options(ctypes.Structure):
    """What a search is asked to do."""

    _fields_ = (
        ("workers", Long),
        ("bytes", Long),
        ("states", Long),
        ("depth", Long),
        ("seconds", ctypes.c_double),
        ("deadlock", Long),
        ("spill", ctypes.c_char_p),
        ("folder", ctypes.c_char_p),
        ("resume", Long),
        ("every", ctypes.c_double),
        ("digest", ctypes.c_char_p),
        ("note", ctypes.c_char_p),
        ("note_bytes", Long),
    )

    folder: bytes | None
    resume: int
    every: float
    digest: bytes | None
    note: bytes | None
    note_bytes: int


class _Shape(ctypes.Structure):
    _fields_ = tuple((name, Long) for name in _SHAPE_FIELDS)


class FindingFields(ctypes.Structure):
    """What is wrong, without the way to it."""

    _fields_ = (("kind", Long), ("of", Long), ("property", Long), ("site", Long), ("traced", Long))

    kind: int
    of: int
    property: int
    site: int
    traced: int


@dataclass(frozen=True, slots=True)
class Shape:
    """The compile-time constants of a model's object."""

    words: int
    actions: int
    arguments_max: int
    invariants: int
    step_invariants: int
    constraints: int
    covers: int
    step_covers: int
    probes: int
    step_probes: int
    terminals: int
    matches: int


def shape_of(object_: ctypes.CDLL, path: Path) -> Shape:
    """What an object says that it was made for.

    Raises:
        LibraryError: it does not say so, or it is for another driver.
    """
    try:
        ask = object_.ls_shape_of
    except AttributeError as error:
        raise LibraryError(f"{path} cannot be loaded: {error}") from error
    ask.restype = ctypes.POINTER(_Shape)
    values = ask().contents
    fields = {name: int(getattr(values, name)) for name in _SHAPE_FIELDS}
    if fields.pop("abi") != ABI:
        raise LibraryError(f"{path} was made by another version of the runtime")
    return Shape(**fields)


class Report(ctypes.Structure):
    """The part of a report whose size does not depend on the model; the arrays follow it."""

    _fields_ = (
        ("stop", Long),
        ("distinct", Long),
        ("generated", Long),
        ("outside", Long),
        ("depth", Long),
        ("seconds", ctypes.c_double),
        ("bytes", Long),
        ("bytes_peak", Long),
        ("overflow_set", Long),
        ("overflow_needed", Long),
        ("fault", Long),
        ("error", Long),
        ("finding", FindingFields),
        ("initial_method", Long),
        ("initial_count", Long),
        ("step_count", Long),
        ("step_width", Long),
    )

    stop: int
    distinct: int
    generated: int
    outside: int
    depth: int
    seconds: float
    bytes: int
    bytes_peak: int
    overflow_set: int
    overflow_needed: int
    fault: int
    error: int
    finding: FindingFields
    initial_method: int
    initial_count: int
    step_count: int
    step_width: int


class Library:
    """The functions of one object, with their types.

    Args:
        path: of the shared object. Its name must be its content: a path is loaded once per process.

    Raises:
        LibraryError: it cannot be loaded, or it does not fit.
    """

    def __init__(self, path: Path) -> None:
        try:
            found = ctypes.CDLL(str(path))
            self.open = found.ls_open
            self.run = found.ls_run
            self.report_size = found.ls_report_size
            self.report_of = found.ls_report_of
            self.steps_of = found.ls_steps_of
            self.levels_of = found.ls_levels_of
            self.close = found.ls_close
        except (OSError, AttributeError) as error:
            raise LibraryError(f"{path} cannot be loaded: {error}") from error
        search = ctypes.c_void_p
        self.open.argtypes, self.open.restype = (ctypes.POINTER(Options), ctypes.POINTER(Control)), search
        self.run.argtypes, self.run.restype = (search,), None
        self.report_size.argtypes, self.report_size.restype = (), Long
        self.report_of.argtypes, self.report_of.restype = (search, ctypes.c_void_p), None
        self.steps_of.argtypes, self.steps_of.restype = (search,), ctypes.POINTER(Long)
        self.levels_of.argtypes, self.levels_of.restype = (search, ctypes.POINTER(Long), Long), Long
        self.close.argtypes, self.close.restype = (search,), None
        self.path = path
        self.object = found
        self.shape = shape_of(found, path)
        arrays = self._array_lengths()
        expected = ctypes.sizeof(Report) + 8 * sum(length for _, length in arrays)
        if self.report_size() != expected:
            raise LibraryError(f"{path}: its report has {self.report_size()} bytes instead of {expected}")

    def _array_lengths(self) -> tuple[tuple[str, int], ...]:
        """The arrays at the end of a report; all but the first and last have a place more than items."""
        shape = self.shape
        return (
            ("fired", shape.actions),
            ("matched", shape.actions * shape.matches + 1),
            ("pruned", shape.constraints + 1),
            ("covers", shape.covers + 1),
            ("step_covers", shape.step_covers + 1),
            ("probes", shape.probes + 1),
            ("step_probes", shape.step_probes + 1),
            ("initial_ranks", shape.arguments_max),
        )

    def read_report(self, search: int) -> tuple[Report, dict[str, tuple[int, ...]]]:
        """The report of a search: the fixed part, and the arrays by name."""
        buffer = ctypes.create_string_buffer(self.report_size())
        self.report_of(search, buffer)
        arrays: dict[str, tuple[int, ...]] = {}
        at = ctypes.sizeof(Report)
        for name, length in self._array_lengths():
            arrays[name] = tuple((Long * length).from_buffer_copy(buffer, at))
            at += 8 * length
        return Report.from_buffer_copy(buffer), arrays
