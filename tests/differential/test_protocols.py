"""Small protocols of many kinds: what a search finds, that CPython and the evaluator agree, that a seeded bug shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import pytest

from checker.engines.python.search import explore
from checker.engines.request import Request
from checker.language.model import Model
from checker.verdicts import Exhausted, ExhaustedWithin, Violated
from tests.differential.compare import compare
from tests.models.protocols import (
    abd,
    bakery,
    bank,
    chain,
    conditional_write,
    epochs,
    gossip,
    joint,
    lamport_mutex,
    lease_fencing,
    philosophers,
    ring,
    split,
    token_bucket,
    viewstamped,
    wal,
    work_queue,
)

STATES_COMPARED = 60


@dataclass(frozen=True)
class Case:
    """A protocol in a small scope.

    Attributes:
        counts: distinct, generated, depth of an exhausted search.
        bugs: subclasses with a seeded bug, what they violate, and the steps to it.
    """

    model: type[Model]
    scope: Mapping[str, int]
    counts: tuple[int, int, int]
    bugs: Mapping[type[Model], tuple[str, int]]
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    deadlock: str = "accept"

    def request(self, model: type[Model]) -> Request:
        return Request(model, self.scope, self.params, self.faults, deadlock=self.deadlock == "report")


CASES = ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_every_state_is_found_in_whatever_order(case: Case) -> None:
    request = case.request(case.model)
    result = explore(request)
    assert isinstance(result.verdict, Exhausted | ExhaustedWithin)
    assert result.never_fired == ()
    assert all(reached for _, reached in result.covers)
    counts = result.statistics
    assert (counts.distinct, counts.generated, counts.depth) == case.counts
    shuffled = explore(request, shuffle=Random(5))
    assert (shuffled.verdict, shuffled.statistics.levels) == (result.verdict, counts.levels)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_cpython_and_the_evaluator_agree(case: Case) -> None:
    for model in (case.model, *case.bugs):
        done = compare(case.request(model), STATES_COMPARED)
        assert done.differences == []
        assert done.steps > 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_a_seeded_bug_is_found(case: Case) -> None:
    for model, (violated, steps) in case.bugs.items():
        verdict = explore(case.request(model)).verdict
        assert isinstance(verdict, Violated)
        assert (verdict.property or verdict.kind, len(verdict.trace.steps)) == (violated, steps)
