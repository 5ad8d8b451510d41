"""`lockstep check`: checks one model, one check of a spec, or all of them, and says everything about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.gates.check import Check
from checker.gates.engine import ENGINES, engine_named
from checker.gates.model_names import names_of
from checker.gates.outcome import Outcome, exit_code_of
from checker.gates.outcome_json import checks_to_json
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.problems import Problem, SpecError
from checker.gates.run import load_target, run_checks
from checker.gates.target import Options, checks_of
from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import form_of, python_problem, to_form
from checker.report.gate_table import gate_row
from checker.report.lines import line
from checker.report.output import write_error, write_file, write_out
from checker.report.progress import ProgressPrinter
from checker.traces.python_form import PythonFormError
from checker.verdicts import Violated


@dataclass(frozen=True, slots=True)
class CheckCommand:
    """The words of the command line."""

    target: str
    options: Options
    json: bool = False
    progress: bool = False
    trace_out: Path | None = None
    engine: str = ENGINES[0]


def check(command: CheckCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    if command.trace_out is not None:
        form_of(command.trace_out)
    checks = checks_of(command.target, command.options)
    if command.trace_out is not None and len(checks) > 1:
        fact = f"{command.target} has {len(checks)} checks, and there is one file"
        raise SpecError([Problem("--trace-out", fact, f"name one: {command.target}:{checks[0].name}")])
    terminal = Terminal(command.json, command.progress)
    outcomes = _run(terminal, checks, command.engine)
    code = exit_code_of(outcomes)
    if command.json:
        write_out(checks_to_json(outcomes))
    if command.trace_out is not None:
        _write_trace(outcomes[0], command.trace_out)
    return code


def _run(terminal: Terminal, checks: tuple[Check, ...], engine: str) -> list[Outcome]:
    outcomes: list[Outcome] = []
    printers: list[ProgressPrinter] = []
    several = len(checks) > 1
    with terminal.running():
        running = run_checks(checks, engine_named(engine), terminal.reporter(printers, named=several))
        for outcome in running:
            for printer in printers:
                printer.finish()
            outcomes.append(outcome)
            if outcome.result is None and not terminal.json:
                write_error(
                    "".join([f"{problem}\n" for problem in outcome.problems] or [outcome.reason + "\n"])
                )
                continue
            terminal.say([*outcome_report(outcome, named=several), *([line()] if several else [])])
    if several:
        width = max(len(one.name) for one in checks)
        terminal.say([row for one in outcomes for row in gate_row(outcome_row(one), width)])
    return outcomes


def _write_trace(outcome: Outcome, path: Path) -> None:
    result = outcome.result
    if result is None:
        return
    verdict = result.verdict
    if not isinstance(verdict, Violated):
        write_error(f"{path} is not written: nothing was violated, so there is no trace\n")
        return
    names = names_of(load_target(outcome.check))
    try:
        text = to_form(verdict.trace, form_of(path), names, verdict.kind)
    except PythonFormError as error:
        raise python_problem(error) from error
    write_file(path, text)
    write_error(f"the trace is in {path}\n")
