"""Writing: whole or not at all."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from checker.report.output import OutputFailed, write_error, write_file, write_out


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "trace.json"
    write_file(target, "one")
    write_file(target, "two é")
    assert target.read_text(encoding="utf-8") == "two é"
    assert [path.name for path in tmp_path.iterdir()] == ["trace.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    write_file(tmp_path / "link.json", "new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "trace.json"
    write_file(target, "old")
    with pytest.raises(OutputFailed, match=r"trace\.json cannot be written: .*surrogates"):
        write_file(target, "half" * 100_000 + "\ud800")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["trace.json"]


def test_what_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="No such file or directory"):
        write_file(tmp_path / "none" / "trace.json", "text")
    with pytest.raises(OutputFailed, match="Is a directory"):
        write_file(tmp_path, "text")
    assert list(tmp_path.iterdir()) == []


def test_standard_output_that_is_closed_or_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputFailed, match="it is closed"):
        write_out("text")
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OutputFailed, match="No space left on device"):
            write_out("text")
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        # Closing it would try once more to write what is left.
        with pytest.raises(OSError, match="No space left"):
            full.close()


def test_standard_error_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    write_error("text")
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    write_error("text")
    assert closed.closed
