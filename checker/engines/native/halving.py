"""Properties of all pairs of members, asked of half the pairs.

`all(self.log[a] == self.log[b] for a in Node for b in Node)` says of `a` and `b` what it says of `b` and `a`:
pairs in one order are enough. The first pair for which a property is false, or has no value, is one in
ascending order, so that the answer is the same, an error included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import map_children
from checker.ir.guarded import may_fail, put

Functions = Mapping[str, ir.Function]
Quantifier = ir.Forall | ir.Exists

COMMUTATIVE = (ir.SetOperator.UNION, ir.SetOperator.INTERSECTION, ir.SetOperator.SYMMETRIC_DIFFERENCE)


def halved(expr: ir.Expr, functions: Functions) -> ir.Expr:
    """The expression with fewer pairs in its quantifiers: as true, and as sure to have a value."""
    expr = map_children(lambda child: halved(child, functions), expr)
    match expr:
        case ir.Forall() | ir.Exists():
            return _halved(_flat(expr), functions)
        # What is asked of all, see checker/ir/eager.py: a pair has no value in either order, or in both.
        case ir.Eq(
            ir.Sum(binders, ir.Ite(ir.Not(body), ir.IntLit(1), ir.IntLit(0)) as one) as total, ir.IntLit(0)
        ):
            asked = _halved(ir.Forall(binders, body, span=total.span), functions)
            false = replace(one, condition=ir.Not(asked.body, span=body.span))
            return replace(expr, left=replace(total, binders=asked.binders, body=false))
        case _:
            return expr


def _halved(expr: Quantifier, functions: Functions) -> Quantifier:
    for index in range(len(expr.binders) - 1):
        expr = _halved_at(expr, index, functions)
    return expr


def _flat(expr: Quantifier) -> Quantifier:
    """A quantifier inside one of its kind, as one."""
    while isinstance(expr.body, type(expr)):
        expr = replace(expr, binders=(*expr.binders, *expr.body.binders), body=expr.body.body)
    return expr


def _halved_at(expr: Quantifier, index: int, functions: Functions) -> Quantifier:
    first, second = expr.binders[index : index + 2]
    if not isinstance(first.source, ir.Domain) or first.source != second.source or first.type != second.type:
        return expr
    a, b = ir.Local(first.name, first.type), ir.Local(second.name, second.type)
    tests = [*first.filters, *second.filters]
    rest = replace(expr, binders=expr.binders[index + 2 :]) if expr.binders[index + 2 :] else expr.body
    exchange = {first.name: b, second.name: a}
    exchanged = [put(test, exchange) for test in tests]
    if _same_tests(tests, exchanged, functions) and _same(rest, put(rest, exchange), functions):
        apart = _holds_of_one(rest, {second.name: a}, functions, isinstance(expr, ir.Forall))
        apart = apart and all(may_fail(test, functions) is None for test in tests)
        order = ir.Less(a, b, span=second.span) if apart else ir.LessEq(a, b, span=second.span)
        kept = replace(second, filters=(order, *second.filters))
        return replace(expr, binders=(*expr.binders[: index + 1], kept, *expr.binders[index + 2 :]))
    return expr


def _same_tests(tests: list[ir.Expr], others: list[ir.Expr], functions: Functions) -> bool:
    """Whether filters say the same, in whatever order where all have values."""
    mine, theirs = ([_normal(test, functions) for test in some] for some in (tests, others))
    if all(may_fail(test, functions) is None for test in tests):
        mine, theirs = sorted(mine, key=repr), sorted(theirs, key=repr)
    return mine == theirs


def _same(one: ir.Expr, other: ir.Expr, functions: Functions) -> bool:
    return _normal(one, functions) == _normal(other, functions)


def _holds_of_one(rest: ir.Expr, same: Mapping[str, ir.Expr], functions: Functions, universal: bool) -> bool:
    """Whether a pair of a member and itself needs no look: what is said of it is sure to be true."""
    rest = put(rest, same)
    if not universal or may_fail(rest, functions) is not None:
        return False
    while isinstance(rest, ir.Forall):
        rest = rest.body
    return isinstance(rest, ir.Eq) and rest.left == rest.right


def _normal(expr: ir.Expr, functions: Functions) -> ir.Expr:
    """One of the ways to write an expression that differ in the order of what is evaluated anyway, and whose
    order does not matter."""
    expr = replace(map_children(lambda child: _normal(child, functions), expr), span=ir.NOWHERE)
    match expr:
        case ir.Eq(left, right) | ir.Arith(ir.ArithOp.ADD | ir.ArithOp.MUL, left, right):
            left, right = sorted((left, right), key=repr)
            return replace(expr, left=left, right=right)
        case ir.SetOp(operator, left, right) if operator in COMMUTATIVE:
            left, right = sorted((left, right), key=repr)
            return replace(expr, left=left, right=right)
        case ir.Extremum(collection=ir.SeqLit() as listed, key=None):
            return replace(expr, collection=replace(listed, items=tuple(sorted(listed.items, key=repr))))
        case ir.And(items) | ir.Or(items) if all(may_fail(item, functions) is None for item in items):
            return replace(expr, items=tuple(sorted(items, key=repr)))
        case _:
            return expr
