"""Plots as one page of HTML that needs nothing else: bars as inline SVG, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.report.html_templates import filled, policy, template_text

ROW, LABEL, WIDTH, FIGURES = 24, 220, 900, 160


@dataclass(frozen=True, slots=True)
class Bar:
    """A count with a name, and what to say of it."""

    name: str
    count: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars beside each other; `whole` is what the longest could be."""

    title: str
    whole: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar where it stands, in units of the drawing."""

    name: str
    spoken: str
    figure: str
    top: int
    baseline: int
    length: str


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A plot as it is drawn."""

    title: str
    height: int
    rows: tuple[_Row, ...]
    width: int = WIDTH
    left: int = LABEL
    room: int = WIDTH - LABEL - FIGURES
    thickness: int = ROW - 8
    name_x: int = LABEL - 8
    figure_x: int = WIDTH - FIGURES + 8


def plots_page(title: str, said: str, plots: Sequence[Plot]) -> str:
    """The page. Raises NoTemplates."""
    style = template_text("size.css")
    drawn = [_drawn(one) for one in plots]
    return filled("size.html", title=title, said=said, plots=drawn, style=style, policy=policy(style))


def _drawn(plot: Plot) -> _Drawing:
    rows = tuple(_row(plot, bar, ROW * number) for number, bar in enumerate(plot.bars))
    return _Drawing(plot.title, ROW * max(len(rows), 1), rows)


def _row(plot: Plot, bar: Bar, top: int) -> _Row:
    share = bar.count / plot.whole if plot.whole else 0.0
    room = WIDTH - LABEL - FIGURES
    return _Row(
        name=bar.name,
        spoken=f"{bar.name}: {bar.count:,}" + (f"; {bar.text}" if bar.text else ""),
        figure=f"{bar.count:,}" + (f" ({100 * share:.1f}%)" if plot.whole else ""),
        top=top + 4,
        baseline=top + 16,
        length=f"{room * min(share, 1.0):.1f}",
    )
