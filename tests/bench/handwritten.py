"""The native engine beside C searches written by hand for the same model, by turns.

    python -m tests.bench.handwritten truncation
    python -m tests.bench.handwritten leases
    python -m tests.bench.handwritten            both

`truncation` is a log with truncation, `leases` a model of partial maps and clocks. Each search is compiled
twice: one looks a state up when it is made, as a search is written first; the other collects states and asks
ahead for the memory that they need, as the engine does. Printed are medians of five runs, one worker each;
the ratios are to the first. The engine should take at most 1.2 times as long as the one that asks ahead.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import SEARCHES, Medians, Program, compiled, measure, native, table


@dataclass(frozen=True, slots=True)
class Case:
    """A model in a scope, and the search written for it."""

    model: str
    scope: dict[str, int]
    params: dict[str, int]
    source: str
    defines: tuple[str, ...]


CASES = {
    "truncation": Case(
        "tests.bench.models.truncation:Truncation",
        {"Node": 3, "Value": 2, "Term": 4, "Slot": 4},
        {},
        "truncation.c",
        ("NODES=3", "VALUES=2", "TERMS=4", "SLOTS=4"),
    ),
    "leases": Case(
        "tests.bench.models.leases:Leases",
        {"Client": 3, "Key": 3},
        {"horizon": 5, "drift": 1, "length": 4},
        "leases.c",
        ("CLIENTS=3", "KEYS=3", "HORIZON=5", "DRIFT=1", "LENGTH=4"),
    ),
}


def measured(name: str, place: Path, runs: int) -> list[Medians]:
    """The search by hand, the same with memory asked for ahead, and the native engine, in this order."""
    case = CASES[name]
    plain = compiled(SEARCHES / case.source, place / f"{name}_plain", (*case.defines, "AHEAD=1"))
    ahead = compiled(SEARCHES / case.source, place / name, case.defines)
    programs = (
        Program(f"{name}, C by hand", (plain,)),
        Program(f"{name}, C by hand, asking ahead", (ahead,)),
        native(f"{name}, native engine", case.model, case.scope, params=case.params),
    )
    return measure(programs, runs)


def main() -> None:
    """Prints a table for each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="MODEL", help=f"of {', '.join(CASES)}; default all")
    parser.add_argument("--runs", type=int, default=5)
    words = parser.parse_args()
    unknown = [name for name in words.names if name not in CASES]
    if unknown:
        parser.error(f"no model {', '.join(unknown)}; there are {', '.join(CASES)}")
    with tempfile.TemporaryDirectory() as place:
        for name in words.names or CASES:
            print(table(measured(name, Path(place), words.runs)), flush=True)


if __name__ == "__main__":
    main()
