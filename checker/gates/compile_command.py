"""`lockstep compile`: the C file that a check is compiled to, for people who want to read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.engines.native.explore import source_of
from checker.engines.native.not_yet import NotYetNative
from checker.gates.problems import Problem, SpecError, SystemFailure
from checker.gates.run import load_target, refusing, request_of
from checker.gates.target import Options, checks_of
from checker.report.output import write_error, write_file, write_out


@dataclass(frozen=True, slots=True)
class CompileCommand:
    """The words of the command line; without `output` the file is printed."""

    target: str
    options: Options
    output: Path | None = None


def compile_(command: CompileCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    check, *others = checks = checks_of(command.target, command.options)
    if others:
        fact = f"{command.target} has {len(checks)} checks, and each is compiled for its own scope"
        raise SpecError([Problem("TARGET", fact, f"name one: {command.target}:{checks[0].name}")])
    request = request_of(check, load_target(check))
    try:
        with refusing(check):
            source = source_of(request)
    except NotYetNative as error:
        place = f"{error.span.file}:{error.span.line}" if error.span.file else check.target
        raise SystemFailure([Problem(place, error.reason, "run the check with --engine python")]) from error
    if command.output is None:
        write_out(source)
    else:
        write_file(command.output, source)
        write_error(f"the C file is in {command.output}\n")
    return 0
