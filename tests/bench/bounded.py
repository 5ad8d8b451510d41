"""Bounded search on the negative controls of the gates: which are found, how soon, how long the traces are.

    python -m tests.bench.bounded [--seconds 60] [--tier nightly] [SPEC ...]

Prints the table of docs/smt.md, a row as soon as it is known, and how many are found in time. Each control is
run in a process of its own, so that no memory is carried over.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from checker.gates.check import TIERS, Check
from checker.gates.spec import load_spec

SPECS = Path("specs")
MORE = 3
"""How many steps more than the shortest violation are allowed."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a control."""

    mutant: str
    steps: int
    violated: str
    found: int | None
    shortest: int
    refuted: int | None
    seconds: float | None

    @property
    def is_found(self) -> bool:
        """Whether a violation was found at all."""
        return self.found is not None


def controls(files: list[Path], tier: str) -> list[tuple[Path, Check]]:
    """The checks that must fail after a known number of steps, up to a tier."""
    wanted = TIERS[: [*TIERS].index("nightly" if tier == "nightly" else "default") + 1]
    return [
        (file, check)
        for file in files
        for check in load_spec(file).checks
        if check.expect is not None and check.expect.steps is not None and check.tier in wanted
    ]


def measured(file: Path, check: Check, seconds: float) -> Row:
    """One control, in a process of its own, which is given the time and as much again to make circuits."""
    expect = check.expect
    assert expect is not None, "a control must fail"
    assert expect.steps is not None, "its length is known"
    most = expect.steps + MORE
    words = ["--bounded", str(most), "--seconds", str(seconds), "--json"]
    command = [sys.executable, "-m", "checker", "prove", f"{file}:{check.name}", *words]
    name = check.target
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * seconds + 60, check=False)
    except subprocess.TimeoutExpired:
        return Row(name, most, "no answer", None, expect.steps, None, None)
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[0]
        return Row(name, most, reason, None, expect.steps, None, None)
    violated = answer["property"] or answer["verdict"]
    first = answer["queries"][0]["seconds"] if answer["queries"] else None
    return Row(name, most, violated, answer["length"], expect.steps, answer["refuted"], first)


def shown(row: Row) -> str:
    """A row of the table."""
    cells = [f"`{row.mutant}`", row.steps, f"`{row.violated}`", row.found, row.shortest, row.refuted]
    seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
    return "| " + " | ".join(["" if cell is None else str(cell) for cell in (*cells, seconds)]) + " |"


def main() -> int:
    """The command."""
    words = argparse.ArgumentParser(description="bounded search on the negative controls")
    words.add_argument("specs", nargs="*", type=Path)
    words.add_argument("--seconds", type=float, default=60.0)
    words.add_argument("--tier", choices=TIERS, default="nightly")
    given = words.parse_args()
    files = given.specs or sorted(SPECS.glob("*.toml"))
    print("| mutant | *K* | violated | steps found | native: shortest | refuted | seconds |")
    print("|---|---|---|---|---|---|---|")
    rows: list[Row] = []
    for file, check in controls(files, given.tier):
        rows.append(measured(file, check, given.seconds))
        print(shown(rows[-1]), flush=True)
    soon = [row for row in rows if row.is_found and row.seconds is not None and row.seconds <= given.seconds]
    print(f"\n{len(soon)} of {len(rows)} are found within {given.seconds:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
