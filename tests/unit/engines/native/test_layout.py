"""The stored form is planned before anything is rendered, with the fewest bits."""

from __future__ import annotations

from checker.capture import capture
from checker.engines.native.forms import Forms
from checker.engines.native.layout import Dense, Layout, Number, Repeat, Sparse, plan, show, state_variables
from checker.engines.native.sizes import Sizes
from checker.language.model import Model
from model.paxos import Paxos
from model.raft_log import RaftLog


def planned(model: type[Model], sorts: dict[str, int], faults: dict[str, int]) -> Layout:
    """The layout of a model in a scope."""
    forms = Forms(Sizes(sorts))
    return plan(state_variables(capture(model), forms, faults), forms)


def test_paxos_takes_three_words() -> None:
    layout = planned(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 4}, {})
    assert [(place.name, place.offset, place.stored.bits) for place in layout.places] == [
        ("promised", 0, 9),
        ("vote", 9, 12),
        ("network", 21, 4 + 3 * 4 * 9 + 8 + 24),
    ]
    assert isinstance(layout.places[0].stored, Repeat)
    assert isinstance(layout.places[2].stored, Dense)
    assert layout.words == 3


def test_a_large_set_is_sparse_and_a_budget_a_number() -> None:
    layout = planned(RaftLog, {"Node": 3, "Value": 2, "Term": 3, "Slot": 2}, {"timeout": 2})
    stored = {place.name: place.stored for place in layout.places}
    assert isinstance(stored["network"], Sparse)
    assert layout.sparse[0].name == "network"
    budget = stored["fault__timeout"]
    assert isinstance(budget, Number)
    assert budget.bits == 2


def test_a_zero_budget_takes_no_bits() -> None:
    layout = planned(RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, {})
    assert layout.places[-1].name == "fault__timeout"
    assert layout.places[-1].stored.bits == 0


def test_people_can_read_it() -> None:
    text = show(planned(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}, {}))
    assert text.splitlines()[0] == "63 bits, 1 words"
    assert "promised: Map[Acceptor, Ballot | None] (repeat)" in text
