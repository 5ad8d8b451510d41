"""The reference evaluator: what the nodes mean, written as directly as it can be.

Every other engine that works on the IR is tested against it. It computes with ordinary Python values, through
a `Universe`; each expression is compiled once into nested closures. States are mappings from variable names
to values; the remaining budget of a fault `f` is the item `faults.f` (see `budget_variable`). States are
never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.evaluate_expression import compile_expression
from checker.ir.evaluate_statement import CompiledProcedure, Run, compile_body
from checker.ir.partiality import ErrorKind
from checker.ir.unit import NOW, Code, EvaluationError, Library, NotEnabled, Unit
from checker.ir.universe import State, Universe, Value
from checker.ir.values import NoNaturalValue

__all__ = [
    "Disabled", "EvaluationError", "Evaluator", "Failed", "Outcome", "Reached", "Step", "budget_variable",
]  # fmt: skip


def budget_variable(fault: str) -> str:
    """The item of a state that counts how often a fault may still happen. No variable of a model has a
    dot."""
    return f"faults.{fault}"


@dataclass(frozen=True, slots=True)
class Reached:
    """The step led to a state."""

    state: State


@dataclass(frozen=True, slots=True)
class Disabled:
    """A requirement was false: the one at the span."""

    span: ir.Span


@dataclass(frozen=True, slots=True)
class Failed:
    """A partial operation had no value."""

    kind: ErrorKind
    span: ir.Span


Outcome = Reached | Disabled | Failed


@dataclass(frozen=True, slots=True)
class Step:
    """One binding of an action or initial and what it leads to. When the source of a drawn parameter fails,
    the arguments are those before it."""

    arguments: tuple[Value, ...]
    outcome: Outcome


class Evaluator:
    """One model in one scope."""

    def __init__(
        self,
        model: ir.Model,
        universe: Universe,
        faults: Mapping[str, int] | None = None,
        compile_expression: Callable[[Unit, ir.Expr], Code] = compile_expression,
    ) -> None:
        """`faults` gives each fault of the model its budget; one not named has none left.
        `compile_expression` is for those who want to see values on the way.
        """
        self.model = model
        self._budgets = {budget_variable(fault): (faults or {}).get(fault, 0) for fault in model.faults}
        self._library = Library(model, universe, compile_expression)
        procedures: dict[str, CompiledProcedure] = {}
        for procedure in model.procedures:
            procedures[procedure.name] = CompiledProcedure(self._library, procedure, procedures)
        self._procedures = procedures
        self._expressions: dict[int, tuple[ir.Expr, Unit, Code]] = {}
        self._declarations: dict[str, _CompiledDeclaration] = {}

    # -------------------------------------------------------------- expressions

    def evaluate(
        self,
        expr: ir.Expr,
        state: State,
        old: State | None = None,
        local: Mapping[str, Value] | None = None,
    ) -> Value:
        """The value of an expression; compiled when first seen.

        Raises:
            EvaluationError: a partial operation had no value.
            NotEnabled: a `present` had no value (only in expressions of actions).
        """
        known = self._expressions.get(id(expr))
        if known is None:
            unit = Unit(self._library)
            known = self._expressions[id(expr)] = (expr, unit, unit.code(expr))
        _, unit, code = known
        return code(unit.frame(state, old, local or {}))

    def holds(self, prop: ir.Property, state: State, old: State | None = None) -> bool:
        """Whether a property is true. `old` is the state before the step, for properties of steps.

        Raises:
            EvaluationError: a partial operation had no value.
        """
        return bool(self.evaluate(prop.body, state, old))

    # -------------------------------------------------------------- steps

    def run(self, action: ir.Action | ir.Initial, arguments: tuple[Value, ...], state: State) -> Outcome:
        """What one binding of an action leads to."""
        return self._compiled(action).run(arguments, state)

    def steps(self, action: ir.Action, state: State) -> list[Step]:
        """Every binding of an action, in lexicographic order of the parameters' domains, with its outcome.
        Values drawn from a collection come once each, in the total order of `Values.order_key`. No binding at
        all when the action's budget is used up."""
        if action.budget is not None and state[budget_variable(action.budget)] < 1:
            return []
        return list(self._compiled(action).steps(state))

    def initial_states(self) -> list[tuple[str, Step]]:
        """Every binding of every `@initial`, with the initial's name; the natural state (named `init`)
        without one. A variable that has no natural value is missing from the state until it is assigned."""
        natural: dict[str, Value] = dict(self._budgets)
        for variable in self.model.variables:
            with suppress(NoNaturalValue):
                natural[variable.name] = self._library.values.natural(variable.type)
        if not self.model.initials:
            return [("init", Step((), self._complete(Reached(natural), self.model.span)))]
        return [
            (initial.name, Step(step.arguments, self._complete(step.outcome, initial.span)))
            for initial in self.model.initials
            for step in self._compiled(initial).steps(natural)
        ]

    def _complete(self, outcome: Outcome, span: ir.Span) -> Outcome:
        """The outcome of an initial, failed if a variable was left without a value."""
        if not isinstance(outcome, Reached):
            return outcome
        state = outcome.state
        if any(variable.name not in state for variable in self.model.variables):
            return Failed(ErrorKind.UNASSIGNED, span)
        ordered = [*(variable.name for variable in self.model.variables), *self._budgets]
        return Reached({name: state[name] for name in ordered})

    def _compiled(self, declaration: ir.Action | ir.Initial) -> _CompiledDeclaration:
        known = self._declarations.get(declaration.name)
        if known is None or known.declaration is not declaration:
            known = _CompiledDeclaration(self._library, declaration, self._procedures)
            self._declarations[declaration.name] = known
        return known


class _CompiledDeclaration:
    """An action or initial: the domains of its parameters and its body."""

    def __init__(
        self,
        library: Library,
        declaration: ir.Action | ir.Initial,
        procedures: Mapping[str, CompiledProcedure],
    ) -> None:
        self.declaration = declaration
        self._library = library
        self._unit = unit = Unit(library)
        for parameter in declaration.parameters:
            unit.slot(parameter.name)
        self._sources = [
            None if parameter.source is None else unit.code(parameter.source)
            for parameter in declaration.parameters
        ]
        self._body: Run = compile_body(unit, declaration.body, procedures)
        budget = declaration.budget if isinstance(declaration, ir.Action) else None
        self._budget = None if budget is None else budget_variable(budget)

    def run(self, arguments: tuple[Value, ...], state: State) -> Outcome:
        changed = dict(state)
        if self._budget is not None:
            if changed[self._budget] < 1:
                return Disabled(self.declaration.span)
            changed[self._budget] -= 1
        names = (parameter.name for parameter in self.declaration.parameters)
        frame = self._unit.frame(changed, None, dict(zip(names, arguments, strict=True)))
        try:
            self._body(frame)
        except NotEnabled as stop:
            return Disabled(stop.span)
        except EvaluationError as error:
            return Failed(error.kind, error.span)
        reached: State = frame[NOW]
        return Reached(reached)

    def steps(self, state: State, arguments: tuple[Value, ...] = ()) -> Iterator[Step]:
        """All bindings that extend the given arguments, in order."""
        index = len(arguments)
        if index == len(self.declaration.parameters):
            yield Step(arguments, self.run(arguments, state))
            return
        try:
            domain = self._domain(index, arguments, state)
        except EvaluationError as error:
            yield Step(arguments, Failed(error.kind, error.span))
            return
        for value in domain:
            yield from self.steps(state, (*arguments, value))

    def _domain(self, index: int, arguments: tuple[Value, ...], state: State) -> list[Value]:
        parameter, source = self.declaration.parameters[index], self._sources[index]
        if source is None:
            return list(self._library.values.domain(parameter.type))
        earlier = self.declaration.parameters[:index]
        named = {known.name: value for known, value in zip(earlier, arguments, strict=True)}
        drawn = source(self._unit.frame(state, None, named))
        return sorted(dict.fromkeys(drawn), key=self._library.values.order_key(parameter.type))
