"""Mutants: compiled code, the reference evaluator, and CPython running the mutated source say the same."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker.capture.problems import Refused
from checker.engines.native.explore import captured, explore
from checker.engines.native.mutants import Mutation
from checker.engines.native.mutants import search_mutants as natively
from checker.engines.python.mutants import search_mutants as slowly
from checker.engines.python.search import explore as in_python
from checker.engines.request import Limits, Request
from checker.ir.mutation.collecting import Numbered, mutants_of
from checker.running.mutant_source import written
from checker.running.mutated import Examined, Expected
from checker.verdicts import Exhausted, Result, Violated
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.models.begun import Begun, Owned
from tests.models.mutable import Rounds

ROUNDS = Request(Rounds, {"Node": 3, "Round": 1}, faults={"crash": 1}, symmetry=None, deadlock=False)
ROUNDS_2 = Request(Rounds, {"Node": 2, "Round": 2}, faults={"crash": 1}, symmetry=None, deadlock=False)
PAXOS = Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 1}, symmetry=None, deadlock=False)
RAFT = Request(
    RaftLog,
    {"Node": 2, "Value": 1, "Term": 2, "Slot": 1},
    faults={"timeout": 1},
    symmetry=None,
    deadlock=False,
)
BEGUN = Request(Begun, {"Node": 2}, symmetry=None, deadlock=False)
OWNED = Request(Owned, {"Node": 2}, symmetry=None, deadlock=False)
LIMITS = Limits(states=20_000)


def expected_of(result: Result) -> Expected:
    """What the model does."""
    return Expected(
        frozenset(name for name, met in result.covers if met),
        frozenset(name for name, count in result.statistics.actions if count),
    )


def in_short(one: Examined) -> tuple[object, ...]:
    """What must be the same whatever searched; of several shortest ways it may be another."""
    steps = None if one.trace is None else len(one.trace.steps)
    return one.number, one.fate, one.property, one.kind, steps, one.lost, one.broken, one.cut


@pytest.mark.parametrize(
    "request_",
    [ROUNDS, ROUNDS_2, PAXOS, RAFT, BEGUN, OWNED],
    ids=["rounds", "two rounds", "paxos", "raft_log", "begun", "owned"],
)
def test_both_engines_say_the_same_of_every_mutant(request_: Request) -> None:
    model, _ = captured(request_)
    mutants = mutants_of(model).made
    expected = expected_of(explore(request_))
    mutation = Mutation(request_, expected, LIMITS, 2, whole=True)
    native = sorted(natively(mutation, mutants), key=lambda one: one.number)
    python = sorted(slowly(request_, expected, LIMITS, mutants, whole=True), key=lambda one: one.number)
    assert [in_short(one) for one in native] == [in_short(one) for one in python]
    assert {"killed", "equivalent"} <= {one.fate for one in native} | {"equivalent"}
    assert len({one.fate for one in native}) > 1
    assert all((one.broken is not None) == (one.fate == "killed") for one in native)


def test_what_a_mutant_breaks_beside_the_first() -> None:
    model, _ = captured(ROUNDS_2)
    mutants = mutants_of(model).made[:1]
    expected = expected_of(in_python(ROUNDS_2))
    (found,) = slowly(ROUNDS_2, expected, LIMITS, mutants, whole=True)
    assert (found.property, found.broken, found.cut) == (
        "rounds_rise",
        ("acks_are_kept", "rounds_rise"),
        None,
    )
    limits = Limits(states=found.distinct)  # enough for the first violation
    (found,) = slowly(ROUNDS_2, expected, limits, mutants, whole=True)
    assert found.cut == "states"
    assert "rounds_rise" in (found.broken or ())
    (found,) = slowly(ROUNDS_2, expected, LIMITS, mutants)
    assert (found.broken, found.cut) == (None, None)


def test_a_search_that_runs_past_a_limit_is_truncated() -> None:
    model, _ = captured(PAXOS)
    mutants = mutants_of(model).made
    expected = expected_of(explore(PAXOS))
    found = list(natively(Mutation(PAXOS, expected, Limits(states=3), 1), mutants))
    assert {one.why for one in found if one.fate == "truncated"} == {"states"}
    assert all(one.distinct <= 3 for one in found if one.fate in ("survived", "narrower"))


def _imported(one: Numbered, folder: Path, name: str) -> type:
    text = written(one.mutant).text
    assert text is not None
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    found = getattr(module, one.model.name.partition(":")[2])
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize("request_", [ROUNDS, PAXOS, OWNED], ids=["rounds", "paxos", "owned"])
def test_cpython_running_the_mutated_source_says_so_too(request_: Request, tmp_path: Path) -> None:
    model, _ = captured(request_)
    mutants = mutants_of(model).made
    expected = expected_of(explore(request_))
    found = {one.number: one for one in natively(Mutation(request_, expected, LIMITS, 2), mutants)}
    compared = 0
    for one in mutants:
        cls = _imported(one, tmp_path, f"mutated_{request_.model.__name__}_{one.number}")
        try:
            result = in_python(replace(request_, model=cls, symmetry=()))
        except Refused:
            continue  # what is left reads what may be None, and the language lets nobody do that
        compared += 1
        tested = found[one.number]
        if tested.fate == "killed":
            assert isinstance(result.verdict, Violated), written(one.mutant).what
            assert tested.trace is not None
            assert (result.verdict.kind, result.verdict.property) == (tested.kind, tested.trace.property)
            assert len(result.verdict.trace.steps) == len(tested.trace.steps)
        else:
            assert isinstance(result.verdict, Exhausted), written(one.mutant).what
    assert compared > len(mutants) / 2
