"""The states that those which a search kept stand for."""

from __future__ import annotations

from checker.engines.python.levels import Search
from checker.running.orbits import Orbits


def orbits(search: Search) -> Orbits:
    """The sizes of the orbits, level by level; states beyond a constraint are not counted."""
    canonical = search.canonical
    depths: list[int] = []
    levels: list[int] = []
    for state, parent in zip(search.states, search.parents, strict=True):
        depth = 0 if parent.state < 0 else depths[parent.state] + 1
        depths.append(depth)
        levels += [0] * (depth + 1 - len(levels))
        if parent.inside:
            levels[depth] += 1 if canonical is None else canonical.orbit(state)
    return Orbits(tuple([level for level in levels if level]))
