"""Domains: every value of a finite form, in a fixed order, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement, product
from math import comb
from typing import Any, assert_never

from checker.language.forms import (
    BagForm,
    BoolForm,
    EnumForm,
    Form,
    IntForm,
    MapForm,
    OptionForm,
    PartialForm,
    QuorumForm,
    RecordForm,
    SeqForm,
    SetForm,
    SortForm,
    TupleForm,
    UnionForm,
    record_fields,
)
from checker.language.maps import Map, Partial
from checker.language.order import value_key
from checker.language.scope import Scope
from checker.language.sequences import Seq
from checker.language.sets import quorum_of


def number_of(bound: int | str | type | None, scope: Scope) -> int:
    """A bound or capacity in a scope."""
    if isinstance(bound, str):
        return scope.params[bound]
    if isinstance(bound, type):
        return scope.size(bound)
    assert bound is not None, "a state place is bounded"
    return bound


def count_of(form: Form, scope: Scope) -> int:
    """How many values a form has in a scope (exact, as large as it is)."""
    match form:
        case BoolForm():
            return 2
        case IntForm(low, high):
            return max(0, number_of(high, scope) - number_of(low, scope) + 1)
        case EnumForm(enum_class):
            return len(enum_class)
        case SortForm(cls):
            return scope.size(cls)
        case RecordForm(record):
            return _product(count_of(inner, scope) for _, inner in record_fields(record))
        case UnionForm(classes):
            return sum(count_of(RecordForm(one), scope) for one in classes)
        case OptionForm(item):
            return 1 + count_of(item, scope)
        case TupleForm(items):
            return _product(count_of(item, scope) for item in items)
        case MapForm(key, value):
            return int(count_of(value, scope) ** count_of(key, scope))
        case PartialForm(key, value):
            return int((count_of(value, scope) + 1) ** count_of(key, scope))
        case SetForm(item):
            return int(2 ** count_of(item, scope))
        case SeqForm(item, capacity):
            size = count_of(item, scope)
            return sum(size**length for length in range(number_of(capacity, scope) + 1))
        case BagForm(item, capacity):
            return comb(count_of(item, scope) + number_of(capacity, scope), number_of(capacity, scope))
        case QuorumForm(cls):
            return comb(scope.size(cls), scope.size(cls) // 2 + 1)
        case _:
            assert_never(form)


def _product(counts: Iterator[int]) -> int:
    total = 1
    for count in counts:
        total *= count
    return total


def values_of(form: Form, scope: Scope) -> Iterator[Any]:
    """Every value of a form, in the language's order: members by number, False before True, enums by
    declaration, integers by value, None first, records and tuples field by field, collections by their
    elements in order, one that ends first before those that go on. It is the order of `value_key`."""
    match form:
        case BoolForm():
            yield from (False, True)
        case IntForm(low, high):
            yield from range(number_of(low, scope), number_of(high, scope) + 1)
        case EnumForm(enum_class):
            yield from enum_class
        case SortForm(cls):
            yield from scope.members(cls)
        case RecordForm(record):
            fields = [inner for _, inner in record_fields(record)]
            yield from (
                record(*values) for values in product(*(list(values_of(one, scope)) for one in fields))
            )
        case UnionForm(classes):
            for one in classes:
                yield from values_of(RecordForm(one), scope)
        case OptionForm(item):
            yield None
            yield from values_of(item, scope)
        case TupleForm(items):
            yield from product(*(list(values_of(item, scope)) for item in items))
        case MapForm(key, value):
            keys = list(values_of(key, scope))
            for values in product(list(values_of(value, scope)), repeat=len(keys)):
                yield Map(zip(keys, values, strict=True))
        case PartialForm(key, value):
            yield from sorted(_partial_values(key, value, scope), key=value_key)
        case SetForm(item):
            elements = list(values_of(item, scope))
            chosen = (combinations(elements, size) for size in range(len(elements) + 1))
            yield from sorted((scope.set_class(some) for one in chosen for some in one), key=value_key)
        case SeqForm(item, capacity):
            elements = list(values_of(item, scope))
            lengths = range(number_of(capacity, scope) + 1)
            made = (Seq(values) for length in lengths for values in product(elements, repeat=length))
            yield from sorted(made, key=value_key)
        case BagForm(item, capacity):
            elements = list(values_of(item, scope))
            sizes = range(number_of(capacity, scope) + 1)
            bags = (combinations_with_replacement(elements, size) for size in sizes)
            yield from sorted((scope.bag_class(some) for one in bags for some in one), key=value_key)
        case QuorumForm(cls):
            yield from scope.quorums(quorum_of(cls))
        case _:
            assert_never(form)


def _partial_values(key: Form, value: Form, scope: Scope) -> Iterator[Any]:
    keys = list(values_of(key, scope))
    absent = object()
    for values in product([absent, *values_of(value, scope)], repeat=len(keys)):
        yield Partial({one: held for one, held in zip(keys, values, strict=True) if held is not absent})
