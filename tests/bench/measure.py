"""Measures programs against each other in one run: by turns, medians, and only when all counted the same.

A program prints its counts as one JSON object, or something that its `read` understands:

    {"distinct": 8220065, "generated": 69931797, "depth": 33, "seconds": 1.502}

`seconds` is the time of the search alone; a program that does not print it is measured whole.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEARCHES = Path(__file__).resolve().parent / "searches"
C_FLAGS = ("-std=gnu11", "-O3", "-march=native", "-pthread")

Counts = dict[str, float]


class Disagreement(Exception):
    """Two programs that search the same model counted differently: nothing was measured."""


def printed_json(text: str) -> Counts:
    """The last line of a program that is a JSON object."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            found = json.loads(line)
            return {key: value for key, value in found.items() if isinstance(value, int | float)}
    raise ValueError(f"no counts in:\n{text}")


@dataclass(frozen=True, slots=True)
class Program:
    """Something to measure.

    Attributes:
        name: as it stands in the table.
        command: how it is run, in the root of the repository.
        agrees_on: the counts that must equal those of the other programs that name them.
        read: finds the counts in what it prints.
    """

    name: str
    command: tuple[str, ...]
    agrees_on: tuple[str, ...] = ("distinct", "generated", "depth")
    read: Callable[[str], Counts] = printed_json


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of the search, of the whole program, of processors; peak resident bytes; counts."""

    search: float
    wall: float
    processor: float
    resident: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Medians:
    """The runs of one program; `resident` is the most that any run needed."""

    program: Program
    runs: tuple[Run, ...]

    @property
    def search(self) -> float:
        """Seconds of the search."""
        return statistics.median(one.search for one in self.runs)

    @property
    def wall(self) -> float:
        """Seconds of the whole program, from its start to its end."""
        return statistics.median(one.wall for one in self.runs)

    @property
    def processor(self) -> float:
        """Seconds of all processors, in the program and the system."""
        return statistics.median(one.processor for one in self.runs)

    @property
    def resident(self) -> int:
        """Peak resident bytes."""
        return max(one.resident for one in self.runs)

    @property
    def counts(self) -> Counts:
        """What it counted."""
        return self.runs[0].counts

    @property
    def resident_per_state(self) -> float:
        """Peak resident bytes a distinct state."""
        return self.resident / self.counts["distinct"]


def run(program: Program) -> Run:
    """Runs a program once.

    Raises:
        RuntimeError: it failed.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(program.command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    printed = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{program.name}: exit {process.returncode}\n{printed}")
    counts = program.read(printed)
    processor = usage.ru_utime + usage.ru_stime
    return Run(counts.get("seconds", wall), wall, processor, usage.ru_maxrss * 1024, counts)


def measure(programs: Sequence[Program], runs: int = 5, *, agree: bool = True) -> list[Medians]:
    """Runs programs by turns, so that what else the machine does meets them alike.

    Args:
        agree: they search the same model, and must count the same.

    Raises:
        Disagreement: they do not.
        RuntimeError: one of them failed.
    """
    made: list[list[Run]] = [[] for _ in programs]
    known: Counts = {}
    for _ in range(runs):
        for program, of in zip(programs, made, strict=True):
            one = run(program)
            for name in program.agrees_on if agree else ():
                if known.setdefault(name, one.counts[name]) != one.counts[name]:
                    raise Disagreement(f"{program.name}: {name} {one.counts[name]:,}, not {known[name]:,}")
            of.append(one)
    return [Medians(program, tuple(of)) for program, of in zip(programs, made, strict=True)]


def table(measured: Sequence[Medians]) -> str:
    """The measurements as a table; ratios are to the first line."""
    base = measured[0]
    lines = [f"{'':42}{'search s':>10}{'x':>7}{'wall s':>9}{'cpu s':>8}{'MiB':>8}{'B/state':>9}"]
    for one in measured:
        lines.append(
            f"{one.program.name:42}{one.search:10.3f}{one.search / base.search:7.2f}{one.wall:9.2f}"
            f"{one.processor:8.2f}{one.resident / 2**20:8.0f}{one.resident_per_state:9.1f}"
        )
    return "\n".join(lines)


def compiled(source: Path, to: Path, defines: Iterable[str] = (), flags: Sequence[str] = C_FLAGS) -> str:
    """Compiles a C program of one file for this processor; the path of the result."""
    command = ["cc", *flags, *(f"-D{one}" for one in defines), str(source), "-o", str(to)]
    subprocess.run(command, check=True)
    return str(to)


def native(
    name: str,
    model: str,
    scope: dict[str, int],
    *,
    params: dict[str, int] | None = None,
    faults: dict[str, int] | None = None,
    workers: int = 1,
    store: str = "default",
    only: Sequence[str] | None = None,
    symmetry: bool = False,
    states: int | None = None,
) -> Program:
    """The native engine on a model; its object is compiled before it is measured, by the first run."""
    command = [sys.executable, "-m", "tests.bench.native", model]
    groups = {"scope": scope, "params": params or {}, "faults": faults or {}}
    for option, given in groups.items():
        command += [word for key, value in given.items() for word in (f"--{option}", f"{key}={value}")]
    command += ["--workers", str(workers), "--store", store]
    command += [word for one in only or () for word in ("--only", one)]
    command += ["--symmetry"] if symmetry else []
    command += [] if states is None else ["--states", str(states)]
    return Program(name, tuple(command))
