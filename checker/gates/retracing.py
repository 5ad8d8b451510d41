"""What a trace shows beside its steps where its model is at hand: what holds in each state, and what is read.

A trace may be a stranger's, and to load a model is to run it. So a model is loaded where the command line
names it, or a spec of the project does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from checker.engines.request import Request
from checker.gates.check import Check, Origin
from checker.gates.problems import GateError, Problem, SpecError, quote
from checker.gates.run import load_target, refusing, request_of
from checker.gates.spec import load_spec
from checker.report.lines import printable
from checker.running.retrace import NotABehaviour, Retrace, TooLong
from checker.traces.lanes import Message
from checker.traces.trace import Trace
from checker.traces.truth import Truth

SPECS = "specs"
NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Retraced:
    """A trace as its model takes it.

    Attributes:
        truths: for each state what holds in it; None where that is not known.
        reads: for each step what it reads; None where that is not known.
        note: why something is not known.
        again: the model as it took the steps; None where it did not.
    """

    truths: list[tuple[Truth, ...]] | None = None
    reads: list[frozenset[Message]] | None = None
    note: str | None = None
    again: Retrace | None = None


def retraced(trace: Trace, model: str | None) -> Retraced:
    """A trace taken again. `model` is what the command line names, `module:Class`.

    Raises:
        GateError: the model of the command line cannot be used, or the trace is none of its behaviours.
    """
    if model is not None:
        return _retraced(trace, model, "--model")
    if not NAME.fullmatch(trace.model):
        return Retraced(note="What holds in each state is not known: the trace names no model of this tool.")
    if trace.model not in _models_of_specs(Path(SPECS)):
        name = printable(trace.model if len(trace.model) <= 80 else trace.model[:77] + "...")
        return Retraced(
            note=f"What holds in each state is not known: no spec here is about {name}. "
            f"Where you trust it: --model {name}"
        )
    try:
        return _retraced(trace, trace.model, "the trace")
    except GateError as error:
        return Retraced(note=f"What holds in each state is not known. {error.problems[0]}")


def _models_of_specs(folder: Path) -> frozenset[str]:
    """The models and mutants that the specs of a project name; a spec that cannot be read names none."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.toml")):
        try:
            spec = load_spec(path)
        except SpecError:
            continue
        found.update([spec.model, *[one.target for one in spec.checks]])
    return frozenset(found)


def _retraced(trace: Trace, model: str, place: str) -> Retraced:
    check = Check(
        name=model,
        model=model,
        origin=Origin(None, Path.cwd()),
        scope=dict(trace.scope),
        params=dict(trace.params),
        faults=dict(trace.faults),
    )
    if not NAME.fullmatch(model):
        raise SpecError([Problem(place, f"{quote(model)} is not the name of a model", "write module:Class")])
    try:
        request = request_of(check, load_target(check))
        with refusing(check):
            return _taken(request, trace, model, place)
    except GateError as error:
        problems = [replace(one, place=_PLACES.get(one.place, one.place)) for one in error.problems]
        raise type(error)(problems) from error


_PLACES = {
    "TARGET": "--model",
    "--scope": "the scope of the trace",
    "--params": "the parameters of the trace",
    "--faults": "the faults of the trace",
}
"""What the command line would say itself, were it not a trace that says it."""


def _taken(request: Request, trace: Trace, model: str, place: str) -> Retraced:
    try:
        again = Retrace(request, trace)
    except NotABehaviour as error:
        fact = f"it is not a behaviour of {quote(model)}: {printable(str(error))}"
        fix = "use the model as it was, or check it again"
        raise SpecError([Problem(place, fact, fix)]) from error
    except TooLong as error:
        fix = "show it without --model" if place == "--model" else "choose a smaller scope"
        raise SpecError([Problem(place, f"it is too long to be taken again: {error}", fix)]) from error
    reads = again.reads()
    note = (
        None if reads is not None else "Which messages a step reads is not known: there are too many of them."
    )
    return Retraced(again.truths(), reads, note, again)
