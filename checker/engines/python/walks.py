"""Random walks, one after the other, calling the model's own methods.

A walk is to its states what a search is to all: what is wrong is looked for in the same order. When a state
is reached: constraints that cannot be evaluated; of the step to it, step invariants, then covers of steps; of
the state, invariants, then covers. When it is left: a deadlock, then evaluations that fail, of all that is
enabled there. A cover is looked for until the walk has reached it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from checker.engines.python.assumptions import broken_assumption
from checker.engines.request import Progress, Request, Simulation
from checker.language.declaration import Method
from checker.language.rules import OF_STEPS, Kind
from checker.running.beginning import broken_beginning
from checker.running.captured import Captured
from checker.running.failures import failure
from checker.running.finding import Finding
from checker.running.random_stream import RandomStream
from checker.running.runner import Runner, State, takes_old
from checker.running.trail import Trail
from checker.verdicts import Violated, Why

BETWEEN_REPORTS = 0.5
"""Seconds between two reports of progress."""

End: TypeAlias = Literal["depth", "terminal", "constraint"]
ENDS: tuple[End, ...] = ("depth", "terminal", "constraint")
"""Where a complete walk ends: at the depth asked for, where nothing is enabled, beyond a constraint."""

Call: TypeAlias = "tuple[int, tuple[Any, ...]]"
"""An action's number and its arguments."""


class TimeOver(Exception):
    """The walks end, and the last one is not complete."""


@dataclass(slots=True)
class Tally:
    """What one walk counted, or several together."""

    actions: int
    walks: int = 0
    begun: int = 0
    steps: int = 0
    depth: int = 0
    ended: dict[End, int] = field(default_factory=dict[End, int])
    fired: list[int] = field(init=False)
    pruned: dict[str, int] = field(default_factory=dict[str, int])
    covers: dict[str, int] = field(default_factory=dict[str, int])
    matched: Counter[tuple[str, int, int]] = field(default_factory=Counter[tuple[str, int, int]])

    def __post_init__(self) -> None:
        self.fired = [0] * self.actions

    def add(self, other: Tally) -> None:
        """Both together."""
        self.walks += other.walks
        self.begun += other.begun
        self.steps += other.steps
        self.depth = max(self.depth, other.depth)
        self.fired = [mine + more for mine, more in zip(self.fired, other.fired, strict=True)]
        for mine, more in ((self.pruned, other.pruned), (self.covers, other.covers)):
            for name, count in more.items():
                mine[name] = mine.get(name, 0) + count
        self.matched.update(other.matched)
        for end, count in other.ended.items():
            self.ended[end] = self.ended.get(end, 0) + count


@dataclass(frozen=True, slots=True)
class Enabled:
    """What can be done in a state: calls with their successors, in order; the first call that fails, and
    whether a call failed that counts as enabled."""

    calls: list[tuple[Call, State]]
    failed: Finding | None
    tried: bool


class Walks:
    """Walks under way: all that the result is made from, so that it is truthful whenever they end."""

    def __init__(self, request: Request, simulation: Simulation, runner: Runner, captured: Captured) -> None:
        self.request = request
        self.simulation = simulation
        self.runner = runner
        self.invariants = self._named(Kind.INVARIANT, request.only)
        self.step_invariants = [
            one
            for one in runner.declaration.of_kind(*OF_STEPS)
            if request.only is None or one.name in request.only
        ]
        self.constraints = self._named(Kind.CONSTRAINT, request.constraints)
        self.covers = self._named(Kind.COVER, None)
        self.terminals = self._named(Kind.TERMINAL, None)
        self.captured = captured
        self.untested = captured.probes(runner, request.only)
        self.sum = Tally(len(runner.all_actions))
        self.trail = Trail(runner)
        self.starts: int | None = None
        self.finding: Finding | None = None
        self.refuted: Violated | None = None
        self.found: int | None = None
        self.stopped: Why | None = None
        self.began = self.last_report = time.perf_counter()

    def _named(self, kind: Kind, names: frozenset[str] | None) -> list[Method]:
        return [one for one in self.runner.declaration.of_kind(kind) if names is None or one.name in names]

    # ---------------------------------------------------------------- the walks

    def run(self) -> None:
        """Walks until all walks are taken, something is found, or time is over."""
        try:
            with self.runner.running():
                self.finding = broken_assumption(self.runner)
                if self.finding is None:
                    self.refuted = broken_beginning(self.runner, self.captured)
                starts = [] if self.finding is not None or self.refuted is not None else self._starts()
                asked = self.simulation.walks
                while starts and self.finding is None and (asked is None or self.sum.walks < asked):
                    self._take(self.sum.walks + 1, starts)
        except TimeOver:
            self.stopped = "time"
        except KeyboardInterrupt:
            self.stopped = "interrupted"
        except MemoryError:
            self.stopped = "memory"

    def _starts(self) -> list[tuple[int, tuple[Any, ...], State]]:
        """Every initial state, before any walk: one that cannot be evaluated is found whatever is drawn."""
        try:
            starts = list(self.runner.initial_states())
            self.starts = len(starts)
            return starts
        except Exception as error:
            self.finding = Finding("evaluation", -1, None, None, failure(error))
            return []

    def _take(self, number: int, starts: list[tuple[int, tuple[Any, ...], State]]) -> None:
        walk = Walk(self, number)
        end = walk.run(starts)
        if end is None:
            self.found = number
        else:
            walk.tally.walks = 1
            walk.tally.ended[end] = 1
        self.sum.add(walk.tally)

    def look(self, steps: int) -> None:
        """Ends the walks when time is over, tells how far they are."""
        now, seconds = time.perf_counter(), self.request.limits.seconds
        if seconds is not None and now - self.began > seconds:
            raise TimeOver
        if self.request.progress is not None and now - self.last_report >= BETWEEN_REPORTS:
            self.last_report = now
            generated = self.sum.steps + steps
            self.request.progress(Progress(0, generated, 0, 0, now - self.began, self.sum.walks))


class Walk:
    """One walk."""

    def __init__(self, walks: Walks, number: int) -> None:
        self.walks = walks
        self.runner = walks.runner
        self.random = RandomStream(walks.simulation.seed, number)
        self.tally = Tally(len(walks.sum.fired), begun=1)
        self.trail = walks.trail = Trail(walks.runner)
        self.open = [one for one in walks.covers if not takes_old(one)]
        self.open_steps = [one for one in walks.covers if takes_old(one)]

    def run(self, starts: list[tuple[int, tuple[Any, ...], State]]) -> End | None:
        """Where it ends; None when it found something."""
        number, arguments, state = starts[self.random.below(len(starts))]
        self.trail.reach(state, number, arguments)
        depth = self.walks.simulation.depth
        beyond = self._beyond(None)
        while self._goes_on():
            self.walks.look(self.tally.steps)
            self.tally.depth += 1
            self._check_state(beyond)
            if not self._goes_on():
                break
            if beyond:
                return "constraint"
            if self.tally.depth == depth:
                return "depth"
            enabled = self._enabled()
            if not enabled.calls or enabled.failed is not None:
                return self._end_here(enabled)
            call, new = self._choose(enabled.calls)
            beyond = self._step(call, new)
        return None

    def _goes_on(self) -> bool:
        return self.walks.finding is None

    # ---------------------------------------------------------------- steps

    def _enabled(self) -> Enabled:
        runner, state = self.runner, self.trail.state
        calls: list[tuple[Call, State]] = []
        failed: Finding | None = None
        tried = False

        def fail(number: int, arguments: tuple[Any, ...], error: Exception) -> Finding:
            why = failure(error)
            method = runner.all_actions[number]
            return failed or Finding("evaluation", self.trail.at, method, (number, arguments), why)

        for action in runner.actions:
            runner.load(state)
            if action.budget is not None and runner.model.__dict__[action.budget] == 0:
                continue
            try:
                bindings = runner.bindings(action)
            except Exception as error:
                failed = fail(action.number, (), error)
                continue
            for arguments in bindings:
                try:
                    new = runner.step(state, action, arguments)
                except Exception as error:
                    failed = fail(action.number, arguments, error)
                    tried = True
                    continue
                if new is not None:
                    calls.append(((action.number, arguments), new))
        return Enabled(calls, failed, tried)

    def _choose(self, calls: list[tuple[Call, State]]) -> tuple[Call, State]:
        """Uniformly among all calls, or first among the actions."""
        if self.walks.simulation.choose == "action":
            actions = list(dict.fromkeys(number for (number, _), _ in calls))
            action = actions[self.random.below(len(actions))]
            calls = [one for one in calls if one[0][0] == action]
        return calls[self.random.below(len(calls))]

    def _step(self, call: Call, new: State) -> bool:
        """Takes a step; whether it leads beyond a constraint."""
        number, arguments = call
        self.tally.fired[number] += 1
        self.tally.steps += 1
        runner, old, before = self.runner, self.trail.state, self.trail.at
        self.trail.reach(new, number, arguments)
        beyond = self._beyond(call)
        if not self._goes_on():
            return beyond
        runner.load(new)
        runner.load_old(old)
        for method in self.walks.step_invariants:
            if not self._hold(method, before, call, "step_invariant"):
                return beyond
            if method.kind is Kind.REFINEMENT:
                self.tally.matched[method.name, number, runner.refining(method).matched] += 1
        self.open_steps = self._look_for(self.open_steps, before, call)
        self._probe(True, new, old)
        return beyond

    def _end_here(self, enabled: Enabled) -> End | None:
        """A state that nothing leads on from, or where an evaluation fails."""
        if not enabled.calls and not enabled.tried and self.walks.request.deadlock:
            self.runner.load(self.trail.state)
            if not self._is_terminal():
                return None
        if enabled.failed is None:
            return "terminal"
        self.walks.finding = enabled.failed
        return None

    # ---------------------------------------------------------------- properties

    def _beyond(self, call: Call | None) -> bool:
        """Whether the state that was reached lies beyond a constraint."""
        self.runner.load(self.trail.state)
        beyond = False
        for method in self.walks.constraints:
            holds = self._holds(method, self.trail.at, None)
            if holds is None:
                return False
            if not holds:
                beyond = True
                self.tally.pruned[method.name] = self.tally.pruned.get(method.name, 0) + 1
        return beyond

    def _check_state(self, beyond: bool) -> None:
        self.runner.load(self.trail.state)
        for method in self.walks.invariants:
            if not self._hold(method, self.trail.at, None, "invariant"):
                return
        if not beyond:
            self.open = self._look_for(self.open, self.trail.at, None)
        self._probe(False, self.trail.state, None)

    def _is_terminal(self) -> bool:
        """Whether a state without anything enabled is a proper end; otherwise that is the finding."""
        for method in self.walks.terminals:
            holds = self._holds(method, self.trail.at, None)
            if holds is not False:
                return holds is True
        self.walks.finding = Finding("deadlock", self.trail.at)
        return False

    def _look_for(self, covers: list[Method], state: int, call: Call | None) -> list[Method]:
        """Notes which covers the loaded state or step reaches; those that are still open."""
        still_open: list[Method] = []
        for method in covers:
            holds = self._holds(method, state, call)
            if holds is None:
                return covers
            if holds:
                self.tally.covers[method.name] = 1
            else:
                still_open.append(method)
        return still_open

    def _probe(self, of_step: bool, state: State, old: State | None) -> None:
        if not self._goes_on():
            return
        met = [one for one in self.walks.untested if one.of_step == of_step and one.holds(state, old)]
        self.walks.untested = [one for one in self.walks.untested if one not in met]

    def _hold(
        self, method: Method, state: int, call: Call | None, kind: Literal["invariant", "step_invariant"]
    ) -> bool:
        """Whether a property holds; otherwise that is the finding."""
        holds = self._holds(method, state, call)
        if holds is False:
            self.walks.finding = Finding(kind, state, method, call)
        return holds is True

    def _holds(self, method: Method, state: int, call: Call | None) -> bool | None:
        """What a property says; None when it cannot be evaluated, which is the finding."""
        try:
            return self.runner.holds(method)
        except Exception as error:
            self.walks.finding = Finding("evaluation", state, method, call, failure(error))
            return None
