"""Every negative control of the gates, searched by the native engine and by the jump search.

    python -m tests.bench.mutants_by_mode [--seconds 60] [--results FILE] [--table] [SPEC ...]

Prints a table beside that of docs/smt.md. Each search is a process of its own, which is stopped when its
time is over. Seconds are those of a processor, so that other work on the machine does not count; all that a
search does counts: the making of the circuits, the compilation of the native engine's code. Where a jump that
is asked for all properties has no answer, it is asked once more for the violated one alone; the table says
so. A row is kept in the file of results as soon as it is known; what is there is not run again, so that the
table can be made in parts. `--table` prints what there is.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from checker.engines.native.explore import explore
from checker.engines.request import Request
from checker.engines.smt.bounded import jump
from checker.gates.check import TIERS, Check
from checker.gates.run import load_target, request_of
from checker.gates.spec import load_spec
from checker.verdicts import Violated

SPECS = Path("specs")
RESULTS = Path("build/mutants_by_mode.jsonl")
MORE = 3
"""How many steps more than the shortest violation a jump may take."""
BRIEF = 15
"""Up to so many steps a search is short, and its code is compiled without much optimisation."""
PATIENCE = 100
"""How often as long as its time a search may take by the clock."""

Mode = Literal["native", "jump", "alone"]
"""`alone` is a jump that is asked for the violated property, and no other."""
MODES: tuple[Mode, ...] = ("native", "jump", "alone")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one search of a control found.

    Attributes:
        steps: the length of the violation; None where there is no answer.
        seconds: of the whole search.
        reason: why there is no answer.
        truths, bindings: of the jump's circuits: of a state, and of a step.
        alone: a jump was asked for the violated property alone.
    """

    steps: int | None
    seconds: float
    reason: str = ""
    truths: int = 0
    bindings: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a control: the jump looks for at most `most` steps."""

    spec: str
    check: str
    mutant: str
    violated: str
    expected: int
    native: Answer
    jump: Answer

    @property
    def most(self) -> int:
        """The steps that the jump may take."""
        return self.expected + MORE


def controls(files: list[Path], tier: str) -> list[tuple[Path, Check]]:
    """The checks that must fail after a known number of steps, up to a tier; the shortest first."""
    wanted = TIERS[: [str(one) for one in TIERS].index(tier) + 1]
    found = [
        (file, check)
        for file in files
        for check in load_spec(file).checks
        if check.expect is not None and check.expect.steps is not None and check.tier in wanted
    ]
    return sorted(found, key=lambda one: length(one[1]))


def length(check: Check) -> int:
    """Of the shortest violation of a control."""
    assert check.expect is not None, "a control must fail"
    assert check.expect.steps is not None, "its length is known"
    return check.expect.steps


# ------------------------------------------------------------------ one search, in a process of its own


def searched(mode: Mode, request: Request, violated: str, most: int, seconds: float) -> Answer:
    """One search, here and now."""
    if mode == "native":
        result = explore(replace(request, brief=most <= BRIEF))
        steps = len(result.verdict.trace.steps) if isinstance(result.verdict, Violated) else None
        return Answer(steps, used(), "" if steps is not None else str(result.verdict))
    if mode == "alone":
        request = replace(request, only=frozenset({violated}))
    answer = jump(request, most, PATIENCE * seconds)
    found = None if answer.violated is None else len(answer.violated.trace.steps)
    reason = answer.unknown or ("" if found is not None else f"none of at most {most} steps")
    return Answer(found, used(), reason, answer.width, answer.transitions, mode == "alone")


def used() -> float:
    """Processor seconds of this process and of those that it waited for."""
    whole = os.times()
    return whole.user + whole.system + whole.children_user + whole.children_system


def apart(mode: Mode, file: Path, check: Check, seconds: float) -> Answer:
    """One search in a process of its own."""
    words = ["--one", mode, "--seconds", str(seconds), str(file), check.name]
    command = [sys.executable, "-m", "tests.bench.mutants_by_mode", *words]
    most = math.ceil(seconds)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (most, most)),
    )
    if done.returncode < 0:
        return Answer(None, seconds, f"no answer in {seconds:.0f} s")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return Answer(None, 0.0, reason)
    return Answer(**json.loads(done.stdout))


def _one(mode: Mode, file: Path, name: str, seconds: float) -> int:
    check = next(one for one in load_spec(file).checks if one.name == name)
    request = request_of(check, load_target(check))
    assert check.expect is not None, "a control must fail"
    found = searched(mode, request, check.expect.violated, length(check) + MORE, seconds)
    print(json.dumps(asdict(found)))
    return 0


# ------------------------------------------------------------------ the table


def measured(file: Path, check: Check, seconds: float) -> Row:
    """A control, by both."""
    assert check.expect is not None, "a control must fail"
    native, jumped = (apart(mode, file, check, seconds) for mode in ("native", "jump"))
    if jumped.steps is None and check.expect.violated.isidentifier():
        again = apart("alone", file, check, seconds)
        jumped = again if again.steps is not None else jumped
    return Row(file.stem, check.name, check.target, check.expect.violated, length(check), native, jumped)


def kept(results: Path) -> list[Row]:
    """The rows that are known."""
    if not results.exists():
        return []
    rows: list[dict[str, Any]] = [json.loads(text) for text in results.read_text().splitlines()]
    for row in rows:
        row |= {mode: Answer(**row[mode]) for mode in ("native", "jump")}
    return [Row(**row) for row in rows]


def shown(row: Row) -> str:
    """A row of the table."""
    jumped = row.jump

    def cell(answer: Answer) -> list[str]:
        if answer.steps is None:
            return ["", answer.reason]
        return [str(answer.steps), f"{answer.seconds:.1f} s"]

    size = f"{jumped.truths:,} x {jumped.bindings:,}" if jumped.truths else ""
    most = f"{row.most}, alone" if jumped.alone else str(row.most)
    cells = [f"`{row.mutant}`", f"`{row.violated}`", *cell(row.native), most, *cell(jumped), size]
    return "| " + " | ".join(cells) + " |"


HEAD = "| mutant | violated | native: steps | | *K* | jump: steps | | truths x bindings |\n|" + "---|" * 8


def table(rows: list[Row], seconds: float) -> str:
    """The table with its sums, spec by spec."""
    ordered = sorted(rows, key=lambda row: (row.spec, row.expected, row.check))
    lines = [HEAD, *map(shown, ordered), "", "| spec | controls | native | jump |", "|---|---|---|---|"]
    for spec in dict.fromkeys(row.spec for row in ordered):
        lines.append(_sums(f"`{spec}`", [row for row in ordered if row.spec == spec], seconds))
    return "\n".join([*lines, _sums("all", ordered, seconds)])


def _sums(name: str, rows: list[Row], seconds: float) -> str:
    def found(answers: list[Answer]) -> int:
        return sum(one.steps is not None and one.seconds <= seconds for one in answers)

    native, jumped = found([row.native for row in rows]), found([row.jump for row in rows])
    return f"| {name} | {len(rows)} | {native} | {jumped} |"


def main() -> int:
    """The command."""
    words = argparse.ArgumentParser(description="negative controls by the native and by the jump search")
    words.add_argument("specs", nargs="*")
    words.add_argument("--seconds", type=float, default=60.0)
    words.add_argument("--tier", choices=TIERS, default="nightly")
    words.add_argument("--results", type=Path, default=RESULTS)
    words.add_argument("--table", action="store_true", help="print what is known; run nothing")
    words.add_argument("--one", choices=MODES, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one is not None:
        return _one(given.one, Path(given.specs[0]), given.specs[1], given.seconds)
    rows = kept(given.results)
    files = [Path(one) for one in given.specs] or sorted(SPECS.glob("*.toml"))
    known = {(row.spec, row.check) for row in rows}
    waiting = [] if given.table else controls(files, given.tier)
    given.results.parent.mkdir(parents=True, exist_ok=True)
    for file, check in waiting:
        if (file.stem, check.name) in known:
            continue
        rows.append(measured(file, check, given.seconds))
        print(shown(rows[-1]), file=sys.stderr, flush=True)
        with given.results.open("a") as out:
            out.write(json.dumps(asdict(rows[-1])) + "\n")
    print(table(rows, given.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
