"""A search whose states are counted again without each variable: see runtime/project.h."""

from __future__ import annotations

import ctypes
import time
from dataclasses import replace

from checker.engines.native.explore import Inspection, explore_and_inspect
from checker.engines.native.layout import budget_name
from checker.engines.native.library import Library, Long
from checker.engines.request import Request
from checker.ir.evaluate import budget_variable
from checker.language.declaration import declare
from checker.running.attribution import Attribution
from checker.verdicts import Result

UNCOUNTED = 2**64 - 1


def explore_with_attribution(request: Request) -> tuple[Result, Attribution]:
    """Searches without symmetry, so that a state is a state, and counts what each variable adds.

    Raises:
        As `explore`.
    """
    found: list[tuple[tuple[tuple[str, int | None], ...], float]] = []

    def look(library: Library, search: int) -> None:
        began = time.perf_counter()
        counts = _counted(library, search)
        # The last search counts: the one before wanted another layout.
        found[:] = [(counts, time.perf_counter() - began)]

    # States are compared out of order, which the compact store does not read them in.
    plain = replace(request, symmetry=(), store="default")
    result = explore_and_inspect(plain, Inspection(("LS_PROJECT=1",), look))
    counts, seconds = found[0] if found else ((), 0.0)
    budgets = {budget_name(fault): fault for fault in declare(request.model).faults}
    named = tuple(
        (budget_variable(budgets[name]) if name in budgets else name, count)
        for name, count in counts
        if name not in budgets or request.faults.get(budgets[name])
    )
    return result, Attribution(named, _searching(result, seconds), seconds)


def _searching(result: Result, counting: float) -> float:
    return max(0.0, result.statistics.seconds - counting)


def _counted(library: Library, search: int) -> tuple[tuple[str, int | None], ...]:
    count, name, without = (
        library.object.ls_place_count,
        library.object.ls_place_name,
        library.object.ls_states_without,
    )
    count.argtypes, count.restype = (), Long
    name.argtypes, name.restype = (Long,), ctypes.c_char_p
    without.argtypes, without.restype = (ctypes.c_void_p, Long), ctypes.c_uint64
    found: list[tuple[str, int | None]] = []
    for place in range(count()):
        left = int(without(search, place))
        found.append((bytes(name(place)).decode(), None if left == UNCOUNTED else left))
    return tuple(found)
