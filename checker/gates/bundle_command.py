"""`lockstep show TRACE --html`: the review bundle of a trace, one file that needs nothing beside itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from checker.conformance.reproduction import following_file
from checker.conformance.steering import arguments_of
from checker.gates.check import Replay
from checker.gates.model_names import names_of
from checker.gates.problems import Problem, SpecError, SystemFailure
from checker.gates.retracing import SPECS, Retraced
from checker.gates.spec import load_spec
from checker.language.declaration import declare
from checker.language.model import Model
from checker.language.rules import Kind
from checker.report.bundle_html import to_html
from checker.report.bundle_page import Known, Program, plan_page
from checker.report.html_templates import INSTALL, NoTemplates
from checker.report.output import write_error, write_file
from checker.report.understanding_lines import sentences
from checker.running.retrace import Retrace
from checker.running.understanding import NotViolated, understand
from checker.traces.python_form import Ending, PythonFormError, to_python
from checker.traces.source_text import SourceText
from checker.traces.trace import Trace


def bundle_path(trace: Path) -> Path:
    """Where the bundle of a trace is written unless it is said: `early.html` for `early.itf.json`."""
    stem = re.sub(r"(\.itf|\.trace)?\.json$", "", trace.name) or trace.name
    return trace.with_name(f"{stem}.html")


def write_bundle(trace: Trace, known: Retraced, path: Path) -> None:
    """Writes the bundle. Raises SystemFailure and OutputFailed."""
    name = re.sub(r"[^\w.-]+", "-", path.stem, flags=re.ASCII).strip("-.") or "trace"
    write_file(path, bundle(trace, known, name))
    write_error(f"the bundle is in {path}\n")


def bundle(trace: Trace, known: Retraced, name: str) -> str:
    """The text of the bundle; `name` is what files saved from it are named after. Raises SystemFailure."""
    again = known.again
    sources: Mapping[str, SourceText] = {} if again is None else again.sources()
    programs = tuple(_programs(trace, again, name))
    beside = Known(known.truths, known.reads, known.note, sources, programs, _explained(again))
    page = plan_page(trace, beside, name)
    try:
        return to_html(page)
    except NoTemplates as error:
        raise SystemFailure([Problem("--html", str(error), INSTALL)]) from error


def _explained(again: Retrace | None) -> tuple[str, ...]:
    """Nothing where the trace ends in no violation of an invariant."""
    try:
        return () if again is None else tuple(sentences(understand(again)))
    except NotViolated:
        return ()


def _programs(trace: Trace, again: Retrace | None, name: str) -> Iterator[Program]:
    """The test on the implementation, where a spec binds one to the model, and the model's own methods."""
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    replay = None if again is None else _binding(again.runner.request.model)
    if again is not None and replay is not None:
        yield _test(trace, again, replay, f"test_{word}.py")
    yield _program(trace, None if again is None else again.runner.request.model, f"{word}.py")


def _test(trace: Trace, again: Retrace, replay: Replay, name: str) -> Program:
    steps = [(action.name, arguments_of(action, arguments)) for action, arguments in again.taken]
    model = again.runner.request.model
    about = (
        f"The steps of a trace of {trace.model}, taken by {replay.system}.\n\n"
        "It passes where the implementation does what the trace does, and fails at the first step at which "
        "it\nshows something else."
    )
    numbers: dict[str, Mapping[str, int]] = {
        "scope": dict(trace.scope),
        "params": dict(trace.params),
        "faults": dict(trace.faults),
    }
    text = following_file(steps, about, f"{model.__module__}:{model.__qualname__}", replay.system, numbers)
    return Program(f"On the implementation, {replay.system}", name, f"python -m pytest {name}", text)


def _binding(model: type[Model]) -> Replay | None:
    """The first replay of a spec here that names a model, or one that it derives from, or as its mutant."""
    names = [f"{one.__module__}:{one.__qualname__}" for one in model.__mro__]
    found: list[tuple[int, Replay]] = []
    for path in sorted(Path(SPECS).glob("*.toml")):
        try:
            replays = load_spec(path).replays
        except SpecError:
            continue
        for one in replays:
            named = [names.index(name) for name in (one.model, *one.mutants) if name in names]
            found += [(min(named), one)] if named else []
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _program(trace: Trace, model: type[Model] | None, name: str) -> Program:
    title = "On the model, as plain Python"
    names: tuple[dict[str, str], dict[str, str]] = ({}, {}) if model is None else names_of(model)
    try:
        text = to_python(trace, names[0], _ending(trace, model), names[1])
    except PythonFormError as error:
        return Program(title, name, "", None, f"There is no program: {str(error).partition('; ')[0]}.")
    return Program(title, name, f"python {name}", text)


def _ending(trace: Trace, model: type[Model] | None) -> Ending | None:
    """What the trace ends with, where its model says more than the trace itself."""
    if model is None or trace.attempt is not None or not trace.steps:
        return None
    kinds = {one.name: one.kind for one in declare(model).methods}
    return "step_invariant" if kinds.get(trace.property or "") is Kind.STEP_INVARIANT else None
