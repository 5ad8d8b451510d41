"""The working form of values in C: which C type holds the values of each resolved type.

INT: `int64_t`, integers as they are.
RANK: `bool`, `uint32_t` or `uint64_t`; all that has at most 2**62 values and is no collection.
MASK: `uint64_t` or `mask3` ...; sets of at most 262,144 possible elements, bit r is rank r.
MAP: `struct { V e[keys]; }`; total maps, by the rank of the key.
PARTIAL: `struct { mask has; V e[keys]; }`; partial maps, zero where there is no key.
BITS: `uint64_t`; sequences that fit: the length in the lowest bits, then ranks of elements; zero tails.
SEQ: `struct { int32_t n; T e[capacity]; }`; other sequences with a capacity; bags, sorted where elements
    have ranks; zero tails.
KEPT: the same; larger sets in the state, without repetitions, in any order.
LIST: `struct { T *e; int64_t n, room; }`; other collections, in scratch memory; sets without repetitions.
PRODUCT: `struct { ... }`; records and tuples without a rank.
OPTION: `struct { bool has; T value; }`; options without a rank.
UNION: `struct { uint32_t tag; R0 r0; ... }`; unions without a rank.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

from checker.engines.native import kept_sets
from checker.engines.native.kept_sets import Kept
from checker.engines.native.not_yet import LACKING, NotYetNative
from checker.engines.native.sizes import Sizes, bits
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

RANK_MAX = 1 << 62
KEYS_MAX = 1 << 16


class Shape(enum.Enum):
    """How a value is held."""

    INT = "int"
    RANK = "rank"
    MASK = "mask"
    MAP = "map"
    PARTIAL = "partial"
    BITS = "bits"
    SEQ = "seq"
    KEPT = "kept"
    LIST = "list"
    PRODUCT = "product"
    OPTION = "option"
    UNION = "union"


@dataclass(frozen=True, slots=True)
class Form:
    """The working form of a type.

    Attributes:
        c: the C type of a value in an expression.
        memory: the C type of a value inside another or in the state.
        count: the cardinality when the values have ranks, else 0.
    """

    type: Type
    shape: Shape
    c: str
    memory: str
    count: int = 0


def words(bits: int) -> int:
    """The 64-bit words that hold so many bits; at least one."""
    return max((bits + 63) // 64, 1)


def mask_type(bits: int) -> str:
    """The C type of a mask."""
    return "uint64_t" if bits <= 64 else f"mask{words(bits)}"


class Forms:
    """The forms of a program's types; collects the C declarations that they need, in order.

    Attributes:
        kept: the types of sets that are kept as lists.
    """

    def __init__(self, sizes: Sizes, kept: Mapping[SetType, Kept] | None = None) -> None:
        self.sizes = sizes
        self.kept: Mapping[SetType, Kept] = kept or {}
        self.declarations: list[str] = []
        self._forms: dict[Type, Form] = {}
        self._slugs: dict[str, Type] = {}
        self._masks: set[int] = set()

    def form(self, kind: Type) -> Form:
        """The form of a resolved type; declared when first asked for."""
        known = self._forms.get(kind)
        if known is None:
            known = self._forms[kind] = self._make(kind)
        return known

    def count(self, kind: Type) -> int:
        """The cardinality of a type with ranks."""
        count = self.sizes.cardinality(kind)
        assert count is not None, f"{show_type(kind)} has no bound"
        assert count <= RANK_MAX, f"{show_type(kind)} has no rank"
        return count

    def has_rank(self, kind: Type) -> bool:
        """Whether the values have ranks of at most 62 bits."""
        count = self.sizes.cardinality(kind)
        return count is not None and count <= RANK_MAX

    def sequence_bits(self, kind: SeqType) -> tuple[int, int] | None:
        """The bits of the length and of an element of a sequence that is one number; None when it is none."""
        if not isinstance(kind.capacity, int) or self.form(kind.item).shape not in (Shape.INT, Shape.RANK):
            return None
        if not self.has_rank(kind.item):
            return None
        length, element = bits(kind.capacity + 1), bits(self.count(kind.item))
        # A shift by all the bits must still be one.
        return (length, element) if length + kind.capacity * element < 64 else None

    def _make(self, kind: Type) -> Form:
        match kind:
            case IntType():
                return Form(kind, Shape.INT, "int64_t", _int_memory(kind), self._count_or_zero(kind))
            case BoolType():
                return Form(kind, Shape.RANK, "bool", "bool", 2)
            case EnumType() | SortType() | QuorumType():
                return self._rank(kind)
            case RecordType() | UnionType() | OptionType() | TupleType():
                return self._rank(kind) if self.has_rank(kind) else self._product(kind)
            case MapType(key, value) | PartialType(key, value):
                return self._map(kind, key, value)
            case SetType(item):
                return self._set(kind, item)
            case SeqType(item, int(capacity)) | BagType(item, int(capacity)):
                if isinstance(kind, SeqType) and self.sequence_bits(kind) is not None:
                    return Form(kind, Shape.BITS, "uint64_t", "uint64_t", self._count_or_zero(kind))
                inner = self.form(item).memory
                name = self._declare(kind, f"int32_t n; {inner} e[{max(capacity, 1)}];")
                return Form(kind, Shape.SEQ, name, name, self._count_or_zero(kind))
            case SeqType(item) | BagType(item) | ListType(item):
                return self._list(kind, item)

    def _count_or_zero(self, kind: Type) -> int:
        return self.count(kind) if self.has_rank(kind) else 0

    def _rank(self, kind: Type) -> Form:
        count = self.count(kind)
        c = "uint32_t" if count <= 1 << 32 else "uint64_t"
        memory = next(f"uint{bits}_t" for bits in (8, 16, 32, 64) if count <= 1 << bits)
        return Form(kind, Shape.RANK, c, memory, count)

    def _product(self, kind: RecordType | UnionType | OptionType | TupleType) -> Form:
        match kind:
            case OptionType(item):
                inside, shape = f"bool has; {self.form(item).memory} value;", Shape.OPTION
            case UnionType(records):
                parts = [f"{self.form(record).memory} r{i};" for i, record in enumerate(records)]
                inside, shape = " ".join(["uint32_t tag;", *parts]), Shape.UNION
            case RecordType(_, fields):
                inside = " ".join(f"{self.form(item).memory} f_{name};" for name, item in fields)
                shape = Shape.PRODUCT
            case TupleType(items):
                inside = " ".join(f"{self.form(item).memory} i{i};" for i, item in enumerate(items))
                shape = Shape.PRODUCT
        name = self._declare(kind, inside or "char unused;")
        return Form(kind, shape, name, name)

    def _map(self, kind: MapType | PartialType, key: Type, value: Type) -> Form:
        keys = self.sizes.cardinality(key)
        if keys is None or keys > KEYS_MAX:
            raise NotYetNative(LACKING["wide_key"])
        inner = self.form(value).memory
        entries = f"{inner} e[{max(keys, 1)}];"
        if isinstance(kind, PartialType):
            self.mask(keys)
            name = self._declare(kind, f"{mask_type(keys)} has; {entries}")
            return Form(kind, Shape.PARTIAL, name, name, self._count_or_zero(kind))
        name = self._declare(kind, entries)
        return Form(kind, Shape.MAP, name, name, self._count_or_zero(kind))

    def _set(self, kind: SetType, item: Type) -> Form:
        count = self.sizes.cardinality(item)
        if kind in self.kept:
            return self._kept(kind, self.kept[kind])
        if count is None or count > kept_sets.MASK_MAX:
            return self._list(kind, item)
        self.mask(count)
        return Form(kind, Shape.MASK, mask_type(count), mask_type(count), self._count_or_zero(kind))

    def _kept(self, kind: SetType, kept: Kept) -> Form:
        inner = self.form(kind.item).memory
        name = self._slug(kind)
        self._slugs[name] = kind
        self.declarations.append(
            f"DEFINE_KEPT({name}, {inner}, {kept.capacity}, {kept.number})  // {_comment(kind)}"
        )
        return Form(kind, Shape.KEPT, name, name)

    def _list(self, kind: Type, item: Type) -> Form:
        name = self._list_type(item)
        return Form(kind, Shape.LIST, name, name)

    def _list_type(self, item: Type) -> str:
        """One C type for all lists of an item type."""
        inner = self.form(item).memory
        plain = ListType(item, True)
        slug = self._slug(plain)
        if slug not in self._slugs:
            self._slugs[slug] = plain
            self.declarations.append(f"DEFINE_LIST({slug}, {inner})  // {_comment(plain)}")
        return slug

    def mask(self, bits: int) -> str:
        """Declares the masks of so many bits; their C type."""
        count = words(bits)
        if bits > 64 and count not in self._masks:
            self._masks.add(count)
            self.declarations.append(f"DEFINE_MASK({count})")
        return mask_type(bits)

    def _declare(self, kind: Type, inside: str) -> str:
        name = self._slug(kind)
        self._slugs[name] = kind
        self.declarations.append(f"typedef struct {{ {inside} }} {name};  // {_comment(kind)}")
        return name

    def _slug(self, kind: Type) -> str:
        """A C identifier for a type; the same type always gets the same one."""
        text = _comment(kind).replace(" | None", " option").replace(" | ", " or ")
        base = "m_" + re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:40].rstrip("_").lower()
        name, number = f"{base}_t", 2
        while name in self._slugs and self._slugs[name] != kind:
            name, number = f"{base}_{number}_t", number + 1
        return name


def _comment(kind: Type) -> str:
    return show_type(kind)


def _int_memory(kind: IntType) -> str:
    low, high = kind.low, kind.high
    if isinstance(low, int) and isinstance(high, int):
        for bits in (8, 16, 32):
            if -(1 << (bits - 1)) <= low and high < 1 << (bits - 1):
                return f"int{bits}_t"
    return "int64_t"
