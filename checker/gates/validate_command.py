"""`lockstep validate`: are the logs of an implementation behaviours of its model?"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker.conformance.accepting import Coverage, Covered, Meant, meant, trace_of
from checker.conformance.log_events import BadLog, LogEvent, by_run, in_causal_order, read_events
from checker.conformance.validation import BadReading, Rejected, Validated, Validation
from checker.exit_codes import ExitCode
from checker.gates.check import Check, Validate
from checker.gates.loading import load_mapping, load_model
from checker.gates.model_names import names_of
from checker.gates.names import wrong_names
from checker.gates.outcome import PRECEDENCE
from checker.gates.problems import Problem, SpecError, nearest
from checker.gates.run import refusing, request_of
from checker.gates.spec import load_spec
from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import form_of, python_problem, to_form
from checker.report.lines import Line, line, wrapped
from checker.report.output import write_error, write_file, write_out
from checker.running.runner import Runner
from checker.traces.python_form import PythonFormError

VALIDATE_FORMAT = "lockstep-validate"
VALIDATE_VERSION = 1
REJECTED_SHOWN = 3
BEHAVIOURS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ValidateCommand:
    """The words of the command line.

    Attributes:
        behaviour: what the model did for each event is told.
        coverage: how much of the model the accepted events take is counted.
        trace_out: where the behaviour of the one run is written.
    """

    spec: Path
    logs: tuple[Path, ...]
    only: str | None = None
    json: bool = False
    behaviour: bool = False
    coverage: bool = False
    trace_out: Path | None = None


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """One run of the logs. `broken` is why its lines are no log, if they are none.

    Attributes:
        events: in a causal order; as they stand where there is none.
    """

    run: str
    events: Sequence[LogEvent]
    validated: Validated
    broken: BadLog | None = None

    @property
    def code(self) -> ExitCode:
        """What it would make the command end with."""
        if self.broken is not None or self.validated.rejected is not None:
            return ExitCode.DIFFERENCE
        return ExitCode.INCONCLUSIVE if self.validated.unknown else ExitCode.OK

    @property
    def word(self) -> str:
        """accepted, rejected, unknown."""
        return {ExitCode.OK: "accepted", ExitCode.DIFFERENCE: "rejected"}.get(self.code, "unknown")


def validate_command(command: ValidateCommand) -> int:
    """Runs the command; the exit code. Raises GateError and OutputFailed."""
    if command.trace_out is not None:
        form_of(command.trace_out)
    asked = _asked(command)
    validation = _validation(asked)
    runs = _runs(command.logs)
    if command.trace_out is not None and len(runs) != 1:
        fact = f"the logs have {len(runs):,} runs, and there is one file"
        raise SpecError([Problem("--trace-out", fact, "give the log of one run")])
    terminal = Terminal(command.json)
    began = time.perf_counter()
    verdicts: list[RunVerdict] = []
    with terminal.running():
        for run, events in runs.items():
            verdicts.append(_judged(asked, validation, run, events))
        seconds = max(time.perf_counter() - began, 0.001)
        covered = _covered(validation, verdicts) if command.coverage else None
    codes = [one.code for one in verdicts]
    code = next((one for one in PRECEDENCE if one in codes), ExitCode.OK)
    terminal.say([row for text in _report(asked, verdicts, seconds, validation) for row in text])
    if covered is not None:
        terminal.say(_coverage(covered))
    if command.behaviour:
        terminal.say([row for text in _behaviours(validation, verdicts) for row in text])
    if command.trace_out is not None:
        _write_trace(command.trace_out, asked, validation, verdicts[0])
    if code is not ExitCode.OK:
        terminal.say(wrapped(f"Exit code {int(code)}: {code.meaning}"))
    if command.json:
        answer = _to_object(asked, verdicts, seconds, code)
        if covered is not None:
            answer["coverage"] = asdict(covered)
        if command.behaviour:
            for run, one in zip(answer["runs"], verdicts, strict=True):
                run["behaviour"] = [
                    {"place": event.event.place, "steps": [*event.calls]} for event in _meant(validation, one)
                ]
        write_out(json.dumps(answer, indent=1) + "\n")
    return int(code)


def _asked(command: ValidateCommand) -> Validate:
    spec = load_spec(command.spec)
    names = [one.name for one in spec.validates]
    if not names:
        fix = 'add a table [[validate]] with name = "...", mapping = "module:Class" and scope = { ... }'
        raise SpecError([Problem(spec.file, "there is no [[validate]], so no log can be read", fix)])
    wanted = command.only
    if wanted is None and len(names) > 1:
        raise SpecError([Problem("--only", f"{spec.file} has {len(names)} tables [[validate]]", "name one")])
    chosen = [one for one in spec.validates if wanted is None or one.name == wanted]
    chosen = chosen or [one for one in spec.validates if one.name.startswith(wanted or "")]
    if not chosen:
        raise SpecError([Problem("--only", f"nothing is called {wanted!r}", nearest(wanted or "", names))])
    return chosen[0]


def _validation(asked: Validate) -> Validation:
    origin = asked.origin
    model = load_model(asked.model, origin.project, origin.place("model"))
    check = Check(
        name=asked.name,
        model=asked.model,
        origin=origin,
        scope=asked.scope,
        params=asked.params,
        faults=asked.faults,
        symmetry=(),
    )
    if problems := wrong_names(check, model):
        raise SpecError(problems)
    mapping = load_mapping(asked.mapping, origin.project, origin.place("mapping"))
    with refusing(check):
        return Validation(Runner(request_of(check, model)), mapping(), asked.frontier)


def _runs(logs: Sequence[Path]) -> dict[str, list[LogEvent]]:
    """The events of all files by run, those of one run in the order of files and lines."""
    try:
        return by_run(_events(logs))
    except BadLog as error:
        raise SpecError(
            [Problem(error.place, error.fact, "correct the line, or leave the file out")]
        ) from None


def _events(logs: Sequence[Path]) -> Iterator[LogEvent]:
    for path in logs:
        try:
            with path.open("rb") as file:
                yield from read_events(path.as_posix(), file)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SpecError(
                [Problem(path.as_posix(), f"cannot be read ({reason})", "check the path")]
            ) from None


def _judged(asked: Validate, validation: Validation, run: str, events: Sequence[LogEvent]) -> RunVerdict:
    try:
        ordered = in_causal_order(events)
    except BadLog as error:
        return RunVerdict(run, events, Validated(), error)
    try:
        return RunVerdict(run, ordered, validation.of(ordered))
    except BadReading as error:
        place, _, fact = str(error).partition(": ")
        fix = f"correct the event, or the mapping {asked.mapping}"
        raise SpecError([Problem(place, fact, fix, "mapping")]) from None


def _report(
    asked: Validate, verdicts: Sequence[RunVerdict], seconds: float, validation: Validation
) -> Iterator[list[Line]]:
    words = Counter([one.word for one in verdicts])
    events = sum([one.validated.events for one in verdicts])
    text = ", ".join(
        [f"{words[word]:,} {word}" for word in ("accepted", "rejected", "unknown") if words[word]]
    )
    runs = "1 run" if len(verdicts) == 1 else f"{len(verdicts):,} runs"
    role: Any = "good" if set(words) <= {"accepted"} else "bad"
    yield wrapped(f"{asked.name}: {runs}: {text or 'no events'}.", role=role)
    yield wrapped(f"{events:,} events accepted, {events / seconds:,.0f} a second.")
    steps: Counter[str] = sum([one.validated.steps for one in verdicts], Counter[str]())
    unused = [action.name for action in validation.runner.actions if not steps[action.name]]
    if events:
        yield wrapped(
            "Steps: " + (", ".join([f"{name} {count:,}" for name, count in sorted(steps.items())]) or "none")
        )
        if unused:
            yield wrapped(f"Actions that no log has: {', '.join(unused)}.", role="warn")
    shown = [one for one in verdicts if one.code is not ExitCode.OK]
    for one in shown[:REJECTED_SHOWN]:
        yield [line(), *_about(one, asked)]
    if len(shown) > REJECTED_SHOWN:
        yield [line(), *wrapped(f"{len(shown) - REJECTED_SHOWN:,} more are not shown.")]


def _covered(validation: Validation, verdicts: Sequence[RunVerdict]) -> Covered:
    coverage = Coverage(validation.runner)
    for one in verdicts:
        if one.validated.way is not None:
            coverage.add(one.validated.way)
    return coverage.covered


def _coverage(covered: Covered) -> list[Line]:
    edges = f"{covered.edges:,} of the {covered.leaving:,} edges that leave the {covered.states:,} states"
    contexts = f"{covered.contexts:,} of the {covered.contexts_leaving:,} contexts of these"
    return wrapped(f"The logs take {edges} on their way, and {contexts}.")


def _meant(validation: Validation, one: RunVerdict) -> list[Meant]:
    """What the model did for each of the accepted events."""
    way = one.validated.way
    if way is None:
        return []
    return list(meant(one.events[: one.validated.events], way, trace_of(validation.runner, way)))


def _behaviours(validation: Validation, verdicts: Sequence[RunVerdict]) -> Iterator[list[Line]]:
    for one in verdicts[:BEHAVIOURS_SHOWN]:
        head = f"run {one.run}" if one.run else "the log"
        part = "" if one.code is ExitCode.OK else f", its first {one.validated.events:,} events"
        yield [line(), *wrapped(f"A behaviour of the model that shows {head}{part}:")]
        for event in _meant(validation, one):
            calls = ", then ".join(event.calls) or "no step"
            text = f"{event.event.place}, {event.event.kind} of {event.event.node}: {calls}"
            yield wrapped(text, "    ", "        ")
    if len(verdicts) > BEHAVIOURS_SHOWN:
        yield [line(), *wrapped(f"{len(verdicts) - BEHAVIOURS_SHOWN:,} more are not shown.")]


def _write_trace(path: Path, asked: Validate, validation: Validation, one: RunVerdict) -> None:
    way = one.validated.way
    if way is None:
        write_error(f"{path} is not written: the events are no log, so there is no behaviour\n")
        return
    names = names_of(validation.runner.request.model)
    try:
        text = to_form(trace_of(validation.runner, way), form_of(path), names, None)
    except PythonFormError as error:
        raise python_problem(error) from error
    write_file(path, text)
    write_error(f"the behaviour is in {path}\n")


def _about(one: RunVerdict, asked: Validate) -> list[Line]:
    head = f"run {one.run}" if one.run else "the log"
    if one.broken is not None:
        return wrapped(f"{head} is no log: {one.broken}", role="bad")
    rejected = one.validated.rejected
    if rejected is None:
        text = (
            f"{head}: more than {asked.frontier:,} states are possible after {one.validated.events:,} events"
        )
        return wrapped(f"{text}; log more of the nodes' state, or raise 'frontier'.", role="warn")
    return _why(head, rejected)


def _why(head: str, rejected: Rejected) -> list[Line]:
    event = rejected.event
    text = f"{head} is no behaviour of the model. The first event that is none: {event.place}"
    before = f"after {rejected.accepted:,} that are"
    rows = wrapped(f"{text}, {event.kind} of {event.node}, {before}.", role="bad")
    candidates = "1 state" if rejected.candidates == 1 else f"{rejected.candidates:,} states"
    rows += wrapped(f"The model could be in {candidates} there. What it could have done:")
    for reason in rejected.reasons:
        rows += wrapped(reason, "  - ", "    ")
    rows += wrapped("A state it could be in:" if rejected.candidates > 1 else "The state:")
    for name, value in rejected.state:
        rows += wrapped(f"{name} = {value}", "    ", "        ")
    return rows


def _to_object(
    asked: Validate, verdicts: Sequence[RunVerdict], seconds: float, code: ExitCode
) -> dict[str, Any]:
    return {
        "format": VALIDATE_FORMAT,
        "version": VALIDATE_VERSION,
        "exit_code": int(code),
        "validate": asked.name,
        "spec": asked.origin.file,
        "model": asked.model,
        "seconds": round(seconds, 3),
        "runs": [
            {
                "run": one.run,
                "verdict": one.word,
                "events": len(one.events),
                "accepted": one.validated.events,
                "widest": one.validated.widest,
                "steps": dict(sorted(one.validated.steps.items())),
                "broken": None if one.broken is None else str(one.broken),
                "rejected": _rejected_object(one.validated.rejected),
            }
            for one in verdicts
        ],
    }


def _rejected_object(rejected: Rejected | None) -> dict[str, object] | None:
    if rejected is None:
        return None
    return {
        "place": rejected.event.place,
        "node": rejected.event.node,
        "ev": rejected.event.kind,
        "candidates": rejected.candidates,
        "reasons": [*rejected.reasons],
        "state": dict(rejected.state),
    }
