"""The SMT engine's transitions are exactly CPython's steps: of shipped, small and generated models."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from checker.capture.problems import Refused
from checker.engines.request import Request
from checker.language.declaration import declare, sorts_of
from model.atomic_replication import AtomicReplication
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from model.replication import Replication
from tests.differential.models.agreement import load
from tests.differential.smt.transitions import compare
from tests.differential.test_protocols import CASES, Case
from tests.strategies.models.dice import Dice
from tests.strategies.models.module import generated

LEASE = {"horizon": 3, "drift": 1, "lease_ticks": 1, "grant_ticks": 3, "asks_max": 2}

SHIPPED = (
    Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}),
    Request(Lease, {"Node": 2}, LEASE, {"crash": 1}),
    Request(RaftLog, {"Node": 3, "Term": 2, "Value": 1, "Slot": 2}, faults={"timeout": 2}),
    Request(AtomicReplication, {"Replica": 3, "Ballot": 2, "Value": 1, "Slot": 1}, faults={"crash": 1}),
    Request(Replication, {"Replica": 3, "Ballot": 2, "Value": 1, "Slot": 1}, faults={"crash": 1}),
)

SECONDS = 8.0
GENERATED_MIN = 15
GENERATED_MAX = 60


@pytest.mark.parametrize("request_", SHIPPED, ids=lambda request: request.model.__name__)
def test_shipped_models(request_: Request) -> None:
    done = compare(request_, 15, reachable=True)
    assert done.differences == []
    assert done.steps >= 15


def test_paxos_with_arguments_that_are_variables() -> None:
    done = compare(replace(SHIPPED[0], scope={"Acceptor": 3, "Value": 2, "Ballot": 2}), 12, selected=True)
    assert done.differences == []
    assert done.steps >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_small_protocols(case: Case) -> None:
    for model in (case.model, *case.bugs):
        done = compare(case.request(model), 5, reachable=True)
        assert done.differences == []
        assert done.steps > 0


def test_generated_models(tmp_path: Path) -> None:
    began = sum(os.times()[:2])
    compared = failures = 0
    for seed in range(GENERATED_MAX):
        if sum(os.times()[:2]) - began > SECONDS and compared >= GENERATED_MIN:
            break
        model = generated(Dice.seeded(seed))
        try:
            made = load(model.text, tmp_path).Generated
            used = {sort.__name__ for sort in sorts_of(declare(made))}
            scope = {name: size for name, size in model.scope.items() if name in used}
            done = compare(Request(made, scope, model.params, model.faults), 10)
        except Refused:
            continue
        assert done.differences == [], f"seed {seed}"
        compared += 1
        failures += done.failures
    assert compared >= GENERATED_MIN
    assert failures > 0
