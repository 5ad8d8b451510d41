"""Finite induction: what is proved, what breaks a proof, and that the model's rules decide it."""

from __future__ import annotations

from types import ModuleType

import pytest

from checker.engines.request import Request
from checker.engines.smt.induction import Induction, Settled, induct
from checker.engines.smt.obligations import Kind
from checker.language.model import Model
from model.mutants import paxos
from model.mutants import paxos_proof as mutants
from model.paxos import Paxos
from model.paxos_proof import PaxosProof
from tests.models import induction as small

TWO = {"Acceptor": 2, "Value": 2, "Ballot": 2}
THREE = {"Acceptor": 3, "Value": 2, "Ballot": 3}


def _only(found: tuple[Settled, ...]) -> Settled:
    assert len(found) == 1, [one.obligation.name for one in found]
    return found[0]


def _of(model: type[Model]) -> Induction:
    return induct(Request(model))


def test_the_lemmas_of_paxos_are_inductive_and_each_is_needed() -> None:
    answer = induct(Request(PaxosProof, THREE))
    assert (answer.refused, answer.open, answer.vacuous) == ((), (), ())
    assert answer.asked.skipped > 0
    used = {one.obligation.subject: set(one.core) for one in answer.settled if one.obligation.action is None}
    needed = set(used["agreement"])
    while True:
        more = needed | {
            name for one in answer.of(Kind.KEPT) if one.obligation.subject in needed for name in one.core
        }
        if more == needed:
            break
        needed = more
    assert needed == set(answer.asked.lemmas)


def test_agreement_alone_is_not_inductive() -> None:
    answer = induct(Request(Paxos, TWO))
    broken = _only(answer.refused)
    assert broken.obligation.name == "agreement after accept"
    assert broken.found is not None
    assert [step.action for step in broken.found.trace.steps] == ["accept"]


def _models_of(module: ModuleType) -> dict[str, type[Model]]:
    return {
        name: one
        for name, one in vars(module).items()
        if isinstance(one, type) and issubclass(one, Model) and one.__module__ == module.__name__
    }


MUTANTS = list(_models_of(mutants).values())
SHOWN_BY_A_THIRD_BALLOT = (mutants.AdoptsAnyVote, mutants.AdoptsTheLowestVote, mutants.OnePromiseIsEnough)
"""Of two ballots, the vote that a promise tells is the newest: what else may be chosen needs a third."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_forgotten_rule_breaks_the_proof_of_paxos(mutant: type[Model]) -> None:
    """CPython takes the step of each counterexample, so that none is an artefact of the solver."""
    answer = induct(Request(mutant, TWO))
    if mutant in SHOWN_BY_A_THIRD_BALLOT:
        assert (answer.refused, answer.open) == ((), ()), "two ballots do not show it"
        answer = induct(Request(mutant, THREE))
    assert answer.refused != ()
    assert all(one.found is not None for one in answer.refused if one.obligation.kind is Kind.KEPT)
    assert issubclass(mutant, PaxosProof)


def test_every_mutant_of_paxos_is_tried() -> None:
    assert {one.__name__ for one in MUTANTS} == set(_models_of(paxos))


def test_an_induction_that_holds() -> None:
    answer = _of(small.Turns)
    assert (answer.refused, answer.open, answer.vacuous) == ((), (), ())
    assert {one.obligation.kind for one in answer.settled} == {
        Kind.BEGINS, Kind.KEPT, Kind.DEFINED, Kind.IMPLIED, Kind.POSSIBLE,
    }  # fmt: skip


def test_a_step_that_breaks_the_lemma() -> None:
    broken = _only(_of(small.TurnsTooFar).refused)
    assert broken.obligation.name == "close after step_left"
    assert broken.found is not None
    assert broken.found.after is not None
    assert broken.found.after["left"] == broken.found.after["right"] + 2


def test_an_initial_state_that_breaks_the_lemma() -> None:
    assert _of(small.StartsApart).refused[0].obligation.name == "close at the beginning"


def test_an_invariant_that_does_not_follow() -> None:
    broken = _only(_of(small.NothingFollows).refused)
    assert broken.obligation.name == "right_is_low follows"
    assert broken.found is not None
    assert broken.found.state["right"] == 5


def test_an_action_without_a_value() -> None:
    answer = _of(small.MayFail)
    broken = {one.obligation.name for one in answer.refused}
    assert "leap has a value" in broken
    found = next(one.found for one in answer.refused if one.obligation.kind is Kind.DEFINED)
    assert found is not None
    assert found.failure is not None
    assert "outside of Range(0, 5)" in found.failure.message


def test_a_lemma_without_a_value_after_a_step() -> None:
    broken = _only(induct(Request(small.LemmaMayFail, {"Node": 2})).refused)
    assert broken.obligation.name == "seen_have_a_place after see"


def test_what_never_happens_is_told() -> None:
    never = {one.obligation.name for one in _of(small.NeverLeaps).vacuous}
    assert "leap is possible" in never
    assert any(name.startswith("far is possible: the left side") for name in never)


def test_states_with_every_kind_of_variable_go_back_to_python() -> None:
    answer = induct(Request(small.Kept, {"Node": 2}))
    assert [one.obligation.name for one in answer.refused] == ["logs_are_short after append"]


def test_steps_from_beyond_a_constraint_are_left_out() -> None:
    assert _of(small.Constrained).asked.within == ("few",)
    assert _of(small.Constrained).refused == ()


def test_a_lemma_is_proved_from_what_it_names() -> None:
    assert _of(small.Copies).refused == ()
    broken = _only(_of(small.CopiesWithoutCause).refused)
    assert broken.obligation.name == "left_is_low after copy"
