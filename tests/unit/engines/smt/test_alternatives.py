"""How many forms a symbolic value may have, without making them."""

from __future__ import annotations

import pytest

from checker.engines.smt.algebra import Algebra
from checker.engines.smt.alternatives import alternatives, spread
from checker.engines.smt.logic import Logic
from checker.engines.smt.sizes import Sizes
from checker.ir.types import (
    BagType,
    BoolType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)

NODE = SortType("Node", ordered=False)
PING = RecordType("Ping", (("of", NODE), ("count", IntType(0, 2))))
PONG = RecordType("Pong", (("when", OptionType(IntType(1, 2))),))
KINDS: tuple[Type, ...] = (
    BoolType(),
    IntType(0, 3),
    NODE,
    OptionType(NODE),
    PING,
    UnionType((PING, PONG)),
    TupleType((BoolType(), NODE)),
    SetType(NODE),
    MapType(NODE, IntType(0, 2)),
    PartialType(NODE, BoolType()),
    SeqType(NODE, 2),
    BagType(NODE, 2),
    MapType(NODE, SetType(NODE)),
)


@pytest.mark.parametrize("kind", KINDS, ids=show_type)
def test_a_constant_has_one_form(kind: Type) -> None:
    algebra = Algebra(Logic(), Sizes({"Node": 2}, {}))
    for form in algebra.domain(kind):
        value = algebra.constant(kind, form)
        assert spread(value) == 1
        assert [found for found, _ in alternatives(algebra, value, kind)] == [form]


@pytest.mark.parametrize("kind", KINDS, ids=show_type)
def test_no_value_has_more_forms_than_its_spread(kind: Type) -> None:
    logic = Logic()
    algebra = Algebra(logic, Sizes({"Node": 2}, {}))
    domain = algebra.domain(kind)
    picks = [logic.variable(f"pick.{index}") for index in range(len(domain))]
    value = algebra.select(kind, list(zip(picks, domain, strict=True)))
    found = {form for form, _ in alternatives(algebra, value, kind)}
    assert set(domain) <= found
    assert len(found) <= spread(value)
