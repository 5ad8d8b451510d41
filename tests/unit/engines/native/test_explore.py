"""The native engine says what the python engine says: verdict, trace, counts."""

from __future__ import annotations

import dataclasses
import functools

import pytest

from checker.engines.native import kept_sets, layout
from checker.engines.native.explore import explore
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import STORES, Limits, Request, StoreName
from checker.verdicts import Result
from model.lease import Lease
from model.mutants.paxos import PromisesBelowPromised
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.differential.test_protocols import CASES, Case
from tests.models.counters import Counter, Crashes, Mail, Starts, Timers
from tests.models.die_hard import DieHard
from tests.models.evaluation_order import Order
from tests.models.large_maps import Large
from tests.models.lists import Ranked
from tests.models.memberships import Memberships, Unguarded
from tests.models.pairs import Disagreeing, Overdone, Pairs
from tests.models.shapes import Shapes
from tests.models.termination import Termination
from tests.models.two_phase import TwoPhase
from tests.models.wide import Wide

LEASE = {"horizon": 3, "drift": 1, "lease_ticks": 2, "grant_ticks": 3, "asks_max": 2}
PAXOS = {"Acceptor": 3, "Value": 2, "Ballot": 2}

REQUESTS = {
    "paxos": Request(Paxos, PAXOS),
    "paxos mutant": Request(PromisesBelowPromised, PAXOS),
    "raft": Request(RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, faults={"timeout": 2}),
    "constraint": Request(Lease, {"Node": 2}, LEASE, {"crash": 1}),
    "invariant": Request(Counter),
    "initials": Request(Starts, {"Node": 3}),
    "faults": Request(Crashes, {"Node": 3}, faults={"crash": 2}),
    "bags": Request(Mail, {"Node": 2}),
    "parameters": Request(Timers, {"Node": 2}, {"low": 1, "high": 3}),
    "broken assumption": Request(Timers, {"Node": 2}, {"low": 3, "high": 1}),
    "die hard": Request(DieHard),
    "evaluation error": Request(Order, {"Key": 2, "Step": 2}),
    "shapes": Request(Shapes, {"Node": 2, "Era": 2}, limits=Limits(depth=4)),
    "termination": Request(Termination, {"Node": 3}),
    "two phase": Request(TwoPhase, {"Manager": 3}),
    "wide": Request(Wide, {"Node": 2, "Slot": 2}, faults={"lose": 1}, deadlock=False),
    "pairs": Request(Pairs, {"Node": 2, "Slot": 2}, deadlock=False),
    "pairs that differ": Request(Disagreeing, {"Node": 3, "Slot": 2}, deadlock=False),
    "pairs without a value": Request(Overdone, {"Node": 3, "Slot": 2}, deadlock=False),
    "memberships": Request(Memberships, {"Node": 3, "Shelf": 2}, deadlock=False),
    "memberships of nothing": Request(Unguarded, {"Node": 2, "Shelf": 2}, deadlock=False),
    "lists": Request(Ranked, {"Node": 3}),
    "large maps": Request(Large, deadlock=False),
}


KEPT = [
    case
    for case in CASES
    if case.model.__name__ in ("Conditional", "Viewstamped", "Queue", "Joint", "Gossip")
]


def without_measures(result: Result) -> Result:
    """What depends neither on the machine nor on what searched."""
    statistics = dataclasses.replace(result.statistics, seconds=0.0, bytes_per_state=None)
    return dataclasses.replace(result, statistics=statistics, engine="")


@functools.cache
def expected(name: str) -> Result:
    """What the python engine says."""
    return without_measures(explore_in_python(REQUESTS[name]))


@pytest.mark.parametrize("name", REQUESTS)
def test_the_result_is_that_of_the_python_engine(name: str) -> None:
    assert without_measures(explore(REQUESTS[name])) == expected(name)


@pytest.mark.parametrize(
    "name", ["paxos mutant", "constraint", "faults", "bags", "evaluation error", "two phase", "raft", "wide"]
)
def test_the_compact_store_changes_nothing(name: str) -> None:
    request = dataclasses.replace(REQUESTS[name], store="compact", workers=2)
    assert without_measures(explore(request)) == expected(name)


@pytest.mark.parametrize("name", ["wide", "lists", "bags"])
def test_symmetry_changes_as_little_as_in_the_python_engine(name: str) -> None:
    request = dataclasses.replace(REQUESTS[name], symmetry=None)
    assert without_measures(explore(request)) == without_measures(explore_in_python(request))


@pytest.mark.parametrize("store", STORES)
def test_paxos_with_three_ballots_is_counted(store: StoreName) -> None:
    result = explore(Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 3}, store=store))
    counts = result.statistics
    assert (counts.distinct, counts.generated, counts.depth) == (185_369, 1_350_916, 25)
    assert result.verdict.name == "exhausted"


def test_two_workers_say_the_same() -> None:
    request = Request(Lease, {"Node": 3}, {**LEASE, "horizon": 2}, {"crash": 1})
    assert without_measures(explore(dataclasses.replace(request, workers=2))) == without_measures(
        explore(request)
    )


@pytest.mark.parametrize("symmetry", [(), None])
@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.model.__name__)
def test_sets_that_are_kept_as_lists_change_nothing(
    case: Case, symmetry: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All sets are: they begin with room for two elements, and get more when they need it."""
    monkeypatch.setattr(kept_sets, "MASK_MAX", 3)
    monkeypatch.setattr(kept_sets, "FIRST_CAPACITY", 2)
    request = dataclasses.replace(case.request(case.model), symmetry=symmetry)
    assert without_measures(explore(request)) == without_measures(explore_in_python(request))


def test_a_sparse_set_that_is_too_small_is_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SET_DENSE", 64)
    monkeypatch.setattr(layout, "FIRST_CAPACITY", 1)
    result = explore(Request(Paxos, {**PAXOS, "Ballot": 3}))
    assert (result.statistics.distinct, result.statistics.generated) == (185_369, 1_350_916)
