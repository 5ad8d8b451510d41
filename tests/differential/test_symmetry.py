"""Symmetry: representatives stand for all states and no others, on both engines and stores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checker.engines.native import program
from checker.engines.native.canonical import CanonicalForm, canonical_form
from checker.engines.native.explore import explore
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Request
from checker.gates.audit import BOUNDS, audit
from checker.gates.check import Check, Origin
from checker.verdicts import Result, Violated
from model.mutants.paxos import PromisesBelowPromised
from model.paxos import Paxos

PAXOS = "model.paxos:Paxos"
AUDITED: tuple[tuple[str, Mapping[str, int], Mapping[str, int], Mapping[str, int]], ...] = (
    (PAXOS, {"Acceptor": 3, "Value": 2, "Ballot": 1}, {}, {}),
    ("model.mutants.paxos:PromisesBelowPromised", {"Acceptor": 3, "Value": 2, "Ballot": 2}, {}, {}),
    ("model.raft_log:RaftLog", {"Node": 3, "Value": 1, "Term": 2, "Slot": 1}, {}, {"timeout": 1}),
    ("tests.models.two_phase:TwoPhase", {"Manager": 3}, {}, {}),
    ("tests.models.counters:Mail", {"Node": 2}, {}, {}),
    ("tests.models.wide:Wide", {"Node": 2, "Slot": 2}, {}, {"lose": 1}),
    ("tests.models.entries:Entries", {"Node": 2, "Kind": 1}, {}, {}),
)


def check_of(
    target: str, scope: Mapping[str, int], params: Mapping[str, int], faults: Mapping[str, int]
) -> Check:
    return Check("audited", target, Origin(None, Path()), None, scope, params, faults, deadlock=False)


def counts(result: Result) -> tuple[int | None, int, int]:
    found = result.statistics
    return found.distinct, found.generated, found.depth


@pytest.mark.parametrize(
    ("acceptors", "values", "ballots", "representatives", "states"),
    [(3, 2, 2, 443, 3_921), (3, 2, 3, 17_153, 185_369), (3, 3, 2, 443, 6_801), (5, 2, 2, 5_811, 701_505)],
)
def test_paxos_has_the_known_representatives(
    acceptors: int, values: int, ballots: int, representatives: int, states: int
) -> None:
    scope = {"Acceptor": acceptors, "Value": values, "Ballot": ballots}
    reduced, whole = explore(Request(Paxos, scope, symmetry=None)), explore(Request(Paxos, scope))
    assert (reduced.statistics.distinct, whole.statistics.distinct) == (representatives, states)
    assert reduced.statistics.depth == whole.statistics.depth
    assert (reduced.symmetry, whole.symmetry) == (("Acceptor", "Value"), ())


def test_engines_and_workers_count_the_same_representatives() -> None:
    scope = {"Acceptor": 3, "Value": 2, "Ballot": 2}
    found = [counts(explore(Request(Paxos, scope, symmetry=None, workers=workers))) for workers in (1, 2, 4)]
    assert found[0] == found[1] == found[2]
    python = explore_in_python(Request(Paxos, scope, symmetry=None))
    assert (python.statistics.distinct, python.statistics.depth) == (found[0][0], found[0][2])


@pytest.mark.parametrize(("target", "scope", "params", "faults"), AUDITED, ids=[one[0] for one in AUDITED])
def test_all_ways_to_search_say_the_same(
    target: str, scope: Mapping[str, int], params: Mapping[str, int], faults: Mapping[str, int]
) -> None:
    found = audit(check_of(target, scope, params, faults), BOUNDS)
    assert found.disagreements == ()
    reduced = [sight for sight in found.sights if sight.result.symmetry]
    assert {sight.way.engine for sight in reduced} >= {"native"}
    assert {sight.way.store for sight in reduced} == {"default", "compact"}


def test_a_violation_is_as_far_away_and_is_a_behaviour_of_the_model() -> None:
    scope = {"Acceptor": 3, "Value": 2, "Ballot": 2}
    whole = explore(Request(PromisesBelowPromised, scope)).verdict
    reduced = explore(Request(PromisesBelowPromised, scope, symmetry=None)).verdict
    # The trace that is shown was taken by CPython, step by step, from an initial state of the model.
    assert isinstance(whole, Violated)
    assert isinstance(reduced, Violated)
    assert whole.property == reduced.property == "agreement"
    assert len(whole.trace.steps) == len(reduced.trace.steps)


WRONG: Mapping[str, str] = {
    "does nothing": "(void)words;",
    "merges orbits": "RIGHT(words); words[0] &= ~UINT64_C(1);",
    "is not idempotent": "RIGHT(words); words[0] ^= UINT64_C(1);",
}
"""Bodies of a form that is not canonical. With one ballot, the lowest bit says what an acceptor promised."""


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_form_is_noticed(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "model_canonicalise(uint64_t *words) { "

    def made(*given: Any) -> CanonicalForm:
        right = canonical_form(*given)
        if not right.functions:
            return right
        *others, last = right.functions
        begin, _, body = last.partition(head)
        right_name = body.partition("(")[0]
        assert right_name.isidentifier()
        body = WRONG[wrong].replace("RIGHT", right_name)
        return CanonicalForm(right.constants, (*others, f"{begin}{head}{body} }}"))

    monkeypatch.setattr(program, "canonical_form", made)
    found = audit(check_of(PAXOS, {"Acceptor": 3, "Value": 2, "Ballot": 1}, {}, {}), BOUNDS)
    assert any("symmetry of" in one for one in found.disagreements), found
