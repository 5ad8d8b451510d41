"""Worlds under faults: all that must hold holds, and a seed means one history."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reference.simulator.run import simulate

ROOT = Path(__file__).resolve().parents[2]
SEEDS = 200
BATCH = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_nothing_breaks_under_faults(first: int) -> None:
    for seed in range(first, first + BATCH):
        report = simulate(seed)
        assert report.failure is None, f"python -m reference.simulator --seed {seed}: {report.failure}"
        assert report.acknowledged_writes > 0
        assert report.lost_writes == 0
        assert report.unknown == 0


def test_a_seed_means_one_history_whatever_the_hash_seed() -> None:
    program = "from reference.simulator.run import simulate\nfor s in range(12): print(simulate(s).digest)"
    digests: list[str] = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.append(done.stdout)
    assert digests[0] == digests[1]
    assert len(set(digests[0].split())) == 12
