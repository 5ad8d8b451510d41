"""Cases as GitHub shows them: a workflow command for each property that is wrong, and the job's summary.

The form of a command and its escapes are those of GitHub's documentation, "Workflow commands for GitHub
Actions", sections "Setting an error message" and "Adding a job summary".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from checker.report.cases import Case, Place, shortened
from checker.report.lines import printable, printable_text

MESSAGE_MAX = 4_000
"""Characters of an annotation's message."""
SUMMARY_MAX = 2**20
"""Bytes of a step's summary; GitHub drops one that is longer, whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """A check in the table of a summary, and what follows below the table where it does not pass."""

    suite: str
    status: str
    name: str
    text: str
    report: str = ""


def to_commands(cases: Sequence[Case]) -> str:
    """A line for each thing that is wrong: for a property of a model one, however many checks it fails in."""
    found: dict[tuple[str, ...], list[tuple[Case, Place | None, str]]] = {}
    for case in cases:
        if not case.is_bad:
            continue
        if case.faults:
            for fault in case.faults:
                key = ("fault", str(fault.place), fault.text)
                found.setdefault(key, []).append((case, fault.place, fault.text))
        else:
            key = (case.rule, case.model, "" if _is_about_property(case) else f"{case.suite}\0{case.check}")
            found.setdefault(key, []).append((case, case.place, _told(case)))
    return "".join([_command(group) for group in found.values()])


def _command(group: Sequence[tuple[Case, Place | None, str]]) -> str:
    case, place, told = group[0]
    others = [one.check for one, _, _ in group[1:]]
    if others and not case.faults:
        told += f"\nAlso in: {', '.join(others)}"
    fields = {}
    if place is not None:
        fields = {"file": place.file, "line": str(place.line), "endLine": str(place.end_line or place.line)}
    fields["title"] = _title(case)
    shown = ",".join([f"{name}={escape_property(value)}" for name, value in fields.items()])
    level = "warning" if case.status == "incomplete" else "error"
    return f"::{level} {shown}::{escape_data(shortened(told, MESSAGE_MAX))}\n"


def _title(case: Case) -> str:
    match case.status:
        case "incomplete":
            return f"Incomplete: {case.check}"
        case "error":
            return f"Could not run: {case.check}"
        case _:
            return f"{case.rule} in {case.model}" if _is_about_property(case) else f"Failed: {case.check}"


def _is_about_property(case: Case) -> bool:
    """Whether a property of the model is to blame, and not the check."""
    return case.property is not None and not case.rule.startswith("lockstep/")


def _told(case: Case) -> str:
    rows = [case.message, f"Check: {case.check} ({case.suite})"]
    for number, step in enumerate(case.path):
        rows.append(f"{'!' if step.kind == 'attempt' else number}. {step.call}")
    return "\n".join([*rows, *([case.why] if case.why else [])])


def escape_data(text: str) -> str:
    """The message of a command."""
    shown = printable_text(text.replace("\r\n", "\n"))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a command's property."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def to_summary(rows: Sequence[Row], sentence: str, most: int = SUMMARY_MAX) -> str:
    """Markdown of at most `most` bytes: all checks in a table, then the reports of those that do not pass.

    What does not fit is left out whole, and a last line says how much that is.
    """
    head = ["## Lockstep", "", escape_markdown(sentence), ""]
    table = ["| | check | spec | |", "|---|---|---|---|"]
    listed = [_table_row(row) for row in rows]
    details = [_details(row) for row in rows if row.report]
    kept, room = ["\n".join([*head, *table]) + "\n"], most - 400
    room -= len(kept[0].encode())
    left_rows = _take(listed, kept, room)
    room -= sum(len(text.encode()) for text in kept[1:])
    left_details = _take(details, kept, room) if not left_rows else len(details)
    if left_rows or left_details:
        parts = [f"{left_rows} of {len(rows)} checks"] if left_rows else []
        parts += [f"{left_details} of {len(details)} reports"] if left_details else []
        kept.append(f"\n**Left out because a summary has a limit: {' and '.join(parts)}; see the log.**\n")
    whole = "".join(kept)
    return whole if len(whole.encode()) <= most else ""


def _take(texts: Sequence[str], kept: list[str], room: int) -> int:
    """Adds texts in order as long as there is room; how many are left out."""
    for number, text in enumerate(texts):
        room -= len(text.encode())
        if room < 0:
            return len(texts) - number
        kept.append(text)
    return 0


_SIGNS = {"pass": "✅", "fail": "❌", "error": "❌", "incomplete": "⚠️", "not run": "⚠️"}


def _table_row(row: Row) -> str:
    sign = f"{_SIGNS.get(row.status, '')} {row.status}".strip()
    cells = [sign, *[escape_markdown(text) for text in (row.name, row.suite, row.text)]]
    return f"| {' | '.join(cells)} |\n"


def _details(row: Row) -> str:
    longest = max([len(run) for run in re.findall("`+", row.report)], default=0)
    fence = "`" * max(3, longest + 1)
    title = f"{row.status}: {escape_markdown(row.name)}"
    report = printable_text(shortened(row.report)).rstrip("\n")
    return f"\n<details><summary>{title}</summary>\n\n{fence}text\n{report}\n{fence}\n\n</details>\n"


_MARKS = re.compile(r"[\\`*_{}\[\]()#+\-!|<>&~$@:]")


def escape_markdown(text: str) -> str:
    """A text that stands for itself, on one line, in Markdown and in the HTML inside it."""
    return _MARKS.sub(lambda found: f"&#{ord(found[0])};", printable(text))
