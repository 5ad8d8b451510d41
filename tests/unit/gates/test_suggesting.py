"""Paxos with a lemma taken away, and with a mistake: what becomes of the counterexample to induction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.capture.model import capture
from checker.engines.request import Request
from checker.engines.smt.induction import induct
from checker.engines.smt.vocabulary import prefixes
from checker.gates import suggesting
from checker.gates.check import Check, Origin
from checker.gates.engine import Execution
from checker.gates.proof_report_triage import suggestions_report, suggestions_to_object
from checker.gates.suggesting import Suggesting
from checker.gates.triage import searched, triaged
from checker.language.declaration import declare
from checker.language.rules import Kind
from checker.report.lines import plain
from checker.verdicts import Result, Truncated, Violated
from model.mutants.paxos_proof import OnePromiseIsEnough
from model.paxos_proof import PaxosProof

TWO = {"Acceptor": 2, "Value": 2, "Ballot": 2}
SECONDS = 600.0
LEMMAS = frozenset(one.name for one in declare(PaxosProof).of_kind(Kind.LEMMA))


def _check(model: type, scope: dict[str, int]) -> Check:
    return Check("here", f"{model.__module__}:{model.__name__}", Origin(None, Path.cwd()), scope=scope)


@pytest.mark.parametrize(
    ("lemma", "said"),
    [
        ("accepted_was_proposed", "Accept(m.ballot, m.value) in self.network"),
        ("vote_is_newest", "self.vote[m.acceptor] is not None"),
    ],
)
def test_what_is_suggested_for_a_lemma_that_was_taken_away(lemma: str, said: str) -> None:
    """It is kept by every step, and the induction gets past what was refused."""
    request = Request(PaxosProof, TWO, lemmas=LEMMAS - {lemma})
    answer = induct(request)
    check = _check(PaxosProof, TWO)
    assert triaged(check, request, answer, SECONDS).worth == "unreachable"
    best = Suggesting(check, request, answer, SECONDS).run().found[0]
    assert (best.is_kept, best.closes) == (True, True)
    assert said in best.lemmas[0].source


def test_a_search_that_was_stopped_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not looked at is not said to hold."""

    def stopped(
        check: Check, request: Request, names: frozenset[str], seconds: float, run: Execution
    ) -> Result:
        whole = searched(check, request, names, SECONDS, run)
        return replace(whole, verdict=Truncated("time"))

    monkeypatch.setattr(suggesting, "SAMPLE", 20)
    request = Request(PaxosProof, TWO, lemmas=LEMMAS - {"accepted_was_proposed"})
    answer = induct(request)
    look = Suggesting(_check(PaxosProof, TWO), request, answer, SECONDS)
    monkeypatch.setattr(suggesting, "searched", stopped)
    found = look.run()
    assert found.stopped == "time"
    assert found.states > 20
    said = " ".join(plain(suggestions_report(found)).split())
    assert "until the search was stopped (time); whether they hold in all is not known" in " ".join(
        said.split()
    )
    assert {one["stopped"] for one in suggestions_to_object(found)} == {"time"}


def test_the_counterexample_of_a_mistake_is_reachable() -> None:
    scope = {**TWO, "Acceptor": 3}
    request = Request(OnePromiseIsEnough, scope)
    triage = triaged(_check(OnePromiseIsEnough, scope), request, induct(request), SECONDS)
    assert triage.worth == "reachable"
    verdict = triage.result.verdict
    assert isinstance(verdict, Violated)
    assert verdict.property in triage.subjects
    assert verdict.trace.steps[-1].action in ("propose", "accept")


def test_what_a_lemma_of_paxos_may_say() -> None:
    """Of the shipped lemmas all but two are clauses of what the vocabulary has."""
    said = {
        atom.text(positive=positive)
        for prefix in prefixes(capture(PaxosProof))
        for atom in prefix.atoms
        for positive in (True, False)
    }
    assert {
        "Accept(b, v) in self.network",
        "Accepted(a, b, v) not in self.network",
        "v == w",
        "self.promised[m.acceptor] is not None and self.promised[m.acceptor] >= m.ballot",
        "self.vote[m.acceptor] is not None and self.vote[m.acceptor].ballot >= m.ballot",
        "self.vote[a] == Vote(b, v)",
        "m.vote is not None and m.vote.ballot < m.ballot",
    } <= said
