"""The replicas of the reference implementation follow the replication model, and with a bug they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from reference.conformance.group_run import GroupRun
from tests.conformance import logs
from tests.reference.history_bugs import HISTORY_BUGS
from tests.reference.seeded_bugs import BUGS

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = "model.mutants.replication_as_built"
QUICK = Traces(cover="walks", at_most=6, length=50, seed=2)


def group(name: str = "replicas of the reference implementation") -> Replay:
    """A replay of the spec."""
    spec = load_spec(ROOT / "specs" / "replication_as_built.toml")
    return next(one for one in spec.replays if one.name == name)


def with_mutant(name: str, *, ballots: int = 2, slots: int = 1, crashes: int = 0) -> Replayed:
    """Hardly a step of the model, and all that one mutant has to show."""
    one = group("where mutants leave the model")
    scope = {**one.scope, "Ballot": ballots, "Slot": slots}
    traces = Traces(cover="contexts", at_most=1, states=60)
    return run_replay(
        replace(one, scope=scope, faults={"crash": crashes}, traces=traces, mutants=(f"{MUTANTS}:{name}",))
    )


def test_replicas_follow_the_model() -> None:
    found = run_replay(replace(group(), traces=replace(QUICK, at_most=20)))
    assert (found.exit_code, found.problems, found.difference) == (ExitCode.OK, (), None)
    assert found.steered is not None
    assert {
        "lead",
        "commit",
        "apply",
        "acknowledge",
        "read_strong",
        "crash",
        "lose_disk",
        "writeback",
    } <= set(found.steered.by_action)
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.outcomes["refused"] > 100


@pytest.mark.parametrize(
    "bug",
    [
        "a promise or vote is sent before it is durable",
        "the log's sync does nothing",
        "a ballot is used again after a restart",
        "a vote below the promise",
        "a quorum with one vote less",
        "serves before the read barrier",
        "tokens are forgotten",
        "a promise omits what was accepted",
    ],
)
def test_a_bug_shows_on_a_walk(bug: str) -> None:
    with BUGS[bug].plant():
        assert run_replay(replace(group(), traces=QUICK)).exit_code is ExitCode.DIFFERENCE, bug


@pytest.mark.parametrize(
    ("bug", "mutant", "slots"),
    [
        ("ignores what was promised", "IgnoresPromisedValues", 2),
        ("a vote below the promise", "AcceptsBelowPromised", 1),
    ],
)
def test_a_bug_shows_where_a_mutant_leaves_the_model(bug: str, mutant: str, slots: int) -> None:
    found = with_mutant(mutant, slots=slots)
    assert (found.exit_code, found.difference) == (ExitCode.OK, None)
    assert dict(found.mutants)[f"{MUTANTS}:{mutant}"] > 0
    with BUGS[bug].plant():
        assert with_mutant(mutant, slots=slots).exit_code is ExitCode.DIFFERENCE, bug


def test_no_log_of_a_correct_run_is_rejected_and_corrupted_ones_are() -> None:
    family = logs.FAMILIES["group"]
    judging = logs.validation(family)
    tallies: dict[str, logs.Tally] = {}
    steps: dict[str, bool] = {}
    for seed in range(60):
        lines = GroupRun(seed).live()
        found = logs.judged(lines, judging)
        assert logs.is_accepted(found), f"run {seed}: {found}"
        steps.update(dict.fromkeys(found.steps, True))
        if seed < 15:
            logs.corrupted(lines, family, judging, Random(seed), tallies)
    # What is rarer than that: python -m tests.conformance.logs group.
    rare = {*family.idle, "hear", "prepare_after"}
    assert set(steps) - rare == {action.name for action in judging.runner.actions} - rare
    for corrupt in logs.MUST_BE_REJECTED:
        tally = tallies[corrupt.__name__]
        assert tally.tried == tally.rejected > 0, corrupt


@pytest.mark.parametrize(
    "bug",
    [
        "a promise or vote is sent before it is durable",
        "a vote below the promise",
        "a quorum with one vote less",
        "ignores what was promised",
        "a promise omits what was accepted",
        "the table is applied before the log is durable",
        "promises are not read back",
        "what is chosen is the barrier",
        "a ballot below the promise",
        "a promise tells of later slots",
    ],
)
def test_a_log_of_a_bug_is_rejected(bug: str) -> None:
    judging = logs.validation(logs.FAMILIES["group"])
    with HISTORY_BUGS[bug]() if bug in HISTORY_BUGS else BUGS[bug].plant():
        found = [GroupRun(seed).live() for seed in range(5)]
    assert not all(logs.is_accepted(logs.judged(lines, judging)) for lines in found)


def test_nothing_is_written_unless_it_is_asked_for() -> None:
    assert GroupRun(1, logs=False).live() == []
