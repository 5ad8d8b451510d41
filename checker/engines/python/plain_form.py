"""Run-time values of the language as the plain values that traces carry."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from checker.language.bags import Bag
from checker.language.members import Sort
from checker.language.records import Record
from checker.language.sequences import Seq
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, plain_key


def to_plain(value: object) -> Plain:
    """The plain form of a value of the language."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Sort):
        return repr(value)
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, Record):
        names = value.record_names()
        fields = zip(names, value.record_values(), strict=True)
        return PlainRecord(type(value).__name__, tuple((name, to_plain(item)) for name, item in fields))
    if isinstance(value, Mapping):
        items = [(to_plain(key), to_plain(item)) for key, item in value.items()]
        return PlainMap(tuple(sorted(items, key=lambda pair: plain_key(pair[0]))))
    if isinstance(value, Bag):
        counted = {to_plain(item): value.count(item) for item in value}
        return PlainBag(tuple(sorted(counted.items(), key=lambda pair: plain_key(pair[0]))))
    if isinstance(value, frozenset | set):
        return frozenset(to_plain(item) for item in value)
    if isinstance(value, Seq):
        return tuple(to_plain(item) for item in value)
    assert isinstance(value, tuple), f"{value!r} is no value of the language"
    return PlainTuple(tuple(to_plain(item) for item in value))
