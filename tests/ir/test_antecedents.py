"""The implications of properties, and the conditions under which they say something."""

from __future__ import annotations

from checker.ir import nodes as ir
from checker.ir.antecedents import implications
from checker.ir.children import free_locals
from checker.ir.printer import show
from checker.ir.types import OptionType
from checker.ir.verifier import verify
from tests.ir.paxos import paxos
from tests.ir.zoo import BOOL, INT, NODE, STATE, TERM, evaluator, read, zoo

SPAN = ir.Span("model/zoo.py", 20)
N = ir.Local("n", NODE)
VOTE = ir.MapGet(read("votes"), N, OptionType(TERM))
VOTED = ir.Not(ir.IsNone(VOTE))
LATE = ir.Less(ir.IntLit(4), read("clock"))
EVERY = ir.Binder("n", NODE, ir.Domain(NODE))


def found(body: ir.Expr) -> list[tuple[str, str]]:
    prop = ir.Property(ir.PropertyKind.INVARIANT, "p", body, span=SPAN)
    result = implications(prop)
    for item in result:
        assert free_locals(item.condition) == frozenset()
        assert item.span.line
        verify(zoo(properties=(ir.Property(ir.PropertyKind.INVARIANT, "q", item.condition),)))
    return [(item.text, show(item.condition)) for item in result]


def test_a_disjunction_with_a_negation() -> None:
    assert found(ir.Or((ir.Not(LATE), read("flag")))) == [("4 < self.clock", "4 < self.clock")]
    two = ir.Or((ir.Not(LATE), ir.Not(read("flag")), ir.BoolLit(False)))
    assert found(two) == [("4 < self.clock and self.flag", "4 < self.clock and self.flag")]
    assert found(ir.Or((read("flag"), LATE))) == []


def test_a_conditional_with_a_true_branch() -> None:
    assert found(ir.Ite(LATE, read("flag"), ir.BoolLit(True), BOOL)) == [("4 < self.clock", "4 < self.clock")]
    other = ir.Ite(LATE, ir.BoolLit(True), read("flag"), BOOL)
    assert found(other) == [("not (4 < self.clock)", "not 4 < self.clock")]


def test_filters_under_binders_and_guards() -> None:
    inner = ir.Or((ir.Not(VOTED), read("flag")))
    assert found(ir.Forall((EVERY,), inner)) == [
        ("self.votes[n] is not None", "any(self.votes[n] is not None for n in Node)")
    ]
    filtered = ir.Forall((ir.Binder("n", NODE, ir.Domain(NODE), (VOTED, LATE)),), read("flag"))
    assert found(ir.And((read("flag"), filtered))) == [
        (
            "self.votes[n] is not None and 4 < self.clock",
            "self.flag and any(True for n in Node if self.votes[n] is not None if 4 < self.clock)",
        )
    ]


def test_names_given_by_let_stay_bound() -> None:
    body = ir.Let(
        "x",
        read("clock"),
        ir.Or((ir.Not(ir.Less(ir.Local("x", ir.StateRead("clock", INT).type), ir.IntLit(2))), LATE)),
    )
    prop = ir.Property(ir.PropertyKind.INVARIANT, "p", body, span=SPAN)
    (item,) = implications(prop)
    assert show(item.condition) == "let x = self.clock in x < 2"
    assert free_locals(item.condition) == frozenset()
    assert item.span == SPAN


def test_conditions_tell_tested_from_untested() -> None:
    (vote,) = implications(
        ir.Property(ir.PropertyKind.INVARIANT, "p", ir.Forall((EVERY,), ir.Or((ir.Not(VOTED), LATE))))
    )
    (late,) = implications(ir.Property(ir.PropertyKind.INVARIANT, "p", ir.Or((ir.Not(LATE), VOTED))))
    assert evaluator().evaluate(vote.condition, STATE) is True
    assert evaluator().evaluate(late.condition, STATE) is False


def test_agreement_is_tested_when_something_is_chosen() -> None:
    (item,) = implications(paxos().properties[0])
    assert item.text == "self.chosen(v) and self.chosen(w)"
    assert item.span.line == 63
