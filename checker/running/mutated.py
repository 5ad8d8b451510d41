"""What became of a mutant, and the proof of it: the behaviour that shows its mistake, run again.

No class of Python has the mistake, so it is the reference evaluator of the IR that runs the mutant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from checker.ir import nodes as ir
from checker.ir.evaluate import Disabled, EvaluationError, Evaluator, Failed, Outcome, Reached
from checker.ir.universe import State, Universe
from checker.running.plain_form import to_plain
from checker.traces.trace import Attempt, Step, Trace
from checker.verdicts import Why

Fate: TypeAlias = Literal["killed", "survived", "narrower", "equivalent", "truncated"]
"""A property is violated; none is, in the whole scope; none can be, for it goes nowhere that the model does
not go from the same state; it has the very graph of the model; or the search ended before anything could be
said. All of it at the scope."""


WRONG = ("deadlock", "evaluation")
"""What stands for itself where no property is broken, in the order in which it is named."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the model itself does in the scope.

    Attributes:
        covers: those that it reaches.
        fired: the actions that happen.
    """

    covers: frozenset[str]
    fired: frozenset[str]


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of one mutant.

    Attributes:
        number: the mutant's.
        property: what noticed a killed one; "deadlock" and "evaluation" stand for themselves.
        kind: "invariant", "step_invariant", "deadlock" or "evaluation".
        trace: how a killed one shows its mistake, by a shortest way.
        lost: what one that no property noticed no longer does: covers, then actions.
        distinct: states found.
        why: what a truncated search ran into.
        broken: all that a killed one breaks in the scope, in the order of the model, then of `WRONG`; None
            where that was not asked.
        cut: what the search for that ran into; then it may break more.
    """

    number: int
    fate: Fate
    distinct: int
    property: str | None = None
    kind: str | None = None
    trace: Trace | None = None
    lost: tuple[str, ...] = ()
    why: Why | None = None
    broken: tuple[str, ...] | None = None
    cut: Why | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a search says is wrong with a mutant, in values.

    Attributes:
        kind: "invariant", "step_invariant", "deadlock" or "error".
        subject: of an error: "initial", "action", or the kind of property that cannot be evaluated.
        name: the property's.
        initial: the initial method's number and its arguments.
        steps: the numbers of actions and their arguments; of an action's error the last cannot be taken.
    """

    kind: str
    subject: str
    name: str | None
    initial: tuple[int, tuple[Any, ...]]
    steps: tuple[tuple[int, tuple[Any, ...]], ...]


class Unconfirmed(Exception):
    """The reference evaluator does not do what an engine says."""


def compare_beginnings(right: Evaluator, wrong: Evaluator) -> tuple[bool, bool]:
    """Whether a mutant begins otherwise than the model, and whether it begins where the model does not."""
    before, after = [
        [
            (name, one.arguments, None if isinstance(one.outcome, Failed) else one.outcome)
            for name, one in evaluator.initial_states()
            if not isinstance(one.outcome, Disabled)
        ]
        for evaluator in (right, wrong)
    ]
    known = [outcome for _, _, outcome in before]
    return before != after, any(outcome is None or outcome not in known for _, _, outcome in after)


class Rerun:
    """Runs behaviours of one mutant again.

    Args:
        model: with the mistake.
        universe: makes values of the language, so that a trace can be shown.
        faults: the budget of each.
    """

    def __init__(self, model: ir.Model, universe: Universe, faults: Mapping[str, int]) -> None:
        self._model = model
        self._faults = {name: count for name, count in faults.items() if count}
        self._evaluator = Evaluator(model, universe, faults)

    def trace(
        self, shown: Shown, scope: tuple[tuple[str, int], ...], params: tuple[tuple[str, int], ...]
    ) -> Trace:
        """The behaviour, whose end is as bad as it is said to be.

        Raises:
            Unconfirmed: it is not.
        """
        if (shown.kind, shown.subject) == ("error", "initial"):
            return self._no_beginning(shown, scope, params)
        state, steps = self._begin(shown), list[Step]()
        initial = self._initial_step(shown, state)
        old: State | None = None
        attempt: Attempt | None = None
        for at, (number, arguments) in enumerate(shown.steps):
            action = self._model.actions[number]
            outcome = self._evaluator.run(action, arguments, state)
            if at + 1 == len(shown.steps) and (shown.kind, shown.subject) == ("error", "action"):
                attempt = self._attempt(action, arguments, outcome)
                break
            if not isinstance(outcome, Reached):
                raise Unconfirmed(f"{action.name}{arguments} is not enabled")
            old, state = state, outcome.state
            kind = "action" if action.budget is None else f"fault:{action.budget}"
            named = self._named(action, arguments)
            steps.append(
                Step(action.name, named, self._plain(state), action.span.file, action.span.line, kind)
            )
        if attempt is None:
            self._confirm(shown, state, old)
        return Trace(
            self._model.name, scope, params, tuple(self._faults.items()), initial, tuple(steps),
            shown.name if attempt is None else None, attempt=attempt,
        )  # fmt: skip

    def _no_beginning(
        self, shown: Shown, scope: tuple[tuple[str, int], ...], params: tuple[tuple[str, int], ...]
    ) -> Trace:
        """A trace without a state: a way to begin cannot be evaluated."""
        initial = self._model.initials[shown.initial[0]]
        outcomes = [one.outcome for name, one in self._evaluator.initial_states() if name == initial.name]
        if not any(isinstance(one, Failed) for one in outcomes):
            raise Unconfirmed(f"{initial.name} can be evaluated")
        start = Step(initial.name, (), (), initial.span.file, initial.span.line)
        return Trace(self._model.name, scope, params, tuple(self._faults.items()), start, (), None)

    def _begin(self, shown: Shown) -> State:
        number, arguments = shown.initial
        for name, step in self._evaluator.initial_states():
            same = not self._model.initials or (
                self._model.initials[number].name == name and step.arguments == arguments
            )
            if same and isinstance(step.outcome, Reached):
                return step.outcome.state
        raise Unconfirmed("there is no such initial state")

    def _initial_step(self, shown: Shown, state: State) -> Step:
        if not self._model.initials:
            return Step("init", (), self._plain(state))
        initial = self._model.initials[shown.initial[0]]
        named = self._named(initial, shown.initial[1])
        return Step(initial.name, named, self._plain(state), initial.span.file, initial.span.line)

    def _named(self, item: ir.Action | ir.Initial, arguments: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
        pairs = zip(item.parameters, arguments, strict=False)
        return tuple((one.name, to_plain(value)) for one, value in pairs)

    def _plain(self, state: State) -> tuple[tuple[str, Any], ...]:
        names = [one.name for one in self._model.variables]
        budgets = [f"faults.{name}" for name in self._faults]
        return tuple((name, to_plain(state[name])) for name in (*names, *budgets))

    def _attempt(self, action: ir.Action, arguments: tuple[Any, ...], outcome: Outcome) -> Attempt:
        if len(arguments) == len(action.parameters) and not isinstance(outcome, Failed):
            raise Unconfirmed(f"{action.name}{arguments} can be evaluated")
        span = outcome.span if isinstance(outcome, Failed) else action.span
        return Attempt(action.name, self._named(action, arguments), span.file, span.line)

    def _confirm(self, shown: Shown, state: State, old: State | None) -> None:
        if shown.kind == "deadlock":
            for action in self._model.actions:
                if any(isinstance(one.outcome, Reached) for one in self._evaluator.steps(action, state)):
                    raise Unconfirmed(f"{action.name} is enabled")
            return
        prop = next(one for one in self._model.properties if one.name == shown.name)
        try:
            holds = self._evaluator.holds(prop, state, old)
        except EvaluationError:
            if shown.kind != "error":
                raise Unconfirmed(f"{prop.name} cannot be evaluated") from None
            return
        if shown.kind == "error" or holds:
            raise Unconfirmed(f"{prop.name} is {'true' if holds else 'false'}")
