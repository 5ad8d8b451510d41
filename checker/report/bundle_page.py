"""A review bundle, planned: all that the page says, as texts and tables; a template only prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checker.report.lanes_drawing import Drawing, plan_drawing
from checker.report.lines import printable
from checker.report.marked_values import Row, marked_rows
from checker.traces.itf import to_itf
from checker.traces.lanes import Arrow, LaneStep, Reads, plan_lanes
from checker.traces.plain import show_name
from checker.traces.source_text import SourceText
from checker.traces.trace import State, Step, Trace
from checker.traces.truth import Truth

HEAD_MAX = 300
"""Characters of a line at the top of the page."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that takes the trace again.

    Attributes:
        title: what it shows.
        name: of the file to save it as.
        run: the command.
        text: None where there is none; then `reason` says why.
    """

    title: str
    name: str
    run: str
    text: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a trace beside itself.

    Attributes:
        truths: for each state what holds in it; None where that is not known.
        reads: for each step what it reads.
        note: why something is not known.
        sources: the text of actions and properties, by name.
        programs: what takes the trace again.
        explained: what of a violation matters, in sentences.
    """

    truths: Sequence[tuple[Truth, ...]] | None = None
    reads: Reads | None = None
    note: str | None = None
    sources: Mapping[str, SourceText] = field(default_factory=dict[str, SourceText])
    programs: tuple[Program, ...] = ()
    explained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in a state: its value before the step, where the step changes it, and after it."""

    name: str
    before: tuple[Row, ...] | None
    after: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """A property that does not hold in a state."""

    name: str
    said: str
    why: str
    source: int | None


@dataclass(frozen=True, slots=True)
class PageStep:
    """All that is shown of a step.

    Attributes:
        fault: the name of the fault that it is.
        place: the line of the model.
        source: the number of the action's text.
        failing: of the invariants; None where what holds is not known.
        notes: what is to be said of the trace's end.
    """

    number: int
    call: str
    lane: str | None
    fault: str | None
    place: str | None
    source: int | None
    messages: tuple[str, ...]
    changes: tuple[str, ...]
    variables: tuple[Variable, ...]
    failing: tuple[Failing, ...] | None
    holding: tuple[str, ...]
    silent: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruthRow:
    """A property in all states: `+` holds, `F` is false, `!` cannot be evaluated, `.` nothing to say."""

    name: str
    signs: tuple[str, ...]
    is_subject: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A method's text, with the numbers of its lines."""

    name: str
    place: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole bundle."""

    title: str
    model: str
    verdict: str
    note: str | None
    steps: tuple[PageStep, ...]
    truths: tuple[TruthRow, ...]
    drawing: Drawing
    sources: tuple[Source, ...]
    programs: tuple[Program, ...]
    itf: str
    itf_name: str
    explained: tuple[str, ...]

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.steps) - 1


def plan_page(trace: Trace, known: Known, name: str) -> Page:
    """The bundle of a trace; files saved from it are named after `name`."""
    plan = plan_lanes(trace, known.reads)
    numbers = {one: index for index, one in enumerate(known.sources)}
    steps = tuple(
        [
            _step(trace, number, None if number == 0 else plan.steps[number - 1], known, numbers)
            for number in range(len(trace.steps) + 1)
        ]
    )
    return Page(
        _title(trace),
        _model(trace),
        _verdict(trace, known),
        None if known.note is None else printable(known.note),
        steps,
        _truth_rows(trace, known.truths),
        plan_drawing(trace, plan),
        tuple([_source(one, text) for one, text in known.sources.items()]),
        known.programs,
        to_itf(trace),
        f"{name}.itf.json",
        tuple([printable(text) for text in known.explained]),
    )


def _title(trace: Trace) -> str:
    steps = "1 step" if len(trace.steps) == 1 else f"{len(trace.steps)} steps"
    about = "" if trace.property is None else f" about {show_name(trace.property)}"
    return _cut(f"A trace of {steps}{about}")


def _model(trace: Trace) -> str:
    numbers = [*trace.scope, *trace.params, *trace.faults]
    told = ", ".join([f"{show_name(name)}={number}" for name, number in numbers])
    return _cut(trace.model + (f" with {told}" if told else ""))


def _cut(text: str) -> str:
    """A line of the head, which is a stranger's and may be of any length."""
    return printable(text if len(text) <= HEAD_MAX else text[: HEAD_MAX - 3] + "...")


def _verdict(trace: Trace, known: Known) -> str:
    """What the trace shows, as far as that is known."""
    if trace.attempt is not None:
        return printable(f"After it, {trace.attempt.call} cannot be evaluated.")
    if trace.property is None:
        return "It names no property."
    name = printable(show_name(trace.property))
    for number, truths in enumerate(known.truths or ()):
        if any(one.property == trace.property and one.holds is False for one in truths):
            place = "in the initial state" if number == 0 else f"after step {number}"
            return f"{name} is false {place}."
    if known.truths is not None and any(one.property == trace.property for one in known.truths[0]):
        return f"{name} holds in every state of it."
    return f"It is about {name}."


def _step(
    trace: Trace, number: int, one: LaneStep | None, known: Known, numbers: Mapping[str, int]
) -> PageStep:
    step = trace.steps[number - 1] if number else trace.initial
    before = trace.states[number - 1] if number else None
    truths = None if known.truths is None else known.truths[number]
    return PageStep(
        number=number,
        call=printable(step.call),
        lane=None if one is None or one.lane is None else printable(show_name(one.lane)),
        fault=printable(step.kind.partition(":")[2] or step.kind) if step.kind != "action" else None,
        place=_place(step),
        source=numbers.get(step.action),
        messages=tuple([_message(one, arrow) for arrow in one.arrows]) if one is not None else (),
        changes=tuple([printable(str(change)) for change in one.changes]) if one is not None else (),
        variables=tuple(_variables(step, before)),
        failing=None if truths is None else tuple([_failing(it, numbers) for it in truths if it.why]),
        holding=tuple([printable(show_name(it.property)) for it in truths or () if it.holds]),
        silent=tuple([printable(show_name(it.property)) for it in truths or () if _sign(it) == "."]),
        notes=tuple(_notes(trace, number)),
    )


def _place(step: Step) -> str | None:
    if step.file is None:
        return None
    return printable(step.file if step.line is None else f"{step.file}:{step.line}")


def _message(one: LaneStep, arrow: Arrow) -> str:
    if arrow.source == one.lane:
        return printable(f"sends to {show_name(arrow.target)}, which never reads it: {arrow.label}")
    when = "" if arrow.sent is None else f", step {arrow.sent}"
    return printable(f"reads from {show_name(arrow.source)}{when}: {arrow.label}")


def _variables(step: Step, before: State | None) -> Iterator[Variable]:
    old = dict(before if before is not None else step.state)
    for name, value in step.state:
        is_new = old[name] != value
        before_rows = marked_rows(old[name], value) if is_new else None
        yield Variable(printable(show_name(name)), before_rows, marked_rows(value, old[name]))


def _failing(truth: Truth, numbers: Mapping[str, int]) -> Failing:
    why = "\n".join([printable(row) for row in (truth.why or "").rstrip("\n").split("\n")])
    said = "is false" if truth.holds is False else "cannot be evaluated"
    return Failing(printable(show_name(truth.property)), said, why, numbers.get(truth.property))


def _sign(truth: Truth) -> str:
    if truth.holds is None:
        return "." if truth.why is None else "!"
    return "+" if truth.holds else "F"


def _notes(trace: Trace, number: int) -> list[str]:
    if number != len(trace.steps):
        return []
    found: list[str] = []
    if trace.attempt is not None:
        found.append(printable(f"Then {trace.attempt.call} is tried, and cannot be evaluated."))
    if trace.loop is not None:
        found.append(f"Then it goes on from state {trace.loop}, for ever.")
    return found


def _truth_rows(trace: Trace, truths: Sequence[tuple[Truth, ...]] | None) -> tuple[TruthRow, ...]:
    if not truths:
        return ()
    return tuple(
        [
            TruthRow(
                printable(show_name(one.property)),
                tuple([_sign(row[index]) for row in truths]),
                one.property == trace.property,
            )
            for index, one in enumerate(truths[0])
        ]
    )


def _source(name: str, text: SourceText) -> Source:
    lines = tuple([(text.line + index, row) for index, row in enumerate(text.lines)])
    return Source(printable(show_name(name)), printable(f"{text.file}:{text.line}"), lines)
