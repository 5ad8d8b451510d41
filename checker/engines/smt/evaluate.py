"""The one evaluator of expressions: dispatch, atoms, logic, arithmetic, options and records.

It does what `checker.ir.evaluate` does, on symbolic values; collections and binders have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.smt.bounds import fit
from checker.engines.smt.comparison import less, no_order
from checker.engines.smt.evaluate_binder import evaluate_binding
from checker.engines.smt.evaluate_collection import evaluate_collection
from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.refused import VALUES_MAX, many_values
from checker.engines.smt.values import (
    Option,
    Product,
    Scalar,
    Value,
    Variant,
    as_lit,
    as_option,
    as_product,
    as_scalar,
    number,
)
from checker.engines.smt.widening import converted
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.printer import show
from checker.ir.type_of import type_of
from checker.ir.types import EnumType, ListType, QuorumType, RecordType, SortType, Type, UnionType


def evaluate(at: Evaluation, expr: ir.Expr) -> Value:
    """The value of an expression."""
    match expr:
        case ir.Local(name):
            return at.local[name]
        case ir.StateRead():
            return _state_read(at, expr)
        case ir.BoolLit(value):
            return TRUE if value else FALSE
        case ir.IntLit(value):
            return number(value)
        case ir.EnumLit(kind, name):
            return number(kind.members.index(name))
        case ir.EndMember(sort, last):
            return number(at.algebra.sizes.sorts[sort.name] - 1 if last else 0)
        case ir.NoneLit():
            return Option(FALSE, None)
        case ir.ParamRead(name):
            return number(at.algebra.sizes.params[name])
        case ir.SizeOf(of):
            return number(_size_of(at, of))
        case ir.Let(name, value, body):
            at.local[name] = at.value(value)
            return at.value(body)
        case ir.Call():
            return _call(at, expr)
        case (
            ir.Ite() | ir.Not() | ir.And() | ir.Or() | ir.Eq() | ir.Less() | ir.LessEq() | ir.Arith()
            | ir.FloorDiv() | ir.Mod()
        ):  # fmt: skip
            return _operator(at, expr)
        case (
            ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild() | ir.Extremum() | ir.Extrema()
        ):  # fmt: skip
            return evaluate_binding(at, expr)
        case (
            ir.Neighbour() | ir.Position() | ir.MemberAt() | ir.Widen() | ir.Narrow() | ir.Fit() | ir.IsNone()
            | ir.Unwrap() | ir.Present() | ir.IsVariant() | ir.MakeRecord() | ir.Field() | ir.WithFields()
            | ir.MakeTuple() | ir.TupleItem()
        ):  # fmt: skip
            return _part(at, expr)
        case _:
            return evaluate_collection(at, expr)


def _state_read(at: Evaluation, expr: ir.StateRead) -> Value:
    state = at.now if expr.when is ir.When.NOW else at.old
    assert state is not None, "only properties of steps read the state before"
    found = state.get(expr.variable)
    if found is None:
        at.fail(TRUE, ErrorKind.UNASSIGNED, expr.span)
        return anything(at, expr.type)
    return found


def anything(at: Evaluation, kind: Type) -> Value:
    """Some value of a type, where it is of no account."""
    match kind:
        case ListType():
            from checker.engines.smt.values import Listing

            return Listing(())
        case _:
            return at.algebra.select(kind, [])


def _size_of(at: Evaluation, of: SortType | EnumType | QuorumType) -> int:
    return len(at.algebra.domain(of))


def _call(at: Evaluation, expr: ir.Call) -> Value:
    function = at.program.functions[expr.function]
    arguments = [at.value(item) for item in expr.arguments]
    state = at.now if expr.when is ir.When.NOW else at.old
    assert state is not None, "only properties of steps read the state before"
    named = {one.name: value for one, value in zip(function.parameters, arguments, strict=True)}
    return at.calling(state, named).value(function.body)


# ------------------------------------------------------------------ logic and arithmetic


def _operator(
    at: Evaluation,
    expr: ir.Ite | ir.Not | ir.And | ir.Or | ir.Eq | ir.Less | ir.LessEq | ir.Arith | ir.FloorDiv | ir.Mod,
) -> Value:
    match expr:
        case ir.Ite(condition, then, otherwise):
            return _ite(at, at.truth(condition), then, otherwise)
        case ir.Not(item):
            return at.truth(item) ^ 1
        case ir.And(items):
            return _in_turn(at, items, TRUE)
        case ir.Or(items):
            return _in_turn(at, items, FALSE)
        case ir.Eq(left, right):
            return _equal(at, at.value(left), at.value(right), type_of(left))
        case ir.Less(left, right) | ir.LessEq(left, right):
            return _compare(at, expr, at.value(left), at.value(right))
        case ir.Arith(op, left, right):
            return _pairwise(at, expr, _ARITHMETIC[op], at.value(left), at.value(right))
        case ir.FloorDiv(left, right):
            return _divide(at, expr, lambda a, b: a // b, at.value(left), at.value(right))
        case ir.Mod(left, right):
            return _divide(at, expr, lambda a, b: a % b, at.value(left), at.value(right))


def _ite(at: Evaluation, condition: Lit, then: ir.Expr, otherwise: ir.Expr) -> Value:
    if condition == TRUE:
        return at.value(then)
    if condition == FALSE:
        return at.value(otherwise)
    with at.under(condition):
        yes = at.value(then)
    with at.under(condition ^ 1):
        no = at.value(otherwise)
    return at.algebra.merge(condition, yes, no)


def _in_turn(at: Evaluation, items: tuple[ir.Expr, ...], neutral: Lit) -> Lit:
    """`and` where the neutral truth is true, `or` where it is false: as far as needed, from the left."""
    path, held = at.course.path, list[Lit]()
    depth = len(path)
    flip = neutral ^ 1
    try:
        for item in items:
            found = at.truth(item) ^ flip
            held.append(found)
            if found == FALSE:
                break
            if found != TRUE:
                path.append(found)
    finally:
        del path[depth:]
    return at.logic.all_of(held) ^ flip


def _equal(at: Evaluation, a: Value, b: Value, kind: Type) -> Lit:
    if isinstance(kind, ListType):
        return no_order(at, a, b, kind)
    return at.algebra.equal(a, b)


def _compare(at: Evaluation, expr: ir.Less | ir.LessEq, a: Value, b: Value) -> Lit:
    """None is below every member; two of them cannot be compared."""
    logic, strict = at.logic, isinstance(expr, ir.Less)
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return less(at, a, b, strict=strict)
    left = a if isinstance(a, Option) else Option(TRUE, a)
    right = b if isinstance(b, Option) else Option(TRUE, b)
    at.fail(logic.both(left.present ^ 1, right.present ^ 1), ErrorKind.COMPARE_NONE, expr.span)
    if right.item is None:
        return FALSE
    if left.item is None:
        return logic.both(left.present ^ 1, right.present)
    inner = less(at, as_scalar(left.item), as_scalar(right.item), strict=strict)
    return logic.both(right.present, logic.either(left.present ^ 1, inner))


_ARITHMETIC: dict[ir.ArithOp, Callable[[int, int], int]] = {
    ir.ArithOp.ADD: lambda a, b: a + b,
    ir.ArithOp.SUB: lambda a, b: a - b,
    ir.ArithOp.MUL: lambda a, b: a * b,
}


def _pairwise(
    at: Evaluation, expr: ir.Expr, operation: Callable[[int, int], int], left: Value, right: Value
) -> Scalar:
    a, b = as_scalar(left).alternatives, as_scalar(right).alternatives
    if len(a) * len(b) > VALUES_MAX:
        raise many_values(show(expr), expr.span)
    logic, found = at.logic, dict[int, list[Lit]]()
    for x, lit in a.items():
        for y, other in b.items():
            held = logic.both(lit, other)
            if held != FALSE:
                found.setdefault(operation(x, y), []).append(held)
    return Scalar({value: logic.any_of(lits) for value, lits in found.items()})


def _divide(
    at: Evaluation,
    expr: ir.FloorDiv | ir.Mod,
    operation: Callable[[int, int], int],
    left: Value,
    right: Value,
) -> Scalar:
    divisors = dict(as_scalar(right).alternatives)
    at.fail(divisors.pop(0, FALSE), ErrorKind.DIVISION_BY_ZERO, expr.span)
    return _pairwise(at, expr, operation, left, Scalar(divisors))


# ------------------------------------------------------------------ members, options, records, tuples


def _part(
    at: Evaluation,
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
) -> Value:
    match expr:
        case ir.Neighbour(item, offset):
            sort = type_of(item)
            assert isinstance(sort, SortType), "only members of an ordered sort have neighbours"
            return _moved(at, sort, at.value(item), offset, ErrorKind.NO_NEIGHBOUR, expr.span)
        case ir.Position(item):
            return at.value(item)
        case ir.MemberAt(sort, index):
            return _moved(at, sort, at.value(index), 0, ErrorKind.NO_MEMBER, expr.span)
        case ir.Widen(value, kind) | ir.Narrow(value, kind):
            return converted(at, at.value(value), type_of(value), kind)
        case ir.Fit(value, kind):
            return fit(at, at.value(value), kind, expr.span)
        case ir.IsNone(item):
            return as_option(at.value(item)).present ^ 1
        case ir.Unwrap(item):
            option = as_option(at.value(item))
            at.fail(option.present ^ 1, ErrorKind.NONE, expr.span)
            return anything(at, type_of(expr)) if option.item is None else option.item
        case ir.Present(item):
            option = as_option(at.value(item))
            at.demand(option.present)
            return anything(at, type_of(expr)) if option.item is None else option.item
        case ir.IsVariant(item, records):
            return _is_variant(at, at.value(item), type_of(item), records)
        case ir.MakeRecord(_, fields):
            return Product(tuple([at.value(item) for item in fields]))
        case ir.Field(item, name):
            return field_of(at, at.value(item), type_of(item), name)
        case ir.WithFields(item, fields):
            held = at.value(item)
            for name, value in fields:
                held = with_field(held, type_of(item), name, at.value(value))
            return held
        case ir.MakeTuple(items):
            return Product(tuple([at.value(item) for item in items]))
        case ir.TupleItem(item, index):
            return as_product(at.value(item)).items[index]


def _moved(
    at: Evaluation, sort: SortType, item: Value, offset: int, kind: ErrorKind, span: ir.Span
) -> Scalar:
    size = at.algebra.sizes.sorts[sort.name]
    moved = {place + offset: lit for place, lit in as_scalar(item).alternatives.items()}
    at.fail(at.logic.any_of([lit for place, lit in moved.items() if not 0 <= place < size]), kind, span)
    return Scalar({place: lit for place, lit in moved.items() if 0 <= place < size})


def _is_variant(at: Evaluation, item: Value, kind: Type, records: tuple[str, ...]) -> Lit:
    if isinstance(item, Variant):
        return at.logic.any_of([lit for name, (lit, _) in item.cases.items() if name in records])
    assert isinstance(kind, RecordType), "only records are told apart"
    return TRUE if kind.name in records else FALSE


def field_of(at: Evaluation, item: Value, kind: Type, name: str) -> Value:
    """One field of a record, or of whichever record of a union."""
    if isinstance(kind, UnionType):
        assert isinstance(item, Variant), "a value of a union"
        places = {record.name: _place(record, name) for record in kind.records}
        found = [(lit, product.items[places[record]]) for record, (lit, product) in item.cases.items()]
        return at.algebra.choose(found) if found else anything(at, dict(kind.records[0].fields)[name])
    assert isinstance(kind, RecordType), "only records have fields"
    return as_product(item).items[_place(kind, name)]


def with_field(item: Value, kind: Type, name: str, value: Value) -> Value:
    """A record with one field changed."""
    if isinstance(kind, UnionType):
        assert isinstance(item, Variant), "a value of a union"
        records = {record.name: record for record in kind.records}
        return Variant(
            {
                label: (lit, as_product(with_field(product, records[label], name, value)))
                for label, (lit, product) in item.cases.items()
            }
        )
    assert isinstance(kind, RecordType), "only records have fields"
    place, items = _place(kind, name), as_product(item).items
    return Product((*items[:place], value, *items[place + 1 :]))


def _place(record: RecordType, name: str) -> int:
    return [field for field, _ in record.fields].index(name)


def truth_of(value: Value) -> Lit:
    """A value that is a truth."""
    return as_lit(value)
