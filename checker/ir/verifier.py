"""Checks a model against the rules of the IR. A broken rule is the product's own mistake, never the model
author's.

Scoping: locals are bound on every path before they are read, each name once (`Bind` may give it again); calls
match their helpers, which do not recurse. Statements: `PLACES` says where what may stand; loops over a source
without order only do writes that commute; bounded stores pass through `Fit`. Types: see `typing_rules`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from checker.ir import nodes as ir
from checker.ir.children import Footprints, expressions_of, named_children, walk, walk_statements
from checker.ir.statement_rules import argument_fault, commuting_fault, mutation_fault
from checker.ir.type_of import agree, is_ordered_source, item_type, type_of
from checker.ir.types import (
    BagType,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)
from checker.ir.typing_rules import binder_fault, condition_fault, field_type, store_fault, typing_fault


class BrokenIR(AssertionError):
    """A rule of the IR is broken.

    Attributes:
        path: the way from the model to the node, such as `action promise.body[1].condition`.
        fact: what is wrong there.
        span: the place in the source, if known.
    """

    def __init__(self, path: str, fact: str, span: ir.Span = ir.NOWHERE) -> None:
        place = f" ({span.file}:{span.line})" if span.file else ""
        super().__init__(f"{path}{place}: {fact}")
        self.path = path
        self.fact = fact
        self.span = span


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the expressions of a kind of declaration may hold."""

    old: bool = False
    present: bool = False


PLACES: Mapping[str, Allowed] = {
    "action": Allowed(present=True),
    "initial": Allowed(present=True),
    "procedure": Allowed(present=True),
    "function": Allowed(),
    "invariant": Allowed(),
    "step_invariant": Allowed(old=True),
    "cover": Allowed(old=True),
    "constraint": Allowed(),
    "assume": Allowed(),
    "terminal": Allowed(),
}
"""Where reads of the old state and `present` may stand, by kind of declaration. (`require` stands in
statements, which only actions, initials and procedures have.)"""

Scope = dict[str, Type]


def verify(model: ir.Model) -> None:
    """Checks the whole model.

    Raises:
        BrokenIR: a rule is broken; the first place in the order of the model.
    """
    _Verifier(model).run()


@dataclass(slots=True)
class _Declaration:
    """The names bound so far in one declaration, and what it allows."""

    allowed: Allowed
    bound: set[str] = field(default_factory=set[str])
    assigned: set[str] = field(default_factory=set[str])


class _Verifier:
    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._variables = {variable.name: variable for variable in model.variables}
        self._functions = {function.name: function for function in model.functions}
        self._procedures = {procedure.name: procedure for procedure in model.procedures}
        self._sorts = {sort.name: sort for sort in model.sorts}
        self._enums = {kind.name: kind for kind in model.enums}
        self._records = {record.name: record for record in model.records}

    def run(self) -> None:
        model = self._model
        self._names()
        for record in model.records:
            for name, field_kind in record.fields:
                self._type(field_kind, f"record {record.name}.{name}", stored=True)
        for variable in model.variables:
            self._type(variable.type, f"variable {variable.name}", stored=True)
        self._recursion()
        for function in model.functions:
            path, declaration = f"function {function.name}", _Declaration(PLACES["function"])
            scope = self._parameters(function.parameters, declaration, path, drawn=False)
            self._expr(function.body, scope, declaration, f"{path}.body")
            if not agree(type_of(function.body), function.result):
                found = f"{show_type(type_of(function.body))} is returned as {show_type(function.result)}"
                raise BrokenIR(path, found, function.span)
        for kind, group in (
            ("procedure", model.procedures),
            ("initial", model.initials),
            ("action", model.actions),
        ):
            for item in group:
                self._body_of(item, kind)
        for prop in model.properties:
            path = f"{prop.kind.value} {prop.name}"
            self._expr(prop.body, {}, _Declaration(PLACES[prop.kind.value]), f"{path}.body")
            _fail(condition_fault(prop.body), path, prop.span)

    # -------------------------------------------------------------- declarations

    def _names(self) -> None:
        model = self._model
        types: list[str] = [sort.name for sort in model.sorts]
        types += [kind.name for kind in model.enums] + [record.name for record in model.records]
        helpers: list[str] = [item.name for item in model.functions] + [
            item.name for item in model.procedures
        ]
        steps: list[str] = [item.name for item in model.initials] + [item.name for item in model.actions]
        properties = [item.name for item in model.properties]
        variables = [variable.name for variable in model.variables]
        for names in (types, [*variables, *model.params, *helpers, *steps, *properties]):
            twice = next((name for name, count in Counter[str](names).items() if count > 1), None)
            if twice is not None:
                raise BrokenIR("model", f"{twice} is declared twice", model.span)

    def _body_of(self, item: ir.Action | ir.Initial | ir.Procedure, kind: str) -> None:
        path, declaration = f"{kind} {item.name}", _Declaration(PLACES[kind])
        scope = self._parameters(item.parameters, declaration, path, drawn=kind != "procedure")
        if isinstance(item, ir.Action):
            if item.budget is not None and item.budget not in self._model.faults:
                raise BrokenIR(path, f"no fault is named {item.budget}", item.span)
            self._ghosts(item, path)
        self._block(item.body, scope, declaration, f"{path}.body")

    def _parameters(
        self, parameters: tuple[ir.Parameter, ...], declaration: _Declaration, path: str, *, drawn: bool
    ) -> Scope:
        scope: Scope = {}
        for parameter in parameters:
            where = f"{path}.{parameter.name}"
            self._type(parameter.type, where, stored=False)
            if parameter.source is not None:
                if not drawn:
                    raise BrokenIR(where, "only parameters of actions and initials are drawn", parameter.span)
                # The body repeats the source, so its bound names are its own here.
                self._expr(parameter.source, scope, _Declaration(Allowed()), f"{where}.source")
                item = item_type(type_of(parameter.source))
                if item is None or not agree(item, parameter.type):
                    raise BrokenIR(where, "the source holds values of another type", parameter.span)
            elif drawn and not _is_enumerated(parameter.type):
                raise BrokenIR(where, f"{show_type(parameter.type)} is not enumerated", parameter.span)
            self._bind(parameter.name, declaration, where, parameter.span)
            scope[parameter.name] = parameter.type
        return scope

    def _ghosts(self, action: ir.Action, path: str) -> None:
        """A guard never reads a ghost, and nothing but a ghost is computed from one."""
        ghosts = frozenset(variable.name for variable in self._model.variables if variable.ghost)
        if not ghosts:
            return
        footprints = Footprints(self._model)
        guards = [parameter.source for parameter in action.parameters if parameter.source is not None]
        for statement in walk_statements(action.body):
            match statement:
                case ir.Require(condition):
                    guards.append(condition)
                case ir.Assign(place) | ir.Mutate(place) if place.variable not in ghosts:
                    guards.extend(expressions_of(statement))
                case _:
                    pass
        for guard in guards:
            read = footprints.of_expression(guard).reads & ghosts
            if read:
                raise BrokenIR(path, f"the ghost {min(read)} has an effect on the step", guard.span)

    def _recursion(self) -> None:
        calls: dict[str, set[str]] = {}
        for function in self._model.functions:
            calls[function.name] = _called((function.body,))
        for procedure in self._model.procedures:
            body = list(walk_statements(procedure.body))
            performed = {item.procedure for item in body if isinstance(item, ir.Perform)}
            calls[procedure.name] = performed | _called(
                expr for item in body for expr in expressions_of(item)
            )
        done: set[str] = set()

        def visit(name: str, stack: tuple[str, ...]) -> None:
            if name in stack:
                raise BrokenIR(f"helper {name}", f"recursion: {' -> '.join((*stack, name))}")
            if name not in done:
                for callee in sorted(calls.get(name, ())):
                    visit(callee, (*stack, name))
                done.add(name)

        for name in calls:
            visit(name, ())

    # -------------------------------------------------------------- types

    def _type(self, kind: Type, path: str, *, stored: bool) -> None:
        match kind:
            case SortType(name) | EnumType(name) | RecordType(name):
                known = self._sorts.get(name) or self._enums.get(name) or self._records.get(name)
                if known != kind:
                    raise BrokenIR(path, f"{name} is not a type of the model")
            case IntType(low, high) if stored and (low is None or high is None):
                raise BrokenIR(path, "an integer of the state has a range")
            case SeqType(capacity=None) | BagType(capacity=None) if stored:
                raise BrokenIR(path, f"{show_type(kind)} of the state has a capacity")
            case ListType() if stored:
                raise BrokenIR(path, "a list is never part of the state")
            case OptionType(OptionType()):
                raise BrokenIR(path, "an option is never nested")
            case UnionType(records):
                names = [record.name for record in records]
                if len(names) < 2 or names != sorted(set(names)):
                    raise BrokenIR(path, "a union has at least two records, ordered by name")
            case _:
                pass
        for inner in _inner_types(kind):
            self._type(inner, path, stored=stored)

    # -------------------------------------------------------------- expressions

    def _bind(self, name: str, declaration: _Declaration, path: str, span: ir.Span) -> None:
        if name in declaration.bound or name in declaration.assigned:
            raise BrokenIR(path, f"{name} is bound twice", span)
        declaration.bound.add(name)

    def _expr(
        self, expr: ir.Expr, scope: Scope, declaration: _Declaration, path: str, *, certain: bool = True
    ) -> None:
        """Checks an expression; `certain` when it is evaluated whenever its statement is."""
        self._node(expr, scope, declaration, path, certain=certain)
        match expr:
            case ir.Let(name, value, body):
                self._expr(value, scope, declaration, f"{path}.value", certain=certain)
                self._bind(name, declaration, path, expr.span)
                inside = {**scope, name: type_of(value)}
                self._expr(body, inside, declaration, f"{path}.body", certain=certain)
            case ir.Forall(binders, body) | ir.Exists(binders, body) | ir.Sum(binders, body):
                inside = self._binders(binders, scope, declaration, path, certain=certain)
                self._expr(body, inside, declaration, f"{path}.body", certain=False)
            case ir.Build(binders=binders, body=body):
                inside = self._binders(binders, scope, declaration, path, certain=certain)
                self._expr(body, inside, declaration, f"{path}.body", certain=False)
            case ir.MapBuild(_, binders, key, value):
                inside = self._binders(binders, scope, declaration, path, certain=certain)
                self._expr(key, inside, declaration, f"{path}.key", certain=False)
                self._expr(value, inside, declaration, f"{path}.value", certain=False)
            case ir.Extremum() | ir.Extrema():
                self._extremum(expr, scope, declaration, path, certain=certain)
            case _:
                for index, (label, child) in enumerate(named_children(expr)):
                    always = certain and not (index > 0 and isinstance(expr, ir.And | ir.Or | ir.Ite))
                    self._expr(child, scope, declaration, f"{path}.{label}", certain=always)
        _fail(typing_fault(expr), f"{path} {type(expr).__name__}", expr.span)

    def _binders(
        self,
        binders: tuple[ir.Binder, ...],
        scope: Scope,
        declaration: _Declaration,
        path: str,
        *,
        certain: bool,
    ) -> Scope:
        inside = dict(scope)
        for index, binder in enumerate(binders):
            where = f"{path}.binders[{index}]"
            self._expr(binder.source, inside, declaration, f"{where}.source", certain=certain and index == 0)
            self._bind(binder.name, declaration, where, binder.span)
            inside[binder.name] = binder.type
            for number, item in enumerate(binder.filters):
                self._expr(item, inside, declaration, f"{where}.filters[{number}]", certain=False)
            _fail(binder_fault(binder), where, binder.span)
        return inside

    def _extremum(
        self,
        expr: ir.Extremum | ir.Extrema,
        scope: Scope,
        declaration: _Declaration,
        path: str,
        *,
        certain: bool,
    ) -> None:
        self._expr(expr.collection, scope, declaration, f"{path}.collection", certain=certain)
        if isinstance(expr, ir.Extremum) and expr.default is not None:
            self._expr(expr.default, scope, declaration, f"{path}.default", certain=certain)
        item = item_type(type_of(expr.collection))
        if expr.key is not None and expr.name is not None and item is not None:
            self._bind(expr.name, declaration, path, expr.span)
            self._expr(expr.key, {**scope, expr.name: item}, declaration, f"{path}.key", certain=False)

    def _node(
        self, expr: ir.Expr, scope: Scope, declaration: _Declaration, path: str, *, certain: bool
    ) -> None:
        """What depends on the surroundings: names, helpers, places where a node may stand."""
        fault: str | None = None
        match expr:
            case ir.Local(name, kind):
                if name not in scope:
                    fault = f"{name} is read before it is bound on every path"
                elif scope[name] != kind:
                    fault = f"{name} is {show_type(scope[name])}, read as {show_type(kind)}"
            case ir.StateRead(name, kind, when):
                known = self._variables.get(name)
                if known is None or known.type != kind:
                    fault = f"no variable {name} of type {show_type(kind)}"
                elif when is ir.When.OLD and not declaration.allowed.old:
                    fault = "the old state is read outside a property of steps"
            case ir.ParamRead(name) if name not in self._model.params:
                fault = f"no parameter {name}"
            case ir.Call():
                fault = self._call_fault(expr, declaration)
            case ir.Present() if not (certain and declaration.allowed.present):
                fault = "present stands where it may not be evaluated"
            case _:
                pass
        _fail(fault, path, expr.span)

    def _call_fault(self, expr: ir.Call, declaration: _Declaration) -> str | None:
        known = self._functions.get(expr.function)
        if known is None:
            return f"no function {expr.function}"
        if expr.when is ir.When.OLD and not declaration.allowed.old:
            return "the old state is read outside a property of steps"
        if not agree(known.result, expr.type):
            return f"{expr.function} returns {show_type(known.result)}"
        return argument_fault(expr.function, known.parameters, expr.arguments)

    # -------------------------------------------------------------- statements

    def _block(
        self, body: tuple[ir.Statement, ...], scope: Scope, declaration: _Declaration, path: str
    ) -> Scope:
        """Checks statements in order; the locals bound after them on every path."""
        for index, statement in enumerate(body):
            scope = self._statement(statement, scope, declaration, f"{path}[{index}]")
        return scope

    def _statement(
        self, statement: ir.Statement, scope: Scope, declaration: _Declaration, path: str
    ) -> Scope:
        span = statement.span
        if not isinstance(statement, ir.ForEach):
            for index, expr in enumerate(expressions_of(statement)):
                self._expr(expr, scope, declaration, f"{path}.expressions[{index}]")
        match statement:
            case ir.Require(condition):
                _fail(condition_fault(condition), path, span)
            case ir.Bind(name, kind, value):
                if name in declaration.bound:
                    raise BrokenIR(path, f"{name} is bound twice", span)
                if name in scope and scope[name] != kind:
                    raise BrokenIR(path, f"{name} changes its type", span)
                if not agree(type_of(value), kind):
                    raise BrokenIR(path, f"{name} takes {show_type(type_of(value))}", span)
                declaration.assigned.add(name)
                return {**scope, name: kind}
            case ir.Assign(place, value):
                self._place(place, path)
                _fail(store_fault(value, place.type, f"self.{place.variable}"), path, span)
            case ir.Mutate(place):
                self._place(place, path)
                _fail(mutation_fault(statement), path, span)
            case ir.If(condition, then, otherwise):
                _fail(condition_fault(condition), path, span)
                first = self._block(then, scope, declaration, f"{path}.then")
                second = self._block(otherwise, scope, declaration, f"{path}.otherwise")
                return {name: kind for name, kind in first.items() if second.get(name) == kind}
            case ir.ForEach():
                self._for_each(statement, scope, declaration, path)
            case ir.Perform(name, arguments):
                known = self._procedures.get(name)
                if known is None:
                    raise BrokenIR(path, f"no procedure {name}", span)
                _fail(argument_fault(name, known.parameters, arguments), path, span)
        return scope

    def _for_each(self, statement: ir.ForEach, scope: Scope, declaration: _Declaration, path: str) -> None:
        inside = self._binders((statement.binder,), scope, declaration, path, certain=True)
        if statement.ordered and not is_ordered_source(type_of(statement.binder.source)):
            raise BrokenIR(path, "a loop over a source without order is marked as ordered", statement.span)
        if not statement.ordered:
            keyed = frozenset((statement.binder.name,))
            found = commuting_fault(statement.body, keyed, frozenset(scope), self._procedures)
            if found is not None:
                raise BrokenIR(path, *found)
        self._block(statement.body, inside, declaration, f"{path}.body")

    def _place(self, place: ir.Place, path: str) -> None:
        variable = self._variables.get(place.variable)
        if variable is None:
            raise BrokenIR(path, f"no variable {place.variable}", place.span)
        kind: Type = variable.type
        for step in place.path:
            match step:
                case ir.Key(key):
                    if not isinstance(kind, MapType | PartialType):
                        raise BrokenIR(path, f"{show_type(kind)} has no keys", place.span)
                    _fail(store_fault(key, kind.key, "key"), path, place.span)
                    kind = kind.value
                case ir.FieldOf(name):
                    found = field_type(kind, name)
                    if found is None:
                        raise BrokenIR(path, f"{show_type(kind)} has no field {name}", place.span)
                    kind = found
        if kind != place.type:
            raise BrokenIR(
                path, f"the place holds {show_type(kind)}, not {show_type(place.type)}", place.span
            )


# ------------------------------------------------------------------ rules without context


def _fail(fault: str | None, path: str, span: ir.Span) -> None:
    if fault is not None:
        raise BrokenIR(path, fault, span)


def _called(exprs: Iterable[ir.Expr]) -> set[str]:
    return {node.function for expr in exprs for node in walk(expr) if isinstance(node, ir.Call)}


def _is_enumerated(kind: Type) -> bool:
    match kind:
        case IntType(low, high):
            return low is not None and high is not None
        case MapType() | PartialType() | SeqType() | BagType() | ListType():
            return False
        case _:
            return all(_is_enumerated(inner) for inner in _inner_types(kind))


def _inner_types(kind: Type) -> tuple[Type, ...]:
    match kind:
        case RecordType(_, fields):
            return tuple(item for _, item in fields)
        case UnionType(records):
            return records
        case OptionType(item) | SetType(item) | SeqType(item) | BagType(item) | ListType(item):
            return (item,)
        case TupleType(items):
            return items
        case MapType(key, value) | PartialType(key, value):
            return (key, value)
        case _:
            return ()
