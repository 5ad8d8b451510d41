"""Sets in the state of so many possible elements that no mask can hold them: lists with a capacity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checker.engines.native.sizes import Sizes
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
    show_type,
)

MASK_MAX = 1 << 13
"""The most possible elements of a set that is a mask while an action runs."""

FIRST_CAPACITY = 16
"""The first guess of how many elements such a set holds."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A type of sets that are kept as lists.

    Attributes:
        name: of the type, as it is shown.
        number: among those of the program.
        capacity: how many elements one has room for; when one needs more, the search begins again with more.
    """

    name: str
    number: int
    capacity: int


def kept_sets(variables: Iterable[Type], sizes: Sizes, capacities: Mapping[str, int]) -> dict[SetType, Kept]:
    """The types of sets that are kept as lists.

    Args:
        variables: the resolved types of the variables.
        capacities: those that turned out too small, by the name of the type.
    """
    found: dict[SetType, Kept] = {}
    for variable in variables:
        for kind in _sets_in(variable):
            elements = sizes.cardinality(kind.item)
            if kind not in found and (elements is None or elements > MASK_MAX):
                name = show_type(kind)
                found[kind] = Kept(name, len(found), capacities.get(name, FIRST_CAPACITY))
    return found


def _sets_in(kind: Type) -> Iterator[SetType]:
    """The sets inside a type, the inner ones first."""
    match kind:
        case SetType(item):
            yield from _sets_in(item)
            yield kind
        case OptionType(item) | SeqType(item) | BagType(item):
            yield from _sets_in(item)
        case MapType(key, value) | PartialType(key, value):
            yield from _sets_in(key)
            yield from _sets_in(value)
        case UnionType(records):
            for record in records:
                yield from _sets_in(record)
        case RecordType(_, fields):
            for _, part in fields:
                yield from _sets_in(part)
        case TupleType(items):
            for part in items:
                yield from _sets_in(part)
        case _:
            pass
