"""What is ready to be used elsewhere: the hook of pre-commit, the workflow of GitHub; read and run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.cli.process import ROOT, environment, lockstep

HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = ".github/workflows/lockstep.yml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter under version control, with its lock file; `lockstep` is a command on `bin`."""
    folder = tmp_path_factory.mktemp("ready") / "project"
    folder.mkdir()
    assert lockstep("new", "two_phase", cwd=folder).code == 0
    assert lockstep("gate", "--update", "--engine", "python", cwd=folder).code == 0
    tool = folder.parent / "bin" / "lockstep"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    tool.chmod(0o755)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)


def bash(project: Path, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A script as GitHub runs it: it ends with the first command that fails."""
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    path = f"{project.parent / 'bin'}:{environment()['PATH']}"
    return subprocess.run(
        words, cwd=project, env=environment(PATH=path, **more), capture_output=True, text=True, check=False
    )


def hook() -> dict[str, Any]:
    """The hook."""
    hooks: list[dict[str, Any]] = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    (found,) = hooks
    return found


def test_pre_commit_itself_can_read_the_hook() -> None:
    words = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hook_is_asked_for_the_files_of_a_project(project: Path) -> None:
    wanted = re.compile(str(hook()["files"]))
    files = [path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()]
    assert {one for one in files if wanted.search(one) and ".git/" not in one} == {
        "model/__init__.py",
        "model/two_phase.py",
        "specs/two_phase.toml",
        "specs/lockstep.lock",
    }
    assert not wanted.search("docs/model/x.md")
    assert hook()["pass_filenames"] is False
    assert hook()["require_serial"] is True


def test_the_hook_runs_the_quick_checks(project: Path) -> None:
    words = shlex.split(str(hook()["entry"]))
    assert words[0] == "lockstep"
    spec = project / "specs" / "two_phase.toml"
    text = spec.read_text()
    done = lockstep(*words[1:], cwd=project)
    assert done.code == 0
    assert "2 passed" in done.out
    try:
        spec.write_text(text.replace("steps = 4 }", "steps = 3 }"))
        assert lockstep(*words[1:], cwd=project).code == 21
        # A hook that would check nothing says so.
        spec.write_text(text.replace('tier = "quick"', 'tier = "default"'))
        assert lockstep(*words[1:], cwd=project).code == 151
    finally:
        spec.write_text(text)


def workflow(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((project / WORKFLOW).read_text())
    return found


def step(project: Path, name: str) -> str:
    """The script of a step of the workflow."""
    steps: list[dict[str, Any]] = workflow(project)["jobs"]["gate"]["steps"]
    return str(next(one["run"] for one in steps if one.get("name") == name))


def test_the_workflow_fits_the_schema_of_github(project: Path) -> None:
    words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW]
    done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_others_name_never_becomes_part_of_a_script(project: Path) -> None:
    """The name of a branch is chosen by whoever opens the pull request."""
    for one in workflow(project)["jobs"]["gate"]["steps"]:
        assert "${{" not in one.get("run", "")
    assert workflow(project)["permissions"] == {"contents": "read"}


def test_the_workflow_runs_the_gate(project: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    more = {"TIER": "default", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    done = bash(project, step(project, "Gate"), **more)
    assert done.returncode == 0, done.stderr
    assert (project / "gate.xml").exists()
    assert (project / "gate.sarif").exists()
    assert "Every check passed." in summary.read_text()
    assert bash(project, step(project, "Gate"), **{**more, "TIER": "nightly"}).returncode == 0
    lock = project / "specs" / "lockstep.lock"
    text = lock.read_text()
    try:
        lock.unlink()
        assert bash(project, step(project, "Gate"), **more).returncode == 22
    finally:
        lock.write_text(text)


def test_the_workflow_shows_what_moved(project: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    script = step(project, "What the change did to the state spaces")
    more = {"BASE": "origin/main", "GITHUB_STEP_SUMMARY": str(summary)}
    assert bash(project, script, **more).returncode == 0
    assert summary.read_text() == "**State spaces.** No check differs.\n"
    lock = project / "specs" / "lockstep.lock"
    text = lock.read_text()
    try:
        lock.write_text(text.replace("distinct 34", "distinct 33"))
        assert bash(project, script, **more).returncode == 0
        assert "| | distinct | 34 | 33 |" in summary.read_text()
        lock.write_text("lockstep-lock 1\nnonsense\n")
        assert bash(project, script, **more).returncode == 1, "only a difference is no failure"
    finally:
        lock.write_text(text)
    assert bash(project, script, **{**more, "BASE": "origin/gone"}).returncode == 1
