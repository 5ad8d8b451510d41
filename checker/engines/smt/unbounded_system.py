"""A model for every scope: any number of members of each sort, integers without bounds, any number of
faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checker.capture.model import capture_with_classes
from checker.engines.request import Request
from checker.engines.smt import z3_library as z3
from checker.engines.smt.evaluation import Course, Evaluation, Program, State
from checker.engines.smt.logic import FALSE, TRUE, Lit, Logic
from checker.engines.smt.refused import NotYetSmt, located
from checker.engines.smt.steps import Bound, Steps, Transition
from checker.engines.smt.system import Symbolic
from checker.engines.smt.unbounded_algebra import UnboundedAlgebra
from checker.engines.smt.unbounded_evaluate import elements, evaluate_unbounded, first_of, quantified, quorum
from checker.engines.smt.values import MapFunction, Option, Product, SetPredicate, Value, number
from checker.engines.smt.widening import converted
from checker.engines.smt.z3_library import Term
from checker.ir import nodes as ir
from checker.ir.children import expressions_of, walk, walk_statements
from checker.ir.type_of import item_type, type_of
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    TupleType,
    Type,
    show_type,
)


class UnboundedSteps(Steps):
    """Transitions whose arguments are constants of the solver."""

    def __init__(self, program: Program) -> None:
        super().__init__(program, {})

    @property
    def actions(self) -> tuple[ir.Action, ...]:
        """All actions: of faults any number may happen."""
        return self.model.actions

    def budget_of(self, action: ir.Action | ir.Initial) -> str | None:
        """None: budgets are dropped."""
        return None

    def selected(self, action: ir.Action | ir.Initial, state: State, prefix: str) -> Transition:
        """One transition for all bindings."""
        algebra = self.program.algebra
        assert isinstance(algebra, UnboundedAlgebra), "the program has no bounds"
        guard, course, local = TRUE, Course(), dict[str, Value]()
        for parameter in action.parameters:
            value = _argument(algebra, parameter.type, f"{prefix}.{parameter.name}")
            if parameter.source is not None:
                at = Evaluation(self.program, state, None, dict(local), course)
                with at.under(guard):
                    guard = self.logic.both(guard, _drawn(at, parameter, value))
            local[parameter.name] = value
        return self.taken(action, state, Bound(local, guard, course))


def _argument(algebra: UnboundedAlgebra, kind: Type, name: str) -> Value:
    if isinstance(kind, QuorumType):
        return quorum(algebra, kind, z3.constant(name, f"Quorum.{kind.sort.name}"))
    return algebra.shaped(kind, name, z3.constant)


def _drawn(at: Evaluation, parameter: ir.Parameter, value: Value) -> Lit:
    """Whether a value is in the collection that a parameter is drawn from."""
    source = parameter.source
    assert source is not None, "it is drawn"
    held, item = at.value(source), item_type(type_of(source))
    assert item is not None, "it is drawn from a collection"
    wide = converted(at, value, parameter.type, item)
    if isinstance(held, SetPredicate):
        return held.holds(wide)
    return at.logic.any_of(
        [
            quantified(at, one.bound, at.logic.both(one.guard, at.algebra.equal(one.value, wide)))
            for one in elements(at, held)
        ]
    )


class UnboundedSystem:
    """A model for every scope.

    Raises:
        Refused: the model says something that the language does not have.
        NotYetSmt: it needs a count; while it is used, too.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.model, self.classes = capture_with_classes(request.model)
        self.logic = Logic()
        self.algebra = UnboundedAlgebra(self.logic)
        self.program = Program(self.model, self.algebra, evaluate_unbounded)
        self.steps = UnboundedSteps(self.program)

    # -------------------------------------------------------------- states

    def symbolic(self, prefix: str) -> Symbolic:
        """A state of which nothing is known."""
        values = {one.name: self._variable(one, prefix) for one in self.model.variables}
        self._remember(prefix, values)
        return Symbolic(values, (), TRUE)

    def _variable(self, variable: ir.Variable, prefix: str) -> Value:
        """What a variable holds. Raises NotYetSmt with its line."""
        try:
            return self._place(variable.type, f"{prefix}.{variable.name}", ())
        except NotYetSmt as error:
            raise located(error, variable.span) from error

    def _remember(self, name: str, values: dict[str, Value]) -> None:
        """Maps know which state they come from."""
        for variable, value in values.items():
            if isinstance(value, MapFunction):
                values[variable] = replace(value, base=name)
        self.algebra.states[name] = dict(values)

    def _place(self, kind: Type, path: str, arguments: tuple[Term, ...]) -> Value:
        """What a place holds: functions of the keys on the way to it."""
        match kind:
            case SetType(item):
                return SetPredicate(lambda asked: self._related(path, item, asked, arguments), item)
            case MapType(key, value) | PartialType(key, value):
                partial = isinstance(kind, PartialType)
                return MapFunction(lambda asked: self._row(path, key, value, asked, arguments, partial), key)
            case _:
                return self.algebra.shaped(kind, path, lambda at, sort: _applied(at, sort, arguments))

    def _related(self, path: str, item: Type, asked: Value, arguments: tuple[Term, ...]) -> Lit:
        logic = self.logic
        found: list[Lit] = []
        for name, lit, terms in self.algebra.rows(item, asked):
            if lit != FALSE:
                held = logic.atom(_applied(f"{path}:{name}", "Bool", (*arguments, *terms)))
                found.append(logic.both(lit, held))
        return logic.any_of(found)

    def _row(
        self, path: str, key: Type, value: Type, asked: Value, arguments: tuple[Term, ...], partial: bool
    ) -> tuple[Lit, Value]:
        logic = self.logic
        cases: list[tuple[Lit, Value]] = []
        present: list[tuple[Lit, Lit]] = []
        for name, lit, terms in self.algebra.rows(key, asked):
            if lit != FALSE:
                more = (*arguments, *terms)
                cases.append((lit, self._place(value, f"{path}[{name}]", more)))
                present.append(
                    (lit, logic.atom(_applied(f"{path}[{name}]?", "Bool", more)) if partial else TRUE)
                )
        there = logic.choice(present) if partial else TRUE
        return there, self.algebra.choose(cases)

    def starts(self) -> list[tuple[State, Lit]]:
        """The initial states: one for all bindings of each `@initial`."""
        natural: dict[str, Value] = {}
        for one in self.model.variables:
            value = self._natural(one.type)
            if value is not None:
                natural[one.name] = value
        self._remember("natural", natural)
        if not self.model.initials:
            return [(natural, TRUE)]
        found: list[tuple[State, Lit]] = []
        for initial in self.model.initials:
            made = self.steps.selected(initial, natural, f"start.{initial.name}")
            failed = [one.when ^ 1 for one in made.failures]
            found.append((made.after, self.logic.all_of([made.enabled, *failed])))
        return found

    def _natural(self, kind: Type) -> Value | None:
        """What a variable starts as; None where it must be assigned."""
        match kind:
            case BoolType():
                return FALSE
            case IntType(low):
                return number(low) if isinstance(low, int) else None
            case EnumType():
                return number(0)
            case SortType(_, ordered):
                return first_of(kind) if ordered else None
            case OptionType():
                return Option(FALSE, None)
            case RecordType(_, fields):
                return self._natural_parts([item for _, item in fields])
            case TupleType(items):
                return self._natural_parts(list(items))
            case SetType(item):
                return SetPredicate(lambda asked: FALSE, item)
            case MapType(key, value):
                inner = self._natural(value)
                return None if inner is None else MapFunction(lambda asked: (TRUE, inner), key)
            case PartialType(key, value):
                return MapFunction(lambda asked: (FALSE, self._place(value, "absent", ())), key)
            case _:
                raise NotYetSmt(f"a variable of type {show_type(kind)} is not lowered for every scope")

    def _natural_parts(self, kinds: list[Type]) -> Value | None:
        parts = [self._natural(kind) for kind in kinds]
        return None if None in parts else Product(tuple(part for part in parts if part is not None))

    # -------------------------------------------------------------- properties

    def properties(self, kind: ir.PropertyKind) -> tuple[ir.Property, ...]:
        """The properties of a kind that are asked for."""
        only = self.request.only
        checked = kind in (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
        found = [one for one in self.model.properties if one.kind is kind]
        found = [one for one in found if only is None or not checked or one.name in only]
        for one in found:
            if one.refinement is not None:
                fact = f"the refinement '{one.name}' can be proved at a scope, and not for every one"
                raise NotYetSmt(fact, one.span)
        return tuple(found)

    def holds(self, prop: ir.Property, now: State, old: State | None = None) -> Lit:
        """Whether a property has a value and is true."""
        at = Evaluation(self.program, now, old)
        truth = at.truth(prop.body)
        return self.logic.both(truth, at.failed ^ 1)

    # -------------------------------------------------------------- what is assumed

    def axioms(self) -> list[tuple[str, Term]]:
        """What every scope satisfies: orders are total, quorums intersect, the model's assumptions hold."""
        found: list[tuple[str, Term]] = []
        for sort in self.model.sorts:
            if sort.ordered:
                found.append((f"{sort.name} is totally ordered", _total_order(self.algebra, sort)))
        for name in _quorums(self.model):
            found.append((f"any two quorums of {name} intersect", _intersecting(name)))
        for prop in self.properties(ir.PropertyKind.ASSUME):
            found.append((f"{prop.name}", self.algebra.terms.of(self.holds(prop, {}))))
        return found


def _applied(name: str, sort: str, arguments: tuple[Term, ...]) -> Term:
    if not arguments:
        return z3.constant(name, sort)
    return z3.applied(z3.function(name, [z3.sort_of(one) for one in arguments], sort), arguments)


def _total_order(algebra: UnboundedAlgebra, sort: SortType) -> Term:
    below: Callable[[Term, Term], Term] = algebra.at_most(sort)
    a, b, c = [z3.constant(name, sort.name) for name in "abc"]
    least = first_of(sort).cases[0][0]
    both, either, no = z3.conjunction, z3.disjunction, z3.negation
    return both(
        [
            z3.for_all([a, b], either([below(a, b), below(b, a)])),
            z3.for_all([a, b], either([no(below(a, b)), no(below(b, a)), z3.equal(a, b)])),
            z3.for_all([a, b, c], either([no(below(a, b)), no(below(b, c)), below(a, c)])),
            z3.for_all([a], below(least, a)),
        ]
    )


def _intersecting(sort: str) -> Term:
    member = z3.function(f"Quorum.{sort}.has", [f"Quorum.{sort}", sort], "Bool")
    q, r = [z3.constant(name, f"Quorum.{sort}") for name in "qr"]
    a = z3.constant("a", sort)
    both = z3.conjunction([z3.applied(member, [q, a]), z3.applied(member, [r, a])])
    return z3.for_all([q, r], z3.exists([a], both))


def _quorums(model: ir.Model) -> list[str]:
    """The sorts of whose quorums the model speaks."""
    found: dict[str, None] = {}
    starts: tuple[ir.Action | ir.Initial, ...] = (*model.actions, *model.initials)
    for start in starts:
        for parameter in start.parameters:
            if isinstance(parameter.type, QuorumType):
                found[parameter.type.sort.name] = None
    tops = [*(one.body for one in model.functions), *(one.body for one in model.properties)]
    for body in (*(one.body for one in starts), *(one.body for one in model.procedures)):
        tops += [expr for statement in walk_statements(body) for expr in expressions_of(statement)]
    for expr in (part for top in tops for part in walk(top)):
        if isinstance(expr, ir.Domain) and isinstance(expr.item, QuorumType):
            found[expr.item.sort.name] = None
    return list(found)
