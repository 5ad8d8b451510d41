"""The table of parts agrees with the node classes; names and variables used."""

from __future__ import annotations

import dataclasses
import typing

from checker.ir import nodes as ir
from checker.ir.children import (
    HOLDS,
    Footprint,
    Footprints,
    Shape,
    free_locals,
    map_children,
    map_expressions,
    named_children,
    walk_statements,
)
from checker.ir.types import SetType
from tests.ir.paxos import paxos
from tests.ir.zoo import INT, NODE, read

X, N = ir.Local("x", INT), ir.Local("n", NODE)
IN_NODES = ir.Binder("n", NODE, read("nodes"), (ir.Eq(N, N),))


def test_the_table_holds_every_expression_and_every_part() -> None:
    assert set(HOLDS) == set(typing.get_args(ir.Expr))
    shapes = {shape.value: shape for shape in Shape}
    for kind, held in HOLDS.items():
        declared = [
            (field.name, shapes[str(field.type)])
            for field in dataclasses.fields(kind)
            if field.type in shapes
        ]
        assert list(held) == declared, kind.__name__


def test_children_are_named() -> None:
    expr = ir.Exists((IN_NODES,), ir.Eq(X, X))
    assert [name for name, _ in named_children(expr)] == [
        "binders[0].source",
        "binders[0].filters[0]",
        "body",
    ]


def test_a_change_rebuilds_only_the_way_to_it() -> None:
    kept = ir.Arith(ir.ArithOp.ADD, X, X)
    expr = ir.Less(kept, ir.IntLit(1))
    changed = map_children(lambda node: ir.IntLit(2) if node == ir.IntLit(1) else node, expr)
    assert changed == ir.Less(kept, ir.IntLit(2))
    assert isinstance(changed, ir.Less)
    assert changed.left is kept


def test_free_locals() -> None:
    y = ir.Local("y", INT)
    assert free_locals(ir.Arith(ir.ArithOp.ADD, X, y)) == {"x", "y"}
    assert free_locals(ir.Let("x", y, X)) == {"y"}
    assert free_locals(ir.Let("x", X, X)) == {"x"}
    assert free_locals(ir.Forall((IN_NODES,), ir.Eq(N, N))) == frozenset()
    outside = ir.Binder("n", NODE, ir.SetLit(SetType(NODE), (N,)))
    assert free_locals(ir.Exists((outside,), ir.Eq(N, N))) == {"n"}
    key = ir.Extremum(True, read("nodes"), NODE, "n", ir.Arith(ir.ArithOp.ADD, X, ir.Size(read("log"))), N)
    assert free_locals(key) == {"x", "n"}
    assert free_locals(ir.Extrema(True, read("nodes"), SetType(NODE), "n", X)) == {"x"}


def test_footprints_of_paxos() -> None:
    model = paxos()
    footprints = Footprints(model)
    found = {action.name: footprints.of_declaration(action) for action in model.actions}
    network = frozenset({"network"})
    assert found["prepare"] == Footprint(network, network)
    assert found["promise"] == Footprint(network | {"promised", "vote"}, network | {"promised"})
    assert found["propose"] == Footprint(network, network)
    assert found["accept"] == Footprint(network | {"promised", "vote"}, network | {"promised", "vote"})
    assert footprints.of_expression(model.properties[0].body) == Footprint(network)


def test_statements_are_rebuilt_throughout() -> None:
    for action in paxos().actions:
        for statement in action.body:
            assert map_expressions(lambda expr: expr, statement) == statement
    body = (ir.If(ir.BoolLit(True), (ir.Require(ir.BoolLit(True)),)),)
    (changed,) = (map_expressions(lambda _: ir.BoolLit(False), statement) for statement in body)
    conditions = [
        item.condition for item in walk_statements((changed,)) if isinstance(item, ir.If | ir.Require)
    ]
    assert conditions == [ir.BoolLit(False)] * 2
