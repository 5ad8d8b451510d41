"""Logic: `and`, `or`, `not`, conditional expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from checker.capture.narrowing import assume
from checker.capture.scope import Scope, attempt, each
from checker.capture.type_relations import as_type
from checker.capture.values import (
    condition,
    join_all,
    show,
    shown,
    value,
)
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import (
    BoolType,
    OptionType,
    Type,
)


def conditional(scope: Scope, node: ast.expr) -> ir.Expr:
    """An expression where its truth is looked at; `and`, `or` may join collections there too."""
    match node:
        case ast.BoolOp():
            return logic(scope, node, condition_of=conditional)
        case _:
            return condition(scope, node)


def logic(
    scope: Scope, node: ast.BoolOp, condition_of: Callable[[Scope, ast.expr], ir.Expr] | None = None
) -> ir.Expr:
    """`and`, `or`: each operand is read with what the earlier ones tell."""
    inner = scope.inner()
    is_and = isinstance(node.op, ast.And)
    items: list[ir.Expr] = []

    def operand(part: ast.expr) -> None:
        try:
            items.append(_operand(inner, part) if condition_of is None else condition_of(inner, part))
        finally:
            assume(inner, part, is_and)
            inner.conditional = True

    each(scope, node.values, lambda part: operand(part))
    made = ir.And if is_and else ir.Or
    return made(tuple(items), span=scope.span(node))


def _operand(scope: Scope, node: ast.expr) -> ir.Expr:
    made = value(scope, node)
    if isinstance(type_of(made), BoolType):
        return made
    scope.refuse(
        node,
        f"'{shown(node)}' is {show(type_of(made))}, and 'and'/'or' would give that value, not a truth",
        "write a condition, or x if condition else y",
    )


def negation(scope: Scope, node: ast.UnaryOp) -> ir.Expr:
    """`not x`."""
    return ir.Not(conditional(scope, node.operand), span=scope.span(node))


def choice(scope: Scope, node: ast.IfExp, expected: Type | None) -> ir.Expr:
    """`a if condition else b`."""
    made: dict[str, ir.Expr] = {}
    yes, no = scope.inner(conditional=True), scope.inner(conditional=True)

    def test() -> None:
        made["test"] = conditional(scope, node.test)

    def branches() -> None:
        assume(yes, node.test, True)
        assume(no, node.test, False)
        hint = expected
        if hint is None and isinstance(node.body, ast.Constant) and node.body.value is None:
            second = value(no, node.orelse)
            kind = type_of(second)
            hint = kind if isinstance(kind, OptionType) else OptionType(kind)
        made["then"] = value(yes, node.body, hint)
        if hint is None:
            kind = type_of(made["then"])
            hint = (
                kind
                if not isinstance(node.orelse, ast.Constant) or isinstance(kind, OptionType)
                else OptionType(kind)
            )
        made["otherwise"] = value(no, node.orelse, hint)

    attempt(scope, (test, branches))
    then, otherwise = made["then"], made["otherwise"]
    return ite(scope, made["test"], then, otherwise, node)


def ite(scope: Scope, test: ir.Expr, then: ir.Expr, otherwise: ir.Expr, node: ast.AST) -> ir.Expr:
    """One of two values, both widened to the type that they share."""
    kind = join_all(scope, (then, otherwise), node)
    span = scope.span(node)
    return ir.Ite(test, as_type(then, kind, span), as_type(otherwise, kind, span), kind, span=span)
