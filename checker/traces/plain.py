"""Plain values: what traces, reports and files carry. They know nothing of the model's classes.

| plain value            | stands for                                             | shown as
|
|------------------------|--------------------------------------------------------|---------------------------------|
| `None`, `bool`, `int`  | themselves                                             | `None`, `True`, `7`
|
| `str`                  | a member of a sort, an order or an enum                | `Acceptor1`, `LEADER`
|
| `tuple`                | a Seq                                                  | `[Value1, Value2]`
|
| `frozenset`            | a Set or a Quorum                                      | `{Acceptor1, Acceptor2}`
|
| `PlainTuple`           | a tuple                                                | `(Acceptor1, 3)`
|
| `PlainRecord`          | a Record                                               | `Vote(ballot=Ballot1)`
|
| `PlainMap`             | a Map or a Partial                                     | `{Acceptor1: None}`
|
| `PlainBag`             | a Bag                                                  | `{Value1: 2}`
|

Equality is Python's, so `True == 1`; typed models never mix the two. `plain_key` tells them apart.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias, assert_never

Scalar: TypeAlias = bool | int | str | None
Plain: TypeAlias = (
    "Scalar | tuple[Plain, ...] | frozenset[Plain] | PlainTuple | PlainRecord | PlainMap | PlainBag"
)
PlainKey: TypeAlias = "tuple[Any, ...]"


@dataclass(frozen=True, slots=True)
class PlainTuple:
    """A tuple of the model (`tuple` itself is a sequence)."""

    items: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class PlainRecord:
    """A record: the name of its class and its fields in declaration order."""

    name: str
    fields: tuple[tuple[str, Plain], ...]

    def __post_init__(self) -> None:
        assert self.name, "a record has a name"
        assert len({field for field, _ in self.fields}) == len(self.fields), "a field occurs once"

    def get(self, field: str) -> Plain:
        """The value of a field, None if the record has no such field."""
        return next((value for name, value in self.fields if name == field), None)


@dataclass(frozen=True, slots=True)
class PlainMap:
    """A map, total or partial: its entries sorted by the `plain_key` of their keys."""

    items: tuple[tuple[Plain, Plain], ...]

    def __post_init__(self) -> None:
        _assert_sorted(self.items)

    @staticmethod
    def of(items: Iterable[tuple[Plain, Plain]]) -> PlainMap:
        """A map of entries given in any order."""
        return PlainMap(tuple(sorted(items, key=lambda item: plain_key(item[0]))))


@dataclass(frozen=True, slots=True)
class PlainBag:
    """A multiset: its elements, sorted by `plain_key`, each with how often it occurs (at least once)."""

    items: tuple[tuple[Plain, int], ...]

    def __post_init__(self) -> None:
        _assert_sorted(self.items)
        assert all(count >= 1 for _, count in self.items), "an element of a bag occurs at least once"

    @staticmethod
    def of(items: Iterable[tuple[Plain, int]]) -> PlainBag:
        """A bag of (element, count) pairs given in any order."""
        return PlainBag(tuple(sorted(items, key=lambda item: plain_key(item[0]))))


def _assert_sorted(items: tuple[tuple[Plain, Plain], ...] | tuple[tuple[Plain, int], ...]) -> None:
    keys = [plain_key(key) for key, _ in items]
    assert all(a < b for a, b in pairwise(keys)), "keys are sorted and distinct"


def _text_key(text: str) -> PlainKey:
    """`Acceptor2` before `Acceptor10`. Digits are compared as text by length, so there may be many."""
    stem = text.rstrip("0123456789")
    digits = text[len(stem) :].lstrip("0")
    return (stem, len(digits), digits, text)


def plain_key(value: Plain) -> PlainKey:
    """Orders all plain values totally: by kind, then members by name and number, the rest by content.

    Different values (`True` and `1` included) have different keys; equal keys mean equal values.
    """
    match value:
        case None:
            return (0,)
        case bool():
            return (1, value)
        case int():
            return (2, value)
        case str():
            return (3, *_text_key(value))
        case tuple():
            return (4, tuple([plain_key(item) for item in value]))
        case PlainTuple():
            return (5, tuple([plain_key(item) for item in value.items]))
        case PlainRecord():
            return (6, value.name, tuple([(name, plain_key(item)) for name, item in value.fields]))
        case frozenset():
            return (7, tuple(sorted([plain_key(item) for item in value])))
        case PlainMap():
            return (8, tuple([(plain_key(key), plain_key(item)) for key, item in value.items]))
        case PlainBag():
            return (9, tuple([(plain_key(item), count) for item, count in value.items]))
        case _:
            assert_never(value)


def in_order(values: Iterable[Plain]) -> list[Plain]:
    """The values sorted by `plain_key`: how the elements of a set are listed everywhere."""
    return sorted(values, key=plain_key)


def show_name(name: str) -> str:
    """A name: bare if it could be a name in a model, else quoted with escapes."""
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    return json.dumps(name)


def show(value: Plain) -> str:
    """One line, the same for equal values on every run (see the table above)."""
    match value:
        case None | bool() | int():
            return str(value)
        case str():
            return show_name(value)
        case tuple():
            return "[" + ", ".join([show(item) for item in value]) + "]"
        case PlainTuple():
            comma = "," if len(value.items) == 1 else ""
            return "(" + ", ".join([show(item) for item in value.items]) + comma + ")"
        case PlainRecord():
            fields = [f"{show_name(name)}={show(item)}" for name, item in value.fields]
            return show_name(value.name) + "(" + ", ".join(fields) + ")"
        case frozenset():
            return "{" + ", ".join([show(item) for item in in_order(value)]) + "}"
        case PlainMap():
            return "{" + ", ".join([f"{show(key)}: {show(item)}" for key, item in value.items]) + "}"
        case PlainBag():
            return "{" + ", ".join([f"{show(item)}: {count}" for item, count in value.items]) + "}"
        case _:
            assert_never(value)


_MEMBER = re.compile(r"([A-Za-z_]\w*?)([1-9][0-9]*)", re.ASCII)


def member_of(value: Plain) -> tuple[str, int] | None:
    """The class and number of a member of a sort or order: `"Acceptor12"` gives `("Acceptor", 12)`.

    A class whose own name ends in digits cannot be told from its name alone; its members are read wrongly.
    """
    if not isinstance(value, str) or len(value) > 200:
        return None
    match = _MEMBER.fullmatch(value)
    if match is None:
        return None
    return match[1], int(match[2])
