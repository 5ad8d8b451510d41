"""The reference implementation follows its models, and with a bug planted in it, it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Replay
from checker.gates.replay_run import run_replay
from checker.gates.spec import load_spec
from tests.reference.seeded_bugs import BUGS

ROOT = Path(__file__).resolve().parents[2]


def single_decree() -> Replay:
    """The replay of the spec, with fewer traces."""
    (replay,) = load_spec(ROOT / "specs" / "paxos_repeats.toml").replays
    return replace(replay, traces=replace(replay.traces, at_most=60, states=1500))


def test_acceptors_and_phase_one_follow_paxos() -> None:
    found = run_replay(single_decree())
    assert (found.exit_code, found.problems) == (ExitCode.OK, ())
    assert found.steered is not None
    assert found.steered.steps > 500
    assert not found.steered.refused
    assert found.given is not None
    assert found.given.stimuli > 100


@pytest.mark.parametrize(
    "bug",
    [
        "a vote below the promise",
        "ignores what was promised",
        "a promise omits what was accepted",
        "a quorum with one vote less",
        "the log's sync does nothing",
    ],
)
def test_a_bug_in_acceptors_or_phase_one_is_found(bug: str) -> None:
    with BUGS[bug].plant():
        found = run_replay(single_decree())
    assert found.exit_code is ExitCode.DIFFERENCE, bug
