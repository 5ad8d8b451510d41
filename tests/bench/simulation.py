"""Steps that random walks of the native engine take, a second and worker: at least a million.

    python -m tests.bench.simulation [--runs 5]

One worker; the time is that of the walks alone, the median of the runs.
"""

from __future__ import annotations

import argparse
import importlib
import statistics

from checker.engines.native.simulate import simulate
from checker.engines.request import Request, Simulation
from tests.bench.stores import CASES

DEPTH = 60
WALKS = 100_000


def main() -> None:
    """Prints a line for each model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    for name, target, scope, params in CASES:
        module, kind = target.split(":")
        model = getattr(importlib.import_module(module), kind)
        rates: list[float] = []
        for seed in range(asked.runs + 1):
            walks = Simulation(WALKS, DEPTH, seed)
            result = simulate(Request(model, scope, params, workers=1, deadlock=False, simulation=walks))
            steps = sum(count for _, count in result.statistics.actions)
            rates.append(steps / result.statistics.seconds)
        # The first run compiles.
        print(f"{name:12} {statistics.median(rates[1:]) / 1e6:6.2f} million steps a second", flush=True)


if __name__ == "__main__":
    main()
