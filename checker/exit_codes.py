"""The exit codes of `lockstep`: TLC's where TLC has one, so that scripts written for it keep working."""

from __future__ import annotations

from enum import IntEnum
from typing import assert_never

from checker.verdicts import (
    Bounded,
    Exhausted,
    ExhaustedWithin,
    Proved,
    Sampled,
    Truncated,
    Unknown,
    Verdict,
    Violated,
)


class ExitCode(IntEnum):
    """Each code; `meaning` is its line in the table of the documentation."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        member.__doc__ = meaning
        return member

    OK = 0, "All that was checked holds."
    USAGE = 2, "The command line is wrong."
    ASSUMPTION = 10, "An assumption about the parameters is false."
    DEADLOCK = 11, "A reachable state enables no action."
    INVARIANT = 12, "An invariant is false in a reachable state."
    STEP_INVARIANT = 13, "A step invariant is false for a reachable step, or a liveness property is violated."
    INCONCLUSIVE = 20, "The search was truncated, or a solver answered unknown."
    NEGATIVE_CONTROL = 21, "A check that must fail did not fail in the way it names."
    LOCK_DRIFT = 22, "The counts differ from the state-space lock file."
    EVALUATION_OF_ACTION = 75, "An action, or an initial method, cannot be evaluated in a reachable state."
    EVALUATION_OF_INVARIANT = (
        76,
        "An invariant, a cover or a constraint cannot be evaluated in a reachable state.",
    )
    EVALUATION_OF_STEP_INVARIANT = 77, "A step invariant cannot be evaluated for a reachable step."
    INTERRUPTED = 130, "Interrupted before anything can be said."
    MODEL_REFUSED = 150, "The model uses something that the language lacks or refuses."
    CONFIGURATION = 151, "A gate, a scope or a parameter is wrong."
    SPACE_TOO_LARGE = 152, "The state space or a value of the model is too large to be represented."
    SYSTEM = 153, "The system failed: out of memory, disk full, a compiler missing."
    INTERNAL = 255, "An error of the checker itself; please report it."


def for_verdict(verdict: Verdict) -> ExitCode:
    """The code that a check of one model ends with, where no gate says otherwise."""
    match verdict:
        case Proved() | Exhausted() | ExhaustedWithin() | Bounded() | Sampled():
            return ExitCode.OK
        case Truncated() | Unknown():
            return ExitCode.INCONCLUSIVE
        case Violated():
            return _for_violation(verdict)
        case _:
            assert_never(verdict)


def _for_violation(verdict: Violated) -> ExitCode:
    match verdict.kind:
        case "invariant":
            return ExitCode.INVARIANT
        case "step_invariant":
            return ExitCode.STEP_INVARIANT
        case "deadlock":
            return ExitCode.DEADLOCK
        case "assumption":
            return ExitCode.ASSUMPTION
        case "evaluation":
            pass
        case _:
            assert_never(verdict.kind)
    match verdict.evaluating:
        case "action":
            return ExitCode.EVALUATION_OF_ACTION
        case "invariant":
            return ExitCode.EVALUATION_OF_INVARIANT
        case "step_invariant":
            return ExitCode.EVALUATION_OF_STEP_INVARIANT
        case None:
            raise AssertionError("an evaluation error says of what")
        case _:
            assert_never(verdict.evaluating)
