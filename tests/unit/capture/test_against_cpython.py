"""What is captured means what CPython does: the same successors, errors and verdicts in random states."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

import pytest

from checker.engines.request import Request
from checker.language.model import Model
from tests.differential.compare import Comparison, Pair, compare_state
from tests.models.evaluation_order import Order
from tests.models.features import Features, Louder

KINDS_OF_ORDER = {
    "missing_key",
    "range",
    "no_neighbour",
    "division_by_zero",
    "empty",
    "index",
    "capacity",
    "tie",
    "none",
}


@pytest.mark.parametrize(
    ("model", "scope", "failures"),
    [
        (Features, {"Member": 2, "Era": 2}, {"no_member", "no_neighbour", "range"}),
        (Louder, {"Member": 3, "Era": 3}, {"no_member", "no_neighbour", "range"}),
        (Order, {"Key": 2, "Step": 2}, KINDS_OF_ORDER),
    ],
)
def test_walks_agree(model: type[Model], scope: Mapping[str, int], failures: set[str]) -> None:
    params = {"horizon": 3} if issubclass(model, Features) else {}
    pair = Pair(Request(model, scope=scope, params=params, faults={"crash": 1} if params else {}))
    done, choice, seen = Comparison(), random.Random(7), Counter[str]()
    with pair.runner.running():
        starts = [state for _, _, state in pair.runner.initial_states()]
        for _ in range(12):
            state = choice.choice(starts)
            for _ in range(12):
                following = compare_state(pair, state, done)
                assert not done.differences, done.differences[0]
                for rows in pair.python_steps(state).values():
                    seen.update(str(found) if kind == "failed" else kind for _, (kind, found) in rows)
                if not following:
                    break
                state = choice.choice(following)
    assert seen["reached"] > 300
    assert failures <= seen.keys()
