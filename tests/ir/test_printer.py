"""The text of nodes. A line that changes here changes in messages and reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.ir import nodes as ir
from checker.ir.printer import show
from checker.ir.types import BagType, ListType, OptionType, PartialType, SeqType, SetType, TupleType
from tests.ir.paxos import paxos
from tests.ir.zoo import BOOL, ENTRY, INT, MESSAGE, NODE, PING, QUORUM, ROLE, SMALL, TERM, VARIABLES, read

GOLDEN = Path(__file__).parent / "golden"
A, B, C = ir.Local("a", BOOL), ir.Local("b", BOOL), ir.Local("c", BOOL)
X, Y, Z = ir.Local("x", INT), ir.Local("y", INT), ir.Local("z", INT)
ADD, SUB, MUL = ir.ArithOp.ADD, ir.ArithOp.SUB, ir.ArithOp.MUL
N = ir.Local("n", NODE)
NODES, INTS = SetType(NODE), ListType(INT, True)
IN_NODES = ir.Binder("n", NODE, read("nodes"))
UNION = ir.SetOp(ir.SetOperator.UNION, read("nodes"), read("nodes"), NODES)
HELD_ITEMS = ListType(TupleType((NODE, TERM)), False)
PAIRS = ListType(TupleType((INT, ENTRY)), True)
FIRST = ir.EndMember(TERM, False)

TEXTS: list[tuple[ir.Expr, str]] = [
    (ir.And((A, ir.Or((B, C)))), "a and (b or c)"),
    (ir.Or((ir.And((A, B)), C)), "a and b or c"),
    (ir.Or((A, ir.Or((B, C)))), "a or (b or c)"),
    (ir.Not(ir.And((A, B))), "not (a and b)"),
    (ir.Not(ir.Not(A)), "not not a"),
    (ir.Not(ir.Eq(X, Y)), "x != y"),
    (ir.Not(ir.IsNone(read("seen"))), "self.seen is not None"),
    (ir.Not(ir.Contains(N, read("nodes"))), "n not in self.nodes"),
    (ir.Eq(ir.Less(X, Y), ir.LessEq(Y, X)), "(x < y) == (y <= x)"),
    (ir.Eq(ir.Not(A), B), "(not a) == b"),
    (ir.Arith(SUB, X, ir.Arith(SUB, Y, Z)), "x - (y - z)"),
    (ir.Arith(SUB, ir.Arith(SUB, X, Y), Z), "x - y - z"),
    (ir.Arith(MUL, ir.Arith(ADD, X, Y), ir.IntLit(-1)), "(x + y) * -1"),
    (ir.FloorDiv(ir.Mod(X, Y), Z), "x % y // z"),
    (ir.Ite(A, X, ir.Ite(B, Y, Z, INT), INT), "x if a else y if b else z"),
    (ir.Ite(ir.Ite(A, B, C, BOOL), X, Y, INT), "x if (b if a else c) else y"),
    (ir.Let("y", X, ir.Arith(ADD, Y, Y)), "let y = x in y + y"),
    (ir.Arith(ADD, ir.Let("y", X, Y), X), "(let y = x in y) + x"),
    (ir.Call("chosen", (X, Y), BOOL), "self.chosen(x, y)"),
    (ir.Call("chosen", (X,), BOOL, ir.When.OLD), "old.chosen(x)"),
    (read("flag", ir.When.OLD), "old.flag"),
    (ir.EnumLit(ROLE, "LEADER"), "Role.LEADER"),
    (FIRST, "Term.first"),
    (ir.Neighbour(ir.EndMember(TERM, True), -1), "Term.last.prev"),
    (ir.Position(ir.MemberAt(TERM, X)), "Term.at(x).index"),
    (ir.ParamRead("horizon"), "self.horizon"),
    (ir.SizeOf(QUORUM), "len(Quorum[Node])"),
    (ir.Unwrap(read("leader")), "self.leader"),
    (ir.Present(read("leader")), "present(self.leader)"),
    (ir.IsVariant(ir.Local("m", MESSAGE), ("Entry", "Ping")), "isinstance(m, Entry | Ping)"),
    (ir.MakeRecord(PING, (N, FIRST)), "Ping(node=n, term=Term.first)"),
    (ir.WithFields(ir.Local("e", ENTRY), (("value", X),)), "replace(e, value=x)"),
    (ir.Field(ir.Local("e", ENTRY), "value", SMALL), "e.value"),
    (ir.MakeTuple((X,)), "(x,)"),
    (ir.TupleItem(ir.MakeTuple((X, Y)), 1, INT), "(x, y)[1]"),
    (ir.MapGet(read("held"), N, TERM), "self.held[n]"),
    (ir.MapGetOr(read("held"), N, ir.NoneLit(OptionType(TERM)), OptionType(TERM)), "self.held.get(n, None)"),
    (ir.MapLit(PartialType(INT, INT), ((X, Y),)), "{x: y}"),
    (ir.MapBuild(PartialType(NODE, INT), (IN_NODES,), N, X), "{n: x for n in self.nodes}"),
    (ir.MapView(read("held"), ir.MapPart.ITEMS, HELD_ITEMS), "self.held.items()"),
    (ir.Subset(read("nodes"), read("nodes"), True), "self.nodes < self.nodes"),
    (
        ir.SetOp(ir.SetOperator.INTERSECTION, UNION, read("nodes"), NODES),
        "(self.nodes | self.nodes) & self.nodes",
    ),
    (ir.SetLit(NODES, ()), "Set()"),
    (ir.SetLit(SetType(INT), (X, Y)), "{x, y}"),
    (ir.SetOfKind(read("messages"), ("Ping",), SetType(PING)), "self.messages.of(Ping)"),
    (ir.Convert(read("log"), SetType(ENTRY)), "Set(self.log)"),
    (ir.Convert(read("log"), BagType(ENTRY)), "Bag(self.log)"),
    (ir.Convert(read("log"), ListType(ENTRY, True)), "list(self.log)"),
    (ir.Convert(ir.SeqLit(INTS, (X,)), SeqType(INT)), "Seq([x])"),
    (ir.Convert(read("nodes"), INTS, True), "sorted(self.nodes)"),
    (ir.Size(read("log")), "len(self.log)"),
    (ir.BagCount(read("bag"), FIRST), "self.bag.count(Term.first)"),
    (ir.SeqLit(BagType(INT), (X,)), "Bag([x])"),
    (ir.SeqAt(read("log"), X, ENTRY), "self.log[x]"),
    (ir.SeqLast(read("log"), ENTRY), "self.log[-1]"),
    (ir.SeqSlice(read("log"), None, ir.Arith(ADD, X, Y)), "self.log[:x + y]"),
    (ir.SeqSlice(read("log"), X, None), "self.log[x:]"),
    (ir.SeqConcat(read("log"), ir.SeqLit(VARIABLES["log"], ()), VARIABLES["log"]), "self.log + []"),
    (ir.IsPrefix(read("log"), read("log")), "self.log.is_prefix_of(self.log)"),
    (ir.Enumerate(read("log"), ir.IntLit(0), PAIRS), "enumerate(self.log)"),
    (ir.Enumerate(read("log"), ir.IntLit(1), PAIRS), "enumerate(self.log, 1)"),
    (ir.Zip(read("log"), read("log"), PAIRS), "zip(self.log, self.log)"),
    (ir.Reversed(read("log"), ListType(ENTRY, True)), "reversed(self.log)"),
    (ir.Domain(SMALL), "Range(0, 3)"),
    (ir.IntRange(ir.IntLit(0), X), "range(x)"),
    (ir.IntRange(X, Y), "range(x, y)"),
    (ir.Majority(read("nodes"), read("nodes")), "majority(self.nodes, self.nodes)"),
    (
        ir.Forall((ir.Binder("n", NODE, ir.Domain(NODE), (A, ir.Or((A, B)))),), ir.Or((A, B))),
        "all(a or b for n in Node if a if a or b)",
    ),
    (
        ir.Exists((IN_NODES, ir.Binder("q", QUORUM, ir.Domain(QUORUM))), A),
        "any(a for n in self.nodes for q in Quorum[Node])",
    ),
    (ir.Sum((IN_NODES,), X), "sum(x for n in self.nodes)"),
    (ir.Build(NODES, (IN_NODES,), N), "{n for n in self.nodes}"),
    (ir.Build(ListType(NODE, False), (IN_NODES,), N), "[n for n in self.nodes]"),
    (ir.Extremum(True, read("nodes"), NODE, "n", X), "max(self.nodes, key=lambda n: x)"),
    (ir.Extremum(False, ir.SeqLit(INTS, ()), INT, default=X), "min([], default=x)"),
    (ir.Extrema(True, read("nodes"), NODES, "n", X), "maxima(self.nodes, key=lambda n: x)"),
    (ir.Eq(ir.Widen(FIRST, OptionType(TERM)), ir.Fit(X, SMALL)), "Term.first == x"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_expression(expr: ir.Expr, text: str) -> None:
    assert show(expr) == text


def test_detail_shows_what_is_invisible_at_run_time() -> None:
    expr = ir.Eq(ir.Widen(FIRST, OptionType(TERM)), read("seen"))
    assert show(expr, detail=True) == "widen(Term.first, Term | None) == self.seen"
    assert show(ir.Unwrap(read("leader")), detail=True) == "unwrap(self.leader)"


def test_statements() -> None:
    log = ir.Place("boxes", (ir.Key(N), ir.FieldOf("log")), VARIABLES["log"])
    held = ir.Place("held", (), VARIABLES["held"])
    nodes = ir.Place("nodes", (), NODES)
    body = (
        ir.Mutate(log, ir.Method.APPEND, (ir.Local("e", ENTRY),)),
        ir.Mutate(held, ir.Method.DELETE, (N,)),
        ir.Mutate(nodes, ir.Method.UPDATE, (read("nodes"),)),
        ir.Perform("reset", (N,)),
    )
    statement = ir.If(A, (ir.ForEach(IN_NODES, body, False),), (ir.If(B, ()),))
    assert show(statement).splitlines() == [
        "if a:",
        "    for n in self.nodes:",
        "        self.boxes[n].log.append(e)",
        "        del self.held[n]",
        "        self.nodes |= self.nodes",
        "        self.reset(n)",
        "else:",
        "    if b:",
        "        pass",
    ]


def test_declarations() -> None:
    drawn = ir.Parameter("m", PING, ir.SetOfKind(read("messages"), ("Ping",), SetType(PING)))
    assert show(ir.Action("lose", (drawn,), (), "loss")).splitlines() == [
        '@fault("loss")',
        "def lose(self, m: Ping in self.messages.of(Ping)) -> None:",
        "    pass",
    ]
    step = ir.Property(ir.PropertyKind.STEP_INVARIANT, "grows", ir.LessEq(X, Y))
    assert show(step).splitlines() == [
        "@step_invariant",
        "def grows(self, old) -> bool:",
        "    return x <= y",
    ]
    assert show(ir.Initial("start", (), ())).splitlines()[0] == "@initial"
    assert show(ir.Variable("acked", NODES, ghost=True)) == "acked: Ghost[Set[Node]]"


def test_a_whole_model() -> None:
    assert show(paxos()) == (GOLDEN / "paxos.txt").read_text(encoding="utf-8")
