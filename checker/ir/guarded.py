"""Whether an expression has a value wherever it is evaluated: as `partiality`, but guards are understood.

`n in self.lease and self.lease[n] > 3` cannot fail, although its second half alone can. A *fact* is a
condition that is known to be true where an expression stands. What is not understood counts as able to
fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from checker.ir import nodes as ir
from checker.ir.children import binders_of, children, map_children
from checker.ir.partiality import NO_ERRORS, ErrorKind, error_kinds
from checker.ir.type_of import type_of
from checker.ir.types import IntType, MapType, OptionType, PartialType, QuorumType, SortType

Facts: TypeAlias = frozenset[ir.Expr]
NO_FACTS: Facts = frozenset()
Functions: TypeAlias = Mapping[str, ir.Function]


def bare(expr: ir.Expr) -> ir.Expr:
    """The expression without changes of type, so that two ways to write a value are one."""
    match expr:
        case ir.Widen(value) | ir.Narrow(value):
            return bare(value)
        case ir.Contains(item, ir.MapView(held, ir.MapPart.KEYS)):
            return ir.Contains(bare(item), bare(held))
        case _:
            return map_children(bare, expr)


def assumed(facts: Facts, condition: ir.Expr, truth: bool = True) -> Facts:
    """The facts, and what a condition that is true (or false) tells."""
    match condition:
        case ir.Not(item):
            return assumed(facts, item, not truth)
        case ir.And(items) if truth:
            return _all_assumed(facts, items, truth)
        case ir.Or(items) if not truth:
            return _all_assumed(facts, items, truth)
        case ir.Less(left, ir.Extremum(False, ir.SeqLit(_, items), key=None)) if truth:
            return _all_assumed(facts, [ir.Less(left, item) for item in items], truth)
        case _:
            known = bare(condition)
            return facts | {known if truth else ir.Not(known)}


def _all_assumed(facts: Facts, items: Iterable[ir.Expr], truth: bool) -> Facts:
    for item in items:
        facts = assumed(facts, item, truth)
    return facts


def inside(facts: Facts, binder: ir.Binder) -> Facts:
    """The facts where a binder's name is bound and its filters hold."""
    name, source = ir.Local(binder.name, binder.type), bare(binder.source)
    match source:
        case ir.MapView(held, ir.MapPart.KEYS):
            facts |= {ir.Contains(name, held)}
        case ir.MapView(held, ir.MapPart.ITEMS):
            kind = type_of(held)
            assert isinstance(kind, MapType | PartialType), "only maps are viewed"
            facts |= {ir.Contains(ir.TupleItem(name, 0, kind.key), held)}
        case ir.IntRange(_, stop):
            facts |= {ir.Less(name, stop)}
        case _:
            facts |= {ir.Contains(name, source)}
    return _all_assumed(facts, binder.filters, True)


def may_fail(expr: ir.Expr, functions: Functions, facts: Facts = NO_FACTS) -> ir.Span | None:
    """Where the expression may have no value; None where it always has one."""
    match expr:
        case ir.And(items) | ir.Or(items):
            return _in_turn(items, functions, facts, isinstance(expr, ir.And))
        case ir.Ite(condition, then, otherwise):
            return (
                may_fail(condition, functions, facts)
                or may_fail(then, functions, assumed(facts, condition))
                or may_fail(otherwise, functions, assumed(facts, condition, False))
            )
        case ir.Let(_, value, body):
            return may_fail(value, functions, facts) or may_fail(body, functions, facts)
        case ir.Call(function, arguments):
            called = functions[function]
            found = _first(arguments, functions, facts)
            if found is not None or may_fail(called.body, functions) is None:
                return found
            if expr.when is not ir.When.NOW or not all(isinstance(one, SIMPLE) for one in arguments):
                return expr.span
            # What is known here is known of what the function is called with.
            names = (parameter.name for parameter in called.parameters)
            given = dict(zip(names, arguments, strict=True))
            return expr.span if may_fail(put(called.body, given), functions, facts) else None
        case ir.Extremum() | ir.Extrema():
            # The key is applied to elements of the collection, of which nothing else is known.
            failing = _first(children(expr), functions, facts)
            kinds = error_kinds(expr) - (
                NO_ERRORS if not _has_elements(expr.collection) else {ErrorKind.EMPTY}
            )
            return failing or (expr.span if kinds else None)
        case ir.Forall() | ir.Exists() | ir.Sum() | ir.Build() | ir.MapBuild():
            return _bound(expr, functions, facts)
        case _:
            found = _first(children(expr), functions, facts)
            if found is not None or not error_kinds(expr):
                return found
            return None if _guarded(expr, facts) else expr.span


SIMPLE = (ir.Local, ir.StateRead, ir.MapGet, ir.Position, ir.IntLit, ir.BoolLit, ir.ParamRead)
"""Arguments that are put into the body of a function: the same, however often they are evaluated."""


def put(expr: ir.Expr, given: Mapping[str, ir.Expr]) -> ir.Expr:
    """An expression with other expressions for its locals."""
    if isinstance(expr, ir.Local):
        return given.get(expr.name, expr)
    return map_children(lambda child: put(child, given), expr)


def _has_elements(collection: ir.Expr) -> bool:
    """Whether a collection cannot be empty; each sort has a member."""
    match bare(collection):
        case ir.SeqLit(_, items) | ir.SetLit(_, items):
            return len(items) > 0
        case ir.MapView(held):
            kind = type_of(held)
            return isinstance(kind, MapType) and isinstance(kind.key, SortType)
        case ir.Domain(item):
            return isinstance(item, SortType | QuorumType)
        case _:
            return False


def _first(items: Iterable[ir.Expr], functions: Functions, facts: Facts) -> ir.Span | None:
    return next((span for item in items if (span := may_fail(item, functions, facts)) is not None), None)


def _in_turn(items: Iterable[ir.Expr], functions: Functions, facts: Facts, truth: bool) -> ir.Span | None:
    for item in items:
        found = may_fail(item, functions, facts)
        if found is not None:
            return found
        facts = assumed(facts, item, truth)
    return None


def _bound(
    expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild, functions: Functions, facts: Facts
) -> ir.Span | None:
    for binder in binders_of(expr):
        found = may_fail(binder.source, functions, facts)
        found = found or _in_turn(binder.filters, functions, inside(facts, _unfiltered(binder)), True)
        if found is not None:
            return found
        facts = inside(facts, binder)
    parts = (expr.key, expr.value) if isinstance(expr, ir.MapBuild) else (expr.body,)
    return _first(parts, functions, facts) or (expr.span if error_kinds(expr) else None)


def _unfiltered(binder: ir.Binder) -> ir.Binder:
    return ir.Binder(binder.name, binder.type, binder.source, span=binder.span)


# ------------------------------------------------------------------ what a fact excludes


def _guarded(expr: ir.Expr, facts: Facts) -> bool:
    """Whether facts exclude that the node itself, its parts having values, has none."""
    match expr:
        case ir.MapGet(held, key):
            return bare(ir.Contains(key, held)) in facts
        case ir.Unwrap(item):
            return _is_some(item, facts)
        case ir.Less(left, right) | ir.LessEq(left, right):
            return _is_some(left, facts) or _is_some(right, facts)
        case ir.SeqAt(seq, index):
            return _is_natural(index) and bare(ir.Less(index, ir.Size(seq))) in facts
        case ir.SeqLast(seq):
            return _is_filled(bare(seq), facts)
        case ir.SeqSlice(_, start, stop):
            return all(end is None or _is_natural(end) for end in (start, stop))
        case ir.FloorDiv(_, divisor) | ir.Mod(_, divisor):
            zero, by = ir.IntLit(0), bare(divisor)
            return ir.Less(zero, by) in facts or ir.Not(ir.Eq(by, zero)) in facts
        case ir.Neighbour(item, offset):
            return _has_neighbour(bare(item), offset, facts)
        case ir.Fit(value, IntType(int(low), int(high))):
            kind = type_of(value)
            if (
                not isinstance(kind, IntType)
                or not isinstance(kind.low, int)
                or not isinstance(kind.high, int)
            ):
                return False
            return low <= kind.low and kind.high <= high
        case _:
            return False


def _is_some(item: ir.Expr, facts: Facts) -> bool:
    return not isinstance(type_of(item), OptionType) or ir.Not(ir.IsNone(bare(item))) in facts


def _is_filled(seq: ir.Expr, facts: Facts) -> bool:
    size, zero, one = ir.Size(seq), ir.IntLit(0), ir.IntLit(1)
    known: tuple[ir.Expr, ...] = (
        ir.Less(zero, size),
        ir.LessEq(one, size),
        ir.Not(ir.Eq(size, zero)),
        ir.Not(ir.LessEq(size, zero)),
        ir.Not(ir.Less(size, one)),
    )
    return any(fact in facts for fact in known)


def _is_natural(expr: ir.Expr) -> bool:
    match expr:
        case ir.Position() | ir.Size() | ir.SizeOf():
            return True
        case ir.IntLit(value):
            return value >= 0
        case ir.Arith(ir.ArithOp.ADD | ir.ArithOp.MUL, left, right):
            return _is_natural(left) and _is_natural(right)
        case ir.Extremum(collection=ir.SeqLit(_, items), key=None):
            return all(_is_natural(item) for item in items)
        case _:
            kind = type_of(expr)
            return isinstance(kind, IntType) and isinstance(kind.low, int) and kind.low >= 0


def _has_neighbour(item: ir.Expr, offset: int, facts: Facts) -> bool:
    """Whether something is known to be above (below), or the member not to be the end."""
    for fact in facts:
        match fact:
            case ir.Less(left, right) if (left if offset > 0 else right) == item:
                return True
            case ir.Not(ir.Eq(left, ir.EndMember(last=last))) | ir.Not(ir.Eq(ir.EndMember(last=last), left)):
                if left == item and last == (offset > 0):
                    return True
            case _:
                pass
    return False
