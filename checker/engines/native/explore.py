"""The native engine's entry: capture, lower, compile, search, and replay of what was found by CPython."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.native.build import build
from checker.engines.native.not_yet import NotYetNative
from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.program import Program, generate
from checker.engines.native.ranks import Ranks
from checker.engines.native.search import Finding, Outcome, search
from checker.engines.native.sizes import Sizes
from checker.engines.request import Request
from checker.ir import nodes as ir
from checker.ir.evaluate import EvaluationError, Evaluator
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.language.scope import Scope
from checker.replay.replay import Call, Claim, replay, violated_assumption
from checker.verdicts import Exhausted, ExhaustedWithin, Result, Statistics, Truncated, Untested, Verdict

LIMITS = {
    "overflow": "an integer may leave 64 bits",
    "scratch": "the lists of one evaluation need more than the memory set aside for them",
    "unfit": "a value does not have the type that the model's source says",
}
"""What stops a search that is no property of the model: failures of sites that the language does not know."""


def explore(request: Request, *, workers: int = 1) -> Result:
    """Searches every reachable state of a model in a scope.

    Raises:
        Refused: the model says something that the language does not have.
        ScopeError, FormError, ModelError: the request does not fit the model; before anything runs.
        NotYetNative: the engine cannot compile the model in this scope, or met a limit of its own.
        NoCompiler, CompilationFailed: there is no C compiler, or it does not work.
    """
    began = time.perf_counter()
    model, classes = capture_with_classes(request.model)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    assumption = _broken_assumption(request, model, sizes, scope.faults)
    if assumption is not None:
        return assumption
    capacities: dict[str, int] = {}
    while True:
        program = generate(model, sizes, scope.faults, request.only, capacities)
        library = build(program.source).library
        outcome = search(
            library, request.limits, workers=workers, deadlock=request.deadlock, progress=request.progress
        )
        if outcome.overflow is None:
            break
        place = program.layout.sparse[outcome.overflow.number]
        capacities[place.name] = _larger(program, place.name, outcome.overflow.needed)
    return _result(request, model, classes, scope, program, outcome, time.perf_counter() - began)


def _larger(program: Program, name: str, needed: int) -> int:
    """The next capacity of a sparse set: well above what was needed, so that few searches begin again."""
    held = next(place.stored for place in program.layout.sparse if place.name == name)
    return max(needed, 2 * getattr(held, "capacity", needed))


def _broken_assumption(
    request: Request, model: ir.Model, sizes: Sizes, faults: Mapping[str, int]
) -> Result | None:
    """Assumptions are about the scope and parameters alone; any that is broken is confirmed by CPython."""
    evaluator = Evaluator(model, PlainUniverse(model, sizes))
    for prop in model.properties:
        if prop.kind is not ir.PropertyKind.ASSUME:
            continue
        try:
            broken = not evaluator.evaluate(prop.body, {})
        except EvaluationError:
            broken = True
        if broken:
            actions = tuple((action.name, 0) for action in model.actions)
            counts = Statistics(0, 0, 0, 0.0, None, actions, ())
            never = tuple(
                action.name
                for action in model.actions
                if action.budget is None or faults.get(action.budget, 0) > 0
            )
            return Result(violated_assumption(request, prop.name), counts, never)
    return None


def _result(
    request: Request,
    model: ir.Model,
    classes: Mapping[str, type],
    scope: Scope,
    program: Program,
    outcome: Outcome,
    seconds: float,
) -> Result:
    names = [action.name for action in model.actions]
    reached = dict(zip((one.name for one in program.covers), outcome.covers, strict=True))
    reached |= dict(zip((one.name for one in program.step_covers), outcome.step_covers, strict=True))
    budgets = {action.name: action.budget for action in model.actions}
    statistics = Statistics(
        distinct=outcome.distinct,
        generated=outcome.generated,
        depth=outcome.depth,
        seconds=seconds,
        bytes_per_state=outcome.bytes_peak / outcome.distinct if outcome.distinct else None,
        actions=tuple(zip(names, outcome.fired, strict=False)),
        levels=outcome.levels,
    )
    return Result(
        verdict=_verdict(request, classes, scope, program, outcome),
        statistics=statistics,
        never_fired=tuple(
            name
            for name, count in statistics.actions
            if count == 0 and (budgets[name] is None or scope.faults[budgets[name] or ""] > 0)
        ),
        covers=tuple((prop.name, reached[prop.name]) for prop in model.properties if prop.name in reached),
        untested=_untested(program, outcome),
        pruned=tuple(zip((one.name for one in program.constraints), outcome.pruned, strict=True)),
    )


def _untested(program: Program, outcome: Outcome) -> tuple[Untested, ...]:
    """The implications whose left side is true nowhere; known only when all was searched."""
    if outcome.finding is not None or outcome.stop is not None:
        return ()
    found: list[Untested] = []
    for probe in program.probes:
        met = outcome.step_probes if probe.of_step else outcome.probes
        if not met[probe.number]:
            place = probe.implication.span
            found.append(Untested(probe.of.name, place.file, place.line, probe.implication.text))
    return tuple(found)


def _verdict(
    request: Request, classes: Mapping[str, type], scope: Scope, program: Program, outcome: Outcome
) -> Verdict:
    finding = outcome.finding
    if finding is not None:
        _refuse_limits(program, finding)
        if finding.initial is not None or finding.subject == "initial":
            ranks = _Ranking(program, LanguageUniverse(classes, scope))
            return replay(request, _claim(program, finding), ranks.of)
    if outcome.stop is not None:
        why: Any = outcome.stop
        return Truncated(why)
    sizes = tuple(sorted((sort.__name__, size) for sort, size in scope.sizes.items()))
    pruned = tuple(one.name for one, count in zip(program.constraints, outcome.pruned, strict=True) if count)
    return ExhaustedWithin(pruned, sizes) if pruned else Exhausted(sizes)


def _refuse_limits(program: Program, finding: Finding) -> None:
    if finding.kind == "error":
        site = program.sites[finding.site - 1]
        if site.kind in LIMITS:
            raise NotYetNative(LIMITS[site.kind], site.span)


class _Ranking:
    """The ranks of arguments that the language's own values make."""

    def __init__(self, program: Program, universe: LanguageUniverse) -> None:
        self._ranks = Ranks(universe, program.lowering.sizes)
        resolve = program.lowering.resolve
        steps: list[ir.Action | ir.Initial] = [*program.actions, *program.initials]
        self._kinds = {item.name: [resolve(one.type) for one in item.parameters] for item in steps}

    def of(self, name: str, arguments: tuple[Any, ...]) -> tuple[int, ...]:
        """The ranks of a call's arguments."""
        return tuple(
            self._ranks.rank(kind, value) for kind, value in zip(self._kinds[name], arguments, strict=True)
        )


def _claim(program: Program, finding: Finding) -> Claim:
    groups: dict[str, tuple[ir.Action | ir.Initial | ir.Property, ...]] = {
        "initial": program.initials,
        "action": program.actions,
        "invariant": program.invariants,
        "step_invariant": program.step_invariants,
        "constraint": program.constraints,
        "cover": program.covers,
        "step_cover": program.step_covers,
        "terminal": program.terminals,
    }
    group = groups.get(finding.subject, ())
    name = group[finding.property].name if finding.property < len(group) else None
    begin = finding.initial
    initial = Call(finding.property, ()) if begin is None else Call(begin.number, begin.ranks)
    steps = tuple(Call(step.number, step.ranks) for step in finding.steps)
    return Claim(finding.kind, finding.subject, name, initial, steps)
