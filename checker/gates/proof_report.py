"""What the solver found out, as text and as JSON: what is known, for what, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker.engines.request import Request
from checker.engines.smt.bounded import BoundedAnswer
from checker.engines.smt.induction import Induction, Settled
from checker.engines.smt.obligations import Kind
from checker.report.lines import Line, Role, line, wrapped
from checker.report.terminal import trace_lines, violation
from checker.traces.json_form import to_object as trace_to_object
from checker.verdicts import Violated, describe

PROOF_FORMAT = "lockstep-proof"
PROOF_VERSION = 1
SLOWEST = 5
"""How many queries are listed."""


def at_scope(request: Request) -> str:
    """`Acceptor=3, Ballot=3, Value=2, crash<=1`."""
    parts = [f"{name}={size}" for name, size in sorted(request.scope.items())]
    parts += [f"{name}={value}" for name, value in sorted(request.params.items())]
    parts += [f"{name}<={budget}" for name, budget in sorted(request.faults.items()) if budget]
    return ", ".join(parts) if parts else "this scope"


# ------------------------------------------------------------------ bounded search


def bounded_sentence(answer: BoundedAnswer, request: Request) -> str:
    """One sentence that says what is known, and no more."""
    scope = at_scope(request)
    if answer.violated is not None:
        return describe(answer.violated)
    if answer.unknown is not None:
        refuted = (
            f"; no violation within {_steps(answer.refuted)}" if answer.refuted >= 0 else "; nothing is known"
        )
        return (
            f"Not decided: the solver gave no answer about {_steps(answer.steps)} for {scope} "
            f"({answer.unknown}){refuted}."
        )
    return f"No violation within {_steps(answer.steps)} for {scope}; longer behaviours were not examined."


def minimality(answer: BoundedAnswer, violated: Violated) -> str:
    """What is known of the length of a violation."""
    length = len(violated.trace.steps)
    if answer.refuted == length - 1:
        return f"No violation is shorter than {_steps(length)}."
    if answer.refuted >= 0:
        return (
            f"No violation has {_steps(answer.refuted)} or fewer; between these and {length} nothing is "
            "known: lockstep check finds the shortest."
        )
    return "Whether there is a shorter one is not known: lockstep check finds the shortest."


def bounded_report(answer: BoundedAnswer, request: Request, run: str) -> list[Line]:
    """The whole report of a bounded search."""
    role: Role = "bad" if answer.violated else "warn" if answer.unknown is not None else "good"
    lines = [*wrapped(bounded_sentence(answer, request), role=role), *wrapped(run, role="weak"), line()]
    if answer.violated is not None:
        lines += wrapped(minimality(answer, answer.violated))
    asked = ", ".join(
        [f"{_steps(one.steps)} {_word(one.answer.value)} {one.seconds:.1f} s" for one in answer.queries]
    )
    lines += wrapped(f"Queries: {asked}.")
    lines += wrapped(
        f"Each state is {answer.width:,} truths, each step one of {answer.transitions:,} bindings. "
        f"Z3 {answer.solver}, seed {answer.seed}, {answer.seconds:.1f} s in all."
    )
    if answer.violated is not None:
        lines += [line(), *violation(answer.violated)]
    return lines


def bounded_to_object(answer: BoundedAnswer) -> dict[str, object]:
    """The answer as an object of JSON."""
    violated = answer.violated
    verdict = "violated" if violated else "unknown" if answer.unknown is not None else "bounded"
    return {
        "format": PROOF_FORMAT,
        "version": PROOF_VERSION,
        "mode": "bounded",
        "verdict": verdict,
        "steps": answer.steps,
        "refuted": answer.refuted if answer.refuted >= 0 else None,
        "property": violated.property if violated else None,
        "length": len(violated.trace.steps) if violated else None,
        "unknown": answer.unknown,
        "queries": [
            {"steps": one.steps, "answer": one.answer.value, "seconds": one.seconds} for one in answer.queries
        ],
        "seconds": answer.seconds,
        "solver": f"z3 {answer.solver}",
        "seed": answer.seed,
        "trace": trace_to_object(violated.trace) if violated else None,
    }


def _steps(number: int) -> str:
    return f"{number:,} step{'' if number == 1 else 's'}"


def _word(answer: str) -> str:
    return {"satisfiable": "found in", "unsatisfiable": "refuted in"}.get(answer, "no answer in")


# ------------------------------------------------------------------ induction


def induction_sentence(answer: Induction, request: Request) -> str:
    """One sentence that says what is known, and no more."""
    scope = at_scope(request)
    if answer.refused:
        first = answer.refused[0].obligation
        return (
            f"Not inductive at {scope}: {_refusal(answer.refused[0])} ({first.span.file}:{first.span.line})."
        )
    if answer.open:
        unknown = answer.open[0]
        place = f"{unknown.obligation.span.file}:{unknown.obligation.span.line}"
        return (
            f"Not decided at {scope}: {unknown.obligation.name} ({place}), no answer in "
            f"{unknown.seconds:.0f} s ({unknown.reason}); "
            f"{len(answer.open)} of {len(answer.settled)} queries are open."
        )
    within = f", for behaviours within {' and '.join(answer.asked.within)}" if answer.asked.within else ""
    return f"Inductive at {scope}, for executions of any length{within}. It says nothing about larger sizes."


def _refusal(one: Settled) -> str:
    obligation = one.obligation
    match obligation.kind:
        case Kind.BEGINS:
            return f"{obligation.subject} is false in an initial state"
        case Kind.KEPT:
            action = obligation.action.name if obligation.action else "a step"
            return f"{obligation.subject} is not kept by {action}"
        case Kind.DEFINED:
            return f"{obligation.subject} has no value in a state in which all lemmas hold"
        case _:
            return f"the lemmas do not imply {obligation.subject}"


def induction_report(answer: Induction, request: Request, run: str) -> list[Line]:
    """The whole report of an induction."""
    role: Role = "bad" if answer.refused else "warn" if answer.open or answer.vacuous else "good"
    lines = [*wrapped(induction_sentence(answer, request), role=role), *wrapped(run, role="weak"), line()]
    lines += _counts(answer)
    for one in answer.refused[1:]:
        lines += wrapped(f"Also: {_refusal(one)}.", role="bad")
    for one in answer.vacuous:
        place = f"{one.obligation.span.file}:{one.obligation.span.line}"
        text = f"Never, in any state in which all lemmas hold: {_never(one)} ({place})."
        lines += wrapped(text, role="warn")
    lines += [line(), *_cores(answer), *_slowest(answer)]
    shown = next((one for one in answer.refused if one.found is not None), None)
    if shown is not None and shown.found is not None:
        lines += [line(), *_counterexample(shown)]
    return lines


def _never(one: Settled) -> str:
    obligation = one.obligation
    return obligation.text if obligation.text else f"the action {obligation.subject} is enabled"


def _counts(answer: Induction) -> Iterator[Line]:
    lemmas, queries = len(answer.asked.lemmas), len(answer.settled)
    yield from wrapped(
        f"{lemmas} lemma{'' if lemmas == 1 else 's'}, {queries} queries; {answer.asked.skipped} more are met "
        "because the action changes nothing that the lemma looks at."
    )
    if answer.reachable:
        yield from wrapped(
            "States have only the values that the initial states and the actions can give them, part by part."
        )
    yield from wrapped(f"Z3 {answer.solver}, seed {answer.seed}, {answer.seconds:.1f} s in all.")


def _cores(answer: Induction) -> Iterator[Line]:
    """Which lemmas each lemma needs, beside itself."""
    needed: dict[str, set[str]] = {}
    for one in answer.settled:
        if one.holds and one.obligation.kind in (Kind.KEPT, Kind.IMPLIED):
            rest = set(one.core) - {one.obligation.subject}
            needed.setdefault(one.obligation.subject, set()).update(rest)
    rows = [(subject, needs) for subject, needs in needed.items() if needs]
    if rows:
        yield line("What rests on what:", "strong")
    for subject, needs in rows:
        names = ", ".join([name for name in answer.asked.lemmas if name in needs])
        yield from wrapped(f"{subject}: {names}", "  ", "      ")
    if rows:
        yield line()


def _slowest(answer: Induction) -> Iterator[Line]:
    yield line("Slowest queries:", "strong")
    ordered = sorted(answer.settled, key=lambda one: -one.seconds)[:SLOWEST]
    for one in ordered:
        yield from wrapped(f"{one.seconds:6.2f} s  {one.obligation.name}", "  ", "            ")


def _counterexample(one: Settled) -> Iterator[Line]:
    found = one.found
    assert found is not None, "it is shown"
    text = "Counterexample to induction: a state in which all lemmas hold, reachable or not"
    if one.obligation.action is not None:
        text += f", and one step of {one.obligation.action.name}"
    yield from wrapped(text + ".", role="strong")
    yield line()
    yield from trace_lines(found.trace, None if found.failure is None else str(found.failure))


def induction_to_object(answer: Induction) -> dict[str, object]:
    """The answer as an object of JSON."""
    verdict = "not_inductive" if answer.refused else "unknown" if answer.open else "inductive"
    shown = next((one.found for one in answer.refused if one.found is not None), None)
    return {
        "format": PROOF_FORMAT,
        "version": PROOF_VERSION,
        "mode": "induction",
        "verdict": verdict,
        "scope": dict(answer.system.request.scope),
        "lemmas": [*answer.asked.lemmas],
        "skipped": answer.asked.skipped,
        "queries": [_query(one) for one in answer.settled],
        "seconds": answer.seconds,
        "solver": f"z3 {answer.solver}",
        "seed": answer.seed,
        "trace": None if shown is None else trace_to_object(shown.trace),
    }


def _query(one: Settled) -> Mapping[str, object]:
    obligation = one.obligation
    return {
        "kind": obligation.kind.value,
        "subject": obligation.subject,
        "action": None if obligation.action is None else obligation.action.name,
        "holds": one.holds,
        "core": [*one.core],
        "seconds": one.seconds,
        "place": f"{obligation.span.file}:{obligation.span.line}",
    }
