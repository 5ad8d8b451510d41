"""`lockstep replay`, as people run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.unit.cli.process import ROOT, lockstep, without_measures

SPEC = "tests/conformance/two_phase.toml"


def spec(folder: Path, *, system: str = "two_phase_system:TwoPhaseSystem", more: str = "") -> str:
    """A spec of one replay, in a folder of its own."""
    text = (ROOT / SPEC).read_text(encoding="utf-8")
    path = folder / "two_phase.toml"
    path.write_text(text.replace("two_phase_system:TwoPhaseSystem", system) + more, encoding="utf-8")
    return str(path)


def test_a_replay_without_a_difference() -> None:
    done = lockstep("replay", SPEC)
    assert (done.code, done.err) == (0, "")
    assert "The traces take 7 of 7 contexts and 552 of 552 edges of 130 states" in done.out
    assert "PASS        every step  135 traces, 1,039 steps, no difference" in done.out
    assert without_measures(done.out).endswith("1 replay in N s: 1 without a difference.\n")


def test_a_difference_is_written_as_a_test_that_runs(tmp_path: Path) -> None:
    out = tmp_path / "test_found.py"
    path = spec(tmp_path, system="two_phase_bugs:CommitsByMajority")
    done = lockstep("replay", path, "--test-out", str(out))
    assert done.code == 25
    words = " ".join(done.out.split())
    assert "The system leaves the model at step 4, commit(), which the model disables there." in words
    assert "decided\n  the model:  None\n  the system: True\n" in done.out
    again = lockstep("replay", path, "--test-out", str(out), "--json")
    assert again.code == 25
    (told,) = json.loads(again.out)["replays"]
    assert told["status"] == "fail"
    assert told["difference"]["stimulus"] == ["commit", "{}"]
    assert told["difference"]["test"] == str(out)
    assert "def test_the_implementation_follows_the_model" in out.read_text(encoding="utf-8")


def test_a_file_of_ones_own_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "test_mine.py"
    out.write_text("mine\n", encoding="utf-8")
    path = spec(tmp_path, system="two_phase_bugs:NeverAborts")
    done = lockstep("replay", path, "--test-out", str(out))
    assert done.code == 151
    assert "the file is there, and was not written by lockstep replay" in done.err
    assert out.read_text(encoding="utf-8") == "mine\n"


def test_what_cannot_be_replayed_is_told(tmp_path: Path) -> None:
    cases = (
        (("replay", "specs/paxos.toml"), "there is no [[replay]], so nothing would be replayed"),
        (("replay", SPEC, "--only", "evry step"), "did you mean 'every step'?"),
        (("replay", SPEC, "--tier", "quick"), "the replays of these specs are in: default"),
    )
    for words, message in cases:
        done = lockstep(*words)
        assert (done.code, message in done.err) == (151, True), done.err


def test_a_system_that_is_not_there_is_one_error_with_its_line(tmp_path: Path) -> None:
    for system, message in (
        ("two_phase_system:TwoPhase", "has no class 'TwoPhase'; did you mean 'TwoPhaseSystem'?"),
        ("two_phase_sistem:TwoPhaseSystem", "there is no module 'tests.conformance.two_phase_sistem'"),
        ("two_phase:Participant", "is no system under test: it has no fork, hidden, may_refuse"),
    ):
        done = lockstep("replay", spec(tmp_path, system=system))
        assert done.code == 151
        assert message in " ".join(done.out.split())
        assert "two_phase.toml:11" in done.out


def test_each_replay_is_run_though_one_cannot_be(tmp_path: Path) -> None:
    more = (
        '\n[[replay]]\nname = "no such sort"\n'
        'system = "tests.conformance.two_phase_system:TwoPhaseSystem"\nscope = { Party = 2 }\n'
    )
    done = lockstep("replay", spec(tmp_path, more=more))
    assert done.code == 151
    assert "PASS        every step" in done.out
    assert "ERROR       no such sort" in done.out
    shutil.rmtree(tmp_path)
