"""`lockstep prove --triage`, `--suggest`, `--write`: what is done about an induction that is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.engines.request import Request
from checker.engines.smt.induction import Induction
from checker.exit_codes import ExitCode, for_verdict
from checker.gates.check import Check
from checker.gates.lemma_writing import Place, place_of, written
from checker.gates.proof_report import induction_sentence
from checker.gates.proof_report_triage import (
    suggestions_report,
    suggestions_to_object,
    triage_report,
    triage_to_object,
)
from checker.gates.suggesting import Suggesting, Suggestions
from checker.gates.triage import Triage, triaged
from checker.report.lines import Line, Role, line, wrapped
from checker.traces.trace import Trace
from checker.verdicts import Violated

Beyond: TypeAlias = Literal["triage", "suggest", "write"]
"""How far one goes: each includes those before it."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was found out about an induction that is refused.

    Attributes:
        triage: whether its counterexample is reachable.
        suggestions: lemmas against it, if they were looked for.
        file: where lemmas were added.
        after: the induction with these.
    """

    triage: Triage
    suggestions: Suggestions | None = None
    file: str | None = None
    after: Induction | None = None

    @property
    def trace(self) -> Trace | None:
        """The way to a violation."""
        verdict = self.triage.result.verdict
        return verdict.trace if isinstance(verdict, Violated) else None

    @property
    def code(self) -> ExitCode | None:
        """The exit code, where it is no longer that of the refused induction."""
        verdict = self.triage.result.verdict
        return for_verdict(verdict) if isinstance(verdict, Violated) else None


def writable(check: Check, request: Request, beyond: Beyond | None) -> Place | None:
    """Where lemmas will be added, if they shall be; asked before the long work. Raises GateError."""
    return place_of(check, request.model) if beyond == "write" else None


def followed(
    beyond: Beyond,
    place: Place | None,
    check: Check,
    request: Request,
    answer: Induction,
    times: tuple[float, float],
) -> Followed:
    """What follows a refused induction.

    Args:
        beyond: how far one goes.
        place: where lemmas are added.
        check: what the induction is about.
        request: what was asked.
        answer: the induction.
        times: seconds for a query, and for each search.

    Raises:
        GateError, and what the engines raise.
    """
    query, search = times
    triage = triaged(check, request, answer, search)
    has_state = any(one.found is not None for one in answer.refused)
    if beyond == "triage" or triage.worth == "reachable" or not has_state:
        return Followed(triage)
    suggestions = Suggesting(check, request, answer, search).run()
    best = next(iter(suggestions.found), None)
    if place is None or best is None or not best.is_kept:
        return Followed(triage, suggestions)
    after = written(place, request, best.lemmas, query, answer.seed)
    return Followed(triage, suggestions, place.shown, after)


def followed_report(found: Followed, request: Request, *, wanted: bool) -> list[Line]:
    """What is said after the report of the induction. `wanted`: a lemma should be written."""
    lines = [*triage_report(found.triage)]
    if found.suggestions is not None:
        lines += suggestions_report(found.suggestions)
    if found.after is not None and found.suggestions is not None:
        names = ", ".join([one.name for one in found.suggestions.found[0].lemmas])
        lines += [line(), *wrapped(f"Added to {found.file}: {names}.", role="good")]
        role: Role = "bad" if found.after.refused else "good"
        lines += wrapped(_in_place(found.after, request, found.file or ""), role=role)
    elif wanted and found.suggestions is not None:
        lines += wrapped("Nothing was written: no suggestion is kept by every step.", role="warn")
    return lines


def _in_place(after: Induction, request: Request, file: str) -> str:
    """What is known of the model with its lemmas, as the file stands now."""
    said = induction_sentence(after, request)
    places = {one.obligation.span.file for one in after.settled}
    return next((said.replace(one, file) for one in places if one and one in said), said)


def followed_to_object(found: Followed) -> dict[str, object]:
    """As members of an object of JSON."""
    suggestions = found.suggestions
    return {
        "triage": triage_to_object(found.triage),
        "suggestions": None if suggestions is None else suggestions_to_object(suggestions),
        "written": found.file,
    }
