"""What is nobody's mistake but ours, and what the system refuses."""

from __future__ import annotations

from typing import NoReturn

import pytest

from checker.cli import run
from checker.engines.request import Request
from checker.gates.check import Check
from checker.gates.engine import Execution

WORDS = ["check", "tests.unit.gates.toy:Counter", "--scope", "Node=1", "--params", "top=1"]


def failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(execution: Execution, check: Check, request: Request) -> NoReturn:
        raise error

    monkeypatch.setattr(Execution, "search", search)


def test_an_internal_error_asks_for_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(RuntimeError("a bug"), monkeypatch)
    assert run(WORDS) == 255
    said = capsys.readouterr()
    assert said.err == "internal error: RuntimeError: a bug (--debug prints where); please report it\n"
    assert said.out == ""


@pytest.mark.parametrize("words", [["--debug", *WORDS], [*WORDS, "--debug"]])
def test_debug_prints_where(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(RuntimeError("a bug"), monkeypatch)
    assert run(words) == 255
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert said.endswith("internal error: RuntimeError: a bug; please report it\n")


def test_an_interrupt_outside_a_search(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(KeyboardInterrupt(), monkeypatch)
    assert run(WORDS) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_memory_that_is_used_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    failing(MemoryError(), monkeypatch)
    assert run(WORDS) == 153
    assert "memory is used up" in capsys.readouterr().err
