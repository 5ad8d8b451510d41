"""Run-time values of the language as the plain values that traces carry."""

from __future__ import annotations

import enum
from typing import cast

from checker.language.bags import Bag
from checker.language.members import Sort
from checker.language.records import Record
from checker.language.sequences import Seq
from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, plain_key


def to_plain(value: object) -> Plain:
    """The plain form of a value of the language."""
    match value:
        case None | bool() | int():
            return value
        case Sort():
            return repr(value)
        case enum.Enum():
            return value.name
        case Record():
            names = value.record_names()
            fields = zip(names, value.record_values(), strict=True)
            return PlainRecord(type(value).__name__, tuple([(name, to_plain(item)) for name, item in fields]))
        case dict():
            held = cast(dict[object, object], value)
            items = [(to_plain(key), to_plain(item)) for key, item in held.items()]
            return PlainMap(tuple(sorted(items, key=lambda pair: plain_key(pair[0]))))
        case Bag():
            bag = cast(Bag[object, object], value)
            counted = {to_plain(item): bag.count(item) for item in bag}
            return PlainBag(tuple(sorted(counted.items(), key=lambda pair: plain_key(pair[0]))))
        case frozenset() | set():
            return frozenset([to_plain(item) for item in cast(frozenset[object], value)])
        case Seq():
            return tuple([to_plain(item) for item in cast(tuple[object, ...], value)])
        case tuple():
            return PlainTuple(tuple([to_plain(item) for item in cast(tuple[object, ...], value)]))
        case _:
            raise AssertionError(f"{value!r} is no value of the language")
