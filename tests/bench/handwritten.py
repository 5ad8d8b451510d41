"""The native engine beside C searches written by hand for the same model, by turns.

    python -m tests.bench.handwritten truncation
    python -m tests.bench.handwritten leases
    python -m tests.bench.handwritten            both

`truncation` is a log with truncation, `leases` a model of partial maps and clocks. Each search is compiled
three times, and differs in when states are looked up:

- the successors of one state together, once the memory that they need was asked for;
- each when it is made;
- those of many states together, as the engine does, and the search of Paxos in tests.bench.peers.

Printed are medians of five runs, one worker each; the ratios are to the first. The engine should take at most
1.2 times as long as each: beside the last it does not yet.
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
    """The search by hand in each of its forms, and the native engine, in this order."""
    case = CASES[name]

    def by_hand(title: str, *defines: str) -> Program:
        built = compiled(
            SEARCHES / case.source, place / "_".join((name, *defines)), (*case.defines, *defines)
        )
        return Program(f"{name}, by hand, {title}", (built,))

    programs = (
        by_hand("a state's successors", "EACH_STATE=1"),
        by_hand("one by one", "AHEAD=1"),
        by_hand("many states together"),
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
