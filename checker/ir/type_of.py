"""The type of each expression, and when two types describe the same values."""

from __future__ import annotations

from typing import assert_never

from checker.ir import nodes as ir
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

BOOL = BoolType()
INT = IntType()


def type_of(expr: ir.Expr) -> Type:
    """The type of an expression's value. Arithmetic and sizes are unbounded integers."""
    match expr:
        case (
            ir.NoneLit(type=kind) | ir.Local(type=kind) | ir.StateRead(type=kind) | ir.EnumLit(type=kind)
            | ir.Call(type=kind) | ir.Ite(type=kind) | ir.Widen(type=kind) | ir.Narrow(type=kind)
            | ir.Fit(type=kind) | ir.MakeRecord(type=kind) | ir.Field(type=kind) | ir.TupleItem(type=kind)
            | ir.MapGet(type=kind) | ir.MapGetOr(type=kind) | ir.MapBuild(type=kind) | ir.MapLit(type=kind)
            | ir.MapView(type=kind) | ir.SetOp(type=kind) | ir.SetLit(type=kind) | ir.SetOfKind(type=kind)
            | ir.Convert(type=kind) | ir.SeqLit(type=kind) | ir.SeqAt(type=kind) | ir.SeqLast(type=kind)
            | ir.SeqConcat(type=kind) | ir.Enumerate(type=kind) | ir.Zip(type=kind) | ir.Reversed(type=kind)
            | ir.Build(type=kind) | ir.Extremum(type=kind) | ir.Extrema(type=kind)
        ):  # fmt: skip
            return kind
        case (
            ir.BoolLit() | ir.Not() | ir.And() | ir.Or() | ir.Eq() | ir.Less() | ir.LessEq() | ir.IsNone()
            | ir.IsVariant() | ir.Contains() | ir.Subset() | ir.IsPrefix() | ir.Majority() | ir.Forall()
            | ir.Exists()
        ):  # fmt: skip
            return BOOL
        case (
            ir.IntLit() | ir.ParamRead() | ir.SizeOf() | ir.Arith() | ir.FloorDiv() | ir.Mod() | ir.Position()
            | ir.Size() | ir.BagCount() | ir.Sum()
        ):  # fmt: skip
            return INT
        case ir.EndMember(sort=sort) | ir.MemberAt(sort=sort):
            return sort
        case ir.Let(body=body):
            return type_of(body)
        case ir.Neighbour(item=item) | ir.WithFields(item=item):
            return type_of(item)
        case ir.Unwrap(item=item) | ir.Present(item=item):
            kind = type_of(item)
            assert isinstance(kind, OptionType), "only an option is unwrapped"
            return kind.item
        case ir.MakeTuple(items):
            return TupleType(tuple(type_of(item) for item in items))
        case ir.SeqSlice(seq=seq):
            kind = type_of(seq)
            return SeqType(kind.item) if isinstance(kind, SeqType) else kind
        case ir.Domain(item):
            return ListType(item, has_order(item))
        case ir.IntRange():
            return ListType(INT, True)
        case _:
            assert_never(expr)


def has_order(kind: Type) -> bool:
    """Whether the values of a domain come in an order that a model may observe: not those of sorts and
    quorums."""
    match kind:
        case BoolType() | IntType() | EnumType():
            return True
        case SortType(_, ordered):
            return ordered
        case OptionType(item):
            return has_order(item)
        case TupleType(items):
            return all(has_order(item) for item in items)
        case _:
            return False


def is_ordered_source(kind: Type) -> bool:
    """Whether iterating over a collection of this type visits the elements in an observable order."""
    match kind:
        case SeqType():
            return True
        case ListType(_, ordered):
            return ordered
        case _:
            return False


def item_type(kind: Type) -> Type | None:
    """The type of what iterating over a value of this type gives; None when it is no collection."""
    match kind:
        case SetType(item) | SeqType(item) | BagType(item) | ListType(item):
            return item
        case QuorumType(sort):
            return sort
        case MapType(key) | PartialType(key):
            return key
        case _:
            return None


def is_comparable(kind: Type) -> bool:
    """Whether `min`, `max`, `sorted` and keys may order values of this type."""
    match kind:
        case IntType() | BoolType():
            return True
        case SortType(_, ordered):
            return ordered
        case OptionType(item):
            return is_comparable(item)
        case TupleType(items):
            return all(is_comparable(item) for item in items)
        case _:
            return False


def without_bounds(kind: Type) -> Type:
    """The type with all ranges and capacities removed, inside too: what the operands of an operation
    share."""
    match kind:
        case BoolType() | EnumType() | SortType() | QuorumType():
            return kind
        case IntType():
            return INT
        case RecordType(name, fields):
            return RecordType(name, tuple((field, without_bounds(item)) for field, item in fields))
        case UnionType(records):
            plain = tuple(without_bounds(record) for record in records)
            return UnionType(tuple(record for record in plain if isinstance(record, RecordType)))
        case OptionType(item):
            return OptionType(without_bounds(item))
        case TupleType(items):
            return TupleType(tuple(without_bounds(item) for item in items))
        case MapType(key, value):
            return MapType(without_bounds(key), without_bounds(value))
        case PartialType(key, value):
            return PartialType(without_bounds(key), without_bounds(value))
        case SetType(item):
            return SetType(without_bounds(item))
        case SeqType(item):
            return SeqType(without_bounds(item))
        case BagType(item):
            return BagType(without_bounds(item))
        case ListType(item, ordered):
            return ListType(without_bounds(item), ordered)
        case _:
            assert_never(kind)


def agree(left: Type, right: Type) -> bool:
    """Whether two types differ in ranges and capacities at most."""
    return left == right or without_bounds(left) == without_bounds(right)


def has_bounds(kind: Type) -> bool:
    """Whether a store at this type must be checked: a range or a capacity stands somewhere in it."""
    return without_bounds(kind) != kind


def widens(narrow: Type, wide: Type) -> bool:
    """Whether each value of `narrow` is a value of `wide`, unchanged: what `Widen` may do (and `Narrow`
    undo)."""
    if agree(narrow, wide):
        return True
    match narrow, wide:
        case RecordType(), UnionType(records):
            return any(agree(narrow, record) for record in records)
        case UnionType(some), UnionType(records):
            return all(any(agree(one, record) for record in records) for one in some)
        case OptionType(a), OptionType(b):
            return widens(a, b)
        case _, OptionType(b):
            return widens(narrow, b)
        case QuorumType(sort), SetType(b):
            return widens(sort, b)
        case TupleType(some), TupleType(items):
            return len(some) == len(items) and all(map(widens, some, items))
        case ListType(a, ordered), ListType(b, also):
            return widens(a, b) and (ordered or not also)
        case (
            (SetType(a), SetType(b)) | (SeqType(a), SeqType(b)) | (BagType(a), BagType(b))
            | (SeqType(a), ListType(b)) | (ListType(a, True), SeqType(b))
        ):  # fmt: skip
            return widens(a, b)
        case (MapType(k, a), MapType(key, b)) | (PartialType(k, a), PartialType(key, b)):
            return agree(k, key) and widens(a, b)
        case _:
            return False
