"""The same value seen at another type: wider, or narrower where a test has just been made."""

from __future__ import annotations

from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import TRUE
from checker.engines.smt.sequences import compacted, entries_of
from checker.engines.smt.sizes import Form
from checker.engines.smt.values import (
    BagTable,
    Entry,
    Listing,
    MapTable,
    Option,
    Product,
    SeqTable,
    SetTable,
    Value,
    Variant,
    as_bag,
    as_listing,
    as_map,
    as_option,
    as_product,
    as_sequence,
    as_set,
)
from checker.ir.type_of import agree, item_type
from checker.ir.types import (
    BagType,
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
)


def converted(at: Evaluation, value: Value, kind: Type, to: Type) -> Value:
    """A value of one type at another that has it."""
    if agree(kind, to):
        return value
    match kind, to:
        case OptionType(inner), OptionType(wide):
            option = as_option(value)
            item = None if option.item is None else converted(at, option.item, inner, wide)
            return Option(option.present, item)
        case _, OptionType(wide):
            return Option(TRUE, converted(at, value, kind, wide))
        case OptionType(inner), _:
            item = as_option(value).item
            return at.algebra.select(to, []) if item is None else converted(at, item, inner, to)
        case RecordType(name), UnionType():
            return Variant({name: (TRUE, as_product(value))})
        case UnionType(), RecordType(name):
            assert isinstance(value, Variant), "a value of a union"
            found = value.cases.get(name)
            return at.algebra.select(to, []) if found is None else found[1]
        case UnionType(), UnionType(records):
            assert isinstance(value, Variant), "a value of a union"
            names = {record.name for record in records}
            return Variant({name: case for name, case in value.cases.items() if name in names})
        case TupleType(some), TupleType(items):
            parts = zip(as_product(value).items, some, items, strict=True)
            return Product(tuple(converted(at, part, a, b) for part, a, b in parts))
        case _:
            return _converted_collection(at, value, kind, to)


def _converted_collection(at: Evaluation, value: Value, kind: Type, to: Type) -> Value:
    match kind, to:
        case ((SetType() | QuorumType()), SetType(wide)):
            bits, narrow = as_set(value).bits, item_type(kind)
            assert narrow is not None, "a set has elements"
            made = {
                converted_form(form, narrow, wide): lit
                for form, lit in bits.items()
                if _can(form, narrow, wide)
            }
            return SetTable(made, wide)
        case ((SeqType(a) | ListType(a)), ListType(b)):
            entries = entries_of(at, value)
            return Listing(tuple(Entry(one.guard, converted(at, one.value, a, b)) for one in entries))
        case SeqType(a), SeqType(b):
            held = as_sequence(value)
            return SeqTable(held.length, tuple(converted(at, one, a, b) for one in held.items))
        case ListType(a), SeqType(b):
            held = compacted(at, as_listing(value))
            return SeqTable(held.length, tuple(converted(at, one, a, b) for one in held.items))
        case BagType(a), BagType(b):
            counts = as_bag(value).counts
            return BagTable({converted_form(form, a, b): count for form, count in counts.items()}, b)
        case (MapType(k, a), MapType(_, b)) | (PartialType(k, a), PartialType(_, b)):
            rows = as_map(value).entries
            return MapTable({key: (lit, converted(at, one, a, b)) for key, (lit, one) in rows.items()}, k)
        case _:
            raise AssertionError("no other type has the values of this one")


def _can(form: Form, kind: Type, to: Type) -> bool:
    """Whether a value has a form at a narrower type."""
    match kind, to:
        case UnionType(), RecordType(name):
            return bool(form[0] == name)
        case UnionType(), UnionType(records):
            return form[0] in [record.name for record in records]
        case OptionType(inner), OptionType(wide):
            return form is None or _can(form, inner, wide)
        case OptionType(inner), _:
            return form is not None and _can(form, inner, to)
        case _:
            return True


def converted_form(form: Form, kind: Type, to: Type) -> Form:
    """The form of the same value at another type."""
    if agree(kind, to):
        return form
    match kind, to:
        case OptionType(inner), OptionType(wide):
            return None if form is None else converted_form(form, inner, wide)
        case _, OptionType(wide):
            return converted_form(form, kind, wide)
        case OptionType(inner), _:
            return converted_form(form, inner, to)
        case RecordType(name), UnionType():
            return (name, form)
        case UnionType(), RecordType():
            return form[1]
        case TupleType(some), TupleType(items):
            return tuple(converted_form(part, a, b) for part, a, b in zip(form, some, items, strict=True))
        case ((SetType() | QuorumType()), SetType(wide)):
            narrow = item_type(kind)
            assert narrow is not None, "a set has elements"
            return frozenset(converted_form(one, narrow, wide) for one in form)
        case ((SeqType(a) | ListType(a)), (SeqType(b) | ListType(b))):
            return tuple(converted_form(one, a, b) for one in form)
        case MapType(_, a), MapType(_, b):
            return tuple(converted_form(one, a, b) for one in form)
        case PartialType(_, a), PartialType(_, b):
            return frozenset((key, converted_form(one, a, b)) for key, one in form)
        case _:
            return form
