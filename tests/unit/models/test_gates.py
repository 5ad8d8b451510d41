"""What the specs of the protocols say, found by a second search; and the specs leave nothing out."""

import importlib
import pkgutil

import pytest

import model.mutants
from checker.language.declaration import declare
from checker.language.model import Model
from checker.language.rules import Kind
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.unit.models.gate_files import GateCheck, gate_checks

CHECKS = gate_checks()
QUICK = [one for one in CHECKS if one.tier == "quick"]
HOLD = [one for one in QUICK if "require" in one.table]
FAIL = [one for one in QUICK if "expect" in one.table]


def mutants() -> set[type[Model]]:
    """Every class of `model/mutants/`."""
    found: set[type[Model]] = set()
    for file in pkgutil.iter_modules(model.mutants.__path__):
        module = importlib.import_module(f"model.mutants.{file.name}")
        classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Model)]
        found.update(one for one in classes if one.__module__ == module.__name__)
    return found


@pytest.mark.parametrize("check", HOLD, ids=lambda check: check.name)
def test_a_check_that_must_hold_does(check: GateCheck) -> None:
    found = check.run()
    accept = check.table.get("accept", {})
    declaration = declare(check.model)
    covers = {one.name for one in declaration.of_kind(Kind.COVER)}
    budgets = check.table.get("faults", {})
    steps = declaration.of_kind(Kind.ACTION)
    actions = {one.name for one in steps if one.budget is None or budgets.get(one.budget, 0) > 0}
    constraints = ", ".join(one.name for one in declaration.of_kind(Kind.CONSTRAINT))
    assert found.violated is None, found.steps
    assert covers - found.covers == set(accept.get("covers", []))
    assert actions - found.fired == set(accept.get("never_fired", []))
    assert check.table["require"] == (f"exhausted_within({constraints})" if found.pruned else "exhausted")


@pytest.mark.parametrize("check", FAIL, ids=lambda check: check.name)
def test_a_check_that_must_fail_does(check: GateCheck) -> None:
    found = check.run()
    assert {"violated": found.violated, "steps": len(found.steps)} == check.table["expect"]


def test_every_mutant_is_checked() -> None:
    checked = {one.model for one in CHECKS if "mutant" in one.table}
    assert len(checked) >= 25
    assert mutants() == checked


def test_a_mutant_overrides_one_rule_and_says_so() -> None:
    for mutant in mutants():
        own = [one.name for one in declare(mutant).methods if one.owner is mutant]
        assert len(own) == 1, f"{mutant.__name__} overrides {own}"
        assert mutant.__doc__, mutant.__name__


@pytest.mark.parametrize("protocol", [Paxos, RaftLog, Lease])
def test_some_mutant_violates_each_property(protocol: type[Model]) -> None:
    caught = [one for one in CHECKS if "expect" in one.table and issubclass(one.model, protocol)]
    properties = {one.name for one in declare(protocol).of_kind(Kind.INVARIANT, Kind.STEP_INVARIANT)}
    assert properties
    assert properties <= {one.table["expect"]["violated"] for one in caught}
