"""`lockstep audit`: all ways to search the checks of specs, in small scopes, must say the same."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from checker.exit_codes import ExitCode
from checker.gates.audit import BOUNDS, Audited, Bounds, audit, states_of
from checker.gates.check import TIERS, Check, Tier
from checker.gates.gate_command import load_specs, spec_files
from checker.gates.problems import GateError, Problem, SpecError
from checker.gates.terminal_output import Terminal
from checker.report.gate_table import Row, gate_row
from checker.report.lines import line, wrapped
from checker.report.output import write_out

AUDIT_FORMAT = "lockstep-audit"
AUDIT_VERSION = 1


@dataclass(frozen=True, slots=True)
class AuditCommand:
    """The words of the command line."""

    targets: tuple[Path, ...] = ()
    tier: Tier = "quick"
    bounds: Bounds = BOUNDS
    json: bool = False


def audit_command(command: AuditCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    specs = load_specs(spec_files(command.targets))
    wanted = TIERS[: TIERS.index(command.tier) + 1]
    checks = [check for spec in specs for check in spec.checks if check.tier in wanted]
    if not checks:
        fact = f"no check belongs to the tier {command.tier}, so nothing would be audited"
        raise SpecError([Problem("--tier", fact, "name another tier")])
    terminal = Terminal(command.json)
    began = time.perf_counter()
    found: list[Audited] = []
    with terminal.running():
        for file, group in groupby(checks, key=lambda check: check.origin.file):
            width = max(len(check.name) for check in checks if check.origin.file == file)
            terminal.say([line(str(file))])
            for check in group:
                found.append(_audited(check, command.bounds))
                terminal.say(gate_row(_row(found[-1]), width))
    code = _code(found)
    for one in found:
        for fact in one.disagreements:
            terminal.say(wrapped(f"{one.check.name}: {fact}", role="bad"))
    searches = sum(len(one.sights) for one in found)
    spent = time.perf_counter() - began
    summary = f"{len(found)} checks audited by {searches} searches in {spent:.1f} s: {_sum(found)}."
    terminal.say([line(), *wrapped(summary, role="good" if code is ExitCode.OK else "bad")])
    if code is not ExitCode.OK:
        terminal.say(wrapped(f"Exit code {int(code)}: {code.meaning}"))
    if command.json:
        write_out(_to_json(found, code))
    return int(code)


def _audited(check: Check, bounds: Bounds) -> Audited:
    """What is wrong with one check does not keep the others from being audited."""
    try:
        return audit(check, bounds)
    except SpecError:
        raise
    except GateError as error:
        return Audited(check, skipped=tuple([str(problem) for problem in error.problems]))


def _code(found: Sequence[Audited]) -> ExitCode:
    if any(one.disagreements for one in found):
        return ExitCode.AUDIT
    return ExitCode.OK if all(one.sights for one in found) else ExitCode.INCONCLUSIVE


def _sum(found: Sequence[Audited]) -> str:
    wrong = sum(1 for one in found if one.disagreements)
    undone = sum(1 for one in found if not one.sights and not one.disagreements)
    parts = [f"{wrong} disagree" if wrong else "all agree"]
    return ", ".join([*parts, *([f"{undone} could not be audited"] if undone else [])])


def _row(one: Audited) -> Row:
    status = "fail" if one.disagreements else "pass" if one.sights else "incomplete"
    return Row(status, one.check.name, _in_short(one))


def _in_short(one: Audited) -> str:
    if not one.sights:
        return "; ".join(one.skipped)
    scope = ", ".join([f"{name}={size}" for name, size in one.check.scope.items()])
    least = min(one.sights, key=states_of)
    states = f"{one.sights[0].result.statistics.distinct:,} states"
    if least.result.symmetry:
        states += f", {least.result.statistics.distinct:,} up to names"
    searches = f"{len(one.sights)} searches " + ("disagree" if one.disagreements else "agree")
    skipped = f"; not done: {'; '.join(one.skipped)}" if one.skipped else ""
    return f"{scope}{': ' if scope else ''}{states}; {searches}{skipped}"


def _to_json(found: Sequence[Audited], code: ExitCode) -> str:
    document = {
        "format": AUDIT_FORMAT,
        "version": AUDIT_VERSION,
        "exit_code": int(code),
        "checks": [
            {
                "check": one.check.name,
                "spec": one.check.origin.file,
                "scope": dict(one.check.scope),
                "disagreements": [*one.disagreements],
                "skipped": [*one.skipped],
                "searches": [
                    {
                        "way": str(sight.way),
                        "symmetry": [*sight.result.symmetry],
                        "verdict": sight.result.verdict.name,
                        "distinct": sight.result.statistics.distinct,
                        "generated": sight.result.statistics.generated,
                        "depth": sight.result.statistics.depth,
                        "stand_for": sum(sight.orbits.levels),
                    }
                    for sight in one.sights
                ],
            }
            for one in found
        ],
    }
    return json.dumps(document, indent=1) + "\n"
