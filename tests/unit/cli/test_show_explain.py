"""`lockstep show --explain --json`: what of a violation matters, for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.cli import run
from checker.traces.json_form import to_json
from checker.traces.trace import Trace
from tests.readers.schemas import faults, schema
from tests.unit.running.test_understanding import trace

MODEL = ("--model", "tests.models.detours:Detours")
DETOUR = trace("arm", "blink", "fail", "fire")
KEYS = ("droppable", "smallest", "commuting", "avoidable", "unknown")


def explained(capsys: pytest.CaptureFixture[str], folder: Path, about: Trace, *words: str) -> dict[str, Any]:
    """The object, which the schema allows."""
    file = folder / "walk.json"
    file.write_text(to_json(about))
    capsys.readouterr()
    assert run(["show", str(file), "--explain", "--json", *words]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    document: dict[str, Any] = json.loads(said.out)
    assert faults("understanding", document) == []
    return document


def test_what_matters(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = explained(capsys, tmp_path, DETOUR, *MODEL)
    assert document == {
        "format": "lockstep-understanding",
        "version": 1,
        "model": "tests.models.detours:Detours",
        "property": "never_fires",
        "steps": 4,
        "reason": None,
        "droppable": [2],
        "smallest": [1, 3, 4],
        "commuting": [[1, 2], [2, 3]],
        "avoidable": 2,
        "unknown": [],
    }
    assert set(document) == set(schema("understanding")["properties"])


def test_what_is_not_known_has_a_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    about = replace(DETOUR, property="is_there")
    document = explained(capsys, tmp_path, about, *MODEL)
    assert document["reason"] == "the trace names no invariant of its model."
    assert document["property"] == "is_there"
    assert [document[name] for name in KEYS] == [None] * 5
    # Nobody said that its model may be run.
    stranger = explained(capsys, tmp_path, DETOUR)
    assert "no spec here is about tests.models.detours:Detours" in stranger["reason"]
    assert [stranger[name] for name in KEYS] == [None] * 5


def test_the_schema_refuses_what_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = explained(capsys, tmp_path, DETOUR, *MODEL)
    for change in ({"version": 2}, {"droppable": [0]}, {"commuting": [[1]]}, {"avoidable": "2"}, {"more": 1}):
        assert faults("understanding", {**document, **change}) != []


def test_what_it_does_not_go_with(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "walk.json"
    file.write_text(to_json(DETOUR))
    for words, told in (
        (["--json"], "--json is for --explain"),
        (["--json", "--explain", "--step", "1"], "--step is for what is drawn"),
        (["--json", "--explain", "--format", "text"], "--explain is for --format lanes"),
        (["--json", "--explain", "--html"], "--json is for what is printed"),
    ):
        assert run(["show", str(file), *words]) == 2
        assert told in capsys.readouterr().err
