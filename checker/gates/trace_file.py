"""Traces in files: which form a name asks for, and which form a file has."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, assert_never, get_args

from checker.gates.problems import Problem, SpecError
from checker.report.lines import plain
from checker.report.terminal import shown_trace
from checker.traces.document import parse, read_bytes
from checker.traces.format_error import TraceFormatError
from checker.traces.itf import from_itf, to_itf
from checker.traces.json_form import FORMAT, from_node, to_json
from checker.traces.mermaid import to_mermaid
from checker.traces.python_form import Ending, PythonFormError, to_python
from checker.traces.trace import Trace

TraceForm: TypeAlias = Literal["text", "json", "itf", "mermaid", "python"]
TRACE_FORMS: tuple[TraceForm, ...] = get_args(TraceForm)

_RESULTS = ("lockstep-result", "lockstep-gate")
_ENDINGS: tuple[tuple[str, TraceForm], ...] = (
    (".itf.json", "itf"),
    (".json", "json"),
    (".mmd", "mermaid"),
    (".py", "python"),
    (".txt", "text"),
)


def form_of(path: Path) -> TraceForm:
    """The form that the end of a file's name asks for. Raises SpecError."""
    for ending, form in _ENDINGS:
        if path.name.endswith(ending) and path.name != ending:
            return form
    endings = ", ".join([ending for ending, _ in _ENDINGS])
    fact = f"'{path.name}' does not say in which form to write the trace"
    raise SpecError([Problem("--trace-out", fact, f"end the name in one of: {endings}")])


def to_form(
    trace: Trace,
    form: TraceForm,
    names: tuple[dict[str, str], dict[str, str]] = ({}, {}),
    ending: Ending | None = None,
) -> str:
    """The trace as text. Raises PythonFormError."""
    match form:
        case "text":
            return plain(shown_trace(trace))
        case "json":
            return to_json(trace)
        case "itf":
            return to_itf(trace)
        case "mermaid":
            return to_mermaid(trace)
        case "python":
            return to_python(trace, names[0], ending, names[1])
        case _:
            assert_never(form)


def read_trace(path: Path) -> Trace:
    """The trace in a file, ours or ITF. Raises SpecError."""
    source = str(path)
    try:
        data = read_bytes(path)
        if any(f'"format": "{name}"'.encode() in data[:100] for name in _RESULTS):
            fix = "write the trace with: lockstep check ... --trace-out FILE.json"
            raise SpecError([Problem(source, "a result of a check, not a trace", fix)])
        node = parse(data, source)
        keys = node.keys()
        if "format" in keys:
            return from_node(node)
        if "states" in keys:
            return from_itf(data, source)
        node.fail(
            "neither a trace of this tool nor ITF", f'a trace has a key "format" ("{FORMAT}") or "states"'
        )
    except TraceFormatError as error:
        raise SpecError([Problem(f"{error.source}: {error.where}", error.fact, error.fix)]) from None


def python_problem(error: PythonFormError) -> SpecError:
    """The error for a trace that cannot become a program."""
    fix = "choose another form, or write it with `lockstep check ... --trace-out FILE.py`"
    return SpecError([Problem("--format python", str(error).partition("; ")[0], fix)])
