"""Decorators: what a method of a model is for."""

from __future__ import annotations

import enum
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, TypeVar, cast

from checker.language.context import RUNNING
from checker.language.errors import Disabled, ModelError

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
    HELPER = "helper"


STEPS = (Kind.ACTION, Kind.INITIAL)
"""The kinds that change the state and take arguments from it."""


class Rule:
    """A method with its kind. Called on an instance it runs in the instance's scope; an action that is disabled raises
    `Disabled` and leaves the state as it was."""

    def __init__(self, function: FunctionType, kind: Kind, budget: str | None = None) -> None:
        self.function = function
        self.kind = kind
        self.budget = budget
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if RUNNING.get() is not None and instance.is_running:
            return MethodType(self.function, instance)
        return MethodType(_run_step if self.kind in STEPS else _run_read, _Bound(self, instance))

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.__qualname__}>"


class _Bound:
    """A rule and the instance it was taken from."""

    __slots__ = ("instance", "rule")

    def __init__(self, rule: Rule, instance: Any) -> None:
        self.rule = rule
        self.instance = instance


def _run_read(bound: _Bound, *args: Any, **named: Any) -> Any:
    """Evaluates a property or helper in the instance's scope."""
    with bound.instance.running():
        return bound.rule.function(bound.instance, *args, **named)


def _run_step(bound: _Bound, *args: Any, **named: Any) -> None:
    """Runs an action atomically: all of it, or nothing."""
    instance, rule = bound.instance, bound.rule
    before = dict(instance.__dict__)
    try:
        with instance.running():
            if rule.budget is not None and not instance.spend(rule.budget):
                raise Disabled(f"no {rule.budget} is left in the fault budget")
            rule.function(instance, *args, **named)
    except BaseException:
        instance.__dict__.clear()
        instance.__dict__.update(before)
        raise


def _decorate(kind: Kind, function: Any, budget: str | None = None) -> Any:
    if isinstance(function, Rule):
        raise ModelError(
            f"{function.__name__} is decorated twice (@{function.kind.value} and @{kind.value}); a method has one kind"
        )
    if not isinstance(function, FunctionType):
        raise ModelError(f"@{kind.value} decorates a method of a model, not {function!r}")
    return Rule(function, kind, budget)


def action(function: F) -> F:
    """An atomic guarded step. Its parameters are its whole nondeterminism."""
    return cast(F, _decorate(Kind.ACTION, function))


def fault(budget: str) -> Callable[[F], F]:
    """An action that the environment may take as often as the gate's budget allows: `@fault("crash")`."""
    if not isinstance(budget, str):
        raise ModelError('@fault names its budget: @fault("crash")')

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
        if RUNNING.get() is not None and instance.is_running:
            return MethodType(self.function, instance)
        return MethodType(_run_read, _Bound(Rule(self.function, Kind.HELPER), instance))
