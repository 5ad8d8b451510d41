"""Chains of comparisons, `a < b <= c`: one place of the source, in which several mistakes can be made.

A chain is an `and` of its comparisons, of which each has the place of the whole, within names for operands
that are compared twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import (
    expressions_of,
    free_locals,
    map_children,
    map_expressions,
    walk,
    walk_statements,
)
from checker.ir.mutation.mutant import Code


class Chains:
    """The chains of a declaration.

    Attributes:
        operands: where an operand that has a name stands in the source.
    """

    def __init__(self, code: Code) -> None:
        self._code = code  # its nodes are told apart by identity: they must stay
        self._sides: dict[int, int] = {}
        self._links: set[int] = set()
        self._rests: set[int] = set()
        self.operands: dict[str, ir.Span] = {}
        for whole in _roots(code):
            for node in walk(whole):
                if isinstance(node, ir.Let) and _link(_unnamed(node)) is not None:
                    self.operands[node.name] = node.value.span
                elif id(node) not in self._links and (link := _link(node)) is not None:
                    self._add(link)

    def side(self, expr: ir.Expr) -> int | None:
        """Which comparison of its chain it is, from 0; None where it is none of a chain."""
        return self._sides.get(id(expr))

    def is_rest(self, expr: ir.Expr) -> bool:
        """Whether it is several comparisons at the end of a chain."""
        return id(expr) in self._rests

    def is_chain(self, expr: ir.Expr) -> bool:
        """Whether it is a whole chain, with the names of its operands."""
        return id(_unnamed(expr)) in self._links and not self.is_rest(expr)

    def _add(self, link: ir.And) -> None:
        index = 0
        while True:
            test, rest = link.items
            self._links.add(id(link))
            self._side(test, index)
            index += 1
            more = _link(_unnamed(rest))
            if more is None:
                self._side(rest, index)
                return
            self._rests |= {id(rest), id(more)}
            link = more

    def _side(self, test: ir.Expr, index: int) -> None:
        """The comparison, also where it is negated; what it tests in turn is no chain of its own."""
        for node in walk(test):
            if isinstance(node, ir.And) and node.span == test.span:
                self._links.add(id(node))
        while True:
            self._sides[id(test)] = index
            match test:
                case ir.Let(body=inner) | ir.Not(inner) if inner.span == test.span:
                    test = inner
                case _:
                    return


def without_unread_names(code: Code, span: ir.Span) -> Code:
    """The declaration; operands of the chain at `span` that are compared no more are not evaluated."""

    def change(expr: ir.Expr) -> ir.Expr:
        expr = map_children(change, expr)
        match expr:
            case ir.Let(name, _, body) if expr.span == span and name not in free_locals(body):
                return body
            case _:
                return expr

    if isinstance(code, ir.Function):
        return replace(code, body=change(code.body))
    return replace(code, body=tuple(map_expressions(change, one) for one in code.body))


def _roots(code: Code) -> Iterator[ir.Expr]:
    if isinstance(code, ir.Function):
        yield code.body
        return
    for statement in walk_statements(code.body):
        yield from expressions_of(statement)


def _unnamed(expr: ir.Expr) -> ir.Expr:
    while isinstance(expr, ir.Let) and expr.body.span == expr.span:
        expr = expr.body
    return expr


def _link(expr: ir.Expr) -> ir.And | None:
    """The first comparison of a chain and the rest of it."""
    match expr:
        case ir.And((ir.Not(ir.IsNone()) | ir.IsVariant(), _)):
            return None  # a test of what kind a value is, before it is looked for
        case ir.And((test, rest)) if expr.span.file and test.span == rest.span == expr.span:
            return expr
        case _:
            return None
