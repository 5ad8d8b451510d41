"""Lanes as text: a column for each lane, time downwards, messages as arrows, beside them what happens.

A plan with more lanes than a line has room for is drawn with short names, then without its last lanes; steps
of a lane that is left out name it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checker.report.lines import WIDTH, Line, Role, Span, line, printable, wrapped
from checker.traces.lanes import Arrow, LanePlan, LaneStep, sort_of
from checker.traces.plain import show, show_name
from checker.traces.trace import State, Trace

TEXT_WIDTH_MIN = 36
TITLE_MAX = 14


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters that lanes are drawn with."""

    lane: str
    across: str
    crossing: str
    right: str
    left: str
    acts: str
    fault: str
    sent: str


UNICODE = Signs("│", "─", "┼", "▶", "◀", "●", "✗", "○")
ASCII = Signs("|", "-", "+", ">", "<", "*", "x", "o")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands in a line.

    Attributes:
        lanes: those that are drawn, from left to right.
        titles: what stands above each.
        column: the width of a lane's column.
        gutter: the width of the step's number with what is around it.
        hidden: lanes without a column.
    """

    lanes: tuple[str, ...]
    titles: tuple[str, ...]
    column: int
    gutter: int
    width: int
    hidden: tuple[str, ...]

    @property
    def text(self) -> int:
        """Where the text begins."""
        return self.gutter + self.column * len(self.lanes) + 2

    def center(self, lane: str) -> int | None:
        """The place of a lane's line among the columns."""
        if lane not in self.lanes:
            return None
        return self.lanes.index(lane) * self.column + self.column // 2


def lane_lines(
    trace: Trace, plan: LanePlan, *, states: bool = False, signs: Signs = UNICODE, width: int = WIDTH
) -> list[Line]:
    """The drawing of a trace. `states` adds the whole state after each step."""
    layout = _layout(plan, len(str(len(trace.steps))), width)
    lines = [*_legend(layout), *_header(layout)]
    texts = [*_rows(trace.initial.call, "strong", layout)]
    texts += _state(trace.initial.state, layout)
    lines += _drawn("0", None, texts, layout, signs)
    for one in plan.steps:
        lines += _step(one, layout, signs, states=states)
    if trace.attempt is not None:
        texts = [*_rows(trace.attempt.call, "strong", layout), *_rows("cannot be evaluated", "bad", layout)]
        lines += _drawn("!", None, texts, layout, signs)
    if trace.loop is not None:
        lines += [line(), line(f"Then it goes on from state {trace.loop}, for ever.")]
    return lines


def _layout(plan: LanePlan, digits: int, width: int) -> _Layout:
    gutter = digits + 4
    room = width - gutter - 2 - TEXT_WIDTH_MIN
    for titles in (tuple([_cut(name) for name in plan.lanes]), tuple([_short(name) for name in plan.lanes])):
        column = max([len(title) for title in titles], default=1) + 2
        if column * len(titles) <= room and len(set(titles)) == len(titles):
            return _Layout(plan.lanes, titles, column, gutter, width, ())
    titles = tuple([_short(name) for name in plan.lanes])
    column = max([len(title) for title in titles], default=1) + 2
    fit = max(0, min(len(titles), room // column))
    return _Layout(plan.lanes[:fit], titles[:fit], column, gutter, width, plan.lanes[fit:])


def _cut(name: str) -> str:
    shown = show_name(name)
    return shown if len(shown) <= TITLE_MAX else shown[: TITLE_MAX - 3] + "..."


def _short(name: str) -> str:
    """`A12` for `Acceptor12`."""
    sort, number = sort_of(name) or (name, 0)
    return f"{sort[:1]}{number}" if number < 1_000_000 else _cut(name)


def _legend(layout: _Layout) -> Iterator[Line]:
    """What the short titles stand for, and which lanes are left out."""
    pairs = [
        (title, name)
        for title, name in zip(layout.titles, layout.lanes, strict=True)
        if title != show_name(name)
    ]
    if pairs:
        told = ", ".join([f"{title} = {show_name(name)}" for title, name in pairs])
        yield from wrapped(told, role="weak")
    if layout.hidden:
        names = ", ".join([show_name(name) for name in layout.hidden[:20]])
        more = f" and {len(layout.hidden) - 20} more" if len(layout.hidden) > 20 else ""
        yield from wrapped(f"Without a lane, for want of room: {names}{more}.", role="warn")
    if pairs or layout.hidden:
        yield line()


def _header(layout: _Layout) -> Iterator[Line]:
    if layout.lanes:
        titles = "".join([title.center(layout.column) for title in layout.titles])
        yield (Span(" " * layout.gutter), Span(printable(titles).rstrip(), "strong"))


def _step(one: LaneStep, layout: _Layout, signs: Signs, *, states: bool) -> Iterator[Line]:
    fault = "" if one.step.kind == "action" else f"  ({one.step.kind.replace(':', ' ')})"
    who = f"{show_name(one.lane)}: " if one.lane in layout.hidden else ""
    mark = None if one.lane is None else layout.center(one.lane)
    sign = signs.acts if one.step.kind == "action" else signs.fault
    head = _rows(f"{who}{one.step.call}{fault}", "strong" if not fault else "warn", layout)
    yield from _drawn(str(one.number), (mark, sign), head, layout, signs)
    for arrow in one.arrows:
        yield from _arrow(arrow, layout, signs, is_sent=arrow.source == one.lane)
    texts = [row for change in one.changes for row in _rows(f"  {change}", "plain", layout)]
    if not one.changes:
        texts = [*_rows("  nothing changes", "weak", layout)]
    if states:
        texts += _state(one.step.state, layout)
    yield from _drawn("", None, texts, layout, signs)


def _arrow(arrow: Arrow, layout: _Layout, signs: Signs, *, is_sent: bool) -> Iterator[Line]:
    """An arrow on a line of its own; what it carries goes on below it."""
    if is_sent:
        told = f"  to {show_name(arrow.target)}: {arrow.label}"
    else:
        when = "" if arrow.sent is None else f", step {arrow.sent}"
        told = f"  from {show_name(arrow.source)}{when}: {arrow.label}"
    first, *rest = _rows(told, "plain", layout)
    source, target = layout.center(arrow.source), layout.center(arrow.target)
    area = _lanes(layout, signs)
    if source is not None and target is not None:
        step = 1 if target > source else -1
        for place in range(source + step, target, step):
            area[place] = signs.crossing if area[place] == signs.lane else signs.across
        area[target - step] = signs.right if step > 0 else signs.left
        area[source] = signs.sent
    yield (Span(" " * layout.gutter), Span("".join(area), "plain"), Span("  "), first)
    yield from _drawn("", None, rest, layout, signs)


def _drawn(
    number: str, mark: tuple[int | None, str] | None, texts: Sequence[Span], layout: _Layout, signs: Signs
) -> Iterator[Line]:
    """Rows of text beside the lanes; the first has the number and the mark of who acts."""
    for index, text in enumerate(texts):
        area = _lanes(layout, signs)
        if index == 0 and mark is not None and mark[0] is not None:
            area[mark[0]] = mark[1]
        shown = number if index == 0 else ""
        gutter = f"  {shown:>{layout.gutter - 4}}  "
        yield (Span(gutter), Span("".join(area)), Span("  "), text)


def _lanes(layout: _Layout, signs: Signs) -> list[str]:
    area = [" "] * (layout.column * len(layout.lanes))
    for name in layout.lanes:
        center = layout.center(name)
        assert center is not None
        area[center] = signs.lane
    return area


def _rows(text: str, role: Role, layout: _Layout) -> list[Span]:
    """A text in rows of what room there is beside the lanes; a word that is too long is cut."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    rows = textwrap.wrap(
        printable(text),
        max(layout.width - layout.text, TEXT_WIDTH_MIN),
        subsequent_indent=f"{indent}    ",
        break_on_hyphens=False,
    )
    return [Span(row, role) for row in rows or [""]]


def _state(state: State, layout: _Layout) -> Iterator[Span]:
    for name, value in state:
        yield from _rows(f"  {show_name(name)} = {show(value)}", "weak", layout)
