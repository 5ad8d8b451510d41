"""Where a model's states come from, as text, JSON and a page."""

from __future__ import annotations

from collections.abc import Iterable

from checker.gates.size import Share, Size
from checker.report.lines import Line, line, wrapped
from checker.report.size_page import Bar, Plot

SIZE_FORMAT = "lockstep-size"
SIZE_VERSION = 1


def size_lines(size: Size) -> list[Line]:
    """The report."""
    counts = size.result.statistics
    found = [line(f"{size.distinct:,} states of {size.check.target}", "strong")]
    found += wrapped(
        f"{counts.generated:,} generated, depth {counts.depth}, {_outdegree(size):.1f} steps from a state on "
        f"average, {_branching(size):.2f} of them to a new one."
    )
    if size.result.stopped is not None:
        found += wrapped(
            f"The search was cut short ({size.result.stopped}): these are the states so far.", role="warn"
        )
    found += [line(), line("Variables, and how many states there are without", "strong")]
    width = max([len(one.name) for one in size.shares], default=0)
    for one in size.shares:
        left = "not counted" if one.without is None else f"{one.without:,}"
        share = "" if one.without is None else f"{_percent(one.without, size.distinct):>6}"
        found.append(line(f"  {one.name:<{width}}  {left:>13}  {share}"))
        found += wrapped(_looked_at(one), "      ", role="warn" if one.readers.is_unread else "weak")
    found += [line(), line("Steps by action", "strong"), *_table(counts.actions, counts.generated)]
    levels = [(str(depth), states) for depth, states in enumerate(counts.levels, 1)]
    found += [line(), line("States by depth", "strong"), *_table(levels, size.distinct)]
    for note in size.notes:
        found += wrapped(f"{note}.", role="warn")
    timing = f"{size.seconds:.2f} s to search, {size.counting:.2f} s to count without each variable."
    return [*found, line(), *wrapped(timing, role="weak")]


def _looked_at(one: Share) -> str:
    readers = one.readers
    if readers.is_unread:
        return "nothing looks at it: no guard, no other variable, no property"
    parts = [
        f"{what} {', '.join(names)}"
        for what, names in (
            ("guards", readers.guards), ("writes of", readers.effects), ("properties", readers.properties)
        )
        if names
    ]  # fmt: skip
    return ("a ghost; " if one.ghost else "") + "looked at by " + "; ".join(parts)


def _table(rows: Iterable[tuple[str, int]], whole: int) -> list[Line]:
    known = [*rows]
    width = max([len(name) for name, _ in known], default=0)
    return [line(f"  {name:<{width}}  {count:>13,}  {_percent(count, whole):>6}") for name, count in known]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _outdegree(size: Size) -> float:
    return sum(count for _, count in size.result.statistics.actions) / max(size.distinct, 1)


def _branching(size: Size) -> float:
    levels = size.result.statistics.levels
    return (size.distinct - (levels[0] if levels else 0)) / max(size.distinct, 1)


def size_to_object(size: Size) -> dict[str, object]:
    """The report as an object of JSON."""
    counts = size.result.statistics
    return {
        "format": SIZE_FORMAT,
        "version": SIZE_VERSION,
        "model": size.check.target,
        "check": size.check.name,
        "scope": dict(size.check.scope),
        "distinct": size.distinct,
        "generated": counts.generated,
        "depth": counts.depth,
        "stopped": size.result.stopped,
        "outdegree": _outdegree(size),
        "levels": [*counts.levels],
        "actions": dict(counts.actions),
        "variables": [
            {
                "name": one.name,
                "without": one.without,
                "ghost": one.ghost,
                "guards": [*one.readers.guards],
                "effects": [*one.readers.effects],
                "properties": [*one.readers.properties],
            }
            for one in size.shares
        ],
        "seconds": {"search": size.seconds, "count": size.counting},
        "engine": size.result.engine,
        "notes": [*size.notes],
    }


def size_plots(size: Size) -> list[Plot]:
    """What the page shows."""
    counts = size.result.statistics
    variables = [
        Bar(one.name, one.without, _looked_at(one)) for one in size.shares if one.without is not None
    ]
    levels = [Bar(str(depth), states) for depth, states in enumerate(counts.levels, 1)]
    return [
        Plot("States without each variable", size.distinct, tuple(variables)),
        Plot("Steps by action", counts.generated, tuple([Bar(*one) for one in counts.actions])),
        Plot("States by depth", max(counts.levels, default=0), tuple(levels)),
    ]
