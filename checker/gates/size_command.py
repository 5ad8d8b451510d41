"""`lockstep size`: where the states of a model come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from checker.exit_codes import ExitCode, for_verdict
from checker.gates.engine import AT_A_TERMINAL, Execution
from checker.gates.problems import Problem, SpecError, SystemFailure
from checker.gates.size import size_of
from checker.gates.size_report import size_lines, size_plots, size_to_object
from checker.gates.target import Options, checks_of
from checker.gates.terminal_output import Terminal
from checker.report.html_templates import INSTALL, NoTemplates
from checker.report.lines import wrapped
from checker.report.output import write_error, write_file, write_out
from checker.report.size_page import plots_page
from checker.verdicts import Truncated, Violated, describe


@dataclass(frozen=True, slots=True)
class SizeCommand:
    """The words of the command line."""

    target: str
    options: Options
    execution: Execution = AT_A_TERMINAL
    json: bool = False
    html: Path | None = None


def size_command(command: SizeCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    checks = checks_of(command.target, command.options)
    if len(checks) != 1:
        fact = f"{command.target} has {len(checks)} checks, and each has states of its own"
        raise SpecError([Problem("TARGET", fact, f"name one: {command.target}:{checks[0].name}")])
    terminal = Terminal(command.json)
    with terminal.running():
        size = size_of(checks[0], command.execution)
    lines = size_lines(size)
    verdict = size.result.verdict
    if isinstance(verdict, Violated):
        lines += wrapped(f"{describe(verdict)} The states beyond that were not searched.", role="warn")
    terminal.say(lines)
    if command.json:
        write_out(json.dumps(size_to_object(size), indent=1) + "\n")
    if command.html is not None:
        said = f"{size.distinct:,} states; {checks[0].name}"
        try:
            page = plots_page(f"Size of {checks[0].target}", said, size_plots(size))
        except NoTemplates as error:
            raise SystemFailure([Problem("--html", str(error), INSTALL)]) from error
        write_file(command.html, page)
        write_error(f"the page is in {command.html}\n")
    return int(for_verdict(verdict) if isinstance(verdict, Truncated | Violated) else ExitCode.OK)
