"""What GitHub is told: commands, read by a reader of their own, and the summary of a job."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from checker.report.cases import Case, Fault, PathStep, Place
from checker.report.github import MESSAGE_MAX, Row, to_commands, to_summary
from checker.report.lines import printable
from tests.readers.github_commands import read_commands
from tests.strategies.cases import cases, rows

CASE = Case(
    "specs/a.toml",
    "model.a:A",
    "small",
    "safe",
    "safe",
    "fail",
    "100% false:\nreally.",
    "text",
    Place("a,b.py", 20, 22),
    path=(PathStep(None, "init()", (), (), "initial"), PathStep(None, "go()", (), (), "action")),
    why="x is 1",
)


def test_a_property_is_one_command_whatever_it_is_called() -> None:
    (command,) = read_commands(to_commands([CASE, replace(CASE, check="large")]))
    assert command.name == "error"
    assert command.fields == {"file": "a,b.py", "line": "20", "endLine": "22", "title": "safe in model.a:A"}
    assert command.message == (
        "100% false:\nreally.\nCheck: small (specs/a.toml)\n0. init()\n1. go()\nx is 1\nAlso in: large"
    )


def test_other_properties_models_and_checks_have_commands_of_their_own() -> None:
    control = replace(CASE, rule="lockstep/negative-control")
    found = [
        CASE,
        replace(CASE, property="live", rule="live"),
        replace(CASE, model="model.b:B"),
        control,
        replace(control, check="large"),
        replace(CASE, status="incomplete", property=None, rule="lockstep/inconclusive"),
        replace(CASE, status="pass", check="good"),
        replace(CASE, status="skipped", check="later"),
    ]
    commands = read_commands(to_commands(found))
    assert [(one.name, one.fields["title"]) for one in commands] == [
        ("error", "safe in model.a:A"),
        ("error", "live in model.a:A"),
        ("error", "safe in model.b:B"),
        ("error", "Failed: small"),
        ("error", "Failed: large"),
        ("warning", "Incomplete: small"),
    ]


def test_a_mistake_is_told_once_at_its_place() -> None:
    faults = (Fault(Place("m.py", 3), "a loop; bound it"), Fault(None, "no scope; give one"))
    broken = replace(CASE, status="error", faults=faults, rule="lockstep/model-refused")
    commands = read_commands(to_commands([broken, replace(broken, check="large")]))
    assert [(one.fields.get("file"), one.message) for one in commands] == [
        ("m.py", "a loop; bound it"),
        (None, "no scope; give one"),
    ]


def test_a_long_message_is_cut_and_says_so() -> None:
    (command,) = read_commands(to_commands([replace(CASE, message="x" * 9_000)]))
    assert len(command.message) < MESSAGE_MAX + 60
    assert command.message.endswith("characters are left out here")


@given(st.lists(cases(), max_size=4))
def test_any_text_stays_inside_its_command(found: Sequence[Case]) -> None:
    text = to_commands(found)
    commands = read_commands(text)
    assert len(commands) == text.count("\n")
    assert bool(commands) == any(case.is_bad for case in found)
    for command in commands:
        assert command.name in ("error", "warning")
        assert set(command.fields) in ({"title"}, {"file", "line", "endLine", "title"})
        assert all(row.isprintable() for row in command.message.split("\n"))


def table_of(summary: str) -> list[list[str]]:
    """The cells of the table of a summary, as a reader of Markdown shows them."""
    lines = summary.split("\n")
    start = lines.index("|---|---|---|---|") + 1
    found: list[list[str]] = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells = [html.unescape(cell.strip()) for cell in line.split("|")]
        assert len(cells) == 6
        found.append(cells[1:5])
    return found


ROWS = [
    Row("specs/a.toml", "pass", "small", "10 states"),
    Row("specs/a.toml", "fail", "la|rge", "safe is false", "How it happens:\n````\n0 init()\n"),
]


def test_a_summary_lists_all_checks_and_reports_those_that_fail() -> None:
    text = to_summary(ROWS, "An invariant is false.")
    assert [row[1:] for row in table_of(text)] == [
        ["small", "specs/a.toml", "10 states"],
        ["la|rge", "specs/a.toml", "safe is false"],
    ]
    assert "\n`````text\nHow it happens:\n````\n0 init()\n`````\n" in text
    assert text.count("<details>") == text.count("</details>") == 1
    assert "Left out" not in text


def test_what_does_not_fit_into_a_summary_is_counted() -> None:
    many = [Row("a.toml", "fail", f"check {n}", "x", "y" * 30_000) for n in range(50)]
    text = to_summary(many, "Bad.")
    assert len(text.encode()) <= 2**20
    assert len(table_of(text)) == 50
    kept = text.count("<details>")
    assert 20 < kept < 50
    assert f"**Left out because a summary has a limit: {50 - kept} of 50 reports; see the log.**" in text
    short = to_summary(many, "Bad.", 1_500)
    rows_kept = len(table_of(short))
    assert len(short.encode()) <= 1_500
    assert f"{50 - rows_kept} of 50 checks and 50 of 50 reports" in short
    assert to_summary(many, "Bad.", 10) == ""


@given(st.lists(rows(), max_size=4), st.integers(0, 3_000))
def test_any_text_stays_inside_its_cell_and_its_fence(found: Sequence[Row], most: int) -> None:
    cut = to_summary(found, "Bad.", most)
    assert len(cut.encode()) <= most
    text = to_summary(found, "Bad.")
    assert [row[1] for row in table_of(text)] == [printable(row.name).strip() for row in found]
    outside = re.sub(r"(?ms)^(`{3,})text\n.*?^\1\n", "", text)
    assert outside.count("<details>") == sum(bool(row.report) for row in found)
    assert "```" not in outside
    assert all(line.isprintable() for line in text.split("\n"))
