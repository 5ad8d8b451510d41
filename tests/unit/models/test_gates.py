"""What the specs of the protocols say, found by a second search; and the specs leave nothing out."""

import importlib
import math
import pkgutil
from pathlib import Path

import pytest

import model.mutants
from checker.gates.check import Spec
from checker.gates.loading import load_model
from checker.gates.lock.entry import key_of
from checker.gates.lock.text import load_lock
from checker.gates.outcome import show_requirement
from checker.gates.spec import load_spec
from checker.language.declaration import declare, sorts_of
from checker.language.members import Ordered
from checker.language.model import Model
from checker.language.rules import OF_STEPS, Kind
from model.atomic_replication import AtomicReplication
from model.lease import Lease
from model.paxos import Paxos
from model.raft_log import RaftLog
from model.refined_replication import RefinedAtomicReplication
from model.replication import Replication
from tests.unit.models.gate_files import SPECS as SPECS_FOLDER
from tests.unit.models.gate_files import GateCheck, gate_checks

CHECKS = gate_checks()
KEYS = ("covers", "never_fired")
NOT_IN_SPECS = {
    "model.mutants.partition_tokens_as_built",
    "model.mutants.replication_as_built",
    "model.mutants.tokens_as_built",
}
"""An implementation is held against them, in a replay; what they do wrong the mutants that they join show."""
JOINED = {"model.mutants.paxos_proof", "model.mutants.paxos_repeats", "model.mutants.refined_log_replicas"}
"""Mutants joined with a proof, or with what a group refines: they have no rule of their own."""
PROOFS = [load_spec(file) for file in sorted(SPECS_FOLDER.glob("*.toml"))]
LOCK = load_lock(SPECS_FOLDER / "lockstep.lock") or {}
SEARCHED_TWICE = 10_000
"""The most steps, as the lock file counts them, of a check that CPython searches here once more."""

AT_ONCE = 1_500
"""Of a check that must fail: the most steps, without symmetry, that are searched without --long."""


PROTOCOLS = (Paxos, RaftLog, Lease, AtomicReplication, Replication, RefinedAtomicReplication)


def is_small(check: GateCheck) -> bool:
    """Whether a check is quick, and so small that a search without symmetry ends soon."""
    entry = LOCK.get(key_of(check.check))
    return check.check.tier == "quick" and entry is not None and entry.generated <= SEARCHED_TWICE


def all_steps(check: GateCheck) -> int:
    """About how many steps there are without symmetry; CPython takes a second for thousands."""
    sorts = (sort.__name__ for sort in sorts_of(declare(check.model)) if not issubclass(sort, Ordered))
    sizes = [check.check.scope[name] for name in sorts if name in check.check.scope]
    return LOCK[key_of(check.check)].generated * math.prod(map(math.factorial, sizes))


QUICK = [one for one in CHECKS if is_small(one)]
HOLD = [one for one in QUICK if one.check.requirement is not None]
FAIL = [one for one in QUICK if one.check.expect is not None]
LONG = [one for one in FAIL if all_steps(one) > AT_ONCE]
SPECS = list({one.spec.file: one.spec for one in HOLD}.values())


def test_enough_is_searched_twice() -> None:
    """What the lock file does not know is not searched here, and nobody would notice."""
    assert len(HOLD) >= 6
    assert len(FAIL) - len(LONG) >= 60


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
    constraints = ", ".join(one.name for one in declare(check.model).of_kind(Kind.CONSTRAINT))
    assert found.violated is None, found.steps
    assert check.check.requirement is not None
    assert show_requirement(check.check.requirement) == (
        f"exhausted_within({constraints})" if found.pruned else "exhausted"
    )


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: Path(spec.file).stem)
def test_what_a_spec_accepts_is_what_its_quick_checks_do_not_try(spec: Spec) -> None:
    checks = [one for one in HOLD if one.spec.file == spec.file]
    runs = [one.run() for one in checks]
    declaration = declare(checks[0].model)
    covers = {one.name for one in declaration.of_kind(Kind.COVER)}
    actions = {one.name for one in declaration.of_kind(Kind.ACTION)}
    by_all = [set[str].intersection(*[set(getattr(one.check.accept, key)) for one in checks]) for key in KEYS]
    assert covers - set[str]().union(*[run.covers for run in runs]) == spec.accept.covers | by_all[0]
    assert actions - set[str]().union(*[run.fired for run in runs]) == spec.accept.never_fired | by_all[1]


@pytest.mark.parametrize(
    "check",
    [pytest.param(one, marks=pytest.mark.long) if one in LONG else one for one in FAIL],
    ids=lambda check: check.name,
)
def test_a_check_that_must_fail_does(check: GateCheck) -> None:
    found = check.run()
    expect = check.check.expect
    assert expect is not None
    assert (found.violated, len(found.steps)) == (expect.violated, expect.steps)


def test_every_mutant_is_checked() -> None:
    checked = {one.model for one in CHECKS if one.check.mutant is not None}
    assert len(checked) >= 25
    refused = {one.check.mutant for spec in PROOFS for one in spec.proves if one.expect is not None}
    assert len(refused) >= 14
    checked |= {load_model(name, SPECS_FOLDER.parent, "specs") for name in refused if name is not None}
    assert {one for one in mutants() if one.__module__ not in NOT_IN_SPECS} == checked


def test_a_mutant_overrides_one_rule_and_says_so() -> None:
    for mutant in {one for one in mutants() if one.__module__ not in NOT_IN_SPECS | JOINED}:
        base = mutant.__mro__[1]
        own = [one.name for one in declare(mutant).methods if one.owner is mutant and hasattr(base, one.name)]
        added = [one.name for one in declare(mutant).methods if one.owner is mutant]
        assert len(own) <= 1, f"{mutant.__name__} overrides {own}"
        assert added, f"{mutant.__name__} changes nothing"
        assert mutant.__doc__, mutant.__name__


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_some_mutant_violates_each_property(protocol: type[Model]) -> None:
    """A model that adds to another is left to catch what it adds."""
    caught = [one for one in CHECKS if any(issubclass(one.model, base) for base in _family(protocol))]
    properties = {one.name for one in declare(protocol).of_kind(Kind.INVARIANT, *OF_STEPS)}
    assert properties
    assert properties <= {one.check.expect.violated for one in caught if one.check.expect is not None}


def _family(protocol: type[Model]) -> list[type[Model]]:
    """The protocol, and the protocols that it adds to."""
    return [one for one in PROTOCOLS if issubclass(protocol, one)]
