"""Contexts: an action, and which atoms of its guards and branches were true when it was tried.

Two steps in one context have taken the same way through the action: a set of steps that has each context once
is much smaller than one that has each step, and shows almost as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.ir import nodes as ir
from checker.ir.evaluate import Evaluator, budget_variable
from checker.ir.evaluate_expression import compile_expression
from checker.ir.unit import Code, Frame, Unit
from checker.running.runner import Runner, State

Truths: TypeAlias = tuple[tuple[int, bool], ...]
"""The number of each atom that was evaluated, and whether it was true, in the order of evaluation."""


@dataclass(frozen=True, slots=True)
class Context:
    """One way through an action."""

    action: str
    truths: Truths


class Contexts:
    """Tells the context of a step.

    Raises:
        Refused: the model says something that the language does not have.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        model, classes = capture_with_classes(runner.request.model)
        self._actions = {action.name: action for action in model.actions}
        self._numbers = {id(atom): number for number, atom in enumerate(_atoms(model))}
        self._kept = model  # atoms are known by their identity
        self._seen: list[tuple[int, bool]] = []
        universe = LanguageUniverse(classes, runner.scope)
        self._evaluator = Evaluator(model, universe, runner.scope.faults, self._compile)

    def of(self, action: str, arguments: tuple[Any, ...], state: State) -> Context:
        """The context of a step from a state, enabled or not."""
        named: dict[str, Any] = {budget_variable(fault): 0 for fault in self._runner.scope.faults}
        named.update(zip(self._runner.names, state, strict=True))
        self._seen = []
        self._evaluator.run(self._actions[action], arguments, named)
        return Context(action, tuple(dict.fromkeys(self._seen)))

    def _compile(self, unit: Unit, expr: ir.Expr) -> Code:
        code = compile_expression(unit, expr)
        number = self._numbers.get(id(expr))
        if number is None:
            return code

        def recorded(frame: Frame) -> Any:
            value = code(frame)
            self._seen.append((number, bool(value)))
            return value

        return recorded


def _atoms(model: ir.Model) -> Iterator[ir.Expr]:
    """The boolean leaves of what decides a step's way, those of the helpers it asks included."""
    functions: dict[str, ir.Function] = {function.name: function for function in model.functions}
    asked: dict[str, bool] = {}
    bodies = [action.body for action in model.actions] + [one.body for one in model.procedures]
    for body in bodies:
        for condition in _conditions(body):
            yield from _leaves(condition, functions, asked)


def _conditions(body: tuple[ir.Statement, ...]) -> Iterator[ir.Expr]:
    for statement in body:
        match statement:
            case ir.Require(condition):
                yield condition
            case ir.If(condition, then, otherwise):
                yield condition
                yield from _conditions(then)
                yield from _conditions(otherwise)
            case ir.ForEach(_, inner):
                yield from _conditions(inner)
            case _:
                pass


def _leaves(expr: ir.Expr, functions: Mapping[str, ir.Function], asked: dict[str, bool]) -> Iterator[ir.Expr]:
    match expr:
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from _leaves(item, functions, asked)
        case ir.Not(item):
            yield from _leaves(item, functions, asked)
        case ir.Ite(condition, then, otherwise):
            for item in (condition, then, otherwise):
                yield from _leaves(item, functions, asked)
        case ir.Let(_, _, body):
            yield from _leaves(body, functions, asked)
        case ir.Call(function):
            if function not in asked:
                asked[function] = True
                yield from _leaves(functions[function].body, functions, asked)
        case _:
            yield expr
