"""Generated models, searched with each reduction and without, on each engine and store: all agree."""

from __future__ import annotations

import os
from pathlib import Path

from tests.differential.models.agreement import own_cache
from tests.differential.models.audited import audited, is_reduced
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import generated

SEEDS = range(2_000, 2_030)
SECONDS = 30.0
REDUCED_MIN = 2


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def test_generated_models_are_the_same_up_to_names(tmp_path: Path) -> None:
    began, reduced = _processor_seconds(), 0
    with own_cache():
        for seed in SEEDS:
            if reduced >= REDUCED_MIN and _processor_seconds() - began > SECONDS:
                break
            found = audited(generated(Dice.seeded(seed)), tmp_path)
            assert found is None or found.disagreements == (), f"seed {seed}"
            reduced += is_reduced(found)
    assert reduced >= REDUCED_MIN
