"""Checks, run: with the python engine on a small model, and with engines that fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checker.capture.model import capture
from checker.engines.python.search import explore
from checker.engines.request import Limits, Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Expect, Origin
from checker.gates.run import run_check, run_checks
from checker.language.errors import FormError, ModelError, ScopeError
from checker.verdicts import Requirement, Result, Truncated, Violated
from tests.unit.gates.toy import Overshoots

ROOT = Path(__file__).resolve().parents[3]
TOY = "tests.unit.gates.toy"
CHECK = Check(
    "counts",
    f"{TOY}:Counter",
    Origin("specs/toy.toml", ROOT),
    scope={"Node": 2},
    params={"top": 3},
    faults={"reset": 1},
    requirement=Requirement("exhausted"),
)
CONTROL = replace(CHECK, mutant=f"{TOY}:Overshoots", requirement=None, expect=Expect("low", 4))


def test_a_check_passes() -> None:
    outcome = run_check(CHECK, explore)
    assert outcome.passed
    assert outcome.result is not None
    assert outcome.result.statistics.distinct > 10


def test_a_mutant_is_caught_as_its_check_says() -> None:
    outcome = run_check(CONTROL, explore)
    assert outcome.passed
    assert outcome.exit_code == ExitCode.OK


def test_a_mutant_that_is_caught_otherwise_fails() -> None:
    outcome = run_check(replace(CONTROL, expect=Expect("low", 3)), explore)
    assert (outcome.status, outcome.exit_code) == ("fail", ExitCode.NEGATIVE_CONTROL)
    assert "violated after 4" in outcome.reason


def test_an_unmutated_model_fails_its_negative_control() -> None:
    outcome = run_check(replace(CONTROL, mutant=None), explore)
    assert outcome.exit_code == ExitCode.NEGATIVE_CONTROL


def test_a_constraint_that_prunes_is_not_exhausted() -> None:
    outcome = run_check(replace(CHECK, params={"top": 9}), explore)
    assert outcome.exit_code == ExitCode.INCONCLUSIVE
    assert "exhausted_within(small)" in outcome.reason


def test_a_limit_never_passes() -> None:
    outcome = run_check(replace(CHECK, limits=Limits(depth=2)), explore)
    assert (outcome.status, outcome.exit_code) == ("incomplete", ExitCode.INCONCLUSIVE)


def test_a_mutant_derives_from_its_model() -> None:
    outcome = run_check(replace(CONTROL, mutant=f"{TOY}:NotAMutant"), explore)
    assert outcome.exit_code == ExitCode.CONFIGURATION
    assert "write class NotAMutant(Counter)" in str(outcome.problems[0])


def test_the_request_is_what_the_check_says() -> None:
    seen: list[Request] = []

    def record(request: Request) -> Result:
        seen.append(request)
        return explore(request)

    limits = Limits(seconds=50)
    run_check(replace(CONTROL, only=frozenset({"low"}), deadlock=False, limits=limits), record)
    (request,) = seen
    assert request.model is Overshoots
    assert (request.scope, request.params, request.faults) == ({"Node": 2}, {"top": 3}, {"reset": 1})
    assert (request.only, request.deadlock, request.limits) == (frozenset({"low"}), False, limits)


@pytest.mark.parametrize(
    ("error", "code", "place"),
    [
        (ScopeError("Counter has no sort named X; did you mean Node?"), 151, "specs/toy.toml:1"),
        (FormError("'ttl: int' is unbounded", "write Annotated[int, Range(0, 5)]"), 150, f"{TOY}:Counter"),
        (ModelError("a fact without a fix"), 150, f"{TOY}:Counter"),
        (MemoryError(), 153, "counts"),
    ],
)
def test_what_an_engine_refuses_is_an_outcome(error: Exception, code: int, place: str) -> None:
    def refuse(request: Request) -> Result:
        raise error

    outcome = run_check(CHECK, refuse)
    assert (outcome.status, int(outcome.exit_code)) == ("error", code)
    assert outcome.problems[0].place == place
    assert outcome.problems[0].fix


def test_all_that_the_language_refuses_is_told() -> None:
    def capturing(request: Request) -> Result:
        capture(request.model)
        return explore(request)

    refused = Check("refused", f"{TOY}:Refused", CHECK.origin)
    outcome = run_check(refused, capturing)
    assert (outcome.status, outcome.exit_code) == ("error", ExitCode.MODEL_REFUSED)
    assert len(outcome.problems) == 2
    assert all("toy.py:" in problem.place and problem.fix for problem in outcome.problems)


def test_an_error_of_the_engine_itself_is_not_hidden() -> None:
    def broken(request: Request) -> Result:
        raise AssertionError("ours")

    with pytest.raises(AssertionError, match="ours"):
        run_check(CHECK, broken)


def test_after_an_interrupt_nothing_more_is_run() -> None:
    runs: list[str] = []

    def interrupted(request: Request) -> Result:
        runs.append(request.model.__name__)
        return replace(explore(request), verdict=Truncated("interrupted"))

    outcomes = list(run_checks([CHECK, CONTROL], interrupted))
    assert [one.status for one in outcomes] == ["incomplete", "not run"]
    assert runs == ["Counter"]
    assert not any(one.passed for one in outcomes)


def test_the_trace_of_a_control_is_the_shortest() -> None:
    outcome = run_check(CONTROL, explore)
    assert outcome.result is not None
    verdict = outcome.result.verdict
    assert isinstance(verdict, Violated)
    assert [step.action for step in verdict.trace.steps] == ["step"] * 4


def test_wrong_names_are_told_all_at_once(golden: Callable[[str, str], None]) -> None:
    outcome = run_check(replace(CHECK, scope={"Nod": 1}, params={}), explore)
    assert outcome.result is None
    assert outcome.exit_code == ExitCode.CONFIGURATION
    golden(
        "cli/wrong_names_outcome.txt", "".join([f"{one}\n" for one in (*outcome.problems, outcome.reason)])
    )
