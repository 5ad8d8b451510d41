"""How the compact store cuts a packed state into the leaves of its tree: which bits stand together.

A store that keeps equal parts of states once keeps the less, the more the parts repeat. What a state says
of one member (its own variables, the messages it has sent) changes together, and independently of what it
says of another; so a leaf holds the bits of one member, wherever they are stored. The layout itself stays
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, cast

from checker.engines.native.layout import Dense, Fields, Layout, Optional, Repeat, Stored
from checker.engines.native.plain_universe import Member, Product
from checker.engines.native.ranks import Ranks
from checker.ir.types import MapType, PartialType

LEAF_BITS = 64
"""The most bits of a leaf."""
EVEN_BITS = 48
"""About as many bits a leaf where nothing says which belong together."""
SMALL_BITS = 32
"""Slices of members stand together in a leaf of at most so many bits."""

Leaf = tuple[int, ...]
"""The bits of a leaf, by their place in the packed state, in ascending order."""

Slices = dict[int | None, Leaf]
"""The bits about each member of a sort, and last, by None, those about none."""

NOBODY: Slices = {None: ()}


def leaves_of(layout: Layout, ranks: Ranks) -> tuple[Leaf, ...]:
    """The leaves of a layout's states: every bit is in one of them. One leaf for a state of one word."""
    if layout.words == 1:
        return (tuple(range(layout.bits)),)
    slices = max((_slices(layout, ranks, sort) for sort in ranks.sizes.sorts), key=_owned, default=NOBODY)
    if 2 * _owned(slices) < layout.bits:
        return _even(tuple(range(layout.bits)), 2 * -(-layout.bits // (2 * EVEN_BITS)))
    grouped: list[Leaf] = []
    for member, bits in slices.items():
        if grouped and member is not None and len(grouped[-1]) + len(bits) <= SMALL_BITS:
            grouped[-1] = tuple(sorted(grouped[-1] + bits))
        elif bits:
            grouped.append(bits)
    cut = [leaf for bits in grouped for leaf in _even(bits, -(-len(bits) // LEAF_BITS))]
    return tuple(cut) if len(cut) > 1 else _even(cut[0], 2)


def masks_of(leaves: tuple[Leaf, ...], words: int) -> tuple[tuple[int, ...], ...]:
    """Of each leaf, its bits in each word of a state."""
    return tuple(
        tuple(sum(1 << bit % 64 for bit in leaf if bit // 64 == word) for word in range(words))
        for leaf in leaves
    )


def _even(bits: Leaf, parts: int) -> tuple[Leaf, ...]:
    """Bits in their order, in parts of the same length."""
    ends = [len(bits) * part // parts for part in range(parts + 1)]
    return tuple(bits[first:end] for first, end in pairwise(ends))


def _slices(layout: Layout, ranks: Ranks, sort: str) -> Slices:
    found: dict[int | None, list[int]] = {member: [] for member in range(ranks.sizes.sorts[sort])}
    found[None] = []
    for place in layout.places:
        at = place.offset
        for member, run in groupby(_owners(place.stored, ranks, sort)):
            length = sum(1 for _ in run)
            found[member] += range(at, at + length)
            at += length
    return {member: tuple(bits) for member, bits in found.items()}


def _owned(slices: Slices) -> int:
    """The bits that belong to members; none where there is one member only."""
    return sum(len(bits) for member, bits in slices.items() if member is not None) if len(slices) > 2 else 0


def _owners(stored: Stored, ranks: Ranks, sort: str) -> Iterator[int | None]:
    """The member that each bit is about, in order: by the key of the entry, or by the element of the set."""
    match stored:
        case Dense(kind):
            for rank in range(stored.bits):
                yield _member(ranks.value(kind.item, rank), sort)
        case Repeat(MapType(key) | PartialType(key), header, count, item):
            owners = [_member(ranks.value(key, rank), sort) for rank in range(count)]
            yield from owners[:header]
            for owner in owners:
                inner = _owners(item, ranks, sort)
                yield from inner if owner is None else (owner for _ in range(item.bits))
        case Optional(kind, count, bits):
            for rank in range(count):
                owner = _member(ranks.value(kind.key, rank), sort)
                yield from (owner for _ in range(bits))
        case Fields(_, header, parts):
            yield from (None for _ in range(header))
            for part in parts:
                yield from _owners(part, ranks, sort)
        case _:
            yield from (None for _ in range(stored.bits))


def _member(value: Any, sort: str) -> int | None:
    """The first member of a sort in a value."""
    if isinstance(value, Member):
        return value.place if value.of == sort else None
    if isinstance(value, Product):
        value = value.values
    parts = cast("Sequence[object]", value) if isinstance(value, tuple) else ()
    return next((found for part in parts if (found := _member(part, sort)) is not None), None)
