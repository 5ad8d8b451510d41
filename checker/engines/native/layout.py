"""The stored form of a state: which bits hold what. Planned here, as data; rendered by `packing`.

Each variable takes the fewest bits that its kind of place allows, one after the other; budgets come last. A
set of
at most SET_DENSE possible elements is stored as its mask, a larger one as the number of its elements and
their sorted
ranks, up to a capacity: a guess that is checked, never a limit of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checker.engines.native.forms import Forms, Shape
from checker.engines.native.kept_sets import Kept
from checker.engines.native.operations import parts_of
from checker.engines.native.sizes import bits
from checker.ir import nodes as ir
from checker.ir.types import (
    BagType,
    IntType,
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

SET_DENSE = 512
"""The most possible elements of a set that is always stored as a mask; at least 64, for a mask of one word
is no array."""
FIRST_CAPACITY = 32
"""The first guess of how many elements a sparse set holds."""
WHOLE_RANK = 32
"""The most bits of a collection that is stored as one rank."""


@dataclass(frozen=True, slots=True)
class Number:
    """A rank: the value's digit."""

    type: Type
    bits: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A sequence that is one number, as it is: more bits than its rank, and no work."""

    type: SeqType
    bits: int


@dataclass(frozen=True, slots=True)
class Dense:
    """A set as a mask."""

    type: SetType
    bits: int


@dataclass(frozen=True, slots=True)
class Sparse:
    """A set as a count and sorted ranks."""

    type: SetType
    capacity: int
    count_bits: int
    item_bits: int

    @property
    def bits(self) -> int:
        """All bits."""
        return self.count_bits + self.capacity * self.item_bits


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part per key of a map, or per place of a sequence, a bag or a set, after a header: the keys that are
    there, the length. Elements of bags and sets are in order."""

    type: Type
    header: int
    count: int
    item: Stored

    @property
    def bits(self) -> int:
        """All bits."""
        return self.header + self.count * self.item.bits


@dataclass(frozen=True, slots=True)
class Optional:
    """A value or None per key of a partial map, each as one number, 0 for no entry."""

    type: PartialType
    count: int
    item_bits: int

    @property
    def bits(self) -> int:
        """All bits."""
        return self.count * self.item_bits


@dataclass(frozen=True, slots=True)
class Fields:
    """Parts one after the other, after a tag: of a record or tuple, an option, a union."""

    type: Type
    header: int
    parts: tuple[Stored, ...]

    @property
    def bits(self) -> int:
        """All bits."""
        return self.header + sum(part.bits for part in self.parts)


Stored = Number | Plain | Dense | Sparse | Repeat | Optional | Fields


@dataclass(frozen=True, slots=True)
class Place:
    """Where one variable is stored."""

    name: str
    type: Type
    offset: int
    stored: Stored


@dataclass(frozen=True, slots=True)
class Layout:
    """The stored form of a model's state in a scope.

    Attributes:
        kept: the types of sets that are lists in the working form as well.
    """

    places: tuple[Place, ...]
    kept: tuple[Kept, ...] = ()

    @property
    def bits(self) -> int:
        """The bits of a state."""
        return sum(place.stored.bits for place in self.places)

    @property
    def words(self) -> int:
        """The 64-bit words of a state."""
        return max((self.bits + 63) // 64, 1)

    @property
    def sparse(self) -> tuple[Place, ...]:
        """The variables that are sparse sets."""
        return tuple(place for place in self.places if isinstance(place.stored, Sparse))

    def number(self, place: Place) -> int:
        """The number of a sparse set in an overflow; those before belong to kept sets."""
        return len(self.kept) + self.sparse.index(place)

    def outgrown(self, number: int) -> tuple[str, int]:
        """What overflowed: the name of its capacity, and the capacity."""
        if number < len(self.kept):
            return self.kept[number].name, self.kept[number].capacity
        place = self.sparse[number - len(self.kept)]
        assert isinstance(place.stored, Sparse)
        return place.name, place.stored.capacity


def budget_name(fault: str) -> str:
    """The C name of a budget, after `m_`. No variable of a model has two underscores and a fault's name in
    it."""
    return f"fault__{fault}"


def state_variables(model: ir.Model, forms: Forms, faults: Mapping[str, int]) -> list[tuple[str, Type]]:
    """The parts of a state in order, with resolved types: the variables, then the budgets."""
    variables = [(variable.name, forms.sizes.resolve(variable.type)) for variable in model.variables]
    return variables + [(budget_name(fault), IntType(0, faults.get(fault, 0))) for fault in model.faults]


def plan(
    variables: list[tuple[str, Type]], forms: Forms, capacities: Mapping[str, int] | None = None
) -> Layout:
    """The layout of a state. `capacities` gives those of sparse sets that turned out too small."""
    chosen: list[Stored] = []
    for name, kind in variables:
        stored = _stored(forms, kind)
        if isinstance(kind, SetType) and isinstance(stored, Dense) and stored.bits > SET_DENSE:
            sparse = _sparse(kind, stored.bits, (capacities or {}).get(name, FIRST_CAPACITY))
            stored = sparse if sparse.bits < stored.bits else stored
        chosen.append(stored)
    # Bits that are left over in the last word are spent on sequences that need not be ranked.
    spare = -sum(stored.bits for stored in chosen) % 64
    places: list[Place] = []
    offset = 0
    for (name, kind), stored in zip(variables, chosen, strict=True):
        plain = _stored(forms, kind, ranked=False) if not isinstance(stored, Sparse) else stored
        if plain.bits - stored.bits <= spare:
            spare -= plain.bits - stored.bits
            stored = plain
        places.append(Place(name, kind, offset, stored))
        offset += stored.bits
    return Layout(tuple(places), tuple(forms.kept.values()))


def _sparse(kind: SetType, elements: int, capacity: int) -> Sparse:
    return Sparse(kind, capacity, bits(capacity + 1), bits(elements))


def _stored(forms: Forms, kind: Type, *, ranked: bool = True) -> Stored:
    """The stored form of a type; sequences that are one number as their ranks, or as they are."""
    form = forms.form(kind)
    if form.shape is Shape.BITS and not ranked:
        assert isinstance(kind, SeqType)
        parts = forms.sequence_bits(kind)
        assert parts is not None
        assert isinstance(kind.capacity, int)
        return Plain(kind, parts[0] + kind.capacity * parts[1])

    def inside(part: Type) -> Stored:
        return _stored(forms, part, ranked=ranked)

    if form.shape in (Shape.INT, Shape.RANK):
        return Number(kind, bits(forms.count(kind)))
    match kind:
        case SetType(item) if kind in forms.kept:
            capacity = forms.kept[kind].capacity
            return Repeat(kind, bits(capacity + 1), capacity, inside(item))
        case SetType(item):
            count = forms.sizes.cardinality(item)
            assert count is not None
            return Dense(kind, count)
        case SeqType(item, int(capacity)) | BagType(item, int(capacity)):
            if form.count and (bits(form.count) <= WHOLE_RANK or form.shape is Shape.BITS):
                return Number(kind, bits(form.count))
            return Repeat(kind, bits(capacity + 1), capacity, inside(item))
        case MapType(key, value):
            return Repeat(kind, 0, forms.count(key), inside(value))
        case PartialType(key, value):
            count, inner = forms.count(key), forms.form(value)
            if inner.shape in (Shape.INT, Shape.RANK):
                return Optional(kind, count, bits(forms.count(value) + 1))
            return Repeat(kind, count, count, inside(value))
        case OptionType(item):
            return Fields(kind, 1, (inside(item),))
        case UnionType(records):
            return Fields(kind, bits(len(records)), tuple(inside(record) for record in records))
        case RecordType() | TupleType():
            return Fields(kind, 0, tuple(inside(part) for part in parts_of(kind)))
        case _:
            raise AssertionError(f"{show_type(kind)} is not stored")


def show(layout: Layout) -> str:
    """The layout as a table for people."""
    lines = [f"{layout.bits} bits, {layout.words} words"]
    for place in layout.places:
        what = type(place.stored).__name__.lower()
        if isinstance(place.stored, Sparse):
            what = f"sparse, at most {place.stored.capacity}"
        lines.append(
            f"{place.offset:6} {place.stored.bits:5}  {place.name}: {show_type(place.type)} ({what})"
        )
    return "\n".join(lines) + "\n"
