"""Where the names in a model's traces come from: what a program printed from a trace has to import."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from checker.language.declaration import declare, forms_of
from checker.language.errors import ModelError
from checker.language.forms import (
    BagForm,
    EnumForm,
    Form,
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
from checker.language.model import Model


def names_of(model: type[Model]) -> tuple[dict[str, str], dict[str, str]]:
    """The Python expression of each enum member, `{"LEADER": "Role.LEADER"}`, and the module of each class.

    Nothing when the model itself cannot be read.
    """
    expressions: dict[str, str] = {}
    modules: dict[str, str] = {model.__name__: model.__module__}
    try:
        for form in forms_of(declare(model)):
            for cls in _classes(form):
                modules.setdefault(cls.__name__, cls.__module__)
                if issubclass(cls, enum.Enum):
                    for member in cls:
                        expressions.setdefault(member.name, f"{cls.__name__}.{member.name}")
    except ModelError:
        return {}, {}
    return expressions, modules


def _classes(form: Form) -> Iterator[type]:
    match form:
        case EnumForm(cls) | SortForm(cls) | QuorumForm(cls):
            yield cls
        case RecordForm(cls):
            yield cls
            for _, inner in record_fields(cls):
                yield from _classes(inner)
        case UnionForm(classes):
            for cls in classes:
                yield from _classes(RecordForm(cls))
        case MapForm(key, value) | PartialForm(key, value):
            yield from _classes(key)
            yield from _classes(value)
        case TupleForm(items):
            for item in items:
                yield from _classes(item)
        case OptionForm(item) | SetForm(item) | SeqForm(item) | BagForm(item):
            yield from _classes(item)
        case _:
            return
