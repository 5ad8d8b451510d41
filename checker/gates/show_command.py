"""`lockstep show`: a trace from a file, as lanes with what holds in each state, or in any other form."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from checker.gates.bundle_command import bundle_path, write_bundle
from checker.gates.problems import Problem, SpecError
from checker.gates.retracing import Retraced, retraced
from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import TraceForm, python_problem, read_trace, to_form
from checker.report.lanes_text import ASCII, UNICODE, Signs, lane_lines
from checker.report.lines import Line, line, wrapped
from checker.report.output import write_out
from checker.report.step_text import step_lines
from checker.report.terminal import trace_title
from checker.report.truth_lines import truth_lines
from checker.report.understanding_lines import understanding_lines
from checker.running.understanding import NotViolated, understand
from checker.traces.lanes import plan_lanes
from checker.traces.python_form import PythonFormError
from checker.traces.trace import Trace
from checker.traces.understanding_json import understanding_to_json

ShownForm: TypeAlias = TraceForm | Literal["lanes"]


@dataclass(frozen=True, slots=True)
class ShowCommand:
    """The words of the command line.

    Attributes:
        model: whose invariants are evaluated; None for the trace's, where a spec names it.
        step: show this step alone; 0 is the initial state.
        states: show the whole state after each step, too.
        ascii: draw with the characters of ASCII.
        explain: say what of a violation matters.
        json: say that as an object of JSON, and nothing else.
        html: write the review bundle to this file instead; an empty name stands for one beside the trace.
    """

    path: Path
    form: ShownForm = "lanes"
    model: str | None = None
    step: int | None = None
    states: bool = False
    ascii: bool = False
    html: str | None = None
    explain: bool = False
    json: bool = False


def show(command: ShowCommand) -> int:
    """Prints the trace; the exit code. Raises GateError and OutputFailed."""
    trace = read_trace(command.path)
    if command.html is not None:
        path = Path(command.html) if command.html else bundle_path(command.path)
        write_bundle(trace, retraced(trace, command.model), path)
        return 0
    if command.json:
        write_out(_understood(trace, retraced(trace, command.model)))
        return 0
    if command.form == "lanes":
        Terminal().say(_lanes(trace, command))
        return 0
    try:
        write_out(to_form(trace, command.form))
    except PythonFormError as error:
        raise python_problem(error) from error
    return 0


def _lanes(trace: Trace, command: ShowCommand) -> list[Line]:
    if command.step is not None and command.step > len(trace.steps):
        fact = f"the trace has {len(trace.steps)} steps"
        raise SpecError([Problem("--step", fact, f"write a number from 0 to {len(trace.steps)}")])
    known = retraced(trace, command.model)
    plan = plan_lanes(trace, known.reads)
    lines = trace_title(trace)
    if command.step is not None:
        truths = None if known.truths is None else known.truths[command.step]
        lines += step_lines(trace, command.step, truths)
    else:
        lines += lane_lines(trace, plan, states=command.states, signs=_signs(command))
        lines += _truths(known)
    if command.explain:
        lines += _explained(known)
    return [*lines, *_note(known)]


def _truths(known: Retraced) -> Iterator[Line]:
    if known.truths is not None:
        yield line()
        yield from truth_lines(known.truths)


def _explained(known: Retraced) -> Iterator[Line]:
    if known.again is None:
        return  # the note says why
    yield line()
    try:
        yield from understanding_lines(understand(known.again))
    except NotViolated as error:
        yield from wrapped(f"What of it matters is not asked: {error}.", role="warn")


def _understood(trace: Trace, known: Retraced) -> str:
    if known.again is None:
        assert known.note is not None, "it says why the model did not take the steps"
        return understanding_to_json(trace, None, known.note)
    try:
        return understanding_to_json(trace, understand(known.again))
    except NotViolated as error:
        return understanding_to_json(trace, None, f"{error}.")


def _note(known: Retraced) -> Iterator[Line]:
    if known.note is not None:
        yield line()
        yield from wrapped(known.note, role="warn")


def _signs(command: ShowCommand) -> Signs:
    """Drawn with what standard output can encode."""
    if command.ascii:
        return ASCII
    try:
        f"{UNICODE.lane}{UNICODE.across}{UNICODE.acts}{UNICODE.sent}".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError, AttributeError):
        return ASCII
    return UNICODE
