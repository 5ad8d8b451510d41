"""The two stores of the native engine beside each other, by turns: time, and the memory of the whole process.

    python -m tests.bench.stores [--runs 3] [--workers 1]

The figures are the ratio of the times, and the peak resident bytes a state: of Paxos with 3 acceptors, 2
values and 4 ballots at most 16 with the compact store.
"""

from __future__ import annotations

import argparse

from tests.bench.measure import measure, native, table

CASES: tuple[tuple[str, str, dict[str, int], dict[str, int]], ...] = (
    ("paxos", "model.paxos:Paxos", {"Acceptor": 3, "Value": 2, "Ballot": 4}, {}),
    (
        "truncation",
        "tests.bench.models.truncation:Truncation",
        {"Node": 3, "Value": 2, "Term": 4, "Slot": 4},
        {},
    ),
    (
        "leases",
        "tests.bench.models.leases:Leases",
        {"Client": 3, "Key": 3},
        {"horizon": 5, "drift": 1, "length": 4},
    ),
)


def main() -> None:
    """Prints a table for each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    for name, model, scope, params in CASES:
        programs = [
            native(f"{name}, {store}", model, scope, params=params, workers=asked.workers, store=store)
            for store in ("default", "compact")
        ]
        print(table(measure(programs, asked.runs)))


if __name__ == "__main__":
    main()
