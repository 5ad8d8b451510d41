"""Two workers beside one, by turns, on an idle machine of two processors or more: at least 1.7 times as fast.

    python -m tests.bench.workers [--runs 5]

The figure is the ratio of the times of the searches; the counts are the same.
"""

from __future__ import annotations

import argparse
import os

from tests.bench.measure import measure, native, table
from tests.bench.stores import CASES


def main() -> None:
    """Prints a table for each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name, model, scope, params in CASES:
        programs = [
            native(f"{name}, {workers} workers", model, scope, params=params, workers=workers)
            for workers in (2, 1)
        ]
        found = measure(programs, asked.runs)
        print(table(found))
        print(
            f"{name}: two workers are {found[1].search / found[0].search:.2f} times as fast as one\n",
            flush=True,
        )


if __name__ == "__main__":
    main()
