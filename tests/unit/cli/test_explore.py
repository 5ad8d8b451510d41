"""`lockstep explore`, driven through its input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.cli import run
from checker.gates.explore_command import ExploreCommand, explore
from checker.gates.target import Options
from checker.traces.json_form import from_json

TARGET = "tests.models.detours:Detours"


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[3]), *sys.path])
    return tmp_path


def walk(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What is said after each of the words; the first is what is said before."""
    capsys.readouterr()
    said: list[str] = []

    def spoken() -> Iterator[str]:
        for word in words:
            said.append(capsys.readouterr().out)
            yield f"{word}\n"

    command = ExploreCommand(TARGET, Options(faults={"failure": 1}))
    assert explore(command, spoken()) == 0
    return [*said, capsys.readouterr().out]


def test_steps_are_taken_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    start, armed, failed, back, path, ended = walk(capsys, "2", "3", "back", "path", "quit")
    assert "   1  blink()\n   2  arm()\n   3  finish()\n" in start
    assert "armed: False -> True" in armed
    assert "fail()  (fault failure)" in armed
    assert "broken: False -> True" in failed
    assert "  1  arm()" in back
    assert "  0  init()" in path
    assert ended == ""


def test_on_to_a_violation_and_into_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    _, violated, saved, nothing, again = walk(capsys, "violation", f"save {file}", "save walk.odd", "state")
    assert "never_fires is false" in violated
    assert f"the trace is in {file}" in saved
    assert "does not say in which form to write the trace" in nothing
    assert "fired = True" in again
    trace = from_json(file.read_bytes())
    assert [step.action for step in trace.steps] == ["arm", "fail", "fire"]
    assert trace.property == "never_fires"
    assert trace.steps[1].kind == "fault:failure"


def test_where_nothing_can_go_wrong_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    *_, finished, asked, unknown, beginning = walk(capsys, "3", "violation", "jump", "back\nback")
    assert "over: False -> True" in finished
    assert asked == "No invariant can become false from here.\n"
    assert "There is no such command; write a number from 1 to 1, or help." in unknown
    assert "What can be taken" in beginning or "beginning" in beginning


def test_a_spec_of_several_checks_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", "specs/paxos.toml"]) == 151
    assert "and one is explored; name one: specs/paxos.toml:" in capsys.readouterr().err
