"""The functions of the language: guards, best elements, majorities."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar

from checker.language.context import RUNNING, running_scope
from checker.language.errors import Disabled, EvaluationError
from checker.language.members import Ordered
from checker.language.sets import Set

T = TypeVar("T")


def require(condition: bool) -> None:
    """The step can happen only where the condition holds; otherwise it is disabled and nothing changes."""
    if condition is not True:
        if condition is not False:
            raise EvaluationError("type", f"require takes a condition, not {condition!r}")
        raise Disabled


def present(value: T | None) -> T:
    """The value of an option. Where there is none, the step is disabled."""
    if value is None:
        raise Disabled
    return value


def _new_set(items: Iterable[T]) -> Set[T]:
    scope = running_scope()
    return Set(items) if scope is None else scope.set_class(items)


def _best(items: list[T], key: Callable[[T], Any] | None, plain: Callable[..., Any]) -> list[T]:
    """The elements with the best key, of some. None is below every member; an error when it is the best key
    of more than one element, in whatever order they come."""
    keys: list[Any] = list(items) if key is None else [key(item) for item in items]
    members = [one for one in keys if one is not None]
    if len(members) == len(keys) or not all(isinstance(one, Ordered) for one in members):
        best = plain(keys)
    else:
        best = plain(members) if members and plain is builtins.max else None
    found = [item for item, one in zip(items, keys, strict=True) if one == best]
    if best is None and len(found) > 1:
        raise EvaluationError(
            "compare_none", "None is the best key of several elements, and None has no order with itself"
        )
    return found


def maxima(items: Iterable[T], *, key: Callable[[T], Any]) -> Set[T]:
    """All elements with the greatest key; none of an empty collection."""
    kept = list(items)
    return _new_set(_best(kept, key, builtins.max) if kept else ())


def minima(items: Iterable[T], *, key: Callable[[T], Any]) -> Set[T]:
    """All elements with the least key; none of an empty collection."""
    kept = list(items)
    return _new_set(_best(kept, key, builtins.min) if kept else ())


def majority(acks: AbstractSet[T], members: AbstractSet[T]) -> bool:
    """Whether more than half of `members` are in `acks`; for memberships that change."""
    return 2 * len(acks & members) > len(members)


def _strict(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    def best(*args: Any, **options: Any) -> Any:
        if RUNNING.get() is None:
            return plain(*args, **options)
        items = list(args[0]) if len(args) == 1 else list(args)
        if not items:
            if "default" in options:
                return options["default"]
            raise EvaluationError("empty", f"{name} of nothing")
        found, *others = _best(items, options.get("key"), plain)
        other = next((item for item in others if item != found), None)
        if other is not None:
            raise EvaluationError(
                "tie",
                f"'{name}' ties between different elements ({found!r} and {other!r}); "
                f"use any(... for w in {name}ima(..., key=...))",
            )
        return found

    best.__name__ = name
    best.__qualname__ = name
    best.__doc__ = (
        f"`{name}` as Python's, but an evaluation error where different elements tie while a model runs."
    )
    return best


STRICT: dict[str, Callable[..., Any]] = {
    "max": _strict("max", builtins.max),
    "min": _strict("min", builtins.min),
}
"""What `max` and `min` mean in a module that defines a model: the builtins give one of several tied elements,
which would depend on the order of a set."""


def make_strict(function: FunctionType) -> None:
    """Lets the module of a function use the strict `max` and `min`, unless it has its own."""
    for name, strict in STRICT.items():
        function.__globals__.setdefault(name, strict)


def strengthen(function: FunctionType) -> None:
    """`make_strict` for a function and for the functions of other modules that it calls."""
    waiting, seen = [function], {function}
    while waiting:
        one = waiting.pop()
        make_strict(one)
        for value in named_by(one):
            if isinstance(value, FunctionType) and is_users(value) and value not in seen:
                seen.add(value)
                waiting.append(value)


def is_users(function: FunctionType) -> bool:
    """Whether a function is neither ours nor of the standard library."""
    package = function.__module__.partition(".")[0]
    return package != "checker" and package not in sys.stdlib_module_names


def named_by(function: FunctionType) -> Iterator[object]:
    """The objects that a function's code names through its module, or through a module that it names."""
    names = list(_names(function.__code__))
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            yield from (vars(value)[attribute] for attribute in names if attribute in vars(value))
        else:
            yield value


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
