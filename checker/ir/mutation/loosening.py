"""A declaration without a test that other parts of it rely on.

`x is not None and x.ballot == b` reads `x` as a value that is there. Without the test nothing says so: Python
then fails on None, and so must the mutant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import map_children, map_expressions, walk
from checker.ir.guarded import bare
from checker.ir.mutation.mutant import Code
from checker.ir.type_of import type_of
from checker.ir.types import OptionType, SortType


class Unloosened(Exception):
    """A part relies on a test of the kind of a record, for which there is no failing read."""


def loosened(code: Code, dropped: ir.Expr) -> Code:
    """The declaration, whose readings of what `dropped` tests fail where it would have been false.

    Raises:
        Unloosened: there is no way to say so.
    """
    tested = frozenset(_tested(dropped))
    if not tested:
        return code

    def change(expr: ir.Expr) -> ir.Expr:
        return _loose(expr, tested)

    if isinstance(code, ir.Function):
        return replace(code, body=change(code.body))
    return replace(code, body=tuple(map_expressions(change, one) for one in code.body))


def _tested(dropped: ir.Expr) -> Iterator[ir.Expr]:
    for node in walk(dropped):
        if isinstance(node, ir.IsNone | ir.IsVariant):
            yield bare(node.item)


def _loose(expr: ir.Expr, tested: frozenset[ir.Expr]) -> ir.Expr:
    def relies(part: ir.Expr) -> bool:
        return isinstance(part, ir.Narrow) and bare(part.value) in tested

    match expr:
        # None is below every member of an order, and equal to no value: Python gives these an answer.
        case ir.Less(ir.Narrow(left), right) | ir.LessEq(ir.Narrow(left), right) if relies(expr.left):
            if _is_of_order(left):
                return replace(expr, left=_loose(left, tested), right=_loose(right, tested))
        case ir.Less(left, ir.Narrow(right)) | ir.LessEq(left, ir.Narrow(right)) if relies(expr.right):
            if _is_of_order(right):
                return replace(expr, left=_loose(left, tested), right=_loose(right, tested))
        case ir.Eq(ir.Narrow(left), right) if relies(expr.left) and _is_option(left):
            wide = ir.Widen(_loose(right, tested), type_of(left), span=right.span)
            return replace(expr, left=_loose(left, tested), right=wide)
        case ir.Eq(left, ir.Narrow(right)) if relies(expr.right) and _is_option(right):
            wide = ir.Widen(_loose(left, tested), type_of(right), span=left.span)
            return replace(expr, left=wide, right=_loose(right, tested))
        case ir.Narrow(value) if relies(expr):
            kind = type_of(value)
            if not isinstance(kind, OptionType) or kind.item != expr.type:
                raise Unloosened
            return ir.Unwrap(_loose(value, tested), span=expr.span)
        case _:
            pass
    return map_children(lambda child: _loose(child, tested), expr)


def _is_option(expr: ir.Expr) -> bool:
    return isinstance(type_of(expr), OptionType)


def _is_of_order(expr: ir.Expr) -> bool:
    kind = type_of(expr)
    return isinstance(kind, OptionType) and isinstance(kind.item, SortType)
