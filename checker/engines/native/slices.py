"""C that puts a packed state into canonical form where no bit relates two members of its largest sort.

All bits of a member are its *slice*. Renaming members of the sort exchanges their slices and does nothing
else, so that sorting the slices gives the canonical form, and equal slices are twins. Members of the other
sorts are put in an order first, by signatures that do not depend on names: by the bits about them. Where
that does not tell them all apart, both orders of two members are tried, and for more the general way is
taken: for all states of the orbit, or for none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from checker.engines.native.exchanges import Exchanges
from checker.engines.native.layout import Layout
from checker.engines.native.operations import Operations
from checker.engines.native.owned_bits import Owned, owned_bits
from checker.engines.native.ranks import Ranks
from checker.engines.native.renaming import Members, Renaming

WORD = 64
Bits = tuple[int, ...]
"""Bits of a state in ascending order."""


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices of the members of a sort: as many bits each, which say the same in the same order."""

    sort: str
    bits: tuple[Bits, ...]

    @property
    def length(self) -> int:
        """Bits of one slice."""
        return len(self.bits[0])


@dataclass(frozen=True, slots=True)
class Signature:
    """By what members of a sort are told apart.

    Attributes:
        told: of each member, bits that say the same in the same order, and concern no member of another sort.
        counted: of each member, bits of which the number counts.
    """

    sort: str
    told: tuple[Bits, ...]
    counted: tuple[Bits, ...]


def slices_of(sort: str, size: int, owned: list[Owned]) -> Slices | None:
    """The slices of a sort's members; None where a bit relates two of them, or they have none."""
    if any(len(bit.named) > 1 or not bit.fixed for bit in owned):
        return None
    found = _aligned(size, owned, range(len(owned)))
    return Slices(sort, found) if found is not None and found[0] else None


def _aligned(size: int, owned: list[Owned], among: range | list[int]) -> tuple[Bits, ...] | None:
    """Of each member, its bits; None where they do not say the same in the same order."""
    bits: list[list[int]] = [[] for _ in range(size)]
    for at in among:
        if len(owned[at].named) == 1:
            bits[owned[at].named[0]].append(at)
    labels = [[owned[at].label for at in one] for one in bits]
    return tuple(map(tuple, bits)) if all(one == labels[0] for one in labels) else None


def signature_of(sort: str, size: int, owned: dict[str, list[Owned]]) -> Signature | None:
    """By what a small sort's members are told apart; None where there are many and no bit is about one of
    them.
    """
    mine = owned[sort]
    others = [bits for name, bits in owned.items() if name != sort]
    # What names a member in a number is moved in other ways than a bit; it does not count.
    about = [at for at, bit in enumerate(mine) if len(bit.named) == 1 and bit.fixed]
    alone = [at for at in about if all(not bits[at].named and bits[at].fixed for bits in others)]
    told = _aligned(size, mine, alone)
    if told is None or len(told[0]) > WORD // 2:
        told, alone = ((),) * size, []
    kept = set(alone)
    counted = [
        [at for at in about if at not in kept and mine[at].named == (member,)] for member in range(size)
    ]
    # Bits that renaming another sort changes into others cannot be counted one by one.
    if any(not bits[at].fixed for bits in others for one in counted for at in one):
        counted = [[at for at in one if all(bits[at].fixed for bits in others)] for one in counted]
    sizes = {len(one) for one in counted}
    if len(sizes) != 1 or (size > 2 and not (told[0] or counted[0])):
        return None
    return Signature(sort, told, tuple(map(tuple, counted)))


class SlicedForm:
    """Writes the canonical form by slices, where a layout allows it."""

    def __init__(
        self, operations: Operations, layout: Layout, ranks: Ranks, members: Members, renaming: Renaming
    ) -> None:
        self.layout = layout
        self.members = members
        self.owned = {sort: owned_bits(layout, operations.forms, ranks, sort) for sort in members.sorts}
        self.exchanges = Exchanges(operations, layout, renaming, self.owned)
        self.slices, self.signatures = self._plan()

    def _plan(self) -> tuple[Slices | None, list[Signature]]:
        """The sort whose slices are sorted, the largest that can be, and the signatures of all others."""
        sizes = self.members.sizes
        found = [slices_of(sort, sizes[sort], self.owned[sort]) for sort in sizes]
        sliced = max((one for one in found if one is not None), key=lambda one: sizes[one.sort], default=None)
        if sliced is None:
            return None, []
        rest = [sort for sort in sizes if sort != sliced.sort]
        signatures = [signature_of(sort, sizes[sort], self.owned) for sort in rest]
        told = [one for one in signatures if one is not None and self.exchanges.can(one.sort)]
        return (sliced, told) if len(told) == len(rest) else (None, [])

    def functions(self) -> list[str]:
        """The functions, `model_canonicalise` among them."""
        slices = self.slices
        if slices is None:
            return ["static LS_INLINE void model_canonicalise(uint64_t *words) { ls_canonicalise(words); }"]
        made = [*self._sort(slices)]
        # Each step puts the members of one sort in order and goes on to the step before it.
        last = "sort_slices"
        for signature in self.signatures:
            size, name = self.members.sizes[signature.sort], f"order_{signature.sort.lower()}"
            made += ["", *self.exchanges.functions(signature.sort, size), ""]
            made += [f"static LS_INLINE void {name}(uint64_t *words) {{", *self._order(signature, last), "}"]
            last = name
        return [*made, "", f"static LS_INLINE void model_canonicalise(uint64_t *words) {{ {last}(words); }}"]

    # -------------------------------------------------------------- members of small sorts

    def _order(self, signature: Signature, following: str) -> Iterator[str]:
        """The lines that put the members of a sort in the order of their signatures, and go on."""
        count, exchange = len(signature.told), self.exchanges.name
        values = [
            " + ".join([*self._told(told), *self._counted(counted)]) or "0"
            for told, counted in zip(signature.told, signature.counted, strict=True)
        ]
        yield f"  uint64_t said[] = {{{', '.join(values)}}};"
        pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
        yield f"  if ({' || '.join(f'said[{i}] == said[{j}]' for i, j in pairs)}) {{"
        if count == 2:
            yield "    uint64_t other[LS_WORDS];"
            yield "    ls_copy(other, words);"
            yield f"    {exchange(signature.sort, 0, 1)}(other);"
            yield f"    {following}(words);"
            yield f"    {following}(other);"
            yield "    if (ls_less(other, words)) ls_copy(words, other);"
        else:
            yield "    ls_canonicalise(words);"
        yield "    return;"
        yield "  }"
        for i, j in pairs:
            # The least of those from i on comes to i.
            yield f"  if (said[{j}] < said[{i}]) {{"
            yield f"    const uint64_t least = said[{j}];"
            yield f"    said[{j}] = said[{i}], said[{i}] = least;"
            yield f"    {exchange(signature.sort, i, j)}(words);"
            yield "  }"
        yield "  (void)said;"
        yield f"  {following}(words);"

    def _told(self, bits: Bits) -> list[str]:
        """The bits one after the other, above all counts."""
        return [f"({text} << {at + WORD // 2})" for at, text in self._pieces(bits)]

    def _counted(self, bits: Bits) -> list[str]:
        return [
            f"(uint64_t)__builtin_popcountll(words[{word}] & {mask:#x}u)"
            for word, mask in enumerate(self._masks(bits))
            if mask
        ]

    # -------------------------------------------------------------- slices

    def _masks(self, bits: Bits) -> list[int]:
        return [sum(1 << at % WORD for at in bits if at // WORD == word) for word in range(self.layout.words)]

    def _pieces(self, bits: Bits) -> Iterator[tuple[int, str]]:
        """What a list of bits is put together from: where each piece begins, and the piece."""
        at = 0
        for word, mask in enumerate(self._masks(bits)):
            if mask:
                yield at, f"ls_extract(words[{word}], {mask:#x}u)"
                at += mask.bit_count()

    def _sort(self, slices: Slices) -> Iterator[str]:
        count, chunks = len(slices.bits), -(-slices.length // WORD)
        yield "static LS_INLINE void sort_slices(uint64_t *words) {"
        for member, bits in enumerate(slices.bits):
            for chunk in range(chunks):
                pieces = self._pieces(bits[chunk * WORD : (chunk + 1) * WORD])
                text = " | ".join(f"({piece} << {at})" if at else piece for at, piece in pieces)
                yield f"  uint64_t s{member}_{chunk} = {text};"
        ordered = " && ".join(self._not_after(i, i + 1, chunks) for i in range(count - 1))
        yield f"  if ({ordered}) return;"
        for i in range(count - 1, 0, -1):
            for j in range(i):
                yield f"  {self._exchange(j, j + 1, chunks)}"
        yield from self._put(slices, chunks)
        yield "}"

    def _not_after(self, a: int, b: int, chunks: int) -> str:
        text = f"s{a}_{chunks - 1} <= s{b}_{chunks - 1}"
        for chunk in range(chunks - 2, -1, -1):
            text = f"(s{a}_{chunk} < s{b}_{chunk} || (s{a}_{chunk} == s{b}_{chunk} && {text}))"
        return text

    def _exchange(self, a: int, b: int, chunks: int) -> str:
        """Two neighbours in their order, without a branch."""
        text = f"const uint64_t keep = {self._not_after(a, b, chunks)} ? 0 : ~(uint64_t)0;"
        for chunk in range(chunks):
            one, two, changed = f"s{a}_{chunk}", f"s{b}_{chunk}", f"d{chunk}"
            text += (
                f" const uint64_t {changed} = ({one} ^ {two}) & keep; {one} ^= {changed}; {two} ^= {changed};"
            )
        return f"{{ {text} }}"

    def _put(self, slices: Slices, chunks: int) -> Iterator[str]:
        owned: Counter[int] = Counter()
        parts: dict[int, list[str]] = {word: [] for word in range(self.layout.words)}
        for member, bits in enumerate(slices.bits):
            for chunk in range(chunks):
                at = 0
                for word, mask in enumerate(self._masks(bits[chunk * WORD : (chunk + 1) * WORD])):
                    if mask:
                        source = f"s{member}_{chunk} >> {at}" if at else f"s{member}_{chunk}"
                        parts[word].append(f"ls_deposit({source}, {mask:#x}u)")
                        owned[word] |= mask
                        at += mask.bit_count()
        for word, found in parts.items():
            if found:
                others = f"(words[{word}] & ~{owned[word]:#x}ull)"
                yield f"  words[{word}] = {' | '.join([others, *found])};"
