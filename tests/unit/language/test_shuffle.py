"""Rule 2: nothing observes the order of sorts, sets and quorums; a shuffled scope draws it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest

from checker import Model, Quorum
from model.paxos import Acceptor, Ballot, Paxos, Prepare, Value
from tests.unit.language.cluster import Ask, Node, Term
from tests.unit.language.lease import Lease

SCOPE = {"Acceptor": 3, "Value": 2, "Ballot": 2}


def walk(m: Paxos, steps: int) -> list[object]:
    """States and enabled steps along a walk that a fixed seed draws."""
    draw = Random(7)
    seen: list[object] = []
    for _ in range(steps):
        enabled = m.enabled()
        step = enabled[draw.randrange(len(enabled))]
        getattr(m, step.action)(**step.arguments)
        seen.append((repr(enabled), {name: hash(value) for name, value in m.state.items()}, repr(m)))
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_a_shuffled_walk_sees_the_same_states(seed: int) -> None:
    plain, shuffled = Paxos.at(SCOPE), Paxos.at(SCOPE, shuffle=Random(seed))
    assert walk(plain, 12) == walk(shuffled, 12)
    assert plain.state == shuffled.state


def orders(m: Model, visit: Callable[[], Iterable[Any]]) -> set[str]:
    with m.running():
        return {repr(list(visit())) for _ in range(60)}


def test_every_kind_without_order_is_visited_in_several_orders() -> None:
    m = Lease.at({"Node": 3, "Term": 3, "Slot": 1}, params={"length": 1}, shuffle=Random(1))
    nodes = m.members(type(m.holder))
    m.told |= set(nodes)
    for n in nodes:
        m.until[n] = 1
    for visit in (
        lambda: type(m.holder), lambda: m.told, lambda: m.until, lambda: m.until.items(), lambda: m.inbox.keys(),  # noqa: E501  # the table reads better whole
        lambda: Quorum[type(m.holder)], lambda: next(iter(Quorum[type(m.holder)])),  # type: ignore[misc]  # a mistake on purpose
        lambda: m.told | {nodes[0]},
    ):  # fmt: skip
        assert len(orders(m, visit)) > 1
    assert orders(m, lambda: type(m.term)) == {"[Term1, Term2, Term3]"}


def test_a_plain_scope_has_one_order() -> None:
    m = Paxos.at(SCOPE)
    m.prepare(Ballot(1))
    assert orders(m, lambda: Acceptor) == {"[Acceptor1, Acceptor2, Acceptor3]"}
    assert orders(m, lambda: Value) == {"[Value1, Value2]"}
    assert m.network.of(Prepare) == {Prepare(Ballot(1))}
    assert repr(Ask(Node(1), Term(1))) == "Ask(source=Node1, term=Term1)"
