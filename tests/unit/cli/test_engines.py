"""`--engine`: both engines say the same of the same check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.process import Done, lockstep

PAXOS = ("check", "model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=2", "--json")
MUTANT = ("check", "specs/paxos.toml:a proposer proposes two values", "--json")


def answer(words: tuple[str, ...], engine: str) -> tuple[int, dict[str, Any]]:
    done = lockstep(*words, "--engine", engine)
    said: dict[str, Any] = json.loads(done.out)
    assert said["engine"] == engine
    for measure in ("seconds", "bytes_per_state", "engine"):
        del said[measure]
    said.pop("checks", None)
    return done.code, said


@pytest.mark.parametrize("words", [PAXOS, MUTANT], ids=["exhausted", "violated"])
def test_the_engines_agree(words: tuple[str, ...]) -> None:
    assert answer(words, "native") == answer(words, "python")


def without_compiler(*words: str) -> Done:
    return lockstep(*words, CC="/nowhere/cc", PATH="/nowhere", XDG_CACHE_HOME="/nowhere")


def test_without_a_compiler_one_error_says_what_to_do() -> None:
    done = without_compiler(*PAXOS, "--engine", "native")
    assert done.code == 153
    assert "--engine python" in done.err
    assert "Traceback" not in done.err


def test_compiled_code_searches_when_nobody_chose() -> None:
    said = json.loads(lockstep(*PAXOS).out)
    assert (said["engine"], said["notes"]) == ("native", [])


def test_without_a_compiler_a_person_is_answered_by_the_python_engine() -> None:
    done = without_compiler(*PAXOS)
    said = json.loads(done.out)
    assert (done.code, said["verdict"], said["engine"]) == (0, "exhausted", "python")
    (note,) = said["notes"]
    assert note.startswith("searched by the python engine, which is slower: no C compiler: tried /nowhere/cc")
    assert f"Note: {note[:40]}" in without_compiler(*PAXOS[:-1]).out


SPEC = """model = "tests.unit.gates.toy:Counter"

[[check]]
name = "small"
scope = { Node = 1 }
params = { top = 3 }
tier = "quick"

[[check]]
name = "large"
scope = { Node = 2 }
params = { top = 3 }
faults = { reset = 1 }

[[check]]
name = "large, by CPython"
scope = { Node = 2 }
params = { top = 3 }
faults = { reset = 1 }
engine = "python"
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "toy.toml"
    file.write_text(SPEC)
    return file


def statuses(said: dict[str, Any]) -> dict[str, tuple[str, int, str | None]]:
    return {one["check"]: (one["status"], one["exit_code"], one["engine"]) for one in said["checks"]}


def test_without_a_compiler_a_gate_runs_its_quick_checks_and_stays_open(spec: Path) -> None:
    done = without_compiler("gate", str(spec), "--json", "--no-cache")
    assert done.code == 20
    found = statuses(json.loads(done.out))
    assert found["small"][0] != "incomplete"
    assert found["small"][2] == "python"
    assert found["large"] == ("incomplete", 20, None)
    assert found["large, by CPython"] == ("pass", 0, "python")
    assert "the native engine cannot be used: no C compiler" in done.err
    assert "--engine python" in done.err


def test_a_check_names_its_engine_and_the_command_line_another(spec: Path) -> None:
    found = statuses(json.loads(lockstep("gate", str(spec), "--json", "--no-cache").out))
    assert [one[2] for one in found.values()] == ["native", "native", "python"]
    found = statuses(json.loads(lockstep("gate", str(spec), "--json", "--engine", "python").out))
    assert [one[2] for one in found.values()] == ["python", "python", "python"]


@pytest.mark.parametrize("workers", ["1", "2", "4"])
def test_workers_and_stores_change_no_answer(workers: str) -> None:
    for store in ("default", "compact"):
        words = (*PAXOS, "--workers", workers, "--store", store)
        assert answer(words, "native") == answer(PAXOS, "python")


def test_the_python_engine_keeps_no_checkpoints(tmp_path: Path) -> None:
    done = lockstep(*PAXOS, "--engine", "python", "--checkpoint", str(tmp_path))
    assert done.code == 153
    assert "--checkpoint" in done.err
    assert list(tmp_path.iterdir()) == []


def test_resume_needs_a_folder() -> None:
    done = lockstep(*PAXOS, "--resume")
    assert done.code == 2
    assert "--checkpoint DIR" in done.err
