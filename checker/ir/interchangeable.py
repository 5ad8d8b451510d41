"""What might tell members of a sort apart, although a permutation of them takes behaviours to behaviours.

The language sees to that, but for one thing. `any` and `all` stop where the answer is known, and so does a
loop in which a `require` is false; over something without order, which element they meet first decides
whether they meet one that has no value. Then a model fails in some of the states that differ in names
alone, and not in others.

A quantifier can be asked for all its elements (`eager`): when none of them fails, no order would have
mattered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.children import (
    Declaration,
    Footprints,
    binders_of,
    children,
    expressions_of,
    walk,
    walk_statements,
)
from checker.ir.guarded import NO_FACTS, Facts, assumed, inside, may_fail
from checker.ir.partiality import statement_error_kinds
from checker.ir.type_of import is_ordered_source, type_of
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)


@dataclass(frozen=True, slots=True)
class Distinction:
    """A place where the order in which members are met may decide whether an evaluation fails.

    Attributes:
        sorts: those whose members are met.
        span: the quantifier or the loop.
        failing: what may have no value.
        in_loop: it is a loop of statements, which is as it is.
    """

    sorts: frozenset[str]
    span: ir.Span
    failing: ir.Span
    in_loop: bool = False


def sorts_in(kind: Type) -> frozenset[str]:
    """The sorts, not the ordered ones, whose members a value of the type may hold."""
    match kind:
        case BoolType() | IntType() | EnumType():
            return frozenset()
        case SortType(name, ordered):
            return frozenset() if ordered else frozenset((name,))
        case QuorumType(sort):
            return sorts_in(sort)
        case OptionType(item) | SetType(item) | SeqType(item) | BagType(item) | ListType(item):
            return sorts_in(item)
        case MapType(key, value) | PartialType(key, value):
            return sorts_in(key) | sorts_in(value)
        case TupleType(items):
            return frozenset[str]().union(*map(sorts_in, items))
        case RecordType(_, fields):
            return frozenset[str]().union(*(sorts_in(item) for _, item in fields))
        case UnionType(records):
            return frozenset[str]().union(*map(sorts_in, records))


def distinctions(model: ir.Model) -> Iterator[Distinction]:
    """Every such place in a model, in the order of its parts."""
    looking = _Looking(model)
    for function in model.functions:
        yield from looking.expression(function.body, NO_FACTS)
    for prop in model.properties:
        yield from looking.expression(prop.body, NO_FACTS)
    steps: list[Declaration] = [*model.initials, *model.actions, *model.procedures]
    for step in steps:
        for parameter in step.parameters:
            if parameter.source is not None:
                yield from looking.expression(parameter.source, NO_FACTS)
        yield from looking.statements(step.body, NO_FACTS)


class _Looking:
    def __init__(self, model: ir.Model) -> None:
        self.functions = {one.name: one for one in model.functions}
        self.procedures = {one.name: one for one in model.procedures}
        self.footprints = Footprints(model)

    # -------------------------------------------------------------- expressions

    def expression(self, expr: ir.Expr, facts: Facts) -> Iterator[Distinction]:
        """The places in an expression."""
        match expr:
            case ir.And(items) | ir.Or(items):
                for item in items:
                    yield from self.expression(item, facts)
                    facts = assumed(facts, item, isinstance(expr, ir.And))
            case ir.Ite(condition, then, otherwise):
                yield from self.expression(condition, facts)
                yield from self.expression(then, assumed(facts, condition))
                yield from self.expression(otherwise, assumed(facts, condition, False))
            case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild():
                yield from self._binding(expr, facts)
            case _:
                for child in children(expr):
                    yield from self.expression(child, facts)

    def _binding(
        self, expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild, facts: Facts
    ) -> Iterator[Distinction]:
        # The sorts whose members are met in an order, so far; what fails after that is decided by it.
        met = frozenset[str]()
        stops = isinstance(expr, ir.Forall | ir.Exists)
        body = (expr.key, expr.value) if isinstance(expr, ir.MapBuild) else (expr.body,)
        for binder in binders_of(expr):
            yield from self._part(binder.source, facts, met, expr.span)
            met |= met_in(binder) if stops else frozenset()
            facts = inside(facts, ir.Binder(binder.name, binder.type, binder.source))
            for condition in binder.filters:
                yield from self._part(condition, facts, met, expr.span)
                facts = assumed(facts, condition)
        for part in body:
            yield from self._part(part, facts, met, expr.span)

    def _part(self, expr: ir.Expr, facts: Facts, met: frozenset[str], span: ir.Span) -> Iterator[Distinction]:
        yield from self.expression(expr, facts)
        failing = may_fail(expr, self.functions, facts) if met else None
        if failing is not None:
            yield Distinction(met, span, failing)

    # -------------------------------------------------------------- statements

    def statements(self, body: Iterable[ir.Statement], facts: Facts) -> Iterator[Distinction]:
        """The places in statements. What a guard tells holds until the state is written."""
        for statement in body:
            for expr in expressions_of(statement) if not isinstance(statement, ir.ForEach) else ():
                yield from self.expression(expr, facts)
            match statement:
                case ir.Require(condition):
                    facts = assumed(facts, condition)
                case ir.If(condition, then, otherwise):
                    yield from self.statements(then, assumed(facts, condition))
                    yield from self.statements(otherwise, assumed(facts, condition, False))
                    facts = self._after(statement, facts)
                case ir.ForEach(binder, inner):
                    yield from self.expression(binder.source, facts)
                    lasting = self._after(statement, facts)
                    yield from self.statements(inner, inside(lasting, binder))
                    yield from self._loop(statement)
                    facts = lasting
                case _:
                    facts = self._after(statement, facts)

    def _loop(self, loop: ir.ForEach) -> Iterator[Distinction]:
        """A turn that disables the step keeps a later one from failing."""
        met = met_in(loop.binder)
        inner = list(self._walked(loop.body))
        disables = any(isinstance(one, ir.Require) or _presents(one) for one in inner)
        if not met or not disables:
            return
        for statement in inner:
            if statement_error_kinds(statement, self.functions):
                yield Distinction(met, loop.span, statement.span, in_loop=True)
                return

    def _walked(self, body: Iterable[ir.Statement]) -> Iterator[ir.Statement]:
        for statement in walk_statements(body):
            yield statement
            if isinstance(statement, ir.Perform):
                yield from self._walked(self.procedures[statement.procedure].body)

    def _after(self, statement: ir.Statement, facts: Facts) -> Facts:
        """The facts that a statement leaves true."""
        written = self.footprints.of_body((statement,)).writes
        bound = {one.name for one in walk_statements((statement,)) if isinstance(one, ir.Bind)}
        return frozenset(
            fact
            for fact in facts
            if not written & self.footprints.of_expression(fact).reads
            and not any(isinstance(node, ir.Local) and node.name in bound for node in walk(fact))
        )


def met_in(binder: ir.Binder) -> frozenset[str]:
    """The sorts that decide in which order a binder meets its elements."""
    return frozenset() if is_ordered_source(type_of(binder.source)) else sorts_in(binder.type)


def _presents(statement: ir.Statement) -> bool:
    return any(isinstance(node, ir.Present) for expr in expressions_of(statement) for node in walk(expr))
