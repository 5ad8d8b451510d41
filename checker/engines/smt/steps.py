"""Actions and initial methods as transitions: for each binding of the parameters, when it is enabled, when it
cannot be evaluated, and what it makes of the state.

Bindings are *unrolled* (one transition for each: what bounded search wants) or *selected* (one transition
whose arguments are variables of the solver: what induction wants).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.engines.smt.evaluation import Course, Evaluation, Failure, Program, State
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.refused import LACKING, NotYetSmt, located
from checker.engines.smt.sequences import entries_of
from checker.engines.smt.sizes import Form
from checker.engines.smt.statements import Execution, run
from checker.engines.smt.values import Option, Scalar, Value, Variant, as_scalar
from checker.engines.smt.widening import converted
from checker.ir import nodes as ir
from checker.ir.evaluate import budget_variable
from checker.ir.type_of import item_type, type_of
from checker.ir.types import OptionType, RecordType, Type, UnionType

INSTANCES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Transition:
    """One binding of an action, or one whose arguments are variables.

    Attributes:
        action: the action or initial method.
        arguments: the parameters' values, in order.
        enabled: when the binding exists and no guard is false; nothing is said of what fails.
        failures: what has no value, and when.
        after: the state that it leads to, where it is enabled and nothing failed.
        choice: what the variables of the arguments must satisfy.
    """

    action: ir.Action | ir.Initial
    arguments: tuple[Value, ...]
    enabled: Lit
    failures: tuple[Failure, ...]
    after: Mapping[str, Value]
    choice: Lit = TRUE


@dataclass(frozen=True, slots=True)
class Bound:
    """Some parameters with their values."""

    local: dict[str, Value]
    guard: Lit
    course: Course
    is_whole: bool = True


class Steps:
    """The transitions of a model in one scope."""

    def __init__(self, program: Program, faults: Mapping[str, int]) -> None:
        self.program = program
        self.model = program.model
        self.logic = program.algebra.logic
        self._faults = faults

    @property
    def actions(self) -> tuple[ir.Action, ...]:
        """The actions that can happen in the scope: a fault without a budget cannot."""
        return tuple(
            one for one in self.model.actions if one.budget is None or self._faults.get(one.budget, 0) > 0
        )

    # -------------------------------------------------------------- unrolled

    def unrolled(self, action: ir.Action | ir.Initial, state: State) -> Iterator[Transition]:
        """One transition for each binding. Those that cannot be enabled, nor fail, are left out."""
        budget = self.budget_of(action)
        first = Bound({}, TRUE if budget is None else _left(state[budget]), Course())
        for made, bound in enumerate(self._bindings(action, 0, state, first)):
            if made >= INSTANCES_MAX:
                raise NotYetSmt(LACKING["many_instances"].format(most=INSTANCES_MAX), action.span)
            transition = self.taken(action, state, bound)
            if transition.enabled != FALSE or transition.failures:
                yield transition

    def _bindings(
        self, action: ir.Action | ir.Initial, index: int, state: State, bound: Bound
    ) -> Iterator[Bound]:
        if bound.guard == FALSE:
            return
        if index == len(action.parameters):
            yield bound
            return
        parameter = action.parameters[index]
        algebra = self.program.algebra
        if parameter.source is None:
            for form in self._domain(parameter, action):
                local = {**bound.local, parameter.name: algebra.constant(parameter.type, form)}
                yield from self._bindings(action, index + 1, state, Bound(local, bound.guard, bound.course))
            return
        course = Course()
        rows = self._drawn(parameter, state, bound, course)
        if course.failures:
            yield Bound(bound.local, bound.guard, course, is_whole=False)
        for value, guard in rows:
            local = {**bound.local, parameter.name: value}
            held = self.logic.both(bound.guard, guard)
            yield from self._bindings(action, index + 1, state, Bound(local, held, Course()))

    def _domain(self, parameter: ir.Parameter, action: ir.Action | ir.Initial) -> tuple[Form, ...]:
        try:
            return self.program.algebra.domain(parameter.type)
        except NotYetSmt as error:
            span = parameter.span if parameter.span.file else action.span
            raise located(error, span) from error

    def _drawn(
        self, parameter: ir.Parameter, state: State, bound: Bound, course: Course
    ) -> list[tuple[Value, Lit]]:
        """The values that a parameter is drawn from, at its type, and when each is there. Where the
        collection has no value, a binding without this parameter fails: it is kept in the course."""
        assert parameter.source is not None, "it is drawn"
        at = Evaluation(self.program, state, None, dict(bound.local), course)
        with at.under(bound.guard):
            held = at.value(parameter.source)
        kind = item_type(type_of(parameter.source))
        assert kind is not None, "it is drawn from a collection"
        found: list[tuple[Value, Lit]] = []
        for entry in entries_of(at, held):
            guard = self.logic.both(entry.guard, _is_of(at, entry.value, kind, parameter.type))
            if guard != FALSE:
                found.append((converted(at, entry.value, kind, parameter.type), guard))
        return found

    def taken(self, action: ir.Action | ir.Initial, state: State, bound: Bound) -> Transition:
        """The transition of one binding."""
        if not bound.is_whole:
            arguments = tuple(bound.local.values())
            return Transition(action, arguments, FALSE, tuple(bound.course.failures), state)
        course = Course([bound.guard] if bound.guard != TRUE else [], list(bound.course.failures))
        at = Execution(self.program, dict(state), dict(bound.local), course)
        budget = self.budget_of(action)
        if budget is not None:
            at.state[budget] = _spent(state[budget])
        run(at, action.body)
        enabled = self.logic.both(bound.guard, at.is_enabled)
        arguments = tuple(bound.local[one.name] for one in action.parameters)
        return Transition(action, arguments, enabled, tuple(course.failures), at.state)

    def budget_of(self, action: ir.Action | ir.Initial) -> str | None:
        """The entry of the state that an action takes one from."""
        budget = action.budget if isinstance(action, ir.Action) else None
        return None if budget is None else budget_variable(budget)

    # -------------------------------------------------------------- selected

    def selected(self, action: ir.Action | ir.Initial, state: State, prefix: str) -> Transition:
        """One transition whose arguments are variables, the names of which begin with the prefix."""
        budget = self.budget_of(action)
        guard = TRUE if budget is None else _left(state[budget])
        choice, course, local = TRUE, Course(), dict[str, Value]()
        algebra = self.program.algebra
        for parameter in action.parameters:
            name = f"{prefix}.{parameter.name}"
            if parameter.source is None:
                forms = self._domain(parameter, action)
                picks = self._picks(name, len(forms))
                local[parameter.name] = algebra.select(parameter.type, list(zip(picks, forms, strict=True)))
            else:
                rows = self._drawn(parameter, state, Bound(local, guard, course), course)
                picks = self._picks(name, len(rows))
                held = [self.logic.both(pick, lit) for pick, (_, lit) in zip(picks, rows, strict=True)]
                guard = self.logic.both(guard, self.logic.any_of(held))
                cases = [(pick, value) for pick, (value, _) in zip(picks, rows, strict=True)]
                if not cases:
                    guard = FALSE
                    local[parameter.name] = algebra.select(parameter.type, [])
                else:
                    local[parameter.name] = algebra.choose(cases)
            exactly = (self.logic.any_of(picks), self.logic.at_most_one(picks))
            choice = self.logic.all_of((choice, *exactly)) if picks else choice
        made = self.taken(action, state, Bound(local, guard, course))
        return Transition(made.action, made.arguments, made.enabled, made.failures, made.after, choice)

    def _picks(self, name: str, size: int) -> list[Lit]:
        if size == 1:
            return [TRUE]
        return [self.logic.variable(f"{name}.{index}") for index in range(size)]


def _left(budget: Value) -> Lit:
    """Whether any of a budget is left."""
    return as_scalar(budget).alternatives.get(0, FALSE) ^ 1


def _spent(budget: Value) -> Scalar:
    return Scalar({left - 1: lit for left, lit in as_scalar(budget).alternatives.items() if left})


def _is_of(at: Evaluation, value: Value, kind: Type, wanted: Type) -> Lit:
    """Whether an element is of a parameter's type."""
    match value:
        case Variant(cases) if isinstance(wanted, RecordType | UnionType):
            records = (wanted,) if isinstance(wanted, RecordType) else wanted.records
            names = {record.name for record in records}
            return at.logic.any_of([lit for name, (lit, _) in cases.items() if name in names])
        case Option(present, item) if isinstance(wanted, RecordType | UnionType):
            assert isinstance(kind, OptionType), "an option"
            return FALSE if item is None else at.logic.both(present, _is_of(at, item, kind.item, wanted))
        case _:
            return TRUE
