"""What was counted, as rows of a report; and all rows of random walks."""

from __future__ import annotations

from collections.abc import Sequence

from checker.report.lines import Line, Span, line, wrapped
from checker.traces.plain import show_name
from checker.verdicts import Refined, Sampling, Statistics

LABEL = 18
_INDENT = "  "


def count_rows(rows: Sequence[tuple[str, str, str]]) -> list[Line]:
    """A label, a number, and what it is, on each line."""
    width = max(len(number) for _, number, _ in rows)
    lines: list[Line] = []
    for label, number, gloss in rows:
        text = f"{_INDENT}{label:<{LABEL}}{number:>{width}}"
        lines.append((Span(text), Span(f"   {gloss}", "weak")) if gloss else (Span(text),))
    return lines


def action_counts(head: str, statistics: Statistics) -> list[Line]:
    """A row for each action."""
    if not statistics.actions:
        return []
    name_width = max(LABEL - 2, *[len(show_name(name)) + 2 for name, _ in statistics.actions])
    width = max(len(f"{number:,}") for _, number in statistics.actions)
    lines = [line(), line(f"{_INDENT}{head}", "weak")]
    lines += [
        line(f"{_INDENT}  {show_name(name):<{name_width}}{number:>{width},}")
        for name, number in statistics.actions
    ]
    return lines


def refined(refinements: tuple[Refined, ...]) -> list[Line]:
    """What the steps of each action were to the models that are refined."""
    lines: list[Line] = []
    for told in refinements:
        abstract = told.abstract.rpartition(":")[2]
        lines += [line(), line(f"{_INDENT}{show_name(told.property)}: steps of {abstract}", "weak")]
        width = max([LABEL - 2, *[len(show_name(name)) + 2 for name, _ in told.steps]])
        for name, row in told.steps:
            parts = [f"{n:,} {show_name(m)}" for m, n in zip(told.matches, row, strict=True) if n > 0]
            start = f"{_INDENT}  {show_name(name):<{width}}"
            lines += wrapped(", ".join(parts) or "0", start, " " * len(start))
    return lines


def walk_counts(statistics: Statistics, sampling: Sampling) -> list[Line]:
    """What random walks counted."""
    begun = sampling.walks + (0 if sampling.found is None else 1)
    among = "the enabled actions and arguments" if sampling.choose == "step" else "actions, then arguments"
    rows = [
        ("walks", f"{sampling.walks:,}", "complete, with nothing wrong"),
        ("steps", f"{statistics.generated - begun:,}", f"taken; each drawn among {among}"),
        ("depth", f"{statistics.depth:,}", f"states of the longest walk; {sampling.depth:,} at most"),
        ("seed", f"{sampling.seed}", "of all draws"),
        ("seconds", f"{statistics.seconds:.2f}", ""),
    ]
    if sampling.found is not None:
        rows.insert(0, ("found by walk", f"{sampling.found:,}", "counted from 1"))
    lines = count_rows(rows)
    where = ("at the depth", "where no action is enabled", "outside a constraint")
    ends = [
        f"{counted(number, 'walk')} {how}"
        for number, how in zip(sampling.ended, where, strict=True)
        if number
    ]
    if ends:
        lines += [line(), *wrapped(f"ended: {', '.join(ends)}", _INDENT, _INDENT + "       ")]
    return [*lines, *action_counts("steps taken by each action", statistics)]


def counted(number: int, unit: str) -> str:
    """`1 walk`, `1,204 walks`."""
    return f"{number:,} {unit}" + ("" if number == 1 else "s")
