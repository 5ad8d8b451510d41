"""Each proof that is kept in a gate is refused where a rule of its model is changed: the gates show it.

What a control is refused for is what `lockstep gate` finds out; here is looked at whether there are any, and
whether they change rules and not what is claimed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.gates.check import Prove
from checker.gates.run import load_target
from checker.gates.spec import load_spec
from checker.language.declaration import declare
from checker.language.rules import Kind

SPECS = [file for file in sorted(Path("specs").glob("*.toml")) if load_spec(file).proves]
CLAIMS = (Kind.LEMMA, Kind.INVARIANT, Kind.STEP_INVARIANT, Kind.ASSUME, Kind.CONSTRAINT)


def _controls(file: Path) -> list[Prove]:
    return [one for one in load_spec(file).proves if one.check.mutant is not None]


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_each_proof_has_controls_that_every_gate_runs(file: Path) -> None:
    proofs = [one for one in load_spec(file).proves if one.mode == "unbounded" and one.check.mutant is None]
    assert proofs, "it is proved for every scope"
    soon = [one for one in _controls(file) if one.check.tier != "nightly"]
    assert len(soon) >= 2
    assert all(one.expect is not None and one.expect.refused for one in soon)
    proved = {one.check.model for one in proofs}
    assert {one.check.model for one in _controls(file)} <= proved


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_a_control_changes_a_rule_and_no_claim(file: Path) -> None:
    for one in _controls(file):
        mutant = load_target(one.check)
        model = load_target(replace(one.check, mutant=None))
        kept = {method.function for method in declare(model).methods}
        own = [method for method in declare(mutant).methods if method.function not in kept]
        changed = {method.name: method.kind for method in own}
        if file.stem == "lease_rates" and mutant.__name__ == "EqualDurations":
            assert set(changed.values()) == {Kind.ASSUME}, "the rule is how long a grant is"
            continue
        assert changed, mutant
        assert not set(changed.values()) & set(CLAIMS), (mutant, changed)
