"""C that exchanges two members of a sort in a packed state, in place: by moving the bits that are about
them, many at a time, and by renaming in the numbers that name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from checker.engines.native.layout import (
    Dense,
    Layout,
    Number,
    Optional,
    Place,
    Plain,
    Repeat,
    Stored,
)
from checker.engines.native.operations import Operations
from checker.engines.native.owned_bits import Owned
from checker.engines.native.renaming import Members, Renaming, as_repeat
from checker.ir.types import MapType, OptionType, SeqType

WORD = 64


class Exchanges:
    """Writes `exchange_SORT_I_J`."""

    def __init__(
        self, operations: Operations, layout: Layout, renaming: Renaming, owned: Mapping[str, list[Owned]]
    ) -> None:
        self.forms = operations.forms
        self.layout = layout
        self.renaming = renaming
        self.owned = owned
        self._loops = 0

    def name(self, sort: str, i: int, j: int) -> str:
        """The function that exchanges two members."""
        return f"exchange_{sort.lower()}_{i}_{j}"

    def can(self, sort: str) -> bool:
        """Whether members of a sort can be exchanged in place."""
        members = Members(self.forms, (sort,))
        return all(
            self._can(place.stored, members)
            and (not isinstance(place.stored, Dense) or all(bit.fixed for bit in self._of(place, sort)))
            for place in self.layout.places
        )

    def _of(self, place: Place, sort: str) -> list[Owned]:
        return self.owned[sort][place.offset : place.offset + place.stored.bits]

    def _can(self, stored: Stored, members: Members) -> bool:
        if not members.are_stored_in(stored):
            return True
        match stored:
            case Number() | Plain() | Dense():
                return True
            case Repeat(MapType(key), item=item):
                return (
                    self._can(item, members) if not members.are_in(key) else not members.are_stored_in(item)
                )
            case Repeat(SeqType(), item=item):
                return self._can(item, members)
            case Optional(kind):
                return not (members.are_in(kind.key) and members.are_in(kind.value))
            case _:
                return False

    def functions(self, sort: str, size: int) -> Iterator[str]:
        """The functions for all pairs."""
        members = Members(self.forms, (sort,))
        for i in range(size):
            for j in range(i + 1, size):
                lines = [f"  {line}" for line in self._bits(self.owned[sort], i, j)]
                for place in self.layout.places:
                    if members.are_stored_in(place.stored):
                        lines += [
                            f"  {line}" for line in self._numbers(place.stored, str(place.offset), members)
                        ]
                renamed = any("renamed =" in line for line in lines)
                first = f"ls_exchanged(&renaming, {self._number(sort, i)}u, {self._number(sort, j)}u);"
                opened = ["  ls_renaming renaming;", f"  const ls_renaming *const p = {first[:-1]};"]
                head = f"static LS_INLINE void {self.name(sort, i, j)}(uint64_t *words) {{"
                yield "\n".join([head, *(opened if renamed else []), *lines, "}"])

    def _number(self, sort: str, member: int) -> int:
        return self.renaming.members.first[sort] + member

    # -------------------------------------------------------------- bits

    def _bits(self, owned: list[Owned], i: int, j: int) -> Iterator[str]:
        """Pairs of bits change places, those of two words at one distance together."""
        places = {(bit.named, bit.label): at for at, bit in enumerate(owned) if bit.named and bit.fixed}
        swapped = {i: j, j: i}
        groups: dict[tuple[int, int, int], int] = defaultdict(int)
        for (named, label), at in places.items():
            other = places[tuple(swapped.get(one, one) for one in named), label]
            if at < other:
                groups[at // WORD, other // WORD, other % WORD - at % WORD] |= 1 << at % WORD
        for (first, second, distance), mask in sorted(groups.items()):
            moved = f"words[{second}] {'>>' if distance >= 0 else '<<'} {abs(distance)}"
            back = f"d {'<<' if distance >= 0 else '>>'} {abs(distance)}"
            yield (
                f"{{ const uint64_t d = (words[{first}] ^ ({moved})) & {mask:#x}u; "
                f"words[{first}] ^= d; words[{second}] ^= {back}; }}"
            )

    # -------------------------------------------------------------- numbers

    def _numbers(self, stored: Stored, at: str, members: Members) -> list[str]:
        """Numbers that name members are made anew."""
        if not members.are_stored_in(stored):
            return []
        match stored:
            case Number(kind, size):
                return self._renumber(at, size, self.renaming.rank(kind, f"get_bits(words, {at}, {size})"))
            case Plain():
                return self._numbers(as_repeat(self.forms, stored), at, members)
            case Repeat(kind, header, count, item):
                self._loops += 1
                key = f"k{self._loops}"
                inner = self._numbers(item, f"{at} + {header} + {key} * {item.bits}u", members)
                end = f"get_bits(words, {at}, {header})" if isinstance(kind, SeqType) else f"{count}u"
                return (
                    [
                        f"for (unsigned {key} = 0; {key} < {end}; {key}++) {{",
                        *(f"  {one}" for one in inner),
                        "}",
                    ]
                    if inner
                    else []
                )
            case Optional(kind, count, size) if members.are_in(kind.value):
                self._loops += 1
                key = f"k{self._loops}"
                where = f"{at} + {key} * {size}u"
                held = self.renaming.rank(OptionType(kind.value), f"get_bits(words, {where}, {size})")
                return [
                    f"for (unsigned {key} = 0; {key} < {count}u; {key}++) {{",
                    *(f"  {one}" for one in self._renumber(where, size, held)),
                    "}",
                ]
            case _:
                return []

    def _renumber(self, at: str, size: int, value: str) -> list[str]:
        return [
            "{",
            f"  const uint64_t renamed = {value};",
            f"  clear_bits(words, {at}, {size});",
            f"  put_bits(words, {at}, {size}, renamed);",
            "}",
        ]
