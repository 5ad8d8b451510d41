"""Bindings: the arguments with which a step may be tried in a state.

Parameters are enumerated in the order of their domains. One over a large type (a message) is drawn from the
collection of the `require(m in ...)` that the method begins with.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import FunctionType
from typing import Any

from checker.language.declaration import Method, parameters
from checker.language.domains import count_of, values_of
from checker.language.errors import EvaluationError, ScopeError
from checker.language.forms import BoolForm, EnumForm, Form, IntForm, QuorumForm, SortForm
from checker.language.order import value_key
from checker.language.scope import Scope
from checker.language.source import function_node, shown_path
from checker.language.stores import store_for

LARGEST_DOMAIN = 1_000
"""The most values of a composite type that a parameter is enumerated over."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A parameter that takes its values from a collection: a function of the model and the earlier
    parameters."""

    name: str
    source: Callable[..., Any]


@cache
def drawn_parameters(function: FunctionType) -> tuple[Drawn, ...]:
    """The parameters that a leading `require(name in collection)` draws."""
    node = function_node(function).node
    names = [argument.arg for argument in node.args.args]
    found: list[Drawn] = []
    for statement in node.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # the docstring
        source = drawing(statement)
        if source is None:
            break
        name, collection = source
        if name in names[1:] and name not in (one.name for one in found):
            earlier = names[: names.index(name)]
            used = {one.id for one in ast.walk(collection) if isinstance(one, ast.Name)}
            if not used & (set(names) - set(earlier)):
                found.append(Drawn(name, _compile(function, earlier, collection)))
    return tuple(found)


def drawing(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """The name and collection of `require(name in collection)`; `and` may follow."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="require"), args=[condition])):
            if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
                condition = condition.values[0]
            match condition:
                case ast.Compare(left=ast.Name(id=name), ops=[ast.In()], comparators=[collection]):
                    return name, collection
                case _:
                    return None
        case _:
            return None


def _compile(function: FunctionType, names: list[str], collection: ast.expr) -> Callable[..., Any]:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    tree = ast.Expression(ast.Lambda(args=arguments, body=collection))
    made = eval(
        compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "eval"), function.__globals__
    )
    assert callable(made)
    drawn: Callable[..., Any] = made
    return drawn


def is_scalar(form: Form) -> bool:
    """Whether a parameter of this form is always enumerated."""
    return isinstance(form, BoolForm | IntForm | EnumForm | SortForm | QuorumForm)


@dataclass(frozen=True, slots=True)
class Choices:
    """How one method's arguments are found in a scope.

    Attributes:
        names: the parameters, in order.
        fixed: the enumerated values of each parameter, None for one that is drawn.
        drawn: the source of each drawn parameter, by place.
        checks: tells whether an element of the source is a value of the parameter's type.
    """

    names: tuple[str, ...]
    fixed: tuple[tuple[Any, ...] | None, ...]
    drawn: tuple[Callable[..., Any] | None, ...]
    checks: tuple[Any, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether the bindings are the same in every state."""
        return all(source is None for source in self.drawn)

    def all_fixed(self) -> list[tuple[Any, ...]]:
        """The bindings, when they are the same in every state."""
        return list(product(*(values or () for values in self.fixed)))

    def tuples(self, model: Any) -> Iterator[tuple[Any, ...]]:
        """The bindings in the model's current state, in order."""
        return self._extend(model, ())

    def _extend(self, model: Any, chosen: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        place = len(chosen)
        if place == len(self.names):
            yield chosen
            return
        source = self.drawn[place]
        values: Any = self.fixed[place]
        if source is not None:
            found = {item for item in source(model, *chosen) if self._fits(place, item)}
            values = sorted(found, key=value_key)
        for value in values:
            yield from self._extend(model, (*chosen, value))

    def _fits(self, place: int, item: Any) -> bool:
        try:
            self.checks[place](item)
        except EvaluationError:
            return False
        return True


def _choices(method: Method, scope: Scope) -> Choices:
    """How a method's arguments are found in a scope.

    Raises:
        ScopeError: a parameter has too many values and is not drawn from a collection.
    """
    forms = parameters(method)
    drawn = {one.name: one.source for one in drawn_parameters(method.function)} if forms else {}
    fixed: list[tuple[Any, ...] | None] = []
    sources: list[Callable[..., Any] | None] = []
    for name, form in forms:
        source = None if is_scalar(form) else drawn.get(name)
        sources.append(source)
        if source is not None:
            fixed.append(None)
            continue
        count = count_of(form, scope)
        if not is_scalar(form) and count > LARGEST_DOMAIN:
            code = method.function.__code__
            kind = method.function.__annotations__.get(name)
            shown = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
            raise ScopeError(
                f"{shown_path(code.co_filename)}:{code.co_firstlineno}: '{name}: {shown}' has {count:,} "
                f"values; begin with require({name} in self.network)"
            )
        fixed.append(tuple(values_of(form, scope)))
    return Choices(
        tuple(name for name, _ in forms),
        tuple(fixed),
        tuple(sources),
        tuple(store_for(form, scope) for _, form in forms),
    )


def choices(method: Method, scope: Scope) -> Choices:
    """How a method's arguments are found in a scope, made once per scope.

    Raises:
        ScopeError: a parameter has too many values and is not drawn from a collection.
    """
    found: Choices | None = scope.made.get(method)
    if found is None:
        found = scope.made[method] = _choices(method, scope)
    return found


def bindings(model: Any, method: Method) -> Iterator[dict[str, Any]]:
    """The arguments with which a step may be tried now, by name."""
    found = choices(method, model.lockstep_scope)
    with model.lockstep_running():
        tuples = list(found.tuples(model))
    return (dict(zip(found.names, values, strict=True)) for values in tuples)
