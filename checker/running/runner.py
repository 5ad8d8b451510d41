"""Runs a model's methods on states given as tuples: loads a state into an instance, calls, reads it back.

The instance's class is a copy of the model's whose methods are the bare functions: a call costs a call. State
variables are entries of the instance's dictionary; a state is the tuple of their values, in the order of
declaration, then the fault budgets that are not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

from checker.engines.request import Request
from checker.language.bindings import Choices, choices
from checker.language.context import RUNNING
from checker.language.declaration import Declaration, Method, declare
from checker.language.errors import Disabled, EvaluationError
from checker.language.model import BUDGET
from checker.language.rules import Kind

if TYPE_CHECKING:
    from checker.running.refining import Refining

State = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action as the search tries it.

    Attributes:
        number: its place among the model's actions.
        name: its name.
        function: the bare method.
        budget: the state entry of its fault budget.
        fixed: its bindings, when they are the same in every state.
        choices: how its bindings are found otherwise.
    """

    number: int
    name: str
    function: Callable[..., None]
    budget: str | None
    fixed: tuple[tuple[Any, ...], ...] | None
    choices: Choices


class Runner:
    """A model in a scope, ready to be run state by state.

    Args:
        request: the model and its scope.
        shuffle: visit sorts, sets and quorums in an order drawn from this.
    """

    def __init__(self, request: Request, shuffle: Random | None = None) -> None:
        self.request = request
        self.declaration: Declaration = declare(request.model)
        bare = _bare_class(self.declaration)
        fresh: Any = self._instance(bare, shuffle)
        self.model: Any = self._instance(bare, shuffle)
        self.old: Any = self._instance(bare, shuffle)
        self.scope = self.model.lockstep_scope
        for instance in (fresh, self.model, self.old):
            instance.__dict__["lockstep_scope"] = self.scope
            instance.__dict__["lockstep_stores"] = self.model.lockstep_stores
        budgets = [BUDGET + fault for fault, budget in self.scope.faults.items() if budget > 0]
        self.names: tuple[str, ...] = (*(one.name for one in self.declaration.variables), *budgets)
        self._natural = {name: fresh.__dict__[name] for name in self.names if name in fresh.__dict__}
        self.read_from = _reader(self.names)
        self.all_actions = self.declaration.of_kind(Kind.ACTION)
        self.actions = tuple(self._plan())
        self._refinings: dict[str, Refining] = {}

    def _instance(self, bare: type, shuffle: Random | None) -> Any:
        request = self.request
        instance: Any = request.model
        instance = instance.lockstep_uninitialised(
            request.scope, params=request.params, faults=request.faults, shuffle=shuffle
        )
        object.__setattr__(instance, "__class__", bare)
        instance.__dict__["is_running"] = True
        return instance

    def _plan(self) -> Iterator[PlannedAction]:
        for number, method in enumerate(self.all_actions):
            if method.budget is not None and self.scope.faults[method.budget] == 0:
                continue
            found = choices(method, self.scope)
            fixed = tuple(found.all_fixed()) if found.is_fixed else None
            budget = None if method.budget is None else BUDGET + method.budget
            yield PlannedAction(number, method.name, method.function, budget, fixed, found)

    @contextmanager
    def running(self) -> Generator[None]:
        """The scope is active inside."""
        token = RUNNING.set(self.model)
        try:
            yield
        finally:
            RUNNING.reset(token)

    def load(self, state: State) -> None:
        """Puts the instance into a state."""
        self.model.__dict__.update(zip(self.names, state, strict=True))

    def load_old(self, state: State) -> None:
        """Puts the instance that step properties see as `old` into a state."""
        self.old.__dict__.update(zip(self.names, state, strict=True))

    def read(self) -> State:
        """The state of the instance."""
        state: State = self.read_from(self.model.__dict__)
        return state

    def initial_states(self) -> Iterator[tuple[int, tuple[Any, ...], State]]:
        """The initial states with the number of the `@initial` method (-1 without one) and the arguments that
        give each; repetitions included."""
        initials = self.declaration.of_kind(Kind.INITIAL)
        if not initials:
            yield -1, (), self.read_from(self._natural)
            return
        for number, method in enumerate(initials):
            found = choices(method, self.scope)
            self._reset()
            for arguments in list(found.tuples(self.model)):
                state = self.start(method, arguments)
                if state is not None:
                    yield number, arguments, state

    def start(self, method: Method, arguments: tuple[Any, ...]) -> State | None:
        """The initial state of one binding, or None where it is disabled."""
        self._reset()
        try:
            method.function(self.model, *arguments)
        except Disabled:
            return None
        for name in self.names:
            if name not in self.model.__dict__:
                raise EvaluationError("unassigned", f"{method.name} leaves {name} without a value")
        return self.read()

    def _reset(self) -> None:
        values = self.model.__dict__
        for name in self.names:
            values.pop(name, None)
        values.update(self._natural)

    def bindings(self, action: PlannedAction) -> tuple[tuple[Any, ...], ...]:
        """The arguments to try an action with in the loaded state."""
        if action.fixed is not None:
            return action.fixed
        return tuple(action.choices.tuples(self.model))

    def step(self, state: State, action: PlannedAction, arguments: tuple[Any, ...]) -> State | None:
        """The successor of a state by one action, or None where it is disabled."""
        self.load(state)
        values = self.model.__dict__
        if action.budget is not None:
            if values[action.budget] == 0:
                return None
            values[action.budget] -= 1
        try:
            action.function(self.model, *arguments)
        except Disabled:
            return None
        return self.read()

    def holds(self, method: Method) -> bool:
        """A property of the loaded state; of the loaded step when it takes `old`."""
        if method.kind is Kind.REFINEMENT:
            return self.matches(method) is not None
        function = method.function
        result: object = function(self.model, self.old) if takes_old(method) else function(self.model)
        if not isinstance(result, bool):
            raise EvaluationError("type", f"{method.name} returned {result!r} instead of a bool")
        return result

    def matches(self, method: Method) -> int | None:
        """What the loaded step matches in a refinement: 0 for a stutter, 1 for the first abstract action."""
        return self.refining(method).matches()

    def refining(self, method: Method) -> Refining:
        """What runs the abstract model of a refinement."""
        from checker.running.refining import Refining

        found = self._refinings.get(method.name)
        if found is None:
            found = self._refinings[method.name] = Refining(self, method)
        return found


def takes_old(method: Method) -> bool:
    """Whether a property is about a step."""
    if method.kind is Kind.REFINEMENT:
        return True
    arguments: int = method.function.__code__.co_argcount
    return arguments == 2


def _bare_class(declaration: Declaration) -> type:
    """A subclass of the model whose methods are the undecorated functions."""
    model = declaration.model
    bare = type(
        model.__name__, (model,), {"__module__": model.__module__, "__qualname__": model.__qualname__}
    )
    bare.lockstep_is_part = False  # type: ignore[attr-defined]  # a class variable of Model
    for method in declaration.methods:
        setattr(bare, method.name, method.function)
    return bare


def _reader(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], State]:
    if len(names) >= 2:
        return itemgetter(*names)

    def read(values: Mapping[str, Any]) -> State:
        return tuple([values[name] for name in names])

    return read
