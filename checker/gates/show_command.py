"""`lockstep show`: a trace from a file, in any form. No model is imported: a trace may be a stranger's."""

from __future__ import annotations

from pathlib import Path

from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import TraceForm, python_problem, read_trace, to_form
from checker.report.output import write_out
from checker.report.terminal import shown_trace
from checker.traces.python_form import PythonFormError


def show(path: Path, form: TraceForm) -> int:
    """Prints the trace; the exit code. Raises GateError and OutputFailed."""
    trace = read_trace(path)
    if form == "text":
        Terminal().say(shown_trace(trace))
        return 0
    try:
        write_out(to_form(trace, form))
    except PythonFormError as error:
        raise python_problem(error) from error
    return 0
