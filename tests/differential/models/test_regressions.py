"""What the comparison of generated models found, each as small as it gets."""

from __future__ import annotations

import dataclasses

import pytest

from checker.engines.native.explore import explore
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Limits, Request
from tests.differential.compare import compare
from tests.differential.models.agreement import without_measures
from tests.models import engines_apart as apart

REQUESTS = {
    "a cover that fails": Request(apart.CoverFails, {"Term": 2}),
    "a step cover that fails": Request(apart.StepCoverFails, {"Term": 2}),
    "a step cover that ignores the state before": Request(apart.IgnoresOld),
    "covers and constraints of a broken assumption": Request(apart.Assumes, params={"limit": 1}),
    "an error on the last level": Request(apart.FailsAtTheEnd, {"Term": 2}, limits=Limits(depth=1)),
    "a computed key on the way to a place": Request(apart.KeysOnTheWay, {"Term": 5}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_engines_agree(name: str) -> None:
    request = REQUESTS[name]
    expected = without_measures(explore_in_python(request))
    for workers in (1, 2):
        found = explore(dataclasses.replace(request, workers=workers))
        assert without_measures(found) == expected
    assert compare(request, 50).differences == []
