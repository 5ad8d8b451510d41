"""A search as plain as possible: it runs a model's methods on copies of its state, level by level.

It shares no code with the engines, so that what the models promise (their counts, their mutants' shortest
violations) is pinned twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from checker.language.bindings import Choices, choices
from checker.language.declaration import Method, declare
from checker.language.errors import Disabled
from checker.language.model import Model, Step
from checker.language.rules import Kind

State = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        levels: distinct states first reached on each level.
        generated: enabled (action, arguments) pairs and initial states.
        violated: the property that is false, "deadlock", or None.
        steps: the shortest way to the violation, the least by action and arguments.
        covers: the covers that were reached.
        fired: the actions that were ever enabled.
        pruned: states outside a constraint.
    """

    levels: tuple[int, ...]
    generated: int
    violated: str | None
    steps: tuple[Step, ...]
    covers: frozenset[str]
    fired: frozenset[str]
    pruned: int

    @property
    def distinct(self) -> int:
        """How many states were found."""
        return sum(self.levels)

    @property
    def depth(self) -> int:
        """How many levels there are."""
        return len(self.levels)


class Broken(Exception):
    """A property is false."""


class Search:
    """One search under way."""

    def __init__(self, model: Model, only: str | None, deadlock: bool) -> None:
        self.model = model
        self.only = only
        self.deadlock = deadlock
        self.parents: dict[State, tuple[State | None, Step]] = {}
        self.levels: list[int] = []
        self.generated = 0
        self.covers: set[str] = set()
        self.abstract: dict[tuple[str, State], set[State]] = {}
        self.fired: set[str] = set()
        self.outside: set[State] = set()
        self.last: State = ()
        self.last_step: Step | None = None

    def methods(self, kind: Kind, *, over_steps: bool = False) -> list[Method]:
        """The properties of a kind that are asked for: those over a state, or those over a step."""
        found = declare(type(self.model)).of_kind(kind)
        if self.only is not None and kind in (Kind.INVARIANT, Kind.STEP_INVARIANT, Kind.REFINEMENT):
            found = tuple(one for one in found if one.name == self.only)
        return [one for one in found if (one.function.__code__.co_argcount == 2) == over_steps]

    def snapshot(self) -> State:
        """The model's state as a value."""
        return tuple(self.model.state.values())

    def put(self, state: State) -> None:
        """Puts the model into a state."""
        self.model.__dict__.update(zip(self.model.state, state, strict=True))

    def successors(self, state: State, plan: list[tuple[Method, Choices]]) -> Iterator[tuple[Step, State]]:
        """The enabled steps of a state and where they lead."""
        values = self.model.__dict__
        before = dict(zip(self.model.state, state, strict=True))
        for method, choice in plan:
            self.put(state)
            for arguments in list(choice.tuples(self.model)):
                try:
                    if method.budget is not None and not self.model.lockstep_spend(method.budget):
                        continue
                    method.function(self.model, *arguments)
                except Disabled:
                    continue
                else:
                    after = tuple(values[name] for name in before)
                    yield Step(method.name, dict(zip(choice.names, arguments, strict=True))), after
                finally:
                    values.update(before)

    def meet(self, state: State, parent: State | None, step: Step) -> bool:
        """Notes a state; whether it is new and to be expanded."""
        self.generated += 1
        if state in self.parents:
            return False
        self.parents[state] = (parent, step)
        self.put(state)
        self.last = state
        for one in self.methods(Kind.INVARIANT):
            if not one.function(self.model):
                raise Broken(one.name)
        self.covers.update(one.name for one in self.methods(Kind.COVER) if one.function(self.model))
        if all(one.function(self.model) for one in self.methods(Kind.CONSTRAINT)):
            return True
        self.outside.add(state)
        return False

    def look_at_step(self, old: Any, before: State, after: State, step: Step) -> None:
        """Checks what is said about steps."""
        over_steps = self.methods(Kind.STEP_INVARIANT, over_steps=True)
        covers = [one for one in self.methods(Kind.COVER, over_steps=True) if one.name not in self.covers]
        refinements = self.methods(Kind.REFINEMENT)
        if not over_steps and not covers and not refinements:
            return
        self.put(before)
        old.__dict__.update(self.model.__dict__)
        self.put(after)
        for one in over_steps:
            if not one.function(self.model, old):
                self.last, self.last_step = before, step  # a shorter way may lead to the state after it
                raise Broken(one.name)
        for one in refinements:
            if not self.refines(one.name, one.function(old), one.function(self.model)):
                self.last, self.last_step = before, step
                raise Broken(one.name)
        self.covers.update(one.name for one in covers if one.function(self.model, old))

    def refines(self, name: str, before: Any, after: Any) -> bool:
        """Whether a step of the abstract model, or none, leads from one of its states to the other."""
        first: State = tuple(before.state.values())
        pair = name, first
        if pair not in self.abstract:
            forks = [(before.fork(), step) for step in before.enabled()]
            for fork, step in forks:
                getattr(fork, step.action)(**step.arguments)
            self.abstract[pair] = {first, *[tuple(fork.state.values()) for fork, _ in forks]}
        return tuple(after.state.values()) in self.abstract[pair]

    def expand(self, level: list[State], plan: list[tuple[Method, Choices]]) -> Iterator[State]:
        """The states first reached from a level."""
        old = self.model.fork()
        for state in level:
            before = self.generated
            for step, after in list(self.successors(state, plan)):
                self.fired.add(step.action)
                self.look_at_step(old, state, after, step)
                if self.meet(after, state, step):
                    yield after
            if self.deadlock and self.generated == before:
                self.put(state)
                if not any(one.function(self.model) for one in self.methods(Kind.TERMINAL)):
                    self.last = state
                    raise Broken("deadlock")

    def first_level(self) -> Iterator[State]:
        """The initial states."""
        starts = declare(type(self.model)).of_kind(Kind.INITIAL)
        if not starts:
            state = self.snapshot()
            if self.meet(state, None, Step("init", {})):
                yield state
        for method in starts:
            for arguments in list(choices(method, self.model.scope).tuples(self.model)):
                named = dict(zip(choices(method, self.model.scope).names, arguments, strict=True))
                try:
                    self.model.start(method.name, **named)
                except Disabled:
                    continue
                state = self.snapshot()
                if self.meet(state, None, Step(method.name, named)):
                    yield state

    def trace(self) -> tuple[Step, ...]:
        """The steps to the last state looked at, and the last step if that is what is wrong."""
        steps: list[Step] = [] if self.last_step is None else [self.last_step]
        state: State | None = self.last
        while state is not None:
            state, step = self.parents[state]
            steps.append(step)
        return tuple(islice(reversed(steps), 1, None))


def search(
    model: type[Model],
    scope: Mapping[str, int],
    *,
    params: Mapping[str, int] | None = None,
    faults: Mapping[str, int] | None = None,
    only: str | None = None,
    deadlock: bool = True,
    states: int | None = None,
) -> Found:
    """Looks at every reachable state, until a property is false.

    Args:
        only: the one property to check; all when None.
        deadlock: whether a state without an enabled action is a violation.
        states: stop after the level that has this many.
    """
    made = model.at(scope, params=params, faults=faults)
    run = Search(made, only, deadlock)
    violated: str | None = None
    with made.running():
        assert all(one.function(made) for one in run.methods(Kind.ASSUME)), "an assumption does not hold"
        try:
            plan = [(one, choices(one, made.scope)) for one in declare(model).of_kind(Kind.ACTION)]
            level = list(run.first_level())
            while level and (states is None or sum(run.levels) < states):
                run.levels.append(len(level))
                level = list(run.expand(level, plan))
        except Broken as broken:
            violated = str(broken)
    steps = run.trace() if violated is not None else ()
    return Found(
        tuple(run.levels),
        run.generated,
        violated,
        steps,
        frozenset(run.covers),
        frozenset(run.fired),
        len(run.outside),
    )
