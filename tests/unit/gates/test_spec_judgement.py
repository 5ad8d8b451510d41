"""What the checks of a spec come to together: what none of them tries fails, unless it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checker.engines.python.search import explore as explore_in_python
from checker.engines.request import Request
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Spec
from checker.gates.outcome import Outcome
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.run import run_checks
from checker.gates.spec import read_spec
from checker.gates.spec_judgement import judge_spec
from checker.report.lines import plain
from checker.verdicts import Result, Truncated

ROOT = Path(__file__).resolve().parents[3]
COUNTER = 'model = "tests.unit.gates.toy:Counter"\n'
LAMP = 'model = "tests.unit.gates.toy:Lamp"\n'
ALL_BUT_UNPRUNED = 'name = "whole"\nscope.Node = 1\nparams.top = 2\nfaults.reset = 1\n'
UNFAULTED = ALL_BUT_UNPRUNED.replace("faults.reset = 1\n", "")
PRUNES = 'name = "cut"\nscope.Node = 1\nparams.top = 9\nrequire = "exhausted_within(small)"\n'
WIRED = 'name = "wired"\nparams.wired = 1\n'
BARE = 'name = "bare"\nparams.wired = 0\n'
BREAKS = 'mutant = "tests.unit.gates.toy:Broken"\nexpect.violated = "lit_is_wired"\n'


def explore(check: Check, request: Request) -> Result:
    return explore_in_python(request)


def spec_of(head: str, *checks: str) -> Spec:
    text = head + "".join([f"[[check]]\n{check}" for check in checks])
    return read_spec(text.encode(), "specs/toy.toml", ROOT)


def judged(head: str, *checks: str) -> Outcome:
    spec = spec_of(head, *checks)
    outcome = judge_spec(spec, list(run_checks(spec.checks, explore)))
    assert outcome is not None
    return outcome


def test_checks_that_try_everything_together_pass() -> None:
    outcome = judged(COUNTER, ALL_BUT_UNPRUNED, PRUNES)
    assert (outcome.status, outcome.exit_code, outcome.about) == ("pass", ExitCode.OK, "spec")
    assert outcome.reason == "3 actions fired, 1 cover reached"
    assert judged(LAMP, WIRED).passed


UNTRIED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "an action": (LAMP + 'accept.untested = ["wires_are_one"]\n', (BARE,), 'never_fired = ["light"]'),
    "an implication": (LAMP + 'accept.never_fired = ["light"]\n', (BARE,), 'untested = ["wires_are_one"]'),
    "a constraint": (COUNTER, (ALL_BUT_UNPRUNED,), 'unpruned = ["small"]'),
    "a fault without a budget": (COUNTER, (UNFAULTED, PRUNES), 'never_fired = ["reset"]'),
    "a cover": (
        COUNTER + 'accept.never_fired = ["rest"]\n',
        (PRUNES + "faults.reset = 1\n",),
        'covers = ["at_top"]',
    ),
    "a property": (LAMP, (WIRED + 'only = ["wires_are_one"]\n',), 'unchecked = ["lit_is_wired"]'),
}  # fmt: skip


@pytest.mark.parametrize("case", UNTRIED)
def test_what_no_check_tries_fails(case: str) -> None:
    head, checks, accept = UNTRIED[case]
    outcome = judged(head, *checks)
    assert (outcome.status, outcome.exit_code) == ("fail", ExitCode.VACUOUS)
    (problem,) = outcome.problems
    assert problem.fix.endswith(f"accept.{accept}")
    assert problem.place == f"specs/toy.toml:{2 if 'accept' in head else 1}"


@pytest.mark.parametrize("case", UNTRIED)
def test_it_may_be_accepted_by_name(case: str) -> None:
    head, checks, accept = UNTRIED[case]
    key, _, name = accept.partition(" = ")
    if f"accept.{key}" not in head:
        assert judged(head + f"accept.{accept}\n", *checks).passed
        assert not judged(head + f"accept.{key} = []\n", *checks).passed
    if key != "unchecked":
        accepting = [f"{check}accept.{accept}\n" for check in checks]
        assert judged(head, *accepting).passed
        if len(checks) > 1:
            assert not judged(head, accepting[0], *checks[1:]).passed
    assert name


def test_one_check_makes_up_for_another() -> None:
    assert judged(LAMP, BARE, WIRED).passed
    assert judged(LAMP, WIRED + 'only = ["wires_are_one"]\n', BARE).passed


def test_an_implication_of_a_property_that_a_check_leaves_out_is_not_tested_by_it() -> None:
    outcome = judged(LAMP, BARE, WIRED + 'only = ["lit_is_wired"]\n')
    assert [one.key for one in outcome.problems] == ["accept.untested"]


def test_negative_controls_do_not_count() -> None:
    control = BARE.replace("bare", "control") + BREAKS
    outcome = judged(LAMP, BARE, control)
    assert [one.key for one in outcome.problems] == ["accept.never_fired", "accept.untested"]
    spec = spec_of(LAMP, control)
    assert judge_spec(spec, list(run_checks(spec.checks, explore))) is None


def test_a_check_that_did_not_finish_leaves_it_open() -> None:
    cut = WIRED.replace("wired", "cut", 1) + "limits.depth = 1\n"
    outcome = judged(LAMP, BARE, cut)
    assert (outcome.status, outcome.exit_code) == ("incomplete", ExitCode.INCONCLUSIVE)
    assert "Not finished: cut" in outcome.reason
    misspelt = 'name = "misspelt"\nparams.wierd = 1\n'
    assert judged(LAMP, BARE, misspelt).status == "incomplete"
    assert judged(LAMP, BARE, cut, WIRED).passed


def test_after_an_interrupt_nothing_is_said() -> None:
    spec = spec_of(LAMP, BARE, WIRED)

    def interrupted(check: Check, request: Request) -> Result:
        return replace(explore(check, request), verdict=Truncated("interrupted"), stopped="interrupted")

    outcomes = list(run_checks(spec.checks, interrupted))
    together = judge_spec(spec, outcomes)
    assert together is not None
    assert together.exit_code == ExitCode.INCONCLUSIVE
    never_began = judge_spec(spec, list(run_checks(spec.checks, interrupted, interrupted=True)))
    assert never_began is not None
    assert never_began.status == "not run"


def test_names_that_the_model_lacks_and_models_that_are_not_there() -> None:
    outcome = judged(LAMP + 'accept.covers = ["lit"]\n', WIRED)
    assert (outcome.status, outcome.exit_code) == ("error", ExitCode.CONFIGURATION)
    assert outcome.problems[0].place == "specs/toy.toml:2"
    gone = judged(LAMP.replace("Lamp", "Lump"), WIRED)
    assert (gone.status, gone.exit_code) == ("incomplete", ExitCode.INCONCLUSIVE)


def test_how_it_reads(golden: Callable[[str, str], None]) -> None:
    def shown(outcomes: Sequence[Outcome]) -> str:
        rows = [f"{row.status}: {row.text}\n" for row in map(outcome_row, outcomes)]
        reports = [plain(outcome_report(one, named=True)) for one in outcomes if not one.passed]
        return "".join([*rows, "\n", *reports])

    found = [judged(head, *checks) for head, checks, _ in UNTRIED.values()]
    found.append(judged(LAMP, BARE, WIRED.replace("wired", "cut", 1) + "limits.depth = 1\n"))
    found.append(judged(LAMP, WIRED))
    golden("cli/spec_judgements.txt", shown(found))
