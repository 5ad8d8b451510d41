"""From what walks counted to the result of a simulation, the same for every engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from checker.engines.request import Simulation
from checker.verdicts import (
    Refined,
    Result,
    Sampled,
    Sampling,
    Statistics,
    Untested,
    Violated,
    Why,
    with_refinements,
)

NO_START = "there is no initial state, so no walk can begin"


@dataclass(frozen=True, slots=True)
class WalkCounts:
    """What walks counted: the complete ones up to the first that is not, and the one that found something.

    Attributes:
        walks: complete. begun: those and the one that found something.
        steps: taken. depth: states of the longest walk.
        starts: initial states that walks begin in; None where nobody looked.
        ended: walks that ended at the depth, where nothing is enabled, beyond a constraint.
        fired: steps by each action, in declaration order.
        pruned: walks that ended beyond each constraint.
        covers: walks that reached each cover.
        found: the number of the walk that found something.
    """

    walks: int = 0
    begun: int = 0
    steps: int = 0
    depth: int = 0
    starts: int | None = None
    ended: tuple[int, int, int] = (0, 0, 0)
    fired: tuple[tuple[str, int], ...] = ()
    pruned: tuple[tuple[str, int], ...] = ()
    covers: tuple[tuple[str, int], ...] = ()
    found: int | None = None


def sampled(
    simulation: Simulation,
    counts: WalkCounts,
    violation: Violated | None,
    *,
    can_fire: Collection[str],
    untested: tuple[Untested, ...],
    stopped: Why | None,
    seconds: float,
    engine: str,
    refinements: tuple[Refined, ...] = (),
) -> Result:
    """The result of a simulation.

    Args:
        violation: what was found, if anything was.
        can_fire: the actions, but for those whose fault has no budget.
        untested: implications whose left side was never true; not looked at where something was found.
        stopped: why there are fewer walks than asked for.
        refinements: what steps matched; not told where something was found.
    """
    result = Result(
        verdict=Sampled(counts.walks) if violation is None else violation,
        statistics=Statistics(
            distinct=None,
            generated=counts.begun + counts.steps,
            depth=counts.depth,
            seconds=seconds,
            bytes_per_state=None,
            actions=counts.fired,
            levels=(),
        ),
        never_fired=tuple(name for name, count in counts.fired if count == 0 and name in can_fire),
        covers=tuple((name, count > 0) for name, count in counts.covers),
        untested=untested if violation is None else (),
        pruned=counts.pruned,
        engine=engine,
        notes=(NO_START,) if counts.starts == 0 and violation is None else (),
        stopped=stopped,
        sampling=Sampling(
            walks=counts.walks,
            asked=simulation.walks,
            depth=simulation.depth,
            seed=simulation.seed,
            choose=simulation.choose,
            ended=counts.ended,
            covers=counts.covers,
            found=counts.found,
        ),
    )
    return result if violation is not None else with_refinements(result, refinements)
