"""Telling values apart: every form that a symbolic value may be, and when it is."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.refused import VALUES_MAX, many_values
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
    BoolType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    TupleType,
    Type,
    UnionType,
    show_type,
)

if TYPE_CHECKING:
    from checker.engines.smt.algebra import Algebra


def alternatives(algebra: Algebra, value: Value, kind: Type) -> list[tuple[Form, Lit]]:
    """Every form that a value may be, and when it is. Raises NotYetSmt when there are too many."""
    found: list[tuple[Form, Lit]]
    match value, kind:
        case int(), _:
            found = [(False, value ^ 1), (True, value)]
        case Scalar(numbers), _:
            found = list(numbers.items())
        case Option(present, item), OptionType(inner):
            some = [] if item is None else alternatives(algebra, item, inner)
            found = [
                (None, present ^ 1),
                *((form, algebra.logic.both(present, lit)) for form, lit in some),
            ]
        case Product(items), RecordType(_, fields):
            found = _combined(algebra, items, [inner for _, inner in fields], tuple, kind)
        case Product(items), TupleType(kinds):
            found = _combined(algebra, items, kinds, tuple, kind)
        case Variant(cases), UnionType(records):
            found = [
                ((record.name, form), algebra.logic.both(cases[record.name][0], lit))
                for record in records
                if record.name in cases
                for form, lit in alternatives(algebra, cases[record.name][1], record)
            ]
        case _:
            found = _of_collection(algebra, value, kind)
    return [(form, lit) for form, lit in found if lit != FALSE]


def spread(value: Value) -> int:
    """A bound on the number of forms that a value may be: 1 where it is constant."""
    match value:
        case int():
            return 1 if value in (TRUE, FALSE) else 2
        case Scalar(numbers):
            return len(numbers)
        case Option(present, item):
            some = 0 if item is None or present == FALSE else spread(item)
            return some + (present != TRUE)
        case Product(items):
            return math.prod(map(spread, items))
        case Variant(cases):
            return sum(spread(item) for lit, item in cases.values() if lit != FALSE)
        case SetTable(bits):
            return math.prod(map(spread, bits.values()))
        case MapTable(entries):
            return math.prod(spread(Option(present, item)) for present, item in entries.values())
        case SeqTable(length, items):
            return sum(math.prod(map(spread, items[:size])) for size in length.alternatives)
        case BagTable(counts):
            return math.prod(map(spread, counts.values()))
        case _:
            return sys.maxsize


def _combined(
    algebra: Algebra,
    items: Iterable[Value],
    kinds: Iterable[Type],
    make: Callable[[Iterable[Form]], Form],
    whole: Type,
) -> list[tuple[Form, Lit]]:
    rows: list[tuple[tuple[Form, ...], Lit]] = [((), TRUE)]
    for item, kind in zip(items, kinds, strict=True):
        found = alternatives(algebra, item, kind)
        if len(rows) * len(found) > VALUES_MAX:
            raise many_values(show_type(whole))
        rows = [
            ((*row, form), held)
            for row, lit in rows
            for form, other in found
            if (held := algebra.logic.both(lit, other)) != FALSE
        ]
    return [(make(row), lit) for row, lit in rows]


def _of_collection(algebra: Algebra, value: Value, kind: Type) -> list[tuple[Form, Lit]]:
    match value:
        case SetTable() if isinstance(kind, QuorumType):
            quorums = algebra.domain(kind)
            return [(form, algebra.equal(value, algebra.constant(kind, form))) for form in quorums]
        case SetTable(bits):
            chosen = _combined(algebra, bits.values(), [BoolType()] * len(bits), tuple, kind)
            names = tuple(bits)
            return [(frozenset(itertools.compress(names, row)), lit) for row, lit in chosen]
        case MapTable(entries):
            return _of_map(algebra, entries, kind)
        case SeqTable(length, items):
            assert isinstance(kind, SeqType | ListType), "a sequence"
            found = list[tuple[Form, Lit]]()
            for size, lit in length.alternatives.items():
                rows = _combined(algebra, items[:size], [kind.item] * size, tuple, kind)
                found += [(form, algebra.logic.both(lit, other)) for form, other in rows]
            return found
        case BagTable(counts):
            rows = _combined(algebra, counts.values(), [IntType()] * len(counts), tuple, kind)
            return [
                (frozenset((form, count) for form, count in zip(counts, row, strict=True) if count), lit)
                for row, lit in rows
            ]
        case _:
            raise AssertionError("a list is no key and no element")


def _of_map(algebra: Algebra, entries: dict[Form, tuple[Lit, Value]], kind: Type) -> list[tuple[Form, Lit]]:
    if isinstance(kind, MapType):
        keys = algebra.domain(kind.key)
        items = [entries[key][1] for key in keys]
        return _combined(algebra, items, [kind.value] * len(keys), tuple, kind)
    assert isinstance(kind, PartialType), "a map"
    options: list[Value] = [Option(present, item) for present, item in entries.values()]
    rows = _combined(algebra, options, [OptionType(kind.value)] * len(options), tuple, kind)
    if isinstance(kind.value, OptionType):
        rows = _combined_partial(algebra, entries, kind)
        return rows
    return [
        (frozenset((key, item) for key, item in zip(entries, row, strict=True) if item is not None), lit)
        for row, lit in rows
    ]


def _combined_partial(
    algebra: Algebra, entries: dict[Form, tuple[Lit, Value]], kind: PartialType
) -> list[tuple[Form, Lit]]:
    """As above where None is a value that a key may lead to."""
    pairs: list[Value] = []
    for present, item in entries.values():
        pairs.append(Product((present, item)))
    rows = _combined(algebra, pairs, [TupleType((BoolType(), kind.value))] * len(pairs), tuple, kind)
    found: dict[Form, list[Lit]] = {}
    for row, lit in rows:
        form = frozenset((key, item) for key, (held, item) in zip(entries, row, strict=True) if held)
        found.setdefault(form, []).append(lit)
    return [(form, algebra.logic.any_of(lits)) for form, lits in found.items()]
