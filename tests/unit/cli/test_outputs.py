"""What `lockstep gate` and `lockstep check` write beside their report."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.readers.github_commands import read_commands
from tests.readers.junit import parsed, read_junit
from tests.readers.sarif import read_sarif, results_of
from tests.readers.schemas import faults
from tests.unit.cli.light import CONTROL, CUT, GOOD, HEAD, IDLE, LOOSE, MISSPELT, VIOLATED, make, spec
from tests.unit.cli.process import lockstep, without_measures

DARK = 'model = "light.light:Dark"\n'
REFUSED = """from checker import Model, action


class Endless(Model):
    on: bool

    @action
    def spin(self) -> None:
        while self.on:
            self.on = False
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path)


@pytest.fixture
def every_end(project: Path) -> Path:
    """A project whose checks end in every way."""
    spec(project, GOOD, IDLE, CONTROL, LOOSE, CUT, MISSPELT)
    spec(project, VIOLATED, name="dark", head=DARK)
    return project


def scrubbed(text: str) -> str:
    """A report without seconds and bytes."""
    text = re.sub(r'time="[0-9.]+"', 'time="N"', text)
    text = re.sub(r'"semanticVersion": "[^"]*"', '"semanticVersion": "V"', text)
    text = re.sub(r'name="lockstep_version" value="[^"]*"', 'name="lockstep_version" value="V"', text)
    return without_measures(text)


def test_junit_reads_like_this(every_end: Path, golden: Callable[[str, str], None]) -> None:
    done = lockstep("gate", "--no-cache", "--junit", "junit.xml", cwd=every_end)
    assert done.code == 12
    text = (every_end / "junit.xml").read_text()
    read_junit(text)
    ends = [result for case in parsed(text) for result in case.results or ("Passed",)]
    assert [ends.count(end) for end in ("Passed", "Failure", "Error", "Skipped")] == [5, 3, 3, 5]
    golden("outputs/junit.xml", scrubbed(text))


def test_sarif_reads_like_this(every_end: Path, golden: Callable[[str, str], None]) -> None:
    done = lockstep("gate", "--no-cache", "--sarif", "lockstep.sarif", cwd=every_end)
    assert done.code == 12
    text = (every_end / "lockstep.sarif").read_text()
    read_sarif(text)
    golden("outputs/lockstep.sarif", scrubbed(text))


def test_github_is_spoken_to_where_it_runs_the_job(
    every_end: Path, golden: Callable[[str, str], None]
) -> None:
    (every_end / "summary.md").write_text("# before\n")
    on_github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(every_end / "summary.md"),
        "GITHUB_WORKSPACE": str(every_end),
    }
    done = lockstep("gate", "--no-cache", cwd=every_end, **on_github)
    commands = read_commands(done.out)
    assert len(commands) == 7
    golden(
        "outputs/commands.txt", "".join([row for row in done.out.splitlines(True) if row.startswith("::")])
    )
    golden("outputs/summary.md", without_measures((every_end / "summary.md").read_text()))
    assert read_commands(lockstep("gate", "--no-cache", "--no-github", cwd=every_end, **on_github).out) == []
    assert len(read_commands(lockstep("gate", "--no-cache", "--github", cwd=every_end).out)) == 7
    assert read_commands(lockstep("gate", "--no-cache", cwd=every_end).out) == []
    beside = lockstep("gate", "--no-cache", "--json", cwd=every_end, **on_github)
    assert json.loads(beside.out)["exit_code"] == 12
    assert read_commands(beside.err) == commands


def test_paths_are_relative_to_the_repository(project: Path) -> None:
    (project / "inner").mkdir()
    inner = make(project / "inner")
    (project / ".git").mkdir()
    spec(inner, VIOLATED, head=DARK)
    done = lockstep("gate", "--no-cache", "--github", "--sarif", "s.json", cwd=inner)
    (command,) = read_commands(done.out)
    assert command.fields["file"] == "inner/light/light.py"
    (result,) = results_of((inner / "s.json").read_text())
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "inner/light/light.py", "uriBaseId": "%SRCROOT%"}


def test_fingerprints_stay_when_the_model_moves(project: Path) -> None:
    spec(project, VIOLATED, head=DARK)
    prints: list[dict[str, str]] = []
    regions: list[dict[str, int]] = []
    for _ in range(2):
        lockstep("gate", "--no-cache", "--sarif", "s.json", cwd=project)
        (result,) = results_of((project / "s.json").read_text())
        prints.append(result["partialFingerprints"])
        regions.append(result["locations"][0]["physicalLocation"]["region"])
        model = project / "light" / "light.py"
        model.write_text("# a line more\n" + model.read_text())
        spec(project, "# another\n", VIOLATED, head="# one\n" + DARK)
    assert [one["startLine"] for one in regions] == [25, 26]
    assert prints[0] == prints[1]


def test_a_wrong_spec_and_a_refused_model_are_in_the_files(project: Path) -> None:
    (project / "specs" / "light.toml").write_text(HEAD + GOOD + 'teir = "quick"\n')
    done = lockstep("gate", "--no-cache", "--sarif", "s.json", "--junit", "j.xml", "--github", cwd=project)
    assert done.code == 151
    (result,) = results_of((project / "s.json").read_text())
    assert result["ruleId"] == "lockstep/configuration"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 5
    assert [one.attrib["type"] for one in read_junit((project / "j.xml").read_text()).iter("error")] == [
        "lockstep/configuration"
    ]
    (command,) = read_commands(done.out)
    assert (command.fields["file"], command.fields["line"]) == ("specs/light.toml", "5")

    (project / "light" / "endless.py").write_text(REFUSED)
    spec(
        project,
        '[[check]]\nname = "good"\n',
        '[[check]]\nname = "again"\n',
        head='model = "light.endless:Endless"\n',
    )
    done = lockstep("gate", "--no-cache", "--sarif", "s.json", "--junit", "j.xml", cwd=project)
    assert done.code == 150
    (result,) = results_of((project / "s.json").read_text())
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "light/endless.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 9},
    }
    assert len(list(read_junit((project / "j.xml").read_text()).iter("error"))) == 2


def test_check_writes_them_too(project: Path) -> None:
    done = lockstep(
        "check", "light.light:Dark", "--junit", "j.xml", "--sarif", "s.json", "--github", cwd=project
    )
    assert done.code == 12
    assert {case.name: case.results for case in parsed((project / "j.xml").read_text())} == {
        "light.light:Dark: fine": ("Failure",),
        "light.light:Dark: deadlock": ("Skipped",),
    }
    (result,) = results_of((project / "s.json").read_text())
    assert result["ruleId"] == "fine"
    assert len(read_commands(done.out)) == 1


def test_a_file_that_cannot_be_written_is_told_before_the_search(
    project: Path, golden: Callable[[str, str], None]
) -> None:
    spec(project, GOOD)
    (project / "folder").mkdir()
    text = ""
    for words, code in [
        (("--junit", "none/j.xml"), 153),
        (("--sarif", "folder"), 153),
        (("--progress-out", "light/light.py/x"), 153),
        (("--junit", "none/j.xml", "--sarif", "folder"), 153),
        (("--junit", "x", "--sarif", "./x"), 151),
    ]:
        done = lockstep("gate", "--no-cache", *words, cwd=project)
        assert (done.code, done.out) == (code, "")
        text += done.err
    done = lockstep("check", "specs/light.toml:good", "--trace-out", "none/t.json", cwd=project)
    assert (done.code, done.out) == (153, "")
    golden("outputs/unwritable.txt", text + done.err)
    assert sorted(one.name for one in project.iterdir() if not one.name.startswith(".")) == [
        "folder",
        "light",
        "specs",
    ]


def test_a_device_stays_a_device(project: Path) -> None:
    spec(project, GOOD)
    fifo = project / "pipe"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    assert lockstep("gate", "--no-cache", "--junit", "pipe", cwd=project).code == 0
    assert b"<testsuites" in os.read(reader, 65_536)
    os.close(reader)
    assert fifo.is_fifo()


def test_progress_is_an_object_a_line(project: Path) -> None:
    spec(project, GOOD, MISSPELT)
    done = lockstep("gate", "--no-cache", "--json", "--progress", "ndjson", cwd=project)
    lines = [json.loads(line) for line in done.err.splitlines()]
    for line in lines:
        assert faults("progress", line) == []
        assert (line["format"], line["version"], line["spec"]) == ("lockstep-progress", 1, "specs/light.toml")
    events = [(line["event"], line["check"]) for line in lines if line["event"] != "progress"]
    assert events == [
        ("started", "good"),
        ("finished", "good"),
        ("started", "misspelt"),
        ("finished", "misspelt"),
        ("finished", "all checks together"),
    ]
    assert (lines[0]["model"], lines[-2]["status"], lines[-2]["exit_code"]) == (
        "light.light:Light",
        "error",
        151,
    )
    assert json.loads(done.out)["exit_code"] == 151
    filed = lockstep("gate", "--no-cache", "--progress-out", "p.ndjson", cwd=project)
    assert filed.err == ""
    assert len((project / "p.ndjson").read_text().splitlines()) >= len(events)


def test_progress_of_a_search_is_told_while_it_runs() -> None:
    words = ("model.paxos:Paxos", "--scope", "Acceptor=3,Value=2,Ballot=4", "--max-seconds", "1.5", "--json")
    done = lockstep("check", "--progress", "ndjson", *words, "--engine", "python")
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert [faults("progress", line) for line in lines] == [[]] * len(lines)
    assert {line["event"] for line in lines[1:-1]} == {"progress"}
    assert (lines[-1]["event"], lines[-1]["verdict"]) == ("finished", "truncated")
    assert 0 < lines[1]["distinct"] < lines[-1]["distinct"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--progress", "specs/light.toml:good"], 0),
        (["--progress", "lines", "specs/light.toml:good"], 0),
        (["--progress=ndjson", "specs/light.toml:good"], 0),
        (["specs/light.toml:good", "--progress"], 0),
        (["specs/light.toml:good", "--progress", "--quiet"], 2),
        (["--progress=xml", "specs/light.toml:good"], 2),
        (["--progress", "--", "specs/light.toml:good"], 0),
    ],
)
def test_progress_needs_no_value(project: Path, words: list[str], code: int) -> None:
    spec(project, GOOD)
    assert lockstep("check", *words, cwd=project).code == code
