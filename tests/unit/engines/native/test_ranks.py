"""Ranks are dense, in the evaluator's order of values, and go there and back."""

from __future__ import annotations

import itertools

import pytest

from checker.engines.native.ranks import Ranks
from checker.engines.native.sizes import HUGE, Sizes, bits
from checker.ir.types import (
    BagType,
    IntType,
    OptionType,
    ParamValue,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    SortSize,
    TupleType,
    Type,
    show_type,
)
from checker.ir.values import Values
from tests.ir.zoo import (
    BOOL,
    ENTRY,
    MESSAGE,
    NODE,
    PARAMS,
    QUORUM,
    ROLE,
    SIZES,
    SMALL,
    TERM,
    VARIABLES,
    universe,
)

NESTED = RecordType("Entry", (("term", SeqType(TERM, 2)), ("value", SetType(BOOL))))
KINDS: tuple[Type, ...] = (
    BOOL,
    IntType(-2, 3),
    ROLE,
    NODE,
    QUORUM,
    OptionType(TERM),
    ENTRY,
    MESSAGE,
    TupleType((NODE, BOOL)),
    SeqType(BOOL, 3),
    SetType(TERM),
    SetType(TupleType((NODE, BOOL))),
    BagType(TERM, 3),
    PartialType(NODE, SMALL),
    VARIABLES["votes"],
    VARIABLES["counts"],
    NESTED,
)


@pytest.mark.parametrize("kind", KINDS, ids=show_type)
def test_ranks_are_the_order_of_values(kind: Type) -> None:
    sizes = Sizes(SIZES, PARAMS)
    ranks, values = Ranks(universe(), sizes), Values(universe())
    count = ranks.count(kind)
    found = [ranks.value(kind, rank) for rank in range(count)]
    assert [ranks.rank(kind, value) for value in found] == list(range(count))
    keys = [values.order_key(kind)(value) for value in found]
    assert keys == sorted(keys)
    assert all(one != other for one, other in itertools.pairwise(keys))


def test_bounds_and_capacities_are_resolved() -> None:
    sizes = Sizes(SIZES, PARAMS)
    resolved = sizes.resolve(SeqType(IntType(0, ParamValue("horizon")), SortSize("Term")))
    assert resolved == SeqType(IntType(0, 5), 3)
    assert sizes.cardinality(resolved) == 1 + 6 + 6**2 + 6**3


def test_what_is_too_large_has_no_exact_number() -> None:
    sizes = Sizes({"Node": 300})
    assert sizes.cardinality(SetType(NODE)) == HUGE
    assert sizes.cardinality(IntType()) is None


@pytest.mark.parametrize(("count", "wanted"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (2**32 + 1, 33)])
def test_bits_tell_values_apart(count: int, wanted: int) -> None:
    assert bits(count) == wanted
