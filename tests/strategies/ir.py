"""Random well-typed expressions over the zoo model, closed and verified, for tests of every engine."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from checker.ir import nodes as ir
from checker.ir.type_of import type_of
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
from tests.ir.zoo import BOOL, ENTRY, INT, MESSAGE, NODE, PING, QUORUM, ROLE, SMALL, TERM, VARIABLES

Make = Callable[[], ir.Expr]

PLAIN_TYPES: tuple[Type, ...] = (BOOL, INT, ROLE, NODE, TERM, OptionType(TERM), OptionType(NODE), ENTRY)
ITEM_TYPES: tuple[Type, ...] = (INT, NODE, TERM, ENTRY, MESSAGE)


def _always(expr: ir.Expr) -> Make:
    return lambda: expr


class Gardener:
    """Grows one expression; names are fresh, so the result obeys the scoping rules."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._names = 0
        self._scope: list[ir.Local] = []

    def _choose(self, choices: list[Make]) -> ir.Expr:
        return self._draw(st.sampled_from(choices))()

    def _pick(self, kinds: tuple[Type, ...]) -> Type:
        return self._draw(st.sampled_from(kinds))

    def grow(self, kind: Type, depth: int) -> ir.Expr:
        """An expression of exactly this type (integers: of any range)."""
        choices = self._leaves(kind)
        if depth > 0 or not choices:
            choices = [*choices, *self._nodes(kind, max(depth - 1, 0))]
        return self._choose(choices)

    def _leaves(self, kind: Type) -> list[Make]:
        leaves: list[Make] = []
        for name, held in VARIABLES.items():
            if held == kind or (kind == INT and isinstance(held, IntType)):
                leaves.append(_always(ir.StateRead(name, held)))
        leaves += [_always(local) for local in self._scope if local.type == kind]
        match kind:
            case BoolType():
                leaves += [lambda: ir.BoolLit(True), lambda: ir.BoolLit(False)]
            case IntType():
                leaves += [lambda: ir.IntLit(self._draw(st.integers(-3, 5))), lambda: ir.ParamRead("horizon")]
                leaves += [lambda: ir.SizeOf(NODE)]
            case EnumType(_, members):
                leaves += [lambda: ir.EnumLit(kind, self._draw(st.sampled_from(members)))]
            case SortType(_, True):
                leaves += [lambda: ir.EndMember(kind, self._draw(st.booleans()))]
            case SortType():
                leaves += [lambda: ir.Unwrap(ir.StateRead("leader", OptionType(NODE)))]
            case OptionType():
                leaves += [lambda: ir.NoneLit(kind)]
            case RecordType(_, fields):
                # Its fields have leaves of their own; an integer is checked against the field's range.
                leaves += [lambda: ir.MakeRecord(kind, tuple(self._field(item, 0) for _, item in fields))]
            case UnionType(records):
                leaves += [lambda: ir.Widen(self.grow(records[0], 0), kind)]
            case SetType():
                leaves += [lambda: ir.SetLit(kind, ())]
            case SeqType() | ListType():
                leaves += [lambda: ir.SeqLit(kind, ())]
            case _:
                pass
        return leaves

    def _nodes(self, kind: Type, depth: int) -> list[Make]:
        def sub(wanted: Type) -> ir.Expr:
            return self.grow(wanted, depth)

        nodes: list[Make] = [
            lambda: ir.Ite(sub(BOOL), sub(kind), sub(kind), kind),
            lambda: self._let(kind, depth),
        ]
        match kind:
            case BoolType():
                nodes += self._conditions(depth)
            case IntType():
                nodes += self._integers(depth)
            case SortType(_, ordered):
                if kind == NODE:
                    nodes += [
                        lambda: ir.Unwrap(sub(OptionType(NODE))),
                        lambda: ir.Field(sub(PING), "node", NODE),
                    ]
                if ordered:
                    offset = self._draw(st.sampled_from((1, -1)))
                    nodes += [lambda: ir.Neighbour(sub(kind), offset), lambda: ir.MemberAt(kind, sub(INT))]
                    nodes += [lambda: ir.MapGet(sub(VARIABLES["held"]), sub(NODE), TERM)]
                    nodes += [
                        lambda: ir.Field(sub(MESSAGE), "term", TERM),
                        lambda: ir.Unwrap(sub(OptionType(TERM))),
                    ]
            case OptionType(item):
                nodes += [lambda: ir.Widen(sub(item), kind)]
                if item == TERM:
                    nodes += [lambda: ir.MapGet(sub(VARIABLES["votes"]), sub(NODE), kind)]
                    nodes += [lambda: ir.MapGetOr(sub(VARIABLES["held"]), sub(NODE), ir.NoneLit(kind), kind)]
            case RecordType():
                nodes += self._records(kind, depth)
            case UnionType(records):
                nodes += [lambda: ir.Widen(sub(self._draw(st.sampled_from(records))), kind)]
            case SetType(item):
                nodes += self._sets(kind, item, depth)
            case SeqType(item) | ListType(item):
                nodes += [lambda: ir.SeqLit(kind, (sub(item), sub(item)))]
                if isinstance(kind, SeqType) and kind.capacity is None:
                    cut = (ir.IntLit(0), None) if self._draw(st.booleans()) else (None, sub(INT))
                    nodes += [lambda: ir.SeqSlice(sub(kind), *cut)]
                    nodes += [lambda: ir.SeqConcat(sub(kind), sub(kind), kind)]
            case MapType(key, value):
                nodes += [lambda: self._map_build(kind, key, value, depth)]
            case PartialType(key, value):
                nodes += [lambda: ir.MapLit(kind, ((sub(key), sub(value)),))]
                if isinstance(key, SortType):
                    nodes += [lambda: self._map_build(kind, key, value, depth)]
            case TupleType(items):
                nodes += [lambda: ir.MakeTuple(tuple(sub(item) for item in items))]
            case BagType(item):
                nodes += [lambda: ir.SeqLit(kind, (sub(item),))]
            case EnumType() | QuorumType():
                pass
        return nodes

    # -------------------------------------------------------------- by type

    def _conditions(self, depth: int) -> list[Make]:
        def sub(wanted: Type) -> ir.Expr:
            return self.grow(wanted, depth)

        def pair(kinds: tuple[Type, ...]) -> tuple[ir.Expr, ir.Expr]:
            kind = self._pick(kinds)
            return sub(kind), sub(kind)

        ordered = (INT, TERM, OptionType(TERM))
        item = self._pick(ITEM_TYPES)
        log = SeqType(ENTRY)
        return [
            lambda: ir.Not(sub(BOOL)),
            lambda: ir.And((sub(BOOL), sub(BOOL))),
            lambda: ir.Or((sub(BOOL), sub(BOOL), sub(BOOL))),
            lambda: ir.Eq(*pair(PLAIN_TYPES)),
            lambda: ir.Less(*pair(ordered)),
            lambda: ir.LessEq(*pair(ordered)),
            lambda: ir.IsNone(sub(OptionType(TERM))),
            lambda: ir.Contains(sub(item), sub(SetType(item))),
            lambda: ir.Contains(sub(NODE), sub(VARIABLES["held"])),
            lambda: ir.Subset(*pair((SetType(NODE), SetType(INT))), self._draw(st.booleans())),
            lambda: ir.IsVariant(sub(MESSAGE), (self._draw(st.sampled_from(("Entry", "Ping"))),)),
            lambda: ir.IsPrefix(sub(log), sub(log)),
            lambda: ir.Majority(sub(SetType(NODE)), sub(SetType(NODE))),
            lambda: ir.Forall(*self._comprehension(BOOL, depth)),
            lambda: ir.Exists(*self._comprehension(BOOL, depth)),
        ]

    def _integers(self, depth: int) -> list[Make]:
        def sub(wanted: Type) -> ir.Expr:
            return self.grow(wanted, depth)

        return [
            lambda: ir.Arith(self._draw(st.sampled_from(ir.ArithOp)), sub(INT), sub(INT)),
            lambda: ir.FloorDiv(sub(INT), sub(INT)),
            lambda: ir.Mod(sub(INT), sub(INT)),
            lambda: ir.Fit(sub(INT), SMALL),
            lambda: ir.Position(sub(TERM)),
            lambda: ir.Size(sub(SetType(self._pick(ITEM_TYPES)))),
            lambda: ir.BagCount(sub(VARIABLES["bag"]), sub(TERM)),
            lambda: ir.Call("double", (sub(INT),), INT),
            lambda: ir.Call("halve", (sub(INT),), INT),
            lambda: ir.Field(sub(ENTRY), "value", SMALL),
            lambda: ir.Sum(*self._comprehension(INT, depth)),
            lambda: self._extremum(depth),
            lambda: ir.TupleItem(ir.MakeTuple((sub(BOOL), sub(INT))), 1, INT),
        ]

    def _field(self, wanted: Type, depth: int) -> ir.Expr:
        """A value to store: checked against the range."""
        value = self.grow(INT if isinstance(wanted, IntType) else wanted, depth)
        return ir.Fit(value, wanted) if isinstance(wanted, IntType) else value

    def _records(self, kind: RecordType, depth: int) -> list[Make]:
        made: list[Make] = [
            lambda: ir.MakeRecord(kind, tuple(self._field(item, depth) for _, item in kind.fields))
        ]
        name, wanted = self._draw(st.sampled_from(kind.fields))
        made += [lambda: ir.WithFields(self.grow(kind, depth), ((name, self._field(wanted, depth)),))]
        if kind == ENTRY:
            log = SeqType(ENTRY)
            made += [lambda: ir.SeqAt(self.grow(log, depth), self.grow(INT, depth), ENTRY)]
            made += [lambda: ir.SeqLast(self.grow(VARIABLES["log"], depth), ENTRY)]
        return made

    def _sets(self, kind: SetType, item: Type, depth: int) -> list[Make]:
        def sub(wanted: Type) -> ir.Expr:
            return self.grow(wanted, depth)

        made: list[Make] = [
            lambda: ir.SetLit(kind, (sub(item), sub(item))),
            lambda: ir.SetOp(self._draw(st.sampled_from(ir.SetOperator)), sub(kind), sub(kind), kind),
            lambda: ir.Build(kind, *self._comprehension(item, depth)),
            lambda: ir.Convert(sub(ListType(item, True)), kind),
        ]
        if item in (ENTRY, PING):
            assert isinstance(item, RecordType)
            made += [lambda: ir.SetOfKind(sub(SetType(MESSAGE)), (item.name,), kind)]
        if item == NODE:
            made += [lambda: ir.Convert(ir.Domain(NODE), kind), lambda: self._extrema(depth)]
        return made

    # -------------------------------------------------------------- binders

    def _bind(self, kind: Type) -> ir.Local:
        self._names += 1
        return ir.Local(f"x{self._names}", kind)

    def _let(self, kind: Type, depth: int) -> ir.Expr:
        given = self._pick(PLAIN_TYPES)
        value = self.grow(given, depth)

        local = self._bind(type_of(value))
        self._scope.append(local)
        body = self.grow(kind, depth)
        self._scope.pop()
        return ir.Let(local.name, value, body)

    def _source(self, depth: int) -> tuple[Type, ir.Expr]:
        domains: tuple[Type, ...] = (NODE, TERM, ROLE, BOOL, SMALL, QUORUM)
        if self._draw(st.booleans()):
            kind = self._pick(domains)
            return kind, ir.Domain(kind)
        kind = self._pick(ITEM_TYPES)
        return kind, self.grow(SetType(kind), depth)

    def _comprehension(self, kind: Type, depth: int) -> tuple[tuple[ir.Binder, ...], ir.Expr]:
        binders: list[ir.Binder] = []
        for _ in range(self._draw(st.integers(1, 2))):
            item, source = self._source(depth)
            local = self._bind(item)
            self._scope.append(local)
            filters = (self.grow(BOOL, depth),) if self._draw(st.booleans()) else ()
            binders.append(ir.Binder(local.name, item, source, filters))
        body = self.grow(kind, depth)
        del self._scope[-len(binders) :]
        return tuple(binders), body

    def _map_build(self, kind: MapType | PartialType, key: Type, value: Type, depth: int) -> ir.Expr:
        local = self._bind(key)
        self._scope.append(local)
        made = self._field(value, depth)
        self._scope.pop()
        return ir.MapBuild(kind, (ir.Binder(local.name, key, ir.Domain(key)),), local, made)

    def _extremum(self, depth: int) -> ir.Expr:
        default = self.grow(INT, depth) if self._draw(st.booleans()) else None
        collection = self.grow(SetType(INT), depth)
        largest = self._draw(st.booleans())
        if self._draw(st.booleans()):
            return ir.Extremum(largest, collection, INT, default=default)
        local = self._bind(INT)
        self._scope.append(local)
        key = self.grow(self._pick((INT, OptionType(TERM))), depth)
        self._scope.pop()
        return ir.Extremum(largest, collection, INT, local.name, key, default)

    def _extrema(self, depth: int) -> ir.Expr:
        collection = self.grow(SetType(NODE), depth)
        local = self._bind(NODE)
        self._scope.append(local)
        key = self.grow(self._pick((INT, OptionType(TERM))), depth)
        self._scope.pop()
        return ir.Extrema(self._draw(st.booleans()), collection, SetType(NODE), local.name, key)


@st.composite
def expressions(draw: st.DrawFn, kind: Type = BOOL, depth: int = 3) -> ir.Expr:
    """A closed, well-typed expression over the zoo model's state."""
    return Gardener(draw).grow(kind, depth)
