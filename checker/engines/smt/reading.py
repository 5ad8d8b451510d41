"""Reads values where the truths are known: forms, from a solution of the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checker.engines.smt.algebra import Algebra
from checker.engines.smt.logic import Lit
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
)
from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    RecordType,
    SeqType,
    TupleType,
    Type,
    UnionType,
)

Truth = Callable[[Lit], bool]


def form_of(algebra: Algebra, kind: Type, value: Value, truth: Truth) -> Form:
    """The form of a value under given truths."""
    match value, kind:
        case int(), _:
            return truth(value)
        case Scalar(alternatives), _:
            return next(form for form, lit in alternatives.items() if truth(lit))
        case Option(present, item), OptionType(inner):
            held = truth(present)
            assert item is not None or not held, "what is there is something"
            return form_of(algebra, inner, item, truth) if held and item is not None else None
        case Product(items), RecordType(_, fields):
            parts = zip(items, fields, strict=True)
            return tuple(form_of(algebra, inner, item, truth) for item, (_, inner) in parts)
        case Product(items), TupleType(kinds):
            return tuple(form_of(algebra, k, item, truth) for item, k in zip(items, kinds, strict=True))
        case Variant(cases), UnionType(records):
            record = next(one for one in records if one.name in cases and truth(cases[one.name][0]))
            return (record.name, form_of(algebra, record, cases[record.name][1], truth))
        case SetTable(bits), _:
            return frozenset(form for form, lit in bits.items() if truth(lit))
        case MapTable(rows), MapType(key, inner):
            return tuple(form_of(algebra, inner, rows[form][1], truth) for form in algebra.domain(key))
        case MapTable(rows), PartialType(_, inner):
            return frozenset(
                (form, form_of(algebra, inner, item, truth))
                for form, (lit, item) in rows.items()
                if truth(lit)
            )
        case SeqTable(length, items), SeqType(inner):
            size = next(size for size, lit in length.alternatives.items() if truth(lit))
            return tuple(form_of(algebra, inner, item, truth) for item in items[:size])
        case BagTable(counts), BagType():
            found = _counts(counts.items(), truth)
            return frozenset((form, count) for form, count in found if count)
        case _:
            raise AssertionError("the value is of the type")


def _counts(rows: Iterable[tuple[Form, Scalar]], truth: Truth) -> list[tuple[Form, int]]:
    return [
        (form, next((size for size, lit in count.alternatives.items() if truth(lit)), 0))
        for form, count in rows
    ]
