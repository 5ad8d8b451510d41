"""What a step may look at: its node's own state and, positively, messages that were sent.

A log of events can be validated in any order that respects each node's own only if a guard, once true, is
not made false by what another node does. So a guard reads no variable of another node, and no message may
make it false.

The walk carries the sign under which an expression counts: `POSITIVE` where more makes the guard true,
`NEGATIVE` where more makes it false, `EITHER` where it cannot be told. A local is read where it is used, with
the sign it has there.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.ir import nodes as ir
from checker.ir.children import Footprints, binders_of, children, expressions_of, walk, walk_statements
from checker.ir.types import (
    BagType,
    MapType,
    PartialType,
    RecordType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)


class Sign(enum.Enum):
    """How the truth of a guard depends on an expression."""

    POSITIVE = "more makes it true"
    NEGATIVE = "more makes it false"
    EITHER = "more may do either"

    @property
    def flipped(self) -> Sign:
        """The sign under a negation."""
        match self:
            case Sign.POSITIVE:
                return Sign.NEGATIVE
            case Sign.NEGATIVE:
                return Sign.POSITIVE
            case Sign.EITHER:
                return Sign.EITHER


class Fault(enum.Enum):
    """What a step looks at, or does, against the convention."""

    NOT_POSITIVE = "looks for messages that were not sent"
    OTHERS = "looks at another node's"
    SHARED = "looks at what no node holds"
    GHOST = "looks at a ghost"
    WRITES = "changes another node's"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One breach.

    Attributes:
        module: the file in which the action is written, without its ending.
        action: the action.
        variable: what it looks at or changes.
        fault: in which way.
        line: where; in a helper, perhaps.
    """

    module: str
    action: str
    variable: str
    fault: Fault = field(compare=False)
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Late:
    """An expression with the locals it may use: what a local stands for."""

    expr: ir.Expr
    locals: Locals


Locals = Mapping[str, tuple[Late, ...]]


@dataclass(slots=True)
class Steps:
    """Walks the steps of one model."""

    model: ir.Model
    found: set[Found] = field(default_factory=set[Found])
    module: str = ""
    action: str = ""
    actor: str | None = None
    guards: bool = True

    def run(self) -> list[Found]:
        """Every breach of every action, in order."""
        nodes = self.node_sorts()
        for action in self.model.actions:
            self.module, self.action = Path(action.span.file).stem, action.name
            self.actor = next((p.name for p in action.parameters if p.type in nodes), None)
            for parameter in action.parameters:
                if parameter.source is not None:
                    self.read(parameter.source, Sign.POSITIVE, {})
            self.block(action.body, {})
        return sorted(self.found)

    def node_sorts(self) -> frozenset[Type]:
        """The sorts whose members hold variables that are no ghosts."""
        return frozenset(
            kind for variable in self.model.variables if not variable.ghost for kind in self.holders(variable)
        )

    def holders(self, variable: ir.Variable) -> tuple[Type, ...]:
        """The sorts by which a variable is divided among nodes."""
        if not isinstance(variable.type, MapType | PartialType):
            return ()
        key = variable.type.key
        parts = key.items if isinstance(key, TupleType) else (key,)
        return tuple(part for part in parts if isinstance(part, SortType) and not part.ordered)

    def variable(self, name: str) -> ir.Variable:
        """A variable by name."""
        return next(variable for variable in self.model.variables if variable.name == name)

    def add(self, fault: Fault, name: str, span: ir.Span) -> None:
        """Notes a breach."""
        self.found.add(Found(self.module, self.action, name, fault, span.line))

    # ------------------------------------------------------------ statements

    def block(self, body: tuple[ir.Statement, ...], before: Locals) -> Locals:
        """Walks statements in order; gives the locals after them."""
        known = dict(before)
        for statement in body:
            self.statement(statement, known)
        return known

    def statement(self, statement: ir.Statement, known: dict[str, tuple[Late, ...]]) -> None:
        """Walks one statement; what it binds is added to `known`."""
        for expr in expressions_of(statement):
            for node in walk(expr):
                if isinstance(node, ir.Present):
                    self.read(node.item, Sign.EITHER, known)
        match statement:
            case ir.Require(condition):
                self.read(condition, Sign.POSITIVE, known)
            case ir.Bind(name, _, value):
                known[name] = (Late(value, dict(known)),)
            case ir.Assign(place, value):
                self.write(place, (value,), known)
            case ir.Mutate(place, ir.Method.DELETE, (key,)):
                inside = ir.Place(place.variable, (*place.path, ir.Key(key)), place.type, span=place.span)
                self.write(inside, (), known)
            case ir.Mutate(place, _, arguments):
                self.write(place, arguments, known)
            case ir.If(condition, then, otherwise) if self.changes(statement):
                self.read(condition, Sign.EITHER, known)
                after = [self.block(part, known) for part in (then, otherwise)]
                for name in {name for one in after for name in one}:
                    known[name] = _distinct(late for one in after for late in one.get(name, ()))
            case ir.ForEach(binder, body):
                self.read(binder.source, Sign.EITHER, known)
                for item in binder.filters:
                    self.read(item, Sign.EITHER, known)
                self.block(body, known)
            case ir.If():
                """It decides about histories alone."""
            case ir.Perform(name, arguments):
                procedure = next(one for one in self.model.procedures if one.name == name)
                self.block(procedure.body, self.given(procedure.parameters, arguments, known))

    def changes(self, statement: ir.Statement) -> bool:
        """Whether a statement may disable the step, or change more than histories."""
        inside = list(walk_statements((statement,)))
        written = Footprints(self.model).of_statement(statement).writes
        stops = any(isinstance(one, ir.Require) for one in inside)
        return stops or any(not self.variable(name).ghost for name in written)

    def write(self, place: ir.Place, values: tuple[ir.Expr, ...], known: Locals) -> None:
        """A node changes its own state, says something, or completes a history."""
        variable = self.variable(place.variable)
        if variable.ghost:
            return
        key = next((step.key for step in place.path if isinstance(step, ir.Key)), None)
        if self.holders(variable) and (key is None or not self.is_actor(key, known)):
            self.add(Fault.WRITES, variable.name, place.span)
        for value in values:
            self.effect(value, known)

    def effect(self, expr: ir.Expr, known: Locals) -> None:
        """What is stored may depend on any messages, but on no other node's variables."""
        self.guards = False
        self.read(expr, Sign.EITHER, known)
        self.guards = True

    def given(
        self, parameters: tuple[ir.Parameter, ...], arguments: tuple[ir.Expr, ...], known: Locals
    ) -> Locals:
        """The locals of a helper when it is called."""
        return {
            parameter.name: (Late(argument, known),)
            for parameter, argument in zip(parameters, arguments, strict=True)
        }

    # ------------------------------------------------------------ expressions

    def read(self, expr: ir.Expr, sign: Sign, known: Locals) -> None:
        """Notes what evaluating an expression under a sign looks at."""
        either, flipped = Sign.EITHER, sign.flipped
        match expr:
            case ir.StateRead(name):
                self.whole(name, sign, expr.span)
            case ir.Local(name):
                for late in known.get(name, ()):
                    self.read(late.expr, sign, late.locals)
            case ir.MapGet(ir.StateRead(name), key) if self.is_own(name, key, known):
                self.read(key, either, known)
            case ir.MapGetOr(ir.StateRead(name), key, default) if self.is_own(name, key, known):
                self.read(key, either, known)
                self.read(default, either, known)
            case ir.Contains(item, ir.StateRead(name)) if self.is_own(name, item, known):
                self.read(item, either, known)
            case ir.Not(item):
                self.read(item, flipped, known)
            case ir.And(items) | ir.Or(items):
                for item in items:
                    self.read(item, sign, known)
            case ir.Ite(condition, then, otherwise):
                self.read(condition, either, known)
                self.read(then, sign, known)
                self.read(otherwise, sign, known)
            case ir.Let(name, value, body):
                self.read(body, sign, {**known, name: (Late(value, known),)})
            case ir.Call(name, arguments):
                function = next(one for one in self.model.functions if one.name == name)
                self.read(function.body, sign, self.given(function.parameters, arguments, known))
            case ir.Forall(binders, body):
                self.bound(binders, flipped, known)
                self.read(body, sign, known)
            case ir.Exists(binders, body):
                self.bound(binders, sign, known)
                self.read(body, sign, known)
            case ir.Build(_, binders, body):
                self.bound(binders, sign, known)
                self.read(body, either, known)
            case ir.Contains(item, collection):
                self.read(item, either, known)
                self.read(collection, sign, known)
            case ir.Subset(left, right) | ir.Less(left, right) | ir.LessEq(left, right):
                self.read(left, flipped, known)
                self.read(right, sign, known)
            case ir.SetOp(op, left, right) if op is not ir.SetOperator.SYMMETRIC_DIFFERENCE:
                self.read(left, sign, known)
                self.read(right, flipped if op is ir.SetOperator.DIFFERENCE else sign, known)
            case (
                ir.SetOfKind(inner) | ir.Convert(inner) | ir.Widen(inner) | ir.Narrow(inner) | ir.Size(inner)
            ):
                self.read(inner, sign, known)
            case ir.Majority(acks, members):
                self.read(acks, sign, known)
                self.read(members, either, known)
            case _:
                self.bound(binders_of(expr), either, known)
                for child in children(expr):
                    self.read(child, either, known)

    def bound(self, binders: tuple[ir.Binder, ...], sign: Sign, known: Locals) -> None:
        """The sources and filters of a quantifier: each element more is a case more."""
        for binder in binders:
            self.read(binder.source, sign, known)
            for item in binder.filters:
                self.read(item, sign, known)

    def whole(self, name: str, sign: Sign, span: ir.Span) -> None:
        """A variable is read as a whole."""
        variable = self.variable(name)
        if variable.ghost:
            self.add(Fault.GHOST, name, span)
        elif _is_network(variable.type):
            if self.guards and sign is not Sign.POSITIVE:
                self.add(Fault.NOT_POSITIVE, name, span)
        elif self.holders(variable):
            self.add(Fault.OTHERS, name, span)
        else:
            self.add(Fault.SHARED, name, span)

    def is_own(self, name: str, key: ir.Expr, known: Locals) -> bool:
        """A variable that nodes hold is read at the acting node."""
        variable = self.variable(name)
        return not variable.ghost and bool(self.holders(variable)) and self.is_actor(key, known)

    def is_actor(self, key: ir.Expr, known: Locals) -> bool:
        """A key is the acting node, or names it among other things."""
        match key:
            case ir.MakeTuple(items):
                return any(self.is_actor(item, known) for item in items)
            case ir.Local(name) if name in known:
                return all(self.is_actor(late.expr, late.locals) for late in known[name])
            case ir.Local(name):
                return name == self.actor
            case _:
                return False


def _is_network(kind: Type) -> bool:
    """A set or bag of records, whoever sent them."""
    return isinstance(kind, SetType | BagType) and isinstance(kind.item, RecordType | UnionType)


def breaches(model: ir.Model) -> list[Found]:
    """What the steps of a captured model look at, or change, against the convention, in order."""
    return Steps(model).run()


def _distinct(held: Iterable[Late]) -> tuple[Late, ...]:
    """Each of them once: a local that no branch changed stands for the same in both."""
    return tuple({id(late): late for late in held}.values())
