"""Expressions of one model inside another: variables become what stands for them, helpers what they compute,
and every name that is bound becomes a fresh one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from checker.ir import nodes as ir
from checker.ir.children import map_children
from checker.ir.type_of import type_of

State = Mapping[str, ir.Expr]
"""For each state variable an atom that stands for its value."""

Binding = TypeVar("Binding", bound=ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild)


class NoRelation(Exception):
    """A step does something that no expression says; the message is a fact, then a fix."""

    def __init__(self, span: ir.Span, fact: str, fix: str) -> None:
        super().__init__(f"{fact}; {fix}")
        self.span = span
        self.fact = fact
        self.fix = fix


class FreshNames:
    """Names that no other part of an expression has."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, name: str) -> str:
        """A new name that still shows what it stands for."""
        self._count += 1
        return f"{name.split('.')[-1]}_{self._count}"


@dataclass(frozen=True, slots=True)
class Substitution:
    """What names stand for at one point of a step.

    Attributes:
        functions: the helpers of the model whose expressions are taken over, by name.
        names: where fresh names come from.
        state: what the variables hold.
        locals: what parameters and locals stand for.
    """

    functions: Mapping[str, ir.Function]
    names: FreshNames
    state: State
    locals: Mapping[str, ir.Expr]

    def bound(self, name: str, value: ir.Expr) -> Substitution:
        """With a local."""
        return replace(self, locals={**self.locals, name: value})

    def written(self, variable: str, value: ir.Expr) -> Substitution:
        """With a variable that holds something else."""
        return replace(self, state={**self.state, variable: value})

    def apply(self, expr: ir.Expr) -> ir.Expr:
        """The expression with everything replaced.

        Raises:
            NoRelation: `present` stands inside of it.
        """
        match expr:
            case ir.Local(name):
                return self._local(expr, self.locals[name])
            case ir.StateRead(variable):
                return replace(self.state[variable], span=expr.span)
            case ir.Let(name, value, body):
                fresh = self.names.of(name)
                made = self.apply(value)
                inner = self.bound(name, ir.Local(fresh, type_of(made)))
                return replace(expr, name=fresh, value=made, body=inner.apply(body))
            case ir.Call():
                return self._call(expr)
            case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build():
                return self._binding(expr, lambda it, sub: replace(it, body=sub.apply(it.body)))
            case ir.MapBuild():
                return self._binding(
                    expr, lambda it, sub: replace(it, key=sub.apply(it.key), value=sub.apply(it.value))
                )
            case ir.Extremum():
                renamed, key = self._key(expr)
                default = None if expr.default is None else self.apply(expr.default)
                collection = self.apply(expr.collection)
                return replace(expr, collection=collection, name=renamed, key=key, default=default)
            case ir.Extrema():
                named, chosen = self._key(expr)
                assert named is not None, "maxima and minima have a key"
                assert chosen is not None, "maxima and minima have a key"
                return replace(expr, collection=self.apply(expr.collection), name=named, key=chosen)
            case ir.Present():
                raise NoRelation(
                    expr.span,
                    "'present' stands inside an expression of an abstract step",
                    "give it a name first: x = present(...)",
                )
            case _:
                return map_children(self.apply, expr)

    def _local(self, expr: ir.Local, found: ir.Expr) -> ir.Expr:
        """A name that is another in the new place keeps the type that it is read at."""
        if isinstance(found, ir.Local):
            return ir.Local(found.name, expr.type, span=expr.span)
        return replace(found, span=expr.span)

    def _call(self, expr: ir.Call) -> ir.Expr:
        """The helper's body, its parameters bound from the left."""
        function = self.functions[expr.function]
        inner = replace(self, locals={})
        lets: list[tuple[str, ir.Expr, ir.Span]] = []
        for parameter, argument in zip(function.parameters, expr.arguments, strict=True):
            fresh = self.names.of(parameter.name)
            lets.append((fresh, self.apply(argument), argument.span))
            inner = inner.bound(parameter.name, ir.Local(fresh, parameter.type))
        made = inner.apply(function.body)
        for fresh, value, span in reversed(lets):
            made = ir.Let(fresh, value, made, span=span)
        return made

    def _binding(self, expr: Binding, rest: Callable[[Binding, Substitution], Binding]) -> Binding:
        inner, binders = self, list[ir.Binder]()
        for binder in expr.binders:
            fresh = self.names.of(binder.name)
            source = inner.apply(binder.source)
            inner = inner.bound(binder.name, ir.Local(fresh, binder.type))
            filters = tuple(inner.apply(item) for item in binder.filters)
            binders.append(replace(binder, name=fresh, source=source, filters=filters))
        return replace(rest(expr, inner), binders=tuple(binders))

    def _key(self, expr: ir.Extremum | ir.Extrema) -> tuple[str | None, ir.Expr | None]:
        if expr.key is None or expr.name is None:
            return expr.name, None
        fresh = self.names.of(expr.name)
        return fresh, self.bound(expr.name, ir.Local(fresh, expr.type)).apply(expr.key)
