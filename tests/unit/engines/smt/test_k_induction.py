"""Induction over several steps: what needs them, what no number of them proves, what is violated at once."""

from __future__ import annotations

import pytest

from checker.engines.request import Request
from checker.engines.smt.induction import induct
from checker.engines.smt.k_induction import k_induct
from model.paxos import Paxos
from tests.models import induction as small

TWO = {"Acceptor": 2, "Value": 2, "Ballot": 2}


@pytest.mark.parametrize(("steps", "holds"), [(1, False), (2, True), (3, True)])
def test_two_lines_need_as_many_steps_as_they_are_long(steps: int, holds: bool) -> None:
    answer = k_induct(Request(small.Delays), steps)
    assert answer.holds is holds
    assert answer.properties == ("ends_are_alike",)
    if not holds:
        assert answer.broken is not None
        assert (answer.broken.names, answer.broken.action) == (("ends_are_alike",), "shift")
        assert not answer.broken.is_reached
        assert [step.action for step in answer.broken.trace.steps] == ["shift"]


def test_what_is_violated_is_said_to_be() -> None:
    """The first two states are fine; with the third in the base the violation is one."""
    assert k_induct(Request(small.DelaysApart), 1).broken is not None
    answer = k_induct(Request(small.DelaysApart), 2)
    assert answer.broken is not None
    assert answer.broken.is_reached
    assert [step.action for step in answer.broken.trace.steps] == ["shift"]


def test_one_step_is_the_usual_induction() -> None:
    for model in (small.Turns, small.TurnsTooFar):
        usual = induct(Request(model))
        answer = k_induct(Request(model), 1)
        assert answer.holds is not bool(usual.refused)


def test_messages_give_any_state_a_past() -> None:
    answer = k_induct(Request(Paxos, TWO), 3)
    assert answer.holds is False
    assert answer.broken is not None
    assert answer.broken.names == ("agreement",)


def test_no_time_is_no_answer() -> None:
    answer = k_induct(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 3}), 9, query_seconds=0.001)
    assert (answer.holds, answer.broken) == (None, None)
    assert answer.reason
