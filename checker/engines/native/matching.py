"""Refinements in C: a step invariant whose answer also says what a step matched, and the counts of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.types import IntType
from checker.verdicts import Refined

NOTHING = ir.IntLit(-1)


def first_match(body: ir.Expr) -> ir.Expr:
    """The number of the first part of a disjunction that is true; -1 where none is."""
    match body:
        case ir.Let():
            return replace(body, body=first_match(body.body))
        case ir.Or(items):
            chosen: ir.Expr = NOTHING
            for number, item in reversed(tuple(enumerate(items))):
                chosen = ir.Ite(item, ir.IntLit(number), chosen, IntType(), span=item.span)
            return chosen
        case _:
            return ir.Ite(body, ir.IntLit(0), NOTHING, IntType(), span=body.span)


def matches_of(
    checked: Sequence[ir.Property], actions: Sequence[ir.Action], matched: Sequence[int]
) -> tuple[Refined, ...]:
    """What steps matched.

    Args:
        checked: the step invariants, by number.
        matched: for each action, one count for each match of each refinement.
    """
    refinements = [(one.name, one.refinement) for one in checked if one.refinement is not None]
    width = sum(len(told.matches) for _, told in refinements)
    found: list[Refined] = []
    first = 0
    for name, told in refinements:
        end = first + len(told.matches)
        steps = tuple(
            (action.name, tuple(matched[number * width + first : number * width + end]))
            for number, action in enumerate(actions)
        )
        found.append(Refined(name, told.abstract, told.matches, steps))
        first = end
    return tuple(found)
