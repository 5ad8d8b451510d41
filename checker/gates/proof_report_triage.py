"""What a counterexample to induction is worth, and what may be said against it, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from checker.engines.smt.strengthening import Judged
from checker.gates.suggesting import Suggestions
from checker.gates.triage import Triage
from checker.report.lines import Line, line, wrapped
from checker.report.terminal import violation
from checker.traces.json_form import to_object as trace_to_object
from checker.verdicts import ExhaustedWithin, Truncated, Violated


def triage_report(triage: Triage) -> Iterator[Line]:
    """Whether a counterexample is reachable."""
    verdict, states = triage.result.verdict, _states(triage)
    names = " or ".join(triage.subjects)
    yield line()
    if isinstance(verdict, Violated):
        what = verdict.property or names
        yield from wrapped(
            f"Reachable: the search finds that {what} is wrong in a reachable state, after "
            f"{_steps(len(verdict.trace.steps))}. The model, or what is claimed of it, is wrong; no lemma "
            "will do.",
            role="bad",
        )
        yield line()
        yield from violation(verdict)
        return
    if isinstance(verdict, Truncated):
        yield from wrapped(
            f"Whether it is reachable is not known: the search was stopped ({verdict.why}) after {states}; "
            f"in none of them is {names} false.",
            role="warn",
        )
        return
    within = f" within {' and '.join(verdict.constraints)}" if isinstance(verdict, ExhaustedWithin) else ""
    yield from wrapped(
        f"Not reachable: {names} holds in all of the scope's {states}{within}. A lemma is missing that says "
        "why.",
        role="good",
    )


def suggestions_report(found: Suggestions) -> Iterator[Line]:
    """The lemmas that are suggested."""
    about = found.against.obligation.name
    yield line()
    if not found.found:
        yield from wrapped(
            f"No lemma is suggested: {_clauses(found.tried)} of at most three conditions exclude the "
            f"counterexample to {about} and hold in the states looked at.",
            role="warn",
        )
    for one in found.found:
        yield from wrapped(f"{_head(one, about)}:", role="strong")
        yield line()
        for lemma in one.lemmas:
            for text in lemma.source.rstrip("\n").split("\n"):
                yield line(text)
            yield line()
    cut = " The time was over before all were looked at." if found.cut else ""
    yield from wrapped(
        f"{_clauses(found.tried)} looked at, in {found.seconds:.1f} s; those shown hold in each of "
        f"{found.states:,} states{_stopped(found)}.{cut}"
    )


def _stopped(found: Suggestions) -> str:
    if found.stopped is None:
        return ""
    until = f" that were visited until the search was stopped ({found.stopped})"
    return f"{until}; whether they hold in all is not known"


def _head(one: Judged, about: str) -> str:
    words = "Suggested" if len(one.lemmas) == 1 else f"Suggested, {len(one.lemmas)} together"
    kept = "kept by every step, beside the lemmas" if one.is_kept else "not yet kept by every step"
    closes = f"with it, {about} is met" if one.closes else f"{about} needs more"
    return f"{words} ({kept}; {closes})"


def _clauses(count: int) -> str:
    return f"{count:,} clause{'' if count == 1 else 's'}"


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"


def _states(triage: Triage) -> str:
    same = f" (up to names of {' and '.join(triage.result.symmetry)})" if triage.result.symmetry else ""
    return f"{triage.result.statistics.distinct or 0:,} states{same}"


def triage_to_object(triage: Triage) -> dict[str, object]:
    """As an object of JSON."""
    verdict = triage.result.verdict
    found = isinstance(verdict, Violated)
    return {
        "counterexample": triage.worth,
        "subjects": [*triage.subjects],
        "states": triage.result.statistics.distinct,
        "property": verdict.property if isinstance(verdict, Violated) else None,
        "trace": trace_to_object(verdict.trace) if isinstance(verdict, Violated) else None,
        "reason": verdict.why if isinstance(verdict, Truncated) and not found else None,
    }


def suggestions_to_object(found: Suggestions) -> list[dict[str, object]]:
    """As a list of JSON."""
    return [
        {
            "lemmas": [{"name": lemma.name, "source": lemma.source} for lemma in one.lemmas],
            "kept": one.is_kept,
            "closes": one.closes,
            "states": found.states,
            "stopped": found.stopped,
        }
        for one in found.found
    ]
