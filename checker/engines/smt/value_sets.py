"""Which values each part of a state can have at all: the least shapes that hold the initial states and are
kept by every action, each part looked at on its own; or of those that so many steps lead to.

This is an inductive invariant, found by running the transitions on shapes instead of states, and it is what
makes sets of messages small: a message that nobody can send needs no truth. A bounded search and an induction
that start from it lose nothing that is reachable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.engines.smt.algebra import Algebra
from checker.engines.smt.evaluation import State
from checker.engines.smt.layout import Layout, Shape
from checker.engines.smt.logic import FALSE
from checker.engines.smt.sizes import Form
from checker.engines.smt.steps import Steps
from checker.engines.smt.values import (
    Product,
    Value,
    as_bag,
    as_map,
    as_option,
    as_product,
    as_scalar,
    as_sequence,
    as_set,
    as_variant,
)
from checker.ir.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    ListType,
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

PATIENCE = 6
"""After so many rounds a number that still grows is given its whole range."""
WIDENED_MAX = 256
"""The most values of a range that is given as a whole."""


def value_sets(
    algebra: Algebra,
    layout: Layout,
    steps: Steps,
    kinds: Mapping[str, Type],
    initial: Sequence[State],
    most: int | None = None,
) -> dict[str, Shape]:
    """The shapes of the variables and budgets. Raises NotYetSmt.

    Args:
        most: of states that are reached in at most so many steps; None: of all.
    """
    shapes: dict[str, Shape] = {name: _empty(algebra, kind) for name, kind in kinds.items()}
    for state in initial:
        shapes = {name: _grown(shape, state[name]) for name, shape in shapes.items()}
    rounds = 0
    while rounds != most:
        before = shapes
        state = _any_state(algebra, layout, shapes, rounds)
        for action in steps.actions:
            after = steps.selected(action, state, f"values.{rounds}.{action.name}").after
            shapes = {name: _grown(shape, after[name]) for name, shape in shapes.items()}
        if all(shapes[name] is before[name] for name in shapes):
            break
        rounds += 1
        if rounds >= PATIENCE:
            shapes = {name: _widened(algebra, shape, before[name]) for name, shape in shapes.items()}
    return shapes


def _any_state(algebra: Algebra, layout: Layout, shapes: Mapping[str, Shape], rounds: int) -> State:
    values: dict[str, Value] = {}
    for name, shape in shapes.items():
        truths = [algebra.logic.variable(f"values.{rounds}.{name}.{index}") for index in range(shape.width)]
        values[name] = layout.value(shape, truths)
    return values


def _empty(algebra: Algebra, kind: Type) -> Shape:
    """The shape without values."""
    match kind:
        case BoolType():
            return Shape(kind)
        case IntType() | EnumType() | SortType() | SetType():
            return Shape(kind)
        case QuorumType(sort):
            return Shape(kind, algebra.domain(sort))
        case OptionType(item):
            return Shape(kind, parts=(_empty(algebra, item),))
        case RecordType(_, fields):
            return Shape(kind, parts=tuple(_empty(algebra, item) for _, item in fields))
        case TupleType(items):
            return Shape(kind, parts=tuple(_empty(algebra, item) for item in items))
        case UnionType(records):
            return Shape(kind, parts=tuple(_empty(algebra, record) for record in records))
        case MapType(key, value):
            return Shape(kind, algebra.domain(key), (_empty(algebra, value),))
        case PartialType(_, value):
            return Shape(kind, (), (_empty(algebra, value),))
        case SeqType(item, capacity) | BagType(item, capacity):
            most = algebra.sizes.capacity(capacity)
            assert most is not None, "a collection in the state has a capacity"
            parts = (_empty(algebra, item),) if isinstance(kind, SeqType) else ()
            return Shape(kind, parts=parts, capacity=most)
        case ListType():
            raise AssertionError("a list is never stored")


def _with_forms(shape: Shape, forms: list[Form], parts: tuple[Shape, ...]) -> Shape:
    known = set(shape.forms)
    more = tuple(dict.fromkeys(form for form in forms if form not in known))
    if not more and all(a is b for a, b in zip(parts, shape.parts, strict=True)):
        return shape
    held = (*shape.forms, *more)
    if isinstance(shape.kind, IntType | SortType | EnumType):
        held = tuple(sorted(held))
    return Shape(shape.kind, held, parts, shape.capacity)


def _grown(shape: Shape, value: Value) -> Shape:
    """The shape with what a value may be."""
    parts = shape.parts
    match shape.kind:
        case BoolType() | QuorumType():
            return shape
        case IntType() | EnumType() | SortType():
            held = as_scalar(value).alternatives
            return _with_forms(shape, [form for form, lit in held.items() if lit != FALSE], ())
        case OptionType():
            option = as_option(value)
            if option.item is None or option.present == FALSE:
                return shape
            return _with_forms(shape, [], (_grown(parts[0], option.item),))
        case RecordType() | TupleType():
            pairs = zip(parts, as_product(value).items, strict=True)
            return _with_forms(shape, [], tuple(_grown(part, item) for part, item in pairs))
        case SetType():
            bits = as_set(value).bits
            return _with_forms(shape, [form for form, lit in bits.items() if lit != FALSE], ())
        case UnionType(records):
            cases = as_variant(value).cases
            return _with_forms(
                shape,
                [],
                tuple(
                    _grown_case(part, cases.get(record.name))
                    for record, part in zip(records, parts, strict=True)
                ),
            )
        case MapType() | PartialType():
            rows = {form: item for form, (lit, item) in as_map(value).entries.items() if lit != FALSE}
            part = parts[0]
            for item in rows.values():
                part = _grown(part, item)
            return _with_forms(shape, list(rows), (part,))
        case SeqType():
            sequence = as_sequence(value)
            part = parts[0]
            for item in sequence.items[: max(sequence.length.alternatives, default=0)]:
                part = _grown(part, item)
            return _with_forms(shape, [], (part,))
        case BagType():
            counts = as_bag(value).counts
            some = [form for form, count in counts.items() if any(size for size in count.alternatives)]
            return _with_forms(shape, some, ())
        case ListType():
            raise AssertionError("a list is never stored")


def _grown_case(part: Shape, case: tuple[int, Product] | None) -> Shape:
    return part if case is None or case[0] == FALSE else _grown(part, case[1])


def _widened(algebra: Algebra, shape: Shape, before: Shape) -> Shape:
    """A shape whose numbers that have grown have their whole range."""
    if shape is before:
        return shape
    if isinstance(shape.kind, IntType):
        if algebra.sizes.count(shape.kind) > WIDENED_MAX:
            return shape
        return Shape(shape.kind, algebra.domain(shape.kind))
    if not shape.parts:
        return shape
    parts = tuple(_widened(algebra, a, b) for a, b in zip(shape.parts, before.parts, strict=True))
    return replace(shape, parts=parts)
