"""Quantifiers that are asked for all their elements, instead of stopping where the answer is known.

The values are the same; what one of the elements fails to have is then missed in whatever order they come.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from checker.ir import nodes as ir
from checker.ir.children import map_children, map_expressions
from checker.ir.types import IntType


def eager(model: ir.Model, places: Iterable[ir.Span]) -> ir.Model:
    """The model with the `any` and `all` at some places written as sums."""
    wanted = frozenset(places)

    def change(expr: ir.Expr) -> ir.Expr:
        expr = map_children(change, expr)
        match expr:
            case ir.Exists(binders, body) if expr.span in wanted:
                return ir.Less(ir.IntLit(0), _count(binders, body, expr.span), span=expr.span)
            case ir.Forall(binders, body) if expr.span in wanted:
                counted = _count(binders, ir.Not(body, span=body.span), expr.span)
                return ir.Eq(counted, ir.IntLit(0), span=expr.span)
            case _:
                return expr

    def parameters(of: tuple[ir.Parameter, ...]) -> tuple[ir.Parameter, ...]:
        new = dataclasses.replace
        return tuple(one if one.source is None else new(one, source=change(one.source)) for one in of)

    def body(of: tuple[ir.Statement, ...]) -> tuple[ir.Statement, ...]:
        return tuple(map_expressions(change, one) for one in of)

    new = dataclasses.replace
    return new(
        model,
        functions=tuple(new(one, body=change(one.body)) for one in model.functions),
        properties=tuple(new(one, body=change(one.body)) for one in model.properties),
        procedures=tuple(new(one, body=body(one.body)) for one in model.procedures),
        initials=tuple(
            new(one, parameters=parameters(one.parameters), body=body(one.body)) for one in model.initials
        ),
        actions=tuple(
            new(one, parameters=parameters(one.parameters), body=body(one.body)) for one in model.actions
        ),
    )


def _count(binders: tuple[ir.Binder, ...], condition: ir.Expr, span: ir.Span) -> ir.Sum:
    one = ir.Ite(condition, ir.IntLit(1), ir.IntLit(0), IntType(), span=span)
    return ir.Sum(binders, one, span=span)
