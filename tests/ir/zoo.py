"""A model with a variable of every type, one scope and one state of it: what expressions in tests read."""

from __future__ import annotations

from typing import Any

from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from tests.ir.universe import Member, Multiset, Named, PlainUniverse, Product

BOOL, INT = BoolType(), IntType()
TICK = IntType(0, ParamValue("horizon"))
SMALL = IntType(0, 3)
NODE, TERM = SortType("Node", False), SortType("Term", True)
ROLE = EnumType("Role", ("FOLLOWER", "LEADER"))
ENTRY = RecordType("Entry", (("term", TERM), ("value", SMALL)))
PING = RecordType("Ping", (("node", NODE), ("term", TERM)))
MESSAGE = UnionType((ENTRY, PING))
QUORUM = QuorumType(NODE)

VARIABLES: dict[str, Type] = {
    "flag": BOOL,
    "clock": TICK,
    "role": ROLE,
    "leader": OptionType(NODE),
    "term": TERM,
    "seen": OptionType(TERM),
    "deadline": OptionType(SMALL),
    "log": SeqType(ENTRY, 3),
    "bag": BagType(TERM, 2),
    "nodes": SetType(NODE),
    "votes": MapType(NODE, OptionType(TERM)),
    "counts": MapType(NODE, SMALL),
    "held": PartialType(NODE, TERM),
    "links": PartialType(TupleType((NODE, NODE)), BOOL),
    "messages": SetType(MESSAGE),
}

X = ir.Parameter("x", INT)
DOUBLE = ir.Function("double", (X,), INT, ir.Arith(ir.ArithOp.ADD, ir.Local("x", INT), ir.Local("x", INT)))
HALVES = ir.Function("halve", (X,), INT, ir.FloorDiv(ir.StateRead("clock", TICK), ir.Local("x", INT)))


def zoo(**more: Any) -> ir.Model:
    """The model, with further declarations."""
    parts: dict[str, Any] = {
        "name": "Zoo",
        "sorts": (NODE, TERM),
        "enums": (ROLE,),
        "records": (ENTRY, PING),
        "params": ("horizon",),
        "faults": ("crash",),
        "variables": tuple(ir.Variable(name, kind) for name, kind in VARIABLES.items()),
        "functions": (DOUBLE, HALVES),
        "procedures": (),
        "initials": (),
        "actions": (),
        "properties": (),
    }
    return ir.Model(**{**parts, **more})


SIZES = {"Node": 3, "Term": 3}
PARAMS = {"horizon": 5}

N1, N2, N3 = (Member("Node", number) for number in (1, 2, 3))
T1, T2, T3 = (Member("Term", number) for number in (1, 2, 3))


def entry(term: Member, value: int) -> Product:
    return Product("Entry", ("term", "value"), (term, value))


def ping(node: Member, term: Member) -> Product:
    return Product("Ping", ("node", "term"), (node, term))


STATE: dict[str, Any] = {
    "flag": True,
    "clock": 3,
    "role": Named("Role", "LEADER"),
    "leader": N2,
    "term": T2,
    "seen": None,
    "deadline": 2,
    "log": (entry(T1, 0), entry(T2, 3)),
    "bag": Multiset([T1, T1]),
    "nodes": frozenset({N1, N3}),
    "votes": {N1: T1, N2: None, N3: T2},
    "counts": {N1: 0, N2: 3, N3: 1},
    "held": {N1: T3},
    "links": {(N1, N2): True},
    "messages": frozenset({entry(T1, 0), ping(N1, T2), ping(N2, T2)}),
    "faults.crash": 1,
}


def read(name: str, when: ir.When = ir.When.NOW) -> ir.StateRead:
    return ir.StateRead(name, VARIABLES[name], when)


def universe(model: ir.Model | None = None) -> PlainUniverse:
    return PlainUniverse(model or zoo(), SIZES, PARAMS)


def evaluator(**more: Any) -> Evaluator:
    model = zoo(**more)
    return Evaluator(model, universe(model), {"crash": 1})
