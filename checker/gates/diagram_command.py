"""`lockstep diagram`: the states of a small model, or of a few variables, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from checker.engines.python.projection import Projected, projected
from checker.gates.check import Check
from checker.gates.problems import Problem, SpecError, TooLarge, nearest, quote
from checker.gates.run import load_target, refusing, request_of
from checker.gates.target import Options, checks_of
from checker.language.declaration import Declaration, declare
from checker.report.diagram_svg import to_svg
from checker.report.output import write_error, write_file, write_out
from checker.report.state_diagram import Arrow, Diagram, to_dot
from checker.traces.plain import show
from checker.traces.selector import Selector, SelectorError, parse_selector
from checker.traces.trace import State
from checker.verdicts import Truncated, Violated, describe

Form: TypeAlias = Literal["dot", "svg"]
STATES_MAX = 60
"""The most states of a diagram: more cannot be read."""


@dataclass(frozen=True, slots=True)
class DiagramCommand:
    """The words of the command line.

    Attributes:
        variables: ways to parts of a state; none for all variables.
        output: where to write it; None for standard output.
    """

    target: str
    options: Options
    variables: tuple[str, ...] = ()
    form: Form = "svg"
    output: Path | None = None


def diagram_command(command: DiagramCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    checks = checks_of(command.target, command.options)
    if len(checks) != 1:
        fact = f"{command.target} has {len(checks)} checks, and each has states of its own"
        raise SpecError([Problem("TARGET", fact, f"name one: {command.target}:{checks[0].name}")])
    diagram = _diagram(checks[0], command.variables)
    text = to_dot(diagram) if command.form == "dot" else to_svg(diagram)
    if command.output is None:
        write_out(text)
    else:
        write_file(command.output, text)
        write_error(f"{len(diagram.states)} states are in {command.output}\n")
    return 0


def _diagram(check: Check, variables: tuple[str, ...]) -> Diagram:
    model = load_target(check)
    with refusing(check):
        declaration = declare(model)
        selectors = _selectors(variables, declaration)
        names = [one.name for one in declaration.variables]
        shown = selectors or [Selector(name, name, ()) for name in names]

        def look(state: State) -> tuple[str, ...]:
            return tuple(f"{one.text} = {show(one.of(state))}" for one in shown)

        found = projected(request_of(check, model), look)
    _readable(check, found)
    faults = frozenset(one.name for one in declaration.methods if one.budget is not None)
    arrows = tuple(Arrow(start, end, names, faults & frozenset(names)) for start, end, names in found.steps)
    return Diagram(check.target, found.seen, found.initial, arrows)


def _selectors(variables: tuple[str, ...], declaration: Declaration) -> list[Selector]:
    known = [one.name for one in declaration.variables]
    found: list[Selector] = []
    problems: list[Problem] = []
    for text in [part.strip() for one in variables for part in one.split(",")]:
        try:
            selector = parse_selector(text)
        except SelectorError as error:
            fix = "write a variable, or a way into it such as leadership[Replica1].elected"
            problems.append(Problem("--variables", str(error), fix))
            continue
        if selector.variable not in known:
            fact = f"{declaration.model.__name__} has no variable {quote(selector.variable)}"
            problems.append(Problem("--variables", fact, nearest(selector.variable, known)))
        found.append(selector)
    if problems:
        raise SpecError(problems)
    return found


def _readable(check: Check, found: Projected) -> None:
    verdict = found.result.verdict
    if isinstance(verdict, Truncated | Violated):
        said = describe(verdict).rstrip(".")
        fix = (
            "choose a smaller scope, or raise --max-states"
            if isinstance(verdict, Truncated)
            else "correct it"
        )
        raise TooLarge([Problem(check.name, f"not all states are known: {said}", fix)])
    if len(found.seen) > STATES_MAX:
        fact = f"a diagram of {len(found.seen):,} states cannot be read"
        fix = "look at less: --variables NAME,NAME[KEY].FIELD"
        raise TooLarge([Problem("--variables", fact, fix)])
