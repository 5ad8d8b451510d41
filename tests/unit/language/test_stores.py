"""What is stored is checked: types, ranges, capacities, keys, and members of the scope."""

# Empty collections without a context have unknown types; what is stored is wrong on purpose.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checker import EvaluationError, Map, Model, Partial, Record, Seq, Set
from checker.language.errors import ScopeError
from tests.unit.language import bounds
from tests.unit.language.bounds import Bounds, Flag, Holder, Tall
from tests.unit.language.cluster import Answer, Ask, Cluster, Entry, Local, Node, Role, Term, Value, cluster

A, B = Node(1), Node(2)
E = Entry(Term(1), Value(1))

Change = Callable[[Any], object]


def _set(name: str, value: object) -> Change:
    return lambda m: setattr(m, name, value)


def _item(name: str, key: object, value: object) -> Change:
    def change(m: Any) -> None:
        getattr(m, name)  # the statement below is the write
        if name == "met":
            m.met[key] = value
        elif name == "leases":
            m.leases[key] = value
        else:
            m.votes[key] = value

    return change


def _add(m: Any) -> None:
    m.votes[A].add(Value(1))


def _append(m: Any) -> None:
    m.log[A].append(Value(1))


def _overflow(m: Any) -> None:
    m.log[A].extend([E, E, E, E])


def _crowd(m: Any) -> None:
    for _ in range(4):
        m.inbox.add(Ask(A, Term(1)))


def _tally(m: Any) -> None:
    m.node[A].tally[B] = 4


def _field(m: Any) -> None:
    m.node[A].lead = 1


WRONG: list[tuple[str, Change]] = [
    ("range", _set("clock", 6)),
    ("range", _set("clock", -1)),
    ("type", _set("clock", True)),
    ("type", _set("up", 1)),
    ("type", _set("role", 1)),
    ("type", _set("pair", (A,))),
    ("type", _set("pair", (Term(1), A))),
    ("type", _set("network", [A])),
    ("type", _set("network", {E})),
    ("type", _set("log", {A: [E], B: []})),
    ("type", _set("leases", Map({A: 1}))),
    ("type", _set("met", Partial())),
    ("missing_key", _set("votes", {A: Set()})),
    ("no_member", _set("seen", {Value(3)})),
    ("no_member", _set("votes", Map({A: Set(), B: Set(), Node(3): Set()}))),
    ("type", _item("votes", Term(1), Set())),
    ("type", _item("met", A, True)),
    ("missing_key", _item("votes", Node(3), Set())),
    ("range", _item("leases", A, 5)),
    ("type", _add),
    ("type", _append),
    ("capacity", _overflow),
    ("capacity", _crowd),
    ("range", _tally),
    ("type", _field),
]


@pytest.mark.parametrize(("kind", "change"), WRONG)
def test_a_wrong_store_has_its_kind_and_changes_nothing(kind: str, change: Change) -> None:
    m = cluster()
    before = m.state
    with pytest.raises(EvaluationError) as caught:
        change(m)
    assert caught.value.kind == kind
    if change is not _crowd:
        assert m.state == before


def test_what_is_stored_is_normalised() -> None:
    m = cluster()
    m.votes = Map({B: {A}, A: frozenset()})  # type: ignore[dict-item]  # a plain set will do at run time
    assert repr(m.votes) == "{Node1: {}, Node2: {Node1}}"
    assert type(m.votes[B]) is Set
    m.leases[B] = 1
    m.leases[A] = 2
    assert repr(m.leases) == "{Node1: 2, Node2: 1}"
    m.network |= {Ask(A, Term(1))}
    assert type(m.network) is Set
    m.role = Role.LEADER
    m.message = Answer(A, Seq([E]))
    m.pair = (B, Term(2))
    assert m.pair == (B, Term(2))


def test_arguments_from_outside_are_checked() -> None:
    m = cluster()
    with pytest.raises(EvaluationError, match=r"append\(n\): Node3 is not in the scope, where Node has 2"):
        m.append(Node(3), E)
    with pytest.raises(
        EvaluationError, match=r"append\(e\): field 'value' of Entry: Value7 is not in the scope"
    ):
        m.append(A, Entry(Term(1), Value(7)))
    with pytest.raises(
        EvaluationError, match=r"append\(n\): Term1 \(Term\) is stored where a Node is expected"
    ):
        m.append(Term(1), E)  # type: ignore[arg-type]  # that is what is tested
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        m.append(A)  # type: ignore[call-arg]  # that is what is tested


def test_values_put_into_a_place_from_outside_are_checked_as_deep_as_they_go() -> None:
    m = cluster()
    with pytest.raises(EvaluationError) as caught:
        m.network.add(Answer(A, Seq([Entry(Term(9), Value(1))])))
    assert caught.value.kind == "no_member"
    with pytest.raises(EvaluationError) as caught:
        m.restore({"node": Map({n: Local(Term(9), Seq(), Map({A: 0, B: 0})) for n in (A, B)})})
    assert caught.value.kind == "no_member"
    with pytest.raises(EvaluationError) as caught:
        m.message = Answer(A, Seq([E, E, E, E]))
    assert (caught.value.kind, m.message) == ("capacity", None)


def test_a_record_made_without_a_scope_is_checked_when_it_is_stored() -> None:
    m = Bounds.at({}, params={"limit": 2})
    with pytest.raises(EvaluationError) as caught:
        m.take_constant()
    assert caught.value.kind == "range"
    assert str(caught.value) == "tall: field 'size' of Tall: 9 is outside of Range(0, 2)"
    assert Bounds.at({}, params={"limit": 9}).limit == 9


def test_two_scopes_bound_the_same_record_class_differently() -> None:
    small, large = Bounds.at({}, params={"limit": 2}), Bounds.at({}, params={"limit": 9})
    large.make(9)
    assert large.tall == Tall(9)
    with pytest.raises(EvaluationError) as caught:
        small.make(9)
    assert caught.value.kind == "range"
    large.make(9)


def test_true_and_one_make_different_records_whatever_comes_first() -> None:
    assert Flag(True).on is True
    with pytest.raises(EvaluationError, match="field 'on' of Flag: 1 is stored where a bool is expected"):
        Flag(1)  # type: ignore[arg-type]  # that is what is tested
    assert Tall(1).size == 1
    with pytest.raises(EvaluationError, match="field 'size' of Tall: True is stored where an integer"):
        Tall(True)
    assert Holder(Seq([1])).sizes == Seq([1])
    with pytest.raises(EvaluationError, match="field 'sizes' of Holder: True is stored where an integer"):
        Holder(Seq([True]))


def test_an_empty_range_is_an_error_of_the_scope() -> None:
    with pytest.raises(
        ScopeError, match=r"Range\(0, limit\) is empty in this scope: 0 to -1; change the parameter"
    ):
        Bounds.at({}, params={"limit": -1})


def test_stores_name_their_model_class() -> None:
    assert issubclass(Bounds, Model)
    assert issubclass(Tall, Record)
    assert bounds.TALLEST.size == 9
    assert isinstance(cluster(), Cluster)
