"""What a log was accepted as: one behaviour of the model, and how much of the model such behaviours take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checker.conformance.contexts import Context, Contexts
from checker.conformance.graph import steps_from
from checker.conformance.log_events import LogEvent
from checker.running.finding import Parent
from checker.running.runner import PlannedAction, Runner, State
from checker.running.violation import make_trace, step_of
from checker.traces.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Taken:
    """A step, and what came before it. Ways that part later share their beginning.

    Attributes:
        before: None for the first step from an initial state.
        event: the number of the event that it was a part of.
    """

    before: Taken | None
    event: int
    action: PlannedAction
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How the model came to a state in which it could be.

    Attributes:
        start: the initial state, by the number of the `@initial` method (-1 without one) and its arguments.
        last: the last of the steps.
    """

    start: tuple[int, tuple[Any, ...], State]
    last: Taken | None = None

    def then(self, event: int, action: PlannedAction, arguments: tuple[Any, ...]) -> Way:
        """A step further."""
        return Way(self.start, Taken(self.last, event, action, arguments))

    def steps(self) -> list[Taken]:
        """All steps, the first one first."""
        found: list[Taken] = []
        at = self.last
        while at is not None:
            found.append(at)
            at = at.before
        found.reverse()
        return found


def unspent(runner: Runner, action: PlannedAction, after: State, before: State) -> State:
    """The state after a step that cost nothing: of a log nobody knows how many faults there may be."""
    if action.budget is None:
        return after
    number = runner.names.index(action.budget)
    return (*after[:number], before[number], *after[number + 1 :])


# ---------------------------------------------------------------- one behaviour


def trace_of(runner: Runner, way: Way) -> Trace:
    """The behaviour as a trace, in a scope whose budgets suffice for the faults of the log."""
    taken = way.steps()
    faults = Counter[str]()
    for one in taken:
        fault = runner.all_actions[one.action.number].budget
        faults.update([] if fault is None else [fault])
    given = {name: max(budget, faults[name]) for name, budget in runner.scope.faults.items()}
    ours = Runner(replace(runner.request, faults=given))
    planned = {action.number: action for action in ours.actions}
    with ours.running():
        number, arguments, first = way.start
        variables = len(ours.declaration.variables)
        state = next(
            one
            for method, chosen, one in ours.initial_states()
            if (method, chosen) == (number, arguments) and one[:variables] == first[:variables]
        )
        steps: list[Step] = [step_of(ours, Parent(-1, number, arguments, True), state)]
        for one in taken:
            after = ours.step(state, planned[one.action.number], one.arguments)
            assert after is not None, "a step that was taken can be taken again"
            state = after
            steps.append(step_of(ours, Parent(0, one.action.number, one.arguments, True), state))
    return make_trace(ours, steps, None)


@dataclass(frozen=True, slots=True)
class Meant:
    """An event, and the steps that the model took for it, each as `grant(c=Client1)`."""

    event: LogEvent
    calls: tuple[str, ...]


def meant(events: Sequence[LogEvent], way: Way, trace: Trace) -> Iterator[Meant]:
    """Event after event, what the model did."""
    calls: list[list[str]] = [[] for _ in events]
    for step, one in zip(trace.steps, way.steps(), strict=True):
        calls[one.event].append(step.call)
    for event, of in zip(events, calls, strict=True):
        yield Meant(event, tuple(of))


# ---------------------------------------------------------------- how much of the model


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of the model the behaviours take.

    Attributes:
        states: in which they are.
        edges: different steps: a state, an action, its arguments.
        leaving: the steps that the model has from these states.
        contexts: different ways through the guards and branches of actions.
        contexts_leaving: those of all steps that the model has from these states.
    """

    states: int
    edges: int
    leaving: int
    contexts: int
    contexts_leaving: int


class Coverage:
    """Counts what behaviours take. Memory: each state, each edge and its arguments.

    Raises:
        Refused: the model says something that the language does not have.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._contexts = Contexts(runner)
        self._edges: dict[tuple[State, int, tuple[Any, ...]], Context] = {}
        self._leaving: dict[State, tuple[int, frozenset[Context]]] = {}

    def add(self, way: Way) -> None:
        """Another behaviour."""
        with self._runner.running():
            state = way.start[2]
            self._reach(state)
            for one in way.steps():
                edge = (state, one.action.number, one.arguments)
                if edge not in self._edges:
                    self._edges[edge] = self._contexts.of(one.action.name, one.arguments, state)
                after = self._runner.step(state, one.action, one.arguments)
                assert after is not None, "a step that was taken can be taken again"
                state = unspent(self._runner, one.action, after, state)
                self._reach(state)

    def _reach(self, state: State) -> None:
        """Counts what the model could do in a state, when it comes there first."""
        if state in self._leaving:
            return
        names = [action.name for action in self._runner.all_actions]
        kinds = [
            self._contexts.of(names[action], arguments, state)
            for action, arguments in [(one, given) for one, given, _ in steps_from(self._runner, state)]
        ]
        self._leaving[state] = len(kinds), frozenset(kinds)

    @property
    def covered(self) -> Covered:
        """The counts so far."""
        leaving = self._leaving.values()
        everywhere: dict[Context, None] = {}
        for _, kinds in leaving:
            everywhere.update(dict.fromkeys(sorted(kinds, key=repr)))
        return Covered(
            states=len(self._leaving),
            edges=len(self._edges),
            leaving=sum([count for count, _ in leaving]),
            contexts=len(dict.fromkeys(self._edges.values())),
            contexts_leaving=len(everywhere),
        )
