"""From a finished search to its result: the verdict, the canonical trace, the counts."""

from __future__ import annotations

import time

from checker.engines.python.levels import Search
from checker.engines.python.memory import resident_bytes
from checker.running.captured import Captured
from checker.running.matched import refined
from checker.running.symmetry import Reduction
from checker.running.violation import violated
from checker.verdicts import (
    Exhausted,
    ExhaustedWithin,
    Refined,
    Result,
    Statistics,
    Truncated,
    Verdict,
    with_refinements,
)


def outcome(search: Search, captured: Captured, reduced: Reduction) -> Result:
    """The result of a search, however it ended."""
    told: tuple[Refined, ...] = ()
    if search.finding is None and search.refuted is None:
        told = refined(search.runner, search.step_invariants, search.matched)
    result = Result(
        verdict=_verdict(search, captured),
        statistics=_statistics(search),
        never_fired=tuple(one.name for one in search.runner.actions if search.fired[one.number] == 0),
        covers=_covers(search),
        untested=tuple([probe.untested for probe in search.untested]),
        pruned=tuple(search.pruned.items()),
        engine="python",
        symmetry=reduced.sorts,
        notes=reduced.notes,
        stopped=search.stopped,
    )
    return with_refinements(result, told)


def _covers(search: Search) -> tuple[tuple[str, bool], ...]:
    still_open = {one.name for one in (*search.open_covers, *search.open_step_covers)}
    return tuple((one.name, one.name not in still_open) for one in search.covers)


def _statistics(search: Search) -> Statistics:
    held = resident_bytes() - search.memory_before
    names = [method.name for method in search.runner.all_actions]
    return Statistics(
        distinct=search.distinct,
        generated=search.generated,
        depth=len(search.levels),
        seconds=time.perf_counter() - search.began,
        bytes_per_state=max(held, 0) / search.distinct if search.distinct else None,
        actions=tuple(zip(names, search.fired, strict=True)),
        levels=tuple(search.levels),
    )


def _verdict(search: Search, captured: Captured) -> Verdict:
    if search.refuted is not None:
        return search.refuted
    if search.finding is not None:
        return violated(search, search.finding, captured)
    if search.stopped is not None:
        return Truncated(search.stopped)
    scope = tuple(sorted((sort.__name__, size) for sort, size in search.runner.scope.sizes.items()))
    pruned = tuple(name for name, count in search.pruned.items() if count)
    return ExhaustedWithin(pruned, scope) if pruned else Exhausted(scope)
