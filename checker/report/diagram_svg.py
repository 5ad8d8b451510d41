"""A state diagram as a picture: SVG that needs nothing else, and is readable on a dark page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as tree

from checker.report.diagram_layout import CHARACTER, LINE, PADDING, Box, Layout, laid_out
from checker.report.state_diagram import Arrow, Diagram

STYLE = (
    "svg{background:#fff}text{font:12px ui-monospace,monospace;fill:#1a202c}"
    "rect{fill:#edf2f7;stroke:#2d3748}rect.initial{stroke-width:3}"
    "path{fill:none;stroke:#2d3748}path.fault{stroke:#c53030;stroke-dasharray:5 4}"
    "text.label{fill:#2b6cb0;paint-order:stroke;stroke:#fff;stroke-width:4px}text.fault{fill:#c53030}"
)


BEND = 40.0
"""How far apart two arrows are that go there and back."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A quadratic curve, and where its label goes: its middle."""

    start: tuple[float, float]
    control: tuple[float, float]
    end: tuple[float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """The point halfway."""
        (ax, ay), (mx, my), (bx, by) = self.start, self.control, self.end
        return (ax + 2 * mx + bx) / 4, (ay + 2 * my + by) / 4


def to_svg(diagram: Diagram) -> str:
    """The picture."""
    layout = laid_out(diagram)
    back = {(one.end, one.start) for one in diagram.arrows}
    curves = [_curve(layout, one, (one.start, one.end) in back) for one in diagram.arrows]
    svg = _frame(diagram, layout, curves)
    for arrow, curve in zip(diagram.arrows, curves, strict=True):
        (ax, ay), (mx, my), (bx, by) = curve.start, curve.control, curve.end
        path = {"d": f"M{ax:.1f} {ay:.1f}Q{mx:.1f} {my:.1f} {bx:.1f} {by:.1f}", "marker-end": "url(#to)"}
        tree.SubElement(svg, "path", path | ({"class": "fault"} if arrow.is_fault else {}))
    for number, lines in enumerate(diagram.states):
        _state(svg, layout.boxes[number], lines, number in diagram.initial)
    for arrow, curve in zip(diagram.arrows, curves, strict=True):
        kinds = ["label fault" if one in arrow.faults else "label" for one in arrow.labels]
        _lines(svg, arrow.labels, *curve.middle, kinds)
    tree.indent(svg)
    return tree.tostring(svg, encoding="unicode") + "\n"


def _frame(diagram: Diagram, layout: Layout, curves: list[Curve]) -> tree.Element:
    """The empty picture, as large as what comes into it."""
    half = max([len(one) for arrow in diagram.arrows for one in arrow.labels], default=0) * CHARACTER / 2
    xs = [x for curve in curves for x in (curve.middle[0] - half, curve.middle[0] + half)]
    ys = [y for curve in curves for y in (curve.middle[1] - LINE, curve.middle[1] + LINE)]
    edges = [(one.x - one.width / 2, one.x + one.width / 2, one.y - one.height / 2, one.y + one.height / 2)
             for one in layout.boxes]  # fmt: skip
    left, right = min([*xs, *(one[0] for one in edges)]), max([*xs, *(one[1] for one in edges)])
    top, bottom = min([*ys, *(one[2] for one in edges)]), max([*ys, *(one[3] for one in edges)])
    width, height = right - left + 2 * PADDING, bottom - top + 2 * PADDING
    view = f"{left - PADDING:.0f} {top - PADDING:.0f} {width:.0f} {height:.0f}"
    size = {"viewBox": view, "width": f"{width:.0f}", "height": f"{height:.0f}", "role": "img"}
    svg = tree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"} | size)
    tree.SubElement(svg, "title").text = diagram.title
    tree.SubElement(svg, "style").text = STYLE
    shape = {"viewBox": "0 0 8 8", "refX": "8", "refY": "4", "markerWidth": "8", "markerHeight": "8"}
    defs = tree.SubElement(svg, "defs")
    marker = tree.SubElement(defs, "marker", {"id": "to"} | shape | {"orient": "auto-start-reverse"})
    tree.SubElement(marker, "path", {"d": "M0 0 8 4 0 8z", "style": "fill:#2d3748;stroke:none"})
    return svg


def _state(svg: tree.Element, box: Box, lines: tuple[str, ...], initial: bool) -> None:
    at = {
        "x": f"{box.x - box.width / 2:.1f}",
        "y": f"{box.y - box.height / 2:.1f}",
        "width": f"{box.width:.1f}",
        "height": f"{box.height:.1f}",
        "rx": "8",
    }
    tree.SubElement(svg, "rect", at | ({"class": "initial"} if initial else {}))
    _lines(svg, lines, box.x, box.y, [""] * len(lines))


def _lines(svg: tree.Element, lines: Sequence[str], x: float, y: float, kinds: Sequence[str]) -> None:
    top = y - LINE * (len(lines) - 1) / 2 + 4
    for number, (row, kind) in enumerate(zip(lines, kinds, strict=True)):
        at = {"x": f"{x:.1f}", "y": f"{top + LINE * number:.1f}", "text-anchor": "middle"}
        tree.SubElement(svg, "text", at | ({"class": kind} if kind else {})).text = row


def _curve(layout: Layout, arrow: Arrow, there_and_back: bool) -> Curve:
    """From one box to another. Two that go there and back bend apart; one that skips layers goes around what
    is between; one that stays in its layer goes below it."""
    start, end = layout.boxes[arrow.start], layout.boxes[arrow.end]
    dx, dy = end.x - start.x, end.y - start.y
    length = max((dx * dx + dy * dy) ** 0.5, 1.0)
    bend = BEND if there_and_back else 0.0
    if abs(dy) < 1:
        bend += 0.25 * length if dx < 0 else -0.25 * length
    control = ((start.x + end.x) / 2 - dy / length * bend, (start.y + end.y) / 2 + dx / length * bend)
    low, high = sorted((start.y, end.y))
    between = [one for one in layout.boxes if low + 1 < one.y < high - 1]
    if between:
        right = start.x + end.x > layout.width
        side = (
            max(one.x + one.width / 2 for one in between)
            if right
            else min(one.x - one.width / 2 for one in between)
        )
        middle = side + (2 * BEND if right else -2 * BEND)
        control = (2 * middle - (start.x + end.x) / 2, control[1])
    return Curve(_edge(start, control), control, _edge(end, control))


def _edge(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the middle of a box to a point leaves it."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    across = abs(dx) / (box.width / 2) if box.width else 0.0
    along = abs(dy) / (box.height / 2) if box.height else 0.0
    scale = max(across, along, 1e-9)
    return box.x + dx / scale, box.y + dy / scale
