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


@pytest.mark.parametrize("seed", [531, 1240, 3735])
def test_worlds_that_broke_once_hold(seed: int) -> None:
    """A replica that gave up joining; a crash after the end; a lost disk beside a lost member."""
    assert simulate(seed).failure is None


DIGESTS = """
from hashlib import sha256
from reference.simulator.event_log import EventLog
from reference.simulator.run import simulate
for seed in range(12):
    log = EventLog()
    report = simulate(seed, watcher=log)
    print(report.digest, sha256("".join(log.lines).encode()).hexdigest(), sorted(report.probes.items()))
"""


def test_a_seed_means_one_history_whatever_the_hash_seed() -> None:
    """What the clients saw, and each step of each replica with its state and what it sent."""
    texts: list[str] = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        texts.append(done.stdout)
    assert texts[0] == texts[1]
    assert len({line.split()[0] for line in texts[0].splitlines()}) == 12
