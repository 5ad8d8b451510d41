"""How types relate: what a local forgets, what two branches have in common, where a store must be checked."""

from __future__ import annotations

from checker.ir import nodes as ir
from checker.ir.type_of import agree, type_of, widens
from checker.ir.types import (
    BagType,
    BoolType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
)

BOOL = BoolType()
INT = IntType()


def loose(kind: Type) -> Type:
    """The type as locals and helpers have it: without ranges and capacities, for only stores are checked.
    Records stay as they are: their fields are checked when one is made."""
    match kind:
        case IntType():
            return INT
        case OptionType(item):
            return OptionType(loose(item))
        case TupleType(items):
            return TupleType(tuple(loose(item) for item in items))
        case MapType(key, value):
            return MapType(key, loose(value))
        case PartialType(key, value):
            return PartialType(loose(key), loose(value))
        case SetType(item):
            return SetType(loose(item))
        case SeqType(item):
            return SeqType(loose(item))
        case BagType(item):
            return BagType(loose(item))
        case ListType(item, ordered):
            return ListType(loose(item), ordered)
        case _:
            return kind


def union_of(records: tuple[RecordType, ...]) -> RecordType | UnionType:
    """One of the given records; they are ordered by name."""
    unique = tuple(sorted(dict.fromkeys(records), key=lambda record: record.name))
    return unique[0] if len(unique) == 1 else UnionType(unique)


def records_of(kind: Type) -> tuple[RecordType, ...]:
    """The records that a value of the type may be; none when it is no record."""
    match kind:
        case RecordType():
            return (kind,)
        case UnionType(records):
            return records
        case _:
            return ()


def join(left: Type, right: Type) -> Type | None:
    """The least type that both widen to; None when they have nothing in common."""
    if left == right:
        return left
    if agree(left, right):
        return loose(left)
    if widens(left, right):
        return loose(right)
    if widens(right, left):
        return loose(left)
    match left, right:
        case OptionType(a), OptionType(b):
            both = join(a, b)
            return None if both is None else OptionType(both)
        case (OptionType(a), b) | (b, OptionType(a)):
            both = join(a, b)
            return None if both is None else OptionType(both)
        case ((RecordType() | UnionType()), (RecordType() | UnionType())):
            return union_of(records_of(left) + records_of(right))
        case ListType(a, ordered), ListType(b, also):
            both = join(a, b)
            return None if both is None else ListType(both, ordered and also)
        case (SetType(a), SetType(b)) | (SetType(a), QuorumType(b)) | (QuorumType(b), SetType(a)):
            both = join(a, b)
            return None if both is None else SetType(both)
        case QuorumType(a), QuorumType(b):
            return SetType(a) if a == b else None
        case SeqType(a), SeqType(b):
            both = join(a, b)
            return None if both is None else SeqType(both)
        case TupleType(some), TupleType(others) if len(some) == len(others):
            items = [join(a, b) for a, b in zip(some, others, strict=True)]
            found = tuple(item for item in items if item is not None)
            return TupleType(found) if len(found) == len(items) else None
        case _:
            return None


def converts(narrow: Type, wide: Type) -> bool:
    """Whether CPython takes a value of one type where the other is wanted, unchanged. A list is no Seq."""
    match narrow, wide:
        case (SeqType(), ListType()) | (ListType(), SeqType()):
            return False
        case OptionType(a), OptionType(b):
            return converts(a, b)
        case _, OptionType(b):
            return converts(narrow, b)
        case _:
            return widens(narrow, wide)


def as_type(expr: ir.Expr, kind: Type, span: ir.Span) -> ir.Expr:
    """The expression at a type that it converts to."""
    return expr if agree(type_of(expr), kind) else ir.Widen(expr, loose(kind), span=span)


def _fits(have: Type, want: Type) -> bool:
    """Whether each value of a type passes the checks of a store, so that none is needed."""
    if have == want:
        return True
    match have, want:
        case IntType(low, high), IntType(least, most):
            if not (isinstance(low, int) and isinstance(high, int)):
                return False
            return isinstance(least, int) and isinstance(most, int) and least <= low and high <= most
        case OptionType(a), OptionType(b):
            return _fits(a, b)
        case _, OptionType(b):
            return _fits(have, b)
        case TupleType(some), TupleType(items) if len(some) == len(items):
            return all(map(_fits, some, items))
        case SetType(a), SetType(b):
            return _fits(a, b)
        case (PartialType(k, a), PartialType(key, b)) | (MapType(k, a), MapType(key, b)):
            return _fits(k, key) and _fits(a, b)
        case _:
            return not _is_checked(want)


def _is_checked(kind: Type) -> bool:
    match kind:
        case IntType(low, high):
            return low is not None or high is not None
        case SeqType() | BagType():
            return True
        case OptionType(item) | SetType(item):
            return _is_checked(item)
        case TupleType(items):
            return any(_is_checked(item) for item in items)
        case MapType(key, value) | PartialType(key, value):
            return _is_checked(key) or _is_checked(value)
        case _:
            return False


def stored(expr: ir.Expr, kind: Type, span: ir.Span) -> ir.Expr:
    """The expression stored at a type that it converts to: widened, and checked where it may not fit."""
    match expr, kind:
        case ir.IntLit(value), IntType(int() as low, int() as high) if low <= value <= high:
            return expr
        case ir.NoneLit(), OptionType():
            return ir.NoneLit(kind, span=expr.span)
        case ((ir.SetLit(_, ()) | ir.SeqLit(_, ()) | ir.MapLit(_, ())), _) if agree(type_of(expr), kind):
            return expr
        case _:
            pass
    if (
        isinstance(kind, OptionType)
        and isinstance(expr, ir.IntLit)
        and not isinstance(type_of(expr), OptionType)
    ):
        inner = stored(expr, kind.item, span)
        return ir.Widen(inner, kind, span=span)
    have = type_of(expr)
    made = as_type(expr, kind, span)
    return made if _fits(have, kind) else ir.Fit(made, kind, span=span)
