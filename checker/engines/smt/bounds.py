"""Stores at bounded types: ranges and capacities."""

from __future__ import annotations

from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.sequences import total
from checker.engines.smt.sizes import Form
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
    as_map,
    as_option,
    as_product,
    as_scalar,
    as_sequence,
    as_set,
    as_variant,
)
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import has_bounds, item_type
from checker.ir.types import (
    BagType,
    IntType,
    ListType,
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


def fit(at: Evaluation, value: Value, kind: Type, span: ir.Span, when: Lit = TRUE) -> Value:
    """The value at a bounded type; where it does not fit, it has none."""
    if not has_bounds(kind) or when == FALSE:
        return value
    both = at.logic.both
    match kind:
        case IntType():
            return _in_range(at, as_scalar(value), kind, span, when)
        case OptionType(item):
            option = as_option(value)
            if option.item is None:
                return value
            return Option(option.present, fit(at, option.item, item, span, both(when, option.present)))
        case RecordType(_, fields):
            pairs = zip(as_product(value).items, fields, strict=True)
            return Product(tuple(fit(at, item, inner, span, when) for item, (_, inner) in pairs))
        case TupleType(items):
            parts = zip(as_product(value).items, items, strict=True)
            return Product(tuple(fit(at, item, inner, span, when) for item, inner in parts))
        case UnionType(records):
            named = {record.name: record for record in records}
            return Variant(
                {
                    name: (lit, as_product(fit(at, item, named[name], span, both(when, lit))))
                    for name, (lit, item) in as_variant(value).cases.items()
                }
            )
        case _:
            return _fit_collection(at, value, kind, span, when)


def _fit_collection(at: Evaluation, value: Value, kind: Type, span: ir.Span, when: Lit) -> Value:
    both = at.logic.both
    match kind:
        case SetType(item):
            bits = as_set(value).bits
            return SetTable(_fitting(at, bits, item, span, when), item)
        case MapType(key, inner) | PartialType(key, inner):
            rows = as_map(value).entries
            good = _fitting(at, {form: lit for form, (lit, _) in rows.items()}, key, span, when)
            return MapTable(
                {
                    form: (lit, fit(at, rows[form][1], inner, span, both(when, lit)))
                    for form, lit in good.items()
                },
                key,
            )
        case SeqType(item, capacity):
            return _fit_sequence(
                at, as_sequence(value), item, at.algebra.sizes.capacity(capacity), span, when
            )
        case BagType(item, capacity):
            return _fit_bag(at, as_bag(value), item, at.algebra.sizes.capacity(capacity), span, when)
        case ListType(item):
            entries = as_listing(value).entries
            return Listing(
                tuple(
                    Entry(one.guard, fit(at, one.value, item, span, both(when, one.guard))) for one in entries
                )
            )
        case _:
            raise AssertionError("no other type has bounds")


def _in_range(at: Evaluation, value: Scalar, kind: IntType, span: ir.Span, when: Lit) -> Scalar:
    good = {form: lit for form, lit in value.alternatives.items() if _fits(at, form, kind)}
    bad = [lit for form, lit in value.alternatives.items() if form not in good]
    at.fail(at.logic.both(when, at.logic.any_of(bad)), ErrorKind.RANGE, span)
    return Scalar(good)


def _fits(at: Evaluation, form: Form, kind: Type) -> bool:
    """Whether a form is one of a bounded type's."""
    sizes = at.algebra.sizes
    match kind:
        case IntType(low, high):
            first, last = sizes.bound(low), sizes.bound(high)
            return (first is None or form >= first) and (last is None or form <= last)
        case OptionType(item):
            return form is None or _fits(at, form, item)
        case RecordType(_, fields):
            return all(_fits(at, part, item) for part, (_, item) in zip(form, fields, strict=True))
        case TupleType(items):
            return all(_fits(at, part, item) for part, item in zip(form, items, strict=True))
        case UnionType(records):
            return all(_fits(at, form[1], record) for record in records if record.name == form[0])
        case MapType(_, value):
            return all(_fits(at, one, value) for one in form)
        case PartialType(key, value):
            return all(_fits(at, name, key) and _fits(at, one, value) for name, one in form)
        case SeqType(item, capacity):
            most = sizes.capacity(capacity)
            return (most is None or len(form) <= most) and all(_fits(at, one, item) for one in form)
        case BagType(item, capacity):
            most = sizes.capacity(capacity)
            held = sum(count for _, count in form)
            return (most is None or held <= most) and all(_fits(at, one, item) for one, _ in form)
        case _:
            inner = item_type(kind)
            return inner is None or all(_fits(at, one, inner) for one in form)


def _fitting(at: Evaluation, bits: dict[Form, Lit], kind: Type, span: ir.Span, when: Lit) -> dict[Form, Lit]:
    if not has_bounds(kind):
        return bits
    good = {form: lit for form, lit in bits.items() if _fits(at, form, kind)}
    bad = [lit for form, lit in bits.items() if form not in good]
    at.fail(at.logic.both(when, at.logic.any_of(bad)), ErrorKind.RANGE, span)
    return good


def _fit_sequence(
    at: Evaluation, value: SeqTable, item: Type, most: int | None, span: ir.Span, when: Lit
) -> SeqTable:
    both, longer = at.logic.both, at.algebra.longer
    items = tuple(
        fit(at, one, item, span, both(when, longer(value.length, index)))
        for index, one in enumerate(value.items)
    )
    if most is None:
        return SeqTable(value.length, items)
    at.fail(both(when, longer(value.length, most)), ErrorKind.CAPACITY, span)
    length = Scalar({size: lit for size, lit in value.length.alternatives.items() if size <= most})
    return SeqTable(length, items[:most])


def _fit_bag(
    at: Evaluation, value: BagTable, item: Type, most: int | None, span: ir.Span, when: Lit
) -> BagTable:
    held = {
        form: at.logic.any_of([lit for n, lit in count.alternatives.items() if n])
        for form, count in value.counts.items()
    }
    good = _fitting(at, held, item, span, when)
    counts = {form: value.counts[form] for form in good}
    if most is not None:
        size = total(at, counts.values())
        at.fail(at.logic.both(when, at.algebra.longer(size, most)), ErrorKind.CAPACITY, span)
    return BagTable(counts, item)
