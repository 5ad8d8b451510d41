"""The working form in Python: ctypes structures of the C types, and values of the language written into them
and read."""

from __future__ import annotations

import ctypes
from typing import Any

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import Form, Forms, Shape, words
from checker.engines.native.operations import parts_of
from checker.engines.native.ranks import Ranks
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
)
from checker.ir.universe import Value

SCALARS = {
    "bool": ctypes.c_bool, "uint8_t": ctypes.c_uint8, "uint16_t": ctypes.c_uint16,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64, "int8_t": ctypes.c_int8, "int16_t": ctypes.c_int16,
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
}  # fmt: skip


class Mirror:
    """Reads and writes the C values of one program, with the values of one universe."""

    def __init__(self, forms: Forms, ranks: Ranks) -> None:
        self.forms = forms
        self.ranks = ranks
        self._types: dict[Type, Any] = {}

    def memory(self, kind: Type) -> Any:
        """The ctypes type of a value in memory."""
        form = self.forms.form(kind)
        if form.memory in SCALARS:
            return SCALARS[form.memory]
        if kind not in self._types:
            self._types[kind] = self._structure(form)
        return self._types[kind]

    def _structure(self, form: Form) -> Any:
        fields: list[tuple[str, Any]]
        match form.type:
            case SetType(item) if form.shape is Shape.MASK:
                return ctypes.c_uint64 * words(self.forms.sizes.cardinality(item) or 0)
            case MapType(key, value):
                fields = [("e", self.memory(value) * max(self.forms.count(key), 1))]
            case PartialType(key, value):
                count = self.forms.count(key)
                has = ctypes.c_uint64 if count <= 64 else ctypes.c_uint64 * words(count)
                fields = [("has", has), ("e", self.memory(value) * max(count, 1))]
            case SetType(item) if form.shape is Shape.KEPT:
                room = self.forms.kept[form.type].capacity
                fields = [("n", ctypes.c_int32), ("e", self.memory(item) * room)]
            case SeqType(item, int(capacity)) | BagType(item, int(capacity)):
                fields = [("n", ctypes.c_int32), ("e", self.memory(item) * max(capacity, 1))]
            case OptionType(item):
                fields = [("has", ctypes.c_bool), ("value", self.memory(item))]
            case UnionType(records):
                parts = [(f"r{i}", self.memory(record)) for i, record in enumerate(records)]
                fields = [("tag", ctypes.c_uint32), *parts]
            case RecordType() | TupleType():
                fields = [(f"p{i}", self.memory(part)) for i, part in enumerate(parts_of(form.type))]
            case _:
                item_memory: type[Any] = self.memory(item_of(form.type))
                pointer: Any = ctypes.POINTER(item_memory)
                fields = [("e", pointer), ("n", ctypes.c_int64), ("room", ctypes.c_int64)]
        return type(form.c, (ctypes.Structure,), {"_fields_": fields or [("unused", ctypes.c_char)]})

    def state_type(self, variables: list[tuple[str, Type]]) -> Any:
        """The structure of a state."""
        fields = [(f"m_{name}", self.memory(kind)) for name, kind in variables]
        return type("State", (ctypes.Structure,), {"_fields_": fields or [("unused", ctypes.c_char)]})

    # -------------------------------------------------------------- reading

    def read(self, kind: Type, held: Any) -> Value:
        """A C value as a value of the universe. Lists and bags without order come as lists."""
        form = self.forms.form(kind)
        match form.shape:
            case Shape.INT:
                return int(held)
            case Shape.RANK:
                return self.ranks.value(kind, int(held))
            case Shape.MASK:
                whole = held if isinstance(held, int) else sum(word << 64 * i for i, word in enumerate(held))
                item: Type = item_of(kind)
                found: set[Value] = set()
                while whole:
                    bit = whole & -whole
                    found.add(self.ranks.value(item, bit.bit_length() - 1))
                    whole ^= bit
                return frozenset(found)
            case Shape.BITS:
                assert isinstance(kind, SeqType)
                length, width = self._sequence_bits(kind)
                count, ranks = int(held) & (1 << length) - 1, int(held) >> length
                places = [ranks >> width * i & (1 << width) - 1 for i in range(count)]
                assert ranks >> width * count == 0, "behind its end a sequence is zero"
                return tuple(self.ranks.value(kind.item, rank) for rank in places)
            case Shape.LIST | Shape.SEQ | Shape.KEPT:
                items = tuple(self.read(item_of(kind), held.e[i]) for i in range(held.n))
                match kind:
                    case SetType():
                        assert len(set(items)) == len(items), "a set repeats an element"
                        return frozenset(items)
                    case BagType():
                        return self.ranks.universe.bag(items)
                    case _:
                        return items
            case _:
                return self._read_product(kind, held)

    def _read_product(self, kind: Type, held: Any) -> Value:
        match kind:
            case MapType(key, value):
                return {
                    self.ranks.value(key, i): self.read(value, held.e[i])
                    for i in range(self.forms.count(key))
                }
            case PartialType(key, value):
                has = (
                    held.has
                    if isinstance(held.has, int)
                    else sum(w << 64 * i for i, w in enumerate(held.has))
                )
                keys = [i for i in range(self.forms.count(key)) if has >> i & 1]
                return {self.ranks.value(key, i): self.read(value, held.e[i]) for i in keys}
            case OptionType(item):
                return self.read(item, held.value) if held.has else None
            case UnionType(records):
                tag = int(held.tag)
                return self.read(records[tag], getattr(held, f"r{tag}"))
            case RecordType(name, fields):
                parts = tuple(self.read(item, getattr(held, f"p{i}")) for i, (_, item) in enumerate(fields))
                return self.ranks.universe.make_record(name, parts)
            case TupleType(items):
                return tuple(self.read(item, getattr(held, f"p{i}")) for i, item in enumerate(items))
            case _:
                raise AssertionError("no product")

    # -------------------------------------------------------------- writing

    def make(self, kind: Type, value: Value) -> Any:
        """A value of the universe as a C value: an int for what is a number in C."""
        form = self.forms.form(kind)
        match form.shape:
            case Shape.INT:
                return int(value)
            case Shape.RANK:
                return self.ranks.rank(kind, value)
            case Shape.MASK:
                whole = sum(1 << self.ranks.rank(item_of(kind), one) for one in value)
                if form.memory == "uint64_t":
                    return whole
                made = self.memory(kind)()
                for i in range(len(made)):
                    made[i] = whole >> 64 * i & (1 << 64) - 1
                return made
            case Shape.BITS:
                assert isinstance(kind, SeqType)
                length, width = self._sequence_bits(kind)
                ranks = [self.ranks.rank(kind.item, one) for one in value]
                return len(ranks) | sum(rank << length + width * i for i, rank in enumerate(ranks))
            case Shape.SEQ | Shape.KEPT:
                items = list(value)
                if isinstance(kind, BagType) and self.forms.has_rank(kind.item):
                    items.sort(key=lambda one: self.ranks.rank(item_of(kind), one))
                made = self.memory(kind)()
                made.n = len(items)
                for i, one in enumerate(items):
                    made.e[i] = self.make(item_of(kind), one)
                return made
            case _:
                return self._make_product(kind, value)

    def _sequence_bits(self, kind: SeqType) -> tuple[int, int]:
        parts = self.forms.sequence_bits(kind)
        assert parts is not None, "its form says that it is one number"
        return parts

    def _make_product(self, kind: Type, value: Value) -> Any:
        made = self.memory(kind)()
        match kind:
            case MapType(key, item):
                for i in range(self.forms.count(key)):
                    made.e[i] = self.make(item, value[self.ranks.value(key, i)])
            case PartialType(key, item):
                has = 0
                for one, held in value.items():
                    i = self.ranks.rank(key, one)
                    has |= 1 << i
                    made.e[i] = self.make(item, held)
                if self.forms.count(key) <= 64:
                    made.has = has
                else:
                    for i in range(len(made.has)):
                        made.has[i] = has >> 64 * i & (1 << 64) - 1
            case OptionType(item):
                made.has = value is not None
                if value is not None:
                    made.value = self.make(item, value)
            case UnionType(records):
                name = self.ranks.universe.record_name(value)
                made.tag = next(i for i, record in enumerate(records) if record.name == name)
                setattr(made, f"r{made.tag}", self.make(records[made.tag], value))
            case RecordType(_, fields):
                for i, (name, item) in enumerate(fields):
                    setattr(made, f"p{i}", self.make(item, self.ranks.universe.field(value, name)))
            case TupleType(items):
                for i, item in enumerate(items):
                    setattr(made, f"p{i}", self.make(item, value[i]))
            case _:
                raise AssertionError("lists are not written")
        return made
