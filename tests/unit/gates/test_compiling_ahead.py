"""A second process that compiles: it begins at the end, minds no mistake, and ends with the gate."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.gates.check import Check
from checker.gates.compiling_ahead import PATIENCE, compiling_ahead
from tests.unit.models.gate_files import gate_checks

CHECKS = [one.check for one in gate_checks()[:PATIENCE]]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the other process does nothing"
        time.sleep(0.01)


def noting(place: Path) -> Callable[[Check], None]:
    """Writes down which check, by which process; the first that is tried goes wrong."""

    def compile_for(check: Check) -> None:
        number = CHECKS.index(check)
        (place / str(number)).write_text(str(os.getpid()), encoding="utf-8")
        if number == len(CHECKS) - 1:
            raise ValueError("a mistake")

    return compile_for


def test_every_object_is_made_in_another_process(tmp_path: Path) -> None:
    with compiling_ahead(CHECKS, noting(tmp_path)):
        wait_for(lambda: (tmp_path / "0").exists() and (tmp_path / "0").read_text(encoding="utf-8") != "")
    made = sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert [file.name for file in made] == [str(number) for number in reversed(range(len(CHECKS)))]
    assert str(os.getpid()) not in {file.read_text(encoding="utf-8") for file in made}


def test_it_ends_with_the_gate_whatever_it_is_doing(tmp_path: Path) -> None:
    def compile_for(check: Check) -> None:
        (tmp_path / "begun").touch()
        try:
            time.sleep(600)
        finally:
            (tmp_path / "cleared").write_text(str(os.getpid()), encoding="utf-8")

    def gate() -> None:
        with compiling_ahead(CHECKS, compile_for):
            wait_for((tmp_path / "begun").exists)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gate()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "cleared").read_text(encoding="utf-8")), 0)


def test_few_checks_are_compiled_as_they_come(tmp_path: Path) -> None:
    with compiling_ahead(CHECKS[1:], noting(tmp_path)):
        time.sleep(0.1)
    assert list(tmp_path.iterdir()) == []
