"""What became of a model's mutants, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from checker.exit_codes import ExitCode
from checker.gates.check import AcceptedMutant, Check, Mutate
from checker.gates.mutation import Report, Settled
from checker.report.cases import Case, CaseStatus, Place
from checker.report.lines import Line, line, wrapped
from checker.traces.json_form import to_object as trace_to_object

MUTANTS_FORMAT = "lockstep-mutants"
MUTANTS_VERSION = 1

FATES = ("killed", "lost", "survived", "narrower", "equivalent", "truncated")
_SAID = {
    "killed": "{} killed",
    "lost": "{} shown by covers or actions alone",
    "survived": "{} survived",
    "narrower": "{} narrower",
    "equivalent": "{} equivalent",
    "truncated": "{} truncated",
}


def mutation_lines(report: Report, accepted: Sequence[AcceptedMutant], code: ExitCode) -> list[Line]:
    """The report: counts, which property notices which mutant, and those that none notices."""
    said = ", ".join([_SAID[fate].format(len(report.of(fate))) for fate in FATES])
    of = "1 mutant" if len(report.settled) == 1 else f"{len(report.settled)} mutants"
    found = [line(f"Mutants of {report.checks[0].target}", "strong")]
    for check, result in zip(report.checks, report.results, strict=True):
        states = result.statistics.distinct or 0
        found += wrapped(f"{check.name}: {_scope(check)}{states:,} states", "  ", "    ")
    found += [line(), *wrapped(f"{of}: {said}."), *_matrix(report)]
    found += _open(report, accepted)
    found += _section("Shown by covers or actions alone", report.of("lost"), lost=True)
    found += _section("Truncated", report.of("truncated"))
    if report.unmade:
        found += [line(), *wrapped(f"{report.unmade} more cannot be made: the language has no such model.")]
    if report.elsewhere:
        many = sum(report.elsewhere.values())
        more = "1 more is" if many == 1 else f"{many} more are"
        said = ", ".join([f"{name} {count}" for name, count in report.elsewhere.items()])
        found += [line(), *wrapped(f"{more} in rules of other modules, left to other specs: {said}.")]
    if report.ghostly:
        more = "1 more changes" if report.ghostly == 1 else f"{report.ghostly} more change"
        said = f"{more} only what ghosts remember, and no step depends on that."
        found += [line(), *wrapped(said)]
    for note in report.notes:
        found += wrapped(f"{note}.", role="warn")
    if code is not ExitCode.OK:
        found += [line(), *wrapped(f"Exit code {int(code)}: {code.meaning}", role="bad")]
    return found


def _scope(check: Check) -> str:
    numbers = {**check.scope, **check.params, **check.faults}
    return ", ".join([f"{name}={value}" for name, value in numbers.items()]) + (": " if numbers else "")


def _matrix(report: Report) -> list[Line]:
    """A row for each property: how many mutants it notices, and their numbers."""
    if not is_whole(report):
        return _first(report)
    rows, first = broken(report), noticed(report)
    width = max([len("Noticed by") - 2, *map(len, rows)])
    found = [line(), line(f"{'Noticed by':<{width + 2}}   all  first  alone", "strong")]
    for name, numbers in rows.items():
        alone = sum(1 for one in report.of("killed") if one.last.broken == (name,))
        head = f"  {name:<{width}}  {len(numbers):>4}  {len(first.get(name, ())):>5}  {alone:>5}  "
        text = " ".join(map(str, numbers))
        found += wrapped(head + text, hanging=" " * len(head)) if numbers else [line(head.rstrip(), "warn")]
    cut = [str(one.one.number) for one in report.of("killed") if one.last.cut is not None]
    if cut:
        said = f"The search past the first violation was cut short, so there may be more, of {' '.join(cut)}."
        found += [line(), *wrapped(said, role="warn")]
    return found


def _first(report: Report) -> list[Line]:
    rows = noticed(report)
    width = max(len(name) for name in rows)
    found = [line(), line("Noticed first by", "strong")]
    for name, numbers in rows.items():
        head = f"  {name:<{width}}  {len(numbers):>4}  "
        text = " ".join(map(str, numbers))
        found += wrapped(head + text, hanging=" " * len(head)) if numbers else [line(head.rstrip(), "warn")]
    return found


def noticed(report: Report) -> dict[str, list[int]]:
    """For each property, and what stands for itself, the mutants that it was the first to notice."""
    rows: dict[str, list[int]] = {name: [] for name in report.properties}
    for one in report.of("killed"):
        assert one.last.property is not None
        rows.setdefault(one.last.property, []).append(one.one.number)
    return rows


def is_whole(report: Report) -> bool:
    """Whether all that mutants break was asked for."""
    return any(one.last.broken is not None for one in report.settled)


def broken(report: Report) -> dict[str, list[int]]:
    """For each property, and what stands for itself, the mutants that break it in the scope that decides."""
    rows: dict[str, list[int]] = {name: [] for name in noticed(report)}
    for one in report.of("killed"):
        for name in one.last.broken or ():
            rows.setdefault(name, []).append(one.one.number)
    return rows


def _open(report: Report, accepted: Sequence[AcceptedMutant]) -> list[Line]:
    survivors, known = report.of("survived"), {one.mutant: one for one in accepted}
    found = _section("Survivors", [one for one in survivors if one.name not in known])
    found += _accepted("Survivors that a proof shows to be harmless", survivors, known, proved=True)
    return found + _accepted("Survivors that are accepted", survivors, known, proved=False)


def _accepted(
    title: str, survivors: Sequence[Settled], known: dict[str, AcceptedMutant], *, proved: bool
) -> list[Line]:
    found: list[Line] = []
    for one in survivors:
        of = known.get(one.name)
        if of is None or (of.proof is not None) is not proved:
            continue
        found += wrapped(f"{one.one.number}  {one.name}", "  ", "     ")
        found += wrapped(of.reason, "     ", role="weak")
        if of.proof is not None:
            found += wrapped(f"proof: {of.proof}", "     ", role="weak")
    return [line(), line(title, "strong"), *found] if found else []


def _section(title: str, mutants: Sequence[Settled], *, lost: bool = False) -> list[Line]:
    if not mutants:
        return []
    found = [line(), line(title, "strong")]
    for one in mutants:
        source = one.source
        found.append(line(f"  {one.one.number}  {source.file}:{source.line}  {one.name}"))
        found += [line(f"     - {row}", "weak") for row in source.before]
        found += [line(f"     + {row}", "weak") for row in source.after]
        if source.text is None:
            found.append(line(f"     {one.one.mutant.operator.meaning}", "weak"))
        if lost:
            found += wrapped(f"lost: {', '.join(one.lost)}", "     ", "       ")
        if one.last.why is not None:
            found.append(line(f"     its search ran into the limit of {one.last.why}"))
    return found


def mutation_to_object(report: Report, mutate: Mutate, code: ExitCode) -> dict[str, object]:
    """The report as an object of JSON."""
    known, modules = {one.mutant: one for one in mutate.accept}, mutate.modules
    counts = Counter(one.fate for one in report.settled)
    return {
        "format": MUTANTS_FORMAT,
        "version": MUTANTS_VERSION,
        "exit_code": int(code),
        "model": report.checks[0].target,
        "checks": [
            {
                "check": check.name,
                "scope": dict(check.scope),
                "params": dict(check.params),
                "faults": dict(check.faults),
                "distinct": result.statistics.distinct,
            }
            for check, result in zip(report.checks, report.results, strict=True)
        ],
        "engine": report.engine,
        "counts": {fate: counts[fate] for fate in FATES},
        "unmade": report.unmade,
        "ghostly": report.ghostly,
        "modules": None if modules is None else [*modules],
        "elsewhere": dict(report.elsewhere),
        "noticed": noticed(report),
        "broken": broken(report) if is_whole(report) else None,
        "notes": [*report.notes],
        "mutants": [_mutant_to_object(one, known.get(one.name)) for one in report.settled],
    }


def _mutant_to_object(one: Settled, accepted: AcceptedMutant | None) -> dict[str, object]:
    trace = one.last.trace
    return {
        "number": one.one.number,
        "name": one.name,
        "operator": one.one.mutant.operator.value,
        "owner": one.one.mutant.owner,
        "file": one.source.file,
        "line": one.source.line,
        "before": [*one.source.before],
        "after": [*one.source.after],
        "fate": one.fate,
        "check": one.check.name,
        "property": one.last.property,
        "kind": one.last.kind,
        "broken": None if one.last.broken is None else [*one.last.broken],
        "cut": one.last.cut,
        "steps": None if trace is None else len(trace.steps),
        "lost": [*one.lost],
        "why": one.last.why,
        "distinct": one.last.distinct,
        "accepted": None if accepted is None else accepted.reason,
        "proof": None if accepted is None else accepted.proof,
        "trace": None if trace is None else trace_to_object(trace),
    }


def mutation_cases(report: Report, accepted: Sequence[AcceptedMutant]) -> list[Case]:
    """A case for each mutant: it fails where the mutant survives and nothing accepts it."""
    reasons = {one.mutant: one.reason for one in accepted}
    return [_case(one, reasons.get(one.name), report) for one in report.settled]


def _case(one: Settled, reason: str | None, report: Report) -> Case:
    status: CaseStatus = "pass"
    match one.fate:
        case "survived":
            status = "fail" if reason is None else "pass"
        case "truncated":
            status = "incomplete"
        case "narrower" | "equivalent":
            status = "skipped"
        case _:
            pass
    said = _SAID[one.fate].format("the mutant") + ("" if reason is None else f", which is accepted: {reason}")
    lines = [*(f"- {row}" for row in one.source.before), *(f"+ {row}" for row in one.source.after)]
    return Case(
        suite=one.check.origin.file or one.check.target,
        model=one.check.target,
        check=one.name,
        property=None,
        rule="lockstep/mutant",
        status=status,
        message=said,
        text="\n".join([said, *lines]),
        place=Place(one.source.file, one.source.line),
        seconds=report.seconds / max(len(report.settled), 1),
    )
