"""The exit codes of `lockstep`: TLC's where TLC has one, so that scripts written for it keep working."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, unique
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


@unique
class ExitCode(IntEnum):
    """Each code; `meaning` is its line in the table of the documentation."""

    OK = 0
    USAGE = 2
    ASSUMPTION = 10
    DEADLOCK = 11
    INVARIANT = 12
    STEP_INVARIANT = 13
    INCONCLUSIVE = 20
    NEGATIVE_CONTROL = 21
    LOCK_DRIFT = 22
    VACUOUS = 23
    AUDIT = 24
    DIFFERENCE = 25
    NOT_INDUCTIVE = 26
    UNDECIDED = 27
    SURVIVORS = 28
    EVALUATION_OF_ACTION = 75
    EVALUATION_OF_INVARIANT = 76
    EVALUATION_OF_STEP_INVARIANT = 77
    INTERRUPTED = 130
    MODEL_REFUSED = 150
    CONFIGURATION = 151
    SPACE_TOO_LARGE = 152
    SYSTEM = 153
    INTERNAL = 255

    @property
    def meaning(self) -> str:
        """One sentence."""
        return _MEANINGS[self]


_MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.OK: "All that was checked holds.",
    ExitCode.USAGE: "The command line is wrong.",
    ExitCode.ASSUMPTION: "An assumption about the parameters is false.",
    ExitCode.DEADLOCK: "A reachable state enables no action.",
    ExitCode.INVARIANT: "An invariant is false in a reachable state.",
    ExitCode.STEP_INVARIANT: "A step invariant or a refinement is violated.",
    ExitCode.INCONCLUSIVE: (
        "Less is known than required: the search was truncated, a constraint pruned, or a solver answered "
        "unknown."
    ),
    ExitCode.NEGATIVE_CONTROL: "A check that must fail did not fail in the way it names.",
    ExitCode.LOCK_DRIFT: "The counts differ from the state-space lock file.",
    ExitCode.VACUOUS: (
        "Part of what was checked was never tried: no step, an action, a fault, a cover, the left side of an "
        "implication, a constraint."
    ),
    ExitCode.AUDIT: "Two ways to search the same check disagree: an error of the checker; please report it.",
    ExitCode.DIFFERENCE: "An implementation does something that its model does not.",
    ExitCode.NOT_INDUCTIVE: (
        "A proof fails: a step does not keep a lemma, or the lemmas do not imply a property. The model may "
        "be right."
    ),
    ExitCode.UNDECIDED: (
        "A solver gave no answer in its time, or not with every seed: neither a proof nor a refusal."
    ),
    ExitCode.SURVIVORS: "Mutants of the model survive: no property notices them, and nothing accepts them.",
    ExitCode.EVALUATION_OF_ACTION: "An action or initial method cannot be evaluated.",
    ExitCode.EVALUATION_OF_INVARIANT: "An invariant, cover or constraint cannot be evaluated.",
    ExitCode.EVALUATION_OF_STEP_INVARIANT: "A step invariant cannot be evaluated.",
    ExitCode.INTERRUPTED: "Interrupted before anything can be said.",
    ExitCode.MODEL_REFUSED: "The model cannot be imported, or the language refuses it.",
    ExitCode.CONFIGURATION: "A spec, a name, a scope, a parameter or a trace to be read is wrong.",
    ExitCode.SPACE_TOO_LARGE: "The state space or a value of the model is too large to be represented.",
    ExitCode.SYSTEM: "The system failed: out of memory, disk full, a compiler missing.",
    ExitCode.INTERNAL: "An error of the checker itself; please report it.",
}


def for_verdict(verdict: Verdict) -> ExitCode:
    """The code that a check of one model ends with, where no gate says otherwise."""
    match verdict:
        case Proved() | Exhausted() | ExhaustedWithin() | Bounded():
            return ExitCode.OK
        case Sampled():
            return ExitCode.OK if verdict.n > 0 else ExitCode.INCONCLUSIVE
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
        case "step_invariant" | "refinement":
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
