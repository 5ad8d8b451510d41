"""Values of one type as values of another that agrees with it: widened, narrowed, or with other bounds.

`convert` takes for granted that the value fits; `misfit` says whether it does: 0, or why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from checker.engines.native.forms import Form, Forms, Shape, words
from checker.engines.native.literals import number
from checker.engines.native.operations import Operations, parts_of
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

COLLECTIONS = (SetType, SeqType, BagType, ListType)
RANGE, CAPACITY = 1, 2


class Conversions:
    """Conversions between the types of one program."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.forms: Forms = operations.forms

    # -------------------------------------------------------------- conversion

    def convert(self, text: str, source: Type, target: Type) -> str:
        """The value at another type."""
        ops = self.operations
        match source, target:
            case _ if source == target:
                return text
            case IntType(), IntType():
                return text
            case OptionType(a), OptionType(b):
                return self._option(text, source, target)
            case _, OptionType(b):
                return ops.some(target, self.convert(text, source, b))
            case OptionType(a), _:
                return self.convert(ops.unwrap(source, text), a, target)
            case RecordType(name), UnionType(records):
                index = next(i for i, record in enumerate(records) if record.name == name)
                return ops.inject(target, index, self.convert(text, source, records[index]))
            case UnionType(records), RecordType(name):
                index = next(i for i, record in enumerate(records) if record.name == name)
                return self.convert(ops.project(source, index, text), records[index], target)
            case UnionType(), UnionType():
                return self._call(source, target, text, self._union)
            case (RecordType(), RecordType()) | (TupleType(), TupleType()):
                return self._call(source, target, text, self._product)
            case QuorumType(sort), SetType():
                return self.convert(ops.quorum_mask(source, text), SetType(sort), target)
            case (MapType(), MapType()) | (PartialType(), PartialType()):
                return self._call(source, target, text, self._map)
            case _ if isinstance(source, COLLECTIONS) and isinstance(target, COLLECTIONS):
                return self.collection(text, source, target)
            case _:
                raise AssertionError(f"{show_type(source)} does not become {show_type(target)}")

    def collection(self, text: str, source: Type, target: Type) -> str:
        """A collection of the same elements: what `Convert` does as well."""
        if source == target:
            return text
        return self._call(source, target, text, self._elements)

    def _call(self, source: Type, target: Type, text: str, body: Callable[[Any, Any], Iterator[str]]) -> str:
        a, b = self.forms.form(source), self.forms.form(target)

        def make(name: str) -> str:
            inside = "".join(f"  {line}\n" for line in body(source, target))
            return f"static inline {b.c} {name}(Scratch *k, {a.c} x) {{\n  (void)k;\n{inside}}}"

        name = f"{b.c.removesuffix('_t')}_from_{a.c.removesuffix('_t').removeprefix('m_')}"
        return f"{self.operations.function(('convert', source, target), name, make)}(k, {text})"

    def _option(self, text: str, source: OptionType, target: OptionType) -> str:
        def body(a: OptionType, b: OptionType) -> Iterator[str]:
            ops = self.operations
            value = ops.some(b, self.convert(ops.unwrap(a, "x"), a.item, b.item))
            yield f"if ({ops.is_none(a, 'x')}) return {ops.none(b)};"
            yield f"return {value};"

        return self._call(source, target, text, body)

    def _union(self, source: UnionType, target: UnionType) -> Iterator[str]:
        ops = self.operations
        names = [record.name for record in target.records]
        for i, record in enumerate(source.records):
            if record.name in names:
                j = names.index(record.name)
                inner = self.convert(ops.project(source, i, "x"), record, target.records[j])
                yield f"if ({ops.is_variant(source, [i], 'x')}) return {ops.inject(target, j, inner)};"
        yield "__builtin_unreachable();"

    def _product(self, source: RecordType | TupleType, target: RecordType | TupleType) -> Iterator[str]:
        ops = self.operations
        pairs = zip(parts_of(source), parts_of(target), strict=True)
        parts = [self.convert(ops.part(source, i, "x"), a, b) for i, (a, b) in enumerate(pairs)]
        yield f"return {ops.make(target, parts)};"

    def _map(self, source: MapType | PartialType, target: MapType | PartialType) -> Iterator[str]:
        ops = self.operations
        keys, others = self.forms.count(source.key), self.forms.count(target.key)
        key = self.convert(ops.undigit(source.key, "i"), source.key, target.key)
        value = self.convert(ops.load(source.value, "x.e[i]"), source.value, target.value)
        c = self.forms.form(target).c
        yield f"{c} y;"
        yield "memset(&y, 0, sizeof y);"
        yield f"for (uint32_t i = 0; i < {keys}u; i++) {{"
        if isinstance(source, PartialType):
            yield f"  if (!{ops.mask_has(keys, 'x.has', 'i')}) continue;"
        yield f"  uint64_t j = {ops.digit(target.key, key)};"
        yield f"  y.e[j] = {value};"
        if isinstance(source, PartialType):
            yield f"  y.has = {ops.mask_with(others, 'y.has', 'j')};"
        yield "}"
        yield "return y;"

    # -------------------------------------------------------------- collections

    def elements(self, form: Form, text: str, index: str = "i") -> tuple[list[str], str, str]:
        """How to visit the elements of a collection in a variable: opening lines, the element, closing
        braces."""
        kind, ops = form.type, self.operations
        item = item_of(kind)
        if form.shape is Shape.MASK:
            count = self.forms.sizes.cardinality(item) or 0
            if count <= 64:
                head = [
                    f"for (uint64_t {index}_left = {text}; {index}_left; {index}_left &= {index}_left - 1) {{"
                ]
                head += [f"  uint32_t {index} = (uint32_t)__builtin_ctzll({index}_left);"]
                return head, ops.undigit(item, index), "}"
            head = [
                f"for (uint32_t {index}_word = 0; {index}_word < {words(count)}u; {index}_word++)",
                (
                    f"for (uint64_t {index}_left = {text}.w[{index}_word]; {index}_left; "
                    f"{index}_left &= {index}_left - 1) {{"
                ),
                f"  uint32_t {index} = {index}_word * 64u + (uint32_t)__builtin_ctzll({index}_left);",
            ]
            return head, ops.undigit(item, index), "}"
        assert isinstance(kind, SetType | SeqType | BagType | ListType)
        head = [f"for (int64_t {index} = 0; {index} < {ops.length(kind, text)}; {index}++) {{"]
        return head, ops.element(kind, text, index), "}"

    def add(self, form: Form, target: str, element: str) -> list[str]:
        """Puts an element of exactly the item type into a collection being built in a variable."""
        kind, ops = form.type, self.operations
        item = item_of(kind)
        if form.shape is Shape.MASK:
            count = self.forms.sizes.cardinality(item) or 0
            return [f"{target} = {ops.mask_with(count, target, ops.digit(item, element))};"]
        if form.shape in (Shape.LIST, Shape.KEPT):
            if not isinstance(kind, SetType):
                return [f"{form.c}_push(k, &{target}, {element});"]
            return [f"{self._insert(form)}(k, &{target}, {element});"]
        if isinstance(kind, BagType) and self.forms.has_rank(item):
            return [f"{self._bag_add(form)}(&{target}, {element});"]
        if form.shape is Shape.BITS:
            assert isinstance(kind, SeqType)
            return [f"{target} = {ops.appended(kind, target, element)};"]
        return [f"{target}.e[{target}.n++] = {element};"]

    def _insert(self, form: Form) -> str:
        """Adds an element to a list without repetitions."""
        item = item_of(form.type)
        c = self.forms.form(item).c
        same = self.operations.equal(item, self.operations.load(item, "list->e[i]"), "x")

        def make(name: str) -> str:
            return (
                f"static inline void {name}(Scratch *k, {form.c} *list, {c} x) {{\n"
                f"  for (int64_t i = 0; i < list->n; i++) if ({same}) return;\n"
                f"  {form.c}_push(k, list, x);\n}}"
            )

        return self.operations.function(("insert", form.c), f"insert_{form.c.removesuffix('_t')}", make)

    def _bag_add(self, form: Form) -> str:
        """Adds an element to a sorted bag that has room."""
        item, ops = item_of(form.type), self.operations
        c = self.forms.form(item).c
        before = f"{ops.digit(item, 'x')} < {ops.digit(item, ops.load(item, 'bag->e[i - 1]'))}"

        def make(name: str) -> str:
            return (
                f"static inline void {name}({form.c} *bag, {c} x) {{\n  int64_t i = bag->n++;\n"
                f"  for (; i > 0 && {before}; i--) bag->e[i] = bag->e[i - 1];\n  bag->e[i] = x;\n}}"
            )

        return ops.function(("bag_add", form.c), f"add_{form.c.removesuffix('_t')}", make)

    def zero(self, form: Form, name: str) -> str:
        """The declaration of an empty collection, to be built."""
        return f"{form.c} {name} = 0;" if form.c == "uint64_t" else f"{form.c} {name} = {{0}};"

    def _elements(self, source: Type, target: Type) -> Iterator[str]:
        a, b = self.forms.form(source), self.forms.form(target)
        head, element, tail = self.elements(a, "x")
        yield self.zero(b, "y")
        yield from head
        for line in self.add(b, "y", self.convert(element, item_of(source), item_of(target))):
            yield f"  {line}"
        yield tail
        yield "return y;"

    # -------------------------------------------------------------- fitting

    def misfit(self, text: str, source: Type, target: Type) -> str | None:
        """An integer of C: 0 when the value fits, else RANGE or CAPACITY, whatever is found first; None when
        it
        always fits."""
        ops = self.operations
        match source, target:
            case _ if source == target:
                return None
            case IntType(), IntType():
                return self._int_misfit(text, source, target)
            case OptionType(a), OptionType(b):
                if self.misfit("x", a, b) is None:
                    return None
                inner = self.misfit(ops.unwrap(source, "x"), a, b)
                return self._check(
                    source, target, text, [f"return {ops.is_none(source, 'x')} ? 0 : {inner};"]
                )
            case _, OptionType(b):
                return self.misfit(text, source, b)
            case OptionType(a), _:
                return self.misfit(ops.unwrap(source, text), a, target)
            case (RecordType(), RecordType()) | (TupleType(), TupleType()):
                return self._product_misfit(text, source, target)
            case UnionType(records), UnionType() | RecordType():
                return self._union_misfit(text, source, records, target)
            case RecordType(name), UnionType(records):
                return self.misfit(text, source, next(one for one in records if one.name == name))
            case (MapType(), MapType()) | (PartialType(), PartialType()):
                return self._map_misfit(text, source, target)
            case _ if isinstance(source, COLLECTIONS) and isinstance(target, COLLECTIONS):
                return self._collection_misfit(text, source, target)
            case _:
                return None

    def _product_misfit(self, text: str, source: Type, target: Type) -> str | None:
        assert isinstance(source, RecordType | TupleType)
        assert isinstance(target, RecordType | TupleType)
        pairs = enumerate(zip(parts_of(source), parts_of(target), strict=True))
        found = [self.misfit(self.operations.part(source, i, "x"), a, b) for i, (a, b) in pairs]
        return self._check_all(source, target, text, found)

    def _int_misfit(self, text: str, source: IntType, target: IntType) -> str | None:
        low, high = target.low, target.high
        above = low is None or (isinstance(source.low, int) and isinstance(low, int) and source.low >= low)
        below = high is None or (
            isinstance(source.high, int) and isinstance(high, int) and source.high <= high
        )
        if above and below:
            return None
        first = number(low) if isinstance(low, int) else "INT64_MIN"
        last = number(high) if isinstance(high, int) else "INT64_MAX"
        return f"(within({text}, {first}, {last}) ? 0 : {RANGE})"

    def _check(self, source: Type, target: Type, text: str, body: list[str]) -> str:
        c = self.forms.form(source).c

        def make(name: str) -> str:
            inside = "".join(f"  {line}\n" for line in body)
            return f"static inline int {name}({c} x) {{\n{inside}}}"

        name = f"misfit_{c.removesuffix('_t').removeprefix('m_')}"
        return f"{self.operations.function(('misfit', source, target), name, make)}({text})"

    def _check_all(self, source: Type, target: Type, text: str, found: list[str | None]) -> str | None:
        checks = [one for one in found if one is not None]
        if not checks:
            return None
        lines = ["int found;", *(f"if ((found = {one})) return found;" for one in checks), "return 0;"]
        return self._check(source, target, text, lines)

    def _union_misfit(
        self, text: str, source: UnionType, records: tuple[RecordType, ...], target: UnionType | RecordType
    ) -> str | None:
        ops = self.operations
        targets = {one.name: one for one in (target.records if isinstance(target, UnionType) else (target,))}
        lines: list[str] = []
        for i, record in enumerate(records):
            if record.name in targets:
                found = self.misfit(ops.project(source, i, "x"), record, targets[record.name])
                if found is not None:
                    lines.append(f"if ({ops.is_variant(source, [i], 'x')}) return {found};")
        return self._check(source, target, text, [*lines, "return 0;"]) if lines else None

    def _map_misfit(self, text: str, source: Type, target: Type) -> str | None:
        assert isinstance(source, MapType | PartialType)
        assert isinstance(target, MapType | PartialType)
        ops, keys = self.operations, self.forms.count(source.key)
        key = self.misfit(ops.undigit(source.key, "i"), source.key, target.key)
        value = self.misfit(ops.load(source.value, "x.e[i]"), source.value, target.value)
        if key is None and value is None:
            return None
        skip = ""
        if isinstance(source, PartialType):
            skip = f"if (!{ops.mask_has(keys, 'x.has', 'i')}) continue; "
        loop = f"for (uint32_t i = 0; i < {keys}u; i++) {{ {skip}"
        lines = [f"{loop}if ((found = {one})) return found; }}" for one in (key, value) if one is not None]
        return self._check(source, target, text, ["int found;", *lines, "return 0;"])

    def _collection_misfit(self, text: str, source: Type, target: Type) -> str | None:
        a = self.forms.form(source)
        head, element, tail = self.elements(a, "x")
        inner = self.misfit(element, item_of(source), item_of(target))
        capacity = target.capacity if isinstance(target, SeqType | BagType) else None
        held = source.capacity if isinstance(source, SeqType | BagType) else None
        lines: list[str] = []
        if inner is not None:
            lines += ["int found;", *head, f"  if ((found = {inner})) return found;", tail]
        if isinstance(capacity, int) and not (isinstance(held, int) and held <= capacity):
            assert a.shape is not Shape.MASK, "sets have no capacity"
            lines.append(f"if ({self.operations.length(source, 'x')} > {capacity}) return {CAPACITY};")
        return self._check(source, target, text, [*lines, "return 0;"]) if lines else None


def item_of(kind: Type) -> Type:
    """The type of a collection's elements."""
    match kind:
        case SetType(item) | SeqType(item) | BagType(item) | ListType(item):
            return item
        case QuorumType(sort):
            return sort
        case MapType(key) | PartialType(key):
            return key
        case _:
            raise AssertionError(f"{show_type(kind)} is no collection")
