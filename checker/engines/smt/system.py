"""A model in a scope, ready to be asked about: its states as truths, its steps as transitions, and the way
back from truths to what CPython can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checker.capture.model import capture_with_classes
from checker.capture.universe import LanguageUniverse
from checker.engines.request import Request
from checker.engines.smt.algebra import Algebra
from checker.engines.smt.evaluate import evaluate
from checker.engines.smt.evaluation import Evaluation, Program, State
from checker.engines.smt.layout import Layout, Shape, Written
from checker.engines.smt.logic import TRUE, Lit, Logic
from checker.engines.smt.plain_forms import PlainForms
from checker.engines.smt.refused import NotYetSmt, located
from checker.engines.smt.sizes import Form, Sizes
from checker.engines.smt.steps import Steps, Transition
from checker.engines.smt.value_sets import value_sets
from checker.engines.smt.values import Value
from checker.ir import nodes as ir
from checker.ir.evaluate import EvaluationError, Evaluator, Failed, Reached, budget_variable
from checker.ir.types import IntType, Type
from checker.language.declaration import declare
from checker.language.model import make_scope
from checker.language.sequences import Seq
from checker.running.beginning import broken_beginning
from checker.running.captured import Captured
from checker.running.replay import violated_assumption
from checker.running.runner import Runner
from checker.verdicts import Violated


@dataclass(frozen=True)
class Symbolic:
    """A state of which nothing is known but that it is one.

    Attributes:
        values: its variables and budgets.
        truths: all of its truths, by the names of the solver's variables.
        valid: what they must satisfy.
    """

    values: State
    truths: tuple[Lit, ...]
    valid: Lit


class System:
    """A model in the scope of a request.

    Raises:
        Refused, ScopeError, ModelError: as `lockstep check` would say.
        NotYetSmt: the lowering lacks something; while it is used, too.

    Args:
        request: the model and its scope.
        reachable: states have only the values that `value_sets` finds; otherwise all values of their types.
        within: only those of states that so many steps lead to. A step may lead to others, of which a state
            has no truths: nothing may be asked about states behind more steps.
    """

    def __init__(self, request: Request, *, reachable: bool = False, within: int | None = None) -> None:
        self.request = request
        self.model, self.classes = capture_with_classes(request.model)
        self.scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
        sizes = Sizes(
            {sort.__name__: size for sort, size in self.scope.sizes.items()}, dict(self.scope.params)
        )
        self.logic = Logic()
        self.algebra = Algebra(self.logic, sizes)
        self.layout = Layout(self.algebra)
        self.program = Program(self.model, self.algebra, _evaluate)
        self.steps = Steps(self.program, self.scope.faults)
        self.universe = LanguageUniverse(self.classes, self.scope)
        self.forms = PlainForms(self.universe, self.algebra, Seq)
        self.kinds: dict[str, Type] = {one.name: one.type for one in self.model.variables}
        for fault, budget in self.scope.faults.items():
            if fault in self.model.faults:
                self.kinds[budget_variable(fault)] = IntType(0, budget)
        self.unstarted: ir.Span | None = None
        self._written: Written = {}
        self.initial = self._initial_states()
        self.shapes: dict[str, Shape] = (
            value_sets(self.algebra, self.layout, self.steps, self.kinds, self.initial, within)
            if reachable
            else {name: self._shape(name, kind) for name, kind in self.kinds.items()}
        )

    def _shape(self, name: str, kind: Type) -> Shape:
        try:
            return self.layout.shape(kind)
        except NotYetSmt as error:
            raise located(error, self._span(name)) from error

    def _span(self, name: str) -> ir.Span:
        spans = {one.name: one.span for one in self.model.variables}
        return spans.get(name, self.model.span)

    # -------------------------------------------------------------- states

    def symbolic(self, prefix: str) -> Symbolic:
        """A fresh state; the names of its truths begin with the prefix."""
        values, truths, valid = dict[str, Value](), list[Lit](), list[Lit]()
        for name, shape in self.shapes.items():
            fresh = [self.logic.variable(f"{prefix}.{len(truths) + index}") for index in range(shape.width)]
            values[name] = self.layout.value(shape, fresh, self._written)
            valid.append(self.layout.canonical(shape, values[name], fresh))
            truths += fresh
        return Symbolic(values, tuple(truths), self.logic.all_of(valid))

    def truths(self, state: State) -> tuple[Lit, ...]:
        """The truths of a state, in the order of those of a symbolic one.

        What it has from a symbolic state has the truths of that again: these, where that state is valid.
        """
        found: list[Lit] = []
        for name, shape in self.shapes.items():
            found += self.layout.truths(shape, state[name], written=self._written)
        return tuple(found)

    def constant(self, state: Mapping[str, Any]) -> State:
        """A state of the language's own values, by name; budgets may be missing."""
        named = {budget_variable(fault): budget for fault, budget in self.scope.faults.items()}
        named = {name: left for name, left in named.items() if name in self.kinds}
        return {
            name: self.algebra.constant(kind, self.forms.form(kind, {**named, **state}[name]))
            for name, kind in self.kinds.items()
        }

    def _initial_states(self) -> list[State]:
        """The initial states, each once; those that cannot be evaluated are left out."""
        evaluator = Evaluator(self.model, self.universe, self.scope.faults)
        found: dict[tuple[Form, ...], State] = {}
        for _, step in evaluator.initial_states():
            if isinstance(step.outcome, Failed):
                self.unstarted = step.outcome.span
            if isinstance(step.outcome, Reached):
                state = step.outcome.state
                forms = tuple(self.forms.form(kind, state[name]) for name, kind in self.kinds.items())
                found.setdefault(forms, self.constant(state))
        return list(found.values())

    def starts(self) -> list[tuple[State, Lit]]:
        """The initial states, each with the condition under which it is one."""
        return [(state, TRUE) for state in self.initial]

    # -------------------------------------------------------------- properties

    def properties(self, kind: ir.PropertyKind) -> tuple[ir.Property, ...]:
        """The properties of a kind that the request asks for: of constraints those that count, of invariants
        those to check, otherwise all."""
        request = self.request
        wanted = None
        if kind is ir.PropertyKind.CONSTRAINT:
            wanted = request.constraints
        elif kind in (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT):
            wanted = request.only
        found = [one for one in self.model.properties if one.kind is kind]
        return tuple(one for one in found if wanted is None or one.name in wanted)

    def holds(self, prop: ir.Property, now: State, old: State | None = None) -> Lit:
        """Whether a property has a value and is true."""
        at = Evaluation(self.program, now, old)
        truth = at.truth(prop.body)
        return self.logic.both(truth, at.failed ^ 1)

    def unrolled(self, state: State) -> list[Transition]:
        """Every transition from a state, each binding on its own."""
        return [one for action in self.steps.actions for one in self.steps.unrolled(action, state)]


def _evaluate(at: Evaluation, expr: ir.Expr) -> Value:
    """The evaluator; what it cannot lower is said with the innermost line."""
    try:
        return evaluate(at, expr)
    except NotYetSmt as error:
        raise located(error, expr.span) from error


def broken_before(request: Request) -> Violated | None:
    """What is wrong before any step: the first assumption about the parameters that does not hold, or an
    initial state that stands for none of a model that is refined."""
    model, classes = capture_with_classes(request.model)
    scope = make_scope(declare(request.model), request.scope, request.params, request.faults, None)
    evaluator = Evaluator(model, LanguageUniverse(classes, scope), scope.faults)
    for prop in model.properties:
        if prop.kind is not ir.PropertyKind.ASSUME:
            continue
        try:
            held = evaluator.holds(prop, {})
        except EvaluationError:
            held = False
        if not held:
            return violated_assumption(request, prop.name)
    return broken_beginning(Runner(request), Captured(request.model))
