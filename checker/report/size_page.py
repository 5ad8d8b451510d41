"""Plots as one page of HTML that needs nothing else: bars as inline SVG, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as tree

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; }
text { fill: currentColor; font: 13px system-ui, sans-serif; }
rect.whole { fill: currentColor; opacity: .12; }
rect.part { fill: #2b6cb0; }
"""
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


def plots_page(title: str, said: str, plots: Sequence[Plot]) -> str:
    """The page."""
    html = tree.Element("html", {"lang": "en"})
    head = tree.SubElement(html, "head")
    tree.SubElement(head, "meta", {"charset": "utf-8"})
    tree.SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    tree.SubElement(head, "title").text = title
    tree.SubElement(head, "style").text = STYLE
    body = tree.SubElement(html, "body")
    tree.SubElement(body, "h1").text = title
    tree.SubElement(body, "p").text = said
    for plot in plots:
        tree.SubElement(body, "h2").text = plot.title
        body.append(_svg(plot))
    return "<!doctype html>\n" + tree.tostring(html, encoding="unicode", method="html") + "\n"


def _svg(plot: Plot) -> tree.Element:
    height = ROW * max(len(plot.bars), 1)
    svg = tree.Element("svg", {"viewBox": f"0 0 {WIDTH} {height}", "role": "img", "aria-label": plot.title})
    room = WIDTH - LABEL - FIGURES
    for number, bar in enumerate(plot.bars):
        top = ROW * number
        row = tree.SubElement(svg, "g")
        tree.SubElement(row, "title").text = f"{bar.name}: {bar.count:,}" + (
            f"; {bar.text}" if bar.text else ""
        )
        _text(row, LABEL - 8, top, bar.name, "end")
        width = room * min(bar.count / plot.whole, 1.0) if plot.whole else 0.0
        _rect(row, "whole", top, room)
        _rect(row, "part", top, width)
        share = f" ({100 * bar.count / plot.whole:.1f}%)" if plot.whole else ""
        _text(row, LABEL + room + 8, top, f"{bar.count:,}{share}", "start")
    return svg


def _text(row: tree.Element, x: float, top: int, text: str, anchor: str) -> None:
    at = {"x": f"{x:g}", "y": str(top + 16), "text-anchor": anchor}
    tree.SubElement(row, "text", at).text = text


def _rect(row: tree.Element, kind: str, top: int, width: float) -> None:
    at = {"class": kind, "x": str(LABEL), "y": str(top + 4), "width": f"{width:.1f}", "height": str(ROW - 8)}
    tree.SubElement(row, "rect", at)
