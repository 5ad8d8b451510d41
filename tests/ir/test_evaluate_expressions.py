"""Each node against its expected value or error, on the zoo's state."""

from __future__ import annotations

from typing import Any

import pytest

from checker.ir import nodes as ir
from checker.ir.children import HOLDS, walk
from checker.ir.evaluate import EvaluationError
from checker.ir.partiality import all_error_kinds, error_kinds
from checker.ir.printer import show
from checker.ir.types import BagType, ListType, MapType, OptionType, PartialType, SeqType, SetType, TupleType
from checker.ir.unit import NotEnabled
from checker.ir.verifier import verify
from tests.ir.universe import Multiset, Named
from tests.ir.zoo import (
    BOOL,
    ENTRY,
    INT,
    MESSAGE,
    N1,
    N2,
    N3,
    NODE,
    PING,
    QUORUM,
    ROLE,
    SMALL,
    STATE,
    T1,
    T2,
    T3,
    TERM,
    entry,
    evaluator,
    ping,
    read,
    zoo,
)

SPAN = ir.Span("zoo.py", 7)
OPTION, NODES, INTS = OptionType(TERM), SetType(NODE), ListType(INT, True)
LOG, PAIR = SeqType(ENTRY), TupleType((INT, ENTRY))
FIRST, LAST = ir.EndMember(TERM, False), ir.EndMember(TERM, True)
NONE = ir.NoneLit(OPTION)


def num(value: int) -> ir.Expr:
    return ir.IntLit(value)


def every(name: str, kind: Any, *filters: ir.Expr) -> ir.Binder:
    return ir.Binder(name, kind, ir.Domain(kind), filters)


def ints(*values: int) -> ir.Expr:
    return ir.SeqLit(INTS, tuple(num(value) for value in values))


N, T, COUNTER, E = ir.Local("n", NODE), ir.Local("t", TERM), ir.Local("i", INT), ir.Local("e", ENTRY)
NODE2 = ir.Unwrap(read("leader"))
HELD_NODES = ir.Convert(read("held"), NODES)
DIVIDES_BY_ZERO = ir.Eq(ir.FloorDiv(num(1), ir.Arith(ir.ArithOp.SUB, num(1), num(1))), num(1))
SMALL_ENTRY = ir.MakeRecord(ENTRY, (LAST, ir.IntLit(1)))
T_OPTION, OPTIONS = ir.Widen(T, OPTION), ListType(OPTION, True)
ONLY_NODE2 = (every("n", NODE, ir.Eq(N, NODE2)),)
VOTE_OF = ir.MapGet(read("votes"), N, OPTION)

VALUES: list[tuple[ir.Expr, Any]] = [
    (ir.BoolLit(True), True),
    (num(7), 7),
    (ir.EnumLit(ROLE, "FOLLOWER"), Named("Role", "FOLLOWER")),
    (FIRST, T1),
    (LAST, T3),
    (NONE, None),
    (read("clock"), 3),
    (ir.ParamRead("horizon"), 5),
    (ir.SizeOf(NODE), 3),
    (ir.SizeOf(ROLE), 2),
    (ir.SizeOf(QUORUM), 3),
    (ir.Let("y", num(2), ir.Arith(ir.ArithOp.MUL, ir.Local("y", INT), ir.Local("y", INT))), 4),
    (ir.Call("double", (num(4),), INT), 8),
    (ir.Call("halve", (num(2),), INT), 1),
    (ir.Ite(read("flag"), num(1), ir.FloorDiv(num(1), num(0)), INT), 1),
    (ir.Not(read("flag")), False),
    (ir.And((read("flag"), ir.BoolLit(False), DIVIDES_BY_ZERO)), False),
    (ir.And((ir.BoolLit(False), DIVIDES_BY_ZERO)), False),
    (ir.Or((ir.BoolLit(False), ir.BoolLit(True), DIVIDES_BY_ZERO)), True),
    (ir.Or((ir.BoolLit(True), DIVIDES_BY_ZERO)), True),
    (ir.Eq(read("term"), LAST), False),
    (ir.Less(FIRST, read("term")), True),
    (ir.Less(read("seen"), ir.Widen(FIRST, OPTION)), True),
    (ir.Less(FIRST, read("seen")), False),
    (ir.LessEq(read("term"), read("term")), True),
    (ir.LessEq(read("seen"), FIRST), True),
    (ir.Less(read("deadline"), num(3)), True),
    (ir.Less(ir.NoneLit(OptionType(INT)), num(-9)), True),
    (ir.Arith(ir.ArithOp.SUB, num(2), num(5)), -3),
    (ir.FloorDiv(num(-7), num(2)), -4),
    (ir.FloorDiv(num(7), num(-2)), -4),
    (ir.Mod(num(-7), num(2)), 1),
    (ir.Mod(num(7), num(-2)), -1),
    (ir.Neighbour(read("term"), 1), T3),
    (ir.Neighbour(read("term"), -1), T1),
    (ir.Position(read("term")), 1),
    (ir.MemberAt(TERM, num(2)), T3),
    (ir.Widen(read("term"), OPTION), T2),
    (ir.Narrow(ir.Widen(read("term"), OPTION), TERM), T2),
    (ir.Fit(num(3), SMALL), 3),
    (ir.IsNone(read("seen")), True),
    (ir.Unwrap(read("leader")), N2),
    (ir.IsVariant(ir.Widen(SMALL_ENTRY, MESSAGE), ("Entry",)), True),
    (ir.IsVariant(ir.Widen(SMALL_ENTRY, MESSAGE), ("Ping",)), False),
    (SMALL_ENTRY, entry(T3, 1)),
    (ir.Field(SMALL_ENTRY, "term", TERM), T3),
    (ir.WithFields(SMALL_ENTRY, (("term", FIRST),)), entry(T1, 1)),
    (ir.MakeTuple((num(1), read("flag"))), (1, True)),
    (ir.TupleItem(ir.MakeTuple((num(1), read("flag"))), 1, BOOL), True),
    (ir.MapGet(read("votes"), NODE2, OPTION), None),
    (ir.MapGetOr(read("held"), NODE2, NONE, OPTION), None),
    (ir.MapGetOr(read("held"), NODE2, FIRST, TERM), T1),
    (
        ir.MapBuild(MapType(NODE, BOOL), (every("n", NODE),), N, ir.Eq(N, NODE2)),
        {N1: False, N2: True, N3: False},
    ),
    (
        ir.MapBuild(PartialType(NODE, INT), (every("n", NODE, ir.Eq(N, NODE2)),), N, num(1)),
        {N2: 1},
    ),
    (ir.MapLit(PartialType(INT, INT), ((num(1), num(2)), (num(1), num(3)))), {1: 3}),
    (ir.MapView(read("held"), ir.MapPart.KEYS, ListType(NODE, False)), (N1,)),
    (ir.MapView(read("held"), ir.MapPart.VALUES, ListType(TERM, False)), (T3,)),
    (ir.MapView(read("held"), ir.MapPart.ITEMS, ListType(TupleType((NODE, TERM)), False)), ((N1, T3),)),
    (ir.Contains(NODE2, read("nodes")), False),
    (ir.Contains(NODE2, read("held")), False),
    (ir.Contains(num(9), ir.IntRange(num(0), num(10))), True),
    (ir.Contains(FIRST, read("bag")), True),
    (ir.Contains(NODE2, ir.Domain(NODE)), True),
    (ir.Subset(HELD_NODES, read("nodes"), False), True),
    (ir.Subset(read("nodes"), read("nodes"), True), False),
    (ir.SetOp(ir.SetOperator.UNION, read("nodes"), ir.SetLit(NODES, (NODE2,)), NODES), {N1, N2, N3}),
    (ir.SetOp(ir.SetOperator.INTERSECTION, read("nodes"), HELD_NODES, NODES), {N1}),
    (ir.SetOp(ir.SetOperator.DIFFERENCE, read("nodes"), HELD_NODES, NODES), {N3}),
    (ir.SetOp(ir.SetOperator.SYMMETRIC_DIFFERENCE, read("nodes"), HELD_NODES, NODES), {N3}),
    (ir.SetLit(SetType(INT), (num(1), num(1))), {1}),
    (ir.SetOfKind(read("messages"), ("Ping",), SetType(PING)), {ping(N1, T2), ping(N2, T2)}),
    (ir.Convert(read("log"), SetType(ENTRY)), {entry(T1, 0), entry(T2, 3)}),
    (ir.Convert(read("log"), BagType(ENTRY)), Multiset([entry(T1, 0), entry(T2, 3)])),
    (ir.Convert(ir.SetLit(SetType(INT), (num(3), num(1))), INTS, True), (1, 3)),
    (ir.Size(read("log")), 2),
    (ir.Size(read("bag")), 2),
    (ir.Size(ir.IntRange(num(3), num(1))), 0),
    (ir.BagCount(read("bag"), FIRST), 2),
    (ints(1, 2), (1, 2)),
    (ir.SeqAt(read("log"), num(1), ENTRY), entry(T2, 3)),
    (ir.SeqLast(read("log"), ENTRY), entry(T2, 3)),
    (ir.SeqSlice(read("log"), None, num(1)), (entry(T1, 0),)),
    (ir.SeqSlice(read("log"), num(1), num(9)), (entry(T2, 3),)),
    (ir.SeqSlice(read("log"), num(5), None), ()),
    (ir.SeqConcat(ints(1), ints(2, 3), INTS), (1, 2, 3)),
    (ir.IsPrefix(ints(1), ints(1, 2)), True),
    (ir.IsPrefix(ints(1, 2), ints(1)), False),
    (ir.Enumerate(read("log"), num(1), ListType(PAIR, True)), ((1, entry(T1, 0)), (2, entry(T2, 3)))),
    (ir.Zip(ints(1, 2, 3), ints(4, 5), ListType(TupleType((INT, INT)), True)), ((1, 4), (2, 5))),
    (ir.Reversed(ints(1, 2), INTS), (2, 1)),
    (ir.Domain(BOOL), (False, True)),
    (ir.Domain(SMALL), (0, 1, 2, 3)),
    (ir.Domain(QUORUM), (frozenset({N1, N2}), frozenset({N1, N3}), frozenset({N2, N3}))),
    (ir.IntRange(num(1), num(3)), (1, 2)),
    (ir.Majority(read("nodes"), ir.Convert(ir.Domain(NODE), NODES)), True),
    (ir.Majority(HELD_NODES, read("nodes")), False),
    (ir.Forall((every("n", NODE),), ir.Contains(N, read("votes"))), True),
    (ir.Forall((every("n", NODE, ir.BoolLit(False)),), DIVIDES_BY_ZERO), True),
    (ir.Forall((every("n", NODE, ir.Eq(N, NODE2), ir.BoolLit(True)),), ir.Not(ir.Eq(N, NODE2))), False),
    (ir.Exists((every("n", NODE), every("t", TERM, ir.Less(FIRST, T))), ir.Eq(VOTE_OF, T_OPTION)), True),
    (ir.Sum((ir.Binder("e", ENTRY, read("log")),), ir.Field(E, "value", SMALL)), 3),
    (ir.Build(SetType(TERM), (ir.Binder("e", ENTRY, read("log")),), ir.Field(E, "term", TERM)), {T1, T2}),
    (ir.Build(INTS, (ir.Binder("i", INT, ints(1, 2), (ir.Less(num(1), COUNTER),)),), COUNTER), (2,)),
    (ir.Extremum(True, ints(1, 3, 3), INT), 3),
    (ir.Extremum(False, ir.SetLit(SetType(INT), ()), INT, default=num(9)), 9),
    (ir.Extremum(True, read("nodes"), NODE, "n", ir.MapGet(read("counts"), N, SMALL)), N3),
    (ir.Extremum(True, ir.Domain(NODE), NODE, "n", VOTE_OF), N3),
    (ir.Extrema(True, ir.Domain(NODE), NODES, "n", num(1)), {N1, N2, N3}),
    (ir.Extrema(False, ir.Domain(NODE), NODES, "n", VOTE_OF), {N2}),
    (ir.Extrema(False, ir.SetLit(NODES, ()), NODES, "n", DIVIDES_BY_ZERO), set()),
]  # fmt: skip


def _id(case: Any) -> str | None:
    return show(case) if type(case) in HOLDS else ""


@pytest.mark.parametrize(("expr", "value"), VALUES, ids=_id)
def test_value(expr: ir.Expr, value: Any) -> None:
    assert evaluator().evaluate(expr, STATE) == value


ERRORS: list[tuple[ir.Expr, str]] = [
    (ir.Less(read("seen"), NONE, span=SPAN), "compare_none"),
    (ir.LessEq(NONE, read("seen"), span=SPAN), "compare_none"),
    (ir.FloorDiv(num(1), num(0), span=SPAN), "division_by_zero"),
    (ir.Mod(num(1), num(0), span=SPAN), "division_by_zero"),
    (ir.Neighbour(LAST, 1, span=SPAN), "no_neighbour"),
    (ir.Neighbour(FIRST, -1, span=SPAN), "no_neighbour"),
    (ir.MemberAt(TERM, num(3), span=SPAN), "no_member"),
    (ir.MemberAt(TERM, num(-1), span=SPAN), "no_member"),
    (ir.Fit(num(4), SMALL, span=SPAN), "range"),
    (ir.Fit(num(-1), SMALL, span=SPAN), "range"),
    (ir.Fit(ir.SeqLit(SeqType(INT), (num(1), num(9))), SeqType(SMALL, 2), span=SPAN), "range"),
    (ir.Fit(ir.SeqLit(SeqType(INT), (num(1),) * 3), SeqType(SMALL, 2), span=SPAN), "capacity"),
    (ir.Fit(ir.MakeTuple((num(1), num(9))), TupleType((INT, SMALL)), span=SPAN), "range"),
    (ir.Unwrap(read("seen"), span=SPAN), "none"),
    (ir.MapGet(read("held"), NODE2, TERM, span=SPAN), "missing_key"),
    (ir.MapBuild(MapType(NODE, BOOL), ONLY_NODE2, N, read("flag"), span=SPAN), "missing_key"),
    (ir.SeqAt(read("log"), num(2), ENTRY, span=SPAN), "index"),
    (ir.SeqAt(read("log"), num(-1), ENTRY, span=SPAN), "index"),
    (ir.SeqLast(ir.SeqLit(LOG, ()), ENTRY, span=SPAN), "index"),
    (ir.SeqSlice(read("log"), num(-1), None, span=SPAN), "index"),
    (ir.Extremum(True, ir.SetLit(SetType(INT), ()), INT, span=SPAN), "empty"),
    (ir.Extremum(True, ir.Domain(NODE), NODE, "n", num(1), span=SPAN), "tie"),
    (ir.Extrema(True, ir.Domain(NODE), NODES, "n", NONE, span=SPAN), "compare_none"),
    (ir.Convert(ir.SeqLit(OPTIONS, (NONE, NONE)), OPTIONS, True, span=SPAN), "compare_none"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "kind"), ERRORS, ids=_id)
def test_error(expr: ir.Expr, kind: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluator().evaluate(expr, STATE)
    assert caught.value.kind == kind
    assert caught.value.span == SPAN
    assert kind in error_kinds(expr)
    assert kind in all_error_kinds(ir.Eq(expr, expr), {})


def test_every_node_has_a_case() -> None:
    seen = {type(node) for case, _ in [*VALUES, *ERRORS] for node in walk(case)}
    assert seen | {ir.Present} == set(HOLDS)


def test_the_cases_are_well_formed() -> None:
    properties = [
        ir.Property(ir.PropertyKind.INVARIANT, f"p{index}", ir.Eq(expr, expr))
        for index, (expr, _) in enumerate([*VALUES, *ERRORS])
        if not any(
            isinstance(node, ir.Let | ir.Extrema | ir.Extremum) or getattr(node, "binders", ())
            for node in walk(expr)
        )
    ]
    verify(zoo(properties=tuple(properties)))
    assert len(properties) > 60


def test_present_disables() -> None:
    assert evaluator().evaluate(ir.Present(read("leader")), STATE) == N2
    with pytest.raises(NotEnabled) as caught:
        evaluator().evaluate(ir.Present(read("seen"), span=SPAN), STATE)
    assert caught.value.span == SPAN


def test_the_left_operand_fails_first() -> None:
    left = ir.FloorDiv(num(1), num(0), span=ir.Span("zoo.py", 1))
    right = ir.Unwrap(ir.NoneLit(OptionType(INT)), span=ir.Span("zoo.py", 2))
    with pytest.raises(EvaluationError) as caught:
        evaluator().evaluate(ir.Arith(ir.ArithOp.ADD, left, right), STATE)
    assert caught.value.span.line == 1


def test_old_state_and_helpers_over_it() -> None:
    old = {**STATE, "clock": 1}
    grew = ir.Less(read("clock", ir.When.OLD), read("clock"))
    assert evaluator().evaluate(grew, STATE, old) is True
    assert evaluator().evaluate(ir.Call("halve", (num(1),), INT, ir.When.OLD), STATE, old) == 1


def test_unordered_lists_are_multisets() -> None:
    kind = ListType(INT, False)
    one = ir.SeqLit(kind, (num(1), num(2), num(2)))
    same = ir.SeqLit(kind, (num(2), num(1), num(2)))
    other = ir.SeqLit(kind, (num(1), num(1), num(2)))
    assert evaluator().evaluate(ir.Eq(one, same), STATE) is True
    assert evaluator().evaluate(ir.Eq(one, other), STATE) is False
    assert evaluator().evaluate(ir.Eq(ints(1, 2), ints(2, 1)), STATE) is False


def test_none_ties_do_not_depend_on_the_order_met() -> None:
    """One None among better keys is below them; two that are best were compared with each other."""
    options = ListType(OPTION, True)
    first = ir.SeqLit(options, (NONE, NONE, ir.Widen(FIRST, OPTION)))
    assert evaluator().evaluate(ir.Extremum(True, first, OPTION), STATE) == T1
    with pytest.raises(EvaluationError, match="compare_none"):
        evaluator().evaluate(ir.Extremum(False, first, OPTION), STATE)
