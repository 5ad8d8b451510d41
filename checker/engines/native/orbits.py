"""A search under symmetry whose canonical forms are audited: see runtime/audit.h."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

from checker.engines.native.explore import Inspection, explore_and_inspect
from checker.engines.native.library import Library, Long
from checker.engines.request import Request
from checker.running.orbits import Orbits
from checker.verdicts import Result


class _Audit(ctypes.Structure):
    """Mirrors ls_audit."""

    _fields_ = (("states", Long), ("orbits", Long), ("changed", Long), ("strayed", Long))

    states: int
    orbits: int
    changed: int
    strayed: int


def explore_with_orbits(request: Request) -> tuple[Result, Orbits]:
    """Searches, and makes every state that each of the kept ones stands for.

    Without a reduction nothing is audited: each state stands for itself.

    Raises:
        As `explore`.
    """
    found: list[Orbits] = []

    def look(library: Library, search: int) -> None:
        # The last search counts: the one before wanted another layout.
        found[:] = [_audited(library, search)]

    result = explore_and_inspect(request, Inspection(("LS_AUDIT=1",), look))
    if not result.symmetry or not found:
        return result, Orbits(result.statistics.levels)
    return result, found[0]


def _audited(library: Library, search: int) -> Orbits:
    levels = list(_levels(library, search))
    kept = tuple([level.orbits for level in levels if level.states])
    return Orbits(kept, sum(one.changed for one in levels), sum(one.strayed for one in levels))


def _levels(library: Library, search: int) -> Iterator[_Audit]:
    audit = getattr(library.object, "ls_audit_level", None)
    if audit is None:
        return
    audit.argtypes, audit.restype = (ctypes.c_void_p, Long, ctypes.POINTER(_Audit)), ctypes.c_int
    level = 0
    while True:
        found = _Audit()
        if not audit(search, level, ctypes.byref(found)):
            return
        yield found
        level += 1
