"""Random walks: compiled code takes the very walks that CPython takes, whatever the number of workers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from checker.engines.native.simulate import simulate
from checker.engines.python.simulate import simulate as simulate_in_python
from checker.engines.request import Choice, Request, Simulation
from checker.verdicts import Result, Sampled, Violated
from model.lease import Lease
from model.mutants.paxos import PromisesBelowPromised
from model.paxos import Paxos
from model.raft_log import RaftLog
from model.raft_log_figure_8 import RaftLogFigure8
from tests.differential.test_protocols import CASES
from tests.models import counters
from tests.models.drawn import Drawn
from tests.models.evaluation_order import Order
from tests.models.ledger import VARIANTS
from tests.models.shapes import Shapes
from tests.models.termination import Termination

LEASE = {"horizon": 6, "drift": 1, "lease_ticks": 2, "grant_ticks": 3, "asks_max": 2}

# The shipped models in scopes larger than those that CPython searches.
REQUESTS = {
    "paxos": Request(Paxos, {"Acceptor": 4, "Value": 2, "Ballot": 3}),
    "paxos mutant": Request(PromisesBelowPromised, {"Acceptor": 3, "Value": 2, "Ballot": 3}),
    "raft log": Request(RaftLog, {"Node": 3, "Value": 2, "Term": 3, "Slot": 2}, faults={"timeout": 3}),
    "figure 8": Request(RaftLogFigure8, {"Node": 3, "Value": 1, "Term": 5, "Slot": 1}, faults={"timeout": 2}),
    "lease": Request(Lease, {"Node": 3}, LEASE, {"crash": 2}),
    "shapes": Request(Shapes, {"Node": 2, "Era": 2}),
    "termination": Request(Termination, {"Node": 4}),
    "evaluation error": Request(Order, {"Key": 2, "Step": 2}),
    "draw error": Request(Drawn, {"Shelf": 3}, deadlock=False),
    "deadlock before a draw error": Request(Drawn, {"Shelf": 3}),
    "no initial state": Request(counters.NoStart, {"Node": 2}),
    "several initial states": Request(counters.Starts, {"Node": 3}),
    "broken assumption": Request(counters.Timers, {"Node": 2}, {"low": 3, "high": 1}),
    **{
        f"ledger {number}": Request(one, {"Node": 2}, faults={"crash": 2}) for number, one in VARIANTS.items()
    },
    **{case.model.__name__: case.request(case.model) for case in CASES},
    **{bug.__name__: case.request(bug) for case in CASES for bug in case.bugs},
}


def walked(request: Request, choose: Choice = "step", *, walks: int = 8, depth: int = 40) -> Request:
    """The request with walks in place of its search; compiled quickly."""
    simulation = Simulation(walks=walks, depth=depth, seed=3, choose=choose)
    return replace(request, simulation=simulation, brief=True)


def without_measures(result: Result) -> Result:
    """What depends neither on the machine nor on what walked."""
    return replace(result, engine="", statistics=replace(result.statistics, seconds=0.0))


@pytest.mark.parametrize("name", REQUESTS)
def test_the_walks_are_those_of_the_python_engine(name: str) -> None:
    ways: tuple[tuple[Choice, tuple[int, ...]], ...] = (("step", (1, 2)), ("action", (4,)))
    for choose, workers in ways:
        request = walked(REQUESTS[name], choose)
        expected = without_measures(simulate_in_python(request))
        for number in workers:
            assert without_measures(simulate(replace(request, workers=number))) == expected


def test_the_models_meet_every_end_and_every_kind_of_finding() -> None:
    """What no model meets is compared nowhere."""
    ended: Counter[int] = Counter()
    kinds: set[str] = set()
    ledger = [f"ledger {number}" for number in (0, 1, 3, 5, 9)]
    for name in ("paxos", *ledger, "Queue", "broken assumption"):
        result = simulate(walked(REQUESTS[name]))
        assert result.sampling is not None
        ended.update({place: count for place, count in enumerate(result.sampling.ended) if count})
        kinds.add(result.verdict.kind if isinstance(result.verdict, Violated) else result.verdict.name)
    assert set(ended) == {0, 1, 2}
    expected = {"sampled", "invariant", "step_invariant", "deadlock", "evaluation", "assumption"}
    assert kinds == expected


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_the_finding_is_that_of_the_first_walk_that_has_one(seed: int) -> None:
    """One walk in some thousands finds something, so with several workers several do at once."""
    request = replace(walked(REQUESTS["paxos mutant"]), simulation=Simulation(20_000, 18, seed))
    result = simulate(request)
    assert isinstance(result.verdict, Violated)
    assert result.sampling is not None
    found = result.sampling.found
    assert found is not None
    assert found > 2_000
    assert result.sampling.walks == found - 1
    before = simulate(replace(request, simulation=Simulation(found - 1, 18, seed)))
    assert before.verdict == Sampled(found - 1)
    for workers in (2, 4, 7):
        for _ in range(3):
            again = simulate(replace(request, workers=workers))
            assert without_measures(again) == without_measures(result)


def test_another_seed_takes_other_walks() -> None:
    request = walked(REQUESTS["paxos"])
    simulation = request.simulation
    assert simulation is not None
    actions = {
        simulate(replace(request, simulation=replace(simulation, seed=seed))).statistics.actions
        for seed in range(5)
    }
    assert len(actions) == 5
