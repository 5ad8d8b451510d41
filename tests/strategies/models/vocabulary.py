"""What a generated model is about: sorts, an enum, records, unions, and the types of its variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.ir.types import (
    BagType,
    BoolType,
    Capacity,
    EnumType,
    IntType,
    MapType,
    OptionType,
    ParamValue,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortSize,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from tests.strategies.models.dice import Dice

BOOL, INT = BoolType(), IntType()
NODE, TERM, SLOT = SortType("Node", False), SortType("Term", True), SortType("Slot", True)
ROLE = EnumType("Role", ("IDLE", "BUSY", "DONE"))
SMALL, SIGNED, UPTO = IntType(0, 3), IntType(-2, 2), IntType(0, ParamValue("limit"))
QUORUM = QuorumType(NODE)

SIMPLE: tuple[Type, ...] = (BOOL, SMALL, ROLE, TERM, NODE, SIGNED, UPTO, SLOT)
KEYS: tuple[Type, ...] = (NODE, TERM, ROLE, TupleType((NODE, TERM)), SMALL, BOOL)


@dataclass(frozen=True)
class Variable:
    """A part of the state."""

    name: str
    type: Type
    ghost: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """The words of one model.

    Attributes:
        plain: its records without a base; `derived`: two that have one, and its fields.
        variables: its state.
        sizes: members of each sort. limit: the value of the parameter.
    """

    plain: tuple[RecordType, ...]
    derived: tuple[RecordType, ...]
    variables: tuple[Variable, ...]
    sizes: dict[str, int]
    limit: int

    @property
    def union(self) -> UnionType:
        """The messages of the model."""
        return UnionType(tuple(sorted((*self.derived, *self.plain[1:]), key=lambda one: one.name)))

    def capacity(self, capacity: Capacity | None) -> int:
        """A capacity as a number."""
        match capacity:
            case SortSize(sort):
                return self.sizes[sort]
            case ParamValue():
                return self.limit
            case _:
                assert capacity is not None
                return capacity


def annotation(kind: Type) -> str:
    """A type as it is written."""
    match kind:
        case BoolType():
            return "bool"
        case IntType(None, None):
            return "int"
        case IntType(low, high):
            return f"Annotated[int, Range({_bound(low)}, {_bound(high)})]"
        case EnumType(name) | SortType(name) | RecordType(name):
            return name
        case UnionType(records):
            return " | ".join(record.name for record in records)
        case OptionType(item):
            return f"{annotation(item)} | None"
        case TupleType(items):
            return f"tuple[{', '.join(map(annotation, items))}]"
        case MapType(key, value):
            return f"Map[{annotation(key)}, {annotation(value)}]"
        case PartialType(key, value):
            return f"Partial[{annotation(key)}, {annotation(value)}]"
        case SetType(item):
            return f"Set[{annotation(item)}]"
        case SeqType(item, capacity):
            return f"Seq[{annotation(item)}, {_capacity(capacity)}]"
        case BagType(item, capacity):
            return f"Bag[{annotation(item)}, {_capacity(capacity)}]"
        case QuorumType(sort):
            return f"Quorum[{sort.name}]"
        case _:
            raise AssertionError("a list is not written")


def _bound(bound: object) -> str:
    return f'"{bound.param}"' if isinstance(bound, ParamValue) else str(bound)


def _capacity(capacity: Capacity | None) -> str:
    match capacity:
        case SortSize(sort):
            return sort
        case ParamValue(name):
            return f'Literal["{name}"]'
        case _:
            return f"Literal[{capacity}]"


def has_start(kind: Type) -> bool:
    """Whether a variable of the type has a value to start from."""
    match kind:
        case SortType(_, ordered):
            return ordered
        case QuorumType() | UnionType():
            return False
        case RecordType(_, fields):
            return all(has_start(item) for _, item in fields)
        case TupleType(items):
            return all(map(has_start, items))
        case MapType(_, value):
            return has_start(value)
        case _:
            return True


# ------------------------------------------------------------------ choosing


def vocabulary(dice: Dice) -> Vocabulary:
    """The words of a model."""
    sizes = {"Node": dice.pick((2, 2, 3)), "Term": dice.pick((2, 2, 3)), "Slot": dice.pick((1, 2))}
    plain = [_record(dice, name, ()) for name in ("Entry", "Note")]
    base: tuple[tuple[str, Type], ...] = (("term", dice.kind(TERM, SMALL)),)
    derived = [_record(dice, name, base) for name in ("Vote", "Ack")]
    words = Vocabulary(tuple(plain), tuple(derived), (), sizes, dice.pick((1, 2, 3)))
    count = dice.number(2, 4)
    made = [Variable(f"v{number}", _variable_type(dice, words)) for number in range(1, count + 1)]
    made.insert(0, Variable("count", dice.kind(SMALL, UPTO, SIGNED)))
    if dice.chance(35):
        made.append(Variable("seen", dice.kind(SetType(NODE), SMALL, SetType(words.union)), True))
    return Vocabulary(words.plain, words.derived, tuple(made), sizes, words.limit)


def _record(dice: Dice, name: str, base: tuple[tuple[str, Type], ...]) -> RecordType:
    kinds: tuple[Type, ...] = (TERM, NODE, SMALL, ROLE, BOOL, OptionType(NODE), OptionType(TERM), SIGNED)
    labels = ("node", "value", "extra")
    fields: list[tuple[str, Type]] = [
        (label, dice.pick(kinds)) for label in labels[: dice.number(0 if base else 1, 2)]
    ]
    if dice.chance(8):
        fields.append(("acks", SetType(NODE)))
    if dice.chance(8):
        fields.append(("terms", SeqType(TERM, 2)))
    return RecordType(name, (*base, *fields))


def _variable_type(dice: Dice, words: Vocabulary) -> Type:
    entry = words.plain[0]
    capacities: tuple[Capacity, ...] = (2, SortSize("Slot"), ParamValue("limit"), 3)
    items: tuple[Type, ...] = (entry, TERM, NODE, SMALL, words.union, OptionType(NODE))

    def simple() -> Type:
        return dice.pick(SIMPLE)

    def value() -> Type:
        match dice.number(0, 7):
            case 0 | 1:
                return simple()
            case 2:
                return OptionType(dice.kind(NODE, TERM, entry, SMALL))
            case 3:
                return SeqType(dice.pick(items), dice.pick(capacities))
            case 4:
                return SetType(dice.kind(NODE, TERM, ROLE, entry))
            case 5:
                return entry
            case 6:
                return TupleType((simple(), simple()))
            case _:
                return MapType(dice.kind(NODE, TERM), simple())

    match dice.number(0, 9):
        case 0 | 1:
            return MapType(dice.pick(KEYS[:5]), value())
        case 2:
            return PartialType(dice.pick(KEYS), value())
        case 3 | 4:
            return SetType(dice.kind(words.union, *items[:-1], TupleType((NODE, TERM))))
        case 5:
            return SeqType(dice.pick(items), dice.pick(capacities))
        case 6:
            return BagType(dice.pick(items[:5]), dice.pick((capacities[0], capacities[3], capacities[2])))
        case 7:
            return dice.kind(OptionType(NODE), OptionType(words.union), OptionType(TERM), words.union, QUORUM)
        case 8:
            return PartialType(TupleType((NODE, dice.kind(NODE, TERM))), simple())
        case _:
            return value()


# ------------------------------------------------------------------ text


def header(words: Vocabulary) -> Iterator[str]:
    """The module up to its model."""
    yield '"""Generated."""'
    yield "from enum import Enum"
    yield "from itertools import pairwise"
    yield "from typing import Annotated, Literal, Self"
    yield "from checker import *"
    yield ""
    yield "class Node(Sort): ..."
    yield "class Term(Ordered): ..."
    yield "class Slot(Ordered): ..."
    yield "class Role(Enum):"
    yield from (f'    {name} = "{name.lower()}"' for name in ROLE.members)
    for record in words.plain:
        yield f"class {record.name}(Record):"
        yield from (f"    {label}: {annotation(kind)}" for label, kind in record.fields)
    yield "class Message(Record):"
    label, kind = words.derived[0].fields[0]
    yield f"    {label}: {annotation(kind)}"
    for record in words.derived:
        yield f"class {record.name}(Message):"
        yield '    """Derived."""'
        yield from (f"    {label}: {annotation(kind)}" for label, kind in record.fields[1:])
