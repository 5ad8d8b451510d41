"""Why a property is false: golden texts, and what the tree says."""

from __future__ import annotations

from typing import Any

import pytest

from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator
from checker.ir.types import BoolType, OptionType, SetType, Type
from checker.traces.explanation import Explanation, explain
from checker.traces.value_text import ValueText
from tests.ir.paxos import ACCEPTED, MESSAGE, paxos
from tests.ir.universe import Member, PlainUniverse
from tests.ir.zoo import BOOL, INT, N1, N2, NODE, SMALL, STATE, TERM, VARIABLES, read, universe, zoo

SPAN = ir.Span("m", 30)
N, M = ir.Local("n", NODE), ir.Local("m", NODE)
VOTE = ir.MapGet(read("votes"), N, OptionType(TERM))
COUNT = ir.MapGet(read("counts"), N, SMALL)
EVERY = ir.Binder("n", NODE, ir.Domain(NODE))
CLOCK = read("clock")
LATE = ir.Less(CLOCK, ir.IntLit(2))
LEADER = ir.Unwrap(read("leader"))
OLD_CLOCK = read("clock", ir.When.OLD)
ONLY_LEADER = ir.SetLit(SetType(NODE), (LEADER,))
WITH_LEADER = ir.SetOp(ir.SetOperator.UNION, read("nodes"), ONLY_LEADER, SetType(NODE))
COUNT_OF_K = ir.MapGet(read("counts"), ir.Local("k", NODE), SMALL)
MANY = ir.Less(ir.IntLit(2), COUNT_OF_K, span=ir.Span("m", 12))
BUSY = ir.Function("busy", (ir.Parameter("k", NODE),), BOOL, MANY)


def why(body: ir.Expr, old: dict[str, Any] | None = None) -> Explanation:
    model = zoo(functions=(*zoo().functions, BUSY))
    prop = ir.Property(ir.PropertyKind.INVARIANT, "p", body, span=SPAN)
    return explain(model, universe(model), prop, STATE, old)


TEXTS: list[tuple[ir.Expr, str]] = [
    (LATE, "p is false at m:30: self.clock < 2 is False (self.clock = 3)"),
    (ir.Not(read("flag")), "p is false at m:30: self.flag is True"),
    (
        ir.Not(ir.Eq(read("leader"), ir.Widen(LEADER, OptionType(NODE)))),
        "p is false at m:30: self.leader != self.leader is False (self.leader = Node2)",
    ),
    (ir.And((read("flag"), LATE)), "p is false at m:30: self.clock < 2 is False (self.clock = 3)"),
    (
        ir.Forall((EVERY,), ir.Less(COUNT, ir.IntLit(3))),
        "p is false at m:30 for n = Node2: self.counts[n] < 3 is False (self.counts[n] = 3)",
    ),
    (
        ir.Forall((ir.Binder("n", NODE, ir.Domain(NODE), (ir.IsNone(VOTE),)),), LATE),
        (
            "p is false at m:30 for n = Node2: self.clock < 2 is False (self.clock = 3)\n"
            "  (self.votes[n] is None) is True (self.votes[n] = None)"
        ),
    ),
    (
        ir.Or((ir.Not(read("flag")), LATE)),
        "p is false at m:30: self.clock < 2 is False (self.clock = 3)\n  self.flag is True",
    ),
    (
        ir.Or((LATE, ir.IsNone(read("leader")))),
        (
            "p is false at m:30: (self.clock < 2 or self.leader is None) is False\n"
            "  self.clock < 2 is False (self.clock = 3)\n"
            "  (self.leader is None) is False (self.leader = Node2)"
        ),
    ),
    (
        ir.Ite(read("flag"), LATE, ir.BoolLit(True), BOOL),
        "p is false at m:30: self.clock < 2 is False (self.clock = 3)\n  self.flag is True",
    ),
    (
        ir.Let("x", ir.Arith(ir.ArithOp.ADD, CLOCK, ir.IntLit(1)), ir.Less(ir.Local("x", INT), ir.IntLit(4))),
        "p is false at m:30 for x = 4: x < 4 is False",
    ),
    (
        ir.Exists((EVERY,), ir.Less(ir.IntLit(3), COUNT)),
        "p is false at m:30: any(3 < self.counts[n] for n in Node) is False (for none of the 3 values of n)",
    ),
    (
        ir.Exists((ir.Binder("n", NODE, ir.Domain(NODE), (ir.IsNone(VOTE),)),), ir.Less(ir.IntLit(3), COUNT)),
        (
            "p is false at m:30 for n = Node2: 3 < self.counts[n] is False (self.counts[n] = 3)\n"
            "  (self.votes[n] is None) is True (self.votes[n] = None)"
        ),
    ),
    (
        ir.Exists((ir.Binder("n", NODE, ir.SetLit(SetType(NODE), ())),), read("flag")),
        "p is false at m:30: any(self.flag for n in Set()) is False (there is no n: the domain is empty)",
    ),
    (
        ir.Exists((ir.Binder("n", NODE, ir.Domain(NODE), (LATE,)),), read("flag")),
        (
            "p is false at m:30: any(self.flag for n in Node if self.clock < 2) is False "
            "(no n passes the filters)"
        ),
    ),
    (
        ir.Not(ir.Forall((EVERY,), ir.Contains(N, read("counts")))),
        "p is false at m:30: all(n in self.counts for n in Node) is True (for each of the 3 values of n)",
    ),
    (
        ir.Forall((EVERY,), ir.Not(ir.Call("busy", (N,), BOOL))),
        "p is false at m:30 for n = Node2, in busy(k=Node2): 2 < self.counts[k] is True (self.counts[k] = 3)",
    ),
    (
        ir.Subset(WITH_LEADER, read("nodes"), False),
        (
            "p is false at m:30: self.nodes | {self.leader} <= self.nodes is False "
            "(self.nodes | {self.leader} = {Node1, Node2, Node3}, self.nodes = {Node1, Node3}, "
            "{self.leader} = {Node2})"
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"), TEXTS, ids=lambda case: "" if isinstance(case, str) else type(case).__name__
)
def test_text(body: ir.Expr, text: str) -> None:
    assert why(body).text == text


def test_a_step_shows_both_states() -> None:
    explanation = why(ir.LessEq(CLOCK, OLD_CLOCK), {**STATE, "clock": 1})
    assert explanation.text.endswith("self.clock <= old.clock is False (self.clock = 3, old.clock = 1)")


def test_the_tree_keeps_places_and_values() -> None:
    reason = why(ir.Forall((EVERY,), ir.Not(ir.Call("busy", (N,), BOOL)))).reason
    assert reason.labels == ("n = Node2",)
    (negated,) = reason.parts
    (call,) = negated.parts
    (leaf,) = call.parts
    assert (leaf.file, leaf.line, leaf.value) == ("m", 12, True)
    assert leaf.reads == (("self.counts[k]", "3"),)


def test_what_is_true_has_no_explanation() -> None:
    with pytest.raises(AssertionError, match="p is true"):
        why(read("flag"))


def test_two_values_chosen() -> None:
    model = paxos()
    plain = PlainUniverse(model, {"Acceptor": 3, "Value": 2, "Ballot": 2})

    def accepted(acceptor: int, ballot: int, value: int) -> Any:
        members = (Member("Acceptor", acceptor), Member("Ballot", ballot), Member("Value", value))
        return plain.make_record(ACCEPTED.name, members)

    votes = [(1, 1, 1), (2, 1, 1), (2, 2, 2), (3, 2, 2)]
    state: dict[str, Any] = {
        "promised": {},
        "vote": {},
        "network": frozenset(accepted(*vote) for vote in votes),
    }
    explanation = explain(model, plain, model.properties[0], state, evaluator=Evaluator(model, plain))
    voted = "all(Accepted(acceptor=a, ballot=b, value=v) in self.network for a in q) is True"
    first = "in chosen(v=Value1), for b = Ballot1, q = {Acceptor1, Acceptor2}"
    second = "in chosen(v=Value2), for b = Ballot2, q = {Acceptor2, Acceptor3}"
    each = "(for each of the 2 values of a)"
    assert explanation.text.splitlines() == [
        "agreement is false at model/paxos.py:63 for v = Value1, w = Value2: v == w is False",
        f"  self.chosen(v) is True {first}: {voted} {each}",
        f"  self.chosen(w) is True {second}: {voted} {each}",
    ]
    assert MESSAGE.records[1] == ACCEPTED
    assert isinstance(model.functions[0].result, BoolType)


SHOWN: list[tuple[Type, str]] = [
    (VARIABLES["role"], "LEADER"),
    (VARIABLES["leader"], "Node2"),
    (VARIABLES["seen"], "None"),
    (VARIABLES["log"], "[Entry(term=Term1, value=0), Entry(term=Term2, value=3)]"),
    (VARIABLES["bag"], "{Term1: 2}"),
    (VARIABLES["nodes"], "{Node1, Node3}"),
    (VARIABLES["votes"], "{Node1: Term1, Node2: None, Node3: Term2}"),
    (VARIABLES["links"], "{(Node1, Node2): True}"),
    (
        VARIABLES["messages"],
        "{Entry(term=Term1, value=0), Ping(node=Node1, term=Term2), Ping(node=Node2, term=Term2)}",
    ),
]


@pytest.mark.parametrize(("kind", "text"), SHOWN, ids=[text for _, text in SHOWN])
def test_values_are_shown_by_type(kind: Type, text: str) -> None:
    name = next(name for name, held in VARIABLES.items() if held == kind)
    assert ValueText(universe()).show(STATE[name], kind) == text
    assert N1 != N2
