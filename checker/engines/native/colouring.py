"""C that tells members of sorts apart by what a state says of them, whatever they are called.

A state is a collection of *facts*: an entry of a map, an element of a set, a value. A fact has a shape (all
of it but the members that it names) and names members, each in a role. The colour of a member adds up, over
the facts that name it, a mix of the shape, the roles and the colours of the others: so renaming members
renames colours, and does nothing else to them. That is all that the canonical form relies on; colours that
are equal by chance cost time.
"""

from __future__ import annotations

import zlib

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
from checker.engines.native.operations import Operations
from checker.engines.native.renaming import CHUNK, Members, Parts, as_repeat
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

Context = tuple[str, ...]
"""Statements that say of a fact what stands around it: the keys of the maps that it is in."""


class Colouring:
    """Writes `model_colour`; collects the functions that it needs, in order."""

    def __init__(self, operations: Operations, members: Members) -> None:
        self.operations = operations
        self.forms = operations.forms
        self.members = members
        self.parts = Parts(self.forms)
        self.functions: list[str] = []
        self._names: dict[Type, str] = {}
        self._loops = 0

    def state(self, layout: Layout) -> str:
        """The function that adds up what a packed state says."""
        lines: list[str] = []
        for place in layout.places:
            if self.members.are_stored_in(place.stored):
                lines.append(f"  /* {place.name} */")
                lines += [
                    f"  {line}" for line in self._facts(place.stored, str(place.offset), place.name, ())
                ]
        given = "const uint64_t *from, const uint64_t *before, uint64_t *after"
        return "\n".join([f"static LS_APART void model_colour({given}) {{", *lines, "}"])

    def most_named(self, layout: Layout) -> int:
        """The most members that one fact names."""
        found = [self._stored_names(place.stored, 0) for place in layout.places]
        return max([1, *found])

    def _stored_names(self, stored: Stored, around: int) -> int:
        if not self.members.are_stored_in(stored):
            return around
        match stored:
            case Repeat(MapType(key) | PartialType(key)):
                return self._stored_names(stored.item, around + self._names_of(key))
            case Repeat():
                return self._stored_names(stored.item, around)
            case Optional(PartialType(key, value)):
                return around + self._names_of(key) + self._names_of(value)
            case Fields():
                return max(around, *(self._stored_names(part, around) for part in stored.parts))
            case Dense(SetType(item)) | Sparse(SetType(item)):
                return around + self._names_of(item)
            case Number(kind) | Plain(kind):
                return around + self._names_of(kind)

    def _names_of(self, kind: Type) -> int:
        """The most members that a value names."""
        if not self.members.are_in(kind):
            return 0
        of = self._names_of
        match kind:
            case SortType():
                return 1
            case QuorumType(sort):
                return self.forms.sizes.quorum_size(sort.name)
            case OptionType(item):
                return of(item)
            case SetType(item):
                return self.forms.count(item) * of(item)
            case SeqType(item, int(capacity)) | BagType(item, int(capacity)):
                return capacity * of(item)
            case MapType(key, value) | PartialType(key, value):
                return self.forms.count(key) * (of(key) + of(value))
            case UnionType(records):
                return max(of(record) for record in records)
            case RecordType(_, fields):
                return sum(of(item) for _, item in fields)
            case TupleType(items):
                return sum(of(item) for item in items)
            case _:
                raise AssertionError(f"{show_type(kind)} names no members")

    def _loop(self, count: int) -> tuple[str, str]:
        self._loops += 1
        name = f"i{self._loops}"
        return name, f"for (unsigned {name} = 0; {name} < {count}u; {name}++) {{"

    # -------------------------------------------------------------- stored forms

    def _facts(self, stored: Stored, at: str, way: str, context: Context) -> list[str]:
        """The lines that tell what is stored at a bit; `way` is different for each stored part."""
        if stored.bits == 0:
            return []
        if not self.members.are_stored_in(stored):
            return self._plain(stored.bits, at, way, context)
        match stored:
            case Number(kind, size):
                return self._fact(way, context, [self._say(kind, f"get_bits(from, {at}, {size})", way)])
            case Plain():
                return self._facts(as_repeat(self.forms, stored), at, way, context)
            case Dense(kind, size):
                return self._mask(kind.item, size, at, way, context)
            case Sparse():
                return self._list(stored.type.item, stored.count_bits, stored.item_bits, at, way, context)
            case Optional(kind, count, size):
                key, head = self._loop(count)
                held = f"get_bits(from, {at} + {key} * {size}u, {size})"
                said = [self._say(kind.key, key, way + ".key"), self._say(OptionType(kind.value), held, way)]
                return [
                    head,
                    f"  if (!{held}) continue;",
                    *self._indented(self._fact(way, context, said)),
                    "}",
                ]
            case Repeat():
                return self._repeat(stored, at, way, context)
            case Fields():
                return self._fields(stored, at, way, context)

    def _fact(self, way: str, context: Context, said: list[str]) -> list[str]:
        return [
            "{",
            f"  ls_fact fact = {{.shape = {_salt(way)}, .named = 0}};",
            *self._indented([*context, *said]),
            "  ls_tell(&fact, before, after);",
            "}",
        ]

    def _plain(self, size: int, at: str, way: str, context: Context) -> list[str]:
        """What names nobody is told of those around it."""
        if not context:
            return []
        said: list[str] = []
        for done in range(0, size, CHUNK):
            held = f"get_bits(from, {at} + {done}, {min(CHUNK, size - done)})"
            said.append(f"ls_say(&fact, {_salt(f'{way}+{done}')}, {held});")
        return self._fact(way, context, said)

    def _mask(self, item: Type, size: int, at: str, way: str, context: Context) -> list[str]:
        word, head = self._loop((size + CHUNK - 1) // CHUNK)
        last = f"{word} == {size // CHUNK}u ? {size % CHUNK}u : 64u" if size % CHUNK else "64u"
        if size <= CHUNK:
            last = f"{size}u"
        rank = f"rank_{word}"
        return [
            head,
            f"  uint64_t left = get_bits(from, {at} + {word} * 64u, {last});",
            "  for (; left; left &= left - 1) {",
            f"    const uint64_t {rank} = {word} * 64u + (unsigned)__builtin_ctzll(left);",
            *self._indented(self._indented(self._fact(way, context, [self._say(item, rank, way)]))),
            "  }",
            "}",
        ]

    def _list(self, item: Type, count_bits: int, size: int, at: str, way: str, context: Context) -> list[str]:
        name = self._loop(0)[0]
        held = f"get_bits(from, {at} + {count_bits} + {name} * {size}u, {size})"
        return [
            f"for (unsigned {name} = 0; {name} < get_bits(from, {at}, {count_bits}); {name}++) {{",
            *self._indented(self._fact(way, context, [self._say(item, held, way)])),
            "}",
        ]

    def _repeat(self, stored: Repeat, at: str, way: str, context: Context) -> list[str]:
        key, head = self._loop(stored.count)
        inner_at = f"{at} + {stored.header} + {key} * {stored.item.bits}u"
        inside = f"{way}[]"
        match stored.type:
            case MapType(of):
                around = (*context, self._say(of, key, way + ".key"))
                return [head, *self._indented(self._facts(stored.item, inner_at, inside, around)), "}"]
            case PartialType(of):
                around = (*context, self._say(of, key, way + ".key"))
                return [
                    head,
                    f"  if (!get_bits(from, {at} + {key}, 1)) continue;",
                    # That there is an entry is a fact as well as what is in it.
                    *self._indented(self._fact(way, around, [])),
                    *self._indented(self._facts(stored.item, inner_at, inside, around)),
                    "}",
                ]
            case SeqType():
                around = (*context, f"ls_say(&fact, {_salt(way + '.at')}, {key});")
                return [
                    f"for (unsigned {key} = 0; {key} < get_bits(from, {at}, {stored.header}); {key}++) {{",
                    *self._indented(self._facts(stored.item, inner_at, inside, around)),
                    "}",
                ]
            case BagType(item) | SetType(item) if isinstance(stored.item, Number):
                return self._list(item, stored.header, stored.item.bits, at, way, context)
            case BagType() | SetType():
                # What the parts of one element say is not held together: that only tells less.
                return [
                    f"for (unsigned {key} = 0; {key} < get_bits(from, {at}, {stored.header}); {key}++) {{",
                    *self._indented(self._facts(stored.item, inner_at, inside, context)),
                    "}",
                ]
            case _:
                raise AssertionError(f"{show_type(stored.type)} has no parts of one kind")

    def _fields(self, stored: Fields, at: str, way: str, context: Context) -> list[str]:
        lines: list[str] = []
        where = stored.header
        for index, part in enumerate(stored.parts):
            inner = self._facts(part, f"{at} + {where}", f"{way}.{index}", context)
            match stored.type:
                case OptionType():
                    has = [f"ls_say(&fact, {_salt(way)}, get_bits(from, {at}, 1));"]
                    lines += self._fact(way, context, has) if context else []
                    lines += [f"if (get_bits(from, {at}, 1)) {{", *self._indented(inner), "}"]
                case UnionType():
                    tag = f"get_bits(from, {at}, {stored.header})"
                    if index == 0 and context:
                        lines += self._fact(way, context, [f"ls_say(&fact, {_salt(way)}, {tag});"])
                    lines += [f"if ({tag} == {index}u) {{", *self._indented(inner), "}"]
                case _:
                    lines += inner
            where += part.bits
        return lines

    def _indented(self, lines: list[str]) -> list[str]:
        return [f"  {line}" for line in lines]

    # -------------------------------------------------------------- ranks

    def _say(self, kind: Type, text: str, way: str) -> str:
        """The statement that adds a value to a fact: the members that it names, and the rest to the shape."""
        return self._said(kind, text, _salt(way), "&fact")

    def _said(self, kind: Type, text: str, role: str, fact: str = "fact") -> str:
        if not self.members.are_in(kind):
            return f"ls_say({fact}, {role}, {text});"
        if isinstance(kind, SortType):
            return f"ls_say_of({fact}, {role}, {self.members.first[kind.name]}u + (unsigned)({text}));"
        return f"{self._function(kind)}({text}, {role}, {fact});"

    def _function(self, kind: Type) -> str:
        if kind not in self._names:
            body = self._body(kind)
            name = self._names[kind] = f"said_{len(self._names)}"
            given = "uint64_t r, uint64_t role, ls_fact *fact"
            head = f"static LS_INLINE void {name}({given}) {{  // {show_type(kind)}"
            self.functions.append("\n".join([head, *(f"  {line}" for line in body), "}"]))
        return self._names[kind]

    def _body(self, kind: Type) -> list[str]:
        """Roles of parts differ from each other; those of a collection without order do not."""
        match kind:
            case QuorumType(sort):
                size, chosen = self.members.sizes[sort.name], self.forms.sizes.quorum_size(sort.name)
                first, ways = self.members.first[sort.name], self.members.ways(sort)
                return [
                    f"uint64_t left = ls_chosen(r, {size}u, {chosen}u, {ways});",
                    "for (; left; left &= left - 1)",
                    f"  ls_say_of(fact, role, {first}u + (unsigned)__builtin_ctzll(left));",
                ]
            case OptionType(item):
                inner = self._said(item, "r - 1", "role")
                return ["ls_say(fact, role, r != 0);", f"if (r) {{ {inner} }}"]
            case RecordType() | TupleType():
                return self._product(kind)
            case UnionType():
                lines: list[str] = []
                for index, (record, first, end) in enumerate(self.parts.offsets(kind)):
                    inner = self._said(
                        record, f"r - {unsigned(first)}", f"role + {_salt(f'variant {index}')}"
                    )
                    other = "else " if index else ""
                    lines.append(
                        f"{other}if (r < {unsigned(end)}) {{ ls_say(fact, role, {index}u); {inner} }}"
                    )
                return lines
            case MapType() | PartialType() | SetType() | SeqType() | BagType():
                return self._collection(kind)
            case _:
                raise AssertionError(f"{show_type(kind)} names no members")

    def _product(self, kind: RecordType | TupleType) -> list[str]:
        """All parts that name nobody at once: the rank, less what the others are worth in it."""
        lines = ["uint64_t d, rest = r;"]
        leading = True
        for index, (part, count, stride) in enumerate(self.parts.strides(kind)):
            if self.members.are_in(part):
                lines.append(f"d = {self.parts.digit('r', count, stride, leading=leading)};")
                lines.append(f"rest -= d * {unsigned(stride)};")
                lines.append(self._said(part, "d", f"role + {_salt(f'part {index}')}"))
            leading = leading and count <= 1
        return [*lines, "ls_say(fact, role, rest);"]

    def _collection(self, kind: MapType | PartialType | SetType | SeqType | BagType) -> list[str]:
        """Elements add up whatever their order; the role of a member carries what its own element says
        beside.
        """
        ops, form = self.operations, self.forms.form(kind)
        lines = [f"const {form.c} x = {ops.undigit(kind, 'r')};"]

        def element(said: list[str]) -> list[str]:
            opened = [
                "const unsigned start = fact->named;",
                "const uint64_t outside = ls_fact_open(fact, role);",
            ]
            return self._indented([*opened, *said, "ls_fact_close(fact, start, outside);"])

        def held(of: Type, place: str) -> str:
            return ops.digit(of, ops.load(of, place))

        bit = "(unsigned)__builtin_ctzll(left)"
        match kind:
            case SetType(of):
                said = [f"{self._said(of, bit, 'role')}"]
                return [*lines, "for (uint64_t left = x; left; left &= left - 1) {", *element(said), "}"]
            case MapType(key, value):
                keys = self.forms.count(key)
                said = [
                    f"{self._said(key, 'i', 'role')}",
                    f"{self._said(value, held(value, 'x.e[i]'), 'role + 1')}",
                ]
                return [*lines, f"for (unsigned i = 0; i < {keys}u; i++) {{", *element(said), "}"]
            case PartialType(key, value):
                said = [
                    f"const unsigned i = {bit};",
                    f"{self._said(key, 'i', 'role')}",
                    f"{self._said(value, held(value, 'x.e[i]'), 'role + 1')}",
                ]
                return [*lines, "for (uint64_t left = x.has; left; left &= left - 1) {", *element(said), "}"]
            case SeqType(of) if (parts := self.forms.sequence_bits(kind)) is not None:
                length, size = parts
                one = f"x >> ({length}u + i * {size}u) & {(1 << size) - 1:#x}u"
                said = [self._said(of, one, "role + i")]
                count = f"(x & {(1 << length) - 1:#x}u)"
                return [
                    *lines,
                    f"ls_say(fact, role, {count});",
                    f"for (unsigned i = 0; i < {count}; i++) {{",
                    *element(said),
                    "}",
                ]
            case SeqType(of):
                said = [f"{self._said(of, held(of, 'x.e[i]'), 'role + (uint64_t)i')}"]
                return [
                    *lines,
                    "ls_say(fact, role, (uint64_t)x.n);",
                    "for (int i = 0; i < x.n; i++) {",
                    *element(said),
                    "}",
                ]
            case BagType(of):
                said = [f"{self._said(of, held(of, 'x.e[i]'), 'role')}"]
                return [*lines, "for (int i = 0; i < x.n; i++) {", *element(said), "}"]


def _salt(way: str) -> str:
    """A constant that stands for a part of the state."""
    return f"{zlib.crc32(way.encode()) << 32 | zlib.crc32(way.encode()[::-1]):#x}u"
