"""Where a mistake can be made: every statement and expression of a declaration, each with the way to put
something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from checker.ir import nodes as ir
from checker.ir.children import children, expressions_of, map_children, map_expressions
from checker.ir.mutation.mutant import Code

Body: TypeAlias = tuple[ir.Statement, ...]
ExpressionSite: TypeAlias = tuple[ir.Expr, Callable[[ir.Expr], Code]]
BlockSite: TypeAlias = tuple[Body, Callable[[Body], Code]]
"""A list of statements, whole or inside another statement."""


def blocks(code: Code) -> Iterator[BlockSite]:
    """The lists of statements of a declaration, outer ones first; a function has none."""
    if isinstance(code, ir.Function):
        return

    def whole(body: Body) -> Code:
        return replace(code, body=body)

    yield from _blocks(code.body, whole)


def _blocks(body: Body, put: Callable[[Body], Code]) -> Iterator[BlockSite]:
    yield body, put
    for index, statement in enumerate(body):
        for inner, rebuild in _inside(statement):

            def within(
                new: Body, index: int = index, rebuild: Callable[[Body], ir.Statement] = rebuild
            ) -> Code:
                return put((*body[:index], rebuild(new), *body[index + 1 :]))

            yield from _blocks(inner, within)


def _inside(statement: ir.Statement) -> Iterator[tuple[Body, Callable[[Body], ir.Statement]]]:
    match statement:
        case ir.If(_, then, otherwise):
            yield then, lambda new: replace(statement, then=new)
            if otherwise:
                yield otherwise, lambda new: replace(statement, otherwise=new)
        case ir.ForEach(body=body):
            yield body, lambda new: replace(statement, body=new)
        case _:
            pass


def expressions(code: Code) -> Iterator[ExpressionSite]:
    """Every expression of a declaration, each before its own parts. The sources of parameters are none of
    them: they say what there is to choose from."""
    if isinstance(code, ir.Function):
        function = code
        yield from _expressions(code.body, lambda new: replace(function, body=new))
        return
    for body, put in blocks(code):
        for index, statement in enumerate(body):
            for number, expr in enumerate(expressions_of(statement)):

                def within(
                    new: ir.Expr,
                    body: Body = body,
                    put: Callable[[Body], Code] = put,
                    index: int = index,
                    number: int = number,
                ) -> Code:
                    changed = with_expression(body[index], number, new)
                    return put((*body[:index], changed, *body[index + 1 :]))

                yield from _expressions(expr, within)


def _expressions(expr: ir.Expr, put: Callable[[ir.Expr], Code]) -> Iterator[ExpressionSite]:
    yield expr, put
    for index, child in enumerate(children(expr)):

        def within(new: ir.Expr, index: int = index) -> Code:
            return put(_with_child(expr, index, new))

        yield from _expressions(child, within)


def _with_child(expr: ir.Expr, wanted: int, new: ir.Expr) -> ir.Expr:
    count = iter(range(len(children(expr))))
    return map_children(lambda child: new if next(count) == wanted else child, expr)


def with_expression(statement: ir.Statement, wanted: int, new: ir.Expr) -> ir.Statement:
    """The statement with one of its own expressions (see `expressions_of`) changed: they come before those of
    statements inside it."""
    count = 0

    def change(expr: ir.Expr) -> ir.Expr:
        nonlocal count
        count += 1
        return new if count - 1 == wanted else expr

    return map_expressions(change, statement)
