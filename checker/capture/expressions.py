"""Expressions: one function per kind of syntax, chosen here."""

from __future__ import annotations

import ast

from checker.capture import calls, comparisons, comprehensions, displays, logic, operators
from checker.capture.attributes import attribute, name
from checker.capture.scope import Scope, Static
from checker.capture.subscripts import subscript
from checker.capture.values import shown, static_value
from checker.ir import nodes as ir
from checker.ir.types import Type

REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Lambda: ("a lambda stands outside of key=", "write a helper method"),
    ast.NamedExpr: ("':=' binds inside an expression", "assign the name on a line of its own"),
    ast.JoinedStr: ("an f-string makes text, which a model cannot hold", "use an enum.Enum or a Record"),
    ast.Await: (
        "'await' has no meaning in an atomic step",
        "split the action where other steps may come between",
    ),
    ast.Yield: ("'yield' has no meaning in an atomic step", "return a value, or split the action"),
    ast.YieldFrom: ("'yield' has no meaning in an atomic step", "return a value, or split the action"),
    ast.Starred: (
        "'*' unpacks into a call or display",
        "write the values one by one, or add sequences with +",
    ),
    ast.Slice: ("a slice stands alone", "write s[start:stop]"),
}
"""Expressions that the language does not have: the fact and the fix."""


def lower(scope: Scope, node: ast.expr, expected: Type | None = None) -> ir.Expr | Static:
    """An expression of the source as IR, or the static object that it names.

    Raises:
        Skip: it has a problem, which has been reported.
    """
    match node:
        case ast.Constant(value=constant):
            if constant is None and expected is None:
                return Static(None)
            return static_value(scope, constant, node, expected)
        case ast.Name():
            return name(scope, node)
        case ast.Attribute():
            return attribute(scope, node)
        case ast.Subscript():
            return subscript(scope, node)
        case ast.Call():
            return calls.call(scope, node, expected)
        case ast.BoolOp():
            return logic.logic(scope, node)
        case ast.UnaryOp():
            return operators.unary(scope, node, expected)
        case ast.BinOp():
            return operators.arithmetic(scope, node, expected)
        case ast.Compare():
            return comparisons.comparison(scope, node)
        case ast.IfExp():
            return logic.choice(scope, node, expected)
        case ast.List():
            return displays.list_display(scope, node, expected)
        case ast.Tuple():
            return displays.tuple_display(scope, node, expected)
        case ast.Set():
            return displays.set_display(scope, node, expected)
        case ast.Dict():
            return displays.dict_display(scope, node, expected)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return comprehensions.comprehension(scope, node, expected)
        case ast.DictComp():
            return displays.dict_comprehension(scope, node, expected)
        case _:
            fact, fix = REFUSED.get(
                type(node),
                (f"'{shown(node)}' is no expression of the language", "see the language reference"),
            )
            scope.refuse(node, fact, fix)
