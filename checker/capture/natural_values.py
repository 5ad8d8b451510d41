"""Which types have a value to start from when no @initial gives one."""

from __future__ import annotations

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
    show_type,
)


def without_natural(kind: Type) -> str | None:
    """The part of a type that has no natural value, as the source would write it; None when there is one."""
    match kind:
        case SortType(name, ordered):
            return None if ordered else name
        case QuorumType() | UnionType():
            return show_type(kind)
        case RecordType(_, fields):
            return next((found for _, item in fields if (found := without_natural(item)) is not None), None)
        case TupleType(items):
            return next((found for item in items if (found := without_natural(item)) is not None), None)
        case MapType(_, value):
            return without_natural(value)
        case (
            BoolType()
            | IntType()
            | EnumType()
            | OptionType()
            | PartialType()
            | SetType()
            | SeqType()
            | BagType()
            | ListType()
        ):
            return None
