"""Runs the calls that an engine found, and makes of them what is reported: the trace, the message, the
verdict.

The model's own methods are run, so an engine that is wrong about a step or a property is found out here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from checker.engines.request import Request
from checker.language.declaration import Method
from checker.language.rules import OF_STEPS, Kind
from checker.running.captured import Captured
from checker.running.failures import Failure, failure
from checker.running.finding import Finding
from checker.running.runner import PlannedAction, Runner
from checker.running.trail import Trail
from checker.running.violation import violated
from checker.verdicts import Violated

RankOf = Callable[[str, tuple[Any, ...]], tuple[int, ...]]
"""From the name of an action or initial method and its arguments to their ranks."""


class EnginesDisagree(Exception):
    """CPython does not do what an engine says: a mistake of the product, never of the model."""


@dataclass(frozen=True, slots=True)
class Call:
    """An initial method or an action by its number in declaration order, with the ranks of its arguments."""

    number: int
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What an engine says is wrong.

    Attributes:
        kind: "invariant", "step_invariant", "deadlock" or "error".
        subject: of an error: "initial", "action", "invariant", "step_invariant", "constraint", "cover",
        "step_cover",
            "terminal".
        name: of the property, action or initial method.
        initial: how the trace begins.
        steps: its steps; of an error of an action the last one cannot be taken.
    """

    kind: str
    subject: str
    name: str | None
    initial: Call
    steps: tuple[Call, ...]


class Path(Trail):
    """States of a model one after the other, as CPython reaches them."""

    def __init__(self, runner: Runner, rank_of: RankOf) -> None:
        super().__init__(runner)
        self._rank_of = rank_of
        self._planned = {action.number: action for action in runner.actions}

    def begin(self, call: Call) -> None:
        """The initial state."""
        initials = self.runner.declaration.of_kind(Kind.INITIAL)
        for number, arguments, state in self.runner.initial_states():
            if number < 0 or (
                number == call.number and self._rank_of(initials[number].name, arguments) == call.ranks
            ):
                self.reach(state, number, arguments)
                return
        raise EnginesDisagree(
            f"no initial state of number {call.number} has arguments of the ranks {call.ranks}"
        )

    def binding(self, call: Call) -> tuple[PlannedAction, tuple[Any, ...]]:
        """The action and its arguments, in the last state."""
        action = self._planned[call.number]
        self.runner.load(self.state)
        return action, self._chosen(action.name, self.runner.bindings(action), call.ranks)

    def take(self, call: Call) -> None:
        """One step further."""
        action, arguments = self.binding(call)
        state = self.runner.step(self.state, action, arguments)
        if state is None:
            raise EnginesDisagree(f"{action.name}{arguments} is disabled")
        self.reach(state, call.number, arguments)

    def _chosen(self, name: str, found: Sequence[tuple[Any, ...]], ranks: tuple[int, ...]) -> tuple[Any, ...]:
        for arguments in found:
            if self._rank_of(name, arguments) == ranks:
                return arguments
        raise EnginesDisagree(f"{name} has no arguments of the ranks {ranks}")


def replay(request: Request, claim: Claim, rank_of: RankOf) -> Violated:
    """The verdict that an engine claims, as CPython confirms it.

    Raises:
        EnginesDisagree: CPython does not confirm it.
    """
    runner = Runner(request)
    path = Path(runner, rank_of)
    with runner.running():
        finding = _confirm(path, claim)
    return violated(path, finding, Captured(request.model))


def _confirm(path: Path, claim: Claim) -> Finding:
    runner = path.runner
    if claim.subject == "initial":
        return _unstarted(runner)
    path.begin(claim.initial)
    of_step = claim.subject in ("action", "step_invariant", "step_cover") or claim.kind == "step_invariant"
    for call in claim.steps[:-1] if of_step else claim.steps:
        path.take(call)
    last = path.at
    if claim.kind == "deadlock":
        return Finding("deadlock", last)
    if not of_step:
        runner.load(path.state)
        method = _method(runner, claim)
        return _finding(claim, last, method, None, _asked(runner, method))
    call = claim.steps[-1]
    if claim.subject == "action":
        return _untaken(path, call)
    action, arguments = path.binding(call)
    named = (action.number, arguments)
    runner.load_old(path.state)
    new = runner.step(path.state, action, arguments)
    if new is None:
        raise EnginesDisagree(f"{action.name}{arguments} is disabled")
    runner.load(new)
    method = _method(runner, claim)
    return _finding(claim, last, method, named, _asked(runner, method))


def _untaken(path: Path, call: Call) -> Finding:
    """A step that cannot be evaluated, or whose arguments cannot be drawn."""
    runner = path.runner
    method = runner.all_actions[call.number]
    try:
        action, arguments = path.binding(call)
    except EnginesDisagree:
        raise
    except Exception as error:
        if call.ranks:
            raise EnginesDisagree(f"the arguments of {method.name} cannot be drawn") from error
        return Finding("evaluation", path.at, method, (call.number, ()), failure(error))
    try:
        runner.step(path.state, action, arguments)
    except Exception as error:
        return Finding("evaluation", path.at, method, (call.number, arguments), failure(error))
    raise EnginesDisagree(f"{action.name}{arguments} can be evaluated")


def _unstarted(runner: Runner) -> Finding:
    """The first initial state that cannot be evaluated."""
    try:
        for _ in runner.initial_states():
            pass
    except Exception as error:
        return Finding("evaluation", -1, None, None, failure(error))
    raise EnginesDisagree("every initial state can be evaluated")


KINDS = {
    "invariant": (Kind.INVARIANT,),
    "step_invariant": OF_STEPS,
    "constraint": (Kind.CONSTRAINT,),
    "cover": (Kind.COVER,),
    "step_cover": (Kind.COVER,),
    "terminal": (Kind.TERMINAL,),
}


def _method(runner: Runner, claim: Claim) -> Method:
    kinds = KINDS[claim.subject]
    return next(method for method in runner.declaration.of_kind(*kinds) if method.name == claim.name)


def _asked(runner: Runner, method: Method) -> bool | Failure:
    try:
        return runner.holds(method)
    except Exception as error:
        return failure(error)


def _finding(
    claim: Claim, state: int, method: Method, action: tuple[int, tuple[Any, ...]] | None, said: bool | Failure
) -> Finding:
    if claim.kind == "error":
        if not isinstance(said, Failure):
            raise EnginesDisagree(f"{method.name} can be evaluated")
        return Finding("evaluation", state, method, action, said)
    if said is not False:
        raise EnginesDisagree(f"{method.name} is not false")
    return Finding(claim.kind, state, method, action)


def violated_assumption(request: Request, name: str) -> Violated:
    """The verdict about an assumption that does not hold.

    Raises:
        EnginesDisagree: it holds.
    """
    runner = Runner(request)
    method = next(one for one in runner.declaration.of_kind(Kind.ASSUME) if one.name == name)
    with runner.running():
        said = _asked(runner, method)
    if said is True:
        raise EnginesDisagree(f"{name} holds")
    why = said if isinstance(said, Failure) else None
    kind = "assumption" if why is None else "evaluation"
    return violated(
        Path(runner, lambda _, __: ()), Finding(kind, -1, method, None, why), Captured(request.model)
    )
