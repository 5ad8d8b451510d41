"""A fixed total order over all values of the language, for enumerating arguments; models cannot observe
it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from checker.language.bags import Bag
from checker.language.members import Sort
from checker.language.records import Record


def value_key(value: Any) -> tuple[Any, ...]:
    """A key that sorts values: None, booleans and integers, members by number, enums by declaration, records
    by class and fields, sequences and tuples by elements, sets by their sorted elements, maps by their sorted
    items."""
    if value is None:
        return (0,)
    if isinstance(value, int):
        return (1, int(value))
    if isinstance(value, Sort):
        return (2, type(value).__name__, value.number)
    if isinstance(value, enum.Enum):
        return (3, type(value).__name__, list(type(value)).index(value))
    if isinstance(value, Record):
        return (4, type(value).__name__, *(value_key(item) for item in value.record_values()))
    return _collection_key(value, value.__class__)


def _collection_key(value: Any, kind: type) -> tuple[Any, ...]:
    if issubclass(kind, Bag):
        return (5, *sorted(value_key(item) for item in value))
    if issubclass(kind, Mapping):
        return (6, *sorted((value_key(key), value_key(item)) for key, item in value.items()))
    if issubclass(kind, frozenset | set):
        return (7, *sorted(value_key(item) for item in value))
    assert issubclass(kind, tuple | list), f"{value!r} is no value of the language"
    return (8, *(value_key(item) for item in value))
