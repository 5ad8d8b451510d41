"""Mutants searched by the reference evaluator of the IR: what compiled code is compared with, and what is
used where there is no compiler."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.request import Limits, Request
from checker.ir import nodes as ir
from checker.ir.children import reads_old
from checker.ir.evaluate import Disabled, EvaluationError, Evaluator, Failed, Reached, Step
from checker.ir.mutation.collecting import Numbered
from checker.ir.universe import State
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.language.scope import Scope
from checker.running.mutated import WRONG, Examined, Expected, Fate, Rerun, Shown, compare_beginnings
from checker.verdicts import Why

Frozen = tuple[Any, ...]
Call = tuple[int, tuple[Any, ...]]


def search_mutants(
    request: Request, expected: Expected, limits: Limits, mutants: Sequence[Numbered], *, whole: bool = False
) -> Iterator[Examined]:
    """Searches every mutant, one after the other; `whole` as in native mutation: for all that each breaks."""
    model, classes = capture_with_classes(request.model)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    searcher = _Searcher(request, model, classes, scope)
    right = _Search(searcher, model, request.limits)
    right.run()
    compared = [_Compared(searcher, one, right.evaluator) for one in mutants]
    for state in right.expanded:
        for one in compared:
            one.compare(right.evaluator, state)
    for one in compared:
        tested = one.tested(right, expected, limits)
        yield one.with_all_broken(tested, limits) if whole and tested.fate == "killed" else tested


@dataclass(frozen=True, slots=True)
class _Searcher:
    """What all searches share."""

    request: Request
    model: ir.Model
    classes: Any
    scope: Scope

    def evaluator(self, model: ir.Model) -> Evaluator:
        """Of the model or a mutant."""
        return Evaluator(model, LanguageUniverse(self.classes, self.scope), self.scope.faults)

    def properties(self, *kinds: ir.PropertyKind) -> list[ir.Property]:
        """Those that are looked at."""
        request, checked = self.request, (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
        found: list[ir.Property] = []
        for one in self.model.properties:
            kept = request.only if one.kind in checked else None
            if one.kind is ir.PropertyKind.CONSTRAINT:
                kept = request.constraints
            if one.kind in kinds and (kept is None or one.name in kept):
                found.append(one)
        return found


class _Compared:
    """One mutant, and how its steps compare with the model's."""

    def __init__(self, searcher: _Searcher, one: Numbered, right: Evaluator) -> None:
        self._searcher = searcher
        self._one = one
        self._evaluator = searcher.evaluator(one.model)
        self._differs = self._strays = False
        if one.variant.initials:
            self._differs, self._strays = compare_beginnings(right, self._evaluator)

    def compare(self, right: Evaluator, state: State) -> None:
        """Takes the changed actions in a state of the model."""
        for number, action in self._one.variant.actions:
            if self._strays:
                return
            before = _enabled(right.steps(self._searcher.model.actions[number], state))
            after = _enabled(self._evaluator.steps(action, state))
            if [_said(one) for one in before] == [_said(one) for one in after]:
                continue
            self._differs = True
            known = [one.outcome.state for one in before if isinstance(one.outcome, Reached)]
            self._strays = any(
                not isinstance(one.outcome, Reached) or one.outcome.state not in (*known, state)
                for one in after
            )

    def tested(self, right: _Search, expected: Expected, limits: Limits) -> Examined:
        """What became of the mutant."""
        number = self._one.number
        if not self._differs:
            fate: Fate = "equivalent" if right.why is None else "truncated"
            return Examined(number, fate, len(right.states), why=right.why)
        search = _Search(self._searcher, self._one.model, limits)
        search.run()
        if search.shown is not None:
            return self._killed(search, search.shown)
        if search.why is not None:
            return Examined(number, "truncated", len(search.states), why=search.why)
        covers = [one.name for one in search.covers if one.name in expected.covers - search.reached]
        names = [action.name for action in self._searcher.model.actions]
        actions = [name for name in names if name in expected.fired - search.fired]
        fate = "survived" if self._strays or right.why is not None else "narrower"
        return Examined(number, fate, len(search.states), lost=(*covers, *actions))

    def with_all_broken(self, killed: Examined, limits: Limits) -> Examined:
        """A killed one with all that it breaks."""
        search = _Search(self._searcher, self._one.model, limits, past=True)
        search.run()
        order = [*[one.name for one in self._searcher.model.properties], *WRONG]
        found = search.broken | {cast("str", killed.property)}
        return replace(killed, broken=tuple(sorted(found, key=order.index)), cut=search.why)

    def _killed(self, search: _Search, shown: Shown) -> Examined:
        scope = self._searcher.scope
        universe = LanguageUniverse(self._searcher.classes, scope)
        sizes = tuple(sorted((sort.__name__, size) for sort, size in scope.sizes.items()))
        trace = Rerun(self._one.model, universe, scope.faults).trace(
            shown, sizes, tuple(scope.params.items())
        )
        kind = "evaluation" if shown.kind == "error" else shown.kind
        by = kind if kind in ("evaluation", "deadlock") else shown.name
        return Examined(self._one.number, "killed", len(search.states), by, kind, trace)


def _enabled(steps: Sequence[Step]) -> list[Step]:
    return [one for one in steps if not isinstance(one.outcome, Disabled)]


def _is_draw_failure(action: ir.Action, step: Step) -> bool:
    """Whether what arguments are drawn from cannot be evaluated."""
    return isinstance(step.outcome, Failed) and len(step.arguments) < len(action.parameters)


def _said(step: Step) -> tuple[tuple[Any, ...], object]:
    """A step without the place where it failed, which a mistake moves."""
    return step.arguments, None if isinstance(step.outcome, Failed) else step.outcome


class _Search:
    """A breadth-first search of the model or of a mutant; the first thing that is wrong ends it, after the
    level that it is on. One that goes past that notes what is broken."""

    def __init__(self, searcher: _Searcher, model: ir.Model, limits: Limits, *, past: bool = False) -> None:
        kinds = ir.PropertyKind
        self.evaluator = searcher.evaluator(model)
        self._model = model
        self._past = past
        self.broken: set[str] = set()
        self._deadlock = searcher.request.deadlock
        self._limits = limits
        self._invariants = searcher.properties(kinds.INVARIANT)
        self._step_invariants = searcher.properties(kinds.STEP_INVARIANT)
        self._constraints = searcher.properties(kinds.CONSTRAINT)
        self._terminals = searcher.properties(kinds.TERMINAL)
        self.covers = searcher.properties(kinds.COVER)
        self.states: dict[Frozen, tuple[Frozen | None, Call]] = {}
        self.expanded: list[State] = []
        self.reached: set[str] = set()
        self.fired: set[str] = set()
        self.shown: Shown | None = None
        self.why: Why | None = None
        self._found: list[tuple[tuple[int, ...], Shown]] = []
        self._names: list[str] = []

    def run(self) -> None:
        """Searches to the end."""
        began = time.perf_counter()
        level: list[State] = []
        numbers = {one.name: number for number, one in enumerate(self._model.initials)}
        for name, step in self.evaluator.initial_states():
            call = (numbers.get(name, 0), step.arguments)
            if isinstance(step.outcome, Failed):
                self.shown = None if self._past else Shown("error", "initial", None, call, ())
                self.broken.add("evaluation")
                break
            if isinstance(step.outcome, Reached):
                self._names = list(step.outcome.state)
                self._add(step.outcome.state, None, call, level)
        depth = 1
        while level and self.shown is None:
            for state in level:
                self._check(state)
            inside = [state for state in level if self._all(self._constraints, state)]
            open_ = self._open()
            for state in inside:
                self._look(open_, state)
            if self._settled():
                return
            open_ = self._open(of_step=True)
            level = []
            for state in inside:
                self._expand(state, open_, level)
                limits = self._limits
                if limits.states is not None and len(self.states) > limits.states:
                    self.why = "states"
                elif limits.seconds is not None and time.perf_counter() - began > limits.seconds:
                    self.why = "time"
                if self.why is not None:
                    level = []
                    break
            if self._settled():
                return
            depth += 1
            if level and self._limits.depth is not None and depth > self._limits.depth:
                self.why, level = "depth", []

    def _settled(self) -> bool:
        """Whether something was found; the first of it is what is shown."""
        if self._found:
            self.shown = min(self._found, key=lambda one: one[0])[1]
        return bool(self._found)

    def _frozen(self, state: State) -> Frozen:
        return tuple(_hashable(state[name]) for name in self._names)

    def _add(self, state: State, parent: Frozen | None, call: Call, level: list[State]) -> None:
        key = self._frozen(state)
        if key not in self.states:
            self.states[key] = (parent, call)
            level.append(state)

    def _way(self, key: Frozen | None, *more: Call) -> tuple[Call, tuple[Call, ...]]:
        calls = list(reversed(more))
        while key is not None:
            parent, call = self.states[key]
            calls.append(call)
            key = parent
        calls.reverse()
        return calls[0], tuple(calls[1:])

    def _offer(self, rank: tuple[int, ...], shown: Shown) -> None:
        if self._past:
            name = "evaluation" if shown.kind == "error" else shown.name
            self.broken.add(name or shown.kind)
            return
        self._found.append((rank, shown))

    def _check(self, state: State) -> None:
        for number, prop in enumerate(self._invariants):
            try:
                kind = None if self.evaluator.holds(prop, state) else "invariant"
            except EvaluationError:
                kind = "error"
            if kind is not None:
                way = self._way(self._frozen(state))
                self._offer((0, number), Shown(kind, "invariant", prop.name, *way))
                if not self._past:
                    break

    def _open(self, *, of_step: bool = False) -> list[ir.Property]:
        """The covers that wait for a state, or for a step, when a level begins: looked at on all of it."""
        return [one for one in self.covers if reads_old(one) == of_step and one.name not in self.reached]

    def _look(self, covers: Sequence[ir.Property], state: State) -> None:
        for prop in covers:
            try:
                if self.evaluator.holds(prop, state):
                    self.reached.add(prop.name)
            except EvaluationError:
                way = self._way(self._frozen(state))
                self._offer((0, len(self._invariants)), Shown("error", "cover", prop.name, *way))

    def _holds(self, prop: ir.Property, state: State, old: State | None = None) -> bool:
        try:
            return self.evaluator.holds(prop, state, old)
        except EvaluationError:
            return False

    def _all(self, props: Sequence[ir.Property], state: State) -> bool:
        return all(self._holds(one, state) for one in props)

    def _expand(self, state: State, covers: Sequence[ir.Property], level: list[State]) -> None:
        self.expanded.append(state)
        key, enabled = self._frozen(state), False
        for number, action in enumerate(self._model.actions):
            steps = _enabled(self.evaluator.steps(action, state))
            if self._past and any(_is_draw_failure(action, one) for one in steps):
                self.broken.add("evaluation")
                continue  # none of its bindings is tried
            for step in steps:
                enabled = True
                call = (number, step.arguments)
                if isinstance(step.outcome, Failed):
                    self._offer((2,), Shown("error", "action", None, *self._way(key, call)))
                elif isinstance(step.outcome, Reached):
                    self.fired.add(action.name)
                    self._step(state, step.outcome.state, key, call)
                    self._look_at_step(covers, state, step.outcome.state, key, call)
                    self._add(step.outcome.state, key, call, level)
        terminal = self._terminals and any(self._holds(one, state) for one in self._terminals)
        if not enabled and self._deadlock and not terminal:
            self._offer((1,), Shown("deadlock", "none", None, *self._way(key)))

    def _step(self, old: State, new: State, key: Frozen, call: Call) -> None:
        for number, prop in enumerate(self._step_invariants):
            try:
                kind = None if self.evaluator.holds(prop, new, old) else "step_invariant"
            except EvaluationError:
                kind = "error"
            if kind is not None:
                self._offer((3, number), Shown(kind, "step_invariant", prop.name, *self._way(key, call)))
                if not self._past:
                    break

    def _look_at_step(
        self, covers: Sequence[ir.Property], old: State, new: State, key: Frozen, call: Call
    ) -> None:
        for prop in covers:
            try:
                if self.evaluator.holds(prop, new, old):
                    self.reached.add(prop.name)
            except EvaluationError:
                rank = (3, len(self._step_invariants))
                self._offer(rank, Shown("error", "step_cover", prop.name, *self._way(key, call)))


def _hashable(value: object) -> object:
    if isinstance(value, dict):
        held = cast("dict[object, object]", value)
        return frozenset((key, _hashable(item)) for key, item in held.items())
    return value
