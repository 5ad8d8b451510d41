"""`lockstep show`: traces from files, in every form; files that are no traces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.traces.itf import to_itf
from checker.traces.json_form import to_json
from checker.traces.mermaid import to_mermaid
from tests.unit.cli.process import lockstep
from tests.unit.traces.samples import LOG, PAXOS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "paxos.json").write_text(to_json(PAXOS))
    (tmp_path / "paxos.itf.json").write_text(to_itf(PAXOS))
    (tmp_path / "log.json").write_text(to_json(LOG))
    return tmp_path


def test_every_form(folder: Path) -> None:
    for source in ("paxos.json", "paxos.itf.json"):
        assert lockstep("show", source, "--format", "json", cwd=folder).out == to_json(PAXOS)
        assert lockstep("show", source, "--format", "itf", cwd=folder).out == to_itf(PAXOS)
        assert lockstep("show", source, "--format", "mermaid", cwd=folder).out == to_mermaid(PAXOS)
        program = lockstep("show", source, "--format", "python", cwd=folder).out
        assert "m.promise(Acceptor(1), Ballot(1))" in program
        text = lockstep("show", source, cwd=folder)
        assert text.code == 0
        assert "promised[Acceptor1]: None -> Ballot1" in text.out


def test_a_trace_that_cannot_become_a_program(folder: Path) -> None:
    done = lockstep("show", "log.json", "--format", "python", cwd=folder)
    assert done.code == 151
    assert "choose another form" in done.err


def test_every_message(folder: Path, golden: Callable[[str, str], None]) -> None:
    files = {
        "empty.json": "",
        "list.json": "[]",
        "other.json": '{"a": 1}',
        "cut.json": to_json(PAXOS)[:300],
        "deep.json": "[" * 1000,
        "version.json": to_json(PAXOS).replace('"version": 1', '"version": 9'),
        "itf.json": '{"states": 3}',
        "result.json": '{\n "format": "lockstep-result",\n "version": 1,\n "seconds": 0.5\n}',
    }
    text = ""
    for name, content in files.items():
        (folder / name).write_text(content)
    for name in (*files, "missing.json"):
        done = lockstep("show", name, cwd=folder)
        assert done.code == 151
        assert done.out == ""
        text += done.err
    golden("cli/show_errors.txt", text)
