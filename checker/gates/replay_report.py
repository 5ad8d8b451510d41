"""What a replay is reported as: a line in a list, a few lines about the traces, a difference in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.conformance.steering import Named
from checker.exit_codes import ExitCode
from checker.gates.replay_run import Replayed
from checker.report.gate_table import Row
from checker.report.lines import Line, line, wrapped

STEPS_SHOWN = 40
_STATUS = {ExitCode.OK: "pass", ExitCode.DIFFERENCE: "fail", ExitCode.VACUOUS: "fail"}


def status_of(replayed: Replayed) -> str:
    """As in a gate: pass, fail or error."""
    return _STATUS.get(replayed.exit_code, "error")


def replay_row(replayed: Replayed) -> Row:
    """`PASS  every way of a step  500 traces, 11,204 steps`."""
    return Row(status_of(replayed), replayed.replay.name, _in_short(replayed))


def _in_short(replayed: Replayed) -> str:
    if replayed.problems:
        return str(replayed.problems[0])
    steered, difference = replayed.steered, replayed.difference
    assert steered is not None
    if difference is not None:
        return f"it leaves the model in trace {steered.paths} at step {difference.step}"
    if replayed.never_done:
        return f"it never did: {', '.join(replayed.never_done)}"
    return f"{_counted(steered.paths, 'trace')}, {_counted(steered.steps, 'step')}, no difference"


def replay_report(replayed: Replayed) -> list[Line]:
    """What was replayed, what share that is, what was refused, and the difference."""
    if replayed.problems:
        return [row for problem in replayed.problems for row in wrapped(str(problem), role="bad")]
    return [row for text, role in _sentences(replayed) for row in wrapped(text, role=role)] + _steps(replayed)


def _sentences(replayed: Replayed) -> Iterator[tuple[str, Any]]:
    choice, steered, difference = replayed.choice, replayed.steered, replayed.difference
    assert choice is not None
    assert steered is not None
    seconds = max(replayed.seconds, 0.001)
    taken = f"{_counted(steered.paths, 'trace')} of {len(choice.paths):,}, {_counted(steered.steps, 'step')}"
    yield f"{replayed.replay.name}: {taken}, {steered.steps / seconds:,.0f} a second.", "strong"
    if choice.edges:
        part = "all of the model in this scope" if choice.whole else "only a part of the model in this scope"
        contexts = f"{_share(choice.contexts_taken, choice.contexts)} contexts"
        edges = f"{_share(choice.edges_taken, choice.edges)} edges of {_counted(choice.states, 'state')}"
        yield f"The traces take {contexts} and {edges}, {part}.", "plain"
    elif choice.contexts:
        yield (
            f"The walks take {_share(choice.contexts_taken, choice.contexts)} contexts that they came by.",
            "plain",
        )
    yield f"Variables compared after each step: {replayed.observed}; hidden: {replayed.hidden}.", "plain"
    if replayed.given is not None:
        given = replayed.given
        answers = ", ".join([f"{count:,} {name}" for name, count in sorted(given.outcomes.items())])
        where = _counted(len(given.contexts), "context")
        yield f"Stimuli that the model disables: {given.stimuli:,} in {where}, each up to twice.", "plain"
        text = f"Their answers: {answers or 'none'}; explained by steps of the node: {given.explained:,}."
        yield text, "plain"
    if replayed.mutants:
        count = sum([partings for _, partings in replayed.mutants])
        yield (
            f"Mutants: {len(replayed.mutants)}, tried where they part from the model: {count:,} times.",
            "plain",
        )
        for name in [name for name, partings in replayed.mutants if not partings]:
            yield f"Of no use here: {name} does nothing else in the explored states.", "warn"
    for action, count in sorted(steered.refused.items()):
        yield f"Refused, as it may be: {action}, {_counted(count, 'time')}.", "plain"
    if replayed.never_done:
        yield f"Actions of the traces that the system never did: {', '.join(replayed.never_done)}.", "bad"
    if difference is None and not choice.paths:
        yield "The model takes no step in this scope, so nothing was replayed.", "bad"
    if difference is not None:
        yield f"The system leaves the model at step {difference.step}, {_call_of(replayed)}.", "bad"
        yield f"{difference.place}", "strong"
        yield f"  the model:  {difference.expected}", "plain"
        yield f"  the system: {difference.shown}", "plain"


def _call_of(replayed: Replayed) -> str:
    difference = replayed.difference
    assert difference is not None
    if difference.stimulus is not None:
        return f"{_shown(difference.stimulus)}, which the model disables there"
    return _shown(difference.steps[-1]) if difference.step else "the initial state"


def _shown(step: Named) -> str:
    return f"{step[0]}({', '.join([f'{key}={value!r}' for key, value in step[1].items()])})"


def _steps(replayed: Replayed) -> list[Line]:
    difference = replayed.difference
    if difference is None or not difference.steps:
        return []
    calls = [_shown(step) for step in difference.steps]
    first = max(0, len(calls) - STEPS_SHOWN)
    rows = [line(), *wrapped("The steps:" if not first else f"The last {STEPS_SHOWN} steps:")]
    for number, call in enumerate(calls[first:], start=first + 1):
        rows += wrapped(call, f"{number:>4}  ", " " * 8)
    return rows


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
