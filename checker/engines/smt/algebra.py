"""What can be done with symbolic values whatever the expression: make, choose, compare, tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from checker.engines.smt.alternatives import alternatives
from checker.engines.smt.logic import FALSE, TRUE, Lit, Logic
from checker.engines.smt.refused import VALUES_MAX, many_values
from checker.engines.smt.sizes import Form, Sizes, TooMany
from checker.engines.smt.values import (
    BagTable,
    Entry,
    Listing,
    MapTable,
    Option,
    Product,
    Scalar,
    SeqTable,
    SetTable,
    Value,
    Variant,
    as_bag,
    as_listing,
    as_lit,
    as_map,
    as_option,
    as_product,
    as_scalar,
    as_sequence,
    as_set,
    as_variant,
    number,
)
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    ListType,
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

Case = tuple[Lit, Value]
"""A value, and the guard under which it is the one."""

ZERO = number(0)


class Algebra:
    """The operations on the values of one scope."""

    def __init__(self, logic: Logic, sizes: Sizes) -> None:
        self.logic = logic
        self.sizes = sizes
        self._constants: dict[tuple[int, Form], tuple[Type, Value]] = {}

    # -------------------------------------------------------------- forms

    def domain(self, kind: Type) -> tuple[Form, ...]:
        """The forms of a type.

        Raises:
            NotYetSmt: there are too many.
        """
        try:
            return self.sizes.domain(kind, VALUES_MAX)
        except TooMany as error:
            raise many_values(show_type(error.kind)) from error

    def constant(self, kind: Type, form: Form) -> Value:
        """The value that a form stands for."""
        known = self._constants.get((id(kind), form))
        if known is None:
            known = self._constants[id(kind), form] = (kind, self.select(kind, [(TRUE, form)]))
        return known[1]

    def select(self, kind: Type, cases: Sequence[tuple[Lit, Form]]) -> Value:
        """The value of the one form whose guard holds."""
        match kind:
            case BoolType():
                return self.logic.any_of([guard for guard, form in cases if form])
            case IntType() | EnumType() | SortType():
                return Scalar(self._grouped(cases))
            case OptionType(item):
                some = [(guard, form) for guard, form in cases if form is not None]
                held = self.select(item, some) if some else None
                return Option(self.logic.any_of([guard for guard, _ in some]), held)
            case RecordType(_, fields):
                return self._select_product([inner for _, inner in fields], cases)
            case TupleType(items):
                return self._select_product(items, cases)
            case UnionType(records):
                return self._select_variant(records, cases)
            case SetType() | QuorumType():
                grouped = self._grouped((guard, one) for guard, form in cases for one in form)
                return SetTable(grouped, kind.item if isinstance(kind, SetType) else kind.sort)
            case MapType() | PartialType():
                return self._select_map(kind, cases)
            case SeqType(item) | ListType(item):
                return self._select_sequence(item, cases)
            case BagType(item):
                return self._select_bag(item, cases)

    def _grouped(self, cases: Iterable[tuple[Lit, Form]]) -> dict[Form, Lit]:
        groups: dict[Form, list[Lit]] = {}
        for guard, form in cases:
            groups.setdefault(form, []).append(guard)
        return {form: self.logic.any_of(guards) for form, guards in groups.items()}

    def _select_product(self, kinds: Sequence[Type], cases: Sequence[tuple[Lit, Form]]) -> Product:
        return Product(
            tuple(
                self.select(kind, [(guard, form[index]) for guard, form in cases])
                for index, kind in enumerate(kinds)
            )
        )

    def _select_variant(self, records: tuple[RecordType, ...], cases: Sequence[tuple[Lit, Form]]) -> Variant:
        found: dict[str, tuple[Lit, Product]] = {}
        for record in records:
            some = [(guard, form[1]) for guard, form in cases if form[0] == record.name]
            if some:
                made = self._select_product([inner for _, inner in record.fields], some)
                found[record.name] = (self.logic.any_of([guard for guard, _ in some]), made)
        return Variant(found)

    def _select_map(self, kind: MapType | PartialType, cases: Sequence[tuple[Lit, Form]]) -> MapTable:
        rows: dict[Form, list[tuple[Lit, Form]]]
        keys = self.domain(kind.key) if isinstance(kind, MapType) else ()
        rows = {key: [] for key in keys}
        for guard, form in cases:
            for key, item in zip(keys, form, strict=True) if isinstance(kind, MapType) else form:
                rows.setdefault(key, []).append((guard, item))
        entries = {
            key: (self.logic.any_of([guard for guard, _ in row]), self.select(kind.value, row))
            for key, row in rows.items()
        }
        if isinstance(kind, MapType):
            entries = {key: (TRUE, item) for key, (_, item) in entries.items()}
        return MapTable(entries, kind.key)

    def _select_sequence(self, item: Type, cases: Sequence[tuple[Lit, Form]]) -> SeqTable:
        longest = max((len(form) for _, form in cases), default=0)
        items = tuple(
            self.select(item, [(guard, form[index]) for guard, form in cases if len(form) > index])
            for index in range(longest)
        )
        return SeqTable(Scalar(self._grouped((guard, len(form)) for guard, form in cases)), items)

    def _select_bag(self, item: Type, cases: Sequence[tuple[Lit, Form]]) -> BagTable:
        rows: dict[Form, list[tuple[Lit, int]]] = {}
        for guard, form in cases:
            for one, count in form:
                rows.setdefault(one, []).append((guard, count))
        counts = {
            one: self._with_zero([(guard, number(count)) for guard, count in row])
            for one, row in rows.items()
        }
        return BagTable(counts, item)

    def _with_zero(self, cases: list[tuple[Lit, Scalar]]) -> Scalar:
        rest = self.logic.any_of([guard for guard, _ in cases]) ^ 1
        return self.choose_scalar([*cases, (rest, ZERO)])

    # -------------------------------------------------------------- choosing

    def merge(self, condition: Lit, then: Value, otherwise: Value) -> Value:
        """One value where the condition holds, the other where it does not."""
        if condition == TRUE or then is otherwise:
            return then
        if condition == FALSE:
            return otherwise
        return self.choose([(condition, then), (condition ^ 1, otherwise)])

    def choose_scalar(self, cases: Iterable[tuple[Lit, Scalar]]) -> Scalar:
        """The number whose guard holds."""
        both = self.logic.both
        found: dict[int, list[Lit]] = {}
        for guard, item in cases:
            for form, lit in item.alternatives.items():
                held = both(guard, lit)
                if held != FALSE:
                    found.setdefault(form, []).append(held)
        return Scalar({form: self.logic.any_of(lits) for form, lits in found.items()})

    def choose(self, cases: Sequence[Case]) -> Value:
        """The value whose guard holds; guards exclude each other."""
        cases = [case for case in cases if case[0] != FALSE] or list(cases[:1])
        if len(cases) == 1:
            return cases[0][1]
        match cases[0][1]:
            case int():
                return self.logic.choice([(guard, as_lit(item)) for guard, item in cases])
            case Scalar():
                return self.choose_scalar([(guard, as_scalar(item)) for guard, item in cases])
            case Product(items):
                products = [(guard, as_product(item).items) for guard, item in cases]
                return Product(
                    tuple(
                        self.choose([(guard, parts[index]) for guard, parts in products])
                        for index in range(len(items))
                    )
                )
            case Option():
                return self._choose_option([(guard, as_option(item)) for guard, item in cases])
            case Variant():
                return self._choose_variant([(guard, as_variant(item)) for guard, item in cases])
            case _:
                return self._choose_collection(cases)

    def _choose_option(self, cases: list[tuple[Lit, Option]]) -> Option:
        both = self.logic.both
        present = self.logic.any_of([both(guard, item.present) for guard, item in cases])
        some = [(guard, item.item) for guard, item in cases if item.item is not None]
        return Option(present, self.choose(some) if some else None)

    def _choose_variant(self, cases: list[tuple[Lit, Variant]]) -> Variant:
        found: dict[str, list[tuple[Lit, Lit, Product]]] = {}
        for guard, item in cases:
            for name, (lit, product) in item.cases.items():
                found.setdefault(name, []).append((guard, lit, product))
        return Variant(
            {
                name: (
                    self.logic.choice([(guard, lit) for guard, lit, _ in rows]),
                    as_product(self.choose([(guard, product) for guard, _, product in rows])),
                )
                for name, rows in found.items()
            }
        )

    def _choose_collection(self, cases: Sequence[Case]) -> Value:
        match cases[0][1]:
            case SetTable(_, item):
                return self._choose_set([(guard, as_set(one)) for guard, one in cases], item)
            case MapTable(_, key):
                return self._choose_map([(guard, as_map(one)) for guard, one in cases], key)
            case SeqTable():
                sequences = [(guard, as_sequence(one)) for guard, one in cases]
                longest = max(len(one.items) for _, one in sequences)
                items = tuple(
                    self.choose(
                        [(guard, one.items[index]) for guard, one in sequences if len(one.items) > index]
                    )
                    for index in range(longest)
                )
                return SeqTable(self.choose_scalar([(guard, one.length) for guard, one in sequences]), items)
            case BagTable(_, item):
                bags = [(guard, as_bag(one)) for guard, one in cases]
                forms = dict.fromkeys(form for _, one in bags for form in one.counts)
                counts = {
                    form: self.choose_scalar([(guard, one.counts.get(form, ZERO)) for guard, one in bags])
                    for form in forms
                }
                return BagTable(counts, item)
            case _:
                listings = [(guard, as_listing(one)) for guard, one in cases]
                return Listing(
                    tuple(
                        Entry(self.logic.both(guard, entry.guard), entry.value)
                        for guard, one in listings
                        for entry in one.entries
                    )
                )

    def _choose_set(self, cases: list[tuple[Lit, SetTable]], item: Type) -> SetTable:
        forms = dict.fromkeys(form for _, one in cases for form in one.bits)
        first = cases[0][1].bits
        made: dict[Form, Lit] = {}
        for form in forms:
            bit = first.get(form, FALSE)
            if all(one.bits.get(form, FALSE) == bit for _, one in cases):
                made[form] = bit  # The guards cover everything that matters.
            else:
                made[form] = self.logic.choice([(guard, one.bits.get(form, FALSE)) for guard, one in cases])
        return SetTable(made, item)

    def _choose_map(self, cases: list[tuple[Lit, MapTable]], key: Type) -> MapTable:
        forms = dict.fromkeys(form for _, one in cases for form in one.entries)
        made: dict[Form, tuple[Lit, Value]] = {}
        for form in forms:
            rows = [(guard, one.entries[form]) for guard, one in cases if form in one.entries]
            if len(rows) == len(cases) and all(row is rows[0][1] for _, row in rows):
                made[form] = rows[0][1]
                continue
            if len(rows) == len(cases) and all(row[0] == TRUE for _, row in rows):
                present = TRUE
            else:
                present = self.logic.choice([(guard, row[0]) for guard, row in rows])
            made[form] = (present, self.choose([(guard, row[1]) for guard, row in rows]))
        return MapTable(made, key)

    # -------------------------------------------------------------- equality

    def equal(self, a: Value, b: Value) -> Lit:
        """Whether two values of one type are the same."""
        logic = self.logic
        if a is b:
            return TRUE
        match a:
            case int():
                return logic.same(a, as_lit(b))
            case Scalar(alternatives):
                others = as_scalar(b).alternatives
                return logic.any_of(
                    [logic.both(lit, others[form]) for form, lit in alternatives.items() if form in others]
                )
            case Product(items):
                pairs = zip(items, as_product(b).items, strict=True)
                return logic.all_of(self.equal(x, y) for x, y in pairs)
            case Option(present, item):
                other = as_option(b)
                held = FALSE if item is None or other.item is None else self.equal(item, other.item)
                both_none = logic.both(present ^ 1, other.present ^ 1)
                return logic.either(both_none, logic.all_of((present, other.present, held)))
            case Variant(cases):
                rest = as_variant(b).cases
                return logic.any_of(
                    [
                        logic.all_of((lit, rest[name][0], self.equal(item, rest[name][1])))
                        for name, (lit, item) in cases.items()
                        if name in rest
                    ]
                )
            case _:
                return self._equal_collections(a, b)

    def _equal_collections(self, a: Value, b: Value) -> Lit:
        logic = self.logic
        match a:
            case SetTable(bits):
                others = as_set(b).bits
                forms = dict.fromkeys((*bits, *others))
                return logic.all_of(
                    logic.same(bits.get(form, FALSE), others.get(form, FALSE)) for form in forms
                )
            case MapTable(entries):
                return logic.all_of(self._equal_rows(entries, as_map(b).entries))
            case SeqTable(length, items):
                other = as_sequence(b)
                alike = [
                    logic.implies(self.longer(length, index), self.equal(x, y))
                    for index, (x, y) in enumerate(zip(items, other.items, strict=False))
                ]
                return logic.all_of([self.equal(length, other.length), *alike])
            case BagTable(counts):
                rest = as_bag(b).counts
                return logic.all_of(
                    [
                        self.equal(counts.get(form, ZERO), rest.get(form, ZERO))
                        for form in dict.fromkeys((*counts, *rest))
                    ]
                )
            case _:
                raise AssertionError("lists are compared by their elements")

    def _equal_rows(
        self, rows: dict[Form, tuple[Lit, Value]], others: dict[Form, tuple[Lit, Value]]
    ) -> Iterator[Lit]:
        for form in dict.fromkeys((*rows, *others)):
            if form not in rows or form not in others:
                yield (rows.get(form) or others[form])[0] ^ 1
                continue
            (present, item), (also, other) = rows[form], others[form]
            yield self.logic.same(present, also)
            yield self.logic.implies(present, self.equal(item, other))

    def longer(self, length: Scalar, than: int) -> Lit:
        """Whether a length is more than a number."""
        return self.logic.any_of([lit for size, lit in length.alternatives.items() if size > than])

    # -------------------------------------------------------------- telling apart

    def matches(self, value: Value, kind: Type, form: Form) -> Lit:
        """Whether a value is the one that a form stands for."""
        match value, kind:
            case int(), _:
                return value if form else value ^ 1
            case Scalar(alternatives), _:
                return alternatives.get(form, FALSE)
            case Option(present, item), OptionType(inner):
                if form is None:
                    return present ^ 1
                return FALSE if item is None else self.logic.both(present, self.matches(item, inner, form))
            case Product(items), RecordType(_, fields):
                return self.logic.all_of(
                    self.matches(item, inner, part)
                    for item, (_, inner), part in zip(items, fields, form, strict=True)
                )
            case Product(items), TupleType(kinds):
                parts = zip(items, kinds, form, strict=True)
                return self.logic.all_of(self.matches(item, inner, part) for item, inner, part in parts)
            case Variant(cases), UnionType(records):
                if form[0] not in cases:
                    return FALSE
                lit, product = cases[form[0]]
                record = next(record for record in records if record.name == form[0])
                return self.logic.both(lit, self.matches(product, record, form[1]))
            case _:
                return self.equal(value, self.constant(kind, form))

    def alternatives(self, value: Value, kind: Type) -> list[tuple[Form, Lit]]:
        """Every form that a value may be, and when it is. Raises NotYetSmt when there are too many."""
        return alternatives(self, value, kind)
