"""Decorators: what a method of a model is for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from functools import wraps
from types import FunctionType, MethodType
from typing import Any, TypeVar, cast, overload

from checker.language.context import RUNNING
from checker.language.errors import Disabled, ModelError
from checker.language.undefined import raise_located

F = TypeVar("F", bound=Callable[..., Any])


class Kind(enum.Enum):
    """The kinds of methods."""

    ACTION = "action"
    INITIAL = "initial"
    INVARIANT = "invariant"
    STEP_INVARIANT = "step_invariant"
    COVER = "cover"
    CONSTRAINT = "constraint"
    ASSUME = "assume"
    TERMINAL = "terminal"
    LEMMA = "lemma"
    REFINEMENT = "refinement"
    HELPER = "helper"


STEPS = (Kind.ACTION, Kind.INITIAL)
"""The kinds whose parameters are chosen by the search."""

OF_STEPS = (Kind.STEP_INVARIANT, Kind.REFINEMENT)
"""The kinds that must hold of every step."""

WRITERS = (Kind.ACTION, Kind.INITIAL, Kind.HELPER)
"""The kinds that may change the state."""


class Rule:
    """A method with its kind. Called on an instance it runs in the instance's scope; an action that is
    disabled raises `Disabled` and leaves the state as it was."""

    def __init__(
        self,
        function: FunctionType,
        kind: Kind,
        budget: str | None = None,
        uses: tuple[str, ...] | None = None,
        abstract: type | None = None,
    ) -> None:
        self.function = function
        self.kind = kind
        self.budget = budget
        self.uses = uses
        self.abstract = abstract
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if RUNNING.get() is instance:
            return MethodType(self.function, instance)
        return called_from_outside(self.function, self.kind, self.budget, instance)

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.__qualname__}>"


def called_from_outside(function: FunctionType, kind: Kind, budget: str | None, instance: Any) -> Any:
    """A method as a test, a debugger or another program calls it: in the instance's scope, all of it or
    nothing."""

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if kind is Kind.INITIAL:
            return instance.lockstep_start(function.__name__, *args, **named)
        before = dict(instance.__dict__)
        try:
            with instance.lockstep_running():
                if kind is Kind.ACTION:
                    args, named = instance.lockstep_admitted(function, args, named)
                    if budget is not None and not instance.lockstep_spend(budget):
                        raise Disabled(f"the budget of {budget!r} is used up")
                result = function(instance, *args, **named)
            if kind not in WRITERS and instance.__dict__ != before:
                raise ModelError(
                    f"{function.__qualname__} changes the state; @{kind.value} only reads, use an @action"
                )
        except BaseException as error:
            instance.__dict__.clear()
            instance.__dict__.update(before)
            if isinstance(error, Exception):
                raise_located(error)
            raise
        return None if kind is Kind.ACTION else result

    return call


def _decorate(kind: Kind, function: Any, budget: str | None = None) -> Any:
    if isinstance(function, Rule):
        raise ModelError(
            f"{function.__name__} is decorated twice (@{function.kind.value} and @{kind.value}); keep one"
        )
    if not isinstance(function, FunctionType):
        raise ModelError(
            f"@{kind.value} stands on {function!r}, which is no method; put it on a def in a model"
        )
    return Rule(function, kind, budget)


def action(function: F) -> F:
    """An atomic guarded step. Its parameters are its whole nondeterminism."""
    return cast(F, _decorate(Kind.ACTION, function))


def fault(budget: str) -> Callable[[F], F]:
    """An action that the environment may take as often as the gate's budget allows: `@fault("crash")`."""
    given: Any = budget
    if not isinstance(given, str):
        raise ModelError('@fault lacks the name of its budget; write @fault("crash")')

    def decorate(function: F) -> F:
        return cast(F, _decorate(Kind.ACTION, function, budget))

    return decorate


def initial(function: F) -> F:
    """A way to start: each binding of its parameters is an initial state."""
    return cast(F, _decorate(Kind.INITIAL, function))


def invariant(function: F) -> F:
    """A condition that holds in every reachable state."""
    return cast(F, _decorate(Kind.INVARIANT, function))


def step_invariant(function: F) -> F:
    """A condition on every step, over the state after it (`self`) and before it (`old`)."""
    return cast(F, _decorate(Kind.STEP_INVARIANT, function))


def cover(function: F) -> F:
    """A condition that some reachable state (or, with `old`, some step) must meet."""
    return cast(F, _decorate(Kind.COVER, function))


def constraint(function: F) -> F:
    """States outside of it are checked, but neither counted nor expanded."""
    return cast(F, _decorate(Kind.CONSTRAINT, function))


def assume(function: F) -> F:
    """A condition on the scope and parameters without which the model means nothing."""
    return cast(F, _decorate(Kind.ASSUME, function))


@overload
def lemma(function: F, /) -> F: ...
@overload
def lemma(*, uses: Iterable[str]) -> Callable[[F], F]: ...
def lemma(function: Any = None, /, *, uses: Any = None) -> Any:
    """A condition that every step keeps, if all lemmas held before it: a part of an induction.

    `@lemma(uses=("one_value_per_ballot", ...))` names the lemmas that its proof begins from; without it the
    prover chooses.
    """
    if function is not None:
        return _decorate(Kind.LEMMA, function)
    if uses is None or isinstance(uses, str):
        raise ModelError('@lemma lacks the names that it uses; write @lemma, or @lemma(uses=("name",))')

    def decorate(function: F) -> F:
        rule: Any = _decorate(Kind.LEMMA, function)
        rule.uses = tuple(str(name) for name in uses)
        return cast(F, rule)

    return decorate


def refines(abstract: type) -> Callable[[F], F]:
    """Says that each step is, as far as `abstract` can tell, one of its steps or none.

    The method returns the state of the abstract model that a state stands for:
    `@refines(Consensus) def decides(self) -> Consensus: return Consensus(chosen=...)`.
    """
    if not getattr(abstract, "lockstep_is_part", False):
        raise ModelError("@refines lacks the abstract model; write @refines(Abstract), where it is a Model")

    def decorate(function: F) -> F:
        rule: Any = _decorate(Kind.REFINEMENT, function)
        rule.abstract = abstract
        return cast(F, rule)

    return decorate


def terminal(function: F) -> F:
    """States that meet it may be without any enabled action: the proper end."""
    return cast(F, _decorate(Kind.TERMINAL, function))


class Helper:
    """A method without a decorator: runs in the instance's scope wherever it is called from."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self.function
        if RUNNING.get() is instance:
            return MethodType(self.function, instance)
        return called_from_outside(self.function, Kind.HELPER, None, instance)
