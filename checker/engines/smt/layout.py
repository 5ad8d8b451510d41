"""How a state is written as truths: one for each value that a number may have, for each element of a set, for
each key of a map.

The form is canonical: what a guard excludes (the payload of None, what lies past the end of a sequence, the
fields of another class) is all false. So two states are equal exactly when their truths are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from checker.engines.smt.algebra import ZERO, Algebra
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.sizes import Form
from checker.engines.smt.values import (
    BagTable,
    MapTable,
    Option,
    Product,
    Scalar,
    SeqTable,
    SetTable,
    Value,
    Variant,
    as_bag,
    as_lit,
    as_map,
    as_option,
    as_product,
    as_scalar,
    as_sequence,
    as_set,
    as_variant,
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
)


@dataclass(slots=True)
class Shape:
    """Which values of a type a state can hold.

    Attributes:
        kind: the type.
        forms: of a number or an enum or member, its values; of a set, bag or quorum, the elements; of a map,
            the keys.
        parts: of an option, sequence or map, the shape of what is inside; of a product the fields; of a union
            the products.
        capacity: of a sequence or bag.
    """

    kind: Type
    forms: tuple[Form, ...] = ()
    parts: tuple[Shape, ...] = ()
    capacity: int = 0
    width: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.width = self._width()

    def _width(self) -> int:
        inner = sum(part.width for part in self.parts)
        match self.kind:
            case BoolType():
                return 1
            case OptionType():
                return 1 + inner
            case UnionType():
                return len(self.parts) + inner
            case MapType():
                return len(self.forms) * inner
            case PartialType():
                return len(self.forms) * (1 + inner)
            case SeqType():
                return self.capacity + 1 + self.capacity * inner
            case BagType():
                return len(self.forms) * (self.capacity + 1)
            case RecordType() | TupleType():
                return inner
            case _:
                return len(self.forms)


Written = dict[int, tuple[Value, Shape, tuple[Lit, ...]]]
"""Values that were read from truths, by their identity: the value, so that it stays, its shape and truths."""


class Layout:
    """The truths of values of given shapes."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._logic = algebra.logic

    def shape(self, kind: Type) -> Shape:
        """The shape that holds every value of a type. Raises NotYetSmt."""
        sizes, domain = self._algebra.sizes, self._algebra.domain
        match kind:
            case BoolType():
                return Shape(kind)
            case IntType() | EnumType() | SortType():
                return Shape(kind, domain(kind))
            case OptionType(item):
                return Shape(kind, parts=(self.shape(item),))
            case RecordType(_, fields):
                return Shape(kind, parts=tuple(self.shape(item) for _, item in fields))
            case TupleType(items):
                return Shape(kind, parts=tuple(self.shape(item) for item in items))
            case UnionType(records):
                return Shape(kind, parts=tuple(self.shape(record) for record in records))
            case SetType(item):
                return Shape(kind, domain(item))
            case QuorumType(sort):
                return Shape(kind, domain(sort))
            case MapType(key, value) | PartialType(key, value):
                return Shape(kind, domain(key), (self.shape(value),))
            case SeqType(item, capacity):
                most = sizes.capacity(capacity)
                assert most is not None, "a sequence in the state has a capacity"
                return Shape(kind, parts=(self.shape(item),), capacity=most)
            case BagType(item, capacity):
                most = sizes.capacity(capacity)
                assert most is not None, "a bag in the state has a capacity"
                return Shape(kind, domain(item), capacity=most)
            case ListType():
                raise AssertionError("a list is never stored")

    # -------------------------------------------------------------- values to truths

    def truths(
        self, shape: Shape, value: Value | None, guard: Lit = TRUE, written: Written | None = None
    ) -> list[Lit]:
        """The truths of a value, all false where the guard is.

        Args:
            written: parts that were read from truths have these again, where those are of a valid state: what
                a step leaves alone is not written anew.
        """
        if guard == FALSE or value is None:
            return [FALSE] * shape.width
        if written and guard == TRUE:
            known = written.get(id(value))
            if known is not None and known[0] is value and known[1] is shape:
                return list(known[2])
        both = self._logic.both
        match shape.kind:
            case BoolType():
                return [both(guard, as_lit(value))]
            case IntType() | EnumType() | SortType():
                held = as_scalar(value).alternatives
                return [both(guard, held.get(form, FALSE)) for form in shape.forms]
            case OptionType():
                option = as_option(value)
                some = both(guard, option.present)
                return [some, *self.truths(shape.parts[0], option.item, some, written)]
            case RecordType() | TupleType():
                pairs = zip(shape.parts, as_product(value).items, strict=True)
                return [lit for part, item in pairs for lit in self.truths(part, item, guard, written)]
            case SetType() | QuorumType():
                bits = as_set(value).bits
                return [both(guard, bits.get(form, FALSE)) for form in shape.forms]
            case _:
                return self._truths_of_rows(shape, value, guard, written)

    def _truths_of_rows(self, shape: Shape, value: Value, guard: Lit, written: Written | None) -> list[Lit]:
        both, made = self._logic.both, list[Lit]()
        match shape.kind:
            case UnionType(records):
                cases = as_variant(value).cases
                for record, part in zip(records, shape.parts, strict=True):
                    lit, product = cases.get(record.name, (FALSE, None))
                    made += [both(guard, lit), *self.truths(part, product, both(guard, lit), written)]
            case MapType():
                entries = as_map(value).entries
                for form in shape.forms:
                    made += self.truths(shape.parts[0], entries[form][1], guard, written)
            case PartialType():
                entries = as_map(value).entries
                for form in shape.forms:
                    lit, item = entries.get(form, (FALSE, None))
                    inner = self.truths(shape.parts[0], item, both(guard, lit), written)
                    made += [both(guard, lit), *inner]
            case SeqType():
                sequence = as_sequence(value)
                lengths = sequence.length.alternatives
                made += [both(guard, lengths.get(size, FALSE)) for size in range(shape.capacity + 1)]
                for index in range(shape.capacity):
                    held = both(guard, self._algebra.longer(sequence.length, index))
                    item = sequence.items[index] if index < len(sequence.items) else None
                    made += self.truths(shape.parts[0], item, held, written)
            case BagType():
                counts = as_bag(value).counts
                for form in shape.forms:
                    times = counts.get(form, ZERO).alternatives
                    made += [both(guard, times.get(count, FALSE)) for count in range(shape.capacity + 1)]
            case _:
                raise AssertionError("the other shapes are written above")
        return made

    # -------------------------------------------------------------- truths to values

    def value(self, shape: Shape, truths: Sequence[Lit], written: Written | None = None) -> Value:
        """The value of which these are the truths; `written` gets it and its parts."""
        assert len(truths) == shape.width, "as many as the shape has"
        return self._read(shape, iter(truths), written)

    def _read(self, shape: Shape, truths: Iterator[Lit], written: Written | None) -> Value:
        if written is None or isinstance(shape.kind, BoolType):
            return self._made(shape, truths, written)
        given = tuple(itertools.islice(truths, shape.width))
        value = self._made(shape, iter(given), written)
        written[id(value)] = (value, shape, given)
        return value

    def _made(self, shape: Shape, truths: Iterator[Lit], written: Written | None) -> Value:
        match shape.kind:
            case BoolType():
                return next(truths)
            case IntType() | EnumType() | SortType():
                return Scalar(self._numbers(shape.forms, truths))
            case OptionType():
                some = next(truths)
                return Option(some, self._read(shape.parts[0], truths, written))
            case RecordType() | TupleType():
                return Product(tuple(self._read(part, truths, written) for part in shape.parts))
            case UnionType(records):
                cases: dict[str, tuple[Lit, Product]] = {}
                for record, part in zip(records, shape.parts, strict=True):
                    lit = next(truths)
                    cases[record.name] = (lit, as_product(self._read(part, truths, written)))
                return Variant({name: case for name, case in cases.items() if case[0] != FALSE})
            case SetType(item):
                return SetTable(self._numbers(shape.forms, truths), item)
            case QuorumType(sort):
                return SetTable(self._numbers(shape.forms, truths), sort)
            case MapType(key):
                return MapTable(
                    {form: (TRUE, self._read(shape.parts[0], truths, written)) for form in shape.forms}, key
                )
            case PartialType(key):
                rows = {
                    form: (next(truths), self._read(shape.parts[0], truths, written)) for form in shape.forms
                }
                return MapTable({form: row for form, row in rows.items() if row[0] != FALSE}, key)
            case SeqType():
                length = Scalar(self._numbers(range(shape.capacity + 1), truths))
                items = tuple(self._read(shape.parts[0], truths, written) for _ in range(shape.capacity))
                longest = max(length.alternatives, default=0)
                return SeqTable(length, items[:longest])
            case BagType(item):
                counts = {
                    form: Scalar(self._numbers(range(shape.capacity + 1), truths)) for form in shape.forms
                }
                return BagTable(counts, item)
            case _:
                raise AssertionError("a list is never stored")

    def _numbers(self, forms: Sequence[Form], truths: Iterator[Lit]) -> dict[Form, Lit]:
        found = {form: next(truths) for form in forms}
        return {form: lit for form, lit in found.items() if lit != FALSE}

    # -------------------------------------------------------------- what truths must satisfy

    def valid(self, shape: Shape, value: Value, guard: Lit = TRUE) -> Lit:
        """Whether truths are those of some value: exactly one value of each number, and so on. What lies
        outside of a guard must be all false: `truths` of the value equal the truths themselves."""
        logic = self._logic
        match shape.kind:
            case BoolType() | SetType():
                return TRUE
            case IntType() | EnumType() | SortType():
                return self._one_of(list(as_scalar(value).alternatives.values()), guard)
            case OptionType():
                option = as_option(value)
                held = logic.both(guard, option.present)
                return TRUE if option.item is None else self.valid(shape.parts[0], option.item, held)
            case RecordType() | TupleType():
                pairs = zip(shape.parts, as_product(value).items, strict=True)
                return logic.all_of([self.valid(part, item, guard) for part, item in pairs])
            case QuorumType():
                quorums = self._algebra.domain(shape.kind)
                found = [self._algebra.matches(value, shape.kind, form) for form in quorums]
                return logic.implies(guard, logic.any_of(found))
            case _:
                return logic.all_of(list(self._valid_rows(shape, value, guard)))

    def _valid_rows(self, shape: Shape, value: Value, guard: Lit) -> Iterator[Lit]:
        logic = self._logic
        match shape.kind:
            case UnionType(records):
                cases = as_variant(value).cases
                yield self._one_of([lit for lit, _ in cases.values()], guard)
                for record, part in zip(records, shape.parts, strict=True):
                    if record.name in cases:
                        lit, product = cases[record.name]
                        yield self.valid(part, product, logic.both(guard, lit))
            case MapType() | PartialType():
                for lit, item in as_map(value).entries.values():
                    yield self.valid(shape.parts[0], item, logic.both(guard, lit))
            case SeqType():
                sequence = as_sequence(value)
                yield self._one_of(list(sequence.length.alternatives.values()), guard)
                for index, item in enumerate(sequence.items):
                    held = logic.both(guard, self._algebra.longer(sequence.length, index))
                    yield self.valid(shape.parts[0], item, held)
            case BagType():
                for count in as_bag(value).counts.values():
                    yield self._one_of(list(count.alternatives.values()), guard)
                yield logic.implies(guard, self._fits(as_bag(value), shape.capacity))
            case _:
                raise AssertionError("the other shapes are checked above")

    def _one_of(self, lits: list[Lit], guard: Lit) -> Lit:
        logic = self._logic
        some = logic.any_of(lits)
        return logic.both(logic.implies(guard, some), logic.at_most_one(lits))

    def _fits(self, bag: BagTable, capacity: int) -> Lit:
        """Whether a bag has at most so many elements."""
        total: dict[int, Lit] = {0: TRUE}
        for count in bag.counts.values():
            sums: dict[int, list[Lit]] = {}
            for size, lit in total.items():
                for more, other in count.alternatives.items():
                    held = self._logic.both(lit, other)
                    if held != FALSE:
                        sums.setdefault(min(size + more, capacity + 1), []).append(held)
            total = {size: self._logic.any_of(lits) for size, lits in sums.items()}
        return total.get(capacity + 1, FALSE) ^ 1

    def canonical(self, shape: Shape, value: Value, truths: Sequence[Lit]) -> Lit:
        """Whether truths, and the value read from them, are those of some value."""
        masked = self.truths(shape, value)
        same = [self._logic.same(lit, held) for lit, held in zip(truths, masked, strict=True)]
        return self._logic.all_of([self.valid(shape, value), *same])
