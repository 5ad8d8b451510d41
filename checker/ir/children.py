"""One table of what each node holds, and the traversals that all passes share: children, walk, rebuild, names
used.

Children come in the order of evaluation, with two exceptions that Python has as well: the default of an
`Extremum` is evaluated before its key is applied, and the source of a binder once, but its filters and the
body per element.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never, cast

from checker.ir import nodes as ir


class Shape(enum.Enum):
    """How a field of a node holds expressions."""

    ONE = "Expr"
    OPTIONAL = "Expr | None"
    MANY = "tuple[Expr, ...]"
    NAMED = "tuple[tuple[str, Expr], ...]"
    PAIRS = "tuple[tuple[Expr, Expr], ...]"
    BINDERS = "tuple[Binder, ...]"


_ONE, _OPTIONAL, _MANY = Shape.ONE, Shape.OPTIONAL, Shape.MANY
_NAMED, _PAIRS, _BINDERS = Shape.NAMED, Shape.PAIRS, Shape.BINDERS
_LEFT_RIGHT = (("left", _ONE), ("right", _ONE))
_COMPREHENSION = (("binders", _BINDERS), ("body", _ONE))

HOLDS: Mapping[type[ir.Expr], tuple[tuple[str, Shape], ...]] = {
    ir.BoolLit: (),
    ir.IntLit: (),
    ir.EnumLit: (),
    ir.EndMember: (),
    ir.NoneLit: (),
    ir.Local: (),
    ir.StateRead: (),
    ir.ParamRead: (),
    ir.SizeOf: (),
    ir.Let: (("value", _ONE), ("body", _ONE)),
    ir.Call: (("arguments", _MANY),),
    ir.Ite: (("condition", _ONE), ("then", _ONE), ("otherwise", _ONE)),
    ir.Not: (("item", _ONE),),
    ir.And: (("items", _MANY),),
    ir.Or: (("items", _MANY),),
    ir.Eq: _LEFT_RIGHT,
    ir.Less: _LEFT_RIGHT,
    ir.LessEq: _LEFT_RIGHT,
    ir.Arith: _LEFT_RIGHT,
    ir.FloorDiv: _LEFT_RIGHT,
    ir.Mod: _LEFT_RIGHT,
    ir.Neighbour: (("item", _ONE),),
    ir.Position: (("item", _ONE),),
    ir.MemberAt: (("index", _ONE),),
    ir.Widen: (("value", _ONE),),
    ir.Narrow: (("value", _ONE),),
    ir.Fit: (("value", _ONE),),
    ir.IsNone: (("item", _ONE),),
    ir.Unwrap: (("item", _ONE),),
    ir.Present: (("item", _ONE),),
    ir.IsVariant: (("item", _ONE),),
    ir.MakeRecord: (("fields", _MANY),),
    ir.Field: (("item", _ONE),),
    ir.WithFields: (("item", _ONE), ("fields", _NAMED)),
    ir.MakeTuple: (("items", _MANY),),
    ir.TupleItem: (("item", _ONE),),
    ir.MapGet: (("map", _ONE), ("key", _ONE)),
    ir.MapGetOr: (("map", _ONE), ("key", _ONE), ("default", _ONE)),
    ir.MapBuild: (("binders", _BINDERS), ("key", _ONE), ("value", _ONE)),
    ir.MapLit: (("pairs", _PAIRS),),
    ir.MapView: (("map", _ONE),),
    ir.Contains: (("item", _ONE), ("collection", _ONE)),
    ir.Subset: _LEFT_RIGHT,
    ir.SetOp: _LEFT_RIGHT,
    ir.SetLit: (("items", _MANY),),
    ir.SetOfKind: (("set", _ONE),),
    ir.Convert: (("value", _ONE),),
    ir.Size: (("collection", _ONE),),
    ir.BagCount: (("bag", _ONE), ("item", _ONE)),
    ir.SeqLit: (("items", _MANY),),
    ir.SeqAt: (("seq", _ONE), ("index", _ONE)),
    ir.SeqLast: (("seq", _ONE),),
    ir.SeqSlice: (("seq", _ONE), ("start", _OPTIONAL), ("stop", _OPTIONAL)),
    ir.SeqConcat: _LEFT_RIGHT,
    ir.IsPrefix: _LEFT_RIGHT,
    ir.Enumerate: (("seq", _ONE), ("start", _ONE)),
    ir.Zip: _LEFT_RIGHT,
    ir.Reversed: (("seq", _ONE),),
    ir.Domain: (),
    ir.IntRange: (("start", _ONE), ("stop", _ONE)),
    ir.Majority: (("acks", _ONE), ("members", _ONE)),
    ir.Forall: _COMPREHENSION,
    ir.Exists: _COMPREHENSION,
    ir.Sum: _COMPREHENSION,
    ir.Build: _COMPREHENSION,
    ir.Extremum: (("collection", _ONE), ("key", _OPTIONAL), ("default", _OPTIONAL)),
    ir.Extrema: (("collection", _ONE), ("key", _ONE)),
}
"""For each kind of expression, the fields that hold expressions."""


# ------------------------------------------------------------------ expressions


def children(expr: ir.Expr) -> tuple[ir.Expr, ...]:
    """The immediate subexpressions, sources and filters of binders included."""
    return tuple(child for _, child in named_children(expr))


def named_children(expr: ir.Expr) -> Iterator[tuple[str, ir.Expr]]:
    """The immediate subexpressions with the way to each, such as `items[1]` or `binders[0].source`."""
    for name, shape in HOLDS[type(expr)]:
        held: Any = getattr(expr, name)
        match shape:
            case Shape.ONE:
                yield name, held
            case Shape.OPTIONAL:
                if held is not None:
                    yield name, held
            case Shape.MANY:
                for index, item in enumerate(cast("tuple[ir.Expr, ...]", held)):
                    yield f"{name}[{index}]", item
            case Shape.NAMED:
                for label, item in cast("tuple[tuple[str, ir.Expr], ...]", held):
                    yield f"{name}.{label}", item
            case Shape.PAIRS:
                for index, (key, item) in enumerate(cast("tuple[tuple[ir.Expr, ir.Expr], ...]", held)):
                    yield f"{name}[{index}].key", key
                    yield f"{name}[{index}].value", item
            case Shape.BINDERS:
                for index, binder in enumerate(cast("tuple[ir.Binder, ...]", held)):
                    yield f"{name}[{index}].source", binder.source
                    for number, item in enumerate(binder.filters):
                        yield f"{name}[{index}].filters[{number}]", item
            case _:
                assert_never(shape)


def map_children(change: Callable[[ir.Expr], ir.Expr], expr: ir.Expr) -> ir.Expr:
    """The same node with each immediate subexpression changed; the node itself when nothing changed."""
    changed: dict[str, Any] = {}
    for name, shape in HOLDS[type(expr)]:
        held: Any = getattr(expr, name)
        made = _map_held(change, shape, held)
        if made is not held:
            changed[name] = made
    return cast("ir.Expr", dataclasses.replace(cast("Any", expr), **changed)) if changed else expr


def _map_held(change: Callable[[ir.Expr], ir.Expr], shape: Shape, held: Any) -> Any:
    """The changed content of one field, or `held` itself when each part is the very same."""
    made: tuple[Any, ...]
    match shape:
        case Shape.ONE:
            return change(held)
        case Shape.OPTIONAL:
            return None if held is None else change(held)
        case Shape.MANY:
            made = tuple(change(item) for item in held)
            same = all(new is old for new, old in zip(made, held, strict=True))
        case Shape.NAMED:
            made = tuple((key, change(item)) for key, item in held)
            same = all(new[1] is old[1] for new, old in zip(made, held, strict=True))
        case Shape.PAIRS:
            made = tuple((change(key), change(item)) for key, item in held)
            same = all(new[0] is old[0] and new[1] is old[1] for new, old in zip(made, held, strict=True))
        case Shape.BINDERS:
            made = tuple(map_binder(change, binder) for binder in held)
            same = all(new is old for new, old in zip(made, held, strict=True))
        case _:
            assert_never(shape)
    return held if same else made


def map_binder(change: Callable[[ir.Expr], ir.Expr], binder: ir.Binder) -> ir.Binder:
    """The binder with its source and filters changed; the binder itself when nothing changed."""
    source = change(binder.source)
    filters = tuple(change(item) for item in binder.filters)
    same = source is binder.source and all(a is b for a, b in zip(filters, binder.filters, strict=True))
    return binder if same else dataclasses.replace(binder, source=source, filters=filters)


def walk(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The expression and all its subexpressions, each before its own parts, in order."""
    pending = [expr]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def binders_of(expr: ir.Expr) -> tuple[ir.Binder, ...]:
    """The binders of a quantifier or comprehension, else none."""
    match expr:
        case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild():
            return expr.binders
        case _:
            return ()


def free_locals(expr: ir.Expr) -> frozenset[str]:
    """The locals that the expression reads and does not bind itself."""
    match expr:
        case ir.Local(name):
            return frozenset((name,))
        case ir.Let(name, value, body):
            return free_locals(value) | (free_locals(body) - {name})
        case ir.Extremum() | ir.Extrema():
            key = frozenset[str]() if expr.key is None else free_locals(expr.key) - {expr.name or ""}
            default = expr.default if isinstance(expr, ir.Extremum) else None
            return (
                free_locals(expr.collection) | key | (free_locals(default) if default else frozenset[str]())
            )
        case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build():
            return _free_under(expr.binders, free_locals(expr.body))
        case ir.MapBuild():
            return _free_under(expr.binders, free_locals(expr.key) | free_locals(expr.value))
        case _:
            return _union(free_locals(child) for child in children(expr))


def _free_under(binders: tuple[ir.Binder, ...], inside: frozenset[str]) -> frozenset[str]:
    for binder in reversed(binders):
        inside = inside | _union(free_locals(item) for item in binder.filters)
        inside = (inside - {binder.name}) | free_locals(binder.source)
    return inside


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


def reads_old(prop: ir.Property) -> bool:
    """Whether a property is about a step."""
    return prop.of_step or any(
        isinstance(node, ir.StateRead | ir.Call) and node.when is ir.When.OLD for node in walk(prop.body)
    )


# ------------------------------------------------------------------ statements


def keys_of(place: ir.Place) -> tuple[ir.Expr, ...]:
    """The expressions that a place evaluates, in order."""
    return tuple(step.key for step in place.path if isinstance(step, ir.Key))


def expressions_of(statement: ir.Statement) -> tuple[ir.Expr, ...]:
    """The expressions that the statement itself evaluates, in order; not those of statements inside it."""
    match statement:
        case ir.Require(condition) | ir.If(condition):
            return (condition,)
        case ir.Bind(value=value):
            return (value,)
        case ir.Assign(place, value):
            return (value, *keys_of(place))
        case ir.Mutate(place, _, arguments):
            return (*keys_of(place), *arguments)
        case ir.ForEach(binder):
            return (binder.source, *binder.filters)
        case ir.Perform(_, arguments):
            return arguments
        case _:
            assert_never(statement)


def blocks_of(statement: ir.Statement) -> tuple[tuple[ir.Statement, ...], ...]:
    """The lists of statements inside a statement."""
    match statement:
        case ir.If(_, then, otherwise):
            return (then, otherwise)
        case ir.ForEach(body=body):
            return (body,)
        case ir.Require() | ir.Bind() | ir.Assign() | ir.Mutate() | ir.Perform():
            return ()
        case _:
            assert_never(statement)


def walk_statements(body: Iterable[ir.Statement]) -> Iterator[ir.Statement]:
    """The statements and all those inside them, each before its own parts, in order."""
    for statement in body:
        yield statement
        for block in blocks_of(statement):
            yield from walk_statements(block)


def map_place(change: Callable[[ir.Expr], ir.Expr], place: ir.Place) -> ir.Place:
    """The place with its keys changed."""
    path = tuple(ir.Key(change(step.key)) if isinstance(step, ir.Key) else step for step in place.path)
    return place if path == place.path else dataclasses.replace(place, path=path)


def map_expressions(change: Callable[[ir.Expr], ir.Expr], statement: ir.Statement) -> ir.Statement:
    """The same statement with each expression in it changed, in the statements inside it as well."""

    def block(body: tuple[ir.Statement, ...]) -> tuple[ir.Statement, ...]:
        return tuple(map_expressions(change, item) for item in body)

    new = dataclasses.replace
    match statement:
        case ir.Require(condition):
            return new(statement, condition=change(condition))
        case ir.Bind(value=value):
            return new(statement, value=change(value))
        case ir.Assign(place, value):
            return new(statement, value=change(value), place=map_place(change, place))
        case ir.Mutate(place, _, arguments):
            place = map_place(change, place)
            return new(statement, place=place, arguments=tuple(change(item) for item in arguments))
        case ir.If(condition, then, otherwise):
            return new(statement, condition=change(condition), then=block(then), otherwise=block(otherwise))
        case ir.ForEach(binder, body):
            return new(statement, binder=map_binder(change, binder), body=block(body))
        case ir.Perform(_, arguments):
            return new(statement, arguments=tuple(change(item) for item in arguments))
        case _:
            assert_never(statement)


# ------------------------------------------------------------------ state variables used

Declaration = ir.Action | ir.Initial | ir.Procedure


@dataclass(frozen=True, slots=True)
class Footprint:
    """The state variables that something reads and writes, helpers included. A write into part of a variable
    (`self.m[k] = v`, `self.s.add(x)`) also counts as a read of it: the rest of its value is kept."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    def __or__(self, other: Footprint) -> Footprint:
        return Footprint(self.reads | other.reads, self.writes | other.writes)


class Footprints:
    """The footprints of a model's expressions, statements and actions; those of helpers are found once."""

    def __init__(self, model: ir.Model) -> None:
        self._functions = {function.name: function for function in model.functions}
        self._procedures = {procedure.name: procedure for procedure in model.procedures}
        self._known: dict[tuple[str, str], Footprint] = {}

    def of_expression(self, expr: ir.Expr) -> Footprint:
        """What evaluating the expression may read, in either state."""
        result = Footprint()
        for node in walk(expr):
            match node:
                case ir.StateRead(variable):
                    result |= Footprint(frozenset((variable,)))
                case ir.Call(function):
                    result |= self._of_function(function)
                case _:
                    pass
        return result

    def of_statement(self, statement: ir.Statement) -> Footprint:
        """What running the statement may read and write, statements inside it included."""
        result = Footprint()
        for expr in expressions_of(statement):
            result |= self.of_expression(expr)
        match statement:
            case ir.Assign(ir.Place(variable, path)):
                written = frozenset((variable,))
                result |= Footprint(written if path else frozenset(), written)
            case ir.Mutate(ir.Place(variable)):
                result |= Footprint(frozenset((variable,)), frozenset((variable,)))
            case ir.Perform(procedure):
                result |= self._of_procedure(procedure)
            case _:
                pass
        for block in blocks_of(statement):
            result |= self.of_body(block)
        return result

    def of_body(self, body: Iterable[ir.Statement]) -> Footprint:
        """What running the statements may read and write."""
        result = Footprint()
        for statement in body:
            result |= self.of_statement(statement)
        return result

    def of_declaration(self, declaration: Declaration) -> Footprint:
        """What an action, initial or procedure may read and write, the sources of its parameters included."""
        result = self.of_body(declaration.body)
        for parameter in declaration.parameters:
            if parameter.source is not None:
                result |= self.of_expression(parameter.source)
        return result

    def _of_function(self, name: str) -> Footprint:
        key = ("function", name)
        if key not in self._known:
            self._known[key] = self.of_expression(self._functions[name].body)
        return self._known[key]

    def _of_procedure(self, name: str) -> Footprint:
        key = ("procedure", name)
        if key not in self._known:
            self._known[key] = self.of_declaration(self._procedures[name])
        return self._known[key]
