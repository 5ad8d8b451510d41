"""Times the runtime of the native engine beside a search in C written by hand for the same model.

    python tests/bench/search_time.py PATH/TO/paxos_search.c [--runs 5] [--workers 2]

Paxos with 3 acceptors, 2 values, 4 ballots: 8,220,065 states. Both are programs of their own, run by turns;
printed are the medians of wall-clock and processor seconds, the peak resident bytes a state, and the ratios.
On a machine that does other work too, processor seconds are the ones to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from checker.engines.native.build import RUNTIME
from checker.engines.native.compiler import COMMON_FLAGS

FIXTURES = Path(__file__).resolve().parents[1] / "unit" / "engines" / "native" / "fixtures"
DISTINCT = 8_220_065
SLOTS = 1 << 24
BYTES = 1 << 33


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: wall-clock and processor seconds, peak resident bytes."""

    wall: float
    processor: float
    resident: int


def run(command: list[str]) -> Run:
    """Runs a program that prints its counts as JSON, and checks them."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    assert process.returncode == 0, printed
    assert json.loads(printed)["distinct"] == DISTINCT, printed
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def compiled(command: list[str], to: Path) -> str:
    """Compiles a program for this processor."""
    subprocess.run(["cc", "-march=native", "-pthread", *command, "-o", str(to)], check=True)
    return str(to)


def main() -> None:
    """Prints one line a program, and the ratios to the first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("yardstick", type=Path, help="the C file of the search written by hand")
    parser.add_argument("--runs", type=int, default=3, help="runs of each program (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="workers of the last line (default 2)")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scope = ["-DACCEPTORS=3", "-DBALLOTS=4", "-DVALUES=2"]
        yardstick = compiled(["-O3", *scope, str(words.yardstick)], Path(place) / "yardstick")
        flags = [flag for flag in COMMON_FLAGS if flag != "-shared"]
        model = [*flags, f"-I{RUNTIME}", '-DMODEL="paxos.c"', "-DBALLOTS=4"]
        native = compiled([*model, str(FIXTURES / "runner.c")], Path(place) / "native")
        commands = {
            "yardstick": [yardstick, str(SLOTS)],
            "runtime, 1 worker": [native, "1", str(BYTES)],
            f"runtime, {words.workers} workers": [native, str(words.workers), str(BYTES)],
        }
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(words.runs):
            for name, command in commands.items():
                runs[name].append(run(command))
    base: Run | None = None
    print(f"{'':24}{'wall s':>8}{'x':>7}{'cpu s':>8}{'x':>7}{'B/state':>9}")
    for name, made in runs.items():
        median = Run(
            statistics.median(one.wall for one in made),
            statistics.median(one.processor for one in made),
            max(one.resident for one in made),
        )
        base = base or median
        ratios = (median.wall / base.wall, median.processor / base.processor)
        print(
            f"{name:24}{median.wall:8.2f}{ratios[0]:7.2f}{median.processor:8.2f}{ratios[1]:7.2f}"
            f"{median.resident / DISTINCT:9.1f}"
        )


if __name__ == "__main__":
    main()
