"""C that renames the members of sorts in a packed state: how a permutation acts on each stored form.

A permutation is a `ls_renaming`: `to[m]` for each member m of the sorts that are reduced, numbered through.
Ranks are taken apart into the digits of their parts; collections inside ranks go through their working
form. Nothing is assumed of a layout but what `packing` assumes of it.
"""

from __future__ import annotations

from math import comb

from checker.engines.native.forms import Forms
from checker.engines.native.layout import (
    Dense,
    Fields,
    Layout,
    Number,
    Optional,
    Plain,
    Repeat,
    Sparse,
    Stored,
)
from checker.engines.native.literals import unsigned
from checker.engines.native.operations import Operations, parts_of
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)

CHUNK = 64
"""Bits that are copied at a time."""


class Members:
    """The members of the reduced sorts, numbered through.

    Attributes:
        first: the number of the first member of each sort.
    """

    def __init__(self, forms: Forms, sorts: tuple[str, ...]) -> None:
        self.forms = forms
        self.sorts = sorts
        self.sizes = {name: forms.sizes.sorts[name] for name in sorts}
        self.first: dict[str, int] = {}
        for name in sorts:
            self.first[name] = sum(self.sizes[other] for other in self.first)
        self._known: dict[Type, bool] = {}

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.sizes.values())

    def ways(self, sort: SortType) -> str:
        """A table of C: in how many ways k of n are chosen, a row for each n up to the sort's size."""
        chosen = self.forms.sizes.quorum_size(sort.name)
        ways = [comb(n, k) for n in range(self.sizes[sort.name] + 1) for k in range(chosen + 1)]
        return f"(const uint64_t[]){{{', '.join(unsigned(way) for way in ways)}}}"

    def are_in(self, kind: Type) -> bool:
        """Whether values of a type may hold a member of a reduced sort."""
        if kind not in self._known:
            self._known[kind] = self._look(kind)
        return self._known[kind]

    def _look(self, kind: Type) -> bool:
        match kind:
            case SortType(name):
                return name in self.sizes
            case QuorumType(sort):
                return sort.name in self.sizes
            case OptionType(item) | SetType(item) | SeqType(item) | BagType(item):
                return self.are_in(item)
            case MapType(key, value) | PartialType(key, value):
                return self.are_in(key) or self.are_in(value)
            case UnionType(records):
                return any(self.are_in(record) for record in records)
            case RecordType() | TupleType():
                return any(self.are_in(part) for part in parts_of(kind))
            case _:
                return False

    def are_stored_in(self, stored: Stored) -> bool:
        """Whether a stored value may hold one."""
        return stored.bits > 0 and self.are_in(stored.type)


def as_repeat(forms: Forms, stored: Plain) -> Repeat:
    """A sequence that is one number, as its length and its elements."""
    parts, capacity = forms.sequence_bits(stored.type), stored.type.capacity
    assert parts is not None
    assert isinstance(capacity, int)
    return Repeat(stored.type, parts[0], capacity, Number(stored.type.item, parts[1]))


class Parts:
    """How the rank of a value is made from the digits of its parts."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms

    def strides(self, kind: RecordType | TupleType) -> list[tuple[Type, int, int]]:
        """The parts of a product: type, count, how much one of its digit is worth in the rank."""
        found: list[tuple[Type, int, int]] = []
        stride = 1
        for part in reversed(parts_of(kind)):
            count = self.forms.count(part)
            found.append((part, count, stride))
            stride *= max(count, 1)
        return found[::-1]

    def digit(self, rank: str, count: int, stride: int, *, leading: bool) -> str:
        """The digit of a part."""
        text = rank if stride == 1 else f"{rank} / {unsigned(stride)}"
        return text if leading else f"{text} % {unsigned(max(count, 1))}"

    def offsets(self, kind: UnionType) -> list[tuple[RecordType, int, int]]:
        """The records of a union with their first rank and the one after the last."""
        found: list[tuple[RecordType, int, int]] = []
        before = 0
        for record in kind.records:
            count = self.forms.count(record)
            found.append((record, before, before + count))
            before += count
        return found


class Renaming:
    """Writes `model_rename`; collects the functions that it needs, in order."""

    def __init__(self, operations: Operations, members: Members) -> None:
        self.operations = operations
        self.forms = operations.forms
        self.members = members
        self.parts = Parts(self.forms)
        self.functions: list[str] = []
        self._names: dict[Type, str] = {}
        self._loops = 0

    def state(self, layout: Layout) -> str:
        """The function that renames a packed state."""
        lines: list[str] = []
        plain = [0] * layout.words
        for place in layout.places:
            if self.members.are_stored_in(place.stored):
                lines.append(f"  /* {place.name} */")
                lines += [
                    f"  {line}" for line in self._move(place.stored, str(place.offset), str(place.offset))
                ]
                continue
            for bit in range(place.offset, place.offset + place.stored.bits):
                plain[bit // 64] |= 1 << bit % 64
        kept = [f"  to[{word}] = from[{word}] & {mask:#x}u;" for word, mask in enumerate(plain)]
        head = "static LS_APART void model_rename(const uint64_t *from, uint64_t *to, const ls_renaming *p) {"
        return "\n".join([head, *kept, *lines, "}"])

    def _loop(self, count: int) -> tuple[str, str]:
        self._loops += 1
        name = f"i{self._loops}"
        return name, f"for (unsigned {name} = 0; {name} < {count}u; {name}++) {{"

    # -------------------------------------------------------------- stored forms

    def _move(self, stored: Stored, at: str, to: str) -> list[str]:
        """The lines that put what is stored at a bit of `from`, renamed, to a bit of `to` that is zero."""
        if not self.members.are_stored_in(stored):
            return self._copy(stored.bits, at, to)
        match stored:
            case Number(kind, size):
                return [f"put_bits(to, {to}, {size}, {self.rank(kind, f'get_bits(from, {at}, {size})')});"]
            case Plain():
                return self._move(as_repeat(self.forms, stored), at, to)
            case Dense(kind, size):
                return self._move_mask(kind.item, size, at, to)
            case Sparse():
                return self._move_sparse(stored, at, to)
            case Optional(kind, count, size):
                key, head = self._loop(count)
                held = f"get_bits(from, {at} + {key} * {size}u, {size})"
                moved = self.rank(OptionType(kind.value), held)
                target = f"{to} + (unsigned){self.rank(kind.key, key)} * {size}u"
                return [head, f"  put_bits(to, {target}, {size}, {moved});", "}"]
            case Repeat():
                return self._move_repeat(stored, at, to)
            case Fields():
                return self._move_fields(stored, at, to)

    def _copy(self, size: int, at: str, to: str) -> list[str]:
        return [
            f"put_bits(to, {to} + {done}, {part}, get_bits(from, {at} + {done}, {part}));"
            for done in range(0, size, CHUNK)
            for part in [min(CHUNK, size - done)]
        ]

    def _move_mask(self, item: Type, size: int, at: str, to: str) -> list[str]:
        """A bit for each rank of the items."""
        word, head = self._loop((size + CHUNK - 1) // CHUNK)
        last = f"{word} == {size // CHUNK}u ? {size % CHUNK}u : 64u" if size % CHUNK else "64u"
        if size <= CHUNK:
            last = f"{size}u"
        return [
            head,
            f"  uint64_t left = get_bits(from, {at} + {word} * 64u, {last});",
            "  for (; left; left &= left - 1) {",
            f"    const uint64_t r = {word} * 64u + (unsigned)__builtin_ctzll(left);",
            f"    set_bit(to, {to} + {self.rank(item, 'r')});",
            "  }",
            "}",
        ]

    def _move_sparse(self, stored: Sparse, at: str, to: str) -> list[str]:
        name, size = self._loop(0)[0], stored.item_bits
        item = f"get_bits(from, {at} + {stored.count_bits} + {name} * {size}u, {size})"
        return [
            "{",
            f"  uint64_t items[{stored.capacity}];",
            f"  const unsigned count = (unsigned)get_bits(from, {at}, {stored.count_bits});",
            f"  for (unsigned {name} = 0; {name} < count; {name}++)",
            f"    ls_insert_sorted(items, {name}, {self.rank(stored.type.item, item)});",
            f"  put_bits(to, {to}, {stored.count_bits}, count);",
            f"  for (unsigned {name} = 0; {name} < count; {name}++)",
            f"    put_bits(to, {to} + {stored.count_bits} + {name} * {size}u, {size}, items[{name}]);",
            "}",
        ]

    def _move_repeat(self, stored: Repeat, at: str, to: str) -> list[str]:
        key, head = self._loop(stored.count)
        size = stored.item.bits
        source, first = f"{at} + {stored.header} + {key} * {size}u", f"{to} + {stored.header}"
        match stored.type:
            case MapType(of):
                target = f"{first} + (unsigned){self.rank(of, key)} * {size}u"
                return [head, *self._indented(self._move(stored.item, source, target)), "}"]
            case PartialType(of):
                moved = f"moved_{key}"
                inner = self._move(stored.item, source, f"{first} + {moved} * {size}u")
                return [
                    head,
                    f"  if (!get_bits(from, {at} + {key}, 1)) continue;",
                    f"  const unsigned {moved} = (unsigned){self.rank(of, key)};",
                    f"  set_bit(to, {to} + {moved});",
                    *self._indented(inner),
                    "}",
                ]
            case SeqType():
                length = f"get_bits(from, {at}, {stored.header})"
                inner = self._move(stored.item, source, f"{first} + {key} * {size}u")
                return [
                    f"put_bits(to, {to}, {stored.header}, {length});",
                    f"for (unsigned {key} = 0; {key} < {length}; {key}++) {{",
                    *self._indented(inner),
                    "}",
                ]
            case BagType(item) | SetType(item) if isinstance(stored.item, Number):
                return self._move_bag(item, stored, at, to)
            case BagType() | SetType():
                length = f"(unsigned)get_bits(from, {at}, {stored.header})"
                inner = self._move(stored.item, source, f"{first} + {key} * {size}u")
                return [
                    f"put_bits(to, {to}, {stored.header}, {length});",
                    f"for (unsigned {key} = 0; {key} < {length}; {key}++) {{",
                    *self._indented(inner),
                    "}",
                    f"sort_items(to, {first}, {length}, {size}u);",
                ]
            case _:
                raise AssertionError(f"{show_type(stored.type)} has no parts of one kind")

    def _move_bag(self, item: Type, stored: Repeat, at: str, to: str) -> list[str]:
        """As a sparse set; a bag with repetitions."""
        as_list = Sparse(SetType(item), stored.count, stored.header, stored.item.bits)
        return self._move_sparse(as_list, at, to)

    def _move_fields(self, stored: Fields, at: str, to: str) -> list[str]:
        lines: list[str] = []
        where = stored.header
        for index, part in enumerate(stored.parts):
            inner = self._move(part, f"{at} + {where}", f"{to} + {where}")
            match stored.type:
                case OptionType():
                    held = f"get_bits(from, {at}, 1)"
                    lines += [f"if ({held}) {{", f"  set_bit(to, {to});", *self._indented(inner), "}"]
                case UnionType():
                    tag = f"get_bits(from, {at}, {stored.header})"
                    if index == 0:
                        lines.append(f"put_bits(to, {to}, {stored.header}, {tag});")
                    lines += [f"if ({tag} == {index}u) {{", *self._indented(inner), "}"]
                case _:
                    lines += inner
            where += part.bits
        return lines

    def _indented(self, lines: list[str]) -> list[str]:
        return [f"  {line}" for line in lines]

    # -------------------------------------------------------------- ranks

    def rank(self, kind: Type, text: str) -> str:
        """The rank of the renamed value whose rank is given."""
        if not self.members.are_in(kind):
            return f"({text})"
        if isinstance(kind, SortType):
            return f"ls_renamed(p, {self.members.first[kind.name]}u, {text})"
        return f"{self._function(kind)}({text}, p)"

    def _function(self, kind: Type) -> str:
        if kind not in self._names:
            body = self._body(kind)
            name = self._names[kind] = f"renamed_{len(self._names)}"
            given = "uint64_t r, const ls_renaming *p"
            head = f"static LS_INLINE uint64_t {name}({given}) {{  // {show_type(kind)}"
            self.functions.append("\n".join([head, *(f"  {line}" for line in body), "}"]))
        return self._names[kind]

    def _body(self, kind: Type) -> list[str]:
        match kind:
            case QuorumType(sort):
                return self._quorum(sort)
            case OptionType(item):
                return [f"return r == 0 ? 0 : 1 + {self.rank(item, 'r - 1')};"]
            case RecordType() | TupleType():
                return self._product(kind)
            case UnionType():
                tests: list[str] = []
                for record, first, end in self.parts.offsets(kind):
                    moved = self.rank(record, f"r - {unsigned(first)}")
                    tests.append(f"if (r < {unsigned(end)}) return {unsigned(first)} + {moved};")
                return [*tests, "return r;"]
            case MapType() | PartialType() | SetType() | SeqType() | BagType():
                return self._collection(kind)
            case _:
                raise AssertionError(f"{show_type(kind)} holds no members")

    def _product(self, kind: RecordType | TupleType) -> list[str]:
        lines = ["uint64_t d, moved = r;"]
        leading = True
        for part, count, stride in self.parts.strides(kind):
            if self.members.are_in(part):
                lines.append(f"d = {self.parts.digit('r', count, stride, leading=leading)};")
                lines.append(f"moved += ({self.rank(part, 'd')} - d) * {unsigned(stride)};")
            leading = leading and count <= 1
        return [*lines, "return moved;"]

    def _quorum(self, sort: SortType) -> list[str]:
        size = self.members.sizes[sort.name]
        chosen = self.forms.sizes.quorum_size(sort.name)
        ways = self.members.ways(sort)
        return [
            f"const uint64_t chosen = ls_chosen(r, {size}u, {chosen}u, {ways});",
            f"const uint64_t moved = ls_renamed_set(p, {self.members.first[sort.name]}u, chosen);",
            f"return ls_combination(moved, {size}u, {chosen}u, {ways});",
        ]

    def _collection(self, kind: MapType | PartialType | SetType | SeqType | BagType) -> list[str]:
        """Through the working form: taken apart, renamed, put together."""
        ops, form = self.operations, self.forms.form(kind)
        lines = [
            f"const {form.c} x = {ops.undigit(kind, 'r')};",
            f"{form.c} y = {'0' if isinstance(kind, SetType) else '{0}'};",
        ]

        def item(of: Type, place: str) -> str:
            return ops.undigit(of, self.rank(of, ops.digit(of, ops.load(of, place))))

        match kind:
            case SetType(of):
                bit = self.rank(of, "(unsigned)__builtin_ctzll(left)")
                lines.append(f"for (uint64_t left = x; left; left &= left - 1) y |= BIT({bit});")
            case MapType(key, value):
                head = f"for (unsigned i = 0; i < {self.forms.count(key)}u; i++)"
                lines.append(f"{head} y.e[{self.rank(key, 'i')}] = {item(value, 'x.e[i]')};")
            case PartialType(key, value):
                lines += [
                    "for (uint64_t left = x.has; left; left &= left - 1) {",
                    "  const unsigned i = (unsigned)__builtin_ctzll(left);",
                    f"  const uint64_t moved = {self.rank(key, 'i')};",
                    "  y.has |= BIT(moved);",
                    f"  y.e[moved] = {item(value, 'x.e[i]')};",
                    "}",
                ]
            case SeqType(of) if (parts := self.forms.sequence_bits(kind)) is not None:
                length, size = parts
                place, ones = f"({length}u + i * {size}u)", f"{(1 << size) - 1:#x}u"
                return [
                    f"const uint64_t x = {ops.undigit(kind, 'r')};",
                    f"uint64_t y = x & {(1 << length) - 1:#x}u;",
                    f"for (unsigned i = 0; i < (x & {(1 << length) - 1:#x}u); i++)",
                    f"  y |= (uint64_t){self.rank(of, f'(x >> {place} & {ones})')} << {place};",
                    f"return {ops.digit(kind, 'y')};",
                ]
            case SeqType(of):
                lines += ["y.n = x.n;", f"for (int i = 0; i < x.n; i++) y.e[i] = {item(of, 'x.e[i]')};"]
            case BagType(of, int(capacity)):
                digit = self.rank(of, ops.digit(of, ops.load(of, "x.e[i]")))
                lines += [
                    f"uint64_t items[{max(capacity, 1)}];",
                    f"for (int i = 0; i < x.n; i++) ls_insert_sorted(items, (unsigned)i, {digit});",
                    "y.n = x.n;",
                    f"for (int i = 0; i < x.n; i++) y.e[i] = {ops.undigit(of, 'items[i]')};",
                ]
            case BagType():
                raise AssertionError("a bag in the state has a capacity")
        return [*lines, f"return {ops.digit(kind, 'y')};"]
