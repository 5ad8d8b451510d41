"""What a check came to: the result against what the check requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.exit_codes import ExitCode, for_verdict
from checker.gates.check import Check, Expect
from checker.gates.problems import Problem
from checker.verdicts import (
    ExhaustedWithin,
    Requirement,
    Result,
    Truncated,
    Verdict,
    Violated,
    describe,
    satisfies,
)

Status: TypeAlias = Literal["pass", "fail", "incomplete", "error", "not run"]

PRECEDENCE: tuple[ExitCode, ...] = (
    ExitCode.INVARIANT,
    ExitCode.STEP_INVARIANT,
    ExitCode.DEADLOCK,
    ExitCode.ASSUMPTION,
    ExitCode.EVALUATION_OF_ACTION,
    ExitCode.EVALUATION_OF_INVARIANT,
    ExitCode.EVALUATION_OF_STEP_INVARIANT,
    ExitCode.NEGATIVE_CONTROL,
    ExitCode.MODEL_REFUSED,
    ExitCode.CONFIGURATION,
    ExitCode.SPACE_TOO_LARGE,
    ExitCode.SYSTEM,
    ExitCode.LOCK_DRIFT,
    ExitCode.INCONCLUSIVE,
)
"""Of several checks the exit code that comes first here is the command's: what is known to be wrong, then
what could not be checked, then what was checked less than required."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check, run.

    Attributes:
        result: None where nothing could be run; then `problems` say why.
        reason: one or two sentences.
    """

    check: Check
    result: Result | None
    status: Status
    reason: str
    exit_code: ExitCode
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the check shows what it must show."""
        return self.status == "pass"

    @property
    def interrupted(self) -> bool:
        """Whether a person ended it."""
        return self.result is not None and self.result.verdict == Truncated("interrupted")


def exit_code_of(outcomes: Sequence[Outcome]) -> ExitCode:
    """The exit code of several checks: the first of theirs by `PRECEDENCE`."""
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in PRECEDENCE if code in codes), ExitCode.OK)


def judge(check: Check, result: Result) -> Outcome:
    """Whether a result is what a check requires."""
    if check.expect is not None:
        status, reason, code = _judge_control(check.expect, result.verdict)
    else:
        status, reason, code = _judge_positive(check, result)
    return Outcome(check, result, status, reason, code)


def _judge_positive(check: Check, result: Result) -> tuple[Status, str, ExitCode]:
    verdict = result.verdict
    said, code = describe(verdict), for_verdict(verdict)
    if isinstance(verdict, Violated):
        return "fail", said, code
    if check.requirement is None:
        return ("pass" if code == ExitCode.OK else "incomplete"), said, code
    if not satisfies(verdict, check.requirement):
        required = f"{said} The check requires {show_requirement(check.requirement)}{_remedy(verdict)}."
        return "incomplete", required, ExitCode.INCONCLUSIVE
    if vacuous := untried(check, result):
        return "fail", f"Part of the check was never tried: {'; '.join(vacuous)}.", ExitCode.INCONCLUSIVE
    return "pass", said, ExitCode.OK


def _remedy(verdict: Verdict) -> str:
    if isinstance(verdict, ExhaustedWithin):
        return f"; exhausted_within({', '.join(verdict.constraints)}) would accept this"
    return ""


def show_requirement(requirement: Requirement) -> str:
    """As a spec writes it."""
    match requirement.name:
        case "exhausted_within":
            return f"exhausted_within({', '.join(sorted(requirement.constraints))})"
        case "bounded" | "sampled":
            return f"{requirement.name}({requirement.least})"
        case "proved" | "exhausted":
            return requirement.name


def untried(check: Check, result: Result) -> list[str]:
    """What a check never tried and does not accept by name: it would pass whatever the model said there."""
    found: list[str] = []
    if result.statistics.distinct == 0:
        found.append("the model has no initial state in this scope")
    for action in result.never_fired:
        if action not in check.accept.never_fired:
            found.append(f"the action {action} never fired")
    for cover, reached in result.covers:
        if not reached and cover not in check.accept.covers:
            found.append(f"the cover {cover} was not reached")
    for one in result.untested:
        if one.property not in check.accept.untested:
            place = f"{one.property} ({one.file}:{one.line})"
            found.append(f"the left side '{one.text}' of an implication in {place} was never true")
    return found


def _judge_control(expect: Expect, verdict: Verdict) -> tuple[Status, str, ExitCode]:
    if verdict == Truncated("interrupted"):
        return "incomplete", f"{_wanted(expect)}. {describe(verdict)}", ExitCode.INCONCLUSIVE
    if not isinstance(verdict, Violated) or violated_name(verdict) != expect.violated:
        reason = f"{_wanted(expect)}. Instead: {_lower(describe(verdict))}"
        return "fail", reason, ExitCode.NEGATIVE_CONTROL
    steps = len(verdict.trace.steps)
    if expect.steps is not None and steps != expect.steps:
        reason = f"{_wanted(expect)}. Instead it was violated after {steps}."
        return "fail", reason, ExitCode.NEGATIVE_CONTROL
    return "pass", f"{describe(verdict)} That is what the check requires.", ExitCode.OK


def _wanted(expect: Expect) -> str:
    after = "" if expect.steps is None else f" after {expect.steps} step{'' if expect.steps == 1 else 's'}"
    return f"This must violate {expect.violated}{after}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def violated_name(verdict: Violated) -> str:
    """What a violation is called where a negative control names it."""
    if verdict.kind in ("deadlock", "evaluation"):
        return verdict.kind
    return verdict.property or verdict.kind
