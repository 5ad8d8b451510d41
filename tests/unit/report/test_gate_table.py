"""The lines of a gate."""

from __future__ import annotations

from collections.abc import Callable

from checker.report.gate_table import Row, gate_row, gate_summary
from checker.report.lines import WIDTH, plain

ROWS = [
    Row("pass", "3 acceptors, 2 ballots", "3,921 states, depth 17; 0.7 s"),
    Row(
        "pass",
        "a promise that is forgotten is caught",
        "violates agreement after 10 steps, as it must; 0.2 s",
    ),
    Row("fail", "short", "The invariant agreement is false after 10 steps."),
    Row("incomplete", "x" * 60, "The search ended early because the time allowed was over."),
    Row("error", "no\x1bmodel", "specs/x.toml:3: there is no module 'm'; check the name"),
    Row("not run", "later", "The gate was interrupted before this check."),
]


def test_the_lines_read_like_this(golden: Callable[[str, str], None]) -> None:
    width = max(len(row.name) for row in ROWS)
    text = "".join([plain(gate_row(row, width)) for row in ROWS])
    text += plain(gate_summary([row.status for row in ROWS], 4.23, 12, "An invariant is false."))
    text += plain(gate_summary(["pass"], 0.04, 0, ""))
    golden("cli/gate_table.txt", text)
    assert all(len(row) <= WIDTH for row in text.splitlines())
    assert "\x1b" not in text
