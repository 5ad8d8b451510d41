"""Collections of a generated model: literals, comprehensions, what is counted and summed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.ir.types import (
    BagType,
    IntType,
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
from tests.strategies.models.vocabulary import BOOL, INT, NODE, QUORUM, ROLE, SLOT, SMALL, TERM, annotation

if TYPE_CHECKING:
    from tests.strategies.models.expressions import Expressions, Surroundings, Way

Make = Callable[[], "str | None"]
Bound = tuple[str, tuple[tuple[str, Type], ...], bool]
"""`for x in xs`, what it binds, and whether the order is known."""

DOMAINS: tuple[Type, ...] = (NODE, NODE, TERM, ROLE, SLOT, QUORUM)


def collections(write: Expressions, around: Surroundings) -> list[tuple[Way, Type]]:
    """The ways to collections."""
    kinds: list[Type] = []
    for one in write.words.variables:
        kinds += _collections_in(one.type)
    kinds += [kind for _, kind in around.locals if isinstance(kind, SetType | SeqType | QuorumType)]
    return [(way, kind) for kind in dict.fromkeys(kinds) for way in write.ways(kind, around)]


# -------------------------------------------------------------- comprehensions


def binder(write: Expressions, around: Surroundings, depth: int) -> Bound | None:
    """`for x in xs`."""
    name = write.fresh()
    if write.dice.chance(45):
        kind = write.dice.pick(DOMAINS)
        return (
            f"for {name} in {annotation(kind)}",
            ((name, kind),),
            isinstance(kind, SortType) and kind.ordered,
        )
    if write.dice.chance(15):
        end = write.of(INT, around, min(depth, 1))
        return None if end is None else (f"for {name} in range({end})", ((name, INT),), True)
    found = collections(write, around)
    if not found:
        return None
    way, kind = write.dice.pick(found)
    held = write.walk(way, around, 1)
    if held is None:
        return None
    match kind:
        case MapType(key, value) | PartialType(key, value):
            other = write.fresh()
            match write.dice.number(0, 2):
                case 0:
                    return f"for {name} in {held}", ((name, key),), False
                case 1:
                    return f"for {name} in {held}.values()", ((name, value),), False
                case _:
                    return f"for {name}, {other} in {held}.items()", ((name, key), (other, value)), False
        case SetType(UnionType() as item) if write.dice.chance(60):
            record = write.dice.pick(item.records)
            return f"for {name} in {held}.of({record.name})", ((name, record),), False
        case SeqType(item):
            other = write.fresh()
            match write.dice.number(0, 3):
                case 0:
                    return f"for {name}, {other} in enumerate({held})", ((name, INT), (other, item)), True
                case 1:
                    return f"for {name} in reversed({held})", ((name, item),), True
                case _:
                    return f"for {name} in {held}", ((name, item),), True
        case SetType(item) | BagType(item):
            return f"for {name} in {held}", ((name, item),), False
        case _:
            return f"for {name} in {held}", ((name, NODE),), False


def comprehension(
    write: Expressions,
    kind: Type,
    around: Surroundings,
    depth: int,
    *,
    ordered: bool = False,
    store: bool = False,
) -> str | None:
    """`x for ... in ... if ...`, without brackets."""
    inside, parts = around.inside(), list[str]()
    for _ in range(1 if depth < 2 else write.dice.pick((1, 1, 1, 2))):
        found = binder(write, inside, depth - 1)
        if found is None or (ordered and not found[2]):
            return None
        text, names, _ = found
        inside = inside.bind(*names)
        if len(names) == 1 and isinstance(names[0][1], OptionType) and write.dice.chance(60):
            text += f" if {names[0][0]} is not None"
            inside = inside.bind((names[0][0], names[0][1].item))
        if write.dice.chance(40):
            test = write.of(BOOL, inside, max(depth - 1, 0))
            text += "" if test is None else f" if {test}"
        parts.append(text)
    body = (write.store if store else write.of)(kind, inside, max(depth - 1, 0))
    return None if body is None else f"{body} {' '.join(parts)}"


def total(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`sum(...)`."""
    found = comprehension(write, INT, around, depth)
    return None if found is None else f"sum({found})"


def best_number(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`max(...)` of numbers."""
    word = write.dice.pick(("max", "min"))
    found = comprehension(write, INT, around, depth)
    if found is None:
        return None
    return f"{word}({found})" if write.risky() else f"{word}(({found}), default=0)"


def length(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`len(...)`."""
    found = collections(write, around)
    if found and write.dice.chance(60):
        held = write.walk(write.dice.pick(found)[0], around, 1)
        return None if held is None else f"len({held})"
    made = comprehension(write, write.dice.kind(NODE, TERM, INT), around, depth)
    if made is None:
        return None
    return f"len([{made}])" if write.dice.chance(50) else f"len({{{made}}})"


def bag_count(write: Expressions, around: Surroundings, depth: int) -> str | None:
    """`bag.count(x)`."""
    found = [(way, kind) for way, kind in collections(write, around) if isinstance(kind, BagType)]
    if not found:
        return None
    way, kind = write.dice.pick(found)
    held, value = write.walk(way, around, 1), write.store(kind.item, around, depth)
    return None if held is None or value is None else f"{held}.count({value})"


def from_partial(write: Expressions, kind: Type, around: Surroundings, depth: int) -> str | None:
    """`p.get(k)`, `p.get(k, x)`."""
    item = kind.item if isinstance(kind, OptionType) else kind
    found = [
        (way, held)
        for way, held in collections(write, around)
        if isinstance(held, PartialType)
        and (held.value == item or (isinstance(item, IntType) and isinstance(held.value, IntType)))
    ]
    if not found:
        return None
    way, held = write.dice.pick(found)
    text, key = write.walk(way, around, 1), write.store(held.key, around, depth)
    if text is None or key is None:
        return None
    if isinstance(kind, OptionType):
        return f"{text}.get({key})"
    other = write.store(held.value, around, depth)
    return None if other is None else f"{text}.get({key}, {other})"


# -------------------------------------------------------------- sets


def literal_set(write: Expressions, kind: SetType, around: Surroundings, depth: int) -> str | None:
    """`Set({x, y})`."""
    given = [write.store(kind.item, around, depth) for _ in range(write.dice.number(1, 2))]
    known = [one for one in given if one is not None]
    return f"Set({{{', '.join(known)}}})" if known else None


def sets(write: Expressions, kind: SetType, around: Surroundings, depth: int) -> list[Make]:
    """What makes sets."""

    def operation() -> str | None:
        left, right = write.of(kind, around, depth), write.of(kind, around, depth)
        sign = write.dice.pick(("|", "&", "-", "^"))
        return None if left is None or right is None else f"({left} {sign} {right})"

    def built() -> str | None:
        found = comprehension(write, kind.item, around, depth, store=True)
        return None if found is None else f"Set({{{found}}})"

    def extrema() -> str | None:
        held = "Node" if kind.item == NODE and write.dice.chance(40) else write.of(kind, around, depth)
        name = write.fresh()
        key = write.of(write.dice.kind(INT, TERM), around.inside().bind((name, kind.item)), depth)
        word = write.dice.pick(("maxima", "minima"))
        return None if held is None or key is None else f"{word}({held}, key=lambda {name}: {key})"

    def of_kind() -> str | None:
        if not isinstance(kind.item, RecordType):
            return None
        wide = SetType(write.words.union)
        if kind.item not in write.words.union.records:
            return None
        held = write.first(write.dice.mixed(write.reading(wide, around, 1)))
        return None if held is None else f"{held}.of({kind.item.name})"

    return [operation, operation, built, built, extrema, of_kind]


# -------------------------------------------------------------- sequences, maps, bags


def sequence(write: Expressions, kind: SeqType, around: Surroundings, depth: int) -> str | None:
    """`Seq([x, y])`."""
    most = min(write.words.capacity(kind.capacity), 2) if kind.capacity is not None else 2
    given = [write.store(kind.item, around, depth) for _ in range(write.dice.number(1, max(most, 1)))]
    known = [one for one in given if one is not None]
    return f"Seq([{', '.join(known)}])" if known else None


def sequences(write: Expressions, kind: SeqType, around: Surroundings, depth: int) -> list[Make]:
    """What makes sequences."""

    def cut() -> str | None:
        held = write.first(write.dice.mixed(write.reading(kind, around, 1)))
        end = write.of(INT, around, depth) if write.risky() else str(write.dice.number(0, 2))
        if held is None or end is None:
            return None
        return write.dice.pick((f"{held}[:{end}]", f"{held}[{end}:]"))

    def joined() -> str | None:
        left, right = write.of(kind, around, depth), write.of(kind, around, depth)
        return None if left is None or right is None else f"({left} + {right})"

    def built() -> str | None:
        found = comprehension(write, kind.item, around, depth, ordered=True, store=True)
        return None if found is None else f"Seq([{found}])"

    def sorted_set() -> str | None:
        if kind.item not in (TERM, SMALL):
            return None
        found = comprehension(write, kind.item, around, depth, store=True)
        return None if found is None else f"Seq(sorted([{found}]))"

    return [cut, cut, joined, built, sorted_set]


def map_of(write: Expressions, kind: MapType | PartialType, around: Surroundings, depth: int) -> str | None:
    """`Map({k: v for k in K})`, `Partial({k: v})`."""
    word = "Map" if isinstance(kind, MapType) else "Partial"
    if isinstance(kind, PartialType) and write.dice.chance(40):
        key, value = write.store(kind.key, around, depth), write.store(kind.value, around, depth)
        return None if key is None or value is None else f"Partial({{{key}: {value}}})"
    inside, names, loops = around.inside(), list[str](), list[str]()
    parts = kind.key.items if isinstance(kind.key, TupleType) else (kind.key,)
    for part in parts:
        name = write.fresh("k")
        source = _all_of(part)
        if source is None:
            return None
        names.append(name)
        loops.append(f"for {name} in {source}")
        inside = inside.bind((name, part))
    value = write.store(kind.value, inside, depth)
    if value is None:
        return None
    if isinstance(kind, PartialType) and write.dice.chance(50):
        test = write.of(BOOL, inside, depth)
        loops[-1] += "" if test is None else f" if {test}"
    key = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return f"{word}({{{key}: {value} {' '.join(loops)}}})"


def bag_of(write: Expressions, kind: BagType, around: Surroundings, depth: int) -> str | None:
    """`Bag([x])`."""
    value = write.store(kind.item, around, depth)
    return None if value is None else f"Bag([{value}])"


def _all_of(kind: Type) -> str | None:
    match kind:
        case IntType(int(low), int(high)):
            return f"range({low}, {high + 1})"
        case SortType() | QuorumType():
            return annotation(kind)
        case _:
            return "Role" if kind == ROLE else "(False, True)" if kind == BOOL else None


def _collections_in(kind: Type) -> list[Type]:
    found: list[Type] = []
    match kind:
        case MapType(_, value) | PartialType(_, value):
            found = [kind, *_collections_in(value)]
        case SetType() | BagType() | SeqType() | QuorumType():
            found = [kind]
        case RecordType(_, fields):
            found = [inner for _, item in fields for inner in _collections_in(item)]
        case TupleType(items):
            found = [inner for item in items for inner in _collections_in(item)]
        case _:
            pass
    return found
