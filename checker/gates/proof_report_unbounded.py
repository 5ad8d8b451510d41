"""A proof for every scope, as text and as JSON: what is without bounds, what is assumed, what is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from checker.engines.request import Request
from checker.engines.smt.unbounded import Tried, Unbounded
from checker.gates.proof_report import (
    PROOF_FORMAT,
    PROOF_VERSION,
    SLOWEST,
    at_scope,
    induction_report,
    induction_to_object,
)
from checker.report.lines import Line, Role, line, wrapped


def unbounded_sentence(answer: Unbounded, request: Request) -> str:
    """One sentence that says what is known, and no more."""
    if answer.open:
        first = answer.open[0]
        return (
            f"Not decided: {_where(first)}, {first.reason} after {first.seconds[-1]:.0f} s; at "
            f"{at_scope(request)} it holds."
        )
    if answer.fragile:
        first = answer.fragile[0]
        without = [seed for seed in answer.seeds if seed not in first.proved]
        return (
            f"Fragile: {_where(first)} is proved with seeds {_list(first.proved)}, not with {_list(without)}."
        )
    return f"Proved for {_everything(answer)}executions of any length."


def _everything(answer: Unbounded) -> str:
    model = answer.finite.system.model
    sorts = [sort.name for sort in model.sorts]
    text = f"any number of members of {_words(sorts)}, " if sorts else ""
    if any("quorums" in one for one in answer.assumed):
        text += "any pairwise intersecting quorums, "
    if model.params:
        text += f"all values of {_words(list(model.params))}, "
    return text


def _words(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _list(numbers: tuple[int, ...] | list[int]) -> str:
    return ", ".join([str(one) for one in numbers])


def _where(one: Tried) -> str:
    return f"{one.obligation.name} ({one.obligation.span.file}:{one.obligation.span.line})"


def unbounded_report(answer: Unbounded, request: Request, run: str) -> list[Line]:
    """The whole report."""
    if answer.asked is None:
        return induction_report(answer.finite, request, run)
    role: Role = "warn" if answer.open or answer.fragile else "good"
    lines = [*wrapped(unbounded_sentence(answer, request), role=role), *wrapped(run, role="weak"), line()]
    lines += wrapped(f"Assumed: {', '.join(answer.assumed) if answer.assumed else 'nothing'}.")
    lines += wrapped(f"Dropped: {', '.join(answer.dropped)}.")
    if answer.finite.asked.within:
        lines += wrapped(f"Within: {', '.join(answer.finite.asked.within)}.")
    slowest = max((max(one.seconds) for one in answer.tried), default=0.0)
    lines += wrapped(
        f"{len(answer.asked.lemmas)} lemmas, {len(answer.tried)} queries after the induction at "
        f"{at_scope(request)} ({answer.finite.seconds:.1f} s), which chose their hypotheses. Z3 "
        f"{answer.solver}, seeds {_list(answer.seeds)}, slowest {slowest:.1f} s, "
        f"{answer.seconds:.1f} s in all."
    )
    known = sum(len(one.known) for one in answer.tried)
    if known:
        lines += wrapped(f"Of the queries {known} were proved before, word for word, and not asked again.")
    for one in answer.open[1:]:
        lines += wrapped(f"Also not decided: {_where(one)}.", role="warn")
    return [*lines, line(), *_slowest(answer)]


def _slowest(answer: Unbounded) -> Iterator[Line]:
    yield line("Slowest queries, with each seed:", "strong")
    for one in sorted(answer.tried, key=lambda one: -max(one.seconds))[:SLOWEST]:
        times = " ".join([f"{seconds:5.2f}" for seconds in one.seconds])
        yield from wrapped(f"{times}  {one.obligation.name}", "  ", "      ")


def unbounded_to_object(answer: Unbounded) -> dict[str, object]:
    """The answer as an object of JSON."""
    if answer.asked is None:
        return induction_to_object(answer.finite)
    verdict = "unknown" if answer.open else "fragile" if answer.fragile else "proved"
    return {
        "format": PROOF_FORMAT,
        "version": PROOF_VERSION,
        "mode": "unbounded",
        "verdict": verdict,
        "assumed": [*answer.assumed],
        "dropped": [*answer.dropped],
        "lemmas": [*answer.asked.lemmas],
        "seeds": [*answer.seeds],
        "queries": [
            {
                "kind": one.obligation.kind.value,
                "subject": one.obligation.subject,
                "action": None if one.obligation.action is None else one.obligation.action.name,
                "hypotheses": [*one.hypotheses],
                "proved": [*one.proved],
                "known": [*one.known],
                "seconds": [*one.seconds],
            }
            for one in answer.tried
        ],
        "seconds": answer.seconds,
        "solver": f"z3 {answer.solver}",
        "induction": induction_to_object(answer.finite),
    }
