"""The lock file and the cache on the command line, and `lockstep diff`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from checker import cli
from tests.unit.cli.process import Done, lockstep

MODEL = """from typing import Annotated

from checker import Model, Range, action, cover, invariant, require


class Steps(Model):
    height: Annotated[int, Range(0, 9)]

    @action
    def up(self) -> None:
        require(self.height < {top})
        self.height += 1

    @action
    def down(self) -> None:
        require(self.height > 0)
        self.height -= 1

    @cover
    def on_top(self) -> bool:
        return self.height == {top}

    @invariant
    def low(self) -> bool:
        return self.height <= {top}


class Jumps(Steps):
    def up(self) -> None:
        require(self.height <= {top})
        self.height += 1
"""
SPEC = """model = "steps:Steps"
[[check]]
name = "all of it"
engine = "python"
[[check]]
name = "a step too far"
mutant = "steps:Jumps"
expect = { violated = "low", steps = STEPS }
engine = "python"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    write(tmp_path, top=3)
    return tmp_path


def write(project: Path, top: int) -> None:
    (project / "steps.py").write_text(MODEL.replace("{top}", str(top)))
    (project / "specs" / "steps.toml").write_text(SPEC.replace("STEPS", str(top + 1)))


def run(project: Path, *words: str) -> Done:
    return lockstep(*words, cwd=project, XDG_CACHE_HOME=str(project / "cache"))


def lock_of(project: Path) -> Path:
    return project / "specs" / "lockstep.lock"


def test_a_gate_that_is_locked_needs_its_file_and_keeps_to_it(project: Path) -> None:
    locked = run(project, "gate", "--locked")
    assert locked.code == 22
    assert "There is no specs/lockstep.lock" in locked.out
    updated = run(project, "gate", "--update")
    assert updated.code == 0
    assert "specs/lockstep.lock: 2 written, 0 removed." in updated.out
    assert run(project, "gate", "--locked").code == 0
    write(project, top=4)
    drifted = run(project, "gate", "--json")
    assert drifted.code == 22
    first, second = json.loads(drifted.out)["checks"]
    assert (first["status"], first["exit_code"], first["verdict"]) == ("fail", 22, "exhausted")
    assert {"count": "distinct", "old": 4, "new": 5} in first["moved"]
    assert {"count": "steps", "old": 4, "new": 5} in second["moved"]
    assert run(project, "gate", "--update").code == 0
    assert run(project, "gate").code == 0


def test_a_renamed_check_is_two_differences(project: Path) -> None:
    run(project, "gate", "--update")
    spec = project / "specs" / "steps.toml"
    spec.write_text(spec.read_text().replace("all of it", "everything"))
    found = json.loads(run(project, "gate", "--json").out)
    assert (found["passed"], found["exit_code"]) == (False, 22)
    assert [one["exit_code"] for one in found["checks"]] == [22, 0]
    assert [(one["check"], one["exit_code"]) for one in found["specs"]] == [
        ("all checks together", 0),
        ("lockstep.lock", 22),
    ]


def test_a_broken_lock_file_stops_the_gate_before_it_runs(project: Path) -> None:
    run(project, "gate", "--update")
    lock_of(project).write_text(lock_of(project).read_text().replace("depth", "<<<<<<< HEAD\ndepth", 1))
    for words in ((), ("--update",)):
        done = run(project, "gate", *words)
        assert (done.code, done.out) == (151, "")
        assert done.err.count("\n") == 1
        assert done.err.startswith("specs/lockstep.lock:10: a conflict of a merge")


def test_update_and_locked_exclude_each_other(project: Path) -> None:
    assert run(project, "gate", "--update", "--locked").code == 2


def test_an_update_writes_what_passes_and_fails_for_the_rest(project: Path) -> None:
    spec = project / "specs" / "steps.toml"
    spec.write_text(spec.read_text().replace("steps = 4", "steps = 5"))
    done = run(project, "gate", "--update")
    assert done.code == 21
    assert "1 written" in done.out
    assert "a step too far" not in lock_of(project).read_text()


def test_a_check_that_did_not_change_is_answered_from_the_cache(project: Path) -> None:
    first = json.loads(run(project, "gate", "--json").out)
    assert [one["cached"] for one in first["checks"]] == [False, False]
    second = json.loads(run(project, "gate", "--json").out)
    assert [one["cached"] for one in second["checks"]] == [True, True]
    measured = ("cached", "seconds")
    assert [{**one, **dict.fromkeys(measured)} for one in first["checks"]] == [
        {**one, **dict.fromkeys(measured)} for one in second["checks"]
    ]
    assert run(project, "gate").out.count("cached") == 2
    uncached = json.loads(run(project, "gate", "--json", "--no-cache").out)
    assert [one["cached"] for one in uncached["checks"]] == [False, False]
    checked = json.loads(run(project, "check", "specs/steps.toml:all", "--json").out)
    assert checked["cached"] is False


def test_a_change_of_the_model_or_the_check_is_searched(project: Path) -> None:
    run(project, "gate")
    model = project / "steps.py"
    model.write_text(model.read_text().replace("self.height <= 3\n\n\nclass", "self.height <= 2\n\n\nclass"))
    broken = json.loads(run(project, "gate", "--json").out)
    assert broken["exit_code"] == 12
    assert [one["cached"] for one in broken["checks"]] == [False, False]
    spec = project / "specs" / "steps.toml"
    spec.write_text(spec.read_text().replace('"all of it"', '"all of it"\nlimits.states = 2'))
    limited = json.loads(run(project, "gate", "--json").out)["checks"][0]
    assert (limited["cached"], limited["verdict"]) == (False, "truncated")


def test_cached_answers_are_compared_with_the_lock_file_and_judged(project: Path) -> None:
    run(project, "gate", "--update")
    lock_of(project).write_text(lock_of(project).read_text().replace("distinct 4", "distinct 5"))
    spec = project / "specs" / "steps.toml"
    spec.write_text(spec.read_text().replace("steps = 4", "steps = 3"))
    found = json.loads(run(project, "gate", "--json").out)["checks"]
    assert [(one["cached"], one["exit_code"]) for one in found] == [(True, 22), (True, 21)]


# -------------------------------------------------------------- diff

LOCK = """lockstep-lock 1

spec steps.toml
check a step too far
verdict violated low
steps 4
distinct 5
generated 9
depth 5
action down 4
action up 4

spec steps.toml
check all of it
verdict exhausted
distinct 4
generated 7
depth 4
action down 3
action up 3
cover on_top
"""


def git(project: Path, *words: str) -> None:
    names = {f"GIT_{who}_{what}": "someone" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *words], cwd=project, check=True, capture_output=True, env=environment)


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which the lock file is not as it was committed."""
    (tmp_path / "specs").mkdir()
    lock_of(tmp_path).write_text(LOCK)
    (tmp_path / "broken.lock").write_text("lockstep-lock 1\n\nspec a\n")
    git(tmp_path, "init", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    (tmp_path / "old.lock").write_text(LOCK)
    lock_of(tmp_path).write_text(LOCK.replace("action up 3", "action up 2").replace("steps 4", "steps 5"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


Diff: TypeAlias = Callable[..., Done]


@pytest.fixture
def diff(moved: Path, capsys: pytest.CaptureFixture[str]) -> Diff:
    """The command in this process: it imports no model."""

    def run_diff(*words: str) -> Done:
        code = cli.run(["diff", *words])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run_diff


def test_two_files_and_revisions_say_the_same(diff: Diff, golden: Callable[[str, str], None]) -> None:
    done = diff("old.lock", "specs/lockstep.lock")
    assert (done.code, done.err) == (22, "")
    golden("lock/diff_command.txt", done.out)
    for words in (("HEAD",), (), ("main",), ("HEAD:specs/lockstep.lock",), ("main", "specs/lockstep.lock")):
        assert diff(*words) == done
    assert diff("--markdown").out.startswith("**State spaces.** Checks: 2 changed.")
    assert json.loads(diff("--json").out)["differs"] is True


def test_what_does_not_differ_is_0(diff: Diff) -> None:
    done = diff("old.lock", "HEAD")
    assert (done.code, done.out) == (0, "No check differs.\n")


def test_a_revision_before_there_was_a_lock_file_has_no_checks(moved: Path, diff: Diff) -> None:
    git(moved, "rm", "--cached", "specs/lockstep.lock")
    git(moved, "commit", "-m", "two")
    assert diff().out.endswith("Checks: 2 new.\n")


def test_every_message(moved: Path, diff: Diff, golden: Callable[[str, str], None]) -> None:
    text = ""
    cases = {
        "no such file": ("nothing.lock",),
        "no such revision": ("v1",),
        "no such file in a revision": ("HEAD:specs/lockstop.lock",),
        "no such revision of a file": ("v1:specs/lockstep.lock",),
        "an option of git": ("--", "--output=x"),
        "a broken file": ("broken.lock", "old.lock"),
        "a broken file of a revision": ("HEAD:broken.lock", "old.lock"),
        "nothing at all": ("",),
        "a null character": ("a\0b",),
        "no new file": ("old.lock", "new.lock"),
    }
    for case, words in cases.items():
        done = diff(*words)
        assert (done.code, done.out) == (151, ""), case
        assert done.err.count("\n") == 1
        text += f"{case}\n    {done.err}"
    assert not (moved / "x").exists()
    golden("lock/diff_errors.txt", text)


def test_without_git_there_are_only_files(moved: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(moved))
    done = diff("HEAD")
    assert done.code == 153
    assert done.err.startswith("git: cannot be run")
    assert diff("old.lock", "specs/lockstep.lock").code == 22
