"""Breadth-first search, level by level, calling the model's own methods.

A level is first checked (constraints, invariants, covers), then expanded (steps, step invariants,
deadlocks). States are kept in the order in which their canonical traces sort, so the first way found to a
state is its canonical one. Under symmetry, of the states that differ in names alone the one found first is
kept: it is a state that the model reaches as it is, by the canonical trace of all of them.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from checker.engines.python.assumptions import broken_assumption
from checker.engines.python.canonical import Canonical, Key
from checker.engines.python.findings import Findings
from checker.engines.python.memory import resident_bytes
from checker.engines.python.order_free import OrderFree
from checker.engines.request import Progress, Request
from checker.language.declaration import Method
from checker.language.errors import Disabled, EvaluationError
from checker.language.rules import OF_STEPS, Kind
from checker.running.beginning import broken_beginning
from checker.running.captured import Captured, Probe
from checker.running.failures import failure
from checker.running.finding import Finding, Parent
from checker.running.runner import PlannedAction, Runner, State, takes_old
from checker.verdicts import Violated, Why

Call = tuple[int, tuple[Any, ...]]
"""An action's number and its arguments."""

BETWEEN_LOOKS = 256
"""States expanded between two looks at the clock and the memory."""

BETWEEN_REPORTS = 0.5
"""Seconds between two reports of progress."""


class Stop(Exception):
    """The search ends early; the argument says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Search:
    """One search: all that the result is made from, so that it is truthful whenever the search ends.

    Args:
        canonical: says which states differ in names alone; None: none do.
        order_free: looks for what fails in some order of evaluation; None: nothing can.
    """

    def __init__(
        self,
        request: Request,
        runner: Runner,
        captured: Captured,
        canonical: Canonical | None = None,
        order_free: OrderFree | None = None,
    ) -> None:
        self.request = request
        self.runner = runner
        self.canonical = canonical
        self.order_free = order_free
        only = request.only
        self.invariants = [one for one in self._methods(Kind.INVARIANT) if only is None or one.name in only]
        self.reached_by_steps: set[str] = set()
        self.step_invariants = [one for one in self._methods(*OF_STEPS) if only is None or one.name in only]
        kept = request.constraints
        self.constraints = [one for one in self._methods(Kind.CONSTRAINT) if kept is None or one.name in kept]
        self.terminals = self._methods(Kind.TERMINAL)
        self.covers = self._methods(Kind.COVER)
        self.open_covers = [one for one in self.covers if not takes_old(one)]
        self.open_step_covers = [one for one in self.covers if takes_old(one)]
        self.captured = captured
        self.probes = captured.probes(runner, only)
        self.untested: list[Probe] = []
        self.states: list[State] = []
        self.numbers: dict[State, int] = {}
        self.forms: dict[Key, int] = {}
        self.parents: list[Parent] = []
        self.outside = 0
        self.pruned = {one.name: 0 for one in self.constraints}
        self.generated = 0
        self.fired = [0] * len(self.runner.all_actions)
        self.levels: list[int] = []
        self.found = Findings()
        self.finding: Finding | None = None
        self.refuted: Violated | None = None
        self.matched: Counter[tuple[str, int, int]] = Counter()
        self.stopped: Why | None = None
        self.began = time.perf_counter()
        self.memory_before = resident_bytes()
        self.last_report = self.began

    def _methods(self, *kinds: Kind) -> list[Method]:
        return list(self.runner.declaration.of_kind(*kinds))

    @property
    def distinct(self) -> int:
        """States found, those beyond a constraint not counted."""
        return len(self.states) - self.outside

    # ---------------------------------------------------------------- the levels

    def run(self) -> None:
        """Searches until nothing is left, something is found, or a limit is reached."""
        try:
            with self.runner.running():
                level = self._first_level() if self._assumptions_hold() and self._begins() else []
                while level and self.finding is None:
                    self._check(level)
                    if self.finding is None:
                        level = self._beyond(level)
                if self.finding is None and self.refuted is None:
                    self.untested = self._untested()
        except Stop as stop:
            self._end_early(stop.why)
        except KeyboardInterrupt:
            self._end_early("interrupted")
        except MemoryError:
            self._end_early("memory")

    def _end_early(self, why: Why) -> None:
        """What was found on the level that is cut short is true all the same."""
        self.stopped = why
        self.finding = self.finding or self.found.best

    def _assumptions_hold(self) -> bool:
        """Whether the scope and parameters are what the model is about; asked before any state is made."""
        self.finding = broken_assumption(self.runner)
        return self.finding is None

    def _begins(self) -> bool:
        """Whether each initial state stands for one of the models that are refined."""
        self.refuted = broken_beginning(self.runner, self.captured)
        return self.refuted is None

    def _beyond(self, level: list[int]) -> list[int]:
        """The level after a checked one; nothing lies beyond a constraint."""
        inside = [number for number in level if self.parents[number].inside]
        if self.request.limits.depth == len(self.levels) and self._has_successor(inside):
            raise Stop("depth")
        return self._expand(inside)

    def _first_level(self) -> list[int]:
        found = self.found = Findings()
        level: list[int] = []
        try:
            for number, arguments, state in self.runner.initial_states():
                self.generated += 1
                if self._is_new(state):
                    self._add(state, Parent(-1, number, arguments, True), level, found)
        except Exception as error:
            found.offer(0, Finding("evaluation", -1, None, None, failure(error)))
        self._end_level(level, found)
        return level

    def _end_level(self, level: list[int], found: Findings) -> None:
        self.finding = found.best
        inside = sum(1 for number in level if self.parents[number].inside)
        if inside:
            self.levels.append(inside)

    def _is_new(self, state: State) -> bool:
        """Whether a state is none of those found, nor differs from one of them in names alone."""
        if state in self.numbers:
            return False
        if self.canonical is None:
            return True
        known = self.forms.get(self.canonical.key(state))
        if known is not None:
            self.numbers[state] = known
        return known is None

    def _add(self, state: State, parent: Parent, level: list[int], found: Findings) -> None:
        """Takes up a new state; one beyond a constraint is checked with the level, but not counted."""
        number = len(self.states)
        self.numbers[state] = number
        if self.canonical is not None:
            self.forms[self.canonical.key(state)] = number
        self.states.append(state)
        self.parents.append(parent)
        level.append(number)
        if not self.constraints:
            return
        self.runner.load(state)
        for constraint in self.constraints:
            try:
                holds = self._holds(constraint, state)
            except Exception as error:
                found.offer(1, Finding("evaluation", number, constraint, None, failure(error)))
                holds = True
            if not holds:
                self.pruned[constraint.name] += 1
                if self.parents[number].inside:
                    self.parents[number] = Parent(parent.state, parent.action, parent.arguments, False)
                    self.outside += 1

    # ---------------------------------------------------------------- checking a level

    def _check(self, level: list[int]) -> None:
        found = self.found = Findings()
        reached: set[str] = set()
        ranked = list(enumerate(self.invariants))
        for count, number in enumerate(level):
            if count % BETWEEN_LOOKS == 0:
                self._look(len(level) - count)
            state = self.states[number]
            self.runner.load(state)
            for rank, method in ranked:
                if not found.wants(rank):
                    break
                try:
                    if self._holds(method, state):
                        continue
                    found.offer(rank, Finding("invariant", number, method))
                except Exception as error:
                    found.offer(rank, Finding("evaluation", number, method, None, failure(error)))
                break
            if self.open_covers and self.parents[number].inside:
                self._look_for(self.open_covers, reached, len(self.invariants), number, state, None)
        self.open_covers = [one for one in self.open_covers if one.name not in reached]
        self.finding = found.best

    def _holds(self, method: Method, state: State, old: State | None = None) -> bool:
        """A property of the loaded state or step."""
        if self.order_free is not None:
            self.order_free.property_fails(method, state, old)
        return self.runner.holds(method)

    def _look_for(
        self,
        covers: list[Method],
        reached: set[str],
        rank: int,
        number: int,
        state: State,
        call: Call | None,
    ) -> None:
        """Notes which covers the loaded state or step reaches. One that was open when the level began is
        looked for in all of the level, so that an error in it does not depend on the order of work.
        """
        for method in covers:
            try:
                if self._holds(method, state, None if call is None else self.states[number]):
                    reached.add(method.name)
            except Exception as error:
                self.found.offer(rank, Finding("evaluation", number, method, call, failure(error)))

    # ---------------------------------------------------------------- expanding a level

    def _expand(self, level: list[int]) -> list[int]:
        """The next level."""
        found = self.found = Findings()
        self.reached_by_steps = set()
        following: list[int] = []
        runner = self.runner
        values = runner.model.__dict__
        for count, number in enumerate(level):
            if count % BETWEEN_LOOKS == 0:
                self._look(len(level) - count + len(following))
            base = dict(zip(runner.names, self.states[number], strict=True))
            values.update(base)
            enabled = False
            for action in runner.actions:
                if action.budget is not None and base[action.budget] == 0:
                    continue
                bindings = action.fixed
                if self.order_free is not None:
                    self._try_in_all_orders(action, number, found)
                if bindings is None:
                    bindings = self._drawn(action, number, found)
                if self._try(action, bindings, number, base, following, found):
                    enabled = True
            if (
                not enabled
                and self.request.deadlock
                and found.wants(0)
                and not self._is_terminal(number, found)
            ):
                found.offer(0, Finding("deadlock", number))
        self.open_step_covers = [
            one for one in self.open_step_covers if one.name not in self.reached_by_steps
        ]
        self._end_level(following, found)
        return following

    def _try(
        self,
        action: PlannedAction,
        bindings: tuple[tuple[Any, ...], ...],
        number: int,
        base: dict[str, Any],
        following: list[int],
        found: Findings,
    ) -> bool:
        """Tries an action with each of its bindings; says whether one was enabled. The innermost loop of the
        engine: an attempt costs the call and little more.
        """
        model, read, numbers = self.runner.model, self.runner.read_from, self.numbers
        values = model.__dict__
        function, budget = action.function, action.budget
        watched = bool(self.step_invariants or self.open_step_covers)
        fired, failed = 0, False
        for arguments in bindings:
            if budget is not None:
                values[budget] = base[budget] - 1
            try:
                function(model, *arguments)
            except Disabled:
                values.update(base)
                continue
            except Exception as error:
                values.update(base)
                failed = True
                if found.wants(1):
                    method = self.runner.all_actions[action.number]
                    call = (action.number, arguments)
                    found.offer(1, Finding("evaluation", number, method, call, failure(error)))
                continue
            fired += 1
            new = read(values)
            if watched:
                self._check_step(number, new, (action.number, arguments), found)
            if new not in numbers and self._is_new(new):
                self._add(new, Parent(number, action.number, arguments, True), following, found)
            values.update(base)
        self.generated += fired
        self.fired[action.number] += fired
        return failed or fired > 0

    def _try_in_all_orders(self, action: PlannedAction, number: int, found: Findings) -> None:
        assert self.order_free is not None
        try:
            self.order_free.action_fails(action.name, self.states[number])
        except EvaluationError as error:
            method = self.runner.all_actions[action.number]
            found.offer(1, Finding("evaluation", number, method, (action.number, ()), failure(error)))

    def _drawn(self, action: PlannedAction, number: int, found: Findings) -> tuple[tuple[Any, ...], ...]:
        try:
            return self.runner.bindings(action)
        except Exception as error:
            method = self.runner.all_actions[action.number]
            found.offer(1, Finding("evaluation", number, method, (action.number, ()), failure(error)))
            return ()

    def _check_step(self, number: int, new: State, call: Call, found: Findings) -> None:
        """Step invariants see every step, self-loops included."""
        runner, state = self.runner, self.states[number]
        runner.load_old(state)
        for rank, method in enumerate(self.step_invariants, start=2):
            if not found.wants(rank):
                break
            try:
                if not self._holds(method, new, state):
                    found.offer(rank, Finding("step_invariant", number, method, call))
                    break
                if method.kind is Kind.REFINEMENT:
                    self.matched[method.name, call[0], runner.refining(method).matched] += 1
            except Exception as error:
                found.offer(rank, Finding("evaluation", number, method, call, failure(error)))
                break
        if self.open_step_covers:
            rank = 2 + len(self.step_invariants)
            self._look_for(self.open_step_covers, self.reached_by_steps, rank, number, new, call)

    def _is_terminal(self, number: int, found: Findings) -> bool:
        self.runner.load(self.states[number])
        for method in self.terminals:
            try:
                if self._holds(method, self.states[number]):
                    return True
            except Exception as error:
                found.offer(0, Finding("evaluation", number, method, None, failure(error)))
        return False

    def _has_successor(self, level: list[int]) -> bool:
        """Whether a level leads anywhere new: only then was something left out at the depth limit."""
        return any(self._is_new(new) for number in level for new in self._successors(self.states[number]))

    # ---------------------------------------------------------------- vacuity

    def _untested(self) -> list[Probe]:
        """The implications whose left side is true nowhere. Asked when all is explored, from the deepest
        state backwards, because that is where most of them are found at once.
        """
        waiting = list(self.probes)
        inside = [state for state, parent in zip(self.states, self.parents, strict=True) if parent.inside]
        for count, state in enumerate(reversed(inside)):
            if not waiting:
                break
            if count % BETWEEN_LOOKS == 0:
                self._look(len(self.states) - count)
            following = self._successors(state) if any(one.of_step for one in waiting) else []
            waiting = [
                one
                for one in waiting
                if not (
                    any(one.holds(new, state) for new in following) if one.of_step else one.holds(state, None)
                )
            ]
        return waiting

    def _successors(self, state: State) -> list[State]:
        """Where a state leads; steps that cannot be evaluated lead nowhere."""
        runner = self.runner
        found: list[State] = []
        for action in runner.actions:
            runner.load(state)
            try:
                bindings = runner.bindings(action)
            except Exception as error:
                failure(error)  # raises where memory ran out
                continue
            for arguments in bindings:
                try:
                    new = runner.step(state, action, arguments)
                except Exception as error:
                    failure(error)
                    continue
                if new is not None:
                    found.append(new)
        return found

    # ---------------------------------------------------------------- limits and progress

    def _look(self, queue: int) -> None:
        """Stops at a limit, tells how far the search is."""
        limits = self.request.limits
        now = time.perf_counter()
        if limits.seconds is not None and now - self.began > limits.seconds:
            raise Stop("time")
        if limits.bytes is not None and resident_bytes() > limits.bytes:
            raise Stop("memory")
        if limits.states is not None and self.distinct > limits.states:
            raise Stop("states")
        if self.request.progress is not None and now - self.last_report >= BETWEEN_REPORTS:
            self.last_report = now
            self.request.progress(
                Progress(len(self.levels), self.generated, self.distinct, queue, now - self.began)
            )
