"""Each rule of the IR, broken once: the verifier says which and where."""

from __future__ import annotations

from typing import Any

import pytest

from checker.ir import nodes as ir
from checker.ir.types import (
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    UnionType,
)
from checker.ir.verifier import BrokenIR, verify
from tests.ir.paxos import paxos
from tests.ir.zoo import (
    BOOL,
    ENTRY,
    INT,
    MESSAGE,
    NODE,
    PING,
    QUORUM,
    ROLE,
    SMALL,
    TERM,
    VARIABLES,
    read,
    zoo,
)

NODES, OPTION = SetType(NODE), OptionType(TERM)
N, T, COUNTER = ir.Local("n", NODE), ir.Local("t", TERM), ir.Local("i", INT)
YES, ONE = ir.BoolLit(True), ir.IntLit(1)
FIRST = ir.EndMember(TERM, False)
LEADER = ir.Unwrap(read("leader"))
ANY_NODE = ir.Binder("n", NODE, ir.Domain(NODE))
INTS, MIXED = ListType(INT, True), ListType(INT, False)
MANY = ir.SeqLit(MIXED, (ONE,))


def of(expr: ir.Expr) -> ir.Expr:
    """A bool that holds the expression."""
    return ir.Eq(expr, expr)


def test_whole_models_pass() -> None:
    verify(zoo())
    verify(paxos())


EXPRESSIONS: list[tuple[ir.Expr, str]] = [
    (of(ir.EnumLit(ROLE, "BOSS")), "Role has no member BOSS"),
    (of(ir.EndMember(NODE, True)), "Node has no order"),
    (ir.Not(ONE), "a bool is needed, not int"),
    (ir.And((YES, ONE)), "a bool is needed, not int"),
    (ir.Or((YES,)), "at least two items are needed"),
    (of(ir.Ite(ONE, ONE, ONE, INT)), "a bool is needed, not int"),
    (of(ir.Ite(YES, ONE, FIRST, INT)), "branch: Term and int differ"),
    (ir.Eq(ONE, YES), "operands: int and bool differ"),
    (ir.Eq(FIRST, read("seen")), "operands: Term and Term | None differ"),
    (ir.Less(LEADER, LEADER), "Node has no order"),
    (ir.LessEq(ONE, FIRST), "operands: int and Term differ"),
    (of(ir.Arith(ir.ArithOp.ADD, ONE, YES)), "an integer is needed, not bool"),
    (of(ir.FloorDiv(FIRST, ONE)), "an integer is needed, not Term"),
    (of(ir.Neighbour(LEADER, 1)), "a member of an ordered sort is needed, not Node"),
    (of(ir.Neighbour(FIRST, 2)), "the offset is 1 or -1"),
    (of(ir.Position(ONE)), "a member of an ordered sort is needed, not int"),
    (of(ir.MemberAt(NODE, ONE)), "Node has no order"),
    (of(ir.MemberAt(TERM, FIRST)), "an integer is needed, not Term"),
    (of(ir.Widen(FIRST, OptionType(NODE))), "Term does not widen to Node | None"),
    (of(ir.Widen(read("seen"), TERM)), "Term | None does not widen to Term"),
    (of(ir.Narrow(FIRST, OPTION)), "Term does not narrow to Term | None"),
    (of(ir.Fit(FIRST, SMALL)), "a store changes ranges and capacities only"),
    (ir.IsNone(FIRST), "an option is needed, not Term"),
    (ir.IsVariant(FIRST, ("Entry",)), "a union is needed, not Term"),
    (
        ir.Forall(
            (ir.Binder("m", MESSAGE, read("messages")),), ir.IsVariant(ir.Local("m", MESSAGE), ("Vote",))
        ),
        "lacks a named record",
    ),
    (of(ir.MakeRecord(ENTRY, (FIRST,))), "Entry has 2 fields, not 1"),
    (of(ir.MakeRecord(ENTRY, (FIRST, read("clock")))), "is stored at Range(0, 3) without a Fit"),
    (of(ir.Field(FIRST, "term", TERM)), "Term has no field term"),
    (of(ir.WithFields(FIRST, ())), "a record is needed, not Term"),
    (of(ir.TupleItem(ir.MakeTuple((ONE,)), 1, INT)), "tuple[int] has no item 1"),
    (of(ir.MapGet(read("nodes"), LEADER, TERM)), "a map is needed, not Set[Node]"),
    (of(ir.MapGet(read("held"), ONE, TERM)), "key: int and Node differ"),
    (of(ir.MapGet(read("held"), LEADER, INT)), "value: Term and int differ"),
    (of(ir.MapGetOr(read("held"), LEADER, FIRST, OPTION)), "default: Term and Term | None differ"),
    (of(ir.MapLit(MapType(NODE, INT), ())), "a partial map is written out"),
    (
        of(ir.MapView(read("held"), ir.MapPart.KEYS, ListType(NODE, True))),
        "the parts of a map are an unordered list",
    ),
    (ir.Contains(ONE, read("nodes")), "items: Node and int differ"),
    (ir.Contains(ONE, ONE), "a collection is needed, not int"),
    (ir.Subset(read("log"), read("log"), False), "a set is needed, not Seq[Entry, 3]"),
    (of(ir.SetOp(ir.SetOperator.UNION, read("nodes"), read("log"), NODES)), "a collection is needed"),
    (of(ir.SetLit(NODES, (ONE,))), "element: int and Node differ"),
    (of(ir.SetOfKind(read("nodes"), ("Ping",), SetType(PING))), "a set of a union is needed"),
    (of(ir.Convert(read("nodes"), ListType(NODE, True))), "Set[Node] has no order to keep"),
    (of(ir.Convert(read("nodes"), ListType(NODE, True), True)), "Node has no order to sort by"),
    (of(ir.Size(ONE)), "a collection is needed, not int"),
    (of(ir.BagCount(read("nodes"), LEADER)), "a collection is needed, not Set[Node]"),
    (of(ir.SeqLit(INTS, (YES,))), "element: bool and int differ"),
    (of(ir.SeqAt(MANY, ONE, INT)), "unordered list[int] has no order of its own"),
    (of(ir.SeqLast(MANY, INT)), "unordered list[int] has no order of its own"),
    (of(ir.SeqSlice(MANY, None, ONE)), "unordered list[int] has no order of its own"),
    (of(ir.SeqConcat(MANY, MANY, INTS)), "unordered list[int] has no order of its own"),
    (ir.IsPrefix(MANY, MANY), "unordered list[int] has no order of its own"),
    (of(ir.Enumerate(MANY, ONE, ListType(TupleType((INT, INT)), True))), "has no order of its own"),
    (of(ir.Zip(MANY, MANY, ListType(TupleType((INT, INT)), True))), "has no order of its own"),
    (of(ir.Reversed(MANY, INTS)), "has no order of its own"),
    (of(ir.Domain(INT)), "int is not enumerated"),
    (of(ir.IntRange(YES, ONE)), "an integer is needed, not bool"),
    (ir.Majority(read("log"), read("nodes")), "a set is needed"),
    (ir.Forall((ANY_NODE,), ONE), "a bool is needed, not int"),
    (ir.Exists((), YES), "at least one binder is needed"),
    (ir.Exists((ir.Binder("n", TERM, ir.Domain(NODE)),), YES), "items: Node and Term differ"),
    (ir.Exists((ir.Binder("n", NODE, ir.Domain(NODE), (ONE,)),), YES), "a bool is needed, not int"),
    (of(ir.Sum((ANY_NODE,), YES)), "an integer is needed, not bool"),
    (of(ir.Build(INTS, (ANY_NODE,), ONE)), "the list has no order"),
    (of(ir.Build(NODES, (ANY_NODE,), ONE)), "elements: int and Node differ"),
    (of(ir.MapBuild(NODES, (ANY_NODE,), N, ONE)), "a map is needed, not Set[Node]"),
    (of(ir.Extremum(True, read("nodes"), NODE)), "Node has no order"),
    (of(ir.Extremum(True, ir.Domain(SMALL), OPTION)), "Range(0, 3) does not give Term | None"),
    (of(ir.Extremum(True, ir.Domain(SMALL), INT, "i")), "a key comes with the name of its argument"),
    (of(ir.Extrema(True, read("nodes"), NODES, "n", N)), "Node has no order"),
    # Scoping.
    (of(N), "n is read before it is bound on every path"),
    (ir.Forall((ANY_NODE,), of(ir.Local("n", TERM))), "n is Node, read as Term"),
    (ir.And((ir.Forall((ANY_NODE,), YES), ir.Exists((ANY_NODE,), YES))), "n is bound twice"),
    (ir.And((ir.Let("i", ONE, YES), of(COUNTER))), "i is read before it is bound on every path"),
    (of(ir.StateRead("nothing", INT)), "no variable nothing of type int"),
    (of(ir.StateRead("flag", INT)), "no variable flag of type int"),
    (of(ir.ParamRead("nothing")), "no parameter nothing"),
    (of(ir.Call("nothing", (), INT)), "no function nothing"),
    (of(ir.Call("double", (), INT)), "double takes 1 arguments, not 0"),
    (of(ir.Call("double", (YES,), INT)), "double takes int as x, not bool"),
    (of(ir.Call("double", (ONE,), BOOL)), "double returns int"),
    # Places.
    (read("flag", ir.When.OLD), "the old state is read outside a property of steps"),
    (of(ir.Call("double", (ONE,), INT, ir.When.OLD)), "the old state is read outside a property of steps"),
    (of(ir.Present(read("seen"))), "present stands where it may not be evaluated"),
    (ONE, "a condition: int and bool differ"),
]


@pytest.mark.parametrize(
    ("expr", "fact"), EXPRESSIONS, ids=lambda case: case if isinstance(case, str) else ""
)
def test_broken_expression(expr: ir.Expr, fact: str) -> None:
    with pytest.raises(BrokenIR) as caught:
        verify(zoo(properties=(ir.Property(ir.PropertyKind.INVARIANT, "p", expr),)))
    assert fact in caught.value.fact
    assert caught.value.path.startswith("invariant p")


def test_old_reads_are_fine_in_properties_of_steps() -> None:
    body = ir.Eq(read("flag", ir.When.OLD), read("flag"))
    for kind in (ir.PropertyKind.STEP_INVARIANT, ir.PropertyKind.COVER):
        verify(zoo(properties=(ir.Property(kind, "p", body),)))
    for kind in (ir.PropertyKind.CONSTRAINT, ir.PropertyKind.ASSUME, ir.PropertyKind.TERMINAL):
        with pytest.raises(BrokenIR, match="the old state is read"):
            verify(zoo(properties=(ir.Property(kind, "p", body),)))


def place(name: str, *path: ir.Key | ir.FieldOf, kind: Any = None) -> ir.Place:
    return ir.Place(name, path, kind or VARIABLES[name])


def mutate(name: str, method: ir.Method, *arguments: ir.Expr) -> ir.Statement:
    return ir.Mutate(place(name), method, arguments)


def loop(*body: ir.Statement, ordered: bool = False, source: ir.Expr | None = None) -> ir.Statement:
    return ir.ForEach(ir.Binder("n", NODE, source or read("nodes")), body, ordered)


SET_FLAG = ir.Assign(place("flag"), YES)
FLAG_OF = ir.Assign(place("flag"), ir.Eq(N, LEADER))
COUNT_OF = place("counts", ir.Key(N), kind=SMALL)
BIND = ir.Bind("i", INT, ONE)
USE = ir.Require(of(COUNTER))
HIDDEN = ir.Or((ir.IsNone(read("seen")), of(ir.Present(read("seen")))))

STATEMENTS: list[tuple[tuple[ir.Statement, ...], str]] = [
    ((ir.Require(ONE),), "a condition: int and bool differ"),
    ((ir.If(ONE, ()),), "a condition: int and bool differ"),
    ((ir.Require(HIDDEN),), "present stands where it may not be evaluated"),
    ((USE,), "i is read before it is bound on every path"),
    ((ir.If(YES, (BIND,)), USE), "i is read before it is bound on every path"),
    ((loop(BIND), USE), "i is read before it is bound on every path"),
    ((BIND, ir.Bind("i", BOOL, YES)), "i changes its type"),
    ((ir.Bind("i", BOOL, ONE),), "i takes int"),
    ((ir.Require(ir.Exists((ANY_NODE,), YES)), ir.Bind("n", INT, ONE)), "n is bound twice"),
    ((ir.Assign(ir.Place("nothing", (), BOOL), YES),), "no variable nothing"),
    ((ir.Assign(ir.Place("flag", (), INT), ONE),), "the place holds bool, not int"),
    ((ir.Assign(place("flag", ir.Key(LEADER), kind=BOOL), YES),), "bool has no keys"),
    ((ir.Assign(place("flag", ir.FieldOf("x"), kind=BOOL), YES),), "bool has no field x"),
    ((ir.Assign(place("counts", ir.Key(ONE), kind=SMALL), ONE),), "key: int is stored at Node"),
    ((ir.Assign(place("clock"), ONE),), "is stored at Range(0, horizon) without a Fit"),
    ((ir.Assign(place("seen"), FIRST),), "Term is stored at Term | None"),
    ((ir.Assign(place("log"), ir.SeqConcat(read("log"), read("log"), SeqType(ENTRY))),), "without a Fit"),
    ((mutate("flag", ir.Method.ADD, YES),), "bool has no add"),
    ((mutate("nodes", ir.Method.APPEND, LEADER),), "Set[Node] has no append"),
    ((mutate("nodes", ir.Method.ADD),), "add has 0 arguments"),
    ((mutate("nodes", ir.Method.ADD, ONE),), "int is stored at Node"),
    ((mutate("nodes", ir.Method.UPDATE, LEADER),), "update takes a collection, not Node"),
    (
        (mutate("log", ir.Method.EXTEND, ir.Convert(read("log"), SetType(ENTRY))),),
        "extend takes a collection",
    ),
    ((mutate("log", ir.Method.TRUNCATE, YES),), "a length is an integer"),
    ((mutate("held", ir.Method.DELETE, ONE),), "del takes Node, not int"),
    ((ir.Perform("nothing", ()),), "no procedure nothing"),
    ((ir.Perform("set_flag", (ONE,)),), "set_flag takes 0 arguments, not 1"),
    # Loops over a source without order.
    ((loop(ordered=True),), "a loop over a source without order is marked as ordered"),
    ((loop(FLAG_OF),), "does not commute"),
    ((loop(ir.If(YES, (FLAG_OF,))),), "does not commute"),
    ((loop(mutate("log", ir.Method.TRUNCATE, ONE)),), "does not commute"),
    ((loop(ir.Assign(place("counts", ir.Key(LEADER), kind=SMALL), ONE)),), "does not commute"),
    ((loop(ir.Perform("set_flag_of", (N,))),), "does not commute"),
    ((loop(ir.Perform("count", (LEADER,))),), "does not commute"),
    ((BIND, loop(ir.Bind("i", INT, ONE))), "i carries over a loop without order"),
]

PROCEDURES = (
    ir.Procedure("set_flag", (), (SET_FLAG,)),
    ir.Procedure("set_flag_of", (ir.Parameter("n", NODE),), (FLAG_OF,)),
    ir.Procedure("count", (ir.Parameter("n", NODE),), (ir.Assign(COUNT_OF, ONE),)),
)


@pytest.mark.parametrize(("body", "fact"), STATEMENTS, ids=lambda case: case if isinstance(case, str) else "")
def test_broken_statement(body: tuple[ir.Statement, ...], fact: str) -> None:
    with pytest.raises(BrokenIR) as caught:
        verify(zoo(procedures=PROCEDURES, actions=(ir.Action("act", (), body),)))
    assert fact in caught.value.fact
    assert caught.value.path.startswith("action act")


def test_what_commutes_is_accepted() -> None:
    body = (
        ir.If(read("flag"), (BIND,), (BIND,)),
        USE,
        loop(ir.Assign(COUNT_OF, ONE), ir.Bind("j", INT, ONE)),
        ir.ForEach(
            ir.Binder("m", NODE, read("nodes")), (ir.Perform("count", (ir.Local("m", NODE),)),), False
        ),
        ir.ForEach(ir.Binder("e", ENTRY, read("log")), (SET_FLAG, ir.Bind("i", INT, ONE)), True),
        ir.Require(of(ir.Present(read("seen")))),
    )
    verify(zoo(procedures=PROCEDURES, actions=(ir.Action("act", (), body),)))


GHOST = ir.Variable("acked", BOOL, ghost=True)
SELF_CALL = ir.Function("f", (), INT, ir.Call("g", (), INT))
BACK_CALL = ir.Function("g", (), INT, ir.Call("f", (), INT))
DRAWN = ir.Parameter("n", NODE, ir.Convert(read("held"), NODES))

MODELS: list[tuple[dict[str, Any], str]] = [
    ({"sorts": (NODE, TERM, NODE)}, "Node is declared twice"),
    ({"actions": (ir.Action("flag", (), ()),)}, "flag is declared twice"),
    ({"params": ("horizon", "flag")}, "flag is declared twice"),
    ({"functions": (SELF_CALL, BACK_CALL)}, "recursion: f -> g -> f"),
    ({"procedures": (ir.Procedure("p", (), (ir.Perform("p", ()),)),)}, "recursion: p -> p"),
    ({"functions": (ir.Function("f", (), INT, YES),)}, "bool is returned as int"),
    (
        {"functions": (ir.Function("f", (DRAWN,), BOOL, YES),)},
        "only parameters of actions and initials are drawn",
    ),
    (
        {"functions": (ir.Function("f", (), OPTION, ir.Ite(YES, FIRST, FIRST, TERM)),)},
        "Term is returned as Term | None",
    ),
    ({"functions": (ir.Function("f", (), TERM, ir.Present(read("seen"))),)}, "present stands where"),
    ({"actions": (ir.Action("a", (), (), budget="flood"),)}, "no fault is named flood"),
    (
        {"actions": (ir.Action("a", (ir.Parameter("m", SeqType(NODE)),), ()),)},
        "Seq[Node, *] is not enumerated",
    ),
    ({"actions": (ir.Action("a", (ir.Parameter("t", TERM, read("nodes")),), ()),)}, "values of another type"),
    ({"variables": (ir.Variable("x", INT),)}, "an integer of the state has a range"),
    ({"variables": (ir.Variable("x", SeqType(NODE)),)}, "of the state has a capacity"),
    ({"variables": (ir.Variable("x", ListType(NODE, True)),)}, "a list is never part of the state"),
    ({"variables": (ir.Variable("x", OptionType(OptionType(NODE))),)}, "an option is never nested"),
    (
        {"variables": (ir.Variable("x", SetType(UnionType((PING, ENTRY)))),)},
        "a union has at least two records",
    ),
    ({"variables": (ir.Variable("x", SortType("Other", False)),)}, "Other is not a type of the model"),
    ({"variables": (ir.Variable("x", EnumType("Role", ("A",))),)}, "Role is not a type of the model"),
    (
        {"records": (ENTRY, PING, RecordType("Box", (("x", IntType(0, None)),)))},
        "an integer of the state has a range",
    ),
    (
        {
            "variables": (GHOST,),
            "actions": (ir.Action("a", (), (ir.Require(ir.StateRead("acked", BOOL)),)),),
            "functions": (),
        },
        "the ghost acked has an effect on the step",
    ),
]


@pytest.mark.parametrize(("parts", "fact"), MODELS, ids=lambda case: case if isinstance(case, str) else "")
def test_broken_model(parts: dict[str, Any], fact: str) -> None:
    with pytest.raises(BrokenIR) as caught:
        verify(zoo(**parts))
    assert fact in caught.value.fact


def test_the_message_names_the_way_and_the_source() -> None:
    bad = ir.Not(ONE, span=ir.Span("model/zoo.py", 12))
    prop = ir.Property(ir.PropertyKind.INVARIANT, "p", ir.Forall((ANY_NODE,), ir.And((YES, bad))))
    with pytest.raises(BrokenIR) as caught:
        verify(zoo(properties=(prop,)))
    assert (
        str(caught.value) == "invariant p.body.body.items[1] Not (model/zoo.py:12): a bool is needed, not int"
    )


def test_quorums_widen_to_sets() -> None:
    quorum = ir.Local("q", QUORUM)
    body = ir.Forall(
        (ir.Binder("q", QUORUM, ir.Domain(QUORUM)),), ir.Eq(ir.Widen(quorum, NODES), read("nodes"))
    )
    verify(zoo(properties=(ir.Property(ir.PropertyKind.INVARIANT, "p", body),)))
