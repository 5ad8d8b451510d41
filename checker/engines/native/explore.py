"""The native engine's entry: capture, lower, compile, search, and replay of what was found by CPython."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.native.build import STORE_DEFINES, build
from checker.engines.native.checkpoint import Checkpoints, open_checkpoints, unwritten
from checker.engines.native.library import Library
from checker.engines.native.matching import matches_of
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
from checker.running.beginning import broken_beginning
from checker.running.captured import Captured
from checker.running.replay import Call, Claim, replay, violated_assumption
from checker.running.runner import Runner
from checker.running.symmetry import Reduction, reduction
from checker.verdicts import (
    Exhausted,
    ExhaustedWithin,
    Result,
    Statistics,
    Truncated,
    Untested,
    Verdict,
    Violated,
    Why,
    with_refinements,
)

LIMITS = {
    "overflow": "an integer may leave 64 bits",
    "scratch": "the lists of one evaluation need more than the memory set aside for them",
    "unfit": "a value does not have the type that the model's source says",
}
"""What stops a search that is no property of the model: failures of sites that the language does not know."""


UNTRACED = "the model is wrong on the last level; the search was stopped before the trace to it was rebuilt"


def explore(request: Request) -> Result:
    """Searches every reachable state of a model in a scope.

    Raises:
        Refused: the model says something that the language does not have.
        ScopeError, FormError, ModelError: the request does not fit the model; before anything runs.
        NotYetNative: the engine cannot compile the model in this scope, or met a limit of its own.
        NoCompiler, CompilationFailed: there is no C compiler, or it does not work.
        CheckpointError: there is no going on from the checkpoint, or none can be kept.
    """
    return explore_and_inspect(request, NOTHING)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What shall be looked at in a search that has ended, and what its object needs for it.

    Attributes:
        defines: `-D` options of the compiler.
        look: called with the object and the search.
    """

    defines: tuple[str, ...] = ()
    look: Callable[[Library, int], None] = lambda library, search: None


NOTHING = Inspection()


def explore_and_inspect(request: Request, inspection: Inspection) -> Result:
    """As `explore`; the last search that it made is inspected."""
    began = time.perf_counter()
    model, classes = captured(request)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    reduced = reduction(request, model, scope)
    assumption = broken_assumption(request, model, sizes, scope.faults)
    if assumption is None:
        assumption = refuted_beginning(request, model, scope.faults)
    if assumption is not None:
        return replace(assumption, symmetry=reduced.sorts, notes=reduced.notes)
    kept = None if request.checkpoint is None else open_checkpoints(request, request.checkpoint)
    program, outcome = _searched(request, model, sizes, scope, reduced, inspection, kept)
    if reduced.doubtful and outcome.finding is not None and outcome.finding.kind == "error":
        # It may fail in some order only: what CPython does in each of the states is to be found out.
        reduced = reduced.certain(model)
        program, outcome = _searched(request, model, sizes, scope, reduced, inspection, kept, again=True)
    found = _result(request, model, classes, scope, program, outcome, time.perf_counter() - began)
    return replace(found, symmetry=reduced.sorts, notes=(*reduced.notes, *found.notes))


def _searched(
    request: Request,
    model: ir.Model,
    sizes: Sizes,
    scope: Scope,
    reduced: Reduction,
    inspection: Inspection,
    kept: Checkpoints | None,
    *,
    again: bool = False,
) -> tuple[Program, Outcome]:
    """The search, with room for all that it stores.

    Args:
        again: another search of the check has ended; what it kept is over.
    """
    capacities: dict[str, int] = {} if kept is None or again else dict(kept.capacities)
    while True:
        program = generate(reduced.model, sizes, scope.faults, request.only, capacities, reduced.sorts, model)
        defines = (*STORE_DEFINES[request.store], *inspection.defines)
        library = build(program.source, defines=defines, brief=request.brief).library
        outcome = search(
            library,
            request.limits,
            workers=request.workers,
            deadlock=request.deadlock,
            progress=request.progress,
            keep=None if kept is None else kept.keep(program.source, capacities, again=again),
            inspect=partial(inspection.look, library),
        )
        if kept is not None:
            kept.check(outcome)
        if outcome.overflow is None:
            return program, outcome
        again = True
        name, capacity = program.layout.outgrown(outcome.overflow.number)
        capacities[name] = larger_capacity(capacity, outcome.overflow.needed)


def compile_for(request: Request) -> None:
    """Compiles what `explore` will begin with, so that it is found. Raises as `explore`."""
    build(source_of(request), defines=STORE_DEFINES[request.store], brief=request.brief)


def source_of(request: Request) -> str:
    """The C file that a search of a model in a scope begins with.

    Raises:
        Refused, ScopeError, FormError, ModelError, NotYetNative: as for `explore`.
    """
    model, _ = captured(request)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    sizes = Sizes({sort.__name__: size for sort, size in scope.sizes.items()}, dict(scope.params))
    reduced = reduction(request, model, scope)
    return generate(reduced.model, sizes, scope.faults, request.only, {}, reduced.sorts, model).source


def captured(request: Request) -> tuple[ir.Model, Mapping[str, type]]:
    """The model, with those of its constraints that the request keeps."""
    model, classes = capture_with_classes(request.model)
    kept = request.constraints
    properties = tuple(
        one
        for one in model.properties
        if kept is None or one.kind is not ir.PropertyKind.CONSTRAINT or one.name in kept
    )
    return replace(model, properties=properties), classes


def larger_capacity(capacity: int, needed: int) -> int:
    """The next capacity of a stored set: well above what was needed, so that few searches begin again."""
    return max(needed, 2 * capacity)


def broken_assumption(
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
            return _before_any(model, faults, violated_assumption(request, prop.name))
    return None


def refuted_beginning(request: Request, model: ir.Model, faults: Mapping[str, int]) -> Result | None:
    """Where a model begins is compared with where the models that it refines do, by CPython."""
    if all(prop.refinement is None for prop in model.properties):
        return None
    verdict = broken_beginning(Runner(request), Captured(request.model))
    return None if verdict is None else _before_any(model, faults, verdict)


def _before_any(model: ir.Model, faults: Mapping[str, int], verdict: Violated) -> Result:
    """The result where something is wrong before there is a search."""
    actions = tuple((action.name, 0) for action in model.actions)
    counts = Statistics(0, 0, 0, 0.0, None, actions, ())
    never = tuple(
        action.name for action in model.actions if action.budget is None or faults.get(action.budget, 0) > 0
    )
    kinds = ir.PropertyKind
    covers = tuple((one.name, False) for one in model.properties if one.kind is kinds.COVER)
    pruned = tuple((one.name, 0) for one in model.properties if one.kind is kinds.CONSTRAINT)
    return Result(verdict, counts, never, covers, pruned=pruned, engine="native")


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
    result = Result(
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
        engine="native",
        notes=_notes(request, program, outcome),
        stopped=_stopped(outcome),
    )
    if outcome.finding is not None:
        return result
    return with_refinements(result, matches_of(program.step_invariants, program.actions, outcome.matched))


def _notes(request: Request, program: Program, outcome: Outcome) -> tuple[str, ...]:
    notes: list[str] = []
    finding = outcome.finding
    if outcome.stop == "disk":
        notes.append(unwritten(request.checkpoint, outcome.error))
    if finding is not None and finding.initial is None and finding.subject != "initial":
        notes.append(UNTRACED)
    return tuple(notes)


def _stopped(outcome: Outcome) -> Why | None:
    return cast("Why | None", outcome.stop)


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
        refuse_limits(program, finding)
        if finding.initial is not None or finding.subject == "initial":
            ranks = Ranking(program, LanguageUniverse(classes, scope))
            return replay(request, claim_of(program, finding), ranks.of)
    stopped = _stopped(outcome)
    if stopped is not None:
        return Truncated(stopped)
    sizes = tuple(sorted((sort.__name__, size) for sort, size in scope.sizes.items()))
    pruned = tuple(one.name for one, count in zip(program.constraints, outcome.pruned, strict=True) if count)
    return ExhaustedWithin(pruned, sizes) if pruned else Exhausted(sizes)


def refuse_limits(program: Program, finding: Finding) -> None:
    if finding.kind == "error":
        site = program.sites[finding.site - 1]
        if site.kind in LIMITS:
            raise NotYetNative(LIMITS[site.kind], site.span)


class Ranking:
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


def claim_of(program: Program, finding: Finding) -> Claim:
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
