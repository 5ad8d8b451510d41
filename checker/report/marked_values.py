"""Values with what differs from another value marked: the text that shows a state before and after a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from checker.traces.plain import Plain, PlainBag, PlainMap, PlainRecord, PlainTuple, in_order, show, show_name

ROW_MAX = 44
"""Characters of a value that stands in one row; a longer one has a row for each entry or element."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a value's text; `changed` says that the other value does not have it."""

    text: str
    changed: bool = False


Row: TypeAlias = "tuple[Piece, ...]"


@dataclass(frozen=True, slots=True)
class _Parts:
    """A container: what opens it, its entries or elements in order, what closes it."""

    opens: str
    items: tuple[Row, ...]
    closes: str


def marked_rows(value: Plain, other: Plain) -> tuple[Row, ...]:
    """A value in rows, with the places marked at which it differs from another one."""
    parts = _parts(value, other)
    if parts is None:
        return ((Piece(show(value), value != other),),)
    whole = _joined(parts)
    if len(parts.items) < 2 or sum(len(piece.text) for piece in whole) <= ROW_MAX:
        return (whole,)
    last = len(parts.items) - 1
    rows: list[Row] = []
    for number, item in enumerate(parts.items):
        before = (Piece(parts.opens if number == 0 else " " * len(parts.opens)),)
        after = (Piece(parts.closes if number == last else ","),)
        rows.append(_merged([*before, *item, *after]))
    return tuple(rows)


def _changed(value: Plain) -> Row:
    return (Piece(show(value), True),)


def _pieces(value: Plain, other: Plain) -> Row:
    """A value on one row."""
    if value == other:
        return (Piece(show(value)),)
    parts = _parts(value, other)
    return _changed(value) if parts is None else _joined(parts)


def _joined(parts: _Parts) -> Row:
    pieces = [Piece(parts.opens)]
    for number, item in enumerate(parts.items):
        pieces += [Piece(", " if number else ""), *item]
    return _merged([*pieces, Piece(parts.closes)])


def _merged(pieces: Iterable[Piece]) -> Row:
    """Neighbours of one kind as one piece."""
    merged: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if merged and merged[-1].changed == piece.changed:
            merged[-1] = Piece(merged[-1].text + piece.text, piece.changed)
        else:
            merged.append(piece)
    return tuple(merged)


def _parts(value: Plain, other: Plain) -> _Parts | None:
    """The parts of a container, compared with those of another of its kind; None for what has no parts.

    The places are those of `checker.traces.trace.changes`: as deep as the difference goes.
    """
    match value:
        case frozenset():
            same = other if isinstance(other, frozenset) else None
            found = [_in(item, same is not None and item in same) for item in in_order(value)]
            return _Parts("{", tuple(found), "}")
        case tuple():
            return _Parts("[", tuple(_sequence(value, other if isinstance(other, tuple) else None)), "]")
        case PlainTuple():
            known = other.items if isinstance(other, PlainTuple) else None
            comma = ",)" if len(value.items) == 1 else ")"
            return _Parts("(", tuple(_sequence(value.items, known)), comma)
        case PlainRecord():
            return _Parts(f"{show_name(value.name)}(", tuple(_fields(value, other)), ")")
        case PlainMap():
            entries = dict(other.items) if isinstance(other, PlainMap) else {}
            return _Parts("{", tuple([_entry(key, item, entries) for key, item in value.items]), "}")
        case PlainBag():
            counts = dict(other.items) if isinstance(other, PlainBag) else {}
            found = [(Piece(f"{show(key)}: {n}", counts.get(key) != n),) for key, n in value.items]
            return _Parts("{", tuple(found), "}")
        case _:
            return None


def _in(value: Plain, known: bool) -> Row:
    return (Piece(show(value), not known),)


def _entry(key: Plain, value: Plain, others: dict[Plain, Plain]) -> Row:
    if key not in others:
        return (Piece(f"{show(key)}: {show(value)}", True),)
    return _merged([Piece(f"{show(key)}: "), *_pieces(value, others[key])])


def _fields(value: PlainRecord, other: Plain) -> Iterator[Row]:
    names = [name for name, _ in value.fields]
    same = (
        isinstance(other, PlainRecord)
        and other.name == value.name
        and [name for name, _ in other.fields] == names
    )
    for name, item in value.fields:
        head = f"{show_name(name)}="
        if same and isinstance(other, PlainRecord):
            yield _merged([Piece(head), *_pieces(item, other.get(name))])
        else:
            yield (Piece(head + show(item), True),)


def _sequence(value: tuple[Plain, ...], other: tuple[Plain, ...] | None) -> Iterator[Row]:
    """Of one length: place by place. Else what is beyond the common beginning is marked."""
    if other is not None and len(other) == len(value):
        for item, old in zip(value, other, strict=True):
            yield _pieces(item, old)
        return
    common = 0
    while other is not None and common < min(len(value), len(other)) and value[common] == other[common]:
        common += 1
    for number, item in enumerate(value):
        yield _in(item, number < common)
