"""State counts that other checkers report for well-known models, written here in the language.

They pin what *distinct*, *generated* and *depth* mean.
"""

import pytest

from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.verdicts import Exhausted, Violated
from model.paxos import Paxos
from tests.models.die_hard import DieHard
from tests.models.termination import Termination
from tests.models.two_phase import TwoPhase

KNOWN = [
    ("TLC, module TwoPhase", Request(TwoPhase, {"Manager": 3}, deadlock=False), (288, 1146, 11)),
    ("TLC, module DieHard", Request(DieHard, only=frozenset()), (16, 97, 8)),
    ("hand-written search", Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 2}), (3921, 23467, 17)),
]


@pytest.mark.parametrize(("source", "request_", "counts"), KNOWN, ids=[source for source, _, _ in KNOWN])
def test_counts_agree(source: str, request_: Request, counts: tuple[int, int, int]) -> None:
    result = explore(request_)
    found = result.statistics
    assert isinstance(result.verdict, Exhausted), source
    assert (found.distinct, found.generated, found.depth) == counts, source
    assert all(reached for _, reached in result.covers)


def test_termination_detection_has_the_known_number_of_states() -> None:
    result = explore(Request(Termination, {"Node": 3}, deadlock=False))
    assert isinstance(result.verdict, Exhausted)
    assert result.statistics.distinct == 302


def test_the_jugs_hold_four_gallons_after_six_steps() -> None:
    verdict = explore(Request(DieHard)).verdict
    assert isinstance(verdict, Violated)
    assert [step.action for step in verdict.trace.steps] == [
        "fill_big",
        "big_to_small",
        "empty_small",
        "big_to_small",
        "fill_big",
        "big_to_small",
    ]
