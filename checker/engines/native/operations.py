"""Operations on values in working form, as C text: parts of options, records and tuples, ranks, equality,
conversion.

Every text made here is total and has no effect; an operand that is needed more than once goes through a
`static inline`
function, so that a text never repeats its operands.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from checker.engines.native.forms import Form, Forms, Shape, mask_type, words
from checker.engines.native.sizes import multisets, sequences
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


def number(value: int) -> str:
    """An integer of the model as C."""
    if value == -(1 << 63):
        return "INT64_MIN"
    return f"{value}L" if value >= 0 else f"(-{-value}L)"


def unsigned(value: int) -> str:
    """A constant of ranks."""
    return f"{value}u" if value < 1 << 32 else f"{value}ull"


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
                return f"{self._rank_function(form)}({text})"

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
                return f"{self._value_function(form)}({text})"

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
        if form.shape in (Shape.INT, Shape.RANK) or (form.shape is Shape.MASK and form.c == "uint64_t"):
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
            case SeqType(item) | BagType(item, int()) | ListType(item, True):
                entry = self.equal(item, self.load(item, "a.e[i]"), self.load(item, "b.e[i]"))
                return (
                    "  if (a.n != b.n) return false;\n"
                    f"  for (int64_t i = 0; i < a.n; i++) if (!{entry}) return false;\n  return true;\n"
                )
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

    # -------------------------------------------------------------- ranks of collections

    def _rank_function(self, form: Form) -> str:
        def make(name: str) -> str:
            body = self._rank_body(form)
            return f"static inline uint64_t {name}({form.c} x) {{\n  uint64_t r = 0;\n{body}  return r;\n}}"

        return self.function(("rank", form.type), f"rank_{form.c.removesuffix('_t')}", make)

    def _value_function(self, form: Form) -> str:
        def make(name: str) -> str:
            body = self._value_body(form)
            zero = "0" if form.c == "uint64_t" else "{0}"
            return (
                f"static inline {form.c} {name}(uint64_t r) {{\n  {form.c} x = {zero};\n{body}  return x;\n}}"
            )

        return self.function(("value", form.type), f"value_{form.c.removesuffix('_t')}", make)

    def _below(self, form: Form) -> str:
        """The number of ways to go on after each place, as a table."""
        match form.type:
            case SeqType(item, int(capacity)):
                counts = [sequences(self.forms.count(item), capacity - i - 1) or 0 for i in range(capacity)]
            case SetType(item):
                count = self.forms.count(item)
                counts = [1 << (count - i - 1) for i in range(count)]
            case PartialType(key, value):
                count = self.forms.count(key)
                counts = [(self.forms.count(value) + 1) ** (count - i - 1) for i in range(count)]
            case BagType(item, int(capacity)):
                # Row by the elements already there, column by the least that may follow.
                count = self.forms.count(item)
                counts = [
                    multisets(count - x, capacity - i - 1) for i in range(capacity) for x in range(count)
                ]
            case _:
                raise AssertionError("only preorders have such tables")
        shown = ", ".join(unsigned(count) for count in counts) or "0u"
        return f"  static const uint64_t below[{max(len(counts), 1)}] = {{{shown}}};\n"

    def _rank_body(self, form: Form) -> str:
        match form.type:
            case MapType(key, value):
                digit = self.digit(value, self.load(value, "x.e[i]"))
                keys, count = self.forms.count(key), self.forms.count(value)
                return f"  for (int i = 0; i < {keys}; i++) r = r * {unsigned(count)} + {digit};\n"
            case SeqType(item):
                digit = self.digit(item, self.load(item, "x.e[i]"))
                return self._below(form) + f"  for (int i = 0; i < x.n; i++) r += 1 + {digit} * below[i];\n"
            case SetType(item):
                count = self.forms.count(item)
                return self._below(form) + (
                    f"  for (int i = 0; i < {count} && x >> i; i++) r += x >> i & 1 ? 1 : below[i];\n"
                )
            case PartialType(key, value):
                keys, values = self.forms.count(key), unsigned(self.forms.count(value))
                digit = self.digit(value, self.load(value, "x.e[i]"))
                return self._below(form) + (
                    f"  for (int i = 0; i < {keys} && x.has >> i; i++)\n"
                    f"    r += x.has >> i & 1 ? 1 + {digit} * below[i] : {values} * below[i];\n"
                )
            case BagType(item):
                count = self.forms.count(item)
                digit = self.digit(item, self.load(item, "x.e[i]"))
                return self._below(form) + (
                    f"  for (int i = 0, low = 0; i < x.n; i++) {{\n    int at = (int){digit};\n    r += 1;\n"
                    f"    for (; low < at; low++) r += below[i * {count} + low];\n  }}\n"
                )
            case _:
                raise AssertionError(f"{show_type(form.type)} is a number already")

    def _value_body(self, form: Form) -> str:
        match form.type:
            case MapType(key, value):
                keys, values = self.forms.count(key), unsigned(max(self.forms.count(value), 1))
                entry = self.undigit(value, f"(r % {values})")
                return f"  for (int i = {keys} - 1; i >= 0; i--, r /= {values}) x.e[i] = {entry};\n"
            case SeqType(item):
                entry = self.undigit(item, "(r / below[x.n])")
                return self._below(form) + (
                    f"  while (r) {{\n    r--;\n    x.e[x.n] = {entry};\n"
                    "    r %= below[x.n];\n    x.n++;\n  }\n"
                )
            case SetType(item):
                count = self.forms.count(item)
                return self._below(form) + (
                    f"  for (int i = 0; i < {count} && r; i++)\n"
                    "    if (r <= below[i]) { x |= BIT(i); r--; } else r -= below[i];\n"
                )
            case PartialType(key, value):
                keys, values = self.forms.count(key), unsigned(self.forms.count(value))
                entry = self.undigit(value, "((r - 1) / below[i])")
                return self._below(form) + (
                    f"  for (int i = 0; i < {keys} && r; i++)\n    if (r <= {values} * below[i]) {{\n"
                    f"      x.has |= BIT(i);\n      x.e[i] = {entry};\n      r = (r - 1) % below[i];\n"
                    f"    }} else r -= {values} * below[i];\n"
                )
            case BagType(item):
                count = self.forms.count(item)
                entry = self.undigit(item, "low")
                return self._below(form) + (
                    "  int low = 0;\n  while (r) {\n    r--;\n"
                    f"    while (r >= below[x.n * {count} + low]) r -= below[x.n * {count} + low++];\n"
                    f"    x.e[x.n++] = {entry};\n  }}\n"
                )
            case _:
                raise AssertionError(f"{show_type(form.type)} is a number already")

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
