"""Single-decree Paxos written directly as IR: a whole model to print, verify, evaluate and explain."""

from __future__ import annotations

import dataclasses
from typing import Any

from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import (
    BoolType,
    MapType,
    OptionType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
)

FILE = "model/paxos.py"

ACCEPTOR = SortType("Acceptor", False)
VALUE = SortType("Value", False)
BALLOT = SortType("Ballot", True)
VOTE = RecordType("Vote", (("ballot", BALLOT), ("value", VALUE)))
PREPARE = RecordType("Prepare", (("ballot", BALLOT),))
PROMISE = RecordType("Promise", (("acceptor", ACCEPTOR), ("ballot", BALLOT), ("vote", OptionType(VOTE))))
ACCEPT = RecordType("Accept", (("ballot", BALLOT), ("value", VALUE)))
ACCEPTED = RecordType("Accepted", (("acceptor", ACCEPTOR), ("ballot", BALLOT), ("value", VALUE)))
MESSAGE = UnionType((ACCEPT, ACCEPTED, PREPARE, PROMISE))
QUORUM = QuorumType(ACCEPTOR)

PROMISED = ir.Variable("promised", MapType(ACCEPTOR, OptionType(BALLOT)))
VOTES = ir.Variable("vote", MapType(ACCEPTOR, OptionType(VOTE)))
NETWORK = ir.Variable("network", SetType(MESSAGE))


def at(line: int) -> ir.Span:
    """A place in the model's file."""
    return ir.Span(FILE, line)


def local(name: str, kind: Type) -> ir.Local:
    return ir.Local(name, kind)


def read(variable: ir.Variable, when: ir.When = ir.When.NOW) -> ir.StateRead:
    return ir.StateRead(variable.name, variable.type, when)


def sent(kind: RecordType, *fields: ir.Expr) -> ir.Expr:
    """`Kind(fields) in self.network`."""
    return ir.Contains(ir.Widen(ir.MakeRecord(kind, fields), MESSAGE), read(NETWORK))


def send(line: int, kind: RecordType, *fields: ir.Expr) -> ir.Statement:
    place = ir.Place(NETWORK.name, (), NETWORK.type)
    return ir.Mutate(place, ir.Method.ADD, (ir.Widen(ir.MakeRecord(kind, fields), MESSAGE),), span=at(line))


def entry(variable: ir.Variable, key: ir.Expr) -> ir.MapGet:
    assert isinstance(variable.type, MapType)
    return ir.MapGet(read(variable), key, variable.type.value)


def put(line: int, variable: ir.Variable, key: ir.Expr, value: ir.Expr) -> ir.Statement:
    assert isinstance(variable.type, MapType)
    place = ir.Place(variable.name, (ir.Key(key),), variable.type.value)
    return ir.Assign(place, ir.Widen(value, variable.type.value), span=at(line))


def every(name: str, kind: Type, *filters: ir.Expr) -> ir.Binder:
    return ir.Binder(name, kind, ir.Domain(kind), filters)


A, B, V, W = local("a", ACCEPTOR), local("b", BALLOT), local("v", VALUE), local("w", VALUE)
Q = local("q", QUORUM)


def not_promised_above(acceptor: ir.Expr, compare: Any) -> ir.Expr:
    held = entry(PROMISED, acceptor)
    return ir.Or((ir.IsNone(held), compare(held, B)))


def _propose() -> ir.Action:
    promises_type = SetType(PROMISE)
    m, n = local("m", PROMISE), local("n", PROMISE)
    filters = (ir.Eq(ir.Field(m, "ballot", BALLOT), B), ir.Contains(ir.Field(m, "acceptor", ACCEPTOR), Q))
    source = ir.SetOfKind(read(NETWORK), ("Promise",), promises_type)
    promises = local("promises", promises_type)
    k = local("k", PROMISE)
    answered = ir.Forall(
        (ir.Binder("a", ACCEPTOR, Q),),
        ir.Exists((ir.Binder("n", PROMISE, promises),), ir.Eq(ir.Field(n, "acceptor", ACCEPTOR), A)),
    )
    vote = ir.Field(k, "vote", OptionType(VOTE))
    votes_value = ir.Build(
        SetType(VOTE),
        (ir.Binder("k", PROMISE, promises, (ir.Not(ir.IsNone(vote)),)),),
        ir.Narrow(vote, VOTE),
    )
    votes, best, key = local("votes", SetType(VOTE)), local("best", VOTE), local("x", VOTE)
    newest = ir.Extrema(True, votes, SetType(VOTE), "x", ir.Field(key, "ballot", BALLOT))
    safe = ir.Or(
        (
            ir.Eq(ir.Size(votes), ir.IntLit(0)),
            ir.Exists((ir.Binder("best", VOTE, newest),), ir.Eq(V, ir.Field(best, "value", VALUE))),
        )
    )
    body = (
        ir.Require(ir.Not(ir.Exists((every("w", VALUE),), sent(ACCEPT, B, W))), span=at(40)),
        ir.Bind(
            "promises", promises_type, ir.Build(promises_type, (ir.Binder("m", PROMISE, source, filters),), m)
        ),
        ir.Require(answered, span=at(42)),
        ir.Bind("votes", SetType(VOTE), votes_value, span=at(43)),
        ir.Require(safe, span=at(44)),
        send(45, ACCEPT, B, V),
    )
    parameters = (ir.Parameter("b", BALLOT), ir.Parameter("v", VALUE), ir.Parameter("q", QUORUM))
    return ir.Action("propose", parameters, body, span=at(38))


def chosen() -> ir.Function:
    voted = ir.Forall((ir.Binder("a", ACCEPTOR, Q, span=at(58)),), sent(ACCEPTED, A, B, V), span=at(58))
    body = ir.Exists((every("b", BALLOT), every("q", QUORUM)), voted, span=at(58))
    return ir.Function("chosen", (ir.Parameter("v", VALUE),), BoolType(), body, span=at(57))


def agreement() -> ir.Property:
    filters = tuple(ir.Call("chosen", (item,), BoolType(), span=at(63)) for item in (V, W))
    body = ir.Forall((every("v", VALUE), every("w", VALUE, *filters)), ir.Eq(V, W, span=at(63)), span=at(63))
    return ir.Property(ir.PropertyKind.INVARIANT, "agreement", body, span=at(62))


def paxos(*, adopts: bool = True) -> ir.Model:
    """The model; without `adopts` a proposer ignores the votes that it was told of."""
    ballots = (ir.Parameter("b", BALLOT),)
    prepare = ir.Action("prepare", ballots, (send(30, PREPARE, B),), span=at(29))
    promise = ir.Action(
        "promise",
        (ir.Parameter("a", ACCEPTOR), *ballots),
        (
            ir.Require(sent(PREPARE, B), span=at(33)),
            ir.Require(not_promised_above(A, ir.Less), span=at(34)),
            put(35, PROMISED, A, B),
            send(36, PROMISE, A, B, entry(VOTES, A)),
        ),
        span=at(32),
    )
    accept = ir.Action(
        "accept",
        (ir.Parameter("a", ACCEPTOR), *ballots, ir.Parameter("v", VALUE)),
        (
            ir.Require(sent(ACCEPT, B, V), span=at(48)),
            ir.Require(not_promised_above(A, ir.LessEq), span=at(49)),
            put(50, PROMISED, A, B),
            put(51, VOTES, A, ir.MakeRecord(VOTE, (B, V))),
            send(52, ACCEPTED, A, B, V),
        ),
        span=at(47),
    )
    propose = _propose()
    if not adopts:
        propose = dataclasses.replace(propose, body=(*propose.body[:4], propose.body[5]))
    return ir.Model(
        name="Paxos",
        sorts=(ACCEPTOR, VALUE, BALLOT),
        enums=(),
        records=(VOTE, PREPARE, PROMISE, ACCEPT, ACCEPTED),
        params=(),
        faults=(),
        variables=(PROMISED, VOTES, NETWORK),
        functions=(chosen(),),
        procedures=(),
        initials=(),
        actions=(prepare, promise, propose, accept),
        properties=(agreement(),),
        span=at(20),
    )


assert type_of(agreement().body) == BoolType()
