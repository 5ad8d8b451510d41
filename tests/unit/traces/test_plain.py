from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.traces.plain import (
    Plain,
    PlainBag,
    PlainMap,
    PlainRecord,
    PlainTuple,
    in_order,
    member_of,
    plain_key,
    show,
)
from tests.strategies.traces import plain_values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-7, "-7"),
        ("Acceptor1", "Acceptor1"),
        ("a b", '"a b"'),
        ("None", '"None"'),
        ("\x1b[31m", '"\\u001b[31m"'),
        ("", '""'),
        ((), "[]"),
        (("Value2", "Value1"), "[Value2, Value1]"),
        (PlainTuple(("Acceptor1", 3)), "(Acceptor1, 3)"),
        (PlainTuple((1,)), "(1,)"),
        (frozenset({"Acceptor10", "Acceptor9", "Acceptor1"}), "{Acceptor1, Acceptor9, Acceptor10}"),
        (PlainRecord("Vote", (("ballot", "Ballot1"), ("value", None))), "Vote(ballot=Ballot1, value=None)"),
        (PlainMap.of([("Acceptor2", 1), ("Acceptor1", None)]), "{Acceptor1: None, Acceptor2: 1}"),
        (PlainBag.of([("Value2", 2)]), "{Value2: 2}"),
    ],
)
def test_show(value: Plain, text: str) -> None:
    assert show(value) == text


def test_the_order_of_kinds_and_members_is_fixed() -> None:
    values: list[Plain] = [
        None, False, True, -1, 0, 10, "A1", "A2", "A10", "B", "a01", "a1", (), (1,), PlainTuple(()),
        PlainRecord("R", ()), frozenset[Plain](), PlainMap(()), PlainBag(()),
    ]  # fmt: skip
    assert in_order(reversed(values)) == values


@given(plain_values(), plain_values())
def test_keys_order_totally_and_tell_values_apart(a: Plain, b: Plain) -> None:
    assert (plain_key(a) < plain_key(b)) + (plain_key(a) > plain_key(b)) + (plain_key(a) == plain_key(b)) == 1
    if plain_key(a) == plain_key(b):
        assert a == b
        assert show(a) == show(b)


@given(st.lists(plain_values(), max_size=5))
def test_sets_show_the_same_however_they_were_built(values: list[Plain]) -> None:
    one, other = frozenset(values), frozenset(reversed(in_order(frozenset(values))))
    assert show(one) == show(other)


@given(plain_values())
def test_every_value_is_hashable_and_shows_on_one_line(value: Plain) -> None:
    assert hash(value) == hash(value)
    assert len(show(value).splitlines()) == 1


def test_members() -> None:
    assert member_of("Acceptor12") == ("Acceptor", 12)
    assert [member_of(value) for value in ("LEADER", "Acceptor0", "1_OF_A", "A" * 300 + "1", 3, None)] == [
        None
    ] * 6


def test_constructors_refuse_what_is_not_canonical() -> None:
    with pytest.raises(AssertionError, match="sorted and distinct"):
        PlainMap((("B", 1), ("A", 1)))
    with pytest.raises(AssertionError, match="at least once"):
        PlainBag((("A", 0),))
    with pytest.raises(AssertionError, match="occurs once"):
        PlainRecord("R", (("a", 1), ("a", 2)))


def test_ordering_long_texts_takes_linear_time() -> None:
    long = "1a" * 200_000 + "0" * 200_000
    assert plain_key(long) == plain_key(long)
    assert member_of("a" + "1" * 200_000 + "!") is None
