"""From the command to the verdict: `lockstep check` of Paxos 3/2/2, compiled before and not.

    python -m tests.bench.command [--runs 5]

Printed are medians of wall-clock and processor seconds of the whole command.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

COMMAND = (
    *(sys.executable, "-m", "checker", "check", "model.paxos:Paxos"),
    *("--scope", "Acceptor=3,Value=2,Ballot=2", "--json"),
)


def run(cache: str) -> tuple[float, float]:
    """Wall-clock and processor seconds of one command with this cache."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    printed = subprocess.run(COMMAND, env=environment, check=True, capture_output=True, text=True).stdout
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert '"distinct": 443' in printed, printed
    assert '"engine": "native"' in printed, printed
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints two lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    cold: list[tuple[float, float]] = []
    warm: list[tuple[float, float]] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(run(cache))
            warm.append(run(cache))
    print(f"{'Paxos 3/2/2, command to verdict':34}{'wall s':>9}{'cpu s':>8}")
    for name, made in (("cold cache", cold), ("warm cache", warm)):
        wall, processor = (statistics.median(values) for values in zip(*made, strict=True))
        print(f"{name:34}{wall:9.2f}{processor:8.2f}")


if __name__ == "__main__":
    main()
