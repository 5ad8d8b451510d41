"""The differences of two lock files for people, for a comment on a pull request, and for machines."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from checker.gates.lock.compare import show_side
from checker.gates.lock.difference import Change, Difference, Kind
from checker.report.lines import Line, Role, Span, line, printable, wrapped

DIFF_FORMAT = "lockstep-diff"
DIFF_VERSION = 1
_ROLES: dict[Kind, Role] = {"changed": "warn", "new": "good", "removed": "bad"}
_LOUD = ("impossible now", "no longer an action", "no longer reached", "found later", "rarer")


def summary(found: Sequence[Difference]) -> str:
    """`Checks: 3 changed, 1 new, 2 removed.`"""
    counts = Counter(one.kind for one in found)
    parts = [f"{counts[kind]} {kind}" for kind in _ROLES if counts[kind]]
    return f"Checks: {', '.join(parts)}." if parts else "No check differs."


def shown(found: Sequence[Difference]) -> list[Line]:
    """A table for a terminal, and a sentence."""
    lines: list[Line] = []
    for spec, group in groupby(found, key=lambda one: one.spec):
        lines.append(line(spec))
        for difference in group:
            lines += _shown_check(difference)
        lines.append(line())
    return [*lines, *wrapped(summary(found))]


def _shown_check(difference: Difference) -> list[Line]:
    kind = f"  {difference.kind.upper():<9}"
    remark = f": {difference.remark}" if difference.remark else ""
    lines: list[Line] = [
        (Span(kind, _ROLES[difference.kind]), Span(printable(difference.check)), Span(remark, "bad"))
    ]
    rows = [_cells(change) for change in difference.changes]
    widths = [max([len(row[column]) for row in rows], default=0) for column in range(4)]
    for row, change in zip(rows, difference.changes, strict=True):
        if change.old is None and difference.kind == "new":
            text = f"    {row[0]:<{widths[0]}}  {row[2]:>{widths[2]}}"
        else:
            sides = f"{row[1]:>{widths[1]}} -> {row[2]:<{widths[2]}}"
            text = f"    {row[0]:<{widths[0]}}  {sides}  {row[3]:<{widths[3]}}"
        role: Role = "bad" if change.remark in _LOUD else "weak"
        lines.append((Span(text), Span(f"  {change.remark}" if change.remark else "", role)))
    return lines


def _cells(change: Change) -> tuple[str, str, str, str]:
    return change.what, show_side(change.old), show_side(change.new), change.change


def markdown(found: Sequence[Difference]) -> str:
    """A table for a comment on a pull request."""
    text = f"**State spaces.** {summary(found)}\n"
    if not found:
        return text
    text += "\n| check | count | before | now | change |\n|---|---|--:|--:|---|\n"
    for difference in found:
        name = f"{_cell(difference.spec)}: {_cell(difference.check)}"
        remark = f", {difference.remark}" if difference.remark else ""
        text += f"| {name} | **{difference.kind}{_cell(remark)}** | | | |\n"
        for change in difference.changes:
            what, before, now, by = _cells(change)
            before = "" if difference.kind == "new" else before
            bold = f"**{_cell(change.remark)}**" if change.remark else ""
            note = " ".join([part for part in (_cell(by), bold) if part])
            text += f"| | {_cell(what)} | {_cell(before)} | {_cell(now)} | {note} |\n"
    return text


def _cell(text: str) -> str:
    """A text that means nothing to Markdown or HTML but itself."""
    visible = html.escape(printable(text), quote=False).replace("@", "&#64;")
    return "".join([f"\\{one}" if one in "\\`|[]_*~" else one for one in visible])


def to_json(found: Sequence[Difference]) -> str:
    """One object of JSON, ended by a newline."""
    document = {
        "format": DIFF_FORMAT,
        "version": DIFF_VERSION,
        "differs": bool(found),
        "checks": [
            {
                "spec": one.spec,
                "check": one.check,
                "kind": one.kind,
                "remark": one.remark or None,
                "changes": [
                    {
                        "count": change.what,
                        "old": change.old,
                        "new": change.new,
                        "remark": change.remark or None,
                    }
                    for change in one.changes
                ],
            }
            for one in found
        ],
    }
    return json.dumps(document, indent=1) + "\n"
