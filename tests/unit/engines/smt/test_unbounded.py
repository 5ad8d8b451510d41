"""Proofs for every scope: what is proved, that a changed rule is not, and what is refused with its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.engines.request import Request
from checker.engines.smt.induction import induct
from checker.engines.smt.logic import TRUE
from checker.engines.smt.obligations import Kind, obligations
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.unbounded import prove_unbounded
from checker.engines.smt.unbounded_system import UnboundedSystem
from checker.engines.smt.z3_library import Answer, decide, written
from checker.language.model import Model
from model.lease_rates import LeaseRates
from model.mutants import burst_proof as bursts
from model.mutants import membership_proof as chain
from model.mutants import paxos_proof as mutants
from model.mutants import range_proof as ranges
from model.mutants import token_proof as tokens
from model.mutants.lease_rates import CountsFromTheAnswer, EqualDurations
from model.paxos_proof import PaxosProof
from model.raft_log import RaftLog

THREE = {"Acceptor": 3, "Value": 2, "Ballot": 3}
RATES = {"horizon": 12, "p": 1, "q": 4, "lease_ticks": 2, "grant_ticks": 4}


def test_paxos_agrees_for_every_scope() -> None:
    answer = prove_unbounded(Request(PaxosProof, THREE), seeds=(0,))
    assert answer.asked is not None
    assert (answer.open, answer.fragile) == ((), ())
    assert answer.assumed == ("Ballot is totally ordered", "any two quorums of Acceptor intersect")
    assert {one.obligation.kind for one in answer.tried} == {Kind.BEGINS, Kind.KEPT, Kind.IMPLIED}
    rests = next(one for one in answer.tried if one.obligation.name == "safe_at after propose")
    assert set(rests.hypotheses) < set(answer.asked.lemmas)


def test_leases_are_disjoint_for_all_rates() -> None:
    answer = prove_unbounded(Request(LeaseRates, params=RATES), seeds=(0,))
    assert answer.asked is not None
    assert (answer.open, answer.fragile) == ((), ())
    assert answer.assumed == ("rates_make_sense", "grants_outlast_leases")


@pytest.mark.parametrize("mutant", [EqualDurations, CountsFromTheAnswer], ids=lambda one: one.__name__)
def test_a_lease_without_margin_is_refused_at_a_scope(mutant: type[Model]) -> None:
    params = {**RATES, "lease_ticks": 4} if mutant is EqualDurations else RATES
    answer = prove_unbounded(Request(mutant, params=params), seeds=(0,))
    assert answer.asked is None
    assert answer.finite.refused[0].found is not None


TOKENS = Request(tokens.ReceivesTwice, {"Router": 2}, {"horizon": 2, "most": 3, "size": 2, "rate": 1})
BURSTS = Request(bursts.SplitDoubles, {"Partition": 2}, {"table_rate": 2, "burst_periods": 2, "most": 4})
RANGES = Request(ranges.KeepsItsEnd, {"Key": 3, "Part": 2})
CHAIN = Request(chain.SwapsInOneStep, params={"most": 4})


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (Request(mutants.ProposesTwoValues, THREE), "one_value_per_ballot after propose"),
        (Request(mutants.VotesForUnproposed, THREE), "accepted_was_proposed after accept"),
        (Request(mutants.PromiseNotKept, THREE), "promise_is_kept after promise"),
        (Request(mutants.AcceptsBelowPromised, THREE), "promise_is_kept after accept"),
        (Request(EqualDurations, params={**RATES, "lease_ticks": 4}), "disjoint follows"),
        (TOKENS, "conserve after receive"),
        (replace(TOKENS, model=tokens.VendsBeforeItFills), "window_leaves_room after vend"),
        (replace(BURSTS, lemmas=frozenset({"burst_range", "rates_add_up"})), "rates_add_up after split"),
        (replace(BURSTS, model=bursts.SavesWithoutEnd), "burst_range after new_period"),
        (RANGES, "no_key_has_two after split"),
        (CHAIN, "one_member_at_a_time after add"),
    ],
    ids=lambda one: one.model.__name__ if isinstance(one, Request) else None,
)
def test_what_is_refused_at_a_scope_is_not_proved_for_every_one(request_: Request, name: str) -> None:
    """The lowering without bounds, asked without the induction that comes first."""
    refused = {one.obligation.name for one in induct(request_).refused}
    assert name in refused
    system = UnboundedSystem(request_)
    asked = obligations(system)
    one = next(one for one in asked.all if one.name == name)
    lits = [lit for lit in (one.given, one.refute, *asked.lemmas.values()) if lit != TRUE]
    terms = [*(axiom for _, axiom in system.axioms()), *(system.algebra.terms.of(lit) for lit in lits)]
    assert decide(written(terms), 1.0, 0)[0] is not Answer.UNSATISFIABLE


def test_what_is_assumed_is_no_contradiction() -> None:
    system = UnboundedSystem(Request(PaxosProof, THREE))
    assert decide(written([axiom for _, axiom in system.axioms()]), 2.0, 0)[0] is not Answer.UNSATISFIABLE


def test_what_needs_a_count_is_refused_with_its_line() -> None:
    with pytest.raises(
        NotYetSmt, match=r"model/raft_log.py:\d+: .*is not lowered for every scope|counts members"
    ):
        obligations(UnboundedSystem(Request(RaftLog, {"Node": 3, "Term": 2, "Value": 1, "Slot": 1})))
