"""Statements: each changes the state of an execution, which becomes the next state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from checker.engines.smt.evaluate import field_of, with_field
from checker.engines.smt.evaluate_collection import as_rows, concatenated, looked_up, sequence_of, sliced
from checker.engines.smt.evaluation import Course, Evaluation, Program
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.refused import NotYetSmt, located
from checker.engines.smt.sequences import added, as_bits, entries_of, total
from checker.engines.smt.values import (
    BagTable,
    MapFunction,
    MapTable,
    Scalar,
    SeqTable,
    SetPredicate,
    SetTable,
    Value,
    as_bag,
    as_map,
    as_scalar,
    as_sequence,
    as_set,
    number,
)
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import type_of
from checker.ir.types import BagType, MapType, PartialType, RecordType, SeqType, SetType, Type, UnionType


class Execution(Evaluation):
    """The run of one body: `now` is a dictionary of its own, with what has been written."""

    __slots__ = ("state",)

    def __init__(
        self,
        program: Program,
        state: dict[str, Value],
        local: dict[str, Value],
        course: Course | None = None,
    ) -> None:
        super().__init__(program, state, None, local, course)
        self.state = state


def run(at: Execution, body: tuple[ir.Statement, ...]) -> None:
    """Runs statements in order."""
    for statement in body:
        try:
            _run(at, statement)
        except NotYetSmt as error:
            raise located(error, statement.span) from error


def _run(at: Execution, statement: ir.Statement) -> None:
    match statement:
        case ir.Require(condition):
            at.demand(at.truth(condition))
        case ir.Bind(name, _, value):
            at.local[name] = at.value(value)
        case ir.Assign(place, value):
            made = at.value(value)
            steps = _way(at, place, strict=False).steps
            at.state[place.variable] = _written(at, at.state.get(place.variable), steps, made)
        case ir.Mutate():
            _mutate(at, statement)
        case ir.If(condition, then, otherwise):
            held = at.truth(condition)
            _branch(at, held, lambda: run(at, then), lambda: run(at, otherwise))
        case ir.ForEach(binder, body):
            _for_each(at, binder, body)
        case ir.Perform(name, arguments):
            procedure = at.program.procedures[name]
            values = [at.value(item) for item in arguments]
            named = {one.name: value for one, value in zip(procedure.parameters, values, strict=True)}
            run(Execution(at.program, at.state, named, at.course), procedure.body)
        case _:
            assert_never(statement)


def _branch(at: Execution, condition: Lit, then: Callable[[], None], otherwise: Callable[[], None]) -> None:
    """Runs what the condition says; where it is not known, both, and merges what they leave."""
    if condition in (TRUE, FALSE):
        (then if condition == TRUE else otherwise)()
        return
    state, local = dict(at.state), dict(at.local)
    with at.under(condition):
        then()
    yes, yes_local = dict(at.state), dict(at.local)
    _restore(at.state, state)
    _restore(at.local, local)
    with at.under(condition ^ 1):
        otherwise()
    for name, value in yes.items():
        other = at.state.get(name)
        at.state[name] = value if other is None else at.algebra.merge(condition, value, other)
    for name, value in yes_local.items():
        other = at.local.get(name)
        at.local[name] = value if other is None else at.algebra.merge(condition, value, other)


def _restore(held: dict[str, Value], before: dict[str, Value]) -> None:
    held.clear()
    held.update(before)


def _nothing() -> None:
    """The branch that is not there."""


def _for_each(at: Execution, binder: ir.Binder, body: tuple[ir.Statement, ...]) -> None:
    """The collection is evaluated once; filters see what earlier turns have written."""
    for entry in entries_of(at, at.value(binder.source)):

        def turn(value: Value = entry.value) -> None:
            at.local[binder.name] = value
            _filtered(at, binder.filters, body)

        _branch(at, entry.guard, turn, _nothing)


def _filtered(at: Execution, filters: tuple[ir.Expr, ...], body: tuple[ir.Statement, ...]) -> None:
    if not filters:
        run(at, body)
        return
    first, *rest = filters
    _branch(at, at.truth(first), lambda: _filtered(at, tuple(rest), body), _nothing)


# ------------------------------------------------------------------ places


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a path: a key with its type, or a field of a record."""

    kind: Type
    key: Value | None = None
    key_kind: Type | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """The evaluated path of a place, and what it holds; None where the way ends before."""

    steps: tuple[_Step, ...]
    held: Value | None


def _way(at: Execution, place: ir.Place, *, strict: bool) -> _Way:
    """Evaluates a path. Partial maps on the way must have the key; the last one only if `strict`."""
    held, kind = at.state.get(place.variable), _kind_of(at, place.variable)
    if held is None and (strict or place.path):
        at.fail(TRUE, ErrorKind.UNASSIGNED, place.span)
        held = at.algebra.select(kind, [])
    steps: list[_Step] = []
    for number_, step in enumerate(place.path):
        is_last = number_ == len(place.path) - 1
        if isinstance(step, ir.FieldOf):
            steps.append(_Step(kind, field=step.name))
            assert held is not None, "the way goes on"
            held = field_of(at, held, kind, step.name)
            kind = _field_kind(kind, step.name)
            continue
        assert isinstance(kind, MapType | PartialType), "only maps have keys"
        key, key_kind = at.value(step.key), type_of(step.key)
        steps.append(_Step(kind, key, key_kind))
        assert held is not None, "the way goes on"
        held, present = looked_up(at, as_rows(held), key, key_kind, kind.value)
        if strict or not is_last or isinstance(kind, MapType):
            at.fail(present ^ 1, ErrorKind.MISSING_KEY, place.span)
        kind = kind.value
    return _Way(tuple(steps), held)


def _kind_of(at: Execution, variable: str) -> Type:
    return next(one.type for one in at.program.model.variables if one.name == variable)


def _field_kind(kind: Type, name: str) -> Type:
    record = kind.records[0] if isinstance(kind, UnionType) else kind
    assert isinstance(record, RecordType), "only records have fields"
    return record.field(name)


def _written(at: Execution, held: Value | None, steps: tuple[_Step, ...], value: Value) -> Value:
    """What a place's variable holds when the place has been given a value."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    assert held is not None, "there is something on the way"
    if step.key is None:
        inner = _written(at, field_of(at, held, step.kind, step.field), rest, value)
        return with_field(held, step.kind, step.field, inner)
    assert step.key_kind is not None, "a key has a type"
    if isinstance(held, MapFunction):
        return _rewritten(at, held, step, rest, value)
    table, logic = as_map(held), at.logic
    rows = dict(table.entries)
    for form, lit in at.algebra.alternatives(step.key, step.key_kind):
        row = rows.get(form)
        if row is None:
            if not rest and isinstance(step.kind, PartialType):
                rows[form] = (lit, value)
            continue
        present, before = row
        after = _written(at, before, rest, value)
        rows[form] = (
            present if rest else logic.either(present, lit),
            at.algebra.merge(lit, after, before),
        )
    return MapTable(rows, table.key)


def _rewritten(
    at: Execution, held: MapFunction, step: _Step, rest: tuple[_Step, ...], value: Value
) -> MapFunction:
    """A map of any size with one key changed: what any other key leads to stays."""
    key = step.key
    assert key is not None, "a step of a map has a key"

    def row(asked: Value) -> tuple[Lit, Value]:
        present, before = held.row(asked)
        same = at.algebra.equal(asked, key)
        after = _written(at, before, rest, value) if rest else value
        there = present if rest else at.logic.either(present, same)
        return there, at.algebra.merge(same, after, before)

    return MapFunction(row, held.key, held.base, (*held.writes, key))


# ------------------------------------------------------------------ writing methods


def _mutate(at: Execution, statement: ir.Mutate) -> None:
    """The way to the place is evaluated before the arguments."""
    place = statement.place
    way = _way(at, place, strict=True)
    arguments = tuple([at.value(item) for item in statement.arguments])
    kinds = tuple([type_of(item) for item in statement.arguments])
    held = way.held
    assert held is not None, "a strict way leads to something"
    made = _changed(at, statement, held, place.type, arguments, kinds)
    at.state[place.variable] = _written(at, at.state.get(place.variable), way.steps, made)


def _changed(
    at: Execution,
    statement: ir.Mutate,
    held: Value,
    kind: Type,
    arguments: tuple[Value, ...],
    kinds: tuple[Type, ...],
) -> Value:
    span = statement.span
    match statement.method:
        case ir.Method.ADD:
            if isinstance(kind, BagType):
                return _bounded_bag(at, _bag_with(at, as_bag(held), arguments[0], 1), kind, span)
            if isinstance(held, SetPredicate):
                return _with_element(at, held, arguments[0])
            return added(at, as_set(held), arguments[0])
        case ir.Method.DISCARD | ir.Method.REMOVE if isinstance(held, SetPredicate):
            if statement.method is ir.Method.REMOVE:
                at.fail(held.holds(arguments[0]) ^ 1, ErrorKind.MISSING_ITEM, span)
            return _without_element(at, held, arguments[0])
        case ir.Method.DISCARD:
            return _without(at, as_set(held), arguments[0])
        case ir.Method.UPDATE:
            bits = as_bits(at, arguments[0], as_set(held).item).bits
            return _united(at, as_set(held), bits)
        case ir.Method.REMOVE:
            return _removed(at, held, arguments[0], span)
        case ir.Method.APPEND:
            return _bounded(at, _appended(at, as_sequence(held), arguments[0]), kind, span)
        case ir.Method.EXTEND:
            more = sequence_of(at, arguments[0])
            return _bounded(at, concatenated(at, as_sequence(held), more), kind, span)
        case ir.Method.TRUNCATE:
            return sliced(at, as_sequence(held), None, as_scalar(arguments[0]), span)
        case ir.Method.DELETE if isinstance(held, MapFunction):
            return _without_key(at, held, arguments[0], span)
        case ir.Method.DELETE:
            return _deleted(at, as_map(held), arguments[0], kinds[0], span)
        case ir.Method.CLEAR:
            return empty(kind)
        case _:
            assert_never(statement.method)


def _with_element(at: Execution, held: SetPredicate, value: Value) -> SetPredicate:
    def holds(asked: Value) -> Lit:
        return at.logic.either(held.holds(asked), at.algebra.equal(asked, value))

    return SetPredicate(holds, held.item)


def _without_element(at: Execution, held: SetPredicate, value: Value) -> SetPredicate:
    def holds(asked: Value) -> Lit:
        return at.logic.both(held.holds(asked), at.algebra.equal(asked, value) ^ 1)

    return SetPredicate(holds, held.item)


def _without_key(at: Execution, held: MapFunction, key: Value, span: ir.Span) -> MapFunction:
    at.fail(held.row(key)[0] ^ 1, ErrorKind.MISSING_KEY, span)

    def row(asked: Value) -> tuple[Lit, Value]:
        present, value = held.row(asked)
        return at.logic.both(present, at.algebra.equal(asked, key) ^ 1), value

    return MapFunction(row, held.key, held.base, (*held.writes, key))


def empty(kind: Type) -> Value:
    """The empty collection of a type."""
    match kind:
        case SetType(item):
            return SetTable({}, item)
        case SeqType():
            return SeqTable(number(0), ())
        case BagType(item):
            return BagTable({}, item)
        case PartialType(key):
            return MapTable({}, key)
        case _:
            raise AssertionError("only these are cleared")


def _appended(at: Execution, held: SeqTable, value: Value) -> SeqTable:
    return concatenated(at, held, SeqTable(number(1), (value,)))


def _bounded(at: Execution, made: SeqTable, kind: Type, span: ir.Span) -> SeqTable:
    assert isinstance(kind, SeqType), "a sequence"
    most = at.algebra.sizes.capacity(kind.capacity)
    if most is None:
        return made
    at.fail(at.algebra.longer(made.length, most), ErrorKind.CAPACITY, span)
    length = Scalar({size: lit for size, lit in made.length.alternatives.items() if size <= most})
    return SeqTable(length, made.items[:most])


def _united(at: Execution, held: SetTable, bits: dict[object, Lit]) -> SetTable:
    made = dict(held.bits)
    for form, lit in bits.items():
        made[form] = at.logic.either(made.get(form, FALSE), lit)
    return SetTable(made, held.item)


def _without(at: Execution, held: SetTable, value: Value) -> SetTable:
    bits = {
        form: at.logic.both(lit, at.algebra.matches(value, held.item, form) ^ 1)
        for form, lit in held.bits.items()
    }
    return SetTable(bits, held.item)


def _removed(at: Execution, held: Value, value: Value, span: ir.Span) -> Value:
    if isinstance(held, SetTable):
        there = [
            at.logic.both(lit, at.algebra.matches(value, held.item, form)) for form, lit in held.bits.items()
        ]
        at.fail(at.logic.any_of(there) ^ 1, ErrorKind.MISSING_ITEM, span)
        return _without(at, held, value)
    bag = as_bag(held)
    there = [
        at.logic.both(at.algebra.longer(times, 0), at.algebra.matches(value, bag.item, form))
        for form, times in bag.counts.items()
    ]
    at.fail(at.logic.any_of(there) ^ 1, ErrorKind.MISSING_ITEM, span)
    return _bag_with(at, bag, value, -1)


def _bag_with(at: Execution, bag: BagTable, value: Value, more: int) -> BagTable:
    counts = dict(bag.counts)
    for form, lit in at.algebra.alternatives(value, bag.item):
        before = counts.get(form, number(0))
        after = Scalar({max(0, times + more): held for times, held in before.alternatives.items()})
        if more < 0 and 1 in before.alternatives and 0 in before.alternatives:
            zero = at.logic.either(before.alternatives[0], before.alternatives[1])
            after = Scalar({**after.alternatives, 0: zero})
        counts[form] = at.algebra.choose_scalar([(lit, after), (lit ^ 1, before)])
    return BagTable(counts, bag.item)


def _bounded_bag(at: Execution, bag: BagTable, kind: BagType, span: ir.Span) -> BagTable:
    most = at.algebra.sizes.capacity(kind.capacity)
    if most is not None:
        size = total(at, bag.counts.values())
        at.fail(at.algebra.longer(size, most), ErrorKind.CAPACITY, span)
        counts = {
            form: Scalar({times: lit for times, lit in held.alternatives.items() if times <= most})
            for form, held in bag.counts.items()
        }
        return BagTable(counts, bag.item)
    return bag


def _deleted(at: Execution, held: MapTable, key: Value, kind: Type, span: ir.Span) -> MapTable:
    _, present = looked_up(at, held, key, kind, held.key)
    at.fail(present ^ 1, ErrorKind.MISSING_KEY, span)
    rows = dict(held.entries)
    for form, lit in at.algebra.alternatives(key, kind):
        if form in rows:
            there, item = rows[form]
            rows[form] = (at.logic.both(there, lit ^ 1), item)
    return MapTable(rows, held.key)
