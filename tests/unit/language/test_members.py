"""Sorts, orders, quorums and scopes."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from itertools import combinations

import pytest

from checker import EvaluationError, ModelError, Ordered, Quorum, Sort
from checker.language.errors import ScopeError
from checker.language.scope import Scope
from model.paxos import Acceptor, Ballot, Paxos, Value
from tests.unit.language.cluster import Node, Term, cluster


def test_members_are_interned_and_equal_across_scopes() -> None:
    small, large = cluster(), cluster(Node=5)
    assert small.members(Node) == large.members(Node)[:2]
    assert Node(1) is small.members(Node)[0]
    assert Node(1) != Node(2)
    assert repr(Node(3)) == "Node3"
    assert copy.deepcopy(Node(1)) is copy.copy(Node(1)) is pickle.loads(pickle.dumps(Node(1))) is Node(1)


def test_members_have_numbers_from_one_and_no_other_attributes() -> None:
    for wrong in (0, -1, True, "1"):
        with pytest.raises(ModelError, match="members of Node are numbered from 1"):
            Node(wrong)  # type: ignore[arg-type]  # that is what is tested
    with pytest.raises(
        ModelError, match="Node1 is a member of a sort and has no attributes; keep 'x' in a Map"
    ):
        Node(1).x = 1
    with pytest.raises(ModelError, match="Sort itself has no members"):
        Sort(1)


def test_a_sort_is_not_derived_from_a_sort() -> None:
    with pytest.raises(ModelError, match="the sort Leader is derived from the sort Node"):
        type("Leader", (Node,), {})


def test_a_sort_has_a_size_only_while_a_model_runs() -> None:
    for use in (lambda: list(Node), lambda: len(Node), lambda: Term.last, lambda: list(Quorum[Node])):
        with pytest.raises(ScopeError, match="no model is running"):
            use()
    m = cluster(Node=3)
    with m.running():
        assert (list(Node), len(Node), Term.last) == (list(m.members(Node)), 3, Term(2))
        assert Node(1) in Node
        assert Term(1) not in Node
        with pytest.raises(EvaluationError) as caught:
            Node(4)
        assert caught.value.kind == "no_member"
    assert bool(Node)
    assert Node(4) in Node


def test_the_scope_ends_with_an_exception() -> None:
    m = cluster()
    with pytest.raises(ZeroDivisionError), m.running():
        raise ZeroDivisionError
    with pytest.raises(ScopeError):
        list(Node)


def test_scopes_nest_and_run_side_by_side() -> None:
    two, five = cluster(), cluster(Node=5)
    with two.running():
        assert len(Node) == 2
        with five.running():
            assert len(Node) == 5
            assert two.other(Node(1)) == Node(2)
            assert len(Node) == 5
        assert len(Node) == 2

    seen: dict[int, set[int]] = {2: set(), 5: set()}
    barrier = threading.Barrier(2)

    def work(size: int) -> None:
        with cluster(Node=size).running():
            for _ in range(200):
                barrier.wait()
                seen[size].add(len(list(Node)))

    threads = [threading.Thread(target=work, args=(size,)) for size in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {2: {2}, 5: {5}}


def test_none_is_below_every_member() -> None:
    b = Ballot(1)
    none: Ballot | None = None
    assert b > none
    assert b >= none
    assert not b < none
    assert not b <= none
    assert none < b
    assert none <= b
    assert not none > b


def test_members_are_ordered_by_number_within_their_sort() -> None:
    ballots = [Ballot(n) for n in (3, 1, 2)]
    assert sorted(ballots) == [Ballot(1), Ballot(2), Ballot(3)]
    assert Ballot(1) <= Ballot(1) < Ballot(2)
    assert Ballot(2) >= Ballot(2) > Ballot(1)
    compare: list[Callable[[], bool]] = [
        lambda: Ballot(1) < Term(2),  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnknownLambdaType]  # a mistake on purpose
        lambda: Ballot(1) >= 1,  # type: ignore[operator]  # that is what is tested
        lambda: Node(1) < Node(2),  # type: ignore[operator]  # that is what is tested
    ]
    for one in compare:
        with pytest.raises(TypeError):
            one()


def test_neighbours_and_places() -> None:
    with cluster(Term=3).running():
        assert [Term.first, Term.first.next, Term.last.prev, Term.last] == [
            Term(1),
            Term(2),
            Term(2),
            Term(3),
        ]
        assert [Term.at(i) for i in range(3)] == list(Term)
        assert [t.index for t in Term] == [0, 1, 2]
        undefined: list[tuple[str, Callable[[], Term]]] = [
            ("no_neighbour", lambda: Term.last.next),
            ("no_neighbour", lambda: Term.first.prev),
            ("no_member", lambda: Term.at(3)),
            ("no_member", lambda: Term.at(-1)),
        ]
        for kind, use in undefined:
            with pytest.raises(EvaluationError) as caught:
                use()
            assert caught.value.kind == kind


@pytest.mark.parametrize("size", range(1, 7))
def test_quorums_are_the_minimal_majorities(size: int) -> None:
    m = Paxos.at({"Acceptor": size, "Value": 1, "Ballot": 1})
    with m.running():
        quorums = list(Quorum[Acceptor])
        members = list(Acceptor)
    every = [frozenset(some) for k in range(size + 1) for some in combinations(members, k)]
    majorities = [some for some in every if 2 * len(some) > size]
    minimal = [some for some in majorities if not any(other < some for other in majorities)]
    assert quorums == minimal
    assert all(a & b for a in quorums for b in quorums)
    assert pickle.loads(pickle.dumps(quorums[0])) == quorums[0]
    assert copy.deepcopy(quorums[0]) is quorums[0]
    assert quorums[0] <= set(members)


def test_a_quorum_names_its_sort() -> None:
    with cluster().running(), pytest.raises(ModelError, match="'Quorum' lacks its sort; write Quorum"):
        list(Quorum)


def test_the_same_quorum_class_each_time() -> None:
    assert Quorum[Acceptor] is Quorum[Acceptor]
    kinds: list[object] = [Quorum[Acceptor], Quorum[Node]]
    assert kinds[0] is not kinds[1]
    assert Quorum[Acceptor].__name__ == "Quorum[Acceptor]"


def test_sorts_may_be_given_by_class() -> None:
    assert len(Paxos.at({Acceptor: 3, Value: 2, Ballot: 1}).members(Acceptor)) == 3


def test_a_sort_without_a_size() -> None:
    class Stray(Ordered): ...

    with pytest.raises(ScopeError, match="the scope gives no size for Stray"):
        Scope({}, {}, {}).members(Stray)
