"""Service, routers and limits of the reference follow their models, and with a bug they do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from checker.conformance.validation import BadReading
from checker.exit_codes import ExitCode
from checker.gates.check import Replay, Traces
from checker.gates.replay_run import Replayed, run_replay
from checker.gates.spec import load_spec
from reference.conformance.token_run import TokenRun
from tests.conformance import logs
from tests.reference.token_bugs import LIMIT_BUGS, SERVICE_BUGS

ROOT = Path(__file__).resolve().parents[2]
RUNS = 25


def service() -> Replay:
    """The replay of service and routers."""
    return load_spec(ROOT / "specs" / "tokens_as_built.toml").replays[0]


def limits() -> Replay:
    """The replay of limits."""
    return load_spec(ROOT / "specs" / "partition_tokens_as_built.toml").replays[0]


def walked(replay: Replay, walks: int) -> Replayed:
    """A few walks."""
    return run_replay(replace(replay, traces=Traces(cover="walks", at_most=walks, length=40), disabled=10))


@pytest.mark.parametrize(
    ("replay", "actions"),
    [
        (
            service(),
            {"ask", "receive", "restart_router", "restart_service", "set_clock", "spend", "tick", "vend"},
        ),
        (limits(), {"admit", "burst_read", "split", "tick"}),
    ],
)
def test_nodes_follow_the_model(replay: Replay, actions: set[str]) -> None:
    found = walked(replay, 8)
    assert (found.exit_code, found.problems, found.difference) == (ExitCode.OK, (), None)
    assert found.steered is not None
    assert set(found.steered.by_action) == actions
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.outcomes["refused"] > 10


@pytest.mark.parametrize(
    "bug",
    [
        "a grant of tokens counts twice",
        "a repeated request is vended anew",
        "a portion lives from its receipt",
        "more is granted than there is",
    ],
)
def test_a_bug_of_service_or_routers_shows(bug: str) -> None:
    with SERVICE_BUGS[bug]():
        assert walked(service(), 25).exit_code is ExitCode.DIFFERENCE


@pytest.mark.parametrize(
    "bug",
    [
        "a node owes nothing for what is allocated",
        "a burst does not look at its node",
        "a child begins with full buckets",
        "a split fills the parent's buckets",
    ],
)
def test_a_bug_of_limits_shows(bug: str) -> None:
    with LIMIT_BUGS[bug]():
        assert walked(limits(), 25).exit_code is ExitCode.DIFFERENCE


def test_no_log_of_a_correct_run_is_rejected_and_corrupted_ones_are() -> None:
    judging = logs.validation(logs.FAMILIES["tokens"])
    tallies: dict[str, logs.Tally] = {}
    steps: dict[str, bool] = {}
    for seed in range(RUNS):
        lines = TokenRun(seed).live()
        found = logs.judged(lines, judging)
        assert logs.is_accepted(found), f"run {seed}: {found}"
        steps.update(dict.fromkeys(found.steps, True))
        if seed < 5:
            logs.corrupted(lines, logs.FAMILIES["tokens"], judging, Random(seed), tallies)
    assert set(steps) == {action.name for action in judging.runner.actions} - {"mint"}
    for corrupt in logs.MUST_BE_REJECTED:
        tally = tallies[corrupt.__name__]
        assert tally.tried == tally.rejected > 0, corrupt


@pytest.mark.parametrize("bug", ["a repeated request is vended anew", "grants of a former life are taken"])
def test_a_log_of_a_bug_is_rejected(bug: str) -> None:
    judging = logs.validation(logs.FAMILIES["tokens"])
    with SERVICE_BUGS[bug]():
        found = [TokenRun(seed).live() for seed in range(40)]
    assert not all(logs.is_accepted(logs.judged(lines, judging)) for lines in found)


def test_a_number_beyond_its_type_is_told_with_its_place() -> None:
    lines = TokenRun(0).live()
    number = next(n for n, line in enumerate(lines) if json.loads(line)["state"].get("question"))
    fields = json.loads(lines[number])
    fields["state"]["question"][2] = 9
    found = logs.judged(
        [*lines[:number], json.dumps(fields), *lines[number + 1 :]], logs.validation(logs.FAMILIES["tokens"])
    )
    assert isinstance(found, BadReading)
    assert str(found).startswith(f"run.log:{number + 1}: question[{fields['node']}]")
    assert "'left'" in str(found)
