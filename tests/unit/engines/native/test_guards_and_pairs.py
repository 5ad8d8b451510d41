"""Guards that stand outside inner loops, and properties that are asked of half the pairs."""

from __future__ import annotations

from checker.capture import capture
from checker.engines.native.halving import halved
from checker.engines.native.hoisting import scheduled
from checker.ir import nodes as ir
from checker.ir.eager import eager
from checker.ir.types import IntType
from tests.models.memberships import Memberships
from tests.models.pairs import Pairs

MODEL = capture(Pairs)
EAGER = eager(MODEL, [one.body.span for one in MODEL.properties])
FUNCTIONS = {function.name: function for function in MODEL.functions}


def levels(action: str) -> list[list[str]]:
    """What stands in each loop of an action, then the rest: names of nodes, and lines after the `def`."""
    step = next(one for one in MODEL.actions if one.name == action)
    first = step.span.line
    found = scheduled(step, FUNCTIONS, (), lambda kind: True)
    shown = [
        [
            f"{type(one).__name__} {one.span.line - first}"
            for one in level
            if isinstance(one, ir.Require | ir.Bind)
        ]
        for level in (*found.levels, found.rest)
    ]
    return shown


def sources(action: str) -> set[str]:
    """The parameters that are drawn from less than their types."""
    step = next(one for one in MODEL.actions if one.name == action)
    return set(scheduled(step, FUNCTIONS, (), lambda kind: not isinstance(kind, IntType)).sources)


def filters(name: str) -> list[str]:
    """The names of the first filter of each binder of a property, once it is halved."""
    prop = next(one for one in MODEL.properties if one.name == name)
    body = halved(prop.body, FUNCTIONS)
    assert isinstance(body, ir.Forall | ir.Exists)
    return [type(one.filters[0]).__name__ if one.filters else "" for one in body.binders]


def test_a_guard_stands_where_its_names_are_bound_and_it_has_a_value() -> None:
    # What nodes have in a slot is found out before a quorum is chosen: the slot is known to be filled there.
    assert levels("finish") == [
        [],
        ["Bind 6"],
        ["Require 3", "Require 4", "Bind 5"],
        ["Require 2", "Require 5", "Require 6"],
        [],
    ]


def test_what_is_said_of_members_of_a_quorum_is_a_set() -> None:
    assert levels("lift") == [
        [],
        ["Bind 2", "Bind 3", "Require 4", "Require 4"],
        ["Require 2", "Require 3"],
        [],
    ]


def test_what_is_said_of_an_inner_parameter_is_a_set_outside_loops_that_always_get_there() -> None:
    # For each node: the quorums with it, of which there must be one; the rounds for levels come after.
    assert levels("agree") == [[], ["Bind 2", "Require 2"], ["Bind 3"], ["Require 3"], []]
    assert sources("agree") == {"q"}
    # A slot may not get as far as a quorum, so that a set of quorums might be made for nothing.
    assert sources("finish") == set()
    # Levels are no small type here.
    assert sources("follow") == {"m"}


def test_what_a_parameter_is_in_is_what_it_is_drawn_from() -> None:
    drawn = {one.name: scheduled(one, {}, (), lambda kind: True) for one in capture(Memberships).actions}

    def source(action: str, parameter: str) -> str:
        return type(drawn[action].sources.get(parameter)).__name__

    def guards(action: str) -> list[int]:
        return [sum(isinstance(one, ir.Require) for one in level) for level in drawn[action].levels]

    assert source("unlock", "s") == "NoneType", "a set that has it not is nothing to draw from"
    # For all nodes: a set of the shelves that are open and have no owner, of which there must be one.
    assert (source("take", "s"), guards("take")) == ("Local", [1, 0, 0])
    # The keys that have an owner, for all nodes; and of these the node's own.
    assert (source("count", "s"), guards("count")[:2]) == ("SetOp", [1, 0])
    assert (source("leave", "s"), guards("leave")) == ("Convert", [0, 0])
    assert (source("lend", "s"), source("lend", "k")) == ("SetOp", "NoneType")
    # Where nothing was lent there is no set: the guard stays where that is known.
    assert source("settle", "n") == "Convert"


def test_sums_that_count_what_is_false_are_halved() -> None:
    prop = next(one for one in EAGER.properties if one.name == "entries_of_the_done_agree")
    body = halved(prop.body, FUNCTIONS)
    assert isinstance(body, ir.Eq)
    assert isinstance(body.left, ir.Sum)
    assert [type(one.filters[0]).__name__ if one.filters else "" for one in body.left.binders] == [
        "",
        "LessEq",
        "Less",
    ]


def test_pairs_that_say_the_same_are_met_once() -> None:
    assert filters("done_agree") == ["", "Less"]
    assert filters("entries_of_the_done_agree") == ["", "LessEq", "Less"]
    assert filters("nobody_is_far_behind") == ["", "Eq"]
    assert filters("two_logs_differ") == ["", "LessEq"]
