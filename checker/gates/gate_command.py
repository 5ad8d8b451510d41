"""`lockstep gate`: runs the checks of specs, a line each; what failed follows in full."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from checker.gates.check import TIERS, Check, Spec, Tier
from checker.gates.engine import ENGINES, engine_named
from checker.gates.outcome import Outcome, exit_code_of
from checker.gates.outcome_json import gate_to_json
from checker.gates.outcome_report import outcome_report, outcome_row
from checker.gates.problems import Problem, SpecError
from checker.gates.run import run_checks
from checker.gates.spec import load_spec
from checker.gates.terminal_output import Terminal
from checker.report.gate_table import gate_row, gate_summary
from checker.report.lines import line
from checker.report.output import write_out
from checker.report.progress import ProgressPrinter


@dataclass(frozen=True, slots=True)
class GateCommand:
    """The words of the command line."""

    targets: tuple[Path, ...] = ()
    tier: Tier = "default"
    json: bool = False
    quiet: bool = False
    progress: bool = False
    engine: str = ENGINES[0]


def gate(command: GateCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    specs = load_specs(spec_files(command.targets))
    wanted = TIERS[: TIERS.index(command.tier) + 1]
    checks = [check for spec in specs for check in spec.checks if check.tier in wanted]
    if not checks:
        tiers = ", ".join(sorted({check.tier for spec in specs for check in spec.checks}))
        fact = f"no check belongs to the tier {command.tier}, so nothing would be checked"
        raise SpecError([Problem("--tier", fact, f"the checks of these specs are in: {tiers}")])
    terminal = Terminal(command.json, command.progress)
    started = time.perf_counter()
    outcomes = _run(terminal, checks, command.engine, quiet=command.quiet)
    code = exit_code_of(outcomes)
    for outcome in outcomes:
        if not outcome.passed and outcome.status != "not run":
            terminal.say([line(), *outcome_report(outcome, named=True)])
    seconds = time.perf_counter() - started
    terminal.say([line(), *gate_summary([one.status for one in outcomes], seconds, int(code), code.meaning)])
    if command.json:
        write_out(gate_to_json(outcomes))
    return code


def _run(terminal: Terminal, checks: Sequence[Check], engine: str, *, quiet: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    printers: list[ProgressPrinter] = []
    with terminal.running():
        running = run_checks(checks, engine_named(engine), terminal.reporter(printers, named=True))
        for file, group in groupby(running, key=lambda outcome: outcome.check.origin.file):
            width = max(len(check.name) for check in checks if check.origin.file == file)
            announced = False
            for outcome in group:
                for printer in printers:
                    printer.finish()
                outcomes.append(outcome)
                if quiet and outcome.passed:
                    continue
                terminal.say(
                    [*([] if announced else [line(str(file))]), *gate_row(outcome_row(outcome), width)]
                )
                announced = True
    return outcomes


def spec_files(targets: Sequence[Path]) -> list[Path]:
    """The spec files: those named, those in the folders named, else `specs/*.toml`. Raises SpecError."""
    if not targets:
        found = sorted(Path("specs").glob("*.toml"))
        if not found:
            fix = "write one, name one, or begin with: lockstep new NAME"
            raise SpecError([Problem("specs", "there is no specs/*.toml in the current directory", fix)])
        return found
    files: dict[Path, None] = {}
    problems: list[Problem] = []
    for target in targets:
        if not target.is_dir():
            files[target] = None
            continue
        inside = sorted(
            target.glob("*.toml") if target.resolve().name == "specs" else target.glob("specs/*.toml")
        )
        inside = inside or sorted(target.glob("*.toml"))
        if not inside:
            problems.append(
                Problem(str(target), "there is no *.toml in it, nor in its specs/", "name a spec")
            )
        files.update(dict.fromkeys(inside))
    if problems:
        raise SpecError(problems)
    return list(files)


def load_specs(files: Sequence[Path]) -> list[Spec]:
    """All of them, or SpecError with what is wrong in any."""
    specs: list[Spec] = []
    problems: list[Problem] = []
    for file in files:
        try:
            specs.append(load_spec(file))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    return specs
