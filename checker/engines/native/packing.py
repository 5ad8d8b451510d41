"""Renders a layout: the C functions between working and stored form."""

from __future__ import annotations

from collections.abc import Sequence

from checker.engines.native.forms import Forms, words
from checker.engines.native.layout import (
    Dense,
    Fields,
    Layout,
    Number,
    Optional,
    Place,
    Plain,
    Repeat,
    Sparse,
    Stored,
)
from checker.engines.native.operations import Operations
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
)


class Packing:
    """Writes `model_pack` and `model_unpack`. Offsets are constants of C wherever a loop is unrolled."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.forms: Forms = operations.forms
        self._loops = 0
        self._word: int | None = None

    def pack(self, layout: Layout) -> list[str]:
        """The lines that fill zeroed `words` from `state`."""
        lines: list[str] = []
        for place in layout.places:
            if place.stored.bits:
                lines.append(f"  /* {place.name} */")
                lines += [
                    f"  {line}"
                    for line in self._put(place.stored, f"state->m_{place.name}", str(place.offset))
                ]
        return lines

    def unpack(self, layout: Layout) -> list[str]:
        """The lines that fill zeroed `state` from `words`."""
        lines: list[str] = []
        for place in layout.places:
            lines.append(f"  /* {place.name} */")
            lines += [
                f"  {line}" for line in self._get(place.stored, f"state->m_{place.name}", str(place.offset))
            ]
        return lines

    def repack(self, place: Place, text: str, ranks: Sequence[str]) -> list[str]:
        """The lines that put what stands at `text`, one variable, into `words` of which the rest is there
        already: all of it, or one entry of a map, given by the rank of the key in each map on the way."""
        last = place.offset + max(place.stored.bits, 1) - 1
        # A shift that the compiler cannot see stays inside one word where the variable does.
        self._word = place.offset // 64 if place.offset // 64 == last // 64 else None
        at = str(place.offset % 64 if self._word is not None else place.offset)
        stored, lines = place.stored, list[str]()
        for rank in ranks:
            match stored:
                case Optional(kind, count, size):
                    at = f"{at} + (unsigned)({rank}) * {size}u"
                    lines += [self._clear(at, size), *self._put_optional(kind, count, size, text, rank, at)]
                    break
                case Repeat(PartialType(), header, count, item):
                    has = self.operations.mask_has(count, f"{text}.has", rank)
                    bit = f"{at} + (unsigned)({rank})"
                    at = f"{at} + {header} + (unsigned)({rank}) * {item.bits}u"
                    lines += [self._clear(bit, 1), self._bits(bit, 1, has), self._clear(at, item.bits)]
                    inner = self._put(item, f"{text}.e[{rank}]", at)
                    lines += [f"if ({has}) {{", *(f"  {line}" for line in inner), "}"]
                    break
                case Repeat(item=item):
                    at = f"{at} + (unsigned)({rank}) * {item.bits}u"
                    text, stored = f"{text}.e[{rank}]", item
                case _:
                    raise AssertionError("only maps have keys")
        else:
            lines += [self._clear(at, stored.bits), *self._put(stored, text, at)]
        self._word = None
        return [line for line in lines if line]

    def _bits(self, at: str, size: int, value: str) -> str:
        """Puts bits into words that are zero there."""
        if self._word is None:
            return f"put_bits(words, {at}, {size}, {value});"
        return f"words[{self._word}] |= (uint64_t)({value}) << ({at});"

    def _clear(self, at: str, size: int) -> str:
        if size == 0:
            return ""
        if self._word is None:
            return f"clear_bits(words, {at}, {size});"
        return f"words[{self._word}] &= ~({(1 << size) - 1:#x}ull << ({at}));"

    def _loop(self, count: int, kind: Type) -> tuple[str, str]:
        self._loops += 1
        name = f"i{self._loops}"
        # Of lists most places are empty.
        unrolled = count > 1 and not isinstance(kind, SetType)
        unroll = f'_Pragma("GCC unroll {min(count, 32)}") ' if unrolled else ""
        return name, f"{unroll}for (unsigned {name} = 0; {name} < {count}u; {name}++) {{"

    # -------------------------------------------------------------- into words

    def _put(self, stored: Stored, text: str, at: str) -> list[str]:
        ops = self.operations
        if stored.bits == 0:
            return []
        match stored:
            case Number(kind, size):
                return [self._bits(at, size, ops.digit_at(kind, text))]
            case Plain(_, size):
                return [self._bits(at, size, text)]
            case Dense(_, size):
                if size <= 64:
                    return [self._bits(at, size, text)]
                return (
                    [
                        f"put_bits(words, {at} + {64 * i}, {min(64, size - 64 * i)}, {text}.w[{i}]);"
                        for i in range(words(size))
                    ]
                    if words(size) <= 16
                    else [f"put_mask(words, {at}, {size}, {text}.w);"]
                )
            case Sparse():
                count = words(self.forms.sizes.cardinality(stored.type.item) or 0)
                return [
                    (
                        f"put_sparse(words, {at}, {stored.count_bits}, {stored.item_bits}, "
                        f"{stored.capacity}, {text}.w, {count});"
                    )
                ]
            case Optional(kind, count, size):
                name, head = self._loop(count, kind)
                entry = self._put_optional(kind, count, size, text, name, f"{at} + {name} * {size}u")
                return [head, *(f"  {line}" for line in entry), "}"]
            case Repeat():
                return self._put_repeat(stored, text, at)
            case Fields():
                return self._put_fields(stored, text, at)

    def _put_optional(
        self, kind: PartialType, count: int, size: int, text: str, key: str, at: str
    ) -> list[str]:
        ops = self.operations
        digit = ops.digit_at(kind.value, f"{text}.e[{key}]")
        return [self._bits(at, size, f"{ops.mask_has(count, text + '.has', key)} ? {digit} + 1u : 0u")]

    def _put_repeat(self, stored: Repeat, text: str, at: str) -> list[str]:
        lines: list[str] = []
        if isinstance(stored.type, PartialType):
            lines.append(
                self._bits(at, stored.header, f"{text}.has")
                if stored.header <= 64
                else f"put_mask(words, {at}, {stored.header}, {text}.has.w);"
            )
        elif stored.header:
            lines.append(self._bits(at, stored.header, f"{text}.n"))
        name, head = self._loop(stored.count, stored.type)
        inner = self._put(
            stored.item, f"{text}.e[{name}]", f"{at} + {stored.header} + {name} * {stored.item.bits}u"
        )
        guard = ""
        if isinstance(stored.type, PartialType):
            guard = f"if ({self.operations.mask_has(stored.count, text + '.has', name)}) {{"
        elif isinstance(stored.type, SeqType | BagType | SetType):
            guard = f"if ((int32_t){name} < {text}.n) {{"
        sort = ""
        if stored.count > 1 and isinstance(stored.type, SetType | BagType):
            first = f"{at} + {stored.header}"
            base = "words" if self._word is None else f"words + {self._word}"
            sort = f"sort_items({base}, {first}, (unsigned){text}.n, {stored.item.bits});"
        return [
            *lines,
            head,
            *([guard] if guard else []),
            *(f"  {line}" for line in inner),
            "}" * (2 if guard else 1),
            *([sort] if sort and not self._is_sorted(stored.type) else []),
        ]

    def _is_sorted(self, kind: Type) -> bool:
        """Whether elements are in order in the working form."""
        return isinstance(kind, BagType) and self.forms.has_rank(kind.item)

    def _put_fields(self, stored: Fields, text: str, at: str) -> list[str]:
        lines: list[str] = []
        where = stored.header
        for index, (member, part) in enumerate(zip(_members(stored), stored.parts, strict=True)):
            inner = self._put(part, f"{text}.{member}", f"{at} + {where}")
            match stored.type:
                case OptionType():
                    lines.append(self._bits(at, 1, f"{text}.has"))
                    lines += [f"if ({text}.has) {{", *(f"  {line}" for line in inner), "}"]
                case UnionType():
                    if index == 0:
                        lines.append(self._bits(at, stored.header, f"{text}.tag"))
                    lines += [f"if ({text}.tag == {index}u) {{", *(f"  {line}" for line in inner), "}"]
                case _:
                    lines += inner
            where += part.bits
        return lines

    # -------------------------------------------------------------- out of words

    def _get(self, stored: Stored, text: str, at: str) -> list[str]:
        ops = self.operations
        match stored:
            case Number(kind, size):
                value = ops.undigit(kind, f"get_bits(words, {at}, {size})" if size else "0u")
                return [f"{text} = {value};"]
            case Plain(_, size):
                return [f"{text} = {f'get_bits(words, {at}, {size})' if size else '0'};"]
            case Dense(_, size):
                if size <= 64:
                    return [f"{text} = {f'get_bits(words, {at}, {size})' if size else '0'};"]
                return [f"get_mask(words, {at}, {size}, {text}.w);"]
            case Sparse():
                return [f"get_sparse(words, {at}, {stored.count_bits}, {stored.item_bits}, {text}.w);"]
            case Optional(kind, count, size):
                name, head = self._loop(count, kind)
                value = ops.undigit(kind.value, f"({name}_held - 1)")
                return [
                    head,
                    f"  uint64_t {name}_held = get_bits(words, {at} + {name} * {size}u, {size});",
                    f"  if ({name}_held) {{",
                    f"    {text}.has = {ops.mask_with(count, text + '.has', name)};",
                    f"    {text}.e[{name}] = {value};",
                    "  }",
                    "}",
                ]
            case Repeat():
                return self._get_repeat(stored, text, at)
            case Fields():
                return self._get_fields(stored, text, at)

    def _get_repeat(self, stored: Repeat, text: str, at: str) -> list[str]:
        lines: list[str] = []
        guard = ""
        name, head = self._loop(stored.count, stored.type)
        if isinstance(stored.type, PartialType):
            lines.append(
                f"{text}.has = get_bits(words, {at}, {stored.header});"
                if stored.header <= 64
                else f"get_mask(words, {at}, {stored.header}, {text}.has.w);"
            )
            guard = f"if ({self.operations.mask_has(stored.count, text + '.has', name)}) {{"
        elif not isinstance(stored.type, MapType):
            lines.append(f"{text}.n = (int32_t)get_bits(words, {at}, {stored.header});")
            guard = f"if ((int32_t){name} < {text}.n) {{"
        inner = self._get(
            stored.item, f"{text}.e[{name}]", f"{at} + {stored.header} + {name} * {stored.item.bits}u"
        )
        return [
            *lines,
            head,
            *([guard] if guard else []),
            *(f"  {line}" for line in inner),
            "}" * (2 if guard else 1),
        ]

    def _get_fields(self, stored: Fields, text: str, at: str) -> list[str]:
        lines: list[str] = []
        where = stored.header
        for index, (member, part) in enumerate(zip(_members(stored), stored.parts, strict=True)):
            inner = self._get(part, f"{text}.{member}", f"{at} + {where}")
            match stored.type:
                case OptionType():
                    lines.append(f"{text}.has = get_bits(words, {at}, 1);")
                    lines += [f"if ({text}.has) {{", *(f"  {line}" for line in inner), "}"]
                case UnionType():
                    if index == 0:
                        lines.append(f"{text}.tag = (uint32_t)get_bits(words, {at}, {stored.header});")
                    lines += [f"if ({text}.tag == {index}u) {{", *(f"  {line}" for line in inner), "}"]
                case _:
                    lines += inner
            where += part.bits
        return lines


def _members(stored: Fields) -> list[str]:
    match stored.type:
        case OptionType():
            return ["value"]
        case UnionType(records):
            return [f"r{index}" for index in range(len(records))]
        case RecordType(_, fields):
            return [f"f_{name}" for name, _ in fields]
        case TupleType(items):
            return [f"i{index}" for index in range(len(items))]
        case _:
            raise AssertionError("only products have fields")
