"""What a check came to: the result against what the check requires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.exit_codes import ExitCode, for_verdict
from checker.gates.check import Check, Expect
from checker.gates.problems import Problem
from checker.gates.proof import Proven
from checker.verdicts import (
    ExhaustedWithin,
    Requirement,
    Result,
    Truncated,
    Unknown,
    Verdict,
    Violated,
    describe,
    satisfies,
)

NO_FAULTS: Mapping[str, Sequence[str]] = {}
Status: TypeAlias = Literal["pass", "fail", "incomplete", "error", "not run"]

PRECEDENCE: tuple[ExitCode, ...] = (
    ExitCode.INVARIANT,
    ExitCode.STEP_INVARIANT,
    ExitCode.DEADLOCK,
    ExitCode.ASSUMPTION,
    ExitCode.EVALUATION_OF_ACTION,
    ExitCode.EVALUATION_OF_INVARIANT,
    ExitCode.EVALUATION_OF_STEP_INVARIANT,
    ExitCode.DIFFERENCE,
    ExitCode.NOT_INDUCTIVE,
    ExitCode.NEGATIVE_CONTROL,
    ExitCode.MODEL_REFUSED,
    ExitCode.CONFIGURATION,
    ExitCode.SPACE_TOO_LARGE,
    ExitCode.SYSTEM,
    ExitCode.LOCK_DRIFT,
    ExitCode.VACUOUS,
    ExitCode.SURVIVORS,
    ExitCode.INCONCLUSIVE,
    ExitCode.UNDECIDED,
)
"""Of several checks the exit code that comes first here is the command's: what is known to be wrong, then
what could not be checked, then what was checked less than required."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of a check in a lock file that is not what it was; None where there is none.

    `what` is the beginning of the line: `scope`, `verdict`, `distinct`, `action NAME`, `cover NAME` ...
    """

    what: str
    old: str | int | None
    new: str | int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check, run; or what the checks of a spec come to together.

    Attributes:
        result: None where nothing could be run, for a proof, and for a spec as a whole.
        reason: one or two sentences.
        problems: why nothing could be run.
        about: what is judged: a check, or a proof, or a spec as a whole; then `check` has its name, model and
            place.
        moved: what differs from the lock file.
        proof: what a solver said; None where it was not asked.
    """

    check: Check
    result: Result | None
    status: Status
    reason: str
    exit_code: ExitCode
    problems: tuple[Problem, ...] = ()
    about: Literal["check", "proof", "spec"] = "check"
    moved: tuple[Moved, ...] = ()
    proof: Proven | None = None

    @property
    def passed(self) -> bool:
        """Whether the check shows what it must show."""
        return self.status == "pass"

    @property
    def interrupted(self) -> bool:
        """Whether a person ended it."""
        result = self.result
        if result is None or isinstance(result.verdict, Violated):
            return False
        return result.stopped == "interrupted" or result.verdict == Truncated("interrupted")


def exit_code_of(outcomes: Sequence[Outcome]) -> ExitCode:
    """The exit code of several checks: the first of theirs by `PRECEDENCE`."""
    return first_of([outcome.exit_code for outcome in outcomes])


def first_of(codes: Sequence[ExitCode]) -> ExitCode:
    """The first of some exit codes by `PRECEDENCE`."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.OK)


def judge(check: Check, result: Result, faults: Mapping[str, Sequence[str]] = NO_FAULTS) -> Outcome:
    """Whether a result is what a check requires; `faults` has the actions of each fault of the model."""
    if check.expect is not None:
        return Outcome(check, result, *_judge_control(check.expect, result.verdict))
    status, reason, code = _judge_positive(check, result, faults)
    problems = untried(check, result, faults) if code is ExitCode.VACUOUS else []
    return Outcome(check, result, status, reason, code, tuple(problems))


def _judge_positive(
    check: Check, result: Result, faults: Mapping[str, Sequence[str]]
) -> tuple[Status, str, ExitCode]:
    verdict = result.verdict
    said, code = describe(verdict), for_verdict(verdict)
    if isinstance(verdict, Violated):
        return "fail", said, code
    if check.requirement is None:
        if short := _falls_short(result):
            return "incomplete", f"{said} {short}", ExitCode.INCONCLUSIVE
        return ("pass" if code == ExitCode.OK else "incomplete"), said, code
    if not satisfies(verdict, check.requirement):
        required = f"{said} The check requires {show_requirement(check.requirement)}{_remedy(verdict)}."
        return "incomplete", required, ExitCode.INCONCLUSIVE
    if vacuous := untried(check, result, faults):
        facts = "; ".join([one.fact for one in vacuous])
        return "fail", f"The check tries too little: {facts}.", ExitCode.VACUOUS
    return "pass", said, ExitCode.OK


def _falls_short(result: Result) -> str | None:
    """How many random walks were asked for, where there are fewer."""
    sampling = result.sampling
    if sampling is None or sampling.asked is None or sampling.walks >= sampling.asked:
        return None
    return f"{sampling.asked:,} were asked for."


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


def untried(check: Check, result: Result, faults: Mapping[str, Sequence[str]] = NO_FAULTS) -> list[Problem]:
    """What makes a check say nothing about its own scope, and it does not accept by name.

    What only some scopes can try, such as a cover, is asked of all checks of a spec together.
    """
    counts, accept = result.statistics, check.accept
    if counts.distinct == 0 or counts.generated == 0:
        outside = any(count for _, count in result.pruned)
        fact = "every initial state is outside of a constraint" if outside else "there is no initial state"
        return [] if accept.no_initial_state else [_untried(check, fact, "no_initial_state", "true")]
    if not any(count for _, count in counts.actions):
        return [] if accept.no_step else [_untried(check, "no step was taken", "no_step", "true")]
    return [
        _untried(check, f"the fault {name} has a budget and never happened", "never_fired", f'["{name}"]')
        for name in idle_faults(check, result, faults)
    ]


def _untried(check: Check, fact: str, key: str, value: str) -> Problem:
    fix = f"if it is meant to be so, the check can say it: accept.{key} = {value}"
    return Problem(check.origin.place("accept", key), fact, fix, f"accept.{key}")


def idle_faults(check: Check, result: Result, faults: Mapping[str, Sequence[str]]) -> list[str]:
    """The faults that have a budget and never happened, if the check does not accept that."""
    never = set(result.never_fired)
    return [
        name
        for name, budget in check.faults.items()
        if budget > 0
        and faults.get(name)
        and never.issuperset(faults[name])
        and name not in check.accept.never_fired
        and not check.accept.never_fired.issuperset(faults[name])
    ]


def _judge_control(expect: Expect, verdict: Verdict) -> tuple[Status, str, ExitCode]:
    if isinstance(verdict, Truncated | Unknown):
        return "incomplete", f"{_wanted(expect)}. {describe(verdict)}", ExitCode.INCONCLUSIVE
    if not isinstance(verdict, Violated) or violated_name(verdict) != expect.violated:
        reason = f"{_wanted(expect)}. Instead: {_lower(describe(verdict))}"
        return "fail", reason, ExitCode.NEGATIVE_CONTROL
    steps = len(verdict.trace.steps)
    if expect.steps is not None and steps != expect.steps:
        reason = f"{_wanted(expect)}. Instead it was violated after {steps}."
        return "fail", reason, ExitCode.NEGATIVE_CONTROL
    if not _in_order(expect.actions, actions_of(verdict)):
        wanted, found = ", ".join(expect.actions), ", ".join(actions_of(verdict)) or "no action"
        reason = f"{_wanted(expect)} by way of {wanted}, in this order. Instead it was by way of {found}."
        return "fail", reason, ExitCode.NEGATIVE_CONTROL
    return "pass", f"{describe(verdict)} That is what the check requires.", ExitCode.OK


def actions_of(verdict: Violated) -> list[str]:
    """The actions of a violation's trace, and the one whose evaluation failed at its end."""
    attempt = verdict.trace.attempt
    return [*[step.action for step in verdict.trace.steps], *([] if attempt is None else [attempt.action])]


def _in_order(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether the names occur in this order, perhaps with others between."""
    left = iter(found)
    return all(name in left for name in wanted)


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
