"""Collections one element at a time: what may be in them, how many there are, lists as sequences or bags."""

from __future__ import annotations

from collections.abc import Iterable

from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.sizes import Form
from checker.engines.smt.values import (
    BagTable,
    Entry,
    Listing,
    MapTable,
    Scalar,
    SeqTable,
    SetTable,
    Value,
    number,
)
from checker.ir.types import Type


def entries_of(at: Evaluation, value: Value) -> tuple[Entry, ...]:
    """What may be in a collection, in the order in which it is visited; of a map its keys."""
    constant = at.algebra.constant
    match value:
        case Listing(entries):
            return entries
        case SetTable(bits, item):
            return tuple([Entry(lit, constant(item, form)) for form, lit in bits.items() if lit != FALSE])
        case MapTable(rows, key):
            return tuple([Entry(lit, constant(key, form)) for form, (lit, _) in rows.items() if lit != FALSE])
        case SeqTable(length, items):
            longer = at.algebra.longer
            return tuple([Entry(longer(length, index), item) for index, item in enumerate(items)])
        case BagTable(counts, item):
            return tuple(
                [
                    Entry(at.algebra.longer(count, index), constant(item, form))
                    for form, count in counts.items()
                    for index in range(max(count.alternatives, default=0))
                ]
            )
        case _:
            raise AssertionError("only collections have elements")


def count(at: Evaluation, lits: Iterable[Lit]) -> Scalar:
    """How many of the truths hold."""
    logic = at.logic
    found: dict[int, Lit] = {0: TRUE}
    for lit in lits:
        if lit == FALSE:
            continue
        if lit == TRUE:
            found = {size + 1: held for size, held in found.items()}
            continue
        sums: dict[int, list[Lit]] = {}
        for size, held in found.items():
            sums.setdefault(size, []).append(logic.both(held, lit ^ 1))
            sums.setdefault(size + 1, []).append(logic.both(held, lit))
        found = {size: made for size, some in sums.items() if (made := logic.any_of(some)) != FALSE}
    return Scalar(found)


def total(at: Evaluation, numbers: Iterable[Scalar]) -> Scalar:
    """The sum."""
    logic = at.logic
    found: dict[int, Lit] = {0: TRUE}
    for one in numbers:
        sums: dict[int, list[Lit]] = {}
        for size, held in found.items():
            for more, lit in one.alternatives.items():
                both = logic.both(held, lit)
                if both != FALSE:
                    sums.setdefault(size + more, []).append(both)
        found = {size: logic.any_of(some) for size, some in sums.items()}
    return Scalar(found)


def compacted(at: Evaluation, listing: Listing) -> SeqTable:
    """The elements that are there, one after the other."""
    logic = at.logic
    places: dict[int, Lit] = {0: TRUE}
    rows: list[list[tuple[Lit, Value]]] = []
    for entry in listing.entries:
        if entry.guard == FALSE:
            continue
        moved: dict[int, list[Lit]] = {}
        for place, held in places.items():
            there = logic.both(held, entry.guard)
            if there != FALSE:
                while len(rows) <= place:
                    rows.append([])
                rows[place].append((there, entry.value))
                moved.setdefault(place + 1, []).append(there)
            moved.setdefault(place, []).append(logic.both(held, entry.guard ^ 1))
        places = {place: made for place, some in moved.items() if (made := logic.any_of(some)) != FALSE}
    return SeqTable(Scalar(places), tuple(at.algebra.choose(row) for row in rows))


def tallied(at: Evaluation, listing: Listing, item: Type) -> BagTable:
    """How often each element is there."""
    both = at.logic.both
    found: dict[Form, list[Lit]] = {}
    for entry in listing.entries:
        for form, lit in at.algebra.alternatives(entry.value, item):
            found.setdefault(form, []).append(both(entry.guard, lit))
    return BagTable({form: count(at, lits) for form, lits in found.items()}, item)


def as_bits(at: Evaluation, value: Value, item: Type) -> SetTable:
    """The different elements of a collection; `item` is their type."""
    if isinstance(value, SetTable):
        return value
    both = at.logic.both
    found: dict[Form, list[Lit]] = {}
    for entry in entries_of(at, value):
        if entry.guard == FALSE:
            continue
        for form, lit in at.algebra.alternatives(entry.value, item):
            found.setdefault(form, []).append(both(entry.guard, lit))
    return SetTable({form: at.logic.any_of(lits) for form, lits in found.items()}, item)


def added(at: Evaluation, held: SetTable, value: Value) -> SetTable:
    """A set with one more element."""
    bits = dict(held.bits)
    for form, lit in at.algebra.alternatives(value, held.item):
        bits[form] = at.logic.either(bits.get(form, FALSE), lit)
    return SetTable(bits, held.item)


def size_of(at: Evaluation, value: Value) -> Scalar:
    """How many elements a collection has, repetitions counted."""
    if isinstance(value, SeqTable):
        return value.length
    if isinstance(value, BagTable):
        return total(at, value.counts.values())
    return count(at, [entry.guard for entry in entries_of(at, value)])


NOTHING = SeqTable(number(0), ())
