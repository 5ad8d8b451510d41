"""Compiled walks: what is drawn, walks that are taken again, objects that do not fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from checker.engines.native import layout
from checker.engines.native.build import build, build_for
from checker.engines.native.explore import captured
from checker.engines.native.library import LibraryError
from checker.engines.native.program import generate
from checker.engines.native.search import Call
from checker.engines.native.simulate import simulate
from checker.engines.native.sizes import Sizes
from checker.engines.native.walks import DEFINES, WalkLibrary, Walks
from checker.engines.request import Choice, Request, Simulation
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.models.counters import Starts
from tests.models.uneven import Uneven

PAXOS = Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 3})
RAFT = Request(RaftLog, {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, faults={"timeout": 2})


def source_of(request: Request) -> str:
    """The C file of a model."""
    model, _ = captured(request)
    return generate(model, Sizes(request.scope, request.params), request.faults).source


@contextmanager
def walking(request: Request, simulation: Simulation, *defines: str) -> Generator[Walks]:
    """Walks of a model, not begun."""
    built = build_for(WalkLibrary, source_of(request), defines=(*DEFINES, *defines), brief=True)
    with Walks(built.library, simulation) as walks:
        yield walks


def about(count: int, share: float, of: int) -> bool:
    """Whether a count is as far from its share as it may be by chance, once in a million times."""
    return abs(count - share * of) < 5 * math.sqrt(of * share * (1 - share))


@pytest.mark.parametrize(("choose", "share"), [("step", 0.1), ("action", 0.5)])
def test_what_is_enabled_is_equally_likely(choose: Choice, share: float) -> None:
    with walking(Request(Uneven), Simulation(1, 20_001, 7, choose)) as walks:
        walks.run()
        steps = Counter(walks.walk(1).steps)
    assert len(steps) == 10
    assert about(steps[Call(0, ())], share, 20_000)
    for digit in range(9):
        assert about(steps[Call(1, (digit,))], (1 - share) / 9, 20_000)


def test_initial_calls_are_equally_likely() -> None:
    with walking(Request(Uneven), Simulation(1, 1, 7)) as walks:
        walks.run()
        starts = Counter(walks.walk(number).initial for number in range(1, 9_001))
    assert set(starts) == {Call(0, (digit,)) for digit in range(9)}
    assert all(about(count, 1 / 9, 9_000) for count in starts.values())


def test_an_initial_state_that_comes_twice_is_twice_as_likely() -> None:
    with walking(Request(Starts, {"Node": 3}), Simulation(50, 1)) as walks:
        assert walks.run().starts == 9


def test_a_walk_can_be_taken_again() -> None:
    with walking(PAXOS, Simulation(40, 30, 5)) as walks:
        done = walks.run()
        again = [walks.walk(number) for number in range(1, 41)]
        assert walks.walk(3) == again[2]
    assert {one.end for one in again} == {"depth"}
    assert {len(one.steps) for one in again} == {29}
    assert len({one.steps for one in again}) == 40
    fired = Counter(step.number for one in again for step in one.steps)
    assert tuple(fired[number] for number in range(4)) == done.fired


def test_a_walk_is_the_same_whatever_is_asked_for_beside_it() -> None:
    with walking(PAXOS, Simulation(40, 30, 5)) as walks:
        walks.run()
        whole = walks.walk(17)
    with walking(PAXOS, Simulation(1, 12, 5)) as walks:
        walks.run()
        assert walks.walk(17).steps == whole.steps[:11]


@pytest.mark.parametrize("request_", [PAXOS, RAFT], ids=["paxos", "raft log"])
def test_the_debug_build_finds_nothing_amiss(request_: Request) -> None:
    with walking(request_, Simulation(200, 40), "LS_DEBUG") as walks:
        checked = walks.run()
    with walking(request_, Simulation(200, 40)) as walks:
        assert replace(walks.run(), seconds=0.0) == replace(checked, seconds=0.0)


def test_a_sparse_set_that_is_too_small_is_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    request = replace(PAXOS, simulation=Simulation(50, 40), brief=True, workers=2)
    usual = simulate(request)
    monkeypatch.setattr(layout, "SET_DENSE", 64)
    monkeypatch.setattr(layout, "FIRST_CAPACITY", 1)
    sparse = simulate(request)
    assert sparse.statistics.actions == usual.statistics.actions
    assert (sparse.verdict, sparse.sampling) == (usual.verdict, usual.sampling)


def test_an_object_is_for_searching_or_for_walking() -> None:
    source = source_of(RAFT)
    with pytest.raises(LibraryError, match=r"cannot be loaded: .*ls_simulate_open"):
        build_for(WalkLibrary, source, brief=True)
    with pytest.raises(LibraryError, match=r"cannot be loaded: .*ls_open"):
        build(source, defines=DEFINES, brief=True)
