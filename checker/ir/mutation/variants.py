"""A mistake in a declaration as changed actions and ways to begin: those that are it, or that call it,
however indirectly.

A helper that has the mistake is a helper of its own beside the right one: properties go on calling that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never, cast

from checker.ir import nodes as ir
from checker.ir.children import expressions_of, map_children, map_expressions, walk, walk_statements
from checker.ir.mutation.mutant import Code, Mutant

C = TypeVar("C", ir.Action, ir.Initial, ir.Procedure, ir.Function)


@dataclass(frozen=True, slots=True)
class Variant:
    """What a mutant adds to a model.

    Attributes:
        actions: the changed actions, by the number of the action that each stands for.
        initials: the changed ways to begin, in the same way.
        functions, procedures: the helpers that only they call.
    """

    actions: tuple[tuple[int, ir.Action], ...]
    initials: tuple[tuple[int, ir.Initial], ...]
    functions: tuple[ir.Function, ...]
    procedures: tuple[ir.Procedure, ...]


class Callers:
    """Who calls whom in a model: the helpers that behaviours use, and those that lead to a helper."""

    def __init__(self, model: ir.Model) -> None:
        self.model = model
        self._calls: dict[str, frozenset[str]] = {}
        every: tuple[Code, ...] = (*model.functions, *model.procedures, *model.actions, *model.initials)
        for code in every:
            self._calls[code.name] = _called(code)

    def reached(self) -> tuple[Code, ...]:
        """Everything that behaviours are made of, in the order of the model: actions first, then helpers,
        then the ways to begin."""
        model = self.model
        found: set[str] = set()
        pending = [*(one.name for one in model.actions), *(one.name for one in model.initials)]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += sorted(self._calls[name])
        helpers: tuple[Code, ...] = (*model.procedures, *model.functions)
        return (*model.actions, *[one for one in helpers if one.name in found], *model.initials)

    def leading_to(self, name: str) -> frozenset[str]:
        """The declaration itself and all that call it, however indirectly."""
        found = {name}
        while more := {one for one, called in self._calls.items() if called & found} - found:
            found |= more
        return frozenset(found)


def _called(code: Code) -> frozenset[str]:
    if isinstance(code, ir.Function):
        return _calls_of((code.body,))
    sources = [one.source for one in code.parameters if one.source is not None]
    found = _calls_of(sources)
    for statement in walk_statements(code.body):
        if isinstance(statement, ir.Perform):
            found |= {statement.procedure}
        found |= _calls_of(expressions_of(statement))
    return found


def _calls_of(exprs: Iterable[ir.Expr]) -> frozenset[str]:
    return frozenset(node.function for expr in exprs for node in walk(expr) if isinstance(node, ir.Call))


def variant_of(mutant: Mutant, callers: Callers, suffix: str) -> Variant:
    """What a mutant adds to its model.

    Args:
        suffix: ends the names of helpers that have the mistake; no other name ends so.
    """
    model, changed = callers.model, mutant.changed
    affected = callers.leading_to(changed.name)
    every: tuple[Code, ...] = (*model.functions, *model.procedures)
    helpers = {one.name for one in every} & affected

    def renamed(code: C) -> C:
        held = changed if code.name == changed.name else code
        assert isinstance(held, type(code)), "a mistake does not change what a declaration is"
        return _renamed(held, helpers, suffix)

    return Variant(
        actions=tuple(
            (number, renamed(one)) for number, one in enumerate(model.actions) if one.name in affected
        ),
        initials=tuple(
            (number, renamed(one)) for number, one in enumerate(model.initials) if one.name in affected
        ),
        functions=tuple(renamed(one) for one in model.functions if one.name in affected),
        procedures=tuple(renamed(one) for one in model.procedures if one.name in affected),
    )


def applied(model: ir.Model, variant: Variant) -> ir.Model:
    """The model with a mutant's actions and ways to begin in place of its own."""
    actions, initials = dict(enumerate(model.actions)), dict(enumerate(model.initials))
    actions.update(variant.actions)
    initials.update(variant.initials)
    return replace(
        model,
        actions=tuple(actions.values()),
        initials=tuple(initials.values()),
        functions=(*model.functions, *variant.functions),
        procedures=(*model.procedures, *variant.procedures),
    )


def _renamed(code: C, helpers: set[str], suffix: str) -> C:
    """The code with calls of helpers that have the mistake."""

    def change(expr: ir.Expr) -> ir.Expr:
        expr = map_children(change, expr)
        if isinstance(expr, ir.Call) and expr.function in helpers:
            return replace(expr, function=expr.function + suffix)
        return expr

    def statement(one: ir.Statement) -> ir.Statement:
        match one:
            case ir.Perform(procedure) if procedure in helpers:
                return replace(one, procedure=procedure + suffix)
            case ir.If(_, then, otherwise):
                return replace(one, then=block(then), otherwise=block(otherwise))
            case ir.ForEach(body=body):
                return replace(one, body=block(body))
            case _:
                return one

    def block(body: tuple[ir.Statement, ...]) -> tuple[ir.Statement, ...]:
        return tuple(statement(one) for one in body)

    if not helpers:
        return code
    held: Code = code
    made: Code
    match held:
        case ir.Function():
            made = replace(held, name=held.name + suffix, body=change(held.body))
        case ir.Action() | ir.Initial() | ir.Procedure():
            name = held.name + suffix if isinstance(held, ir.Procedure) else held.name
            sources = [None if one.source is None else change(one.source) for one in held.parameters]
            parameters = tuple(
                replace(one, source=source) for one, source in zip(held.parameters, sources, strict=True)
            )
            body = block(tuple(map_expressions(change, one) for one in held.body))
            made = replace(held, name=name, body=body, parameters=parameters)
        case _:
            assert_never(held)
    return cast("C", made)
