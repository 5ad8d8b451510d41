"""From the language's forms (Python classes inside) to IR types (names inside), and back to the classes."""

from __future__ import annotations

import enum
from typing import assert_never

from checker.ir.types import (
    BagType,
    BoolType,
    Bound,
    Capacity,
    EnumType,
    IntType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortSize,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.language.errors import FormError
from checker.language.forms import (
    BagForm,
    BoolForm,
    EnumForm,
    Form,
    IntForm,
    MapForm,
    OptionForm,
    PartialForm,
    QuorumForm,
    RecordForm,
    SeqForm,
    SetForm,
    SortForm,
    TupleForm,
    UnionForm,
    record_fields,
)
from checker.language.forms import Capacity as FormCapacity
from checker.language.members import Ordered, Sort
from checker.language.records import Record


def _place(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


class TypeTable:
    """The types of a model, and the classes behind their names."""

    def __init__(self) -> None:
        self.sorts: dict[type[Sort], SortType] = {}
        self.enums: dict[type[enum.Enum], EnumType] = {}
        self.records: dict[type[Record], RecordType] = {}
        self.classes: dict[str, type] = {}
        self.params: dict[str, None] = {}
        self._open: list[type[Record]] = []

    def of(self, form: Form) -> Type:
        """The IR type of a form.

        Raises:
            FormError: two classes of one name, or a record that contains itself.
        """
        match form:
            case BoolForm():
                return BoolType()
            case IntForm(low, high):
                return IntType(self._bound(low), self._bound(high))
            case EnumForm(enum_class):
                return self.enum(enum_class)
            case SortForm(cls):
                return self.sort(cls)
            case RecordForm(record):
                return self.record(record)
            case UnionForm(classes):
                return UnionType(tuple(self.record(cls) for cls in classes))
            case OptionForm(item):
                return OptionType(self.of(item))
            case TupleForm(items):
                return TupleType(tuple(self.of(item) for item in items))
            case MapForm(key, value):
                return MapType(self.of(key), self.of(value))
            case PartialForm(key, value):
                return PartialType(self.of(key), self.of(value))
            case SetForm(item):
                return SetType(self.of(item))
            case SeqForm(item, capacity):
                return SeqType(self.of(item), self._capacity(capacity))
            case BagForm(item, capacity):
                return BagType(self.of(item), self._capacity(capacity))
            case QuorumForm(cls):
                return QuorumType(self.sort(cls))
            case _:
                assert_never(form)

    def sort(self, cls: type[Sort]) -> SortType:
        """The type of a sort's members."""
        self._name(cls)
        return self.sorts.setdefault(cls, SortType(cls.__name__, issubclass(cls, Ordered)))

    def enum(self, cls: type[enum.Enum]) -> EnumType:
        """The type of an enum's members."""
        self._name(cls)
        return self.enums.setdefault(cls, EnumType(cls.__name__, tuple(member.name for member in cls)))

    def record(self, cls: type[Record]) -> RecordType:
        """The type of a record class without subclasses."""
        self._name(cls)
        found = self.records.get(cls)
        if found is None:
            if cls in self._open:
                raise FormError(
                    f"'{cls.__name__}' contains itself",
                    "a record has a fixed depth; use a Seq or a key into a Map",
                )
            self._open.append(cls)
            try:
                fields = tuple((name, self.of(form)) for name, form in record_fields(cls))
            finally:
                self._open.pop()
            found = self.records[cls] = RecordType(cls.__name__, fields)
        return found

    def _name(self, cls: type) -> None:
        other = self.classes.setdefault(cls.__name__, cls)
        if other is not cls:
            raise FormError(
                f"two classes are named '{cls.__name__}' ({_place(other)} and {_place(cls)})",
                "rename one of them",
            )

    def _bound(self, bound: int | str | None) -> Bound | None:
        if isinstance(bound, str):
            self._param(bound)
            return ParamValue(bound)
        return bound

    def _capacity(self, capacity: FormCapacity | None) -> Capacity | None:
        if isinstance(capacity, str):
            self._param(capacity)
            return ParamValue(capacity)
        if isinstance(capacity, type):
            assert issubclass(capacity, Sort), "forms check this"
            return SortSize(self.sort(capacity).name)
        return capacity

    def _param(self, name: str) -> None:
        if not name.isidentifier():
            raise FormError(
                f"the bound '{name}' is computed",
                "name one parameter, and say in an @assume how it follows from the others",
            )
        if name not in self.params:
            raise FormError(
                f"'{name}' is no parameter of the model", f"declare it in the class: {name}: Param"
            )
