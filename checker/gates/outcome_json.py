"""Outcomes as JSON for machines: versioned, one object each."""

from __future__ import annotations

import json
from collections.abc import Sequence

from checker.gates.outcome import Outcome, exit_code_of, show_requirement
from checker.verdicts import Violated, to_object

GATE_FORMAT = "lockstep-gate"
GATE_VERSION = 1

_KEYS = (
    "verdict limits property message distinct generated depth seconds bytes_per_state actions levels "
    "never_fired covers untested pruned engine symmetry notes stopped cached sampling refinements trace"
)
_NOTHING: dict[str, object] = {name: None for name in _KEYS.split()}
"""The keys of a result where there is none."""


def outcome_to_object(outcome: Outcome) -> dict[str, object]:
    """The check, what it came to, and the result with the trace."""
    check = outcome.check
    expect = check.expect
    result = _NOTHING if outcome.result is None else to_object(outcome.result)
    return {
        "format": "lockstep-result",
        "version": 1,
        "check": check.name,
        "spec": check.origin.file,
        "model": check.model,
        "mutant": check.mutant,
        "scope": dict(check.scope),
        "params": dict(check.params),
        "faults": dict(check.faults),
        "require": None if check.requirement is None else show_requirement(check.requirement),
        "expect": None
        if expect is None
        else {"violated": expect.violated, "steps": expect.steps, "actions": [*expect.actions]},
        "about": outcome.about,
        "status": outcome.status,
        "passed": outcome.passed,
        "reason": outcome.reason,
        "exit_code": int(outcome.exit_code),
        "problems": [
            {"place": one.place, "fact": one.fact, "fix": one.fix, "key": one.key} for one in outcome.problems
        ],
        "moved": [{"count": one.what, "old": one.old, "new": one.new} for one in outcome.moved],
        **{key: value for key, value in result.items() if key not in ("format", "version")},
    }


def proof_to_object(outcome: Outcome) -> dict[str, object]:
    """The proof, what it came to, and what the solver said."""
    check, proof = outcome.check, outcome.proof
    return {
        "proof": check.name,
        "spec": check.origin.file,
        "model": check.model,
        "mutant": check.mutant,
        "scope": dict(check.scope),
        "params": dict(check.params),
        "faults": dict(check.faults),
        "status": outcome.status,
        "passed": outcome.passed,
        "reason": outcome.reason,
        "exit_code": int(outcome.exit_code),
        "problems": [
            {"place": one.place, "fact": one.fact, "fix": one.fix, "key": one.key} for one in outcome.problems
        ],
        "verdict": None if proof is None else proof.verdict,
        "seconds": None if proof is None else proof.seconds,
        "solver": None if proof is None else f"z3 {proof.solver}",
        "cached": None if proof is None else proof.cached,
        "answer": None if proof is None else proof.detail,
    }


def summary_to_object(outcome: Outcome) -> dict[str, object]:
    """An outcome without its trace and tables."""
    whole = outcome_to_object(outcome)
    names = ("check", "about", "status", "passed", "reason", "exit_code", "verdict", "property", "distinct")
    found = {name: whole[name] for name in (*names, "generated", "depth", "seconds")}
    verdict = None if outcome.result is None else outcome.result.verdict
    found["steps"] = len(verdict.trace.steps) if isinstance(verdict, Violated) else None
    return found


def checks_to_json(outcomes: Sequence[Outcome]) -> str:
    """What `lockstep check --json` prints: the outcome that decides the exit code, and all in short."""
    code = exit_code_of(outcomes)
    decisive = next((one for one in outcomes if one.exit_code == code), outcomes[0])
    found = {
        **outcome_to_object(decisive),
        "checks": [summary_to_object(one) for one in outcomes if one.about == "check"],
    }
    return json.dumps(found, indent=1) + "\n"


def gate_to_json(outcomes: Sequence[Outcome]) -> str:
    """What `lockstep gate --json` prints."""
    found = {
        "format": GATE_FORMAT,
        "version": GATE_VERSION,
        "passed": all(one.passed for one in outcomes),
        "exit_code": int(exit_code_of(outcomes)),
        "checks": [outcome_to_object(one) for one in outcomes if one.about == "check"],
        "proofs": [proof_to_object(one) for one in outcomes if one.about == "proof"],
        "specs": [outcome_to_object(one) for one in outcomes if one.about == "spec"],
    }
    return json.dumps(found, indent=1) + "\n"
