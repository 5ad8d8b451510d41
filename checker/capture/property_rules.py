"""What properties may read, and steps that can never happen."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator

from checker.capture.problems import Problem
from checker.ir import nodes as ir
from checker.ir.children import Footprints


def check_properties(model: ir.Model) -> Iterator[Problem]:
    """An assumption is about the scope and parameters: it is checked before there is a state."""
    footprints = Footprints(model)
    for declared in model.properties:
        if declared.kind is not ir.PropertyKind.ASSUME:
            continue
        read = sorted(footprints.of_expression(declared.body).reads)
        if read:
            span = declared.span
            yield Problem(
                span.file,
                span.line,
                span.column,
                f"the assumption '{declared.name}' reads the state variable '{read[0]}'",
                "assume speaks of parameters and sizes; write an @invariant about states",
            )


def check_lemmas(model: ir.Model) -> Iterator[Problem]:
    """The lemmas that a lemma uses are lemmas of the model."""
    lemmas = [one.name for one in model.properties if one.kind is ir.PropertyKind.LEMMA]
    for declared in model.properties:
        for name in declared.uses or ():
            if name not in lemmas:
                span, near = declared.span, difflib.get_close_matches(name, lemmas, 1)
                fix = f"did you mean '{near[0]}'?" if near else "name lemmas of the model"
                fact = f"the lemma '{declared.name}' uses '{name}', which is no lemma of the model"
                yield Problem(span.file, span.line, span.column, fact, fix)


def check_steps(model: ir.Model) -> Iterator[Problem]:
    """Steps with a guard that is always false."""
    steps: tuple[ir.Initial | ir.Action, ...] = (*model.initials, *model.actions)
    for declared in steps:
        for statement in declared.body:
            if isinstance(statement, ir.Require) and _constant(statement.condition) is False:
                span = statement.span
                yield Problem(
                    span.file,
                    span.line,
                    span.column,
                    f"'{declared.name}' can never happen: this guard is always false",
                    "remove the action, or correct the guard",
                )
                break


def _constant(expr: ir.Expr) -> bool | None:
    """The value of a condition that is the same in every state."""
    match expr:
        case ir.BoolLit(value):
            return value
        case ir.Not(item):
            inner = _constant(item)
            return None if inner is None else not inner
        case ir.And(items):
            return False if any(_constant(item) is False for item in items) else None
        case ir.Less(left, right):
            return False if _bounds(left)[0] >= _bounds(right)[1] else None
        case ir.LessEq(left, right):
            return False if _bounds(left)[0] > _bounds(right)[1] else None
        case ir.Or(items):
            return False if all(_constant(item) is False for item in items) else None
        case _:
            return None


def _bounds(expr: ir.Expr) -> tuple[float, float]:
    """Between which integers an expression lies in every scope and state."""
    match expr:
        case ir.IntLit(value):
            return value, value
        case ir.SizeOf():
            return 1, math.inf
        case ir.Size():
            return 0, math.inf
        case _:
            return -math.inf, math.inf
