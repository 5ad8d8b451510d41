"""Sums over a sort of any size: what is proved of them, what is not, and what is refused."""

from __future__ import annotations

import pytest

from checker.engines.request import Request
from checker.engines.smt.induction import induct
from checker.engines.smt.logic import TRUE
from checker.engines.smt.obligations import Kind, Obligations, obligations
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.unbounded_system import UnboundedSystem
from checker.engines.smt.z3_library import Answer, decide, written
from checker.language.model import Model
from tests.models import totals

TWO = {"Jar": 2}


def _asked(model: type[Model], params: dict[str, int] | None = None) -> tuple[UnboundedSystem, Obligations]:
    system = UnboundedSystem(Request(model, TWO, params or {}))
    return system, obligations(system)


def _proved(model: type[Model]) -> dict[str, bool]:
    system, asked = _asked(model)
    found: dict[str, bool] = {}
    for one in asked.all:
        if one.kind is Kind.POSSIBLE:
            continue
        own = [] if one.kind is Kind.BEGINS else [*asked.lemmas.values()]
        lits = [lit for lit in (one.given, one.refute, *own) if lit != TRUE]
        answer, _ = decide(written([system.algebra.terms.of(lit) for lit in lits]), 2.0, 0)
        found[one.name] = answer is Answer.UNSATISFIABLE
    return found


def test_what_one_loses_and_another_gets_adds_up() -> None:
    """Pouring from a jar into itself included: it is counted once."""
    assert not induct(Request(totals.Jars, TWO)).refused
    found = _proved(totals.Jars)
    assert found["nothing_is_spilled at the beginning"]
    assert found["nothing_is_spilled after pour"]


def test_what_does_not_add_up_is_not_proved() -> None:
    assert [one.obligation.name for one in induct(Request(totals.PoursTwice, TWO)).refused] == [
        "nothing_is_spilled after pour"
    ]
    assert not _proved(totals.PoursTwice)["nothing_is_spilled after pour"]


def test_a_sum_over_some_members_is_one_of_its_own() -> None:
    _, asked = _asked(totals.Filtered)
    assert any(one.subject == "parts" for one in asked.all)


@pytest.mark.parametrize(
    ("model", "params", "why"),
    [
        (totals.AddsUpOthers, {}, "depends on k"),
        (totals.CountsJars, {}, "counts members"),
        (totals.ChangesAll, {}, "changes for more members than are written"),
        (totals.StartsFull, {"least": 1}, "is not zero in the state before the initial method"),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else None,
)
def test_what_is_no_running_total_is_refused(model: type[Model], params: dict[str, int], why: str) -> None:
    with pytest.raises(NotYetSmt, match=rf"tests/models/totals.py:\d+: .*{why}"):
        _asked(model, params)
