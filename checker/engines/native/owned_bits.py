"""Which members of a sort each bit of a packed state is about, and which bits say the same of different
members.

A bit *belongs* to a member where renaming that member moves the bit and does nothing else to it: bits of
entries of maps, by their key, and bits of elements of sets. Its *label* is what it says, the member left
out: two bits of one label say the same of two members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from checker.engines.native.forms import Forms
from checker.engines.native.layout import Dense, Fields, Layout, Optional, Repeat, Stored
from checker.engines.native.plain_universe import Member, Multiset, Product
from checker.engines.native.ranks import Ranks
from checker.engines.native.renaming import Members
from checker.ir.types import MapType, PartialType, Type

SOMEONE = -1
"""Stands in a label for the place of the member that is left out."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What a bit is about.

    Attributes:
        named: the members that it names, those of the sort in question.
        label: what it says but for them.
        fixed: nothing of it changes when they are renamed, but where it stands.
    """

    named: tuple[int, ...]
    label: object
    fixed: bool = True


def owned_bits(layout: Layout, forms: Forms, ranks: Ranks, sort: str) -> list[Owned]:
    """Every bit of a layout, in order."""
    looking = _Looking(forms, ranks, sort)
    return [bit for place in layout.places for bit in looking.stored(place.stored, (), place.name)]


class _Looking:
    def __init__(self, forms: Forms, ranks: Ranks, sort: str) -> None:
        self.ranks = ranks
        self.sort = sort
        self.members = Members(forms, (sort,))

    def stored(self, stored: Stored, named: tuple[int, ...], label: object) -> Iterator[Owned]:
        """The bits of a part that stands below members that are named already."""
        match stored:
            case Dense(kind):
                for found, left, whole in self._split_all(kind.item, stored.bits):
                    yield Owned(named + found, (label, left), whole)
            case Repeat(MapType(key) | PartialType(key), header, count, item):
                keys = list(self._split_all(key, count))
                for found, left, whole in keys[:header]:
                    yield Owned(named + found, (label, left, "there"), whole)
                for found, left, whole in keys:
                    for bit in self.stored(item, named + found, (label, left)):
                        yield bit if whole else Owned(bit.named, bit.label, fixed=False)
            case Optional(PartialType(key), count, bits):
                for found, left, whole in self._split_all(key, count):
                    for bit in self._plain(stored, bits, named + found, (label, left)):
                        yield bit if whole else Owned(bit.named, bit.label, fixed=False)
            case Fields(_, header, parts):
                for place in range(header):
                    yield Owned(named, (label, "header", place))
                for index, part in enumerate(parts):
                    yield from self.stored(part, named, (label, index))
            case _:
                yield from self._plain(stored, stored.bits, named, label)

    def _plain(self, stored: Stored, bits: int, named: tuple[int, ...], label: object) -> Iterator[Owned]:
        """Bits of numbers: as they are where the numbers name no member, else none of them stays."""
        kind = stored.type.value if isinstance(stored, Optional) else stored.type
        fixed = not self.members.are_in(kind)
        for bit in range(bits):
            yield Owned(named, (label, bit), fixed)

    def _split_all(self, kind: Type, count: int) -> Iterator[tuple[tuple[int, ...], object, bool]]:
        """Of each value of a type, the members that it names, the rest of it, and whether those are all."""
        for rank in range(count):
            value = self.ranks.value(kind, rank)
            found, left = self._split(value)
            yield found, left, not self._names(left)

    def _split(self, value: object) -> tuple[tuple[int, ...], object]:
        """The members of the sort in a value, and the value without them; those in collections stay."""
        match value:
            case Member(name, place) if name == self.sort:
                return (place,), Member(name, SOMEONE)
            case Member():
                return (), value
            case Product(name, values):
                found, left = self._split(values)
                return found, Product(name, left if isinstance(left, tuple) else ())
            case tuple():
                parts = [self._split(part) for part in cast("tuple[object, ...]", value)]
                return tuple([one for found, _ in parts for one in found]), tuple([left for _, left in parts])
            case _:
                return (), value

    def _names(self, value: object) -> bool:
        """Whether a member of the sort is left in a value."""
        match value:
            case Member(name, place):
                return name == self.sort and place != SOMEONE
            case Product(_, parts):
                return any(map(self._names, parts))
            case tuple() | frozenset():
                return any(map(self._names, cast("Iterable[object]", value)))
            case dict():
                held = cast("dict[object, object]", value)
                return any(map(self._names, (*held, *held.values())))
            case Multiset(counts):
                return any(self._names(one) for one, _ in counts)
            case _:
                return False
