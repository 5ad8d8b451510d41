"""`lockstep show`: traces from files, in every form; files that are no traces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.cli import run
from checker.gates.problems import GateError
from checker.gates.retracing import retraced
from checker.traces.format_error import TraceFormatError
from checker.traces.itf import to_itf
from checker.traces.json_form import from_json, to_json
from checker.traces.mermaid import to_mermaid
from tests.strategies.traces import damaged
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
        for form in ("lanes", "text"):
            text = lockstep("show", source, "--format", form, cwd=folder)
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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model, a mutant, and the trace of the mutant's violation."""
    folder = tmp_path_factory.mktemp("project")
    assert lockstep("new", "two_phase", cwd=folder).code == 0
    words = ["model.two_phase:CommitsTooEarly", "--scope", "Participant=2", "--engine", "python"]
    for name in ("early.json", "early.itf.json"):
        assert lockstep("check", *words, "--trace-out", name, cwd=folder).code == 12
    # A module of no package, so that it can be imported beside this repository's own.
    text = (folder / "model" / "two_phase.py").read_text()
    (folder / "shown_two_phase.py").write_text(text)
    return folder


def edited(project: Path, name: str, edit: Callable[[dict[str, Any]], object]) -> Path:
    """The trace with something changed in it."""
    document = json.loads((project / "early.json").read_text())
    edit(document)
    path = project / name
    path.write_text(json.dumps(document))
    return path


def test_a_trace_of_the_project_with_what_holds(project: Path, golden: Callable[[str, str], None]) -> None:
    shown = lockstep("show", "early.json", cwd=project)
    assert shown.code == 0
    assert shown.err == ""
    golden("cli/lanes/show.txt", shown.out)
    assert lockstep("show", "early.itf.json", cwd=project).out == shown.out
    one = lockstep("show", "early.json", "--step", "4", cwd=project)
    golden("cli/lanes/show_step.txt", one.out)
    start = lockstep("show", "early.json", "--step", "0", "--ascii", cwd=project)
    assert "a_decision_is_final  says nothing here" in start.out


def test_a_stream_that_cannot_encode_lines_gets_ascii(project: Path) -> None:
    shown = lockstep("show", "early.json", "--states", cwd=project, PYTHONIOENCODING="ascii")
    assert shown.code == 0
    assert shown.out.isascii()
    assert shown.out == lockstep("show", "early.json", "--states", "--ascii", cwd=project).out


def test_a_model_that_no_spec_names_is_not_run(project: Path) -> None:
    """A stranger's trace must not choose what is imported."""
    (project / "planted.py").write_text('open("planted.txt", "w").close()\n')
    document = json.loads((project / "early.json").read_text())
    for model in ("planted:X", "os:path", "model.two_phase:TwoPhase.__init__", "../x:Y", "\x1b[2J:X", ""):
        (project / "stranger.json").write_text(json.dumps({**document, "model": model}))
        shown = lockstep("show", "stranger.json", cwd=project)
        assert shown.code == 0
        assert "What holds in each state is not known" in shown.out
        assert "\x1b" not in shown.out
        assert not (project / "planted.txt").exists()
    named = lockstep("show", "stranger.json", "--model", "model.two_phase:CommitsTooEarly", cwd=project)
    assert "all_or_nothing       ++++F" in named.out


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a step that is not enabled": lambda one: one["steps"].pop(0),
    "another initial state": lambda one: one["initial"]["state"].update(decision=True),
    "another state": lambda one: one["steps"][2]["state"].update(decision=None),
    "no such action": lambda one: one["steps"][0].update(action="explode"),
    "no such arguments": lambda one: one["steps"][0].update(arguments={"p": "Participant99"}),
    "too many arguments": lambda one: one["steps"][0]["arguments"].update(q=1),
    "another scope": lambda one: one.update(scope={"Participant": 3}),
    "a huge scope": lambda one: one.update(scope={"Participant": 10**15}),
    "a large scope": lambda one: one.update(scope={"Participant": 900_000}),
    "no scope": lambda one: one.update(scope={}),
    "a scope of another model": lambda one: one.update(scope={"Node": 3}),
    "a scope below nothing": lambda one: one.update(scope={"Participant": -3}),
    "an unknown fault": lambda one: one.update(faults={"crash": 3}),
    "an unknown parameter": lambda one: one.update(params={"lease": 3}),
    "no variables": lambda one: [step.update(state={}) for step in (one["initial"], *one["steps"])],
    "a long trace": lambda one: one.update(steps=one["steps"] * 5_000),
    "no such class": lambda one: one.update(model="model.two_phase:CommitsLater"),
}


def test_a_trace_that_the_model_does_not_take(
    project: Path,
    golden: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)
    text = ""
    for name, edit in STRANGE.items():
        edited(project, "strange.json", edit)
        code = run(["show", "strange.json", "--model", "shown_two_phase:CommitsTooEarly"])
        said = capsys.readouterr()
        text += f"{name}\n    {code}  {said.err or said.out.splitlines()[-1] + chr(10)}"
        assert (said.out == "") == (code != 0)
        assert run(["show", "strange.json"]) == 0, "without --model it is shown all the same"
        assert "What holds in each state is not known" in capsys.readouterr().out
    golden("cli/lanes/not_behaviours.txt", text)


def test_a_trace_that_is_no_longer_a_behaviour_is_shown_with_a_note(project: Path) -> None:
    edited(project, "strange.json", STRANGE["a step that is not enabled"])
    shown = lockstep("show", "strange.json", cwd=project)
    assert shown.code == 0
    assert "What holds in each state is not known. the trace: it is not a behaviour of" in shown.out


def test_options_that_do_not_fit(project: Path) -> None:
    done = lockstep("show", "early.json", "--step", "5", cwd=project)
    assert done.code == 151
    assert done.err == "--step: the trace has 4 steps; write a number from 0 to 4\n"
    done = lockstep("show", "early.json", "--format", "json", "--states", cwd=project)
    assert done.code == 2
    assert "--states is for --format lanes" in done.err
    for model in ("nowhere:X", "model.two_phase:Nothing", "model.two_phase", "\x1b:X"):
        done = lockstep("show", "early.json", "--model", model, cwd=project)
        assert done.code == 151
        assert done.err.startswith("--model: ")
        assert done.err.rstrip("\n").isprintable()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_damaged_traces_of_a_model_at_hand(
    project: Path, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    document = json.loads((project / "early.json").read_text())
    try:
        trace = from_json(json.dumps(data.draw(damaged(document))))
    except TraceFormatError:
        return
    try:
        found = retraced(trace, "shown_two_phase:CommitsTooEarly")
    except GateError as error:
        said = str(error)
    else:
        assert found.truths is not None
        assert len(found.truths) == len(trace.states)
        said = ""
    assert all(row.isprintable() for row in said.split("\n"))
