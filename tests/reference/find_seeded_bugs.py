"""`python -m tests.reference.find_seeded_bugs`: the first seed at which the simulator finds each bug."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor

from reference.simulator.run import simulate
from tests.reference.seeded_bugs import BUGS


def first_failure(name: str, seeds: int) -> tuple[int, str] | None:
    """The seed and what it says; None if none of so many fails. A crash of the code is a finding too."""
    with BUGS[name].plant():
        for seed in range(seeds):
            try:
                failure = simulate(seed).failure
            except Exception as error:
                failure = f"{type(error).__name__}: {error}"
            if failure is not None:
                return seed, failure
    return None


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 if each bug is found within the seeds stated for it, else 21."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.find_seeded_bugs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    options = parser.parse_args(arguments)
    names = list(BUGS)
    with ProcessPoolExecutor(options.jobs) as pool:
        findings = list(pool.map(first_failure, names, [BUGS[name].within for name in names]))
    for name, found in zip(names, findings, strict=True):
        where = (
            f"NOT FOUND in {BUGS[name].within} seeds"
            if found is None
            else f"seed {found[0]}: {found[1][:60]}"
        )
        print(f"{name:55} {where}")
    return 21 if None in findings else 0


if __name__ == "__main__":
    sys.exit(main())
