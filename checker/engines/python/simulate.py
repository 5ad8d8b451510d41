"""The python engine's random walks; it defines what those of every other engine must be."""

from __future__ import annotations

import time

from checker.engines.python.walks import ENDS, Walks
from checker.engines.request import Request
from checker.running.captured import Captured
from checker.running.matched import refined
from checker.running.runner import Runner
from checker.running.sampled import WalkCounts, sampled
from checker.running.violation import violated
from checker.verdicts import Result


def simulate(request: Request) -> Result:
    """Takes the random walks that a request asks for.

    Raises:
        Refused: the model says something that the language does not have.
        ScopeError, FormError, ModelError: the request does not fit the model.
        All of them before anything runs.
    """
    assert request.simulation is not None, "a request without it is a search"
    captured = Captured(request.model)
    runner = Runner(request)
    walks = Walks(request, request.simulation, runner, captured)
    walks.run()
    found = walks.finding
    return sampled(
        request.simulation,
        _counts(walks),
        walks.refuted if found is None else violated(walks.trail, found, captured),
        can_fire=[one.name for one in runner.actions],
        untested=tuple([probe.untested for probe in walks.untested]),
        stopped=walks.stopped,
        seconds=time.perf_counter() - walks.began,
        engine="python",
        refinements=refined(walks.runner, walks.step_invariants, walks.sum.matched),
    )


def _counts(walks: Walks) -> WalkCounts:
    total = walks.sum
    names = [method.name for method in walks.runner.all_actions]
    depth, terminal, constraint = (total.ended.get(end, 0) for end in ENDS)
    return WalkCounts(
        walks=total.walks,
        begun=total.begun,
        steps=total.steps,
        depth=total.depth,
        starts=walks.starts,
        ended=(depth, terminal, constraint),
        fired=tuple(zip(names, total.fired, strict=True)),
        pruned=tuple((one.name, total.pruned.get(one.name, 0)) for one in walks.constraints),
        covers=tuple((one.name, total.covers.get(one.name, 0)) for one in walks.covers),
        found=walks.found,
    )
