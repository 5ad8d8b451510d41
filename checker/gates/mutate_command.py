"""`lockstep mutate`: would the properties notice a mistake?"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from checker.engines.request import Limits
from checker.exit_codes import ExitCode
from checker.gates.check import TIERS, Check, Mutate, Prove, Spec, Tier
from checker.gates.engine import AT_A_TERMINAL, Execution
from checker.gates.mutant_proofs import wrong_proofs
from checker.gates.mutation import Asked, Report, Settled, mutate
from checker.gates.mutation_report import mutation_cases, mutation_lines, mutation_to_object
from checker.gates.outcome import first_of
from checker.gates.problems import Problem, SpecError, nearest, quote
from checker.gates.rule_modules import Meant, every_file, files_of
from checker.gates.target import Options, checks_of, find_check, named_spec
from checker.gates.terminal_output import Terminal
from checker.ir import nodes as ir
from checker.ir.mutation.mutant import Operator
from checker.report.cases import Case
from checker.report.junit import to_junit
from checker.report.lines import line, wrapped
from checker.report.output import write_error, write_file, write_out


@dataclass(frozen=True, slots=True)
class MutateCommand:
    """The words of the command line.

    Attributes:
        operators: by name; none for all.
        tier: whose tables of a spec are meant, and those of the tiers before it.
        max_survivors: in place of what the spec says.
        limits: of each mutant's search, in place of what the spec says.
        matrix: all that a mutant breaks is found, not the first alone.
    """

    target: str
    options: Options
    operators: tuple[str, ...] = ()
    max_survivors: int | None = None
    limits: Limits = field(default_factory=Limits)
    execution: Execution = AT_A_TERMINAL
    json: bool = False
    junit: Path | None = None
    tier: Tier = "default"
    matrix: bool = False


@dataclass(frozen=True, slots=True)
class _Task:
    """The scopes that mutants are tested in, and what is said of them."""

    checks: tuple[Check, ...]
    mutate: Mutate
    proves: tuple[Prove, ...] = ()


def mutate_command(command: MutateCommand) -> int:
    """Runs the command; the exit code. Raises GateError."""
    operators = frozenset(map(Operator, command.operators)) or frozenset(Operator)
    terminal = Terminal(command.json)
    codes: list[ExitCode] = []
    documents: list[dict[str, object]] = []
    cases: list[Case] = []
    for task in _tasks(command):
        began = time.perf_counter()
        limits = _tightened(task.mutate.limits, command.limits)
        asked = Asked(operators, limits, command.execution, _teller(), command.matrix, _meant(task.mutate))
        with terminal.running():
            report = mutate(task.checks, asked, time.perf_counter)
        if not command.operators:
            _check_accepted(report, task)
        code = _code(report, task.mutate, command.max_survivors)
        codes.append(code)
        documents.append(mutation_to_object(report, task.mutate, code))
        cases += mutation_cases(report, task.mutate.accept)
        spent = time.perf_counter() - began
        rate = 60 * len(report.settled) / report.seconds if report.seconds else 0
        words = f"{spent:.1f} s with the {report.engine} engine; {rate:,.0f} mutants a minute."
        terminal.say(
            [*mutation_lines(report, task.mutate.accept, code), line(), *wrapped(words, role="weak")]
        )
    code = first_of(codes)
    if command.json:
        document = {"format": documents[0]["format"], "version": documents[0]["version"]}
        write_out(json.dumps({**document, "exit_code": int(code), "models": documents}, indent=1) + "\n")
    if command.junit is not None:
        write_file(command.junit, to_junit(cases))
    return int(code)


def _tasks(command: MutateCommand) -> list[_Task]:
    """What the target names: a spec with its [[mutate]] tables, one check, or a model. Raises SpecError."""
    spec, name = named_spec(command.target)
    if spec is None:
        check = checks_of(command.target, command.options)[0]
        return [_Task((check,), Mutate((check.name,), check.origin))]
    every = {one.name: one for one in checks_of(spec.file, command.options)}
    if name is not None:
        check = find_check(tuple(every.values()), name, spec.file)
        _refuse_control(check)
        # What is accepted is so in all the scopes of a table; in one of them alone less is noticed.
        tables = [one for one in spec.mutates if one.checks == (check.name,)]
        plain = Mutate((check.name,), check.origin)
        return [_Task((check,), one, spec.proves) for one in tables] or [_Task((check,), plain)]
    wanted = TIERS[: TIERS.index(command.tier) + 1]
    tables = [one for one in spec.mutates if one.tier in wanted]
    if spec.mutates and not tables:
        fact = f"no [[mutate]] of {spec.file} belongs to the tier {command.tier}"
        raise SpecError([Problem("--tier", fact, f"name another, such as {spec.mutates[0].tier}")])
    if tables:
        return [_Task(tuple([every[name] for name in one.checks]), one, spec.proves) for one in tables]
    return [_first(spec, tuple(every.values()))]


def _refuse_control(check: Check) -> None:
    if check.expect is not None or check.simulation is not None:
        fact = f"the check {quote(check.name)} must fail, or takes random walks"
        fix = "name a check that must hold: mutants are of a model that does"
        raise SpecError([Problem(check.origin.place("name"), fact, fix)])


def _first(spec: Spec, checks: Sequence[Check]) -> _Task:
    """The first check that must hold, where no table says which."""
    for check in checks:
        if check.expect is None and check.simulation is None:
            return _Task((check,), Mutate((check.name,), check.origin))
    fact = "no check of it must hold, so there is no scope to test mutants in"
    raise SpecError([Problem(spec.file, fact, "add a [[check]] without 'expect'")])


def _meant(mutate: Mutate) -> Callable[[ir.Model], Meant]:
    if mutate.modules is None:
        return every_file
    return partial(files_of, mutate.modules, mutate.origin)


def _check_accepted(report: Report, task: _Task) -> None:
    """Every mutant that is accepted is there, survives, and is what is proved. Raises GateError."""
    mutate, fates = task.mutate, {one.name: one for one in report.settled}
    problems: list[Problem] = []
    for number, one in enumerate(mutate.accept):
        place, found = mutate.origin.place("accept", number, "mutant"), fates.get(one.mutant)
        if found is None:
            fix = nearest(one.mutant, [name for name, known in fates.items() if known.fate == "survived"])
            problems.append(Problem(place, f"there is no mutant {quote(one.mutant)}", fix, "accept.mutant"))
        elif found.fate != "survived":
            fact = f"the mutant {quote(one.mutant)} is accepted, and does not survive: {_end(found)}"
            problems.append(Problem(place, fact, "remove it", "accept.mutant"))
    problems += wrong_proofs(mutate, task.checks[0], fates, task.proves)
    if problems:
        raise SpecError(problems)


def _end(found: Settled) -> str:
    match found.fate:
        case "killed":
            return f"{found.last.property} notices it"
        case "lost":
            return f"it loses {found.lost[0]}"
        case "truncated":
            return "its search is truncated"
        case _:
            return f"it is {found.fate}"


def _code(report: Report, mutate: Mutate, most: int | None) -> ExitCode:
    accepted = {one.mutant for one in mutate.accept}
    survivors = [one for one in report.of("survived") if one.name not in accepted]
    if len(survivors) > (mutate.max_survivors if most is None else most):
        return ExitCode.SURVIVORS
    return ExitCode.INCONCLUSIVE if report.of("truncated") else ExitCode.OK


def _teller() -> Callable[[int, int, Check], None]:
    """Counts on a terminal, in a line that is overwritten."""
    if not sys.stderr.isatty():
        return lambda _done, _all, _check: None

    def tell(done: int, count: int, check: Check) -> None:
        end = "\r" if done < count else "\r\x1b[K"
        write_error(f"\r{check.name}: {done} of {count} mutants{end}")

    return tell


def _tightened(limits: Limits, more: Limits) -> Limits:
    return Limits(
        seconds=limits.seconds if more.seconds is None else more.seconds,
        bytes=limits.bytes if more.bytes is None else more.bytes,
        states=limits.states if more.states is None else more.states,
        depth=limits.depth,
    )
