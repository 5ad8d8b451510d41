"""Symbolic values: what an expression comes to when the state, or the arguments, are not known.

A truth is a literal of `logic`. Guards inside one value exclude each other. What a value holds where no guard
is true (the payload of an option that is None, a field of a record of another class) is of no account; only
what `layout` stores is canonical.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.engines.smt.logic import TRUE, Lit
from checker.engines.smt.sizes import Form
from checker.ir.types import Type


@dataclass(frozen=True, slots=True)
class Scalar:
    """An integer, or a member of a sort or enum by position: each value it may have, and when it has it."""

    alternatives: dict[int, Lit]


@dataclass(frozen=True, slots=True)
class Product:
    """A record of one class, or a tuple."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """None, or the item; no item at all where it is always None."""

    present: Lit
    item: Value | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A record of one of several classes."""

    cases: dict[str, tuple[Lit, Product]]


@dataclass(frozen=True, slots=True)
class SetTable:
    """A set or quorum: for each form, when it is an element. `item` is the type of the forms."""

    bits: dict[Form, Lit]
    item: Type


@dataclass(frozen=True, slots=True)
class MapTable:
    """A map: for each key, when it is there and what it leads to."""

    entries: dict[Form, tuple[Lit, Value]]
    key: Type


@dataclass(frozen=True, slots=True)
class SeqTable:
    """A sequence: its length, and what stands at each position below the longest."""

    length: Scalar
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class BagTable:
    """A bag: how often each form is in it; one that is not named is not. `item` is the type of the forms."""

    counts: dict[Form, Scalar]
    item: Type


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a listing, and when it is one."""

    guard: Lit
    value: Value


@dataclass(frozen=True, slots=True)
class Listing:
    """A list made inside a method: what may be in it, in order."""

    entries: tuple[Entry, ...]


Value = Lit | Scalar | Product | Option | Variant | SetTable | MapTable | SeqTable | BagTable | Listing


def number(value: int) -> Scalar:
    """A known integer or position."""
    return Scalar({value: TRUE})


# ------------------------------------------------------------------ what a value is known to be


def as_lit(value: Value) -> Lit:
    """A truth."""
    assert isinstance(value, int), value
    return value


def as_scalar(value: Value) -> Scalar:
    """A number."""
    assert isinstance(value, Scalar), value
    return value


def as_product(value: Value) -> Product:
    """A record or tuple."""
    assert isinstance(value, Product), value
    return value


def as_option(value: Value) -> Option:
    """An option."""
    assert isinstance(value, Option), value
    return value


def as_variant(value: Value) -> Variant:
    """A union."""
    assert isinstance(value, Variant), value
    return value


def as_set(value: Value) -> SetTable:
    """A set."""
    assert isinstance(value, SetTable), value
    return value


def as_map(value: Value) -> MapTable:
    """A map."""
    assert isinstance(value, MapTable), value
    return value


def as_sequence(value: Value) -> SeqTable:
    """A sequence."""
    assert isinstance(value, SeqTable), value
    return value


def as_bag(value: Value) -> BagTable:
    """A bag."""
    assert isinstance(value, BagTable), value
    return value


def as_listing(value: Value) -> Listing:
    """A list."""
    assert isinstance(value, Listing), value
    return value
