"""Operations on values in working form, as C text: parts of options, records and tuples, ranks, equality,
conversion.

Every text made here is total and has no effect; an operand that is needed more than once goes through a
`static inline`
function, so that a text never repeats its operands.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from checker.engines.native.collection_ranks import rank_function, value_function
from checker.engines.native.forms import Form, Forms, Shape, mask_type, words
from checker.engines.native.literals import number, unsigned
from checker.ir.types import (
    BagType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
    show_type,
)


class Operations:
    """The operations on one program's values; collects the functions that they need, in order."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self.functions: list[str] = []
        self._names: dict[object, str] = {}

    def function(self, key: tuple[object, ...], name: str, make: Callable[[str], str]) -> str:
        """The name of a helper function, written when first needed. `make` gets the name."""
        if key not in self._names:
            taken = set(self._names.values())
            unique, suffix = name, 2
            while unique in taken:
                unique, suffix = f"{name}_{suffix}", suffix + 1
            self._names[key] = unique
            text = make(unique)
            self.functions.append(text)
        return self._names[key]

    # -------------------------------------------------------------- digits: ranks of parts

    def digit(self, kind: Type, text: str) -> str:
        """The rank of a value."""
        form = self.forms.form(kind)
        match form.shape:
            case Shape.INT:
                assert isinstance(kind, IntType)
                assert isinstance(kind.low, int)
                return f"(uint64_t)({text})" if kind.low == 0 else f"(uint64_t)({text} - {number(kind.low)})"
            case Shape.RANK:
                return text
            case _:
                return f"{rank_function(self, form)}({text})"

    def digit_at(self, kind: Type, place: str) -> str:
        """The rank of a value in memory, not copied: reading wide what was just written narrow is slow."""
        form = self.forms.form(kind)
        if form.shape in (Shape.INT, Shape.RANK) or form.c == "uint64_t":
            return self.digit(kind, self.load(kind, place))
        return f"{rank_function(self, form)}_at(&{place})"

    def undigit(self, kind: Type, text: str) -> str:
        """The value of a rank."""
        form = self.forms.form(kind)
        match form.shape:
            case Shape.INT:
                assert isinstance(kind, IntType)
                assert isinstance(kind.low, int)
                return f"(int64_t)({text})" if kind.low == 0 else f"((int64_t)({text}) + {number(kind.low)})"
            case Shape.RANK:
                plain = text.isidentifier() and form.c == "uint32_t"
                return text if plain else f"({form.c})({text})"
            case _:
                return f"{value_function(self, form)}({text})"

    def _pack(self, parts: list[tuple[Type, str]], whole: Form) -> str:
        """The mixed-radix rank of parts."""
        wide = whole.c == "uint64_t"
        total = ""
        for kind, text in parts:
            count = self.forms.count(kind)
            shown = self.digit(kind, text)
            if wide:
                shown = f"(uint64_t)({shown})"
            total = f"({total}) * {unsigned(count)} + {shown}" if total else shown
        return f"({whole.c})({total or '0u'})"

    def _part(self, kinds: list[Type], index: int, text: str) -> str:
        """One part of a mixed-radix rank."""
        stride = 1
        for kind in kinds[index + 1 :]:
            stride *= self.forms.count(kind)
        digit = text if stride == 1 else f"({text} / {unsigned(stride)})"
        if any(self.forms.count(kind) > 1 for kind in kinds[:index]):
            digit = f"({digit} % {unsigned(max(self.forms.count(kinds[index]), 1))})"
        return self.undigit(kinds[index], digit)

    # -------------------------------------------------------------- options

    def none(self, kind: OptionType) -> str:
        """None at an option type."""
        form = self.forms.form(kind)
        return "0u" if form.shape is Shape.RANK else f"({form.c}){{0}}"

    def some(self, kind: OptionType, text: str) -> str:
        """A value of the item type as an option."""
        form = self.forms.form(kind)
        if form.shape is Shape.RANK:
            return f"({form.c})({self.digit(kind.item, text)} + 1u)"
        return f"({form.c}){{.has = true, .value = {text}}}"

    def is_none(self, kind: OptionType, text: str) -> str:
        """Whether an option is None."""
        return f"({text} == 0u)" if self.forms.form(kind).shape is Shape.RANK else f"(!{text}.has)"

    def unwrap(self, kind: OptionType, text: str) -> str:
        """The value of an option that has one."""
        if self.forms.form(kind).shape is Shape.RANK:
            return self.undigit(kind.item, f"({text} - 1u)")
        return self.load(kind.item, f"{text}.value")

    def load(self, kind: Type, text: str) -> str:
        """A value read from memory: small integers become large ones."""
        form = self.forms.form(kind)
        return f"({form.c}){text}" if form.c != form.memory and form.shape is Shape.INT else text

    # -------------------------------------------------------------- sequences, and lists in memory

    def length(self, kind: Type, text: str) -> str:
        """The number of elements of a sequence, a bag or a list."""
        parts = self.sequence_bits(kind)
        return (
            f"(int64_t){text}.n" if parts is None else f"(int64_t)({text} & {unsigned((1 << parts[0]) - 1)})"
        )

    def element(self, kind: SeqType | BagType | ListType | SetType, text: str, index: str) -> str:
        """The element at a place that there is."""
        parts = self.sequence_bits(kind)
        if parts is None:
            return self.load(kind.item, f"{text}.e[{index}]")
        length, width = parts
        rank = f"({text} >> ({length} + ({index}) * {width}) & {unsigned((1 << width) - 1)})"
        return self.undigit(kind.item, rank)

    def appended(self, kind: SeqType, text: str, element: str) -> str:
        """A sequence that is one number, with one more element; there is room for it."""
        parts = self.sequence_bits(kind)
        assert parts is not None
        length, width = parts

        def make(name: str) -> str:
            count = f"(x & {unsigned((1 << length) - 1)})"
            return (
                f"static inline uint64_t {name}(uint64_t x, uint64_t rank) {{\n"
                f"  return (x | rank << ({length} + {count} * {width})) + 1;\n}}"
            )

        name = self.function(("appended", length, width), f"appended_{length}_{width}", make)
        return f"{name}({text}, {self.digit(kind.item, element)})"

    def cut(self, kind: SeqType, text: str, first: str, last: str) -> str:
        """The elements from `first` up to `last`, both at most the length, of a sequence of one number."""
        parts = self.sequence_bits(kind)
        assert parts is not None
        length, width = parts

        def make(name: str) -> str:
            return (
                f"static inline uint64_t {name}(uint64_t x, int64_t first, int64_t last) {{\n"
                "  if (last <= first) return 0;\n"
                f"  x = x >> {length} & (((uint64_t)1 << last * {width}) - 1);\n"
                f"  return x >> first * {width} << {length} | (uint64_t)(last - first);\n}}"
            )

        return (
            f"{self.function(('cut', length, width), f'cut_{length}_{width}', make)}({text}, {first}, {last})"
        )

    def sequence_bits(self, kind: Type) -> tuple[int, int] | None:
        """As `Forms.sequence_bits`, of any type."""
        return self.forms.sequence_bits(kind) if isinstance(kind, SeqType) else None

    # -------------------------------------------------------------- records, tuples, unions

    def make(self, kind: RecordType | TupleType, texts: list[str]) -> str:
        """A record or tuple of parts that have exactly the types of its fields."""
        form = self.forms.form(kind)
        kinds = parts_of(kind)
        if form.shape is Shape.RANK:
            return self._pack(list(zip(kinds, texts, strict=True)), form)
        names = _part_names(kind)
        inside = ", ".join(f".{name} = {text}" for name, text in zip(names, texts, strict=True))
        return f"({form.c}){{{inside or '0'}}}"

    def part(self, kind: RecordType | TupleType, index: int, text: str) -> str:
        """One field of a record, one item of a tuple."""
        kinds = parts_of(kind)
        if self.forms.form(kind).shape is Shape.RANK:
            return self._part(kinds, index, text)
        return self.load(kinds[index], f"{text}.{_part_names(kind)[index]}")

    def offset(self, kind: UnionType, index: int) -> int:
        """The first rank of one of a union's records."""
        return sum(self.forms.count(record) for record in kind.records[:index])

    def inject(self, kind: UnionType, index: int, text: str) -> str:
        """A record as a value of the union."""
        form = self.forms.form(kind)
        if form.shape is Shape.RANK:
            offset = self.offset(kind, index)
            return f"({form.c})({text} + {unsigned(offset)})" if offset else f"({form.c})({text})"
        return f"({form.c}){{.tag = {index}u, .r{index} = {text}}}"

    def project(self, kind: UnionType, index: int, text: str) -> str:
        """The record that a value of the union is."""
        if self.forms.form(kind).shape is Shape.RANK:
            offset = self.offset(kind, index)
            inner = self.forms.form(kind.records[index]).c
            return f"({inner})({text} - {unsigned(offset)})" if offset else f"({inner})({text})"
        return f"{text}.r{index}"

    def is_variant(self, kind: UnionType, indices: list[int], text: str) -> str:
        """Whether a value of the union is one of some records."""
        tests: list[str] = []
        if self.forms.form(kind).shape is not Shape.RANK:
            tests = [f"x.tag == {index}u" for index in indices]
            return self._test(kind, text, "is", tuple(indices), " || ".join(tests))
        for low, high in _runs(indices):
            first, end = self.offset(kind, low), self.offset(kind, high + 1)
            after = "" if first == 0 else f"x >= {unsigned(first)}"
            before = "" if high + 1 == len(kind.records) else f"x < {unsigned(end)}"
            tests.append(" && ".join(part for part in (after, before) if part) or "true")
        return self._test(kind, text, "is", tuple(indices), " || ".join(f"({test})" for test in tests))

    def _test(self, kind: Type, text: str, verb: str, what: tuple[object, ...], body: str) -> str:
        c = self.forms.form(kind).c
        name = self.function(
            (verb, kind, what),
            f"{verb}_{'_'.join(map(str, what))}_of_{c.removesuffix('_t')}",
            lambda name: f"static inline bool {name}({c} x) {{ return {body}; }}",
        )
        return f"{name}({text})"

    # -------------------------------------------------------------- equality

    def equal(self, kind: Type, left: str, right: str) -> str:
        """Whether two values of exactly this type are equal."""
        form = self.forms.form(kind)
        if form.shape in (Shape.INT, Shape.RANK, Shape.BITS) or form.c == "uint64_t":
            return f"({left} == {right})"
        if form.shape is Shape.MASK:
            return f"{form.c}_equal({left}, {right})"
        return f"{self._equal_function(form)}({left}, {right})"

    def _equal_function(self, form: Form) -> str:
        def make(name: str) -> str:
            body = self._equal_body(form)
            return f"static inline bool {name}({form.c} a, {form.c} b) {{\n{body}}}"

        return self.function(("equal", form.type), f"equal_{form.c.removesuffix('_t')}", make)

    def _equal_body(self, form: Form) -> str:
        match form.type:
            case MapType(key, value):
                entry = self.equal(value, self.load(value, "a.e[i]"), self.load(value, "b.e[i]"))
                keys = self.forms.count(key)
                return f"  for (int i = 0; i < {keys}; i++) if (!{entry}) return false;\n  return true;\n"
            case PartialType(key, value):
                keys = self.forms.count(key)
                has = self.mask_equal(keys, "a.has", "b.has")
                entry = self.equal(value, self.load(value, "a.e[i]"), self.load(value, "b.e[i]"))
                present = self.mask_has(keys, "a.has", "i")
                return (
                    f"  if (!{has}) return false;\n"
                    f"  for (int i = 0; i < {keys}; i++) if ({present} && !{entry}) return false;\n"
                    "  return true;\n"
                )
            case BagType(item, int()) if self.forms.has_rank(item):
                return self._equal_places(item)
            case SeqType(item) | ListType(item, True):
                return self._equal_places(item)
            case SetType(item) | BagType(item) | ListType(item):
                # Multisets: each element of a is in both equally often.
                own = self.equal(item, self.load(item, "a.e[j]"), self.load(item, "a.e[i]"))
                other = self.equal(item, self.load(item, "b.e[j]"), self.load(item, "a.e[i]"))
                return (
                    "  if (a.n != b.n) return false;\n"
                    "  for (int64_t i = 0; i < a.n; i++) {\n    int64_t more = 0;\n"
                    f"    for (int64_t j = 0; j < a.n; j++) more += {own} - {other};\n"
                    "    if (more) return false;\n  }\n  return true;\n"
                )
            case OptionType(item):
                values = self.equal(item, self.load(item, "a.value"), self.load(item, "b.value"))
                return f"  return a.has == b.has && (!a.has || {values});\n"
            case UnionType(records):
                tests = [
                    f"(a.tag == {i}u && {self.equal(record, f'a.r{i}', f'b.r{i}')})"
                    for i, record in enumerate(records)
                ]
                return f"  return a.tag == b.tag && ({' || '.join(tests)});\n"
            case RecordType() | TupleType():
                parts = [
                    self.equal(kind, self.load(kind, f"a.{name}"), self.load(kind, f"b.{name}"))
                    for kind, name in zip(parts_of(form.type), _part_names(form.type), strict=True)
                ]
                return f"  return {' && '.join(parts) or 'true'};\n"
            case _:
                raise AssertionError(f"{show_type(form.type)} is compared as a number")

    def _equal_places(self, item: Type) -> str:
        entry = self.equal(item, self.load(item, "a.e[i]"), self.load(item, "b.e[i]"))
        return (
            "  if (a.n != b.n) return false;\n"
            f"  for (int64_t i = 0; i < a.n; i++) if (!{entry}) return false;\n  return true;\n"
        )

    # -------------------------------------------------------------- masks

    def mask_has(self, bits: int, mask: str, rank: str) -> str:
        """Whether a bit is set."""
        if bits <= 64:
            return f"({mask} >> ({rank}) & 1)"
        name = self.function(
            ("has", words(bits)),
            f"has{words(bits)}",
            lambda name: (
                f"static inline bool {name}(const uint64_t *w, uint64_t r) "
                "{ return w[r >> 6] >> (r & 63) & 1; }"
            ),
        )
        return f"{name}({mask}.w, {rank})"

    def mask_equal(self, bits: int, left: str, right: str) -> str:
        """Whether two masks are equal."""
        return f"({left} == {right})" if bits <= 64 else f"{mask_type(bits)}_equal({left}, {right})"

    def mask_any(self, bits: int, mask: str) -> str:
        """Whether a mask has a bit."""
        return f"({mask} != 0)" if bits <= 64 else f"{mask_type(bits)}_any({mask})"

    def mask_within(self, bits: int, left: str, right: str) -> str:
        """Whether all bits of one are bits of the other."""
        return f"(({left} & ~{right}) == 0)" if bits <= 64 else f"{mask_type(bits)}_within({left}, {right})"

    def mask_count(self, bits: int, mask: str) -> str:
        """How many bits."""
        return f"(int64_t)__builtin_popcountll({mask})" if bits <= 64 else f"{mask_type(bits)}_count({mask})"

    def mask_with(self, bits: int, mask: str, rank: str) -> str:
        """The mask with one more bit."""
        return f"({mask} | BIT({rank}))" if bits <= 64 else f"{mask_type(bits)}_with({mask}, {rank})"

    def mask_without(self, bits: int, mask: str, rank: str) -> str:
        """The mask without a bit."""
        return f"({mask} & ~BIT({rank}))" if bits <= 64 else f"{mask_type(bits)}_without({mask}, {rank})"

    def mask_combine(self, bits: int, operator: str, left: str, right: str) -> str:
        """`and`, `or`, `xor`, `minus` of two masks."""
        if bits <= 64:
            sign = {"and": "&", "or": "|", "xor": "^", "minus": "& ~"}[operator]
            return f"({left} {sign}{'' if operator == 'minus' else ' '}{right})"
        return f"{mask_type(bits)}_{operator}({left}, {right})"

    # -------------------------------------------------------------- quorums

    def quorum_mask(self, kind: QuorumType, text: str) -> str:
        """The members of a quorum as a mask over the sort."""
        size, count = self.forms.sizes.sorts[kind.sort.name], self.forms.sizes.quorum_size(kind.sort.name)

        def make(name: str) -> str:
            masks = [sum(1 << i for i in some) for some in itertools.combinations(range(size), count)]
            shown = ", ".join(mask_literal(size, mask) for mask in masks)
            return f"static const {self.forms.mask(size)} {name}[{len(masks)}] = {{{shown}}};"

        return f"{self.function(('quorums', kind), f'quorum_of_{kind.sort.name}', make)}[{text}]"


def mask_literal(bits: int, mask: int) -> str:
    """A mask as a constant of C."""
    if bits <= 64:
        return f"0x{mask:x}ull"
    parts = [f"0x{mask >> (64 * i) & (1 << 64) - 1:x}ull" for i in range(words(bits))]
    return f"{{{{{', '.join(parts)}}}}}"


def parts_of(kind: RecordType | TupleType) -> list[Type]:
    return [item for _, item in kind.fields] if isinstance(kind, RecordType) else list(kind.items)


def _part_names(kind: RecordType | TupleType) -> list[str]:
    if isinstance(kind, RecordType):
        return [f"f_{name}" for name, _ in kind.fields]
    return [f"i{index}" for index in range(len(kind.items))]


def _runs(indices: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, last)."""
    runs: list[tuple[int, int]] = []
    for index in sorted(indices):
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs
