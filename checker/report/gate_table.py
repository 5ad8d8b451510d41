"""The checks of a gate, a line each, and a sentence for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.report.lines import WIDTH, Line, Role, Span, printable, wrapped

_STATUS_WIDTH = 12
_NAME_MAX = 30
_ROLES: Mapping[str, Role] = {
    "pass": "good",
    "fail": "bad",
    "error": "bad",
    "incomplete": "warn",
    "not run": "warn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A check as a gate lists it: a status, its name, what came of it in a few words."""

    status: str
    name: str
    text: str


def gate_row(row: Row, name_width: int) -> list[Line]:
    """`PASS        3 acceptors, 2 ballots   3,921 states, depth 17`; what does not fit goes below."""
    width = min(name_width, _NAME_MAX)
    head = f"  {row.status.upper():<{_STATUS_WIDTH}}"
    role = _ROLES.get(row.status, "plain")
    start = (Span(head, role), Span(f"{printable(row.name):<{width}}"))
    rest = f"  {printable(row.text)}"
    if len(head) + max(width, len(row.name)) + len(rest) <= WIDTH:
        return [(*start, Span(rest, "weak"))]
    indent = " " * len(head)
    return [start, *wrapped(row.text, indent, role="weak")]


def gate_summary(statuses: Sequence[str], seconds: float, code: int, meaning: str) -> list[Line]:
    """`3 checks in 4.2 s: 2 passed, 1 failed.` and, unless all passed, what the exit code says."""
    words = {
        "pass": "passed",
        "fail": "failed",
        "incomplete": "incomplete",
        "error": "could not run",
        "not run": "not run",
    }
    counts = [(words[status], statuses.count(status)) for status in words if status in statuses]
    parts = ", ".join([f"{count} {word}" for word, count in counts])
    checks = "1 check" if len(statuses) == 1 else f"{len(statuses)} checks"
    lines = wrapped(f"{checks} in {seconds:.1f} s: {parts}.", role="bad" if code else "good")
    if code:
        lines += wrapped(f"Exit code {code}: {meaning}")
    return lines
