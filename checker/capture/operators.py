"""Operators: arithmetic and sets."""

from __future__ import annotations

import ast

from checker.capture.comparisons import is_set
from checker.capture.logic import negation
from checker.capture.observed_order import order_matters
from checker.capture.scope import Scope, each
from checker.capture.type_relations import INT, as_type, join, loose
from checker.capture.values import both, integer, mismatch, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import (
    IntType,
    ListType,
    SeqType,
    SetType,
    Type,
)


def arithmetic(scope: Scope, node: ast.BinOp, expected: Type | None) -> ir.Expr:
    """Binary operators."""
    span = scope.span(node)
    if isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor | ast.Add):
        a, b = both(scope, node.left, node.right) if expected is None else _hinted(scope, node, expected)
        return combined(scope, node, node.op, a, b, node.left, node.right)
    if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List | ast.Tuple):
        scope.refuse(
            node,
            f"'{shown(node)}' repeats a list",
            f"write Seq([x for i in range({shown(node.right)})])",
        )
    made: list[ir.Expr] = []
    text = f"an operand of '{shown(node)}'"
    each(scope, (node.left, node.right), lambda side: made.append(integer(scope, side, text)))
    left, right = made
    match node.op:
        case ast.Mult():
            return ir.Arith(ir.ArithOp.MUL, left, right, span=span)
        case ast.FloorDiv():
            return ir.FloorDiv(left, right, span=span)
        case ast.Mod():
            return ir.Mod(left, right, span=span)
        case ast.Div():
            scope.refuse(node, f"'{shown(node)}' divides into a fraction", "write // , which rounds down")
        case ast.Pow():
            scope.refuse(
                node, f"'{shown(node)}' is a power", "multiply, or compute it in a constant of the module"
            )
        case _:
            scope.refuse(
                node, f"'{shown(node)}' is no operation of the language", "use + - * // %, or | & - ^ on sets"
            )


def _hinted(scope: Scope, node: ast.BinOp, expected: Type) -> tuple[ir.Expr, ir.Expr]:
    made: list[ir.Expr] = []
    each(scope, (node.left, node.right), lambda side: made.append(value(scope, side, expected)))
    return made[0], made[1]


def combined(
    scope: Scope, node: ast.AST, op: ast.operator, a: ir.Expr, b: ir.Expr, left: ast.expr, right: ast.expr
) -> ir.Expr:
    """`+`, `-`, `|`, `&`, `^` and what augmented assignment makes of them, of two values."""
    span = scope.span(node)
    kind, other = type_of(a), type_of(b)
    match op:
        case ast.Add() if isinstance(kind, SeqType | ListType):
            return _concatenation(scope, node, a, b, left, right)
        case ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Mod() if isinstance(
            kind, IntType
        ) or not is_set(kind):
            for made, side in ((a, left), (b, right)):
                if not isinstance(type_of(made), IntType):
                    mismatch(scope, type_of(made), INT, side, f"an operand of '{shown(node)}'")
            match op:
                case ast.FloorDiv():
                    return ir.FloorDiv(a, b, span=span)
                case ast.Mod():
                    return ir.Mod(a, b, span=span)
                case _:
                    return ir.Arith(_ARITHMETIC[type(op)], a, b, span=span)
        case _:
            pass
    operator = _SETS.get(type(op))
    if operator is None or not is_set(kind) or not is_set(other):
        scope.refuse(
            node,
            f"'{shown(node)}' combines {show(kind)} and {show(other)}",
            "use + - * // % on integers, | & - ^ on sets",
        )
    shared = join(SetType(item_type(kind) or kind), SetType(item_type(other) or other))
    if shared is None:
        scope.refuse(
            node, f"'{shown(node)}' combines {show(kind)} and {show(other)}", "combine sets of one type"
        )
    return ir.SetOp(operator, as_type(a, shared, span), as_type(b, shared, span), shared, span=span)


_ARITHMETIC: dict[type[ast.operator], ir.ArithOp] = {
    ast.Add: ir.ArithOp.ADD,
    ast.Sub: ir.ArithOp.SUB,
    ast.Mult: ir.ArithOp.MUL,
}

_SETS: dict[type[ast.operator], ir.SetOperator] = {
    ast.BitOr: ir.SetOperator.UNION,
    ast.BitAnd: ir.SetOperator.INTERSECTION,
    ast.Sub: ir.SetOperator.DIFFERENCE,
    ast.BitXor: ir.SetOperator.SYMMETRIC_DIFFERENCE,
}


def _concatenation(
    scope: Scope, node: ast.AST, a: ir.Expr, b: ir.Expr, left: ast.expr, right: ast.expr
) -> ir.Expr:
    span = scope.span(node)
    kind, other = type_of(a), type_of(b)
    if isinstance(kind, ListType) and isinstance(other, SeqType):
        scope.refuse(
            node, f"'{shown(node)}' adds a Seq to a list", f"write Seq({shown(left)}) + {shown(right)}"
        )
    if isinstance(kind, SeqType) and isinstance(other, ListType):
        if not order_matters(other):
            scope.refuse(
                right,
                f"'{shown(right)}' has no order, and a Seq would keep one",
                "add elements of a Seq or ordered list",
            )
        b, other = ir.Convert(b, SeqType(other.item), span=b.span), SeqType(other.item)
    shared = join(loose(kind), loose(other))
    if shared is None or not isinstance(shared, SeqType | ListType):
        scope.refuse(node, f"'{shown(node)}' adds {show(other)} to {show(kind)}", "add sequences of one type")
    return ir.SeqConcat(as_type(a, shared, span), as_type(b, shared, span), shared, span=span)


def unary(scope: Scope, node: ast.UnaryOp, expected: Type | None) -> ir.Expr:
    """`not`, `-x`, `+x`."""
    span = scope.span(node)
    match node.op:
        case ast.Not():
            return negation(scope, node)
        case ast.USub():
            if isinstance(node.operand, ast.Constant) and type(node.operand.value) is int:
                return ir.IntLit(-node.operand.value, span=span)
            made = integer(scope, node.operand, f"the operand of '{shown(node)}'")
            return ir.Arith(ir.ArithOp.SUB, ir.IntLit(0, span=span), made, span=span)
        case ast.UAdd():
            return integer(scope, node.operand, f"the operand of '{shown(node)}'")
        case _:
            scope.refuse(node, f"'{shown(node)}' works on bits", "use integers as numbers, sets as sets")
