"""Verdicts: what is known about a model after a check, and how much. The one module of these types."""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias, assert_never

from checker.traces.document import Json
from checker.traces.json_form import to_object as trace_to_object
from checker.traces.trace import Trace

Scope: TypeAlias = "tuple[tuple[str, int], ...]"
"""The number of members of each sort, in the order of the gate."""

Why: TypeAlias = Literal["interrupted", "time", "memory", "states", "depth", "disk"]
Kind: TypeAlias = Literal["invariant", "step_invariant", "refinement", "deadlock", "assumption", "evaluation"]
Evaluating: TypeAlias = Literal["action", "invariant", "step_invariant"]


@dataclass(frozen=True, slots=True)
class Proved:
    """It holds for every scope; `how` names the method, such as "induction over 3 invariants"."""

    name: ClassVar[str] = "proved"
    how: str


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Every reachable state of the scope was visited and all properties hold."""

    name: ClassVar[str] = "exhausted"
    scope: Scope


@dataclass(frozen=True, slots=True)
class ExhaustedWithin:
    """As Exhausted, but states outside these constraints were found and not explored further."""

    name: ClassVar[str] = "exhausted_within"
    constraints: tuple[str, ...]
    scope: Scope

    def __post_init__(self) -> None:
        assert self.constraints, "without a constraint that pruned, a search is exhausted"


@dataclass(frozen=True, slots=True)
class Bounded:
    """No behaviour of at most `k` steps violates a property."""

    name: ClassVar[str] = "bounded"
    k: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """None of `n` random behaviours violates a property."""

    name: ClassVar[str] = "sampled"
    n: int


@dataclass(frozen=True, slots=True)
class Truncated:
    """The search ended early; nothing was found until then."""

    name: ClassVar[str] = "truncated"
    why: Why


@dataclass(frozen=True, slots=True)
class Unknown:
    """The method could not decide, such as a solver that gave up."""

    name: ClassVar[str] = "unknown"
    why: str


@dataclass(frozen=True, slots=True)
class Violated:
    """A property is false at the end of the trace, or something there cannot be evaluated.

    `property` is None where no property was evaluated: a deadlock, and an evaluation error of an action
    (whose call is `trace.attempt`). `evaluating` says what could not be evaluated, and is given for that kind
    only; initial methods count as actions, covers and constraints as invariants. `message` has `file:line`,
    the fact and the fix.
    """

    name: ClassVar[str] = "violated"
    property: str | None
    kind: Kind
    trace: Trace
    message: str | None = None
    evaluating: Evaluating | None = None

    def __post_init__(self) -> None:
        assert (self.kind == "evaluation") == (self.evaluating is not None), "evaluation errors say of what"


Verdict: TypeAlias = Proved | Exhausted | ExhaustedWithin | Bounded | Sampled | Truncated | Unknown | Violated


class RequirementError(ValueError):
    """A gate requires something that no verdict can give."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a gate demands: a verdict's name, with the constraints it accepts or the number it asks for."""

    name: Literal["proved", "exhausted", "exhausted_within", "bounded", "sampled"]
    constraints: frozenset[str] = frozenset()
    least: int = 1

    @staticmethod
    def parse(text: str) -> Requirement:
        """`proved`, `exhausted`, `exhausted_within(short_log, few_terms)`, `bounded(12)`, `sampled(1000)`."""
        match = re.fullmatch(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*", text, re.ASCII)
        name, inside = (match[1], match[2]) if match is not None else ("", None)
        if name in ("proved", "exhausted") and inside is None:
            return Requirement("proved" if name == "proved" else "exhausted")
        if name == "exhausted_within" and inside is not None:
            constraints = frozenset([part.strip() for part in inside.split(",")])
            if all(part.isidentifier() for part in constraints):
                return Requirement("exhausted_within", constraints)
        if name in ("bounded", "sampled") and re.fullmatch(r"\s*[1-9][0-9]{0,17}\s*", inside or "", re.ASCII):
            return Requirement("bounded" if name == "bounded" else "sampled", least=int(inside or ""))
        raise RequirementError(
            f"'{text}' is not a requirement; write proved, exhausted, exhausted_within(CONSTRAINT, ...), "
            "bounded(STEPS) or sampled(BEHAVIOURS)"
        )


def satisfies(verdict: Verdict, required: str | Requirement) -> bool:
    """Whether the verdict says at least what is required. Truncated, Unknown and Violated satisfy nothing.

    A proof satisfies everything, an exhausted scope all but a proof. ExhaustedWithin satisfies only a
    requirement that names each of its constraints; Bounded and Sampled only their own kind, with a number at
    least as large.
    """
    needed = Requirement.parse(required) if isinstance(required, str) else required
    match verdict:
        case Proved():
            return True
        case Exhausted():
            return needed.name != "proved"
        case ExhaustedWithin():
            return needed.name == "exhausted_within" and needed.constraints.issuperset(verdict.constraints)
        case Bounded():
            return needed.name == "bounded" and verdict.k >= needed.least
        case Sampled():
            return needed.name == "sampled" and verdict.n >= needed.least
        case Truncated() | Unknown() | Violated():
            return False
        case _:
            assert_never(verdict)


_WHY: Mapping[Why, str] = {
    "interrupted": "it was interrupted",
    "time": "the time allowed was over",
    "memory": "the memory allowed was used up",
    "states": "the number of states allowed was reached",
    "depth": "the depth allowed was reached",
    "disk": "its files could not be kept",
}


def describe(verdict: Verdict) -> str:
    """One sentence that says what is known, and no more."""
    match verdict:
        case Proved():
            return f"Proved for every scope, by {verdict.how}."
        case Exhausted():
            return f"All reachable states{_of(verdict.scope)} were visited, and every property holds."
        case ExhaustedWithin():
            names = _list(verdict.constraints)
            return (
                f"All states{_of(verdict.scope)} that can be reached within {names} were visited, and every "
                "property holds; what lies beyond was not explored."
            )
        case Bounded():
            steps = _count(verdict.k, "step")
            return f"No behaviour of at most {steps} violates a property; longer ones are unknown."
        case Sampled() if verdict.n == 0:
            return "No random behaviour was finished; nothing is known."
        case Sampled():
            return f"None of {_count(verdict.n, 'random behaviour')} violates a property; others are unknown."
        case Truncated():
            reason = _WHY[verdict.why]
            return f"The search ended early because {reason}; no violation until then, the rest is unknown."
        case Unknown():
            return f"Nothing is known: {verdict.why}."
        case Violated():
            return _describe_violation(verdict)
        case _:
            assert_never(verdict)


def _describe_violation(verdict: Violated) -> str:
    after = "in the initial state"
    if verdict.trace.steps:
        after = f"after {_count(len(verdict.trace.steps), 'step')}"
    match verdict.kind:
        case "invariant":
            return f"The invariant {verdict.property} is false {after}."
        case "step_invariant":
            steps = _count(len(verdict.trace.steps), "step")
            return f"The step invariant {verdict.property} is false for the last of {steps}."
        case "refinement" if not verdict.trace.steps:
            return f"The refinement {verdict.property} does not hold of the initial state."
        case "refinement":
            steps = _count(len(verdict.trace.steps), "step")
            return f"The refinement {verdict.property} is broken by the last of {steps}."
        case "deadlock":
            return f"No action is enabled {after}."
        case "assumption":
            return f"The assumption {verdict.property} about the parameters is false."
        case "evaluation":
            what = verdict.property
            if verdict.trace.attempt is not None:
                what = verdict.trace.attempt.call
            reason = "" if verdict.message is None else f": {verdict.message.rstrip('.')}"
            return f"{what or 'An action'} cannot be evaluated {after}{reason}."
        case _:
            assert_never(verdict.kind)


def _of(scope: Scope) -> str:
    return " of " + _list(tuple([f"{name}={size}" for name, size in scope]), ", ") if scope else ""


def _list(words: tuple[str, ...], last: str = " and ") -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}" + ("" if number == 1 else "s")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a search counted; the same for any number of workers, but for `seconds` and `bytes_per_state`.

    distinct: states; None for random walks, which do not remember them. generated: enabled (action,
    arguments) pairs, plus the initial states; of random walks, those that were taken. depth: levels, the
    initial one is 1; of random walks, states of the longest. actions: generated per action, in declaration
    order, zero included. levels: states first reached on each.
    """

    distinct: int | None
    generated: int
    depth: int
    seconds: float
    bytes_per_state: float | None
    actions: tuple[tuple[str, int], ...]
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How random walks were taken, and what is counted of walks.

    walks: complete ones, in the order of their numbers. asked: None for as many as fit into the time. depth:
    the most states of a walk. choose: what was drawn. ended: of the complete ones, how many ended at the
    depth, where nothing is enabled, beyond a constraint. covers: how many reached each cover. found: the
    number of the walk that found the violation; the first is 1.
    """

    walks: int
    asked: int | None
    depth: int
    seed: int
    choose: Literal["step", "action"]
    ended: tuple[int, int, int]
    covers: tuple[tuple[str, int], ...]
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Untested:
    """An implication in a property whose left side was never true: the right side was never tested."""

    property: str
    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Refined:
    """What the steps of a search were to an abstract model.

    property: the refinement. abstract: the model, as `module:Class`. matches: what a step can be: a stutter,
    then the abstract actions in order. steps: for each action how many of its steps were each; a step counts
    for the first that it matches.
    """

    property: str
    abstract: str
    matches: tuple[str, ...]
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    @builtins.property
    def covers(self) -> tuple[tuple[str, bool], ...]:
        """Whether a step was each of the abstract actions, as covers: `refinement.action`."""
        never = self.never_matched
        return tuple((f"{self.property}.{name}", name not in never) for name in self.matches[1:])

    @builtins.property
    def never_matched(self) -> tuple[str, ...]:
        """The abstract actions that no step was."""
        return tuple(
            name
            for number, name in enumerate(self.matches)
            if number > 0 and all(counts[number] == 0 for _, counts in self.steps)
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a check says: the verdict, the counts, and what was never tried.

    never_fired: actions. covers: each with whether it was reached. pruned: states outside each constraint.
    engine: what searched. symmetry: the sorts whose members were interchanged; where there are some, every
    count is one of states that differ in more than names. notes: what a reader should know of how; sentences
    without the full stop.
    stopped: what ended the search early, also where a violation was known by then: the counts are then those
    of a search that was cut short. cached: nothing was searched now; an earlier search gave this same answer.
    sampling: of random walks. refinements: what steps matched; none where something is violated.
    """

    verdict: Verdict
    statistics: Statistics
    never_fired: tuple[str, ...] = ()
    covers: tuple[tuple[str, bool], ...] = ()
    untested: tuple[Untested, ...] = ()
    pruned: tuple[tuple[str, int], ...] = ()
    engine: str = ""
    symmetry: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: Why | None = None
    cached: bool = False
    sampling: Sampling | None = None
    refinements: tuple[Refined, ...] = ()


def with_refinements(result: Result, refinements: tuple[Refined, ...]) -> Result:
    """The result with what steps matched; each abstract action is a cover, too."""
    covers = (*result.covers, *(one for told in refinements for one in told.covers))
    return replace(result, refinements=refinements, covers=covers)


RESULT_FORMAT = "lockstep-result"
RESULT_VERSION = 1


def verdict_to_object(verdict: Verdict) -> dict[str, Json]:
    """The limits of a verdict: its fields without the trace, which a result has beside it."""
    match verdict:
        case Proved():
            return {"how": verdict.how}
        case Exhausted():
            return {"scope": dict(verdict.scope)}
        case ExhaustedWithin():
            return {"constraints": [*verdict.constraints], "scope": dict(verdict.scope)}
        case Bounded():
            return {"k": verdict.k}
        case Sampled():
            return {"n": verdict.n}
        case Truncated() | Unknown():
            return {"why": verdict.why}
        case Violated():
            return {"kind": verdict.kind, "steps": len(verdict.trace.steps), "evaluating": verdict.evaluating}
        case _:
            assert_never(verdict)


def to_object(result: Result) -> dict[str, object]:
    """The result as an object of JSON; `trace` and `property` are null unless something is violated."""
    verdict, counts = result.verdict, result.statistics
    violated = verdict if isinstance(verdict, Violated) else None
    return {
        "format": RESULT_FORMAT,
        "version": RESULT_VERSION,
        "verdict": verdict.name,
        "limits": verdict_to_object(verdict),
        "property": violated.property if violated else None,
        "message": (violated.message if violated else None) or describe(verdict),
        "distinct": counts.distinct,
        "generated": counts.generated,
        "depth": counts.depth,
        "seconds": counts.seconds,
        "bytes_per_state": counts.bytes_per_state,
        "actions": dict(counts.actions),
        "levels": [*counts.levels],
        "never_fired": [*result.never_fired],
        "covers": dict(result.covers),
        "untested": [
            {"property": u.property, "file": u.file, "line": u.line, "text": u.text} for u in result.untested
        ],
        "pruned": dict(result.pruned),
        "engine": result.engine,
        "symmetry": [*result.symmetry],
        "notes": [*result.notes],
        "stopped": result.stopped,
        "cached": result.cached,
        "sampling": None if result.sampling is None else _sampling_to_object(result.sampling),
        "refinements": [_refined_to_object(one) for one in result.refinements],
        "trace": trace_to_object(violated.trace) if violated else None,
    }


def _sampling_to_object(sampling: Sampling) -> dict[str, object]:
    depth, terminal, constraint = sampling.ended
    return {
        "walks": sampling.walks,
        "asked": sampling.asked,
        "depth": sampling.depth,
        "seed": sampling.seed,
        "choose": sampling.choose,
        "ended": {"depth": depth, "terminal": terminal, "constraint": constraint},
        "covers": dict(sampling.covers),
        "found": sampling.found,
    }


def _refined_to_object(refined: Refined) -> dict[str, object]:
    return {
        "property": refined.property,
        "abstract": refined.abstract,
        "steps": {name: dict(zip(refined.matches, counts, strict=True)) for name, counts in refined.steps},
        "never_matched": [*refined.never_matched],
    }


def to_json(result: Result) -> str:
    """The result as one object of JSON, ended by a newline."""
    return json.dumps(to_object(result), indent=1) + "\n"
