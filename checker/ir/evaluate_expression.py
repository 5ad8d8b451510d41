"""Closures for atoms, logic, arithmetic, options and records; collections and binders have files of their
own."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from checker.ir import nodes as ir
from checker.ir.evaluate_binder import compile_binding
from checker.ir.evaluate_collection import compile_collection
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import type_of
from checker.ir.types import EnumType, IntType, OptionType, QuorumType, SortType, Type
from checker.ir.unit import NOW, OLD, Code, EvaluationError, Frame, NotEnabled, Unit
from checker.ir.universe import Value


def compile_expression(unit: Unit, expr: ir.Expr) -> Code:
    """The closure of an expression: dispatch happens here, once per node, never during evaluation."""
    match expr:
        case ir.BoolLit(value) | ir.IntLit(value):
            return _constant(value)
        case ir.EnumLit(kind, name):
            return _constant(unit.library.universe.enum_member(kind.name, name))
        case ir.EndMember(sort, last):
            return _constant(unit.library.universe.members(sort.name)[-1 if last else 0])
        case ir.NoneLit():
            return _constant(None)
        case ir.Local(name):
            return operator.itemgetter(unit.slot(name))
        case ir.StateRead(variable, _, when):
            return _state_read(variable, NOW if when is ir.When.NOW else OLD, expr.span)
        case ir.ParamRead(name):
            return _constant(unit.library.universe.param(name))
        case ir.SizeOf(of):
            return _constant(_size_of(unit, of))
        case ir.Let(name, value, body):
            return _let(unit.code(value), unit.slot(name), unit.code(body))
        case ir.Call():
            return _call(unit, expr)
        case (
            ir.Ite() | ir.Not() | ir.And() | ir.Or() | ir.Eq() | ir.Less() | ir.LessEq() | ir.Arith()
            | ir.FloorDiv() | ir.Mod()
        ):  # fmt: skip
            return _compile_operator(unit, expr)
        case (
            ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild() | ir.Extremum() | ir.Extrema()
        ):  # fmt: skip
            return compile_binding(unit, expr)
        case (
            ir.Neighbour() | ir.Position() | ir.MemberAt() | ir.Widen() | ir.Narrow() | ir.Fit() | ir.IsNone()
            | ir.Unwrap() | ir.Present() | ir.IsVariant() | ir.MakeRecord() | ir.Field() | ir.WithFields()
            | ir.MakeTuple() | ir.TupleItem()
        ):  # fmt: skip
            return _compile_value(unit, expr)
        case _:
            return compile_collection(unit, expr)


def _constant(value: Value) -> Code:
    return lambda frame: value


def _state_read(variable: str, when: int, span: ir.Span) -> Code:
    def read(frame: Frame) -> Value:
        try:
            return frame[when][variable]
        except KeyError:
            raise EvaluationError(ErrorKind.UNASSIGNED, span) from None

    return read


def _size_of(unit: Unit, of: SortType | EnumType | QuorumType) -> int:
    universe = unit.library.universe
    match of:
        case SortType(name):
            return universe.size(name)
        case EnumType(members=members):
            return len(members)
        case QuorumType(sort):
            return len(universe.quorums(sort.name))


def _let(value: Code, slot: int, body: Code) -> Code:
    def let(frame: Frame) -> Value:
        frame[slot] = value(frame)
        return body(frame)

    return let


def _call(unit: Unit, expr: ir.Call) -> Code:
    function = unit.library.function(expr.function)
    arguments = tuple(unit.code(item) for item in expr.arguments)
    when = NOW if expr.when is ir.When.NOW else OLD

    def call(frame: Frame) -> Value:
        return function.call(frame[when], [argument(frame) for argument in arguments])

    return call


# ------------------------------------------------------------------ logic and arithmetic


def _compile_operator(
    unit: Unit,
    expr: ir.Ite | ir.Not | ir.And | ir.Or | ir.Eq | ir.Less | ir.LessEq | ir.Arith | ir.FloorDiv | ir.Mod,
) -> Code:
    match expr:
        case ir.Ite(condition, then, otherwise):
            test, yes, no = unit.code(condition), unit.code(then), unit.code(otherwise)
            return lambda frame: yes(frame) if test(frame) else no(frame)
        case ir.Not(item):
            held = unit.code(item)
            return lambda frame: not held(frame)
        case ir.And(items):
            return _all_of(tuple(unit.code(item) for item in items))
        case ir.Or(items):
            return _any_of(tuple(unit.code(item) for item in items))
        case ir.Eq():
            return _equal(unit, expr)
        case ir.Less() | ir.LessEq():
            return _compare(unit, expr)
        case ir.Arith(op, left, right):
            return _binary(_ARITHMETIC[op], unit.code(left), unit.code(right))
        case ir.FloorDiv(left, right):
            return _division(lambda a, b: a // b, unit.code(left), unit.code(right), expr.span)
        case ir.Mod(left, right):
            return _division(lambda a, b: a % b, unit.code(left), unit.code(right), expr.span)


_ARITHMETIC: dict[ir.ArithOp, Callable[[int, int], int]] = {
    ir.ArithOp.ADD: operator.add,
    ir.ArithOp.SUB: operator.sub,
    ir.ArithOp.MUL: operator.mul,
}


def _binary(operation: Callable[[Any, Any], Value], left: Code, right: Code) -> Code:
    return lambda frame: operation(left(frame), right(frame))


def _all_of(items: tuple[Code, ...]) -> Code:
    if len(items) == 2:
        first, second = items
        return lambda frame: first(frame) and second(frame)

    def all_of(frame: Frame) -> bool:
        return all(item(frame) for item in items)

    return all_of


def _any_of(items: tuple[Code, ...]) -> Code:
    if len(items) == 2:
        first, second = items
        return lambda frame: first(frame) or second(frame)

    def any_of(frame: Frame) -> bool:
        return any(item(frame) for item in items)

    return any_of


def _equal(unit: Unit, expr: ir.Eq) -> Code:
    left, right = unit.code(expr.left), unit.code(expr.right)
    identity = unit.library.values.identity(type_of(expr.left))
    if identity is None:
        return lambda frame: left(frame) == right(frame)
    return lambda frame: identity(left(frame)) == identity(right(frame))


def _compare(unit: Unit, expr: ir.Less | ir.LessEq) -> Code:
    """None is below every member; the error of comparing it with itself comes after both sides are
    evaluated."""
    left, right = unit.code(expr.left), unit.code(expr.right)
    compare: Callable[[int, int], bool] = operator.lt if isinstance(expr, ir.Less) else operator.le
    kinds = (type_of(expr.left), type_of(expr.right))
    if all(isinstance(kind, IntType) for kind in kinds):
        return _binary(compare, left, right)
    sort = next(kind.item if isinstance(kind, OptionType) else kind for kind in kinds)
    if isinstance(sort, SortType):
        ranks: dict[Value, int] = {None: -1, **unit.library.values.ranks(sort.name)}
    else:
        ranks = {}
    span = expr.span

    def compare_ranks(frame: Frame) -> bool:
        a, b = left(frame), right(frame)
        if a is None and b is None:
            raise EvaluationError(ErrorKind.COMPARE_NONE, span)
        return compare(ranks[a], ranks[b])

    def compare_optional_integers(frame: Frame) -> bool:
        a, b = left(frame), right(frame)
        if a is None and b is None:
            raise EvaluationError(ErrorKind.COMPARE_NONE, span)
        return a is None if a is None or b is None else compare(a, b)

    return compare_ranks if ranks else compare_optional_integers


def _division(operation: Callable[[int, int], int], left: Code, right: Code, span: ir.Span) -> Code:
    def divide(frame: Frame) -> int:
        dividend, divisor = left(frame), right(frame)
        if divisor == 0:
            raise EvaluationError(ErrorKind.DIVISION_BY_ZERO, span)
        return operation(dividend, divisor)

    return divide


# ------------------------------------------------------------------ members, options, records, tuples


def _compile_value(
    unit: Unit,
    expr: (
        ir.Neighbour
        | ir.Position
        | ir.MemberAt
        | ir.Widen
        | ir.Narrow
        | ir.Fit
        | ir.IsNone
        | ir.Unwrap
        | ir.Present
        | ir.IsVariant
        | ir.MakeRecord
        | ir.Field
        | ir.WithFields
        | ir.MakeTuple
        | ir.TupleItem
    ),
) -> Code:
    universe = unit.library.universe
    match expr:
        case ir.Neighbour(item, offset):
            return _neighbour(unit, unit.code(item), type_of(item), offset, expr.span)
        case ir.Position(item):
            position, held = universe.position, unit.code(item)
            return lambda frame: position(held(frame))
        case ir.MemberAt(sort, index):
            return _member_at(unit, sort, unit.code(index), expr.span)
        case ir.Widen(value) | ir.Narrow(value):
            return unit.code(value)
        case ir.Fit(value, kind):
            return _fit(unit, unit.code(value), kind, expr.span)
        case ir.IsNone(item):
            held = unit.code(item)
            return lambda frame: held(frame) is None
        case ir.Unwrap(item):
            return _unwrap(unit.code(item), EvaluationError, ErrorKind.NONE, expr.span)
        case ir.Present(item):
            return _present(unit.code(item), expr.span)
        case ir.IsVariant(item, records):
            record_name, held, names = universe.record_name, unit.code(item), frozenset(records)
            return lambda frame: record_name(held(frame)) in names
        case ir.MakeRecord(kind, fields):
            return _make_record(unit, kind.name, tuple(unit.code(item) for item in fields))
        case ir.Field(item, name):
            field, held = universe.field, unit.code(item)
            return lambda frame: field(held(frame), name)
        case ir.WithFields(item, fields):
            changes = tuple((name, unit.code(value)) for name, value in fields)
            replace, held = universe.replace, unit.code(item)
            return lambda frame: replace(held(frame), {name: value(frame) for name, value in changes})
        case ir.MakeTuple(items):
            codes = tuple(unit.code(item) for item in items)
            return lambda frame: tuple([code(frame) for code in codes])
        case ir.TupleItem(item, index):
            held = unit.code(item)
            return lambda frame: held(frame)[index]


def _make_record(unit: Unit, name: str, fields: tuple[Code, ...]) -> Code:
    make = unit.library.universe.make_record
    return lambda frame: make(name, tuple([field(frame) for field in fields]))


def _neighbour(unit: Unit, item: Code, kind: object, offset: int, span: ir.Span) -> Code:
    assert isinstance(kind, SortType), "only members of an ordered sort have neighbours"
    members = unit.library.universe.members(kind.name)
    ranks = unit.library.values.ranks(kind.name)

    def neighbour(frame: Frame) -> Value:
        place = ranks[item(frame)] + offset
        if not 0 <= place < len(members):
            raise EvaluationError(ErrorKind.NO_NEIGHBOUR, span)
        return members[place]

    return neighbour


def _member_at(unit: Unit, sort: SortType, index: Code, span: ir.Span) -> Code:
    universe = unit.library.universe
    size = universe.size(sort.name)

    def member_at(frame: Frame) -> Value:
        place = index(frame)
        if not 0 <= place < size:
            raise EvaluationError(ErrorKind.NO_MEMBER, span)
        return universe.member_at(sort.name, place)

    return member_at


def _fit(unit: Unit, value: Code, kind: Type, span: ir.Span) -> Code:
    check = unit.library.values.misfit(kind)
    if check is None:
        return value

    def fit(frame: Frame) -> Value:
        made = value(frame)
        if found := check(made):
            raise EvaluationError(found, span)
        return made

    return fit


def _unwrap(item: Code, error: type[EvaluationError], kind: ErrorKind, span: ir.Span) -> Code:
    def unwrap(frame: Frame) -> Value:
        value = item(frame)
        if value is None:
            raise error(kind, span)
        return value

    return unwrap


def _present(item: Code, span: ir.Span) -> Code:
    def present(frame: Frame) -> Value:
        value = item(frame)
        if value is None:
            raise NotEnabled(span)
        return value

    return present
