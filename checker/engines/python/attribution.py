"""A search by CPython whose states are counted again without each variable."""

from __future__ import annotations

import time
from dataclasses import replace

from checker.engines.python.search import explored
from checker.engines.request import Request
from checker.running.attribution import Attribution
from checker.verdicts import Result


def explore_with_attribution(request: Request) -> tuple[Result, Attribution]:
    """Searches without symmetry, and counts what each variable adds.

    Raises:
        As `explore`.
    """
    result, search = explored(replace(request, symmetry=()))
    began = time.perf_counter()
    inside = [state for state, parent in zip(search.states, search.parents, strict=True) if parent.inside]
    counts = tuple(
        (name, len({(*state[:at], *state[at + 1 :]) for state in inside}))
        for at, name in enumerate(search.runner.names)
    )
    return result, Attribution(counts, result.statistics.seconds, time.perf_counter() - began)
