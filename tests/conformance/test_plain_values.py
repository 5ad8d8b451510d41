"""What goes out to a system and comes back is the same value; what is no value is told with its place."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest

from checker import Bag, Map, Model, Partial, Range, Record, Seq, Set, Sort
from checker.conformance.graph import Graph
from checker.conformance.plain_values import Reader, Unreadable, outward
from checker.engines.request import Request
from checker.language.declaration import declare, variable_form
from checker.running.runner import Runner
from model.paxos import Paxos
from model.replication import Replication
from tests.conformance.two_phase_model import TwoPhase


class Node(Sort): ...


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Card(Record):
    owner: Node
    colour: Colour | None


class Pile(Record):
    cards: Partial[Node, Card]


class Everything(Model):
    """One variable of each form."""

    flag: bool
    number: Annotated[int, Range(0, 3)]
    node: Node | None
    colour: Colour
    pair: tuple[Node | None, bool]
    cards: Map[Node, Card | None]
    by_pair: Partial[tuple[Node, bool], Annotated[int, Range(0, 3)]]
    piles: Set[Card | Pile]
    row: Seq[Node, Literal[2]]
    bag: Bag[Colour, Literal[3]]


GOOD: dict[str, Any] = {
    "flag": True,
    "number": 2,
    "node": "Node2",
    "colour": "BLUE",
    "pair": ("Node1", False),
    "cards": {"Node1": ("Card", "Node2", None), "Node2": None},
    "by_pair": {"(Node1, True)": 3},
    "piles": [("Pile", {"Node1": ("Card", "Node1", "RED")}), ("Card", "Node2", "BLUE")],
    "row": ["Node2", "Node2"],
    "bag": ("RED", "RED"),
}

WRONG: dict[str, list[Any]] = {
    "flag": [1, None, "True"],
    "number": [True, 1.5, "2"],
    "node": ["Node3", 1, "node1"],
    "colour": ["GREEN", None, 1],
    "pair": [("Node1",), "ab", ("Node1", 0)],
    "cards": [{"Node1": None}, {"Node1": None, "Node2": ("Card", "Node1")}, [("Node1", None)]],
    "by_pair": [{"(Node1, 1)": 3}, {1: 3}],
    "piles": [[("Deck", "Node1")], [()], [{"Card": 1}], "Card", [("Pile", {"Node1": ("Card", "Node1", 1)})]],
    "row": ["Node1", {"Node1": 1}, ["Node9"]],
    "bag": [{"RED": 2}, 2],
}


def _runner(model: type[Model], **scope: int) -> Runner:
    return Runner(Request(model, scope))


@pytest.mark.parametrize(
    ("model", "scope"),
    [
        (TwoPhase, {"Participant": 2}),
        (Paxos, {"Acceptor": 3, "Value": 1, "Ballot": 2}),
        (Replication, {"Replica": 3, "Ballot": 1, "Value": 1, "Slot": 2}),
    ],
)
def test_every_state_comes_back_as_it_went(model: type[Model], scope: dict[str, int]) -> None:
    runner = _runner(model, **scope)
    graph = Graph(runner, 400)
    reader = Reader(runner.scope)
    forms = [variable_form(declare(model), one) for one in declare(model).variables]
    for state in graph.states:
        for form, value in zip(forms, state, strict=False):
            assert reader.read(form, outward(value), "it") == value
    assert len(graph.states) > 50


def test_every_form_is_read_and_goes_out_again() -> None:
    runner = _runner(Everything, Node=2)
    reader = Reader(runner.scope)
    for one in declare(Everything).variables:
        form = variable_form(declare(Everything), one)
        value = reader.read(form, GOOD[one.name], one.name)
        assert reader.read(form, outward(value), one.name) == value


def test_what_is_no_value_is_told_with_its_place(golden: Callable[[str, str], None]) -> None:
    runner = _runner(Everything, Node=2)
    reader = Reader(runner.scope)
    text = ""
    for one in declare(Everything).variables:
        for shown in WRONG[one.name]:
            with pytest.raises(Unreadable) as told:
                reader.read(variable_form(declare(Everything), one), shown, one.name)
            text += f"{told.value}\n"
    golden("conformance/unreadable.txt", text)
