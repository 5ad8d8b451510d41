"""What the checks of a spec come to together: what none of them ever tried.

A small scope has no room for everything that a model can do, so a cover, an action, a fault, the left side of
an implication and a constraint are asked of all checks of a spec that ran. Only checks that must hold count:
what a mutant does says nothing of its model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from checker.exit_codes import ExitCode
from checker.gates.check import Accept, Check, Spec
from checker.gates.loading import load_model
from checker.gates.names import PROPERTIES, wrong_accepted
from checker.gates.outcome import Outcome
from checker.gates.problems import GateError, Problem
from checker.language.declaration import Declaration, declare
from checker.language.errors import ModelError
from checker.language.rules import Kind
from checker.verdicts import Exhausted, ExhaustedWithin, Result, Sampled, Untested

TOGETHER = "all checks together"
"""The name of the row."""


@dataclass(frozen=True, slots=True)
class _Ran:
    """A check that must hold, and what its search came to."""

    check: Check
    result: Result

    @property
    def is_whole(self) -> bool:
        """Whether it did all that was asked: what it did not see it will not see the next time either."""
        finished = isinstance(self.result.verdict, Exhausted | ExhaustedWithin | Sampled)
        return self.result.stopped is None and finished


@dataclass(frozen=True, slots=True)
class _Untried:
    """Something that no check tried: which list of `accept` may name it, under which name, and what it is.

    An action of a fault may also be accepted under the fault's name.
    """

    key: str
    name: str
    fact: str
    fault: str | None = None


def judge_spec(spec: Spec, outcomes: Sequence[Outcome]) -> Outcome | None:
    """What checks of a spec, run, come to together; None where none of them must hold."""
    positive = [one for one in outcomes if one.check.expect is None]
    if not positive:
        return None
    row = Check(TOGETHER, spec.model, spec.origin)
    if all(one.status == "not run" for one in positive):
        reason = "The gate was interrupted before these checks."
        return Outcome(row, None, "not run", reason, ExitCode.INCONCLUSIVE, about="spec")
    try:
        model = load_model(spec.model, spec.origin.project, spec.origin.place("model"))
        problems = wrong_accepted(spec.accept, spec.origin, model)
        declaration = declare(model)
    except (GateError, ModelError):
        reason = "Nothing can be said, for the model cannot be used."
        return Outcome(row, None, "incomplete", reason, ExitCode.INCONCLUSIVE, about="spec")
    if problems:
        code = ExitCode.CONFIGURATION
        return Outcome(row, None, "error", str(problems[0]), code, tuple(problems), about="spec")
    ran = [_Ran(one.check, one.result) for one in positive if one.result is not None]
    checks = [one.check for one in positive]
    found = [one for one in _untried(ran, checks, declaration) if not _accepted(one, spec.accept, checks)]
    return replace(_judged(spec, row, found, positive, ran), about="spec")


def _judged(
    spec: Spec, row: Check, found: Sequence[_Untried], positive: Sequence[Outcome], ran: Sequence[_Ran]
) -> Outcome:
    if not found:
        return Outcome(row, None, "pass", _in_short(ran), ExitCode.OK)
    problems = [
        Problem(
            spec.origin.place("accept", one.key),
            one.fact,
            f'write a check that does, or accept it at the top: accept.{one.key} = ["{one.name}"]',
            f"accept.{one.key}",
        )
        for one in found
    ]
    facts = "; ".join([one.fact for one in found])
    unfinished = [one.check.name for one in positive if one.result is None or not _finished(one)]
    if unfinished:
        reason = f"So far {facts}. Not finished: {', '.join(unfinished)}."
        return Outcome(row, None, "incomplete", reason, ExitCode.INCONCLUSIVE, tuple(problems))
    return Outcome(row, None, "fail", f"{facts[:1].upper()}{facts[1:]}.", ExitCode.VACUOUS, tuple(problems))


def _finished(outcome: Outcome) -> bool:
    """Whether a check did what it was asked; what the lock file says of it is another matter."""
    return outcome.passed or outcome.exit_code in (ExitCode.LOCK_DRIFT, ExitCode.VACUOUS)


def _in_short(ran: Sequence[_Ran]) -> str:
    covers = {name for one in ran for name, reached in one.result.covers if reached}
    actions = {name for one in ran for name, count in one.result.statistics.actions if count}
    parts = [_count(len(actions), "action") + " fired"]
    parts += [_count(len(covers), "cover") + " reached"] if covers else []
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _untried(ran: Sequence[_Ran], checks: Sequence[Check], declaration: Declaration) -> Iterator[_Untried]:
    faults = {one.name: one.budget for one in declaration.of_kind(Kind.ACTION)}
    for name in _never(ran, lambda result: result.statistics.actions):
        fault = faults.get(name)
        fact = f"no check fires the action {name}"
        if fault is not None and all(check.faults.get(fault, 0) == 0 for check in checks):
            fact = f"no check gives the fault {fault} a budget"
        yield _Untried("never_fired", name, fact, fault)
    for name in _never(ran, lambda result: result.covers):
        yield _Untried("covers", name, f"no check reaches the cover {name}")
    for name in _never(ran, lambda result: result.pruned):
        yield _Untried("unpruned", name, f"the constraint {name} prunes nothing in any check")
    for one in _never_tested(ran):
        place = f"{one.property} ({one.file}:{one.line})"
        fact = f"no check makes true the left side '{one.text}' of an implication in {place}"
        yield _Untried("untested", one.property, fact)
    for name in [one.name for one in declaration.of_kind(*PROPERTIES)]:
        if all(check.only is not None and name not in check.only for check in checks):
            yield _Untried("unchecked", name, f"no check looks at the property {name}")


def _never(
    ran: Sequence[_Ran], counts: Callable[[Result], Sequence[tuple[str, int | bool]]]
) -> Iterator[str]:
    """The names that have a count in some result, and nothing but zeros in all."""
    total: dict[str, int] = {}
    for one in ran:
        for name, count in counts(one.result):
            total[name] = total.get(name, 0) + int(count)
    yield from [name for name, count in total.items() if count == 0]


def _never_tested(ran: Sequence[_Ran]) -> Iterator[Untested]:
    """The implications that no check tests which looks at their property, and visits all states."""
    whole = [one for one in ran if one.is_whole]
    for candidate in dict.fromkeys([each for one in whole for each in one.result.untested]):
        looking = [one for one in whole if one.check.only is None or candidate.property in one.check.only]
        if all(candidate in one.result.untested for one in looking):
            yield candidate


def _accepted(untried: _Untried, accept: Accept, checks: Sequence[Check]) -> bool:
    """Whether the spec accepts it by name, or each of its checks does."""
    return any(
        name in _names(accept, untried.key) or all(name in _names(one.accept, untried.key) for one in checks)
        for name in (untried.name, untried.fault)
    )


def _names(accept: Accept, key: str) -> frozenset[str | None]:
    found: frozenset[str | None] = getattr(accept, key)
    return found
