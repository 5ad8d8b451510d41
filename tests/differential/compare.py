"""Compares CPython running a model's methods with the reference evaluator running its captured IR.

Both are asked, for the same reachable states: which bindings are enabled and where they lead, what cannot be
evaluated and of which kind, and what every property says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.request import Request
from checker.ir import nodes as ir
from checker.ir.evaluate import EvaluationError, Evaluator, Failed, Reached
from checker.ir.verifier import verify
from checker.language.errors import Disabled
from checker.language.order import value_key
from checker.language.rules import Kind
from checker.running.failures import failure
from checker.running.runner import Runner, State, takes_old

Outcome = tuple[str, Any]
"""("reached", state), ("failed", kind) or, for a property, ("value", bool)."""

PROPERTIES = (Kind.INVARIANT, Kind.COVER, Kind.CONSTRAINT, Kind.ASSUME, Kind.TERMINAL, Kind.STEP_INVARIANT)


@dataclass
class Comparison:
    """What was compared.

    Attributes:
        states: how many states were looked at.
        steps: how many outcomes of bindings agreed.
        differences: the first disagreements, in words.
    """

    states: int = 0
    steps: int = 0
    differences: list[str] = field(default_factory=list[str])


class Pair:
    """A model run both ways."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.runner = Runner(request)
        captured, classes = capture_with_classes(request.model)
        verify(captured)
        self.ir = captured
        scope = self.runner.scope
        self.evaluator = Evaluator(captured, LanguageUniverse(classes, scope), scope.faults)
        self.actions = {action.name: action for action in captured.actions}
        self.properties = {prop.name: prop for prop in captured.properties}

    def mapping(self, state: State) -> dict[str, Any]:
        """A state by variable name."""
        named = dict(zip(self.runner.names, state, strict=True))
        for fault, budget in self.runner.scope.faults.items():
            if budget == 0:
                named[f"faults.{fault}"] = 0
        return named

    def python_steps(self, state: State) -> dict[str, list[tuple[Any, Outcome]]]:
        """Every enabled or failing binding, by action, in order."""
        found: dict[str, list[tuple[Any, Outcome]]] = {}
        for action in self.runner.actions:
            rows = found.setdefault(action.name, [])
            self.runner.load(state)
            try:
                bindings = self.runner.bindings(action)
            except Exception as error:
                rows.append(((), ("failed", failure(error).kind)))
                continue
            for arguments in bindings:
                try:
                    new = self.runner.step(state, action, arguments)
                except Exception as error:
                    rows.append((arguments, ("failed", failure(error).kind)))
                    continue
                if new is not None:
                    rows.append((arguments, ("reached", self.mapping(new))))
        return found

    def ir_steps(self, state: State) -> dict[str, list[tuple[Any, Outcome]]]:
        """The same, by the evaluator."""
        named = self.mapping(state)
        found: dict[str, list[tuple[Any, Outcome]]] = {}
        for action in self.runner.actions:
            rows = found.setdefault(action.name, [])
            for step in self.evaluator.steps(self.actions[action.name], named):
                match step.outcome:
                    case Reached(new):
                        rows.append((step.arguments, ("reached", dict(new))))
                    case Failed(kind, _):
                        rows.append((step.arguments, ("failed", kind.value)))
                    case _:
                        pass
        return found

    def python_property(self, method: Any, state: State, old: State) -> Outcome:
        """What CPython says of a property."""
        self.runner.load(state)
        self.runner.load_old(old)
        try:
            return "value", self.runner.holds(method)
        except Disabled:
            return "disabled", None
        except Exception as error:
            return "failed", failure(error).kind

    def ir_property(self, prop: ir.Property, state: State, old: State) -> Outcome:
        """What the evaluator says of it."""
        try:
            return "value", self.evaluator.holds(prop, self.mapping(state), self.mapping(old))
        except EvaluationError as error:
            return "failed", error.kind.value


def compare(request: Request, states_max: int = 400) -> Comparison:
    """Walks a model breadth-first up to a number of states and compares both at each."""
    pair = Pair(request)
    done = Comparison()
    with pair.runner.running():
        level: list[State] = []
        starts: list[dict[str, Any]] = []
        failed = None
        try:
            for _, _, state in pair.runner.initial_states():
                starts.append(pair.mapping(state))
                if state not in level:
                    level.append(state)
        except Exception as error:
            failed = failure(error).kind
        theirs: list[dict[str, Any]] = []
        their_failure = None
        for _, step in pair.evaluator.initial_states():
            if isinstance(step.outcome, Failed):
                their_failure = step.outcome.kind.value
                break
            if isinstance(step.outcome, Reached):
                theirs.append(dict(step.outcome.state))
        _same(done, "initial states", starts, [_with_budgets(one, starts) for one in theirs])
        _same(done, "the error of an initial state", failed, their_failure)
        seen = set(level)
        waiting = list(level)
        while waiting and done.states < states_max and not done.differences:
            state = waiting.pop(0)
            done.states += 1
            following = compare_state(pair, state, done)
            for new in following:
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
    return done


def _with_budgets(state: dict[str, Any], like: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: state.get(name, 0) for name in (like[0] if like else state)}


def compare_state(pair: Pair, state: State, done: Comparison) -> list[State]:
    mine, theirs = pair.python_steps(state), pair.ir_steps(state)
    following: list[State] = []
    for name, rows in mine.items():
        _same(done, f"{name} in {pair.mapping(state)}", _sorted(rows), _sorted(theirs[name]))
        done.steps += len(rows)
        for _, (kind, value) in rows:
            if kind == "reached":
                following.append(tuple(value[one] for one in pair.runner.names))
    for method in pair.runner.declaration.of_kind(*PROPERTIES):
        others = following[:3] if takes_old(method) else [state]
        for new in others:
            _same(
                done,
                f"{method.name} in {pair.mapping(new)}",
                pair.python_property(method, new, state),
                pair.ir_property(pair.properties[method.name], new, state),
            )
    return following


def _sorted(rows: list[tuple[Any, Outcome]]) -> list[tuple[Any, Outcome]]:
    return sorted(rows, key=lambda row: tuple(value_key(one) for one in row[0]))


def _same(done: Comparison, what: str, mine: object, theirs: object) -> None:
    if mine != theirs and len(done.differences) < 5:
        done.differences.append(f"{what}\n  CPython:   {mine}\n  evaluator: {theirs}")
