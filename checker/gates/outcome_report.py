"""Outcomes as text: a row for each, and the whole of one."""

from __future__ import annotations

from collections.abc import Sequence

from checker.exit_codes import ExitCode
from checker.gates.check import Check
from checker.gates.lock.compare import show_side
from checker.gates.outcome import Moved, Outcome
from checker.gates.proof import Proven
from checker.report.gate_table import Row
from checker.report.lines import Line, Role, line, wrapped
from checker.report.terminal import report
from checker.verdicts import ExhaustedWithin, Violated, describe


def outcome_row(outcome: Outcome) -> Row:
    """The check in a line."""
    return Row(outcome.status, outcome.check.name, _in_short(outcome))


def _in_short(outcome: Outcome) -> str:
    result = outcome.result
    if outcome.proof is not None and outcome.passed:
        return _proof_in_short(outcome, outcome.proof)
    if result is None or not outcome.passed:
        return outcome.reason  # of a spec as a whole too
    seconds = "cached" if result.cached else f"{result.statistics.seconds:.1f} s"
    if isinstance(result.verdict, Violated):
        expect = outcome.check.expect
        assert expect is not None, "only a negative control passes with a violation"
        steps = len(result.verdict.trace.steps)
        return (
            f"violates {expect.violated} after {steps} step{'' if steps == 1 else 's'}, as it must; {seconds}"
        )
    within = ""
    if isinstance(result.verdict, ExhaustedWithin):
        within = f" within {', '.join(result.verdict.constraints)}"
    counts = result.statistics
    if counts.distinct is None:
        walks = 0 if result.sampling is None else result.sampling.walks
        return f"{walks:,} random walks, {counts.generated - walks:,} steps; {seconds}"
    names = " up to names" if result.symmetry else ""
    return f"{counts.distinct:,} states{names}{within}, depth {counts.depth}; {seconds}"


def _proof_in_short(outcome: Outcome, proof: Proven) -> str:
    seconds = "cached" if proof.cached else f"{proof.seconds:.1f} s"
    match proof.verdict:
        case "proved":
            return f"proved for every scope, {proof.short}; {seconds}"
        case "inductive":
            return f"inductive, {proof.short}; {seconds}"
        case "bounded":
            return f"no violation in {proof.short}; {seconds}"
        case _:
            return f"{outcome.reason[:1].lower()}{outcome.reason[1:-1]}; {seconds}"


def outcome_report(outcome: Outcome, *, named: bool) -> list[Line]:
    """All there is to say about a check; with its name, where there are several."""
    check = outcome.check
    lines: list[Line] = []
    if named:
        lines += [*wrapped(f"{outcome.status.upper()}: {check.name}", role=_role(outcome)), line()]
    result = outcome.result
    if outcome.proof is not None:
        lines += [line(text) for text in outcome.proof.report]
        lines += [line(), *wrapped(outcome.reason, role=_role(outcome))]
        return [*lines, *[line(f"{one.fix[:1].upper()}{one.fix[1:]}") for one in outcome.problems]]
    if result is None:
        problems = [str(problem) for problem in outcome.problems] or [outcome.reason]
        return [*lines, *[line(problem, "bad") for problem in problems]]
    if outcome.exit_code is ExitCode.LOCK_DRIFT:
        remedy = outcome.reason.rpartition(". ")[2] if outcome.moved else outcome.reason
        return [*lines, *_moves(outcome.moved), *wrapped(remedy, role="bad")]
    is_control_met = check.expect is not None and outcome.passed
    lines += report(result, model=what_was_run(check), expected=is_control_met)
    if reason := outcome.reason.removeprefix(describe(result.verdict)).strip():
        head = "Passed" if outcome.passed else "Not passed"
        lines += [line(), *wrapped(f"{head}. {reason}", role=_role(outcome))]
    # Only what was never tried has problems beside a result: how to accept it.
    for problem in outcome.problems:
        lines += wrapped(f"{problem.fix[:1].upper()}{problem.fix[1:]}")
    return lines


def _moves(moved: Sequence[Moved]) -> list[Line]:
    """What is not as the lock file says, a line each."""
    if not moved:
        return []
    width = max(len(one.what) for one in moved)
    rows = [f"  {one.what:<{width}}  {show_side(one.old)} -> {show_side(one.new)}" for one in moved]
    head = "It passes, and differs from the lock file:"
    return [line(head), line(), *[line(row) for row in rows], line()]


def _role(outcome: Outcome) -> Role:
    match outcome.status:
        case "pass":
            return "good"
        case "incomplete" | "not run":
            return "warn"
        case "fail" | "error":
            return "bad"


def what_was_run(check: Check) -> str:
    """`model.paxos:Paxos with Acceptor=3, Ballot=2, Value=2`."""
    numbers = [f"{name}={number}" for name, number in check.scope.items()]
    numbers += [f"{name}={number}" for name, number in (*check.params.items(), *check.faults.items())]
    given = f" with {', '.join(numbers)}" if numbers else ""
    only = f", only {', '.join(sorted(check.only))}" if check.only is not None else ""
    symmetry = "" if check.symmetry is None else ", without symmetry"
    if check.symmetry:
        symmetry = f", symmetry of {', '.join(check.symmetry)}"
    return check.target + given + only + symmetry
