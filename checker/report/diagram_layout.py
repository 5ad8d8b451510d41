"""Where the states of a diagram are drawn: in layers, each a step further from the initial states.

After Sugiyama, Tagawa and Toda (1981), in short: a state's layer is its distance from the initial states;
within a layer states are ordered by the mean place of their neighbours, a few times up and down.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from checker.report.state_diagram import Diagram

CHARACTER, LINE, PADDING, GAP, RISE = 7.2, 18, 12, 48, 84
"""In units of the picture: of a letter, a line, around a text, between states, between layers."""
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """The middle of a state's box, and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A box for each state, and the size of the whole."""

    boxes: tuple[Box, ...]
    width: float
    height: float


def laid_out(diagram: Diagram) -> Layout:
    """A place for each state; the same for the same diagram."""
    layers = _layers(diagram)
    _order(diagram, layers)
    sizes = [
        (max(len(row) for row in lines) * CHARACTER + 2 * PADDING, len(lines) * LINE + 2 * PADDING)
        for lines in diagram.states
    ]
    labels = max([len(one) for arrow in diagram.arrows for one in arrow.labels], default=0)
    rise = RISE + LINE * max([len(arrow.labels) for arrow in diagram.arrows], default=0)
    gap = GAP + labels * CHARACTER / 2
    widths = [sum(sizes[one][0] for one in layer) + gap * (len(layer) - 1) for layer in layers]
    whole, boxes, top = max(widths, default=0.0) + 2 * gap, [Box(0, 0, 0, 0)] * len(sizes), float(PADDING)
    for layer, width in zip(layers, widths, strict=True):
        tall, left = max(sizes[one][1] for one in layer), (whole - width) / 2
        for one in layer:
            boxes[one] = Box(left + sizes[one][0] / 2, top + tall / 2, *sizes[one])
            left += sizes[one][0] + gap
        top += tall + rise
    return Layout(tuple(boxes), whole, max(top - rise, 0.0) + PADDING)


def _layers(diagram: Diagram) -> list[list[int]]:
    distance = dict.fromkeys(sorted(diagram.initial), 0)
    pending = deque(distance)
    following: dict[int, list[int]] = {number: [] for number in range(len(diagram.states))}
    for arrow in diagram.arrows:
        following[arrow.start].append(arrow.end)
    while pending:
        one = pending.popleft()
        for after in following[one]:
            if after not in distance:
                distance[after] = distance[one] + 1
                pending.append(after)
    found: list[list[int]] = [[] for _ in range(max(distance.values(), default=-1) + 1)]
    for number in sorted(distance):
        found[distance[number]].append(number)
    return found


def _order(diagram: Diagram, layers: list[list[int]]) -> None:
    neighbours: dict[int, list[int]] = {number: [] for number in range(len(diagram.states))}
    for arrow in diagram.arrows:
        neighbours[arrow.start].append(arrow.end)
        neighbours[arrow.end].append(arrow.start)
    for sweep in range(SWEEPS):
        rows = layers if sweep % 2 == 0 else layers[::-1]
        for before, layer in pairwise(rows):
            place = {one: (at + 0.5) / len(before) for at, one in enumerate(before)}
            now = {one: (at + 0.5) / len(layer) for at, one in enumerate(layer)}
            means = {one: _mean(neighbours[one], place, now[one]) for one in layer}
            layer[:] = [one for _, one in sorted([(means[one], one) for one in layer])]


def _mean(neighbours: Sequence[int], place: dict[int, float], otherwise: float) -> float:
    known = [place[one] for one in neighbours if one in place]
    return sum(known) / len(known) if known else otherwise
