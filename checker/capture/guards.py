"""`require(...)`: one Require per conjunct, each with its own place in the source."""

from __future__ import annotations

import ast

from checker.capture.narrowing import assume
from checker.capture.problems import Skip
from checker.capture.scope import Scope
from checker.capture.values import boolean, shown
from checker.ir import nodes as ir


def requirement(scope: Scope, node: ast.Call) -> list[ir.Require]:
    """`require(a and b)` disables the step where a is false, then where b is: two guards."""
    if not scope.mode.writes:
        scope.refuse(
            node,
            f"'{shown(node)}' disables a step, and stands in {scope.mode.value}",
            "return the condition instead",
        )
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        scope.refuse(node, f"'{shown(node)}' does not take one condition", "write require(a and b)")
    made: list[ir.Require] = []
    failed = False
    for part in _conjuncts(node.args[0]):
        try:
            made.append(ir.Require(boolean(scope, part, "the condition of require"), span=scope.span(part)))
        except Skip:
            failed = True
        assume(scope, part, True)
    scope.dead = False
    if failed:
        raise Skip
    return made


def _conjuncts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [part for one in node.values for part in _conjuncts(one)]
    return [node]
