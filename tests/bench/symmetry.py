"""What symmetry costs: nanoseconds for each generated state, with it and without, by turns.

    python -m tests.bench.symmetry [--runs 5] [NAME ...]

Printed are medians, and their ratio with the most that it may be. A search without symmetry that would be too
long stops at some millions of states: the states of one level cost alike.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass, field

from tests.bench.measure import Medians, measure, native


@dataclass(frozen=True, slots=True)
class Case:
    """A model in a scope; `most` is what the ratio may be."""

    name: str
    model: str
    scope: dict[str, int]
    most: float
    faults: dict[str, int] = field(default_factory=dict[str, int])
    states: int | None = None


PAXOS, RAFT = "model.paxos:Paxos", "model.raft_log:RaftLog"
CASES = (
    Case("paxos 3+2", PAXOS, {"Acceptor": 3, "Value": 2, "Ballot": 4}, 1.3),
    Case("paxos 5+2", PAXOS, {"Acceptor": 5, "Value": 2, "Ballot": 3}, 1.5, states=4_000_000),
    Case(
        "log 3+2",
        RAFT,
        {"Node": 3, "Value": 2, "Term": 3, "Slot": 2},
        2.5,
        faults={"timeout": 3},
        states=3_000_000,
    ),
    Case(
        "log 5+2",
        RAFT,
        {"Node": 5, "Value": 2, "Term": 3, "Slot": 2},
        4.0,
        faults={"timeout": 3},
        states=2_000_000,
    ),
)


def nanoseconds(of: Medians) -> float:
    """Of the search, for each generated state."""
    return statistics.median(one.search * 1e9 / one.counts["generated"] for one in of.runs)


def main() -> None:
    """Prints a row for each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 'log 5+2'; default all")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(f"{'':12}{'without ns':>12}{'with ns':>10}{'ratio':>8}{'at most':>9}{'states':>22}")
    for case in CASES:
        if asked.names and case.name not in asked.names:
            continue
        ways = [
            native(
                f"{case.name}, {'with' if symmetry else 'without'}",
                case.model,
                case.scope,
                faults=case.faults,
                symmetry=symmetry,
                states=case.states,
            )
            for symmetry in (False, True)
        ]
        whole, reduced = measure(ways, asked.runs, agree=False)
        before, after = nanoseconds(whole), nanoseconds(reduced)
        counts = f"{whole.counts['distinct']:,.0f} / {reduced.counts['distinct']:,.0f}"
        print(
            f"{case.name:12}{before:12.1f}{after:10.1f}{after / before:8.2f}{case.most:9.1f}{counts:>22}",
            flush=True,
        )


if __name__ == "__main__":
    main()
