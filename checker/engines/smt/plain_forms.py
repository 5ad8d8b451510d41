"""From values of the language to forms and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from checker.engines.smt.algebra import Algebra
from checker.engines.smt.sizes import Form
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


class PlainForms:
    """The forms of a universe's values; `sequence` makes one that can be stored."""

    def __init__(
        self, universe: Universe, algebra: Algebra, sequence: Callable[[tuple[Value, ...]], Value]
    ) -> None:
        self._universe = universe
        self._sequence = sequence
        self._algebra = algebra

    def form(self, kind: Type, value: Value) -> Form:
        """The form of a value."""
        universe = self._universe
        match kind:
            case BoolType() | IntType():
                return value
            case EnumType(name):
                return list(universe.enum_values(name)).index(value)
            case SortType():
                return universe.position(value)
            case OptionType(item):
                return None if value is None else self.form(item, value)
            case TupleType(items):
                return tuple(self.form(item, part) for item, part in zip(items, value, strict=True))
            case RecordType(_, fields):
                return tuple(self.form(item, universe.field(value, name)) for name, item in fields)
            case UnionType(records):
                name = universe.record_name(value)
                record = next(record for record in records if record.name == name)
                return (name, self.form(record, value))
            case SetType(item):
                return frozenset(self.form(item, one) for one in value)
            case QuorumType(sort):
                return frozenset(self.form(sort, one) for one in value)
            case SeqType(item) | ListType(item):
                return tuple(self.form(item, one) for one in value)
            case BagType(item):
                return frozenset(Counter(self.form(item, one) for one in value).items())
            case MapType(key, item):
                held = self._rows(key, item, value)
                return tuple(held[name] for name in self._algebra.domain(key))
            case PartialType(key, item):
                return frozenset(self._rows(key, item, value).items())
            case _:
                assert_never(kind)

    def _rows(self, key: Type, item: Type, value: Mapping[Any, Any]) -> dict[Form, Form]:
        return {self.form(key, name): self.form(item, one) for name, one in value.items()}

    def value(self, kind: Type, form: Form) -> Value:
        """The value that a form stands for."""
        universe = self._universe
        match kind:
            case BoolType() | IntType():
                return form
            case EnumType(name):
                return universe.enum_values(name)[form]
            case SortType(name):
                return universe.members(name)[form]
            case OptionType(item):
                return None if form is None else self.value(item, form)
            case TupleType(items):
                return tuple(self.value(item, part) for item, part in zip(items, form, strict=True))
            case RecordType(name, fields):
                parts = zip(fields, form, strict=True)
                return universe.make_record(name, tuple(self.value(item, part) for (_, item), part in parts))
            case UnionType(records):
                record = next(record for record in records if record.name == form[0])
                return self.value(record, form[1])
            case SetType(item):
                return frozenset(self.value(item, one) for one in form)
            case QuorumType(sort):
                wanted = frozenset(self.value(sort, one) for one in form)
                return next(one for one in universe.quorums(sort.name) if one == wanted)
            case SeqType(item) | ListType(item):
                return self._sequence(tuple(self.value(item, one) for one in form))
            case BagType(item):
                return universe.bag([self.value(item, one) for one, count in form for _ in range(count)])
            case MapType(key, item):
                names = self._algebra.domain(key)
                pairs = zip(names, form, strict=True)
                return {self.value(key, name): self.value(item, one) for name, one in pairs}
            case PartialType(key, item):
                return {self.value(key, name): self.value(item, one) for name, one in form}
            case _:
                assert_never(kind)
