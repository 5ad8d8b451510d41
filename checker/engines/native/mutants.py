"""Mutants in compiled code: many to an object, each searched to its first violation.

An object holds the model and the changed actions of a group of mutants. The model is searched once, and every
state that is expanded is expanded by the changed actions, too: a mutant that never differs has the graph of
the model, and is searched no more.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from checker.capture.universe import LanguageUniverse
from checker.engines.native.build import build_for
from checker.engines.native.compiler import COMMON_FLAGS
from checker.engines.native.explore import LIMITS, captured, claim_of, larger_capacity
from checker.engines.native.library import Library, LibraryError, Long
from checker.engines.native.not_yet import NotYetNative
from checker.engines.native.program import Program, generate
from checker.engines.native.ranks import Ranks
from checker.engines.native.search import Finding, Outcome, search
from checker.engines.native.sizes import Sizes
from checker.engines.native.varying import Beginning, Change
from checker.engines.request import Limits, Progress, Request
from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator
from checker.ir.mutation.collecting import SUFFIX, Numbered
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.language.scope import Scope
from checker.running.mutated import (
    WRONG,
    Examined,
    Expected,
    Rerun,
    Shown,
    Unconfirmed,
    compare_beginnings,
)
from checker.running.replay import EnginesDisagree
from checker.running.symmetry import Reduction, SymmetryError, reduction
from checker.verdicts import Why

FLAGS = (*COMMON_FLAGS, "-O1")
"""Most searches of mutants are short: what is saved in compiling is more than what is lost in searching."""

GROUP = 32
"""The most mutants of one object."""


class VariedLibrary(Library):
    """An object that has variants: see runtime/variants.h."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self.vary = self.object.ls_vary
            self.differs = self.object.ls_differs
            self.strays = self.object.ls_strays
            self.go_past = self.object.ls_go_past
            self.breaks = self.object.ls_breaks
        except AttributeError as error:
            raise LibraryError(f"{path} has no variants: {error}") from error
        self.vary.argtypes, self.vary.restype = (Long, Long), None
        self.go_past.argtypes, self.go_past.restype = (Long,), None
        for ask in (self.differs, self.strays, self.breaks):
            ask.argtypes, ask.restype = (Long,), ctypes.c_uint64


@dataclass(frozen=True, slots=True)
class Mutation:
    """What all searches of a model's mutants share.

    Attributes:
        request: of the model.
        expected: what the model does.
        limits: of each mutant's search.
        jobs: searches at a time.
        whole: a mutant that a property notices is searched once more, past what is wrong, for all that it
            breaks.
    """

    request: Request
    expected: Expected
    limits: Limits
    jobs: int = 1
    whole: bool = False


def search_mutants(mutation: Mutation, mutants: Sequence[Numbered]) -> Iterator[Examined]:
    """Searches every mutant, in no particular order.

    Raises:
        NotYetNative: an object cannot be compiled in this scope.
        NoCompiler, CompilationFailed, LibraryError: there is no C compiler, or it does not work.
        KeyboardInterrupt: the searches have been ended.
    """
    if not mutants:
        return
    searcher = _Searcher(mutation)
    with ThreadPoolExecutor(max(1, mutation.jobs)) as pool:
        waiting = {pool.submit(searcher.group, group) for group in _groups(mutants, mutation.jobs)}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                for one in done:
                    yield from one.result()
        except BaseException:
            searcher.ending.set()
            for one in waiting:
                one.cancel()
            raise


def _groups(mutants: Sequence[Numbered], jobs: int) -> list[Sequence[Numbered]]:
    """Neighbours together, for they change the same actions; at least a group for each job."""
    size = max(1, min(GROUP, -(-len(mutants) // max(1, jobs))))
    count = -(-len(mutants) // size)
    size = -(-len(mutants) // count)
    return [mutants[at : at + size] for at in range(0, len(mutants), size)]


class _Searcher:
    def __init__(self, mutation: Mutation) -> None:
        self.mutation = mutation
        self.request = request = mutation.request
        self.model, self.classes = captured(request)
        self.scope: Scope = make_scope(
            declare(request.model), request.scope, request.params, request.faults, None
        )
        self.sizes = Sizes(
            {sort.__name__: size for sort, size in self.scope.sizes.items()}, dict(self.scope.params)
        )
        self.ending = threading.Event()

    def group(self, mutants: Sequence[Numbered], symmetric: bool = True) -> list[Examined]:
        """What became of some mutants."""
        compiled = _Compiled(self, mutants, symmetric)
        outcome = compiled.searched(0, comparing=True)
        if outcome.finding is not None:
            raise EnginesDisagree("a violation of the model, which had none when it was searched before")
        # A search may make the object anew, so they are asked for now.
        ask = compiled.library
        differ = [
            (bool(ask.differs(number)), bool(ask.strays(number)), *self._begins(one))
            for number, one in enumerate(mutants, 1)
        ]
        found: list[Examined] = []
        for number, (one, (steps, leads, begins, elsewhere)) in enumerate(
            zip(mutants, differ, strict=True), 1
        ):
            differs, strays = steps or begins, leads or elsewhere
            if not differs and outcome.stop is None:
                found.append(Examined(one.number, "equivalent", outcome.distinct))
            elif not differs:
                found.append(Examined(one.number, "truncated", outcome.distinct, why=_why(outcome)))
            else:
                tested = self._one(compiled, number, one, symmetric)
                narrower = tested.fate == "survived" and not strays and outcome.stop is None
                found.append(replace(tested, fate="narrower") if narrower else tested)
            if self.ending.is_set():
                raise KeyboardInterrupt
        return found

    def _begins(self, one: Numbered) -> tuple[bool, bool]:
        """Whether it begins otherwise than the model, and elsewhere, as the evaluator has it."""
        if not one.variant.initials:
            return False, False
        universe = LanguageUniverse(self.classes, self.scope)
        right, wrong = [Evaluator(model, universe, self.scope.faults) for model in (self.model, one.model)]
        return compare_beginnings(right, wrong)

    def _one(self, compiled: _Compiled, number: int, one: Numbered, symmetric: bool) -> Examined:
        outcome = compiled.searched(number)
        finding = outcome.finding
        if finding is None:
            return self._unnoticed(compiled.program, outcome, one)
        if finding.initial is None and finding.subject != "initial":
            return Examined(one.number, "truncated", outcome.distinct, why=_why(outcome))
        try:
            killed = self._killed(compiled.program, outcome, finding, one)
            if not self.mutation.whole:
                return killed
            known = self._broken(compiled, number, killed)
            if symmetric and compiled.is_doubtful and "evaluation" in (known.broken or ()):
                return self.group([one], symmetric=False)[0]  # as below
            return known
        except Unconfirmed as error:
            if symmetric and finding.kind == "error":
                # It may fail in some order only; without a reduction the order is Python's.
                return self.group([one], symmetric=False)[0]
            raise EnginesDisagree(f"mutant {one.number}: {error}") from error

    def _broken(self, compiled: _Compiled, number: int, killed: Examined) -> Examined:
        """All that it breaks, not what it breaks first alone."""
        outcome = compiled.searched(number, past=True)
        program, breaks = compiled.program, compiled.library.breaks
        checked = [one.name for one in (*program.invariants, *program.step_invariants)]
        names = [one for at, one in enumerate((*checked, *WRONG)) if breaks(at)]
        if outcome.stop is None and killed.property not in names:
            raise EnginesDisagree(f"mutant {killed.number} breaks {killed.property}, and then it does not")
        order = [*[one.name for one in self.model.properties], *WRONG]
        found = {*names, cast("str", killed.property)}
        cut = None if outcome.stop is None else _why(outcome)
        return replace(killed, broken=tuple(sorted(found, key=order.index)), cut=cut)

    def _unnoticed(self, program: Program, outcome: Outcome, one: Numbered) -> Examined:
        if outcome.stop is not None:
            return Examined(one.number, "truncated", outcome.distinct, why=_why(outcome))
        expected = self.mutation.expected
        reached = {prop.name for prop, met in zip(program.covers, outcome.covers, strict=True) if met}
        reached |= {
            prop.name for prop, met in zip(program.step_covers, outcome.step_covers, strict=True) if met
        }
        names = [action.name for action in program.actions]
        fired = {name for name, count in zip(names, outcome.fired, strict=False) if count}
        covers = [prop.name for prop in self.model.properties if prop.name in expected.covers - reached]
        actions = [name for name in names if name in expected.fired - fired]
        return Examined(one.number, "survived", outcome.distinct, lost=(*covers, *actions))

    def _killed(self, program: Program, outcome: Outcome, finding: Finding, one: Numbered) -> Examined:
        if finding.kind == "error" and (site := program.sites[finding.site - 1]).kind in LIMITS:
            raise NotYetNative(LIMITS[site.kind], site.span)
        universe = LanguageUniverse(self.classes, self.scope)
        shown = _shown(program, finding, Ranks(universe, self.sizes))
        sizes = tuple(sorted((sort.__name__, size) for sort, size in self.scope.sizes.items()))
        trace = Rerun(one.model, universe, self.scope.faults).trace(
            shown, sizes, tuple(self.scope.params.items())
        )
        kind = "evaluation" if finding.kind == "error" else finding.kind
        by = kind if kind in ("evaluation", "deadlock") else shown.name
        return Examined(one.number, "killed", outcome.distinct, by, kind, trace)


def _why(outcome: Outcome) -> Why:
    return cast("Why", outcome.stop or "memory")


def _shown(program: Program, finding: Finding, ranks: Ranks) -> Shown:
    """A finding in values of the language."""
    resolve = program.lowering.resolve
    claim = claim_of(program, finding)

    def values(item: ir.Action | ir.Initial, given: tuple[int, ...]) -> tuple[object, ...]:
        pairs = zip(item.parameters, given, strict=False)
        return tuple(ranks.value(resolve(one.type), rank) for one, rank in pairs)

    begin = claim.initial
    initial = values(program.initials[begin.number], begin.ranks) if program.initials else ()
    steps = tuple((call.number, values(program.actions[call.number], call.ranks)) for call in claim.steps)
    return Shown(claim.kind, claim.subject, claim.name, (begin.number, initial), steps)


class _Compiled:
    """The object of a group of mutants, made again when a set outgrows it."""

    def __init__(self, searcher: _Searcher, mutants: Sequence[Numbered], symmetric: bool) -> None:
        self._searcher = searcher
        self._capacities: dict[str, int] = {}
        self._reduced, self._changes = _bulk(searcher, mutants, symmetric)
        self.is_doubtful = bool(self._reduced.doubtful)
        self._make()

    def _make(self) -> None:
        searcher = self._searcher
        self.program = generate(
            self._reduced.model, searcher.sizes, searcher.scope.faults, searcher.request.only,
            self._capacities, self._reduced.sorts, searcher.model, self._changes,
        )  # fmt: skip
        self.library = build_for(VariedLibrary, self.program.source, flags=FLAGS).library

    def searched(self, variant: int, *, comparing: bool = False, past: bool = False) -> Outcome:
        """A search of the model or of one mutant, with room for all that it stores."""
        request, ending = self._searcher.request, self._searcher.ending

        def progress(_: Progress) -> None:
            if ending.is_set():
                raise KeyboardInterrupt

        limits = request.limits if comparing else self._searcher.mutation.limits
        while True:
            self.library.vary(variant, comparing)
            self.library.go_past(past)
            outcome = search(self.library, limits, deadlock=request.deadlock, progress=progress)
            if outcome.overflow is None:
                return outcome
            name, capacity = self.program.layout.outgrown(outcome.overflow.number)
            self._capacities[name] = larger_capacity(capacity, outcome.overflow.needed)
            self._make()


def _bulk(
    searcher: _Searcher, mutants: Sequence[Numbered], symmetric: bool
) -> tuple[Reduction, tuple[Change | Beginning, ...]]:
    """The model with the helpers of all mutants, reduced as its mutants can be, too; and what they change."""
    model = searcher.model
    named = [
        (number, replaced, replace(action, name=f"{action.name}{SUFFIX}{one.number}"))
        for number, one in enumerate(mutants, 1)
        for replaced, action in one.variant.actions
    ]
    begun = [
        (number, replaced, replace(initial, name=f"{initial.name}{SUFFIX}{one.number}"))
        for number, one in enumerate(mutants, 1)
        for replaced, initial in one.variant.initials
    ]
    whole = replace(
        model,
        initials=(*model.initials, *[initial for _, _, initial in begun]),
        functions=(*model.functions, *[it for one in mutants for it in one.variant.functions]),
        procedures=(*model.procedures, *[it for one in mutants for it in one.variant.procedures]),
        actions=(*model.actions, *[action for _, _, action in named]),
    )
    plain = replace(searcher.request, symmetry=())
    try:
        reduced = reduction(searcher.request if symmetric else plain, whole, searcher.scope)
    except SymmetryError:  # a mutant cannot be reduced by what the check names
        reduced = reduction(plain, whole, searcher.scope)
    count, ways = len(model.actions), len(model.initials)
    held = reduced.model
    changes = tuple(
        Change(number, replaced, action)
        for (number, replaced, _), action in zip(named, held.actions[count:], strict=True)
    )
    beginnings = tuple(
        Beginning(number, replaced, initial)
        for (number, replaced, _), initial in zip(begun, held.initials[ways:], strict=True)
    )
    right = replace(held, actions=held.actions[:count], initials=held.initials[:ways])
    return replace(reduced, model=right), (*changes, *beginnings)
