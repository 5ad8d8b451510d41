"""The lease as plain Python: behaviours written by hand."""

import pytest

from checker import Disabled
from model.lease import Ask, Grant, Lease, Node
from model.mutants.lease import DoesNotBindItself

N1, N2, N3 = Node(1), Node(2), Node(3)
PARAMS = {"horizon": 8, "drift": 1, "lease_ticks": 2, "grant_ticks": 4, "asks_max": 3}


def start(crashes: int = 0) -> Lease:
    """Three nodes, all clocks at zero."""
    return Lease.at({"Node": 3}, params=PARAMS, faults={"crash": crashes})


def acquire(m: Lease, holder: Node, grantor: Node) -> None:
    """A node asks, another agrees, the first serves."""
    question = Ask(holder, m.clock[holder])
    m.ask(holder)
    m.agree(grantor, question)
    step = next(one for one in m.enabled() if one.action == "serve" and one.arguments["m"] is question)
    m.serve(**step.arguments)


def pass_time(m: Lease, ticks: int) -> None:
    """All clocks tick together."""
    for _ in range(ticks):
        for n in (N1, N2, N3):
            m.tick(n)


def test_a_lease_is_renewed_while_it_lasts() -> None:
    m = start()
    acquire(m, N1, N2)
    assert m.lease == {N1: 2}
    pass_time(m, 1)
    before = m.fork()
    acquire(m, N1, N2)
    assert m.lease == {N1: 3}
    assert m.grant == {N1: Grant(N1, 5), N2: Grant(N1, 5)}
    assert m.renews(before)


def test_another_node_waits_until_the_grants_are_over() -> None:
    m = start()
    acquire(m, N1, N2)
    m.ask(N3)
    with pytest.raises(Disabled):
        m.agree(N2, Ask(N3, 0))
    with pytest.raises(Disabled):
        m.ask(N2)
    pass_time(m, 2)
    assert m.lease == {}
    assert m.grant[N2] == Grant(N1, 4)
    pass_time(m, 2)
    assert m.grant == {}
    acquire(m, N3, N2)
    assert m.lease == {N3: 6}
    assert m.changes_hands()
    assert m.one_serves()


def test_clocks_stay_together() -> None:
    m = start()
    m.tick(N1)
    with pytest.raises(Disabled):
        m.tick(N1)
    assert m.clock[N1] == 1


def test_a_restarted_node_waits_for_what_it_may_have_granted() -> None:
    m = start(crashes=1)
    acquire(m, N1, N2)
    m.restart(N2)
    m.ask(N3)
    with pytest.raises(Disabled):
        m.agree(N2, Ask(N3, 0))
    assert m.grant[N2] == Grant(None, 4)
    with pytest.raises(Disabled):
        m.restart(N1)


def test_a_holder_that_does_not_bind_itself_gives_its_vote_away() -> None:
    m = DoesNotBindItself.at({"Node": 3}, params=PARAMS)
    acquire(m, N1, N2)
    acquire(m, N3, N1)
    assert m.lease == {N1: 2, N3: 2}
    assert not m.one_serves()


def test_impossible_parameters_are_refused() -> None:
    m = Lease.at({"Node": 3}, params=PARAMS | {"grant_ticks": 1})
    assert not m.durations_make_sense()
    assert m.clocks_can_move()
