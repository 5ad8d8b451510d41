"""What a variable holds after a write into part of it, as an expression over what it held before."""

from __future__ import annotations

from collections.abc import Callable

from checker.ir import nodes as ir
from checker.ir.substitution import FreshNames, NoRelation
from checker.ir.type_of import has_bounds, type_of, without_bounds
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
)

Change = Callable[[ir.Expr], ir.Expr]
"""From what a place holds, an atom, to what it shall hold."""

BOOL = BoolType()
BY_HAND = "write the whole variable: self.x = Map({k: ... for k in K})"


class Writes:
    """Makes values that differ from others in one place."""

    def __init__(self, names: FreshNames) -> None:
        self._names = names

    def named(self, name: str, value: ir.Expr, rest: Change) -> ir.Expr:
        """`rest` of an atom that stands for the value."""
        if isinstance(value, ir.Local):
            return rest(value)
        fresh = self._names.of(name)
        return ir.Let(fresh, value, rest(ir.Local(fresh, type_of(value))), span=value.span)

    def at(
        self, held: ir.Expr, path: tuple[ir.Key | ir.FieldOf, ...], change: Change, *, strict: bool
    ) -> ir.Expr:
        """The value `held`, an atom, with a part of it changed. The keys of the path are atoms.

        Args:
            strict: the last key must be there, as those before it must.

        Raises:
            NoRelation: the keys of the map cannot be enumerated.
        """
        if not path:
            return change(held)
        step, rest = path[0], path[1:]
        kind = type_of(held)
        if isinstance(step, ir.FieldOf):
            field = ir.Field(held, step.name, _field(kind, step.name))
            inner = self.named(step.name, field, lambda it: self.at(it, rest, change, strict=strict))
            return ir.WithFields(held, ((step.name, inner),))
        assert isinstance(kind, MapType | PartialType), "only maps have keys"
        old = ir.MapGet(held, step.key, kind.value)
        if rest or strict:
            new = self.named("held", old, lambda it: self.at(it, rest, change, strict=strict))
        else:
            new = change(old)
        here = _unchecked(step.key)

        def value(key: ir.Expr) -> ir.Expr:
            return ir.Ite(ir.Eq(key, here), new, ir.MapGet(held, key, kind.value), without_bounds(kind.value))

        def kept(key: ir.Expr) -> ir.Expr:
            return ir.Or((ir.Eq(key, here), ir.Contains(key, held)))

        return self._rebuilt(kind, held, value, kept, step.key.span)

    def without(self, held: ir.Expr, key: ir.Expr) -> ir.Expr:
        """A partial map without one of its keys, which must be there."""
        kind = type_of(held)
        assert isinstance(kind, PartialType), "only a key of a partial map is deleted"
        here = _unchecked(key)
        rest = self._rebuilt(
            kind,
            held,
            lambda one: ir.MapGet(held, one, kind.value),
            lambda one: ir.And((ir.Contains(one, held), ir.Not(ir.Eq(one, here)))),
            key.span,
        )
        return ir.Let(self._names.of("gone"), ir.MapGet(held, key, kind.value, span=key.span), rest)

    def _rebuilt(
        self,
        kind: MapType | PartialType,
        held: ir.Expr,
        value: Change,
        kept: Change,
        span: ir.Span,
    ) -> ir.Expr:
        """A map with a value for each key; of a partial one, for those that are kept."""
        parts = kind.key.items if isinstance(kind.key, TupleType) else (kind.key,)
        for part in parts:
            if not isinstance(part, SortType | EnumType | BoolType | QuorumType) and not _is_range(part):
                raise NoRelation(span, "an abstract step writes at a key of a compound type", BY_HAND)
        names = [self._names.of("key") for _ in parts]
        atoms = tuple(ir.Local(name, part, span=span) for name, part in zip(names, parts, strict=True))
        key = ir.MakeTuple(atoms, span=span) if isinstance(kind.key, TupleType) else atoms[0]
        filters = (kept(key),) if isinstance(kind, PartialType) else ()
        binders = tuple(
            ir.Binder(name, part, ir.Domain(part, span=span), filters if name == names[-1] else (), span=span)
            for name, part in zip(names, parts, strict=True)
        )
        whole = type(kind)(kind.key, without_bounds(kind.value))
        if isinstance(kind, PartialType):
            whole = PartialType(without_bounds(kind.key), without_bounds(kind.value))
        made = ir.MapBuild(whole, binders, key, value(key), span=span)
        return ir.Fit(made, kind, span=span) if has_bounds(kind) else made

    # ------------------------------------------------------------------ methods

    def mutated(
        self, held: ir.Expr, kind: Type, method: ir.Method, arguments: tuple[ir.Expr, ...], span: ir.Span
    ) -> ir.Expr:
        """What a writing method makes of a collection.

        Raises:
            NoRelation: no expression says it.
        """
        argument = arguments[0] if arguments else held
        match method, kind:
            case ir.Method.CLEAR, _:
                return _empty(kind, span)
            case ir.Method.ADD, SetType():
                return _joined(
                    ir.SetOperator.UNION, held, ir.SetLit(_loose(kind), (argument,), span=span), kind
                )
            case ir.Method.DISCARD, SetType():
                one = ir.SetLit(_loose(kind), (argument,), span=span)
                return _joined(ir.SetOperator.DIFFERENCE, held, one, kind)
            case ir.Method.UPDATE, SetType():
                return _joined(ir.SetOperator.UNION, held, argument, kind)
            case ir.Method.APPEND, SeqType():
                last = ir.SeqLit(_loose(kind), (argument,), span=span)
                return ir.Fit(ir.SeqConcat(held, last, _loose(kind), span=span), kind, span=span)
            case ir.Method.EXTEND, SeqType():
                return ir.Fit(ir.SeqConcat(held, argument, _loose(kind), span=span), kind, span=span)
            case ir.Method.TRUNCATE, SeqType():
                return ir.Fit(ir.SeqSlice(held, None, argument, span=span), kind, span=span)
            case ir.Method.DELETE, PartialType():
                return self.without(held, argument)
            case ir.Method.REMOVE, SetType():
                raise NoRelation(span, "an abstract step removes an element", "require it, then discard it")
            case _:
                raise NoRelation(span, "an abstract step changes a Bag in place", "keep a Set or a Seq")


def _joined(operator: ir.SetOperator, left: ir.Expr, right: ir.Expr, kind: Type) -> ir.Expr:
    made = ir.SetOp(operator, left, right, _loose(kind), span=right.span)
    return ir.Fit(made, kind, span=right.span) if has_bounds(kind) else made


def _loose(kind: Type) -> Type:
    return without_bounds(kind)


def _empty(kind: Type, span: ir.Span) -> ir.Expr:
    match kind:
        case SetType():
            return ir.SetLit(_loose(kind), (), span=span)
        case PartialType():
            return ir.MapLit(_loose(kind), (), span=span)
        case _:
            assert isinstance(kind, SeqType | BagType), "only collections are cleared"
            return ir.SeqLit(_loose(kind), (), span=span)


def _field(kind: Type, name: str) -> Type:
    assert isinstance(kind, RecordType), "a field is written in a record"
    return kind.field(name)


def _is_range(kind: Type) -> bool:
    return isinstance(kind, IntType) and kind.low is not None and kind.high is not None


def _unchecked(key: ir.Expr) -> ir.Expr:
    return key.value if isinstance(key, ir.Fit) else key
