"""Debug builds under sanitizers: silent, and with the counts of CPython; a planted mistake is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.engines.request import Limits, Request
from model.lease import Lease
from model.mutants.paxos import PromisesBelowPromised
from model.raft_log import RaftLog
from tests.differential.models.agreement import requested
from tests.models.counters import Mail
from tests.models.features import Features
from tests.models.shapes import Shapes
from tests.models.wide import Wide
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import generated
from tests.unit.engines.native.sanitized import (
    ADDRESS,
    FIXTURES,
    THREAD,
    compiled,
    counts,
    expected,
    ran,
    written,
)

PAXOS = {"Acceptor": 3, "Value": 1, "Ballot": 2}

REQUESTS = {
    "a paxos mutant": Request(PromisesBelowPromised, {**PAXOS, "Value": 2}),
    "raft": Request(RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, faults={"timeout": 1}),
    "lease": Request(
        Lease,
        {"Node": 2},
        {"horizon": 2, "drift": 1, "lease_ticks": 1, "grant_ticks": 2, "asks_max": 1},
        {"crash": 1},
    ),
    "bags": Request(Mail, {"Node": 2}),
    "wide": Request(Wide, {"Node": 2, "Slot": 2}, faults={"lose": 1}, limits=Limits(depth=6)),
    "shapes": Request(Shapes, {"Node": 2, "Era": 2}, limits=Limits(depth=3)),
    "features": Request(Features, {"Member": 2, "Era": 2}, {"horizon": 3}, limits=Limits(depth=3)),
}
GENERATED = (3, 21, 55)


@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_is_out_of_bounds_or_undefined(name: str, tmp_path: Path) -> None:
    request = REQUESTS[name]
    program = compiled(written(request, tmp_path), tmp_path / "search", *ADDRESS)
    for workers in (1, 3):
        assert counts(ran(program, workers, request.limits.depth)) == expected(request)


@pytest.mark.parametrize("seed", GENERATED)
def test_nothing_is_out_of_bounds_or_undefined_in_a_generated_model(seed: int, tmp_path: Path) -> None:
    request = requested(generated(Dice.seeded(seed)), tmp_path, deadlock=True)
    program = compiled(written(request, tmp_path), tmp_path / "search", *ADDRESS)
    for workers in (1, 3):
        assert counts(ran(program, workers, request.limits.depth)) == expected(request)


@pytest.mark.parametrize(
    ("name", "flags"), [("a paxos mutant", ()), ("raft", ()), ("raft", ("-DLS_COMPACT",))]
)
def test_workers_do_not_race(name: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    request = REQUESTS[name]
    program = compiled(written(request, tmp_path), tmp_path / "search", *THREAD, *flags)
    for workers in (2, 4):
        assert counts(ran(program, workers)) == expected(request)


@pytest.mark.parametrize(
    ("plant", "flags", "noticed"),
    [
        (1, THREAD, "WARNING: ThreadSanitizer: data race"),
        (2, ADDRESS, "ERROR: AddressSanitizer: heap-buffer-overflow"),
        (3, ADDRESS, "runtime error: left shift of 1 by 31 places"),
        (4, ADDRESS, ""),
    ],
)
def test_a_planted_mistake_is_noticed(
    plant: int, flags: tuple[str, ...], noticed: str, tmp_path: Path
) -> None:
    model = FIXTURES / "planted.c"
    right = ran(compiled(model, tmp_path / "right", *flags, "-DPLANT=0"), 4)
    assert counts(right)["distinct"] == 41**3
    wrong = ran(compiled(model, tmp_path / "wrong", *flags, f"-DPLANT={plant}"), 4)
    assert wrong.code != 0
    assert noticed in wrong.errors
    with pytest.raises(AssertionError):
        counts(wrong)
