"""Run-time values as people read them, by their IR type. The order inside sets and maps is fixed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

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
from checker.ir.universe import Universe, Value
from checker.ir.values import Values


class ValueText:
    """The text of values in one scope."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._values = Values(universe)

    def sort(self, values: Iterable[Value], kind: Type) -> list[Value]:
        """The values in their fixed order."""
        return sorted(values, key=self._values.order_key(kind))

    def show(self, value: Value, kind: Type) -> str:
        """One line, the same for equal values."""
        match kind:
            case BoolType() | IntType():
                return str(value)
            case EnumType(name, members):
                return next(member for member in members if self._universe.enum_member(name, member) == value)
            case SortType(name):
                return f"{name}{self._universe.position(value) + 1}"
            case OptionType(item):
                return "None" if value is None else self.show(value, item)
            case RecordType(name, fields):
                inside = (
                    f"{label}={self.show(self._universe.field(value, label), item)}" for label, item in fields
                )
                return f"{name}({', '.join(inside)})"
            case UnionType(records):
                name = self._universe.record_name(value)
                return self.show(value, next(record for record in records if record.name == name))
            case TupleType(items):
                parts = [self.show(part, item) for part, item in zip(value, items, strict=True)]
                return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            case MapType(key, item) | PartialType(key, item):
                pairs = ((held, value[held]) for held in self.sort(value, key))
                inside = (f"{self.show(held, key)}: {self.show(got, item)}" for held, got in pairs)
                return f"{{{', '.join(inside)}}}"
            case SetType(item):
                return f"{{{self._items(self.sort(value, item), item)}}}"
            case QuorumType(sort):
                return f"{{{self._items(self.sort(value, sort), sort)}}}"
            case BagType(item):
                distinct = self.sort(dict.fromkeys(value), item)
                return f"{{{', '.join(f'{self.show(one, item)}: {value.count(one)}' for one in distinct)}}}"
            case SeqType(item) | ListType(item, True):
                return f"[{self._items(value, item)}]"
            case ListType(item, _):
                return f"[{self._items(self.sort(value, item), item)}]"
            case _:
                assert_never(kind)

    def _items(self, values: Iterable[Value], kind: Type) -> str:
        return ", ".join(self.show(value, kind) for value in values)
