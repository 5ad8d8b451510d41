"""Random well-typed expressions: what holds for every one."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.ir import nodes as ir
from checker.ir.children import children, free_locals, map_children, walk
from checker.ir.evaluate import EvaluationError
from checker.ir.partiality import all_error_kinds, is_total
from checker.ir.printer import show
from checker.ir.type_of import type_of
from checker.ir.types import OptionType, SetType, Type
from checker.ir.verifier import verify
from tests.ir.zoo import BOOL, ENTRY, INT, NODE, STATE, TERM, evaluator, zoo
from tests.strategies.ir import expressions

QUICK = settings(max_examples=150, deadline=None, derandomize=True)
FUNCTIONS = {function.name: function for function in zoo().functions}
KINDS: tuple[Type, ...] = (BOOL, INT, NODE, TERM, ENTRY, OptionType(TERM), SetType(NODE), SetType(INT))
ANY = st.sampled_from(KINDS).flatmap(lambda kind: expressions(kind=kind, depth=3))


@QUICK
@given(expressions(kind=BOOL, depth=3))
def test_the_verifier_accepts_it(expr: ir.Expr) -> None:
    model = zoo(properties=(ir.Property(ir.PropertyKind.INVARIANT, "p", expr),))
    verify(model)
    assert free_locals(expr) == frozenset()


@QUICK
@given(ANY)
def test_the_printer_is_total_and_on_one_line(expr: ir.Expr) -> None:
    text = show(expr)
    assert text
    assert "\n" not in text
    assert text == show(expr)


@QUICK
@given(ANY)
def test_evaluation_raises_only_declared_kinds(expr: ir.Expr) -> None:
    machine = evaluator()
    raised: set[str] = set()
    try:
        machine.evaluate(expr, STATE)
    except EvaluationError as error:
        raised.add(error.kind)
    assert raised <= all_error_kinds(expr, FUNCTIONS)
    assert not (raised and is_total(expr, FUNCTIONS))


@QUICK
@given(ANY)
def test_the_identity_rebuilds_the_very_same_node(expr: ir.Expr) -> None:
    def copied(node: ir.Expr) -> ir.Expr:
        return dataclasses.replace(map_children(copied, node))

    assert map_children(lambda node: node, expr) is expr
    again = copied(expr)
    assert again == expr
    assert again is not expr


@QUICK
@given(ANY)
def test_walk_visits_each_node_before_its_children(expr: ir.Expr) -> None:
    def count(node: ir.Expr) -> int:
        return 1 + sum(count(child) for child in children(node))

    visited = list(walk(expr))
    assert visited[0] is expr
    assert len(visited) == count(expr)
    assert all(type_of(node) is not None for node in visited)
