"""Whether all ways to search a check say the same: with each reduction and without, on each engine and store.

A scope small enough to be searched in full is taken. The search without any reduction is the measure:
verdict, trace, depth and what was never tried must be as there; searches that reduce alike must count
alike; and the states that the kept ones stand for must be as many as it found, level by level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from checker.engines.request import STORES, Limits, Request, StoreName
from checker.gates.check import Check
from checker.gates.run import load_target, refusing, request_of
from checker.language.declaration import declare, sorts_of
from checker.language.members import Ordered
from checker.language.model import Model
from checker.running.orbits import Orbits
from checker.running.replay import EnginesDisagree
from checker.verdicts import Result, Violated

IMAGES_MAX = 720
"""The most images of a state that are made one by one."""
PYTHON_IMAGES_MAX = 24
WORKERS = (1, 2)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a scope may be.

    Attributes:
        states: without a reduction.
        python_states: without a reduction, where CPython searches too.
        seconds: of a search.
    """

    states: int = 20_000
    python_states: int = 5_000
    seconds: float = 60.0


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search."""

    engine: str
    symmetry: tuple[str, ...]
    store: StoreName = "default"
    workers: int = 1

    def __str__(self) -> str:
        parts = [f"{self.engine} engine"]
        if self.engine == "native":
            parts += [f"{self.store} store", "1 worker" if self.workers == 1 else f"{self.workers} workers"]
        parts.append(f"symmetry of {' and '.join(self.symmetry)}" if self.symmetry else "no symmetry")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one way to search says."""

    way: Way
    result: Result
    orbits: Orbits


@dataclass(frozen=True, slots=True)
class Audited:
    """A check, audited.

    Attributes:
        check: with the scope that was searched.
        sights: what was said; the first is the search without a reduction.
        disagreements: each names the way, and what is different.
        skipped: what was not done, and why.
    """

    check: Check
    sights: tuple[Sight, ...] = ()
    disagreements: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class Unusable(Exception):
    """An engine cannot search this; the argument says why."""


class Broken(Exception):
    """What an engine made of the model does not run: a mistake of the tool."""


def audit(check: Check, bounds: Bounds) -> Audited:
    """Searches a check in all ways, and compares.

    Raises:
        GateError: the check, or its model, is wrong.
    """
    model = load_target(check)
    with refusing(check):
        return _Audit(check, model, bounds).run()


def look(request: Request, way: Way) -> Sight:
    """Searches one way.

    Raises:
        Unusable: the engine cannot.
        EnginesDisagree: CPython does not confirm what the engine found.
        Broken: what the engine makes of the model cannot be run.
    """
    asked = replace(request, symmetry=way.symmetry, store=way.store, workers=way.workers, brief=True)
    if way.engine == "python":
        from checker.engines.python.search import explore_with_orbits as search_in_python

        return Sight(way, *search_in_python(asked))
    from checker.engines.native.compiler import CompilationFailed, NoCompiler
    from checker.engines.native.library import LibraryError
    from checker.engines.native.not_yet import NotYetNative
    from checker.engines.native.orbits import explore_with_orbits

    try:
        return Sight(way, *explore_with_orbits(asked))
    except NotYetNative as error:
        raise Unusable(error.reason) from error
    except NoCompiler as error:
        raise Unusable(str(error)) from error
    except (CompilationFailed, LibraryError) as error:
        raise Broken(str(error).splitlines()[0]) from error


class _Audit:
    def __init__(self, check: Check, model: type[Model], bounds: Bounds) -> None:
        self.check = check
        self.model = model
        self.bounds = bounds
        self.sights: list[Sight] = []
        self.disagreements: list[str] = []
        self.skipped: list[str] = []
        self.sorts = tuple(
            [sort.__name__ for sort in sorts_of(declare(model)) if not issubclass(sort, Ordered)]
        )

    def run(self) -> Audited:
        base = self._small()
        if base is None:
            self.skipped.append("no scope is small enough to be searched in full")
            return self._audited()
        self.sights.append(base)
        for way in self._ways(base):
            try:
                sight = look(self._request(self.check.scope), way)
            except Unusable as error:
                self.skipped.append(f"{way}: {error}")
                continue
            except Broken as error:
                self.disagreements.append(f"{way}: {error}")
                continue
            except EnginesDisagree as error:
                self.disagreements.append(f"{way}: CPython does not confirm it: {error}")
                continue
            self._compare(base, sight)
            self.sights.append(sight)
        return self._audited()

    def _audited(self) -> Audited:
        # Ways that are left out for one reason are told once.
        return Audited(
            self.check, tuple(self.sights), tuple(self.disagreements), tuple(dict.fromkeys(self.skipped))
        )

    def _request(self, scope: Mapping[str, int]) -> Request:
        limits = Limits(seconds=self.bounds.seconds, states=self.bounds.states)
        return replace(request_of(replace(self.check, scope=scope), self.model), limits=limits)

    # -------------------------------------------------------------- the scope

    def _small(self) -> Sight | None:
        """The search without a reduction, in the check's scope or one below it that is small enough, and in
        which something can begin."""
        scope = dict(self.check.scope)
        engine = "native"
        needed: set[str] = set()
        last: str | None = None
        while True:
            if _images(scope, self.sorts) <= IMAGES_MAX:
                try:
                    sight = look(self._request(scope), Way(engine, ()))
                except Unusable as error:
                    self.skipped.append(f"native engine: {error}")
                    engine = "python"
                    continue
                if sight.result.stopped is None:
                    if states_of(sight) or last is None:
                        self.check = replace(self.check, scope=scope)
                        return sight
                    # With fewer of these nothing begins, and searches of nothing agree whatever they do.
                    scope[last] += 1
                    needed.add(last)
            free = [name for name in scope if name not in needed and scope[name] > 1]
            last = max(free, key=lambda name: (scope[name], name), default=None)
            if last is None:
                return None
            scope[last] -= 1

    # -------------------------------------------------------------- the ways

    def _ways(self, base: Sight) -> Iterator[Way]:
        """All others, those that need the least work first."""
        found = [name for name in self.sorts if self.check.scope.get(name, 1) > 1]
        subsets = dict.fromkeys([(), *[(name,) for name in found], tuple(found)])
        if base.way.engine == "native":
            for symmetry, store, workers in product(subsets, STORES, WORKERS):
                way = Way("native", symmetry, store, workers)
                if way != base.way:
                    yield way
        if states_of(base) > self.bounds.python_states:
            self.skipped.append(f"python engine: more than {self.bounds.python_states:,} states")
        elif _images(self.check.scope, self.sorts) > PYTHON_IMAGES_MAX:
            self.skipped.append(f"python engine: more than {PYTHON_IMAGES_MAX} images of a state")
        else:
            for symmetry in subsets:
                way = Way("python", symmetry)
                if way != base.way:
                    yield way

    # -------------------------------------------------------------- the comparison

    def _compare(self, base: Sight, sight: Sight) -> None:
        for fact in _differences(base, sight):
            self.disagreements.append(f"{sight.way}: {fact}")
        like = next((one for one in self.sights if one.result.symmetry == sight.result.symmetry), None)
        if like is not None:
            for name, before, after in _counts(like.result, sight.result):
                if before != after:
                    self.disagreements.append(f"{sight.way}: {name} {after}, but {before} with {like.way}")


def _images(scope: Mapping[str, int], sorts: Sequence[str]) -> int:
    """How many images a state may have."""
    return math.prod(math.factorial(min(scope.get(name, 1), 20)) for name in sorts)


def _differences(base: Sight, sight: Sight) -> Iterator[str]:
    """What is not as without a reduction."""
    if sight.result.stopped is not None:
        yield f"it stopped early ({sight.result.stopped})"
        return
    first, other = base.result, sight.result
    if first.verdict != other.verdict:
        yield _verdicts(first, other)
    for name, before, after in (
        ("depth", first.statistics.depth, other.statistics.depth),
        ("actions that never fired:", first.never_fired, other.never_fired),
        ("covers:", first.covers, other.covers),
        ("implications never tested:", first.untested, other.untested),
        ("constraints that cut:", _cut(first), _cut(other)),
    ):
        if before != after:
            yield f"{name} {after}, but {before} without a reduction"
    orbits, levels = sight.orbits, first.statistics.levels
    if orbits.levels != levels:
        yield (
            f"the kept states stand for {sum(orbits.levels):,} states ({_list(orbits.levels)}), but "
            f"{sum(levels):,} were found without a reduction ({_list(levels)})"
        )
    if orbits.changed:
        yield f"{orbits.changed:,} kept states are not their own canonical form"
    if orbits.strayed:
        yield f"{orbits.strayed:,} kept states are not the canonical form of all states of their orbit"


def _verdicts(first: Result, other: Result) -> str:
    one, two = first.verdict, other.verdict
    if not isinstance(one, Violated) or not isinstance(two, Violated):
        return f"the verdict is {two.name}, but {one.name} without a reduction"
    if (one.property, one.kind) != (two.property, two.kind):
        return f"it violates {two.property or two.kind}, but {one.property or one.kind} without a reduction"
    steps = len(one.trace.steps), len(two.trace.steps)
    if steps[0] != steps[1]:
        return f"the trace has {steps[1]} steps, but {steps[0]} without a reduction"
    return "it shows another trace, or says something else of it, than without a reduction"


def _cut(result: Result) -> tuple[str, ...]:
    return tuple([name for name, count in result.pruned if count])


def _counts(first: Result, other: Result) -> Iterator[tuple[str, object, object]]:
    """What two searches that reduce alike must count alike."""
    one, two = first.statistics, other.statistics
    yield "distinct", one.distinct, two.distinct
    yield "generated", one.generated, two.generated
    yield "levels", one.levels, two.levels
    yield "actions", one.actions, two.actions
    yield "pruned", first.pruned, other.pruned


def _list(levels: Sequence[int]) -> str:
    shown = [f"{one:,}" for one in levels[:12]]
    return ", ".join([*shown, *(["..."] if len(levels) > 12 else [])])


def states_of(sight: Sight) -> int:
    """The states that a search counted."""
    counted = sight.result.statistics.distinct
    assert counted is not None, "no walk is audited"
    return counted
