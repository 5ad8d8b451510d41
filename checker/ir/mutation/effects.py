"""Writes that are left out, that change places, or that a later read does not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from checker.ir import nodes as ir
from checker.ir.children import Footprints, expressions_of, free_locals, walk, walk_statements
from checker.ir.mutation.conditions import span_of
from checker.ir.mutation.mutant import Code, Edit, How, Mutant, Operator
from checker.ir.mutation.sites import Body, blocks, expressions
from checker.ir.type_of import type_of

Write = ir.Assign | ir.Mutate | ir.Perform


def skipped_writes(code: Code, footprints: Footprints, durable: frozenset[str]) -> Iterator[Mutant]:
    """Each write left out.

    Args:
        durable: what a fault leaves; see `durable_variables`.
    """
    for body, put in blocks(code):
        for index, statement in enumerate(body):
            if not isinstance(statement, Write):
                continue
            written = footprints.of_statement(statement).writes
            if not written:
                continue
            operator = Operator.SKIP_SYNC if written & durable else Operator.SKIP_ASSIGNMENT
            changed = put((*body[:index], *body[index + 1 :]))
            yield Mutant(operator, changed, statement.span, (Edit(statement.span, How.STATEMENT),))


def durable_variables(model: ir.Model, footprints: Footprints) -> frozenset[str]:
    """What a fault reads to write something else, and leaves as it is: what is on the disk."""
    found: set[str] = set()
    for action in model.actions:
        if action.budget is not None:
            whole = footprints.of_declaration(action)
            for statement in walk_statements(action.body):
                if isinstance(statement, Write):
                    found |= footprints.of_statement(statement).reads - whole.writes
    return frozenset(found)


def swapped_writes(code: Code, footprints: Footprints) -> Iterator[Mutant]:
    """Writes that stand side by side, of which one looks at what the other changes, in the other order."""
    for body, put in blocks(code):
        for index, (first, second) in enumerate(pairwise(body)):
            if not isinstance(first, Write) or not isinstance(second, Write):
                continue
            if _depend(first, second, footprints):
                changed = put((*body[:index], second, first, *body[index + 2 :]))
                yield Mutant(
                    Operator.SWAP, changed, first.span, (Edit(first.span, How.SWAP, (second.span,)),)
                )


def _depend(first: Write, second: Write, footprints: Footprints) -> bool:
    adds = (ir.Method.ADD, ir.Method.UPDATE)
    one, other = footprints.of_statement(first), footprints.of_statement(second)
    if isinstance(first, ir.Mutate) and isinstance(second, ir.Mutate):
        same = first.place.variable == second.place.variable
        if same and first.method in adds and second.method in adds:
            return False
    return bool((one.writes & (other.reads | other.writes)) | (other.writes & one.reads))


def stale_reads(code: Code, footprints: Footprints) -> Iterator[Mutant]:
    """A read after a write in the same step that sees what was there before the write: of a variable, or of
    all that a helper reads."""
    if isinstance(code, ir.Function):
        return
    seen: set[tuple[int, ir.Span, str]] = set()
    for node, put in expressions(code):
        if not isinstance(node, ir.StateRead | ir.Call):
            continue
        at = _statement_of(node, code.body)
        first = None if at is None else _first_write(node, code, at, footprints)
        if first is None or (key := (first, node.span, type(node).__name__)) in seen:
            continue
        seen.add(key)
        name = _fresh(node, code)
        kind = type_of(node)
        held = ir.Bind(name, kind, node, span=code.body[first].span)
        changed = put(ir.Local(name, kind, span=node.span))
        assert not isinstance(changed, ir.Function), "it was none before"
        changed = replace(changed, body=(*changed.body[:first], held, *changed.body[first:]))
        span = span_of(node)
        before = Edit(code.body[first].span, How.BEFORE, (f"{name} = ", span))
        edits = (before, Edit(span, How.REPLACE, (name,)))
        yield Mutant(Operator.STALE_READ, changed, span, edits)


def _statement_of(node: ir.Expr, body: Body) -> int | None:
    """The number of the statement that evaluates an expression itself, not in statements inside it."""
    for index, statement in enumerate(body):
        if any(one is node for expr in expressions_of(statement) for one in walk(expr)):
            return index
    return None


def _first_write(
    node: ir.Expr,
    code: ir.Action | ir.Initial | ir.Procedure,
    at: int,
    footprints: Footprints,
) -> int | None:
    """The first statement before number `at` that writes what the node reads; None without one, or where the
    node cannot be evaluated there."""
    reads = footprints.of_expression(node).reads
    bound = {one.name for one in code.parameters}
    for index, statement in enumerate(code.body[:at]):
        if footprints.of_statement(statement).writes & reads:
            return index if free_locals(node) <= bound else None
        if isinstance(statement, ir.Bind):
            bound.add(statement.name)
    return None


def _fresh(node: ir.StateRead | ir.Call, code: ir.Action | ir.Initial | ir.Procedure) -> str:
    name = f"stale_{node.variable if isinstance(node, ir.StateRead) else node.function}"
    used = {one.name for one in code.parameters}
    used |= {one.name for one in walk_statements(code.body) if isinstance(one, ir.Bind)}
    while name in used:
        name += "_"
    return name
