"""What an induction over several steps found out, as text and as JSON."""

from __future__ import annotations

from checker.engines.request import Request
from checker.engines.smt.k_induction import Broken, KInduction
from checker.gates.proof_report import PROOF_FORMAT, PROOF_VERSION, at_scope
from checker.report.lines import Line, Role, line, wrapped
from checker.report.terminal import trace_lines
from checker.traces.json_form import to_object as trace_to_object


def steps_sentence(answer: KInduction, request: Request) -> str:
    """One sentence that says what is known, and no more."""
    scope, steps = at_scope(request), answer.steps
    if answer.broken is not None and answer.broken.is_reached:
        return f"Violated at {scope}: {_what(answer.broken)} in an execution of fewer than {steps} steps."
    if answer.broken is not None:
        return f"Not inductive over {steps} steps at {scope}: {_what(answer.broken)}."
    if answer.holds is None:
        return f"Not decided at {scope}: no answer over {steps} steps ({answer.reason})."
    within = f", for behaviours within {' and '.join(answer.within)}" if answer.within else ""
    return (
        f"Inductive over {steps} steps at {scope}, for executions of any length{within}. It says nothing "
        "about larger sizes."
    )


def _what(broken: Broken) -> str:
    if not broken.names:
        return "an action has no value"
    after = "" if broken.action is None else f" after {broken.action}"
    return f"{' and '.join(broken.names)} {'is' if len(broken.names) == 1 else 'are'} false{after}"


def steps_report(answer: KInduction, request: Request, run: str) -> list[Line]:
    """The whole report."""
    role: Role = "good" if answer.holds else "warn" if answer.holds is None else "bad"
    lines = [*wrapped(steps_sentence(answer, request), role=role), *wrapped(run, role="weak"), line()]
    base, step, whole = answer.seconds
    lines += wrapped(f"Properties: {', '.join(answer.properties)}.")
    lines += wrapped(
        f"The first states {base:.2f} s, the step {step:.2f} s. Z3 {answer.solver}, seed {answer.seed}, "
        f"{whole:.1f} s in all."
    )
    if answer.broken is not None and not answer.broken.is_reached:
        text = (
            f"Counterexample: {answer.steps} states in a row in which all properties hold, reachable or not, "
            "and the step after them."
        )
        lines += [line(), *wrapped(text, role="strong")]
    if answer.broken is not None:
        lines += [line(), *trace_lines(answer.broken.trace, None)]
    return lines


def steps_to_object(answer: KInduction) -> dict[str, object]:
    """The answer as an object of JSON."""
    broken = answer.broken
    verdict = "inductive" if answer.holds else "unknown" if answer.holds is None else "not_inductive"
    if broken is not None and broken.is_reached:
        verdict = "violated"
    return {
        "format": PROOF_FORMAT,
        "version": PROOF_VERSION,
        "mode": "induction",
        "verdict": verdict,
        "steps": answer.steps,
        "properties": [*answer.properties],
        "false": None if broken is None else [*broken.names],
        "unknown": answer.reason or None,
        "seconds": answer.seconds[2],
        "solver": f"z3 {answer.solver}",
        "seed": answer.seed,
        "trace": None if broken is None else trace_to_object(broken.trace),
    }
