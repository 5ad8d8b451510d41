"""The types of IR expressions. Sizes stay symbolic: one captured model serves every scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never, final


@final
@dataclass(frozen=True, slots=True)
class SortSize:
    """The number of members that the scope gives a sort."""

    sort: str


@final
@dataclass(frozen=True, slots=True)
class ParamValue:
    """The integer that the scope gives a parameter of the model."""

    param: str


Bound = int | ParamValue
"""An end of an integer range."""

Capacity = int | SortSize | ParamValue
"""The most elements that a sequence or bag in the state may hold."""


@final
@dataclass(frozen=True, slots=True)
class BoolType:
    """True or False."""


@final
@dataclass(frozen=True, slots=True)
class IntType:
    """An integer; `None` as an end means unbounded (intermediate values only, never a state place)."""

    low: Bound | None = None
    high: Bound | None = None


@final
@dataclass(frozen=True, slots=True)
class EnumType:
    """One of a fixed list of names, in declaration order."""

    name: str
    members: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class SortType:
    """A finite set of members whose number the scope gives; `ordered` members are totally ordered."""

    name: str
    ordered: bool


@final
@dataclass(frozen=True, slots=True)
class RecordType:
    """A named product."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def field(self, name: str) -> Type:
        """The type of one field."""
        return dict(self.fields)[name]


@final
@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several record types; the value knows which. At least two, ordered by name."""

    records: tuple[RecordType, ...]


@final
@dataclass(frozen=True, slots=True)
class OptionType:
    """`item` or None; `item` is never an option itself."""

    item: Type


@final
@dataclass(frozen=True, slots=True)
class TupleType:
    """A fixed number of values of fixed types: keys of maps, loop targets."""

    items: tuple[Type, ...]


@final
@dataclass(frozen=True, slots=True)
class MapType:
    """A total map: every value of `key` has one."""

    key: Type
    value: Type


@final
@dataclass(frozen=True, slots=True)
class PartialType:
    """A map defined on some keys."""

    key: Type
    value: Type


@final
@dataclass(frozen=True, slots=True)
class SetType:
    """A finite set."""

    item: Type


@final
@dataclass(frozen=True, slots=True)
class QuorumType:
    """A minimal majority of a sort's members; read as a set of them."""

    sort: SortType


@final
@dataclass(frozen=True, slots=True)
class SeqType:
    """A sequence; `capacity` is None for intermediate values."""

    item: Type
    capacity: Capacity | None = None


@final
@dataclass(frozen=True, slots=True)
class BagType:
    """A multiset; `capacity` bounds the number of elements with repetition."""

    item: Type
    capacity: Capacity | None = None


@final
@dataclass(frozen=True, slots=True)
class ListType:
    """A list made inside a method. `ordered` is False when its order would depend on that of a set or sort:
    then it is a multiset, and nothing may observe positions. Never part of the state."""

    item: Type
    ordered: bool


Type = (
    BoolType
    | IntType
    | EnumType
    | SortType
    | RecordType
    | UnionType
    | OptionType
    | TupleType
    | MapType
    | PartialType
    | SetType
    | QuorumType
    | SeqType
    | BagType
    | ListType
)


def _bound(bound: Bound | None) -> str:
    match bound:
        case None:
            return ".."
        case ParamValue(name):
            return name
        case _:
            return str(bound)


def show_capacity(capacity: Capacity | None) -> str:
    """A capacity as the source would write it."""
    match capacity:
        case None:
            return "*"
        case SortSize(name) | ParamValue(name):
            return name
        case int():
            return str(capacity)
        case _:
            assert_never(capacity)


def show_type(kind: Type) -> str:
    """The type as a model's source would write it."""
    match kind:
        case BoolType():
            return "bool"
        case IntType(None, None):
            return "int"
        case IntType(low, high):
            return f"Range({_bound(low)}, {_bound(high)})"
        case EnumType(name) | SortType(name) | RecordType(name):
            return name
        case UnionType(records):
            return " | ".join(record.name for record in records)
        case OptionType(item):
            return f"{show_type(item)} | None"
        case TupleType(items):
            return f"tuple[{', '.join(show_type(item) for item in items)}]"
        case MapType(key, value):
            return f"Map[{show_type(key)}, {show_type(value)}]"
        case PartialType(key, value):
            return f"Partial[{show_type(key)}, {show_type(value)}]"
        case SetType(item):
            return f"Set[{show_type(item)}]"
        case QuorumType(sort):
            return f"Quorum[{sort.name}]"
        case SeqType(item, capacity):
            return f"Seq[{show_type(item)}, {show_capacity(capacity)}]"
        case BagType(item, capacity):
            return f"Bag[{show_type(item)}, {show_capacity(capacity)}]"
        case ListType(item, ordered):
            return f"list[{show_type(item)}]" if ordered else f"unordered list[{show_type(item)}]"
        case _:
            assert_never(kind)
