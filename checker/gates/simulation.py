"""A check as a simulation: what `lockstep simulate` makes of the checks of its target."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checker.engines.request import Choice, Limits, Simulation
from checker.gates.check import Check


@dataclass(frozen=True, slots=True)
class WalkOptions:
    """What the command line says of walks; None where it leaves it to the check, or to the defaults."""

    walks: int | None = None
    depth: int | None = None
    seed: int | None = None
    choose: Choice | None = None


def simulated(check: Check, options: WalkOptions) -> Check:
    """The check with random walks in place of its search.

    What a search is asked to show is not asked of walks: of a requirement nothing is left unless the check is
    a simulation of its own accord, and of a negative control what is violated, not by how short a trace.
    """
    own = check.simulation
    base = own or Simulation(walks=Simulation().walks if check.limits.seconds is None else None)
    walks = Simulation(
        walks=base.walks if options.walks is None else options.walks,
        depth=base.depth if options.depth is None else options.depth,
        seed=base.seed if options.seed is None else options.seed,
        choose=base.choose if options.choose is None else options.choose,
    )
    check = replace(check, simulation=walks, limits=Limits(seconds=check.limits.seconds))
    if own is not None:
        return check
    expect = None if check.expect is None else replace(check.expect, steps=None, actions=())
    return replace(check, requirement=None, expect=expect, store="default", symmetry=None)
