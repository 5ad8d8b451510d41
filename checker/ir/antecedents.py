"""The implications of a property, each with a closed condition that says its antecedent is true for some
binding.

A property that holds only because its antecedents are never true says nothing. A search evaluates the
condition on the states (or steps) on which it evaluated the property, and reports the implications whose
condition was never true. Three shapes count: `not a or b`, `b if a else True`, and the filters of `all(... if
a)`. Helpers are not entered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.printer import show
from checker.ir.type_of import BOOL

Context = tuple[ir.Binder | ir.Let | ir.Expr, ...]
"""What encloses a part: binders, names given by `Let`, and conditions without which the part is not
evaluated."""


@dataclass(frozen=True, slots=True)
class Implication:
    """One implication of a property.

    `text` is the antecedent as written; `condition` is closed, and defined wherever the property is defined
    and true.
    """

    property: str
    text: str
    span: ir.Span
    condition: ir.Expr


def implications(prop: ir.Property) -> tuple[Implication, ...]:
    """The implications of a property, in the order of its text. A refinement's text has none of its own."""
    if prop.refinement is not None:
        return ()
    return tuple(
        Implication(prop.name, text, span if span.file else prop.span, condition)
        for text, span, condition in _find(prop.body, ())
    )


def _find(expr: ir.Expr, context: Context) -> Iterator[tuple[str, ir.Span, ir.Expr]]:
    match expr:
        case ir.And(items):
            for index, item in enumerate(items):
                yield from _find(item, (*context, *items[:index]))
        case ir.Or(items):
            yield from _disjunction(expr, items, context)
        case ir.Ite(condition, then, otherwise, kind) if kind == BOOL:
            if otherwise == ir.BoolLit(True):
                yield show(condition), expr.span, _close(context, condition)
            if then == ir.BoolLit(True):
                yield f"not ({show(condition)})", expr.span, _close(context, ir.Not(condition))
            yield from _find(then, (*context, condition))
            yield from _find(otherwise, (*context, ir.Not(condition)))
        case ir.Forall(binders, body):
            filters = [item for binder in binders for item in binder.filters]
            if filters:
                text = " and ".join(
                    f"({show(item)})" if isinstance(item, ir.Or) else show(item) for item in filters
                )
                yield text, expr.span, _close((*context, *binders), ir.BoolLit(True))
            yield from _find(body, (*context, *binders))
        case ir.Exists(binders, body):
            yield from _find(body, (*context, *binders))
        case ir.Let(_, _, body):
            yield from _find(body, (*context, expr))
        case _:
            return


def _disjunction(
    expr: ir.Or, items: tuple[ir.Expr, ...], context: Context
) -> Iterator[tuple[str, ir.Span, ir.Expr]]:
    """`not a or not b or c`: the antecedent is `a and b`. Only a leading run of negations makes an
    implication."""
    negated: list[ir.Expr] = []
    for item in items[:-1]:
        if not isinstance(item, ir.Not):
            break
        negated.append(item.item)
    if negated:
        antecedent = negated[0] if len(negated) == 1 else ir.And(tuple(negated))
        yield show(antecedent), expr.span, _close(context, antecedent)
    for index, item in enumerate(items):
        before = tuple(_negation(earlier) for earlier in items[:index])
        yield from _find(item, (*context, *before))


def _negation(expr: ir.Expr) -> ir.Expr:
    return expr.item if isinstance(expr, ir.Not) else ir.Not(expr)


def _close(context: Context, condition: ir.Expr) -> ir.Expr:
    """The condition under its context, with no free locals."""
    for item in reversed(context):
        match item:
            case ir.Binder():
                condition = ir.Exists((item,), condition)
            case ir.Let():
                condition = dataclasses.replace(item, body=condition)
            case _:
                condition = item if condition == ir.BoolLit(True) else ir.And((item, condition))
    return condition
