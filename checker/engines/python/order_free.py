"""Looks for evaluations that fail in some order of what has none, beside CPython, which takes one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from checker.capture.universe import LanguageUniverse
from checker.ir import evaluate
from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator, Failed, budget_variable
from checker.language.declaration import Method
from checker.language.errors import EvaluationError
from checker.running.runner import Runner, State


class OrderFree:
    """A model whose quantifiers look at all their elements, in the scope of a runner."""

    def __init__(self, model: ir.Model, classes: Mapping[str, type], runner: Runner) -> None:
        self._runner = runner
        self._evaluator = Evaluator(model, LanguageUniverse(classes, runner.scope), runner.scope.faults)
        self._actions = {action.name: action for action in model.actions}
        self._properties = {prop.name: prop for prop in model.properties}

    def property_fails(self, method: Method, state: State, old: State | None) -> None:
        """Raises EvaluationError where the property fails in some order."""
        before = None if old is None else self._named(old)
        try:
            self._evaluator.holds(self._properties[method.name], self._named(state), before)
        except evaluate.EvaluationError as error:
            _raise(error.span)

    def action_fails(self, name: str, state: State) -> None:
        """Raises EvaluationError where a binding of the action fails in some order."""
        for step in self._evaluator.steps(self._actions[name], self._named(state)):
            if isinstance(step.outcome, Failed):
                _raise(step.outcome.span)

    def _named(self, state: State) -> dict[str, Any]:
        named: dict[str, Any] = {budget_variable(fault): 0 for fault in self._runner.scope.faults}
        named.update(zip(self._runner.names, state, strict=True))
        return named


def _raise(span: ir.Span) -> NoReturn:
    raise EvaluationError("order", f"{span.file}:{span.line}: this has no value in some order")
