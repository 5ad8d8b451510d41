"""Quorums with one member fewer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from checker.ir import nodes as ir
from checker.ir.children import walk
from checker.ir.mutation.chains import Chains
from checker.ir.mutation.conditions import span_of
from checker.ir.mutation.mutant import Code, Edit, How, Mutant, Operator, Text
from checker.ir.mutation.sites import expressions
from checker.ir.type_of import type_of
from checker.ir.types import QuorumType, SetType, SortType

_ONE = ir.IntLit(1)


def smaller_quorums(code: Code) -> Iterator[Mutant]:
    """What must be so of every member of a quorum is so of all but one; a majority is one vote smaller."""
    chains = Chains(code)
    for expr, put in expressions(code):
        made = _smaller(expr, chains)
        if made is not None:
            changed, text = made
            span, side = span_of(expr), chains.side(expr)
            how = How.REPLACE if side is None else How.SIDE
            edit = Edit(span, how, text, index=side or 0)
            yield Mutant(Operator.QUORUM, put(changed), span, (edit,))


def _smaller(expr: ir.Expr, chains: Chains) -> tuple[ir.Expr, Text] | None:
    match expr:
        case ir.Forall((binder, *others), body) if _quorum_sort(binder.source) is not None:
            if others:
                return None
            missing = replace(binder, filters=(*binder.filters, ir.Not(body, span=body.span)))
            text = _text(binder, [span_of(one) for one in binder.filters], span_of(body))
            return _at_most_one(expr, missing), text
        case ir.Subset(left, right, strict=False) if (sort := _quorum_sort(left)) is not None:
            name = _fresh("absent", expr)
            absent = ir.Not(ir.Contains(ir.Local(name, sort), right, span=expr.span), span=expr.span)
            binder = ir.Binder(name, sort, _bare(left), (absent,), span=expr.span)
            inside: Text = (f"len([{name} for {name} in ", *_operand(left, chains))
            text = (*inside, f" if {name} not in ", *_operand(right, chains), "]) <= 1")
            return _at_most_one(expr, binder), text
        case ir.Majority(acks, members):
            return _smaller_majority(expr, acks, members)
        case _:
            return None


def _text(binder: ir.Binder, filters: list[ir.Span], body: ir.Span) -> Text:
    """How many members fail, as the source would count them."""
    name, also = _written(binder.name), tuple[str | ir.Span, ...]()
    for one in filters:
        also = (*also, "(", one, ") and ")
    return (f"len([{name} for {name} in ", *_source(binder.source), " if ", *also, "not (", body, ")]) <= 1")


def _source(expr: ir.Expr) -> Text:
    """What the source says there; a name alone has no place of its own."""
    expr = _bare(expr)
    return (_written(expr.name),) if isinstance(expr, ir.Local) else (span_of(expr),)


def _operand(expr: ir.Expr, chains: Chains) -> Text:
    """As `_source`; in a chain, an operand may have a name that the source does not say."""
    bare = _bare(expr)
    named = chains.operands.get(bare.name) if isinstance(bare, ir.Local) else None
    return _source(expr) if named is None else (named,)


def _written(name: str) -> str:
    """A name as the source has it: names that occur twice are numbered."""
    return re.sub(r"_\d+$", "", name)


def _at_most_one(expr: ir.Expr, missing: ir.Binder) -> ir.Expr:
    """At most one member is bound by `missing`."""
    return ir.LessEq(ir.Sum((missing,), _ONE, span=expr.span), _ONE, span=expr.span)


def _smaller_majority(expr: ir.Expr, acks: ir.Expr, members: ir.Expr) -> tuple[ir.Expr, Text]:
    """More than half of the members, counting one more than there are."""
    kind = type_of(members)
    both: ir.Expr = ir.Size(
        ir.SetOp(ir.SetOperator.INTERSECTION, _as(acks, kind), members, kind, span=expr.span), span=expr.span
    )
    one_more = ir.Arith(ir.ArithOp.ADD, both, _ONE, span=expr.span)
    twice = ir.Arith(ir.ArithOp.MUL, ir.IntLit(2), one_more, span=expr.span)
    inside: Text = ("len([one for one in ", *_source(acks), " if one in ", *_source(members), "])")
    text = ("len(", *_source(members), ") < 2 * (", *inside, " + 1)")
    return ir.Less(ir.Size(members, span=expr.span), twice, span=expr.span), text


def _as(expr: ir.Expr, kind: SetType | object) -> ir.Expr:
    assert isinstance(kind, SetType | QuorumType), "a majority is of members"
    held = type_of(expr)
    return expr if held == kind or not isinstance(kind, SetType) else ir.Widen(expr, kind, span=expr.span)


def _bare(expr: ir.Expr) -> ir.Expr:
    while isinstance(expr, ir.Widen):
        expr = expr.value
    return expr


def _quorum_sort(expr: ir.Expr) -> SortType | None:
    kind = type_of(_bare(expr))
    return kind.sort if isinstance(kind, QuorumType) else None


def _fresh(name: str, expr: ir.Expr) -> str:
    used = {one.name for one in walk(expr) if isinstance(one, ir.Local)}
    while name in used:
        name += "_"
    return name
