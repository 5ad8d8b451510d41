"""Runs a [[replay]]: loads model and system, chooses traces, steers the system along them, judges."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from checker.conformance.disabled import Disabled, Given
from checker.conformance.graph import Graph
from checker.conformance.mutants import Parting, goes_with, parting_on, partings
from checker.conformance.observing import Unbound
from checker.conformance.path_choice import Choice, covering, walking
from checker.conformance.steering import Difference, Steered, Steering
from checker.conformance.system import SystemUnderTest
from checker.engines.request import Limits
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Replay
from checker.gates.engine import AT_A_TERMINAL
from checker.gates.loading import load_model, load_system
from checker.gates.names import wrong_names
from checker.gates.problems import GateError, Problem, SpecError
from checker.gates.run import refusing, request_of
from checker.language.model import Model
from checker.running.retrace import Retrace
from checker.running.runner import Runner
from checker.verdicts import Violated

SEARCH = Limits(seconds=60.0)
"""How long a violation of a mutant is looked for."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a replay names."""

    model: type[Model]
    make_system: Callable[[], SystemUnderTest]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay.

    Attributes:
        choice, steered: None where nothing could be run.
        given: stimuli that the model disables; None where none were to be given.
        mutants: each mutant, and at how many of its partings from the model the system was tried.
        never_done: actions that the traces take, and the system never did.
        problems: why nothing could be run.
    """

    replay: Replay
    seconds: float
    exit_code: ExitCode
    choice: Choice | None = None
    steered: Steered | None = None
    given: Given | None = None
    hidden: int = 0
    observed: int = 0
    never_done: tuple[str, ...] = ()
    mutants: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def difference(self) -> Difference | None:
        """The first one, if the system leaves the model."""
        return None if self.steered is None else self.steered.difference


def run_replay(replay: Replay) -> Replayed:
    """One replay. What is wrong with it, or with what it names, is part of the result."""
    began = time.perf_counter()
    try:
        return _replayed(replay, load(replay), began)
    except GateError as error:
        seconds = time.perf_counter() - began
        return Replayed(replay, seconds, error.exit_code, problems=error.problems)


def load(replay: Replay) -> Loaded:
    """The classes that a replay names, with every name in it looked up. Raises GateError."""
    origin = replay.origin
    model = load_model(replay.model, origin.project, origin.place("model"))
    if problems := wrong_names(_as_check(replay), model):
        raise SpecError(problems)
    return Loaded(model, load_system(replay.system, origin.project, origin.place("system")))


def _as_check(replay: Replay) -> Check:
    """The model in its scope, as a check would search it: with every state."""
    return Check(
        name=replay.name,
        model=replay.model,
        origin=replay.origin,
        scope=replay.scope,
        params=replay.params,
        faults=replay.faults,
        symmetry=(),
        tier=replay.tier,
    )


def _replayed(replay: Replay, loaded: Loaded, began: float) -> Replayed:
    check, traces = _as_check(replay), replay.traces
    with refusing(check):
        runner = Runner(request_of(check, loaded.model))
        if traces.cover == "walks":
            choice = walking(runner, traces.at_most, traces.length, traces.seed)
        else:
            every = traces.cover == "transitions"
            choice = covering(runner, traces.states, traces.at_most, traces.length, all_edges=every)
    steering = _steer(replay, runner, loaded, choice)
    mutants: tuple[tuple[str, int], ...] = ()
    if replay.mutants and steering.done.difference is None:
        beside = Steering(runner, loaded.make_system)
        mutants = _mutants(replay, check, beside)
        steering.done.difference = beside.done.difference
    never = tuple([name for name in choice.actions if not steering.done.by_action[name]])
    if steering.done.difference is not None:
        code = ExitCode.DIFFERENCE
    elif never or not choice.paths:
        code = ExitCode.VACUOUS
    else:
        code = ExitCode.OK
    return Replayed(
        replay,
        time.perf_counter() - began,
        code,
        choice,
        steering.done,
        steering.visit.given if isinstance(steering.visit, Disabled) else None,
        hidden=len(steering.system.hidden),
        observed=len(steering.observer.compared),
        never_done=() if code is ExitCode.DIFFERENCE else never,
        mutants=mutants,
    )


def _mutants(replay: Replay, check: Check, steering: Steering) -> tuple[tuple[str, int], ...]:
    """Each mutant, and at how many of its partings the system was tried; ends at the first difference."""
    runner = steering.runner
    graph = Graph(runner, replay.traces.states)
    tried: list[tuple[str, int]] = []
    place = replay.origin.place("mutants")
    for name in replay.mutants:
        model = load_model(name, replay.origin.project, place)
        other = Runner(request_of(check, model))
        if other.names != runner.names:
            fact = f"{name} has the variables {', '.join(other.names)}, the model {', '.join(runner.names)}"
            raise SpecError([Problem(place, fact, "name a mutant of this model", "mutants")])
        found = list(partings(graph, other))
        deep = _counterexample(check, model, runner)
        if deep is not None:
            found.append(deep)
        for parting in found:
            with runner.running():
                difference = goes_with(steering, parting, name)
            if difference is not None:
                steering.done.difference = difference
                return (*tried, (name, len(found)))
        tried.append((name, len(found)))
    return tuple(tried)


def _counterexample(check: Check, mutant: type[Model], runner: Runner) -> Parting | None:
    """Where the shortest way to a violation of the mutant leaves the model.

    The states that are explored to find partings are few and near the beginning; a bug is often deeper.
    """
    request = request_of(check, mutant)
    verdict = AT_A_TERMINAL.search(
        check, replace(request, limits=SEARCH, symmetry=None, deadlock=False, brief=True)
    ).verdict
    if not isinstance(verdict, Violated) or verdict.trace.attempt is not None:
        return None
    retrace = Retrace(request, verdict.trace)
    return parting_on(runner, retrace.states[0], retrace.calls, retrace.states[1:])


def _steer(replay: Replay, runner: Runner, loaded: Loaded, choice: Choice) -> Steering:
    place = replay.origin.place("system")
    try:
        steering = Steering(runner, loaded.make_system)
        if replay.disabled:
            steering.visit = Disabled(runner, steering.observer, choice.calls, replay.disabled)
        with runner.running():
            for start, path in choice.paths:
                if steering.along(start, path) is not None:
                    break
    except Unbound as error:
        fact, _, fix = str(error).partition("; ")
        problem = Problem(place, f"{replay.system}: {fact}", fix, "system")
        raise SpecError([problem]) from None
    return steering
