"""Symbolic values: what an expression comes to when the state, or the arguments, are not known.

A truth is a literal of `logic`. Guards inside one value exclude each other. What a value holds where no guard
is true (the payload of an option that is None, a field of a record of another class) is of no account; only
what `layout` stores is canonical.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.engines.smt.logic import TRUE, Lit
from checker.engines.smt.sizes import Form
from checker.engines.smt.z3_library import Term
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
class Quantity:
    """A number, or a member of a sort, as terms of the solver: each that it may be, and when it is."""

    cases: tuple[tuple[Term, Lit], ...]


@dataclass(frozen=True, slots=True)
class SetPredicate:
    """A set or quorum of any size: whether a value is an element."""

    holds: Callable[[Value], Lit]
    item: Type


@dataclass(frozen=True, slots=True)
class MapFunction:
    """A map of any size: whether a key is there, and what it leads to.

    Attributes:
        base: the state that it comes from; None where it was written as a whole.
        writes: the keys at which it may differ from what it was there.
    """

    row: Callable[[Value], tuple[Lit, Value]]
    key: Type
    base: str | None = None
    writes: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a listing, and when it is one; one for each value of the bound variables, if any."""

    guard: Lit
    value: Value
    bound: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list made inside a method: what may be in it, in order."""

    entries: tuple[Entry, ...]


Value = (
    Lit | Scalar | Product | Option | Variant | SetTable | MapTable | SeqTable | BagTable | Listing
    | Quantity | SetPredicate | MapFunction
)  # fmt: skip


def number(value: int) -> Scalar:
    """A known integer or position."""
    return Scalar({value: TRUE})


# ------------------------------------------------------------------ what a value is known to be


class Unsuited(Exception):
    """A lowering has no such value in this form: it is said with the line of what asked for it."""


def as_lit(value: Value) -> Lit:
    """A truth."""
    if not isinstance(value, int):
        raise Unsuited(value)
    return value


def as_scalar(value: Value) -> Scalar:
    """A number."""
    if not isinstance(value, Scalar):
        raise Unsuited(value)
    return value


def as_product(value: Value) -> Product:
    """A record or tuple."""
    if not isinstance(value, Product):
        raise Unsuited(value)
    return value


def as_option(value: Value) -> Option:
    """An option."""
    if not isinstance(value, Option):
        raise Unsuited(value)
    return value


def as_variant(value: Value) -> Variant:
    """A union."""
    if not isinstance(value, Variant):
        raise Unsuited(value)
    return value


def as_set(value: Value) -> SetTable:
    """A set."""
    if not isinstance(value, SetTable):
        raise Unsuited(value)
    return value


def as_map(value: Value) -> MapTable:
    """A map."""
    if not isinstance(value, MapTable):
        raise Unsuited(value)
    return value


def as_sequence(value: Value) -> SeqTable:
    """A sequence."""
    if not isinstance(value, SeqTable):
        raise Unsuited(value)
    return value


def as_bag(value: Value) -> BagTable:
    """A bag."""
    if not isinstance(value, BagTable):
        raise Unsuited(value)
    return value


def as_listing(value: Value) -> Listing:
    """A list."""
    if not isinstance(value, Listing):
        raise Unsuited(value)
    return value
