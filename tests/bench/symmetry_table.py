"""States and seconds of the checks of specs/ that must hold, with symmetry and without, as a table.

    python -m tests.bench.symmetry_table [--tier default] [--states 10000000] [SPEC...]

A search without symmetry that finds more states than that stops: the table says `more than`. Both are
compiled before they are timed.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker.engines.native.explore import explore
from checker.engines.request import Limits
from checker.gates.check import TIERS, Check
from checker.gates.gate_command import load_specs, spec_files
from checker.gates.run import load_target, request_of
from checker.verdicts import Result

HEAD = (
    "| spec | check | scope | states up to names | all states | times fewer | seconds | seconds for all |\n"
)
RULE = "|---|---|---|--:|--:|--:|--:|--:|\n"


def row(spec: Path, check: Check, limits: Limits) -> str:
    """A row of the table."""
    request = replace(request_of(check, load_target(check)), workers=1)
    ways = replace(request, symmetry=None), replace(request, symmetry=(), limits=limits)
    for way in ways:
        explore(replace(way, limits=Limits(states=1)))
    reduced, whole = (explore(way) for way in ways)
    few, all_states = _states(reduced), _states(whole)
    more = "more than " if whole.stopped else ""
    scope = ", ".join([f"{name}={size}" for name, size in sorted(check.scope.items())])
    times = f"{more}{all_states / few:.1f}"
    seconds = [f"{one.statistics.seconds:.2f}" for one in (reduced, whole)]
    cells: list[Any] = [spec.stem, check.name, scope, f"{few:,}", f"{more}{all_states:,}", times, *seconds]
    return f"| {' | '.join(cells)} |\n"


def _states(result: Result) -> int:
    assert result.statistics.distinct is not None, "a search counts states"
    return result.statistics.distinct


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tier", choices=TIERS, default="default")
    parser.add_argument("--states", type=int, default=10_000_000)
    parser.add_argument("specs", nargs="*", type=Path)
    asked = parser.parse_args()
    tiers = TIERS[: TIERS.index(asked.tier) + 1]
    print(HEAD + RULE, end="")
    for spec in load_specs(spec_files(tuple(asked.specs))):
        for check in spec.checks:
            if check.expect is None and check.tier in tiers and check.simulation is None:
                print(row(Path(spec.file), check, Limits(states=asked.states)), end="", flush=True)


if __name__ == "__main__":
    main()
