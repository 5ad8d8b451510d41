"""`lockstep check`: checks one model, one check of a spec, or all of them, and says everything about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.gates.check import Check
from checker.gates.engine import AT_A_TERMINAL, Execution
from checker.gates.model_names import names_of
from checker.gates.outcome import Outcome, exit_code_of
from checker.gates.outcome_json import checks_to_json
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.outputs import NO_OUTPUTS, CheckLog, Outputs, ProgressForm
from checker.gates.problems import Problem, SpecError
from checker.gates.run import load_target, run_checks
from checker.gates.simulation import WalkOptions, simulated
from checker.gates.spec_judgement import TOGETHER, judge_spec
from checker.gates.target import Options, checks_of, spec_of
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
    """The words of the command line; with `walks` they are those of `lockstep simulate`."""

    target: str
    options: Options
    json: bool = False
    progress: ProgressForm | None = None
    trace_out: Path | None = None
    execution: Execution = AT_A_TERMINAL
    outputs: Outputs = NO_OUTPUTS
    walks: WalkOptions | None = None


def check(command: CheckCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    if command.trace_out is not None:
        form_of(command.trace_out)
    command.outputs.prepare(*([] if command.trace_out is None else [("--trace-out", command.trace_out)]))
    with command.outputs.telling_errors(json=command.json):
        checks = _checks(command)
    with command.outputs.progress_log(command.progress) as log:
        terminal = Terminal(command.json, command.progress, CheckLog(log))
        outcomes = _run(terminal, checks, command.execution)
        if command.walks is None and (together := _together(command.target, outcomes)):
            terminal.say([*gate_row(outcome_row(together), len(TOGETHER))])
            outcomes.append(together)
    code = exit_code_of(outcomes)
    if command.json:
        write_out(checks_to_json(outcomes))
    if command.trace_out is not None:
        _write_trace(outcomes[0], command.trace_out)
    command.outputs.write(outcomes, json=command.json)
    return code


def _checks(command: CheckCommand) -> tuple[Check, ...]:
    """The checks that the target names. Raises SpecError."""
    checks = checks_of(command.target, command.options)
    if command.walks is not None:
        checks = tuple([simulated(one, command.walks) for one in checks])
    if command.trace_out is not None and len(checks) > 1:
        fact = f"{command.target} has {len(checks)} checks, and there is one file"
        raise SpecError([Problem("--trace-out", fact, f"name one: {command.target}:{checks[0].name}")])
    if command.execution.checkpoint is not None and len(checks) > 1:
        fact = f"{command.target} has {len(checks)} checks, and a folder holds the state of one search"
        raise SpecError([Problem("--checkpoint", fact, f"name one: {command.target}:{checks[0].name}")])
    return checks


def _run(terminal: Terminal, checks: tuple[Check, ...], execution: Execution) -> list[Outcome]:
    outcomes: list[Outcome] = []
    printers: list[ProgressPrinter] = []
    several = len(checks) > 1
    with terminal.running():
        running = run_checks(checks, execution.search, terminal.reporter(printers, named=several))
        for outcome in running:
            terminal.finished(outcome, printers)
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


def _together(target: str, outcomes: list[Outcome]) -> Outcome | None:
    """What all checks of a spec come to together, where they were asked for."""
    spec = spec_of(target)
    return None if spec is None else judge_spec(spec, outcomes)


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
