"""`lockstep new`: the starter runs as it is, is typed, and overwrites nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.process import environment, lockstep


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_the_starter_passes_its_gate_and_its_tests(tmp_path: Path) -> None:
    done = lockstep("new", "two_phase_commit", cwd=tmp_path)
    assert done.code == 0
    assert sorted(
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    ) == [
        ".github/workflows/lockstep.yml",
        "README.md",
        "conftest.py",
        "model/__init__.py",
        "model/two_phase_commit.py",
        "specs/two_phase_commit.toml",
        "tests/test_two_phase_commit.py",
    ]
    gate = lockstep("gate", cwd=tmp_path)
    assert gate.code == 0, gate.out + gate.err
    assert "2 passed" in gate.out
    tests = run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert tests.returncode == 0, tests.stdout
    assert "3 passed" in tests.stdout
    assert "class TwoPhaseCommit(Model):" in (tmp_path / "model" / "two_phase_commit.py").read_text()


def test_the_starter_is_typed_and_formatted(tmp_path: Path) -> None:
    lockstep("new", "commit", cwd=tmp_path)
    typed = run(
        "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "model", "tests", cwd=tmp_path
    )
    assert typed.returncode == 0, typed.stdout
    linted = run(
        "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "E,F,I,UP,B", ".", cwd=tmp_path
    )
    assert linted.returncode == 0, linted.stdout
    formatted = run("-m", "ruff", "format", "--isolated", "--no-cache", "--check", ".", cwd=tmp_path)
    assert formatted.returncode == 0, formatted.stdout


def test_a_second_model_joins_the_project(tmp_path: Path) -> None:
    lockstep("new", "first", cwd=tmp_path)
    (tmp_path / "README.md").write_text("mine")
    done = lockstep("new", "second", cwd=tmp_path)
    assert done.code == 0
    assert "kept   README.md" in done.out
    assert (tmp_path / "README.md").read_text() == "mine"
    gate = lockstep("gate", cwd=tmp_path)
    assert gate.code == 0
    assert "4 passed" in gate.out


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "mine.toml").write_text("mine")
    done = lockstep("new", "mine", cwd=tmp_path)
    assert done.code == 151
    assert done.err == (
        "specs/mine.toml: exists already and is not overwritten; choose another name, or move it\n"
    )
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["mine.toml"]


@pytest.mark.parametrize(
    "name", ["Paxos", "two-phase", "1st", "a/b", "../x", "", "class", "match", "decision", "a\x1bb", "x" * 61]
)
def test_a_name_that_cannot_be_a_module_is_refused(tmp_path: Path, name: str) -> None:
    done = lockstep("new", "--", name, cwd=tmp_path)
    assert done.code == 151
    assert done.err.startswith("NAME: ")
    assert done.err.rstrip("\n").isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("a file")
    done = lockstep("new", "mine", cwd=tmp_path)
    assert done.code == 153
    assert "model cannot be made" in done.err
