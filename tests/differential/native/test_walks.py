"""Generated models agree with the reference evaluator on the states that walks reach: steps, errors,
properties, packing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from checker.capture import capture
from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.children import walk_statements
from checker.language.model import Model
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.differential.native.walk import compare
from tests.models.counters import Crashes, Mail, Starts, Timers
from tests.models.die_hard import DieHard
from tests.models.evaluation_order import Order
from tests.models.features import Features
from tests.models.lists import Ranked
from tests.models.shapes import Shapes
from tests.models.termination import Termination
from tests.models.two_phase import TwoPhase
from tests.models.wide import Wide

Sized = Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Case:
    """One model in one scope; `steps` is how many are compared at least."""

    model: type[Model]
    sorts: Sized
    params: Sized = dataclasses.field(default_factory=dict[str, int])
    faults: Sized = dataclasses.field(default_factory=dict[str, int])
    steps: int = 1


LEASE = {"horizon": 3, "drift": 1, "lease_ticks": 2, "grant_ticks": 3, "asks_max": 2}

CASES = (
    Case(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}, steps=500),
    Case(RaftLog, {"Node": 3, "Value": 2, "Term": 3, "Slot": 2}, faults={"timeout": 2}, steps=500),
    Case(Lease, {"Node": 3}, LEASE, {"crash": 1}, steps=500),
    Case(Starts, {"Node": 3}, steps=6),
    Case(Crashes, {"Node": 3}, faults={"crash": 2}, steps=30),
    Case(Mail, {"Node": 2}, steps=100),
    Case(Timers, {"Node": 2}, {"low": 1, "high": 3}, steps=500),
    Case(DieHard, {}, steps=90),
    Case(Order, {"Key": 3, "Step": 3}, steps=5000),
    Case(Features, {"Member": 3, "Era": 3}, {"horizon": 3}, steps=1000),
    Case(Shapes, {"Node": 2, "Era": 2}, steps=500),
    Case(Termination, {"Node": 3}, steps=500),
    Case(TwoPhase, {"Manager": 3}, steps=300),
    Case(Wide, {"Node": 2, "Slot": 2}, faults={"lose": 1}, steps=100),
    Case(Ranked, {"Node": 3}, steps=100),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_a_walk_agrees(case: Case, tmp_path: Path) -> None:
    model, sizes = capture(case.model), Sizes(case.sorts, case.params)
    walked = compare(model, PlainUniverse(model, sizes), sizes, case.faults, tmp_path, states=120)
    assert walked.differences == []
    assert walked.steps >= case.steps


def test_every_statement_and_method_is_compared() -> None:
    """A statement that no model has is a statement that nobody has compared."""
    models = [capture(case.model) for case in CASES]
    bodies = [
        *(action.body for model in models for action in model.actions),
        *(procedure.body for model in models for procedure in model.procedures),
        *(initial.body for model in models for initial in model.initials),
    ]
    found = [statement for body in bodies for statement in walk_statements(body)]
    assert set(get_args(ir.Statement)) - {type(statement) for statement in found} == set()
    methods = {statement.method for statement in found if isinstance(statement, ir.Mutate)}
    assert set(ir.Method) - methods == set()
    steps = {
        type(step)
        for statement in found
        if isinstance(statement, ir.Assign | ir.Mutate)
        for step in statement.place.path
    }
    assert steps == {ir.Key, ir.FieldOf}
    kinds = {prop.kind for model in models for prop in model.properties}
    # Lemmas are for the solver; no search looks at them.
    assert kinds == set(ir.PropertyKind) - {ir.PropertyKind.LEMMA}
