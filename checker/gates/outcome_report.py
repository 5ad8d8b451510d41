"""Outcomes as text: a row for each, and the whole of one."""

from __future__ import annotations

from checker.gates.check import Check
from checker.gates.outcome import Outcome
from checker.report.gate_table import Row
from checker.report.lines import Line, Role, line, wrapped
from checker.report.terminal import report
from checker.verdicts import ExhaustedWithin, Violated, describe


def outcome_row(outcome: Outcome) -> Row:
    """The check in a line."""
    return Row(outcome.status, outcome.check.name, _in_short(outcome))


def _in_short(outcome: Outcome) -> str:
    result = outcome.result
    if result is None or not outcome.passed:
        return outcome.reason
    seconds = f"{result.statistics.seconds:.1f} s"
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
    return f"{counts.distinct:,} states{within}, depth {counts.depth}; {seconds}"


def outcome_report(outcome: Outcome, *, named: bool) -> list[Line]:
    """All there is to say about a check; with its name, where there are several."""
    check = outcome.check
    lines: list[Line] = []
    if named:
        lines += [*wrapped(f"{outcome.status.upper()}: {check.name}", role=_role(outcome)), line()]
    result = outcome.result
    if result is None:
        problems = [str(problem) for problem in outcome.problems] or [outcome.reason]
        return [*lines, *[line(problem, "bad") for problem in problems]]
    is_control_met = check.expect is not None and outcome.passed
    lines += report(result, model=what_was_run(check), expected=is_control_met)
    if reason := outcome.reason.removeprefix(describe(result.verdict)).strip():
        head = "Passed" if outcome.passed else "Not passed"
        lines += [line(), *wrapped(f"{head}. {reason}", role=_role(outcome))]
    if advice := _advice(outcome):
        lines += wrapped(advice)
    return lines


def _role(outcome: Outcome) -> Role:
    match outcome.status:
        case "pass":
            return "good"
        case "incomplete" | "not run":
            return "warn"
        case "fail" | "error":
            return "bad"


def _advice(outcome: Outcome) -> str | None:
    """How to accept by name what was never tried."""
    result = outcome.result
    if outcome.status != "fail" or result is None or isinstance(result.verdict, Violated):
        return None
    if outcome.check.expect is not None or outcome.check.requirement is None:
        return None
    accept = outcome.check.accept
    lists = {
        "never_fired": [name for name in result.never_fired if name not in accept.never_fired],
        "covers": [name for name, hit in result.covers if not hit and name not in accept.covers],
        "untested": [one.property for one in result.untested if one.property not in accept.untested],
    }
    shown = [
        f"{key} = [{', '.join([chr(34) + name + chr(34) for name in dict.fromkeys(names)])}]"
        for key, names in lists.items()
        if names
    ]
    if not shown:
        return None
    return f"If it is meant to be so, the check can say it: accept = {{ {', '.join(shown)} }}"


def what_was_run(check: Check) -> str:
    """`model.paxos:Paxos with Acceptor=3, Ballot=2, Value=2`."""
    numbers = [f"{name}={number}" for name, number in check.scope.items()]
    numbers += [f"{name}={number}" for name, number in (*check.params.items(), *check.faults.items())]
    given = f" with {', '.join(numbers)}" if numbers else ""
    only = f", only {', '.join(sorted(check.only))}" if check.only is not None else ""
    return check.target + given + only
