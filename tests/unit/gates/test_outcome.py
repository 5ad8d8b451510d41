"""Verdicts against what a check requires: what passes, what does not, and with which exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checker.exit_codes import ExitCode
from checker.gates.check import Accept, Check, Expect, Origin
from checker.gates.outcome import PRECEDENCE, Outcome, exit_code_of, judge
from checker.gates.outcome_report import outcome_report
from checker.report.lines import plain
from checker.verdicts import (
    Bounded,
    Exhausted,
    ExhaustedWithin,
    Proved,
    Requirement,
    Result,
    Sampled,
    Statistics,
    Truncated,
    Unknown,
    Untested,
    Verdict,
    Violated,
)
from tests.unit.traces.samples import PAXOS

SCOPE = (("Acceptor", 3),)
COUNTS = Statistics(10, 40, 5, 0.25, 120.0, (("prepare", 30), ("accept", 9)), (1, 2, 3, 3, 1))
CHECK = Check("one", "model.paxos:Paxos", Origin("specs/paxos.toml", Path()), scope={"Acceptor": 3})
POSITIVE = replace(CHECK, requirement=Requirement("exhausted"))
CONTROL = replace(CHECK, mutant="model.mutants.paxos:Forgets", expect=Expect("agreement", 5))
AGREEMENT = Violated("agreement", "invariant", PAXOS)


def result(verdict: Verdict) -> Result:
    return Result(verdict, COUNTS)


@pytest.mark.parametrize(
    ("requirement", "verdict", "code"),
    [
        ("exhausted", Exhausted(SCOPE), 0),
        ("exhausted", Proved("induction"), 0),
        ("exhausted", ExhaustedWithin(("short",), SCOPE), 20),
        ("exhausted", Bounded(100), 20),
        ("exhausted", Sampled(10**6), 20),
        ("exhausted", Truncated("states"), 20),
        ("exhausted", Truncated("interrupted"), 20),
        ("exhausted", Unknown("gave up"), 20),
        ("exhausted", AGREEMENT, 12),
        ("exhausted", Violated("p", "step_invariant", PAXOS), 13),
        ("exhausted", Violated(None, "deadlock", PAXOS), 11),
        ("exhausted", Violated("a", "assumption", PAXOS), 10),
        ("exhausted", Violated(None, "evaluation", PAXOS, "m.py:1: x", "action"), 75),
        ("exhausted_within(short)", ExhaustedWithin(("short",), SCOPE), 0),
        ("exhausted_within(short)", ExhaustedWithin(("few", "short"), SCOPE), 20),
        ("exhausted_within(short)", Exhausted(SCOPE), 0),
        ("bounded(5)", Bounded(5), 0),
        ("bounded(5)", Bounded(4), 20),
        ("bounded(5)", Truncated("depth"), 20),
        ("proved", Exhausted(SCOPE), 20),
        (None, Exhausted(SCOPE), 0),
        (None, ExhaustedWithin(("short",), SCOPE), 0),
        (None, Truncated("time"), 20),
        (None, AGREEMENT, 12),
    ],
)
def test_a_requirement_is_met_or_not(requirement: str | None, verdict: Verdict, code: int) -> None:
    needed = None if requirement is None else Requirement.parse(requirement)
    outcome = judge(replace(CHECK, requirement=needed), result(verdict))
    assert int(outcome.exit_code) == code
    assert outcome.passed == (code == 0)


@pytest.mark.parametrize(
    ("expect", "verdict", "code"),
    [
        (Expect("agreement", 5), AGREEMENT, 0),
        (Expect("agreement"), AGREEMENT, 0),
        (Expect("agreement", 4), AGREEMENT, 21),
        (Expect("validity", 5), AGREEMENT, 21),
        (Expect("agreement", 5), Exhausted(SCOPE), 21),
        (Expect("agreement", 5), Truncated("time"), 20),
        (Expect("agreement", 5), Truncated("depth"), 20),
        (Expect("agreement", 5), Unknown("gave up"), 20),
        (Expect("agreement", 5, ("prepare", "propose")), AGREEMENT, 0),
        (Expect("agreement", 5, ("promise", "promise")), AGREEMENT, 0),
        (Expect("agreement", 5, ("promise", "prepare")), AGREEMENT, 21),
        (Expect("agreement", None, ("promise",) * 3), AGREEMENT, 21),
        (Expect("agreement", None, ("crash",)), AGREEMENT, 21),
        (Expect("agreement", 5), Truncated("interrupted"), 20),
        (Expect("agreement", 5), Violated(None, "deadlock", PAXOS), 21),
        (Expect("agreement", 5), Violated("agreement", "evaluation", PAXOS, "m.py:1: x", "invariant"), 21),
        (Expect("deadlock", 5), Violated(None, "deadlock", PAXOS), 0),
        (Expect("evaluation"), Violated("agreement", "evaluation", PAXOS, "m.py:1: x", "invariant"), 0),
        (Expect("top_fits"), Violated("top_fits", "assumption", PAXOS), 0),
    ],
)
def test_a_negative_control_must_fail_exactly_so(expect: Expect, verdict: Verdict, code: int) -> None:
    outcome = judge(replace(CONTROL, expect=expect), result(verdict))
    assert int(outcome.exit_code) == code
    assert outcome.passed == (code == 0)


UNTRIED = Result(
    Exhausted(SCOPE),
    COUNTS,
    never_fired=("crash",),
    covers=(("chosen", False), ("begun", True)),
    untested=(Untested("agreement", "model/paxos.py", 88, "self.chosen(v)"),),
)


FAULTS = {"crashes": ("crash",), "loss": ("lose", "forget")}


@pytest.mark.parametrize(
    ("budgets", "never", "accepted", "passes"),
    [
        ({"crashes": 1}, ("crash",), (), False),
        ({"crashes": 1}, (), (), True),
        ({"crashes": 0}, (), (), True),
        ({"crashes": 1}, ("crash",), ("crash",), True),
        ({"crashes": 1}, ("crash",), ("crashes",), True),
        ({"crashes": 1}, ("crash",), ("lose",), False),
        ({"loss": 1}, ("lose",), (), True),
        ({"loss": 1}, ("lose", "forget"), (), False),
        ({"loss": 1}, ("lose", "forget"), ("lose",), False),
        ({"loss": 1}, ("lose", "forget"), ("lose", "forget"), True),
        ({}, ("prepare",), (), True),
    ],
)
def test_a_fault_that_has_a_budget_happens(
    budgets: dict[str, int], never: tuple[str, ...], accepted: tuple[str, ...], passes: bool
) -> None:
    check = replace(POSITIVE, faults=budgets, accept=Accept(never_fired=frozenset(accepted)))
    outcome = judge(check, Result(Exhausted(SCOPE), COUNTS, never_fired=never), FAULTS)
    assert outcome.passed == passes
    assert outcome.exit_code == (ExitCode.OK if passes else ExitCode.VACUOUS)


def test_a_model_without_states_proves_nothing() -> None:
    empty = Result(Exhausted(SCOPE), Statistics(0, 0, 0, 0.0, None, (), ()))
    outcome = judge(POSITIVE, empty)
    assert (outcome.status, outcome.exit_code) == ("fail", ExitCode.VACUOUS)
    assert "no initial state" in outcome.reason
    assert judge(replace(POSITIVE, accept=Accept(no_initial_state=True)), empty).passed
    assert not judge(replace(POSITIVE, accept=Accept(no_step=True)), empty).passed
    outside = replace(empty, verdict=ExhaustedWithin(("short",), SCOPE), pruned=(("short", 2),))
    within = replace(POSITIVE, requirement=Requirement.parse("exhausted_within(short)"))
    assert "outside of a constraint" in judge(within, outside).reason


def test_a_model_without_steps_proves_nothing() -> None:
    still = Result(Exhausted(SCOPE), Statistics(2, 2, 1, 0.0, None, (("prepare", 0), ("accept", 0)), (2,)))
    outcome = judge(POSITIVE, still)
    assert (outcome.status, outcome.exit_code) == ("fail", ExitCode.VACUOUS)
    assert "no step was taken" in outcome.reason
    assert judge(replace(POSITIVE, accept=Accept(no_step=True)), still).passed
    assert not judge(replace(POSITIVE, accept=Accept(no_initial_state=True)), still).passed


def test_what_one_scope_cannot_try_is_asked_of_all_checks_of_a_spec() -> None:
    assert judge(POSITIVE, UNTRIED).passed


def test_what_was_never_tried_does_not_matter_to_a_negative_control() -> None:
    assert judge(CONTROL, replace(UNTRIED, verdict=AGREEMENT)).passed


def test_the_exit_code_of_several_checks_is_the_first_by_precedence() -> None:
    good = judge(POSITIVE, result(Exhausted(SCOPE)))
    bad = judge(POSITIVE, result(AGREEMENT))
    open_ = judge(POSITIVE, result(Truncated("time")))
    control = judge(CONTROL, result(Exhausted(SCOPE)))
    assert exit_code_of([good, good]) == ExitCode.OK
    assert exit_code_of([open_, good, control]) == ExitCode.NEGATIVE_CONTROL
    assert exit_code_of([open_, control, bad]) == ExitCode.INVARIANT
    assert exit_code_of([good, open_]) == ExitCode.INCONCLUSIVE


def test_the_precedence_has_every_code_that_a_check_can_end_with() -> None:
    elsewhere = {ExitCode.OK, ExitCode.USAGE, ExitCode.INTERRUPTED, ExitCode.INTERNAL, ExitCode.AUDIT}
    assert set(PRECEDENCE) == set(ExitCode) - elsewhere
    assert len(set(PRECEDENCE)) == len(PRECEDENCE)


def test_every_report(golden: Callable[[str, str], None]) -> None:
    outcomes: list[Outcome] = [
        judge(POSITIVE, result(Exhausted(SCOPE))),
        judge(POSITIVE, result(ExhaustedWithin(("short",), SCOPE))),
        judge(POSITIVE, result(Truncated("memory"))),
        judge(POSITIVE, UNTRIED),
        judge(replace(POSITIVE, faults={"crashes": 1}), UNTRIED, FAULTS),
        judge(POSITIVE, Result(Exhausted(SCOPE), Statistics(0, 0, 0, 0.0, None, (), ()))),
        judge(POSITIVE, Result(Exhausted(SCOPE), Statistics(1, 1, 1, 0.0, None, (("prepare", 0),), (1,)))),
        judge(replace(CONTROL, expect=Expect("agreement", 5, ("accept", "prepare"))), result(AGREEMENT)),
        judge(
            POSITIVE,
            result(replace(AGREEMENT, message="agreement is false at model/paxos.py:96:\n  a is False")),
        ),
        judge(CONTROL, result(AGREEMENT)),
        judge(replace(CONTROL, expect=Expect("agreement", 1)), result(AGREEMENT)),
        judge(CONTROL, result(Exhausted(SCOPE))),
        judge(CONTROL, result(Truncated("interrupted"))),
    ]
    rule = "=" * 80 + "\n"
    golden("cli/outcome_reports.txt", rule.join([plain(outcome_report(one, named=True)) for one in outcomes]))
