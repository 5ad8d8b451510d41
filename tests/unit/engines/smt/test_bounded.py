"""Bounded search: violations of the right length, refutations, and what is said when the time is over."""

from __future__ import annotations

import itertools

import pytest

from checker.engines.request import Request
from checker.engines.smt.bounded import search
from checker.engines.smt.system import System
from checker.engines.smt.z3_library import Answer
from checker.language.model import Model
from model.mutants import paxos as mutants
from model.paxos import Paxos
from model.raft_log import RaftLog
from tests.differential.test_protocols import CASES, Case

TWO = {"Acceptor": 3, "Value": 2, "Ballot": 2}


QUICK = tuple(case for case in CASES if case.model.__name__ not in ("Bank", "Zab", "LamportMutex"))
"""All but those whose refutation below the shortest length takes long."""


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.model.__name__)
def test_seeded_bugs_are_found_and_none_is_shorter(case: Case) -> None:
    for model, (violated, steps) in case.bugs.items():
        answer = search(case.request(model), steps + 2, 60.0)
        found = answer.violated
        assert found is not None
        assert (found.property or found.kind, len(found.trace.steps)) == (violated, steps)
        assert answer.refuted == steps - 1


@pytest.mark.parametrize(
    ("mutant", "steps"),
    [(mutants.VotesForUnproposed, 4), (mutants.OnePromiseIsEnough, 10), (mutants.PromiseNotKept, 12)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_mutants_of_paxos_are_found(mutant: type[Model], steps: int) -> None:
    answer = search(Request(mutant, TWO, deadlock=False), 16, 60.0)
    assert answer.violated is not None
    assert answer.violated.property == "agreement"
    assert (len(answer.violated.trace.steps), answer.refuted) == (steps, steps - 1)


def test_nothing_is_wrong_with_paxos_within_some_steps() -> None:
    answer = search(Request(Paxos, TWO, deadlock=False), 8, 60.0)
    assert (answer.violated, answer.refuted, answer.unknown) == (None, 8, None)
    assert [one.answer for one in answer.queries] == [Answer.UNSATISFIABLE]


def test_no_time_is_no_answer() -> None:
    answer = search(Request(Paxos, TWO, deadlock=False), 24, 0.2)
    assert answer.violated is None
    assert answer.unknown is not None
    assert answer.refuted < 24


def test_another_seed_is_recorded() -> None:
    answer = search(Request(Paxos, TWO, deadlock=False), 2, 60.0, seed=3)
    assert (answer.seed, answer.refuted) == (3, 2)


def test_states_have_truths_for_what_so_many_steps_lead_to() -> None:
    request = Request(Paxos, TWO, deadlock=False)
    widths = [search(request, steps, 60.0).width for steps in (0, 1, 12)]
    assert widths == sorted(set(widths))
    assert widths[-1] == sum(one.width for one in System(request, reachable=True).shapes.values())


def test_what_a_step_leaves_alone_keeps_its_truths() -> None:
    system = System(Request(RaftLog, {"Node": 2, "Value": 1, "Term": 2, "Slot": 2}, faults={"timeout": 1}))
    state = system.symbolic("s")
    ends = list(itertools.accumulate((one.width for one in system.shapes.values()), initial=0))
    parts = {name: slice(*ends[at : at + 2]) for at, name in enumerate(system.shapes)}
    seen: set[str] = set()
    for one in system.unrolled(state.values):
        after = system.truths(one.after)
        for name, part in parts.items():
            if one.after[name] is state.values[name]:
                seen.add(name)
                assert after[part] == state.truths[part]
    assert seen == set(parts)
