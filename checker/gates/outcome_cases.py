"""Outcomes as cases for JUnit, SARIF and GitHub: of each check one for itself and one for each property.

A property counts as passed only where its whole check does. Where the check does not, the case that is to
blame says why, and the others say nothing: a search that ends early decides nothing about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checker.exit_codes import ExitCode
from checker.gates.check import Check
from checker.gates.names import PROPERTIES, covers_of
from checker.gates.outcome import Outcome, violated_name
from checker.gates.outcome_report import outcome_report
from checker.gates.places import Places
from checker.gates.problems import GateError, Problem
from checker.gates.run import load_target
from checker.language.declaration import declare
from checker.language.errors import ModelError
from checker.report.cases import Case, CaseStatus, Fault, PathStep, Place
from checker.report.lines import plain
from checker.traces.plain import show, show_name
from checker.traces.trace import Attempt, State, Step, Trace, changes
from checker.verdicts import Violated

DEADLOCK = "deadlock"


@dataclass(frozen=True, slots=True)
class _Model:
    """What a check's class declares, as far as it can be read."""

    properties: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    methods: Mapping[str, Place] = field(default_factory=dict[str, Place])
    place: Place | None = None


def cases_of(outcomes: Sequence[Outcome], places: Places) -> list[Case]:
    """The cases of checks, in the order of the checks."""
    return [case for outcome in outcomes for case in _cases(outcome, places)]


def cases_of_error(error: GateError, suite: str, places: Places) -> list[Case]:
    """One case for what kept every check from running, such as a spec that cannot be read."""
    faults = tuple([_fault(one, places) for one in error.problems])
    file = next((fault.place.file for fault in faults if fault.place is not None), suite)
    return [
        Case(
            suite=file,
            model="lockstep",
            check="what is to be checked can be read",
            property=None,
            rule=_rule(error.exit_code),
            status="error",
            message=faults[0].text,
            text="\n".join([fault.text for fault in faults]),
            faults=faults,
        )
    ]


def _cases(outcome: Outcome, places: Places) -> Iterator[Case]:
    check = outcome.check
    model = _read(check, places)
    whole = _whole(outcome, model, places)
    if check.expect is not None or outcome.result is None:
        yield whole if check.expect is None else replace(whole, property=check.expect.violated)
        return
    verdict = outcome.result.verdict
    blamed = None
    if isinstance(verdict, Violated):
        blamed = _blamed(whole, verdict, model, places)
        yield blamed
    else:
        yield whole
    names = [*model.properties, *([DEADLOCK] if check.deadlock else [])]
    for name in names:
        if blamed is None or name != blamed.property:
            yield _quiet(whole, name, model, outcome.passed)
    reached = dict(outcome.result.covers)
    for name in model.covers:
        yield _quiet(whole, name, model, outcome.passed, accepted=not reached.get(name, False))


def _read(check: Check, places: Places) -> _Model:
    try:
        target = load_target(check)
        declaration = declare(target)
        found = places.methods(target)
    except (GateError, ModelError):
        return _Model()
    properties = [one.name for one in declaration.of_kind(*PROPERTIES)]
    return _Model(
        tuple([name for name in properties if check.only is None or name in check.only]),
        tuple(covers_of(declaration)),
        found,
        places.of_class(target),
    )


def _whole(outcome: Outcome, model: _Model, places: Places) -> Case:
    """The case of a check as a whole."""
    check = outcome.check
    status: CaseStatus = "skipped" if outcome.status == "not run" else outcome.status
    result = outcome.result
    path: tuple[PathStep, ...] = ()
    why = None
    if result is not None and isinstance(result.verdict, Violated) and not outcome.passed:
        path = path_of(result.verdict.trace, places, model.methods)
        why = result.verdict.message
    return Case(
        suite=places.file(check.origin.file) if check.origin.file is not None else check.target,
        model=check.target,
        check=check.name,
        property=None,
        rule=_rule(outcome.exit_code),
        status=status,
        message=outcome.reason,
        text="" if outcome.passed else plain(outcome_report(outcome, named=True)),
        place=places.named(check.origin.place()) or model.place,
        seconds=_seconds(outcome),
        path=path,
        why=why,
        faults=tuple([_fault(one, places) for one in outcome.problems]),
    )


def _seconds(outcome: Outcome) -> float:
    if outcome.proof is not None:
        return outcome.proof.seconds
    return 0.0 if outcome.result is None else outcome.result.statistics.seconds


def _fault(problem: Problem, places: Places) -> Fault:
    place = places.named(problem.place)
    return Fault(place, str(problem) if place is None else f"{problem.fact}; {problem.fix}")


def _rule(code: ExitCode) -> str:
    return "lockstep/" + code.name.lower().replace("_", "-")


def _blamed(whole: Case, verdict: Violated, model: _Model, places: Places) -> Case:
    """The case of what a check found to be false, or not to have a value."""
    rule = violated_name(verdict)
    steps = whole.path
    place = model.methods.get(verdict.property or "")
    if verdict.kind == "evaluation":
        place = (places.named(verdict.message) if verdict.message else None) or place
    if place is None and steps:
        place = steps[-1].place
    return replace(whole, property=verdict.property or rule, rule=rule, place=place or whole.place)


def _quiet(whole: Case, name: str, model: _Model, passed: bool, *, accepted: bool = False) -> Case:
    """The case of a property that has passed with its check, or about which nothing is said."""
    told = "Accepted by the spec: it was not reached."
    if not passed:
        told = f"Nothing is said about {name}: {whole.message}"
    return Case(
        suite=whole.suite,
        model=whole.model,
        check=whole.check,
        property=name,
        rule=name,
        status="pass" if passed and not accepted else "skipped",
        message=whole.message if passed and not accepted else told,
        place=model.methods.get(name) or whole.place,
    )


def path_of(trace: Trace, places: Places, methods: Mapping[str, Place]) -> tuple[PathStep, ...]:
    """The steps of a trace, the initial state first, with an attempt at the end."""

    def place(step: Step | Attempt) -> Place | None:
        """All lines of the action, where its model is as it was."""
        found, whole = places.place(step.file, step.line), methods.get(step.action)
        same = (
            found is not None and whole is not None and (found.file, found.line) == (whole.file, whole.line)
        )
        return whole if same else found

    found = [
        PathStep(place(trace.initial), trace.initial.call, *_differences((), trace.initial.state), "initial")
    ]
    before = trace.initial.state
    for step in trace.steps:
        found.append(PathStep(place(step), step.call, *_differences(before, step.state), step.kind))
        before = step.state
    if trace.attempt is not None:
        told = ("cannot be evaluated",)
        found.append(PathStep(place(trace.attempt), trace.attempt.call, told, (), "attempt"))
    return tuple(found)


def _differences(before: State, after: State) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What a step changed in words, and the variables that have a new value."""
    old = dict(before)
    new = [(name, value) for name, value in after if not before or old[name] != value]
    state = tuple([(show_name(name), show(value)) for name, value in new])
    if not before:
        return tuple([f"{name} = {value}" for name, value in state]), state
    return tuple([str(change) for change in changes(before, after)] or ["nothing changes"]), state
