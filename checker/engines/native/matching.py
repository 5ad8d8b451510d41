"""Refinements in C: a step invariant whose answer also says what a step matched, and the counts of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import Footprints
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


def unseen(checked: Sequence[ir.Property], actions: Sequence[ir.Action], footprints: Footprints) -> list[str]:
    """A table of C: for each step invariant and action the answer, where that is known to be a stutter
    because the action writes nothing that the mapping reads; 0 where it has to be found out.

    What the mapping makes of a state has a value: otherwise the search ended where the state was found, or
    before it began.
    """
    if all(one.refinement is None for one in checked):
        return []
    rows: list[str] = []
    first = 0
    for prop in checked:
        told = prop.refinement
        if told is None:
            rows.append("{0}")
            continue
        reads = footprints.of_expression(prop.body).reads
        known = [not reads & footprints.of_declaration(action).writes for action in actions]
        rows.append("{" + ", ".join(f"LS_MATCH + {first}" if one else "0" for one in known) + "}")
        first += len(told.matches)
    head = "static const ls_answer model_unseen[LS_STEP_INVARIANTS][LS_ACTIONS] = {"
    return ["\n".join([head, *(f"    {row}," for row in rows), "};"])]


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
