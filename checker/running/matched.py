"""What steps matched in refinements, counted by action, as results tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.ir.nodes import STUTTER
from checker.language.declaration import Method
from checker.language.rules import Kind
from checker.running.runner import Runner
from checker.verdicts import Refined

Matches = Mapping[tuple[str, int, int], int]
"""How many steps, by refinement, number of the action, and what it matched."""


def refined(runner: Runner, methods: Sequence[Method], counts: Matches) -> tuple[Refined, ...]:
    """The counts of each refinement among the properties, for a report."""
    found: list[Refined] = []
    for method in methods:
        if method.kind is not Kind.REFINEMENT:
            continue
        matches = (STUTTER, *(one.name for one in runner.refining(method).abstract.all_actions))
        steps = tuple(
            (one.name, tuple(counts.get((method.name, action, number), 0) for number in range(len(matches))))
            for action, one in enumerate(runner.all_actions)
        )
        abstract = f"{method.abstract.__module__}:{method.abstract.__qualname__}"
        found.append(Refined(method.name, abstract, matches, steps))
    return tuple(found)
