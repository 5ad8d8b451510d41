"""Collections agree with Python's own, and order is what the language says."""

# Empty collections without a context, and functions that a module is given at run time, have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import copy
import pickle
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import (
    Bag,
    EvaluationError,
    Map,
    Partial,
    Seq,
    Set,
    majority,
    maxima,
    minima,
    present,
    require,
)
from checker.language.errors import Disabled
from checker.language.order import value_key
from tests.unit.language.cluster import Ask, Cluster, Entry, Node, Slot, Term, Value, cluster

NODES = [Node(n) for n in range(1, 4)]
nodes = st.sampled_from(NODES)
entries = st.builds(Entry, st.sampled_from([Term(1), Term(2)]), st.sampled_from([Value(1), Value(2)]))


def large() -> Cluster:
    return cluster(Node=3, Slot=6)


set_steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "discard", "remove", "|", "&", "-", "^", "clear"]), st.sets(nodes, min_size=1)
    )
)


@given(set_steps)
def test_sets_agree_with_frozenset(steps: list[tuple[str, set[Node]]]) -> None:
    m, expected = large(), set[Node]()
    for step, others in steps:
        one = min(others, key=lambda n: n.number)
        if step == "add":
            m.votes[NODES[0]].add(one)
            expected.add(one)
        elif step == "discard":
            m.votes[NODES[0]].discard(one)
            expected.discard(one)
        elif step == "remove":
            try:
                m.votes[NODES[0]].remove(one)
            except EvaluationError as error:
                assert (error.kind, one in expected) == ("missing_item", False)  # noqa: PT017  # that is what is tested
            expected.discard(one)
        elif step == "clear":
            m.votes[NODES[0]].clear()
            expected.clear()
        elif step == "|":
            m.votes[NODES[0]] |= others
            expected |= others
        elif step == "&":
            m.votes[NODES[0]] &= others
            expected &= others
        elif step == "-":
            m.votes[NODES[0]] -= others
            expected -= others
        else:
            m.votes[NODES[0]] ^= others
            expected ^= others
        found = m.votes[NODES[0]]
        assert type(found) is Set
        assert found == expected
        assert hash(found) == hash(frozenset(expected))
        assert len(found) == len(expected)
        assert all((n in found) == (n in expected) for n in NODES)
        assert (found <= others) == (expected <= others)


@given(st.lists(st.tuples(st.sampled_from(["add", "discard"]), st.sampled_from([
    Ask(NODES[0], Term(1)), Ask(NODES[1], Term(2)), Entry(Term(1), Value(1)), Entry(Term(2), Value(1)),
])), max_size=8), st.booleans())  # fmt: skip
def test_kinds_are_found_in_every_state_of_a_set(steps: list[tuple[str, Any]], early: bool) -> None:
    found: Any = Set()
    for step, item in steps:
        if early:
            found.of(Ask)
            found.of(Ask, Entry)
        found = found._with(item) if step == "add" else found._without(item)
        assert found.of(Ask) == {one for one in found if isinstance(one, Ask)}
        assert found.of(Entry) == {one for one in found if isinstance(one, Entry)}
        assert found.of(Ask, Entry) == found
        assert type(found.of(Ask)) is Set


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["append", "extend", "truncate", "clear", "+"]),
            st.lists(entries, min_size=1, max_size=2),
            st.integers(0, 4),
        )
    )
)
def test_sequences_agree_with_tuple(steps: list[tuple[str, list[Entry], int]]) -> None:
    m = large()
    expected: tuple[Entry, ...] = ()
    for step, some, length in steps:
        after: tuple[Entry, ...] = expected
        try:
            if step == "append":
                after = (*expected, some[0])
                m.log[NODES[0]].append(some[0])
            elif step == "extend":
                after = (*expected, *some)
                m.log[NODES[0]].extend(some)
            elif step == "truncate":
                after = expected[:length]
                m.log[NODES[0]].truncate(length)
            elif step == "clear":
                after = ()
                m.log[NODES[0]].clear()
            else:
                after = (*expected, *some)
                m.log[NODES[0]] = m.log[NODES[0]] + Seq(some)
        except EvaluationError as error:
            assert error.kind == "capacity"  # noqa: PT017  # that is what is tested
            assert len(after) > 6
        else:
            expected = after
        found = m.log[NODES[0]]
        assert found == expected
        assert hash(found) == hash(expected)
        assert (found[:length], found[length:]) == (expected[:length], expected[length:])
        assert type(found[:length]) is type(found) is type(found + found) is Seq
        assert found[:length].is_prefix_of(found)
        assert found.is_prefix_of(found[:length]) == (len(found) <= length)
        assert list(enumerate(found)) == list(enumerate(expected))
        for index in range(-3, 7):
            if -1 <= index < len(expected) and expected:
                assert found[index] == expected[index]
            else:
                with pytest.raises(EvaluationError) as caught:
                    found[index]
                assert caught.value.kind == "index"


@given(st.lists(st.tuples(st.sampled_from(["set", "del", "clear", "get"]), nodes, st.integers(0, 4))))
def test_partial_maps_agree_with_dict(steps: list[tuple[str, Node, int]]) -> None:
    m, expected = large(), dict[Node, int]()
    for step, n, value in steps:
        if step == "set":
            m.leases[n] = value
            expected[n] = value
        elif step == "clear":
            m.leases.clear()
            expected.clear()
        elif n in expected:
            if step == "del":
                del m.leases[n]
                del expected[n]
            else:
                assert m.leases[n] == m.leases.get(n) == expected[n]
        else:
            with pytest.raises(EvaluationError) as caught:  # noqa: PT012  # that is what is tested
                if step == "del":
                    del m.leases[n]
                else:
                    m.leases[n]  # that is what is tested
            assert caught.value.kind == "missing_key"
            assert m.leases.get(n) is None
        assert m.leases == expected
        assert len(m.leases) == len(expected)
        assert list(m.leases) == sorted(expected, key=lambda key: key.number)
        assert list(m.leases.items()) == sorted(expected.items(), key=lambda item: item[0].number)


@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from([Ask(n, Term(1)) for n in NODES])))
)
def test_bags_agree_with_counter(steps: list[tuple[str, Ask]]) -> None:
    m, expected = large(), Counter[Ask]()
    for step, item in steps:
        try:
            if step == "add":
                m.inbox.add(item)
                expected[item] += 1
            else:
                m.inbox.remove(item)
                expected[item] -= 1
        except EvaluationError as error:
            assert error.kind == ("capacity" if step == "add" else "missing_item")  # noqa: PT017  # that is what is tested
            assert (expected.total() == 3) if step == "add" else (expected[item] == 0)
        assert Counter(m.inbox) == +expected
        assert len(m.inbox) == expected.total()
        assert m.inbox.count(item) == expected[item]
        assert (item in m.inbox) == (expected[item] > 0)
        assert m.inbox == Bag(expected.elements())
        assert hash(m.inbox) == hash(Bag(reversed(list(expected.elements()))))


@given(st.permutations(NODES), st.lists(st.booleans(), min_size=3, max_size=3))
def test_equality_and_hash_of_maps_do_not_see_the_order(order: list[Node], values: list[bool]) -> None:
    items = dict(zip(NODES, values, strict=True))
    shuffled = {n: items[n] for n in order}
    assert Map(items) == Map(shuffled) == items
    assert hash(Map(items)) == hash(Map(shuffled)) == hash(Partial(shuffled))
    assert Map(items).with_item(order[0], not items[order[0]]) != Map(items)
    assert {Map(items): 1}[Map(shuffled)] == 1


VALUES: list[Any] = [
    Set({NODES[0]}), Seq([NODES[1], NODES[0]]), Bag([NODES[0], NODES[0]]), Map({NODES[1]: True}), Partial({NODES[0]: 2}),  # noqa: E501  # the table reads better whole
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=["Set", "Seq", "Bag", "Map", "Partial"])
def test_copies_and_pickles(value: Any) -> None:
    assert copy.copy(value) is value
    assert copy.deepcopy(value) is value
    again = pickle.loads(pickle.dumps(value))
    assert (again, type(again)) == (value, type(value))


def test_representations_are_short_and_sorted() -> None:
    assert [repr(value) for value in VALUES] == [
        "{Node1}", "[Node2, Node1]", "{Node1: 2}", "{Node2: True}", "{Node1: 2}",
    ]  # fmt: skip
    assert repr(Set({NODES[2], NODES[0], NODES[1]})) == "{Node1, Node2, Node3}"
    assert repr(Partial()) == repr(Set()) == "{}"


@given(
    st.lists(
        st.sampled_from(
            [None, False, True, 0, 3, *NODES, Term(1), *VALUES, (NODES[0], 1), Entry(Term(1), Value(2))]
        )
    )
)
def test_there_is_a_total_order_over_all_values(values: list[Any]) -> None:
    ordered = sorted(values, key=value_key)
    backwards = ordered[::-1]
    assert sorted(backwards, key=value_key) == ordered


MAXIMA = st.lists(entries, max_size=6)


@given(MAXIMA)
def test_maxima_and_minima_are_all_of_the_best(some: list[Entry]) -> None:
    best = maxima(some, key=lambda e: e.term)
    assert best == {e for e in some if all(e.term >= other.term for other in some)}
    assert minima(some, key=lambda e: e.term) == {
        e for e in some if all(e.term <= other.term for other in some)
    }
    assert type(best) is Set


@given(MAXIMA)
def test_max_of_a_tie_is_an_error_while_a_model_runs(some: list[Entry]) -> None:
    from tests.unit.language.cluster import max as strict_max  # type: ignore[attr-defined]  # put there
    from tests.unit.language.cluster import min as strict_min  # type: ignore[attr-defined]  # put there

    for strict, best in ((strict_max, maxima), (strict_min, minima)):
        wanted = best(some, key=lambda e: e.term)
        with cluster().running():
            if len(wanted) == 1:
                assert {strict(some, key=lambda e: e.term)} == wanted
            else:
                with pytest.raises(EvaluationError) as caught:
                    strict(some, key=lambda e: e.term)
                assert caught.value.kind == ("tie" if wanted else "empty")
            assert strict(some, key=lambda e: 1, default=None) is None if not some else True
            assert strict(e.term for e in [*some, Entry(Term(1), Value(1))])


def test_max_is_pythons_where_no_model_runs_and_takes_several_arguments() -> None:
    from tests.unit.language.cluster import max as strict_max  # type: ignore[attr-defined]  # put there

    assert strict_max(
        [Entry(Term(1), Value(1)), Entry(Term(1), Value(2))], key=lambda e: e.term
    ).value == Value(1)
    with cluster().running():
        assert strict_max(Term(1), Term(2)) == Term(2)
        assert strict_max(Term(1), None, key=lambda t: t) == Term(1)
        assert strict_max([1, 1]) == 1


def test_require_and_present() -> None:
    require(True)
    with pytest.raises(Disabled):
        require(False)
    mistakes: list[Any] = [1, [], None, Set({NODES[0]})]
    for wrong in mistakes:
        with pytest.raises(EvaluationError, match="require takes a condition"):
            require(wrong)
    assert present(0) == 0
    with pytest.raises(Disabled):
        present(None)


@given(st.sets(nodes), st.sets(nodes))
def test_majority(acks: set[Node], members: set[Node]) -> None:
    assert majority(acks, members) == (len(acks & members) > len(members) / 2)


def test_slots_bound_sequences() -> None:
    m = cluster(Slot=1)
    m.log[NODES[0]].append(Entry(Term(1), Value(1)))
    with pytest.raises(EvaluationError, match="a Seq of 2 is stored where 1 is the most"):
        m.log[NODES[0]].append(Entry(Term(1), Value(1)))
    assert m.members(Slot) == (Slot(1),)
    with pytest.raises(EvaluationError, match=r"the slice has the negative end -2; write len\(s\) - 2"):
        m.log[NODES[0]][:-2]
    with pytest.raises(EvaluationError, match="truncate to a negative length -1"):
        m.log[NODES[0]].truncate(-1)
