"""The native engine's random walks: capture, lower, compile, walk; CPython replays what was found."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import cast

from checker.capture.universe import LanguageUniverse
from checker.engines.native.build import build_for
from checker.engines.native.explore import (
    Ranking,
    broken_assumption,
    captured,
    claim_of,
    larger_capacity,
    refuse_limits,
    refuted_beginning,
)
from checker.engines.native.matching import matches_of
from checker.engines.native.program import Program, generate
from checker.engines.native.sizes import Sizes
from checker.engines.native.walks import DEFINES, Walked, WalkLibrary, Walks
from checker.engines.request import Request, Simulation
from checker.ir import nodes as ir
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.language.scope import Scope
from checker.running.replay import replay
from checker.running.sampled import WalkCounts, sampled
from checker.verdicts import Result, Untested, Violated, Why


def simulate(request: Request) -> Result:
    """Takes the random walks that a request asks for.

    Raises:
        Refused: the model says something that the language does not have.
        ScopeError, FormError, ModelError: the request does not fit the model; before anything runs.
        NotYetNative: the engine cannot compile the model in this scope, or met a limit of its own.
        NoCompiler, CompilationFailed: there is no C compiler, or it does not work.
    """
    simulation = request.simulation
    assert simulation is not None, "a request without it is a search"
    began = time.perf_counter()
    model, classes = captured(request)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    assumption = broken_assumption(request, model, sizes, scope.faults)
    if assumption is None:
        assumption = refuted_beginning(request, model, scope.faults)
    if assumption is not None:
        return _before_any(simulation, assumption, model, time.perf_counter() - began)
    capacities: dict[str, int] = {}
    while True:
        program = generate(model, sizes, scope.faults, request.only, capacities)
        library = build_for(WalkLibrary, program.source, defines=DEFINES, brief=request.brief).library
        seconds = request.limits.seconds
        with Walks(
            library, simulation, seconds=seconds, workers=request.workers, deadlock=request.deadlock
        ) as walks:
            walked = walks.run(request.progress)
        if walked.overflow is None:
            break
        name, capacity = program.layout.outgrown(walked.overflow.number)
        capacities[name] = larger_capacity(capacity, walked.overflow.needed)
    return _result(request, simulation, classes, scope, program, walked, time.perf_counter() - began)


def compile_for(request: Request) -> None:
    """Compiles what `simulate` will begin with, so that it is found. Raises as `simulate`."""
    model, _ = captured(request)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    program = generate(model, sizes, scope.faults, request.only, {})
    build_for(WalkLibrary, program.source, defines=DEFINES, brief=request.brief)


def _before_any(simulation: Simulation, assumption: Result, model: ir.Model, seconds: float) -> Result:
    """The result where the scope and parameters are not what the model is about."""
    kinds = {prop.name: prop.kind for prop in model.properties}
    counts = WalkCounts(
        fired=assumption.statistics.actions,
        pruned=tuple((name, 0) for name, kind in kinds.items() if kind is ir.PropertyKind.CONSTRAINT),
        covers=tuple((name, 0) for name, kind in kinds.items() if kind is ir.PropertyKind.COVER),
    )
    assert isinstance(assumption.verdict, Violated)
    return sampled(
        simulation,
        counts,
        assumption.verdict,
        can_fire=assumption.never_fired,
        untested=(),
        stopped=None,
        seconds=seconds,
        engine="native",
    )


def _result(
    request: Request,
    simulation: Simulation,
    classes: Mapping[str, type],
    scope: Scope,
    program: Program,
    walked: Walked,
    seconds: float,
) -> Result:
    return sampled(
        simulation,
        _counts(program, walked),
        _violation(request, classes, scope, program, walked),
        can_fire=_can_fire(program.actions, scope),
        untested=_untested(program, walked),
        stopped=cast("Why | None", walked.stop),
        seconds=seconds,
        engine="native",
        refinements=matches_of(program.step_invariants, program.actions, walked.matched),
    )


def _can_fire(actions: Sequence[ir.Action], scope: Scope) -> list[str]:
    """The actions, but for those whose fault has no budget."""
    return [one.name for one in actions if one.budget is None or scope.faults[one.budget] > 0]


def _counts(program: Program, walked: Walked) -> WalkCounts:
    reached = dict(zip((one.name for one in program.covers), walked.covers, strict=True))
    reached |= dict(zip((one.name for one in program.step_covers), walked.step_covers, strict=True))
    properties = program.lowering.model.properties
    return WalkCounts(
        walks=walked.walks,
        begun=walked.begun,
        steps=walked.steps,
        depth=walked.depth,
        starts=walked.starts,
        ended=walked.ends,
        fired=tuple(zip((one.name for one in program.actions), walked.fired, strict=False)),
        pruned=tuple(zip((one.name for one in program.constraints), walked.pruned, strict=True)),
        covers=tuple((prop.name, reached[prop.name]) for prop in properties if prop.name in reached),
        found=walked.found,
    )


def _untested(program: Program, walked: Walked) -> tuple[Untested, ...]:
    """The implications whose left side was true nowhere on the walks."""
    found: list[Untested] = []
    for probe in program.probes:
        met = walked.step_probes if probe.of_step else walked.probes
        if not met[probe.number]:
            place = probe.implication.span
            found.append(Untested(probe.of.name, place.file, place.line, probe.implication.text))
    return tuple(found)


def _violation(
    request: Request, classes: Mapping[str, type], scope: Scope, program: Program, walked: Walked
) -> Violated | None:
    finding = walked.finding
    if finding is None:
        return None
    refuse_limits(program, finding)
    ranks = Ranking(program, LanguageUniverse(classes, scope))
    return replay(request, claim_of(program, finding), ranks.of)
