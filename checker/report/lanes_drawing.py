"""Where everything in the picture of a trace stands: lanes, rows and arrows with their places in pixels.

Only the layout is here; a template draws it. A message goes from the row of the step that sent it to the row
of the step that reads it; one that is never read ends on the way.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from checker.report.lines import printable
from checker.traces.lanes import Arrow, LanePlan
from checker.traces.plain import show_name
from checker.traces.trace import Trace

CHARACTER = 7.25
"""Width of a character of 12 pixels in the fonts of fixed width that are named in the style."""
LINE = 16
ROW_MIN = 34
GUTTER = 44
HEADER = 34
LANE_MIN = 72
TEXT_CHARACTERS = 38
TEXT_LINES = 3
TITLE_MAX = 14
UNREAD = 10
"""How far an arrow that nobody reads goes down."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its line is at `x`."""

    name: str
    title: str
    x: float


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A row: step `number`, 0 for the initial state.

    Attributes:
        top, height: of the row.
        x, y: of the mark, on the lane of who acts; `x` is None where nobody does.
        texts: the call, in lines with their places.
        spoken: the whole call, with who acts and whether it is a fault.
    """

    number: int
    top: float
    height: float
    x: float | None
    y: float
    is_fault: bool
    texts: tuple[tuple[float, str], ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class DrawnArrow:
    """A message, or several between the same steps: from one place to another.

    Attributes:
        step: the step that reads it, or that sends it where nobody does.
        is_read: a step of the trace takes it away or needs it.
        label: the names of the messages; `spoken` has their fields.
    """

    step: int
    x1: float
    y1: float
    x2: float
    y2: float
    is_read: bool
    label: str
    label_x: float
    label_y: float
    spoken: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture."""

    width: float
    height: float
    text_x: float
    lanes: tuple[Lane, ...]
    steps: tuple[DrawnStep, ...]
    arrows: tuple[DrawnArrow, ...]


def plan_drawing(trace: Trace, plan: LanePlan) -> Drawing:
    """The layout of a trace whose lanes are planned."""
    titles = [_title(name) for name in plan.lanes]
    pitch = max([LANE_MIN, *[len(title) * CHARACTER + 14 for title in titles]])
    lanes = tuple(
        [
            Lane(name, title, round(GUTTER + pitch * (number + 0.5), 1))
            for number, (name, title) in enumerate(zip(plan.lanes, titles, strict=True))
        ]
    )
    text_x = GUTTER + pitch * len(lanes) + 10
    places = {lane.name: lane.x for lane in lanes}
    steps: list[DrawnStep] = []
    top: float = HEADER
    for number, step in enumerate((trace.initial, *trace.steps)):
        lane = plan.steps[number - 1].lane if number else None
        rows = _wrapped(step.call)
        height = max(ROW_MIN, len(rows) * LINE + 12)
        middle = top + height / 2
        first = middle - (len(rows) - 1) * LINE / 2 + 4
        fault = step.kind != "action"
        spoken = _spoken(number, step.call, lane, step.kind)
        texts = tuple([(first + LINE * index, row) for index, row in enumerate(rows)])
        x = None if lane is None else places[lane]
        steps.append(DrawnStep(number, top, height, x, middle, fault, texts, spoken))
        top += height
    width = text_x + TEXT_CHARACTERS * CHARACTER + 14
    arrows = tuple(_arrows(plan, places, [one.y for one in steps]))
    return Drawing(round(width, 1), top + 10, round(text_x, 1), lanes, tuple(steps), arrows)


def _title(name: str) -> str:
    shown = printable(show_name(name))
    return shown if len(shown) <= TITLE_MAX else shown[: TITLE_MAX - 3] + "..."


def _wrapped(text: str) -> list[str]:
    """A call in a few lines; what is too long ends in dots, and stands in the step's own description."""
    rows = textwrap.wrap(
        printable(text), TEXT_CHARACTERS, subsequent_indent="  ", break_on_hyphens=False
    ) or [""]
    if len(rows) > TEXT_LINES:
        rows = [*rows[: TEXT_LINES - 1], rows[TEXT_LINES - 1][: TEXT_CHARACTERS - 3] + "..."]
    return rows


def _spoken(number: int, call: str, lane: str | None, kind: str) -> str:
    head = f"Step {number}: " if number else "The initial state: "
    who = "" if lane is None else f"{show_name(lane)}: "
    fault = "" if kind == "action" else f", {kind.replace(':', ' ')}"
    return printable(f"{head}{who}{call}{fault}")


def _arrows(plan: LanePlan, places: dict[str, float], middles: list[float]) -> Iterator[DrawnArrow]:
    for one in plan.steps:
        grouped: dict[tuple[str, str, int | None, bool], list[Arrow]] = {}
        for arrow in one.arrows:
            is_sent = arrow.source == one.lane
            grouped.setdefault((arrow.source, arrow.target, arrow.sent, is_sent), []).append(arrow)
        for (source, target, sent, is_sent), group in grouped.items():
            y2 = middles[one.number]
            y1 = y2 if sent is None else middles[sent]
            (x1, x2), y2 = _ends(places[source], places[target], is_read=not is_sent), y2 + UNREAD * is_sent
            label_x, label_y = x2 + (x1 - x2) * 0.28, y2 + (y1 - y2) * 0.28 - 4
            yield DrawnArrow(
                one.number,
                x1,
                round(y1, 1),
                x2,
                round(y2, 1),
                not is_sent,
                _names(group),
                round(label_x, 1),
                round(label_y, 1),
                printable(
                    f"from {show_name(source)} to {show_name(target)}: "
                    + ", ".join([arrow.label for arrow in group])
                ),
            )


def _ends(source: float, target: float, *, is_read: bool) -> tuple[float, float]:
    """Off the marks on the lanes; an arrow that nobody reads ends on the way."""
    way = 1 if target > source else -1
    end = target - way * 8 if is_read else source + (target - source) * 0.6
    return round(source + way * 3, 1), round(end, 1)


def _names(group: list[Arrow]) -> str:
    """`Promise`, `Promise x3`, `Promise, Vote`."""
    counts: dict[str, int] = {}
    for arrow in group:
        name = printable(arrow.label.partition("(")[0])
        name = name if len(name) <= 2 * TITLE_MAX else name[: 2 * TITLE_MAX - 3] + "..."
        counts[name] = counts.get(name, 0) + 1
    shown = [
        name if count == 1 else f"{name} \N{MULTIPLICATION SIGN}{count}" for name, count in counts.items()
    ]
    return ", ".join(shown[:3]) + (", ..." if len(shown) > 3 else "")
