"""Paxos as plain Python: behaviours written by hand."""

import pytest

from checker import Disabled
from model.paxos import Accept, Acceptor, Ballot, Paxos, Promise, Value, Vote

A1, A2, A3 = Acceptor(1), Acceptor(2), Acceptor(3)
B1, B2 = Ballot(1), Ballot(2)
V1, V2 = Value(1), Value(2)


def opened(b: Ballot, *acceptors: Acceptor) -> Paxos:
    """A ballot with promises."""
    m = Paxos.at({"Acceptor": 3, "Value": 2, "Ballot": 2})
    join(m, b, *acceptors)
    return m


def join(m: Paxos, b: Ballot, *acceptors: Acceptor) -> None:
    """Acceptors promise to take part in a ballot."""
    m.prepare(b)
    for a in acceptors:
        m.promise(a, b)


def test_a_value_is_chosen() -> None:
    m = opened(B1, A1, A2)
    assert not m.something_is_chosen()
    step = next(one for one in m.enabled() if one.action == "propose" and one.arguments["v"] is V2)
    m.propose(**step.arguments)
    m.accept(A1, B1, V2)
    assert not m.chosen(V2)
    m.accept(A3, B1, V2)
    assert m.chosen(V2)
    assert not m.chosen(V1)
    assert m.agreement()


def test_a_later_ballot_adopts_what_may_be_chosen() -> None:
    m = opened(B1, A1, A2)
    first = next(one for one in m.enabled() if one.action == "propose" and one.arguments["v"] is V1)
    m.propose(**first.arguments)
    m.accept(A1, B1, V1)
    join(m, B2, A1, A3)
    assert Promise(A1, B2, Vote(B1, V1)) in m.network
    proposals = [one.arguments["v"] for one in m.enabled() if one.action == "propose"]
    assert proposals == [V1]


def test_a_promise_is_kept() -> None:
    m = opened(B1, A1, A2)
    step = next(one for one in m.enabled() if one.action == "propose")
    m.propose(**step.arguments)
    join(m, B2, A1)
    before = m.state
    with pytest.raises(Disabled):
        m.accept(A1, B1, step.arguments["v"])
    with pytest.raises(Disabled):
        m.promise(A1, B1)
    assert m.state == before
    assert Accept(B1, step.arguments["v"]) in m.network
