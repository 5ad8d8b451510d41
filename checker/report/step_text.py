"""One step of a trace: the call, what it changed, the state after it, and what holds there."""

from __future__ import annotations

from collections.abc import Sequence

from checker.report.lines import Line, line, wrapped
from checker.report.terminal import state_lines, step_head
from checker.report.truth_lines import state_truths
from checker.traces.trace import Trace, changes
from checker.traces.truth import Truth


def step_lines(trace: Trace, number: int, truths: Sequence[Truth] | None) -> list[Line]:
    """Step `number`, 0 for the initial state. `truths` is None where what holds is not known."""
    step = trace.steps[number - 1] if number else trace.initial
    lines = step_head(str(number), step)
    if number:
        changed = changes(trace.states[number - 1], step.state)
        for change in changed:
            lines += wrapped(str(change), "       ", "           ")
        if not changed:
            lines.append(line("       nothing changes", "weak"))
    lines += [line(), line("The state after it:" if number else "The initial state:", "strong"), line()]
    lines += state_lines(step.state)
    if truths:
        lines += [line(), line("What holds in it:", "strong"), line(), *state_truths(truths)]
    return lines
