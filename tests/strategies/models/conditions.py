"""Conditions of a generated model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.ir.types import (
    BagType,
    MapType,
    OptionType,
    PartialType,
    SeqType,
    SetType,
    TupleType,
    Type,
)
from tests.strategies.models.containers import collections, comprehension
from tests.strategies.models.vocabulary import BOOL, INT, NODE, QUORUM, ROLE, SIGNED, SLOT, TERM

if TYPE_CHECKING:
    from tests.strategies.models.expressions import Expressions, Surroundings

Make = Callable[[], "str | None"]


def conditions(write: Expressions, around: Surroundings, depth: int) -> list[Make]:
    """Every kind of condition."""

    def joined(word: str) -> Make:
        def make() -> str | None:
            left = write.of(BOOL, around, depth)
            right = write.of(BOOL, around.inside(), depth)
            return None if left is None or right is None else f"({left} {word} {right})"

        return make

    def negated() -> str | None:
        held = write.of(BOOL, around, depth)
        return None if held is None else f"(not {held})"

    return [
        joined("and"), joined("or"), negated,
        lambda: equality(write, around, depth),
        lambda: equality(write, around, depth),
        lambda: order(write, around, depth),
        lambda: order(write, around, depth),
        lambda: is_none(write, around, depth),
        lambda: membership(write, around, depth),
        lambda: membership(write, around, depth),
        lambda: subset(write, around, depth),
        lambda: variant(write, around),
        lambda: quantifier(write, around, depth),
        lambda: quantifier(write, around, depth),
        lambda: prefix(write, around, depth),
        lambda: majority(write, around, depth),
        lambda: neighbours(write, around),
    ]  # fmt: skip


def equality(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`x == y`; at least one is no constant."""
    entry = write.words.plain[0]
    kinds: tuple[Type, ...] = (
        INT, TERM, NODE, ROLE, SLOT, OptionType(NODE), OptionType(TERM), entry, OptionType(entry),
        write.words.union, SetType(NODE), SetType(TERM), TupleType((NODE, TERM)),
        *(one.type for one in write.words.variables),
    )  # fmt: skip
    kind = write.dice.pick(kinds)
    if kind in (BOOL, QUORUM):
        kind = TERM
    left = write.first(write.dice.mixed(write.reading(kind, around, 1)))
    if left is None:
        return None
    right = write.of(kind, around, depth)
    sign = write.dice.pick(("==", "==", "!="))
    if isinstance(kind, OptionType) and right == "None":
        return f"({left} is None)"
    return None if right is None else f"({left} {sign} {right})"


def order(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`x < y`."""
    sign = write.dice.pick(("<", "<=", ">", ">="))
    kind = write.dice.kind(INT, INT, TERM, TERM, SLOT)
    left, right = write.first(write.dice.mixed(write.reading(kind, around, 1))), write.of(kind, around, depth)
    if left is None or right is None:
        return None
    if kind == TERM and write.dice.chance(30):
        other = write.first(write.dice.mixed(write.reading(OptionType(TERM), around, 1)))
        right = right if other is None else other
    if kind == INT and write.dice.chance(15):
        return f"(0 <= {left} {'<' if '=' not in sign else '<='} {right})"
    return f"({left} {sign} {right})"


def is_none(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`x is None`, or a test and a use."""
    item = write.dice.kind(NODE, TERM, write.words.plain[0], INT)
    options = [OptionType(item)]
    options += [one.type for one in write.words.variables if isinstance(one.type, OptionType)]
    kind = write.dice.pick(options)
    held = write.first(write.dice.mixed(write.reading(kind, around, 1)))
    if held is None:
        return None
    if write.dice.chance(40) and held.isidentifier():
        name = held
        used = write.of(BOOL, around.inside().bind((name, kind.item)), depth)
        return None if used is None else f"({held} is not None and {used})"
    return f"({held} is {write.dice.pick(('', 'not '))}None)"


def membership(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`x in xs`."""
    found = collections(write, around)
    if not found:
        return None
    way, kind = write.dice.pick(found)
    held = write.walk(way, around, 1)
    match kind:
        case SetType(item) | SeqType(item) | BagType(item):
            pass
        case PartialType(item) | MapType(item):
            pass
        case _:
            item = NODE
    value = write.store(item, around, depth)
    word = write.dice.pick(("in", "in", "not in"))
    return None if held is None or value is None else f"({value} {word} {held})"


def subset(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`s <= t`."""
    kind = SetType(write.dice.kind(NODE, TERM))
    left, right = write.of(kind, around, depth), write.of(kind, around, depth)
    if write.dice.chance(30):
        found = [name for name, held in around.locals if held == QUORUM]
        left = write.dice.pick(found) if found and kind.item == NODE else left
    if left is None or right is None:
        return None
    return (
        f"({left} {write.dice.pick(('<=', '<='))} {right})"
        if write.dice.chance(80)
        else f"({left} < {right})"
    )


def variant(write: Expressions, around: Surroundings) -> str | None:
    """`isinstance(m, R)`."""
    held = write.first(write.dice.mixed(write.reading(write.words.union, around, 1)))
    record = write.dice.pick(write.words.union.records)
    return None if held is None else f"isinstance({held}, {record.name})"


def quantifier(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`all(...)`, `any(...)`."""
    found = comprehension(write, BOOL, around, depth)
    return None if found is None else f"{write.dice.pick(('all', 'any'))}({found})"


def prefix(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`s.is_prefix_of(t)`."""
    kinds = [kind for _, kind in collections(write, around) if isinstance(kind, SeqType)]
    if not kinds:
        return None
    kind = write.dice.pick(kinds)
    left = write.first(write.dice.mixed(write.reading(kind, around, 1)))
    right = write.of(kind, around, depth)
    return None if left is None or right is None else f"{left}.is_prefix_of({right})"


def majority(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`majority(s, t)`."""
    left, right = write.of(SetType(NODE), around, depth), write.of(SetType(NODE), around, depth)
    return None if left is None or right is None else f"majority({left}, {right})"


def neighbours(write: Expressions, around: Surroundings) -> str | None:
    """Something of each element of a sequence and the next."""
    found = [
        way
        for way, kind in collections(write, around)
        if isinstance(kind, SeqType) and kind.item in (TERM, SIGNED)
    ]
    if not found:
        return None
    held = write.walk(write.dice.pick(found), around, 1)
    if held is None:
        return None
    a, b = write.fresh("a"), write.fresh("b")
    pairs = write.dice.pick((f"pairwise({held})", f"zip({held}, {held}[1:])"))
    return f"all({a} <= {b} for {a}, {b} in {pairs})"
