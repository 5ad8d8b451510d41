"""Statements, actions, initial states, budgets, and a whole search."""

from __future__ import annotations

from typing import Any

import pytest

from checker.ir import nodes as ir
from checker.ir.evaluate import Disabled, Evaluator, Failed, Reached, Step
from checker.ir.partiality import error_kinds
from checker.ir.types import OptionType, PartialType, RecordType, SetType, TupleType, Type
from checker.ir.verifier import verify
from tests.ir.paxos import paxos
from tests.ir.search import explore
from tests.ir.universe import Multiset, Named, PlainUniverse
from tests.ir.zoo import (
    BOOL,
    ENTRY,
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
    VARIABLES,
    entry,
    evaluator,
    ping,
    read,
    zoo,
)

SPAN = ir.Span("zoo.py", 9)
FIRST, LAST = ir.EndMember(TERM, False), ir.EndMember(TERM, True)
LEADER, N = ir.Unwrap(read("leader")), ir.Local("n", NODE)
ONE_ENTRY = ir.MakeRecord(ENTRY, (FIRST, ir.IntLit(1)))


def place(name: str, *path: ir.Key | ir.FieldOf, kind: Type | None = None) -> ir.Place:
    return ir.Place(name, path, kind or VARIABLES[name], span=SPAN)


def mutate(name: str, method: ir.Method, *arguments: ir.Expr) -> ir.Statement:
    return ir.Mutate(place(name), method, arguments, span=SPAN)


def run(*body: ir.Statement, state: dict[str, Any] | None = None, **more: Any) -> Any:
    """The outcome of an action with this body, after verification."""
    action = ir.Action("act", (), body, span=ir.Span("zoo.py", 1))
    machine = evaluator(actions=(action,), **more)
    verify(machine.model)
    before = dict(state or STATE)
    outcome = machine.run(action, (), before)
    assert before == (state or STATE), "states are never changed in place"
    return outcome


def changed(*body: ir.Statement, **more: Any) -> dict[str, Any]:
    """The variables that the body changes."""
    outcome = run(*body, **more)
    assert isinstance(outcome, Reached)
    return {name: value for name, value in outcome.state.items() if value != STATE[name]}


CHANGES: list[tuple[ir.Statement, dict[str, Any]]] = [
    (ir.Assign(place("flag"), ir.BoolLit(False)), {"flag": False}),
    (ir.Assign(place("clock"), ir.Fit(ir.IntLit(5), VARIABLES["clock"])), {"clock": 5}),
    (
        ir.Assign(place("votes", ir.Key(LEADER), kind=OptionType(TERM)), ir.Widen(LAST, OptionType(TERM))),
        {"votes": {N1: T1, N2: T3, N3: T2}},
    ),
    (ir.Assign(place("held", ir.Key(LEADER), kind=TERM), FIRST), {"held": {N1: T3, N2: T1}}),
    (mutate("nodes", ir.Method.ADD, LEADER), {"nodes": {N1, N2, N3}}),
    (mutate("nodes", ir.Method.DISCARD, LEADER), {}),
    (mutate("nodes", ir.Method.UPDATE, ir.SetLit(SetType(NODE), (LEADER,))), {"nodes": {N1, N2, N3}}),
    (mutate("nodes", ir.Method.CLEAR), {"nodes": set()}),
    (mutate("bag", ir.Method.REMOVE, FIRST), {"bag": Multiset([T1])}),
    (mutate("bag", ir.Method.CLEAR), {"bag": Multiset([])}),
    (mutate("log", ir.Method.APPEND, ONE_ENTRY), {"log": (entry(T1, 0), entry(T2, 3), entry(T1, 1))}),
    (mutate("log", ir.Method.TRUNCATE, ir.IntLit(1)), {"log": (entry(T1, 0),)}),
    (mutate("log", ir.Method.TRUNCATE, ir.IntLit(7)), {}),
    (mutate("log", ir.Method.CLEAR), {"log": ()}),
    (mutate("held", ir.Method.CLEAR), {"held": {}}),
    (
        ir.ForEach(
            ir.Binder("n", NODE, read("nodes")),
            (ir.Assign(place("counts", ir.Key(N), kind=SMALL), ir.IntLit(2)),),
            False,
        ),
        {"counts": {N1: 2, N2: 3, N3: 2}},
    ),
    (
        ir.If(read("flag"), (ir.Assign(place("flag"), ir.BoolLit(False)),), (ir.Require(ir.BoolLit(False)),)),
        {"flag": False},
    ),
]


@pytest.mark.parametrize(("statement", "changes"), CHANGES, ids=lambda case: type(case).__name__)
def test_change(statement: ir.Statement, changes: dict[str, Any]) -> None:
    assert changed(statement) == changes


FAILURES: list[tuple[ir.Statement, str]] = [
    (mutate("bag", ir.Method.ADD, FIRST), "capacity"),
    (mutate("bag", ir.Method.REMOVE, LAST), "missing_item"),
    (mutate("nodes", ir.Method.REMOVE, LEADER), "missing_item"),
    (mutate("log", ir.Method.EXTEND, ir.SeqLit(VARIABLES["log"], (ONE_ENTRY, ONE_ENTRY))), "capacity"),
    (mutate("log", ir.Method.TRUNCATE, ir.IntLit(-1)), "index"),
    (mutate("held", ir.Method.DELETE, LEADER), "missing_key"),
]


@pytest.mark.parametrize(("statement", "kind"), FAILURES)
def test_failure(statement: ir.Statement, kind: str) -> None:
    outcome = run(statement)
    assert outcome == Failed(outcome.kind, SPAN)
    assert outcome.kind == kind
    assert kind in error_kinds(statement)


def test_a_requirement_that_fails_after_a_write_discards_it() -> None:
    write = ir.Assign(place("flag"), ir.BoolLit(False))
    assert run(write, ir.Require(read("flag"), span=SPAN)) == Disabled(SPAN)
    assert run(write, ir.Bind("x", TERM, ir.Present(read("seen"), span=SPAN))) == Disabled(SPAN)


def test_locals_are_snapshots() -> None:
    log = VARIABLES["log"]
    body = (
        ir.Bind("before", log, read("log")),
        mutate("log", ir.Method.CLEAR),
        ir.Require(ir.Eq(ir.Size(ir.Local("before", log)), ir.IntLit(2))),
    )
    assert changed(*body) == {"log": ()}


def test_a_procedure_writes_the_same_state() -> None:
    body = (ir.Assign(place("held", ir.Key(N), kind=TERM), FIRST),)
    procedure = ir.Procedure("take", (ir.Parameter("n", NODE),), body)
    loop = ir.ForEach(
        ir.Binder("m", NODE, read("nodes")), (ir.Perform("take", (ir.Local("m", NODE),)),), False
    )
    assert changed(loop, procedures=(procedure,)) == {"held": {N1: T1, N3: T1}}


def test_a_path_through_records_and_maps() -> None:
    box = RecordType("Box", (("log", VARIABLES["log"]), ("term", TERM)))
    kind = PartialType(NODE, box)
    inner = ir.Place("boxes", (ir.Key(LEADER), ir.FieldOf("log")), VARIABLES["log"], span=SPAN)
    action = ir.Action("act", (), (ir.Mutate(inner, ir.Method.APPEND, (ONE_ENTRY,)),))
    variables = (*zoo().variables, ir.Variable("boxes", kind))
    model = zoo(records=(ENTRY, PING, box), variables=variables, actions=(action,))
    verify(model)
    universe = PlainUniverse(model, {"Node": 3, "Term": 3}, {"horizon": 5})
    machine = Evaluator(model, universe)
    filled = universe.make_record("Box", ((), T1))
    outcome = machine.run(action, (), {**STATE, "boxes": {N2: filled}})
    assert isinstance(outcome, Reached)
    assert universe.field(outcome.state["boxes"][N2], "log") == (entry(T1, 1),)
    missing = machine.run(action, (), {**STATE, "boxes": {}})
    assert isinstance(missing, Failed)
    assert missing.kind == "missing_key"


def bindings(*parameters: ir.Parameter) -> list[tuple[Any, ...]]:
    action = ir.Action("act", parameters, ())
    return [step.arguments for step in evaluator(actions=(action,)).steps(action, STATE)]


def test_bindings_come_in_lexicographic_order() -> None:
    assert bindings(ir.Parameter("t", TERM), ir.Parameter("b", BOOL)) == [
        (term, flag) for term in (T1, T2, T3) for flag in (False, True)
    ]
    assert bindings(ir.Parameter("o", OptionType(NODE))) == [(None,), (N1,), (N2,), (N3,)]
    assert bindings(ir.Parameter("q", QUORUM)) == [({N1, N2},), ({N1, N3},), ({N2, N3},)]
    assert [str(value) for (value,) in bindings(ir.Parameter("r", ROLE))] == ["FOLLOWER", "LEADER"]
    assert bindings(ir.Parameter("p", TupleType((BOOL, SMALL))))[:2] == [((False, 0),), ((False, 1),)]
    sets = [(), (N1,), (N1, N2), (N1, N2, N3), (N1, N3), (N2,), (N2, N3), (N3,)]
    assert bindings(ir.Parameter("s", SetType(NODE))) == [(frozenset(some),) for some in sets]


def test_drawn_parameters_come_from_their_source() -> None:
    pings = ir.SetOfKind(read("messages"), ("Ping",), SetType(PING))
    assert bindings(ir.Parameter("m", PING, pings)) == [(ping(N1, T2),), (ping(N2, T2),)]
    logged = ir.Parameter("e", ENTRY, read("log"))
    assert bindings(ir.Parameter("t", TERM), logged)[:2] == [(T1, entry(T1, 0)), (T1, entry(T2, 3))]


def test_a_source_that_fails_is_an_outcome() -> None:
    source = ir.SetLit(SetType(TERM), (ir.Unwrap(read("seen"), span=SPAN),))
    action = ir.Action("act", (ir.Parameter("b", BOOL), ir.Parameter("t", TERM, source)), ())
    steps = evaluator(actions=(action,)).steps(action, STATE)
    assert [step.arguments for step in steps] == [(False,), (True,)]
    assert all(isinstance(step.outcome, Failed) and step.outcome.kind == "none" for step in steps)


def test_a_fault_uses_its_budget() -> None:
    crash = ir.Action("crash", (), (), budget="crash")
    machine = evaluator(actions=(crash,))
    assert machine.steps(crash, STATE) == [Step((), Reached({**STATE, "faults.crash": 0}))]
    assert machine.steps(crash, {**STATE, "faults.crash": 0}) == []
    assert machine.run(crash, (), {**STATE, "faults.crash": 0}) == Disabled(crash.span)


def test_natural_values() -> None:
    machine = evaluator()
    [(name, step)] = machine.initial_states()
    assert name == "init"
    assert step.outcome == Reached({
        "flag": False, "clock": 0, "role": Named("Role", "FOLLOWER"), "leader": None,
        "term": T1, "seen": None, "deadline": None, "log": (), "bag": Multiset([]), "nodes": frozenset(),
        "votes": {N1: None, N2: None, N3: None}, "counts": {N1: 0, N2: 0, N3: 0}, "held": {}, "links": {},
        "messages": frozenset(), "faults.crash": 1,
    })  # fmt: skip


def test_initials_choose_and_must_assign_what_has_no_natural_value() -> None:
    owner = ir.Variable("owner", NODE)
    assign = ir.Assign(ir.Place("owner", (), NODE), N)
    start = ir.Initial("start", (ir.Parameter("n", NODE),), (assign,))
    lazy = ir.Initial("lazy", (), (), span=SPAN)
    early = ir.Initial(
        "early", (), (ir.Require(ir.Eq(ir.StateRead("owner", NODE), ir.StateRead("owner", NODE))),)
    )
    machine = evaluator(variables=(*zoo().variables, owner), initials=(start, lazy, early))
    verify(machine.model)
    outcomes = [(name, step.arguments, step.outcome) for name, step in machine.initial_states()]
    assert [entry[:2] for entry in outcomes[:3]] == [("start", (N1,)), ("start", (N2,)), ("start", (N3,))]
    assert [outcome.state["owner"] for _, _, outcome in outcomes[:3] if isinstance(outcome, Reached)] == [
        N1,
        N2,
        N3,
    ]
    assert all(isinstance(outcome, Failed) and outcome.kind == "unassigned" for _, _, outcome in outcomes[3:])
    assert len(outcomes) == 5


def test_paxos_has_the_known_number_of_states() -> None:
    model = paxos()
    verify(model)
    machine = Evaluator(model, PlainUniverse(model, {"Acceptor": 3, "Value": 2, "Ballot": 2}))
    distinct, generated, depth, states = explore(machine)
    assert (distinct, generated, depth) == (3921, 23467, 17)
    (agreement,) = model.properties
    assert all(machine.holds(agreement, state) for state in states)


def test_evaluation_needs_no_integer_in_the_state() -> None:
    assert (
        evaluator().evaluate(ir.Arith(ir.ArithOp.MUL, ir.IntLit(10**30), ir.IntLit(10**30)), STATE) == 10**60
    )
