"""`lockstep show --html` and `--explain`, as commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import run
from checker.report import html_templates
from checker.traces.json_form import to_json
from tests.unit.cli.process import ROOT, environment, lockstep
from tests.unit.report.html_structure import Structure
from tests.unit.traces.samples import PAXOS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "paxos.itf.json"
    path.write_text(to_json(PAXOS))
    return path


def test_the_bundle_stands_beside_the_trace_or_where_it_is_said(file: Path) -> None:
    assert run(["show", str(file), "--html"]) == 0
    beside = file.with_name("paxos.html")
    assert len(Structure(beside.read_text()).all("article")) == len(PAXOS.steps) + 1
    assert run(["show", str(file), "--html", str(file.with_name("other.html"))]) == 0
    assert file.with_name("other.html").read_text().replace("other.", "paxos.") == beside.read_text()


def test_a_bundle_of_the_project_has_the_models_lines_and_a_program(tmp_path: Path) -> None:
    assert lockstep("new", "two_phase", cwd=tmp_path).code == 0
    words = ["model.two_phase:CommitsTooEarly", "--scope", "Participant=2", "--engine", "python"]
    assert lockstep("check", *words, "--trace-out", "early.json", cwd=tmp_path).code == 12
    done = lockstep("show", "early.json", "--html", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "the bundle is in early.html\n")
    page = Structure((tmp_path / "early.html").read_text())
    (program,) = [one.text for one in page.all("pre") if one.attributes.get("id") == "program-0"]
    assert "m.prepare(Participant(1))" in program
    assert any("def learn(self" in one.text for one in page.all("figure"))
    last = page.all("article")[-1].text
    assert "all_or_nothing is false" in last
    assert "self.phase[q] == Phase.ABORTED is True" in last
    assert any("Last avoidable after step 2" in one.text for one in page.all("li"))
    (tmp_path / "early.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, "early.py"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_what_is_for_printing_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--step", "1"], ["--format", "json"], ["--ascii"], ["--states"]):
        assert run(["show", str(file), *words, "--html", str(file.with_name("no.html"))]) == 2
        assert f"{words[0]} is for what is printed" in capsys.readouterr().err
    assert not file.with_name("no.html").exists()


def test_without_the_template_library(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    html_templates.templates.cache_clear()  # the engine of another test
    assert run(["show", str(file), "--html"]) == 153
    told = "--html: the package jinja2 is not installed; pip install 'lockstep-checker[report]'\n"
    assert capsys.readouterr().err == told
    assert not file.with_name("paxos.html").exists()


def test_where_an_implementation_is_bound_the_bundle_has_a_test_of_it(tmp_path: Path) -> None:
    trace, page = tmp_path / "one.json", tmp_path / "one.html"
    words = ["model.mutants.paxos:OnePromiseIsEnough", "--scope", "Acceptor=3,Value=2,Ballot=2"]
    assert lockstep("check", *words, "--trace-out", str(trace)).code == 12
    assert lockstep("show", str(trace), "--html", str(page)).code == 0
    (program,) = [
        one.text for one in Structure(page.read_text()).all("pre") if one.attributes.get("id") == "program-0"
    ]
    file = tmp_path / "test_one.py"
    file.write_text(program)
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", os.devnull]
    ran = subprocess.run(
        [sys.executable, *words, str(file)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert "the system refused: there is no quorum of promises" in ran.stdout
