"""Checks, run: with the python engine on a small model, and with engines that fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checker.capture.model import capture
from checker.engines.native.explore import explore as explore_in_c
from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Limits, Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Expect, Origin
from checker.gates.run import run_check, run_checks
from checker.language.errors import FormError, ModelError, ScopeError
from checker.verdicts import Exhausted, ExhaustedWithin, Requirement, Result, Truncated, Violated
from tests.unit.gates.toy import Overshoots, Wide

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


def explore(check: Check, request: Request) -> Result:
    return explore_in_python(request)


def test_a_check_passes() -> None:
    outcome = run_check(CHECK, explore)
    assert outcome.passed
    assert outcome.result is not None
    assert (outcome.result.statistics.distinct or 0) > 10


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

    def record(check: Check, request: Request) -> Result:
        seen.append(request)
        return explore(check, request)

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
    def refuse(check: Check, request: Request) -> Result:
        raise error

    outcome = run_check(CHECK, refuse)
    assert (outcome.status, int(outcome.exit_code)) == ("error", code)
    assert outcome.problems[0].place == place
    assert outcome.problems[0].fix


def test_all_that_the_language_refuses_is_told() -> None:
    def capturing(check: Check, request: Request) -> Result:
        capture(request.model)
        return explore(check, request)

    refused = Check("refused", f"{TOY}:Refused", CHECK.origin)
    outcome = run_check(refused, capturing)
    assert (outcome.status, outcome.exit_code) == ("error", ExitCode.MODEL_REFUSED)
    assert len(outcome.problems) == 2
    assert all("toy.py:" in problem.place and problem.fix for problem in outcome.problems)


def test_an_error_of_the_engine_itself_is_not_hidden() -> None:
    def broken(check: Check, request: Request) -> Result:
        raise AssertionError("ours")

    with pytest.raises(AssertionError, match="ours"):
        run_check(CHECK, broken)


def test_after_an_interrupt_nothing_more_is_run() -> None:
    runs: list[str] = []

    def interrupted(check: Check, request: Request) -> Result:
        runs.append(request.model.__name__)
        return replace(explore(check, request), verdict=Truncated("interrupted"))

    outcomes = list(run_checks([CHECK, CONTROL], interrupted))
    assert [one.status for one in outcomes] == ["incomplete", "not run"]
    assert runs == ["Counter"]
    assert not any(one.passed for one in outcomes)


ENGINES = [explore_in_python, explore_in_c]


@pytest.mark.parametrize("search", ENGINES)
def test_a_check_chooses_its_constraints(search: Callable[[Request], Result]) -> None:
    def chosen(*names: str) -> Result:
        check = replace(CHECK, params={"top": 9}, faults={}, constraints=frozenset(names))
        outcome = run_check(check, lambda check, request: search(request))
        assert outcome.result is not None
        return outcome.result

    assert chosen("small").verdict == ExhaustedWithin(("small",), (("Node", 2),))
    assert chosen("small").pruned[0][0] == "small"
    assert chosen().verdict == Exhausted((("Node", 2),))
    assert chosen().pruned == ()
    assert chosen().statistics.depth == chosen("small").statistics.depth + 2


@pytest.mark.parametrize("search", ENGINES)
def test_a_violation_of_a_search_that_was_cut_short_says_what_cut_it(
    search: Callable[[Request], Result],
) -> None:
    whole = search(Request(Wide, deadlock=False))
    assert isinstance(whole.verdict, Violated)
    assert (whole.stopped, whole.statistics.distinct) == (None, 4000)
    cut = search(Request(Wide, deadlock=False, limits=Limits(states=3000)))
    assert isinstance(cut.verdict, Violated)
    assert cut.stopped == "states"
    assert search(Request(Wide, deadlock=False, limits=Limits(states=10))).verdict == Truncated("states")


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
