"""Lock files beside specs: compared with what checks counted, and updated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Spec
from checker.gates.engine import Execution
from checker.gates.lock.entry import Entry, entry_of
from checker.gates.lock.files import LockFiles
from checker.gates.lock.text import NAME, load_lock, write_lock
from checker.gates.outcome import Outcome
from checker.gates.run import run_checks
from checker.gates.spec import load_spec
from checker.verdicts import Bounded, Result, Sampled, Truncated, Violated

SPEC = """model = "tests.unit.gates.toy:Lamp"
[[check]]
name = "wired"
params.wired = 1
[[check]]
name = "bare"
params.wired = 0
[[check]]
name = "control"
params.wired = 0
mutant = "tests.unit.gates.toy:Broken"
expect = { violated = "lit_is_wired", steps = 1 }
"""


def explore(check: Check, request: Request) -> Result:
    return explore_in_python(request)


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    (tmp_path / "toy.toml").write_text(SPEC)
    return load_spec(tmp_path / "toy.toml")


def run(spec: Spec, search: Callable[[Check, Request], Result] = explore) -> list[Outcome]:
    return list(run_checks(spec.checks, search))


def lock_of(spec: Spec) -> Path:
    return Path(spec.file).with_name(NAME)


def entries(spec: Spec) -> list[str]:
    return [name for _, name in load_lock(lock_of(spec)) or {}]


def compared(spec: Spec, outcomes: Sequence[Outcome], *, required: bool = False) -> list[Outcome]:
    locks = LockFiles([spec], required=required)
    return [locks.compared(one) for one in outcomes]


def test_what_was_written_is_no_drift(spec: Spec) -> None:
    outcomes = run(spec)
    (updated,) = LockFiles([spec]).update([spec], outcomes)
    assert (updated.written, updated.dropped) == (3, 0)
    assert entries(spec) == ["bare", "control", "wired"]
    assert compared(spec, outcomes, required=True) == outcomes
    assert LockFiles([spec]).stale([spec]) == []


def test_without_a_file_nothing_is_compared_unless_it_is_required(spec: Spec) -> None:
    outcomes = run(spec)
    assert compared(spec, outcomes) == outcomes
    assert LockFiles([spec]).missing == [lock_of(spec)]
    for one in compared(spec, outcomes, required=True):
        assert (one.status, one.exit_code) == ("fail", ExitCode.LOCK_DRIFT)
        assert "lockstep gate --update" in one.reason


def test_a_check_that_is_not_in_the_file_is_drift(spec: Spec) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes[:2])
    first, second, third = compared(spec, outcomes)
    assert first.passed
    assert second.passed
    assert (third.status, third.exit_code) == ("fail", ExitCode.LOCK_DRIFT)
    assert "lacks this check" in third.reason


def edited(spec: Spec, name: str, **changes: object) -> None:
    found = load_lock(lock_of(spec))
    assert found is not None
    key = next(key for key in found if key[1] == name)
    found[key] = replace(found[key], **changes)  # type: ignore[arg-type]  # fields of an entry
    lock_of(spec).write_text(write_lock(found.values()))


@pytest.mark.parametrize(
    ("name", "changes", "what"),
    [
        ("wired", {"distinct": 3}, "distinct 3 -> 2"),
        ("wired", {"generated": 9}, "generated 9 -> 4"),
        ("wired", {"depth": 9}, "depth 9 -> 2"),
        ("wired", {"actions": (("light", 2), ("rest", 2))}, "action light 2 -> 1"),
        ("wired", {"actions": (("rest", 2),)}, "action light none -> 1"),
        ("wired", {"covers": ("bright",)}, "cover bright reached -> not reached"),
        ("wired", {"params": (("wired", 0),)}, "params wired=0 -> wired=1"),
        ("control", {"steps": 2}, "steps 2 -> 1"),
        ("control", {"verdict": "violated wires_are_one"}, "violated wires_are_one -> violated lit_is_wired"),
    ],
)
def test_a_count_that_moved_is_drift_and_told(
    spec: Spec, name: str, changes: dict[str, object], what: str
) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    edited(spec, name, **changes)
    drifted = [one for one in compared(spec, outcomes) if not one.passed]
    assert [one.check.name for one in drifted] == [name]
    assert drifted[0].exit_code == ExitCode.LOCK_DRIFT
    assert what in drifted[0].reason
    assert len(drifted[0].moved) == 1


def test_what_fails_is_not_compared_and_not_written(spec: Spec) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    before = lock_of(spec).read_text()

    def cut(check: Check, request: Request) -> Result:
        return replace(explore(check, request), verdict=Truncated("memory"), stopped="memory")

    cut_off = run(spec, cut)
    assert [one.exit_code for one in compared(spec, cut_off)] == [ExitCode.INCONCLUSIVE] * 3
    LockFiles([spec]).update([spec], cut_off)
    assert lock_of(spec).read_text() == before


def test_a_violation_of_a_search_that_was_cut_short_has_no_counts(spec: Spec) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    before = lock_of(spec).read_text()
    edited(spec, "control", distinct=1000)
    changed = lock_of(spec).read_text()
    assert changed != before
    control = outcomes[2]
    assert control.result is not None
    assert isinstance(control.result.verdict, Violated)
    stopped = replace(control, result=replace(control.result, stopped="interrupted"))
    assert compared(spec, [stopped]) == [stopped]
    LockFiles([spec]).update([spec], [stopped])
    assert lock_of(spec).read_text() == changed


@pytest.mark.parametrize("verdict", [Sampled(10), Bounded(3)])
def test_what_does_not_count_a_state_space_is_not_locked(spec: Spec, verdict: Sampled | Bounded) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    wired = outcomes[0]
    assert wired.result is not None
    sampled = replace(wired, result=replace(wired.result, verdict=verdict))
    assert entry_of(sampled.check, replace(wired.result, verdict=verdict)) is None
    (drift,) = compared(spec, [sampled])
    assert drift.exit_code == ExitCode.LOCK_DRIFT
    LockFiles([spec]).update([spec], [sampled])
    assert entries(spec) == ["bare", "control"]
    assert compared(spec, [sampled]) == [sampled]


def test_only_what_ran_is_written(spec: Spec) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    edited(spec, "bare", depth=7)
    edited(spec, "wired", depth=7)
    LockFiles([spec]).update([spec], outcomes[:1])
    found = {entry.check: entry.depth for entry in (load_lock(lock_of(spec)) or {}).values()}
    assert found == {"wired": 2, "bare": 7, "control": 2}


def test_a_file_that_is_right_is_not_written_again(spec: Spec) -> None:
    outcomes = run(spec)
    LockFiles([spec]).update([spec], outcomes)
    lock_of(spec).write_text(lock_of(spec).read_text().replace("\n\n", "\n# by hand\n\n"))
    before = lock_of(spec).read_text()
    (updated,) = LockFiles([spec]).update([spec], outcomes)
    assert (updated.written, updated.dropped) == (0, 0)
    assert lock_of(spec).read_text() == before


def test_checks_that_are_no_more_are_drift_and_dropped(spec: Spec) -> None:
    LockFiles([spec]).update([spec], run(spec))
    Path(spec.file).write_text(SPEC.replace('"bare"', '"unwired"'))
    renamed = load_spec(Path(spec.file))
    (stale,) = LockFiles([renamed]).stale([renamed])
    assert (stale.status, stale.exit_code, stale.about) == ("fail", ExitCode.LOCK_DRIFT, "spec")
    assert "'bare' in toy.toml" in stale.problems[0].fact
    (updated,) = LockFiles([renamed]).update([renamed], run(renamed)[:1])
    assert updated.dropped == 1
    assert entries(renamed) == ["control", "wired"]


def test_checks_of_specs_that_were_not_read_are_left_alone(spec: Spec) -> None:
    other = Path(spec.file).with_name("other.toml")
    other.write_text(SPEC)
    both = [spec, load_spec(other)]
    LockFiles(both).update(both, [one for each in both for one in run(each)])
    assert len(entries(spec)) == 6
    assert LockFiles([spec]).stale([spec]) == []
    LockFiles([spec]).update([spec], run(spec))
    assert len(entries(spec)) == 6
    other.unlink()
    (stale,) = LockFiles([spec]).stale([spec])
    assert len(stale.problems) == 3
    LockFiles([spec]).update([spec], [])
    assert len(entries(spec)) == 3


def test_an_entry_is_found_only_for_the_same_numbers(spec: Spec) -> None:
    LockFiles([spec]).update([spec], run(spec))
    locks = LockFiles([spec])
    wired = spec.checks[0]
    assert isinstance(locks.entry(wired), Entry)
    assert locks.entry(replace(wired, params={"wired": 0})) is None
    assert locks.entry(replace(wired, name="other")) is None


COUNTED = """model = "tests.unit.gates.toy:Counter"
[[check]]
name = "counts"
scope.Node = 2
params.top = 3
faults.reset = 1
[[check]]
name = "cut"
scope.Node = 1
params.top = 9
require = "exhausted_within(small)"
[[check]]
name = "overshoots"
mutant = "tests.unit.gates.toy:Overshoots"
scope.Node = 2
params.top = 3
faults.reset = 1
expect = { violated = "low", steps = 4 }
"""


@pytest.mark.parametrize("workers", [1, 3])
def test_every_engine_and_number_of_workers_counts_the_same(tmp_path: Path, workers: int) -> None:
    (tmp_path / "toy.toml").write_text(COUNTED)
    spec = load_spec(tmp_path / "toy.toml")
    LockFiles([spec]).update([spec], run(spec))
    for brief in (False, True):
        native = Execution("native", workers)

        def search(check: Check, request: Request, native: Execution = native, brief: bool = brief) -> Result:
            return native.search(check, replace(request, brief=brief))

        outcomes = run(spec, search)
        assert all(one.passed for one in outcomes)
        assert compared(spec, outcomes, required=True) == outcomes
