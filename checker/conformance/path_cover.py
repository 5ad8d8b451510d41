"""Which traces to replay: few steps that take each context, then as many edges as a budget allows.

Grow-only state makes the graph of a model acyclic, so there is no tour of all edges: each trace starts anew.
A trace goes the shortest way to something new, and on from there as long as something new lies near ahead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from checker.conformance.graph import Graph

LOOK_AHEAD = 200
"""States looked at for something new ahead before a trace ends."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Paths, each a list of edge numbers from an initial state, and which edges they take."""

    paths: tuple[tuple[int, ...], ...]
    taken: frozenset[int]

    @property
    def steps(self) -> int:
        """Steps of all paths together."""
        return sum([len(path) for path in self.paths])


def cover_edges(graph: Graph, kinds: Sequence[Hashable | None], paths_max: int, length_max: int) -> Cover:
    """Paths that take one edge of each kind, in as many paths as there may be.

    Args:
        kinds: the kind of each edge: its context, or its own number for all edges; None if it need not be
            taken.
        length_max: where a path that could go on ends.
    """
    wanted: dict[Hashable, bool] = {kind: True for kind in kinds if kind is not None}
    paths: list[tuple[int, ...]] = []
    for number, kind in enumerate(kinds):
        if len(paths) >= paths_max:
            break
        if kind not in wanted:
            continue
        path = [*graph.way_to(graph.sources[number]), number]
        for edge in path:
            wanted.pop(kinds[edge], None)
        while len(path) < length_max and wanted:
            further = _way_to_new(graph, graph.targets[path[-1]], kinds, wanted)
            if not further:
                break
            for edge in further:
                wanted.pop(kinds[edge], None)
            path.extend(further)
        paths.append(tuple(path))
    return Cover(tuple(paths), frozenset([edge for path in paths for edge in path]))


def _way_to_new(
    graph: Graph, start: int, kinds: Sequence[Hashable | None], wanted: dict[Hashable, bool]
) -> list[int]:
    """The shortest way from a state that ends with an edge of a kind that is wanted, if one is near."""
    came_by: dict[int, int] = {start: -1}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for edge in graph.leaving(state):
            if kinds[edge] in wanted:
                way = [edge]
                while came_by[state] >= 0:
                    way.append(came_by[state])
                    state = graph.sources[came_by[state]]
                way.reverse()
                return way
            target = graph.targets[edge]
            if target not in came_by and len(came_by) < LOOK_AHEAD:
                came_by[target] = edge
                queue.append(target)
    return []
