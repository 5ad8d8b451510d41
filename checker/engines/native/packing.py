"""Renders a layout: the C functions between working and stored form."""

from __future__ import annotations

from checker.engines.native.forms import Forms, words
from checker.engines.native.layout import Dense, Fields, Layout, Number, Optional, Repeat, Sparse, Stored
from checker.engines.native.operations import Operations
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    TupleType,
    UnionType,
)


class Packing:
    """Writes `model_pack` and `model_unpack`. Offsets are constants of C wherever a loop is unrolled."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.forms: Forms = operations.forms
        self._loops = 0

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

    def _loop(self, count: int) -> tuple[str, str]:
        self._loops += 1
        name = f"i{self._loops}"
        unroll = f'_Pragma("GCC unroll {min(count, 32)}") ' if count > 1 else ""
        return name, f"{unroll}for (unsigned {name} = 0; {name} < {count}u; {name}++) {{"

    # -------------------------------------------------------------- into words

    def _put(self, stored: Stored, text: str, at: str) -> list[str]:
        ops = self.operations
        if stored.bits == 0:
            return []
        match stored:
            case Number(kind, size):
                return [f"put_bits(words, {at}, {size}, {ops.digit(kind, ops.load(kind, text))});"]
            case Dense(_, size):
                if size <= 64:
                    return [f"put_bits(words, {at}, {size}, {text});"]
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
                name, head = self._loop(count)
                digit = ops.digit(kind.value, ops.load(kind.value, f"{text}.e[{name}]"))
                entry = f"{ops.mask_has(count, text + '.has', name)} ? {digit} + 1u : 0u"
                return [head, f"  put_bits(words, {at} + {name} * {size}u, {size}, {entry});", "}"]
            case Repeat():
                return self._put_repeat(stored, text, at)
            case Fields():
                return self._put_fields(stored, text, at)

    def _put_repeat(self, stored: Repeat, text: str, at: str) -> list[str]:
        lines: list[str] = []
        if isinstance(stored.type, PartialType):
            lines.append(
                f"put_bits(words, {at}, {stored.header}, {text}.has);"
                if stored.header <= 64
                else f"put_mask(words, {at}, {stored.header}, {text}.has.w);"
            )
        elif stored.header:
            lines.append(f"put_bits(words, {at}, {stored.header}, {text}.n);")
        name, head = self._loop(stored.count)
        inner = self._put(
            stored.item, f"{text}.e[{name}]", f"{at} + {stored.header} + {name} * {stored.item.bits}u"
        )
        guard = ""
        if isinstance(stored.type, PartialType):
            guard = f"if ({self.operations.mask_has(stored.count, text + '.has', name)}) {{"
        elif isinstance(stored.type, SeqType | BagType):
            guard = f"if ((int32_t){name} < {text}.n) {{"
        return [
            *lines,
            head,
            *([guard] if guard else []),
            *(f"  {line}" for line in inner),
            "}" * (2 if guard else 1),
        ]

    def _put_fields(self, stored: Fields, text: str, at: str) -> list[str]:
        lines: list[str] = []
        where = stored.header
        for index, (member, part) in enumerate(zip(_members(stored), stored.parts, strict=True)):
            inner = self._put(part, f"{text}.{member}", f"{at} + {where}")
            match stored.type:
                case OptionType():
                    lines.append(f"put_bits(words, {at}, 1, {text}.has);")
                    lines += [f"if ({text}.has) {{", *(f"  {line}" for line in inner), "}"]
                case UnionType():
                    if index == 0:
                        lines.append(f"put_bits(words, {at}, {stored.header}, {text}.tag);")
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
            case Dense(_, size):
                if size <= 64:
                    return [f"{text} = {f'get_bits(words, {at}, {size})' if size else '0'};"]
                return [f"get_mask(words, {at}, {size}, {text}.w);"]
            case Sparse():
                return [f"get_sparse(words, {at}, {stored.count_bits}, {stored.item_bits}, {text}.w);"]
            case Optional(kind, count, size):
                name, head = self._loop(count)
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
        name, head = self._loop(stored.count)
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
