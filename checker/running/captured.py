"""The captured form of a model beside the running one: says why a property is false, and which left sides of
implications were never true. The verdict never comes from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.ir import nodes as ir
from checker.ir.antecedents import Implication, implications
from checker.ir.evaluate import EvaluationError, Evaluator, budget_variable
from checker.running.runner import Runner, State
from checker.traces.explanation import explain
from checker.verdicts import Untested

CHECKED = (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
"""The kinds of properties whose implications must be tested."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The left side of an implication: whether it is ever true.

    Attributes:
        untested: what to report when it never is.
        holds: evaluates it on a state and, for a step property, on the one before.
        of_step: it is about a step.
    """

    untested: Untested
    holds: Callable[[Any, Any], bool]
    of_step: bool = False


class Captured:
    """A model's IR in the scope of a request.

    Raises:
        Refused: the model says something that the language does not have.
    """

    def __init__(self, model: type) -> None:
        self.ir, self.classes = capture_with_classes(model)
        self._properties = {prop.name: prop for prop in self.ir.properties}

    def probes(self, runner: Runner, only: frozenset[str] | None) -> list[Probe]:
        """One probe for each implication of the properties that are checked."""
        evaluator = self._evaluator(runner)
        return [
            _probe(implication, prop, evaluator, runner)
            for prop in self.ir.properties
            if prop.kind in CHECKED and (only is None or prop.name in only)
            for implication in implications(prop)
        ]

    def why(self, runner: Runner, name: str, state: State, old: State | None) -> str:
        """Why a property is false in a state, or for a step: its smallest false part with its values."""
        evaluator = self._evaluator(runner)
        before = None if old is None else _named(runner, old)
        with runner.running():
            told = explain(
                self.ir,
                LanguageUniverse(self.classes, runner.scope),
                self._properties[name],
                _named(runner, state),
                before,
                evaluator,
            )
        return told.text

    def _evaluator(self, runner: Runner) -> Evaluator:
        return Evaluator(self.ir, LanguageUniverse(self.classes, runner.scope), runner.scope.faults)


def _named(runner: Runner, state: State) -> dict[str, Any]:
    """A state by variable name, budgets that are used up or never given included."""
    named = {budget_variable(fault): 0 for fault in runner.scope.faults}
    named.update(zip(runner.names, state, strict=True))
    return named


def _probe(implication: Implication, prop: ir.Property, evaluator: Evaluator, runner: Runner) -> Probe:
    def holds(state: State, old: State | None) -> bool:
        before = None if old is None else _named(runner, old)
        try:
            return bool(evaluator.evaluate(implication.condition, _named(runner, state), before))
        except EvaluationError:
            return False  # Where the left side has no value, the property has none, and that is reported.

    span = implication.span
    untested = Untested(prop.name, span.file, span.line, implication.text)
    return Probe(untested, holds, prop.kind is ir.PropertyKind.STEP_INVARIANT)
