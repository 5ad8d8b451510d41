"""Resolved types of lowered values: what covers two of them, what a node's type adds to a value's own."""

from __future__ import annotations

from checker.ir.types import (
    BagType,
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
    show_type,
)


def interval(low: int | None, high: int | None) -> IntType:
    """A type of integers; ends beyond 62 bits count as none."""
    limit = 1 << 62
    kept_low = low if low is not None and -limit <= low <= limit else None
    kept_high = high if high is not None and -limit <= high <= limit else None
    return IntType(kept_low, kept_high)


def join(left: Type, right: Type) -> Type:
    """The least type with the values of both; they agree apart from bounds, options and records of a
    union."""
    if left == right:
        return left
    match left, right:
        case IntType(a, b), IntType(c, d):
            low = min(a, c) if isinstance(a, int) and isinstance(c, int) else None
            high = max(b, d) if isinstance(b, int) and isinstance(d, int) else None
            return IntType(low, high)
        case OptionType(a), OptionType(b):
            return OptionType(join(a, b))
        case OptionType(a), b:
            return OptionType(join(a, b))
        case a, OptionType(b):
            return OptionType(join(a, b))
        case RecordType(name, some), RecordType(other, more) if name == other:
            pairs = zip(some, more, strict=True)
            return RecordType(name, tuple((label, join(a, b)) for (label, a), (_, b) in pairs))
        case ((RecordType() | UnionType()), (RecordType() | UnionType())):
            return _union(left, right)
        case TupleType(some), TupleType(more):
            return TupleType(tuple(join(a, b) for a, b in zip(some, more, strict=True)))
        case ((SetType() | QuorumType()), (SetType() | QuorumType())):
            return SetType(join(_member(left), _member(right)))
        case SeqType(a, m), SeqType(b, n):
            return SeqType(join(a, b), m if m == n else None)
        case BagType(a, m), BagType(b, n):
            return BagType(join(a, b), m if m == n else None)
        case ((SeqType() | ListType()), (SeqType() | ListType())):
            ordered = all(not isinstance(one, ListType) or one.ordered for one in (left, right))
            return ListType(join(left.item, right.item), ordered)
        case MapType(a, b), MapType(c, d):
            return MapType(join(a, c), join(b, d))
        case PartialType(a, b), PartialType(c, d):
            return PartialType(join(a, c), join(b, d))
        case _:
            raise AssertionError(f"{show_type(left)} and {show_type(right)} have no common type")


def _member(kind: Type) -> Type:
    if isinstance(kind, QuorumType):
        return kind.sort
    assert isinstance(kind, SetType)
    return kind.item


def _union(left: RecordType | UnionType, right: RecordType | UnionType) -> UnionType:
    records: dict[str, RecordType] = {}
    for side in (left, right):
        for record in side.records if isinstance(side, UnionType) else (side,):
            known = records.get(record.name)
            joined = record if known is None else join(known, record)
            assert isinstance(joined, RecordType)
            records[record.name] = joined
    return UnionType(tuple(records[name] for name in sorted(records)))


def conformed(own: Type, declared: Type) -> Type:
    """The declared type with the bounds that the value's own type has: what Widen, Narrow and results of
    helpers
    make of a value."""
    match own, declared:
        case IntType(), IntType():
            return own
        case OptionType(a), OptionType(b):
            return OptionType(conformed(a, b))
        case a, OptionType(b):
            return OptionType(conformed(a, b))
        case OptionType(a), b:
            return conformed(a, b)
        case RecordType(name), RecordType(other) if name == other:
            return own
        case UnionType(records), RecordType(name):
            return next((record for record in records if record.name == name), declared)
        case RecordType(), UnionType(records):
            return UnionType(tuple(own if one.name == own.name else one for one in records))
        case UnionType(some), UnionType(records):
            known = {record.name: record for record in some}
            return UnionType(tuple(known.get(one.name, one) for one in records))
        case TupleType(some), TupleType(items):
            return TupleType(tuple(conformed(a, b) for a, b in zip(some, items, strict=True)))
        case QuorumType(sort), SetType(item):
            return SetType(conformed(sort, item))
        case SetType(a), SetType(b):
            return SetType(conformed(a, b))
        case SeqType(a, capacity), SeqType(b):
            return SeqType(conformed(a, b), capacity)
        case BagType(a, capacity), BagType(b):
            return BagType(conformed(a, b), capacity)
        case ((SeqType(a) | ListType(a)), ListType(b, ordered)):
            return ListType(conformed(a, b), ordered)
        case ListType(a), SeqType(b):
            return SeqType(conformed(a, b), None)
        case (MapType(key, a), MapType(_, b)):
            return MapType(key, conformed(a, b))
        case (PartialType(key, a), PartialType(_, b)):
            return PartialType(key, conformed(a, b))
        case _:
            return declared


def loosened(kind: Type) -> Type:
    """The type without bounds outside records: what a local that is bound more than once can hold."""
    match kind:
        case IntType():
            return IntType()
        case OptionType(item):
            return OptionType(loosened(item))
        case TupleType(items):
            return TupleType(tuple(loosened(item) for item in items))
        case SetType(item):
            return SetType(loosened(item))
        case SeqType(item):
            return SeqType(loosened(item))
        case BagType(item):
            return BagType(loosened(item))
        case ListType(item, ordered):
            return ListType(loosened(item), ordered)
        case MapType(key, value):
            return MapType(key, loosened(value))
        case PartialType(key, value):
            return PartialType(key, loosened(value))
        case _:
            return kind
