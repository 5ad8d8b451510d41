"""Lowering of comparisons, arithmetic and the order of members."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from checker.engines.native.forms import Shape
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.type_algebra import interval, join
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.types import BoolType, IntType, OptionType, SortType

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

BOOL = BoolType()
LIMIT = 1 << 62


def lower_comparison(low: Lowering, expr: ir.Eq | ir.Less | ir.LessEq, env: Env, out: Block) -> Val:
    """Equality and order."""
    left, right = low.value(expr.left, env, out), low.value(expr.right, env, out)
    if isinstance(expr, ir.Eq):
        kind = join(left.type, right.type)
        return Val(BOOL, low.operations.equal(kind, low.at(left, kind), low.at(right, kind)))
    strict = isinstance(expr, ir.Less)
    sign = "<" if strict else "<="
    if not isinstance(left.type, OptionType) and not isinstance(right.type, OptionType):
        return Val(BOOL, f"({left.text} {sign} {right.text})")
    optional = isinstance(left.type, OptionType) and isinstance(right.type, OptionType)
    kind = join(left.type, right.type)
    left, right = low.at_val(left, kind), low.at_val(right, kind)
    if optional:
        left, right = low.stable(left, out), low.stable(right, out)
        both = f"{low.is_none(left)} && {low.is_none(right)}"
        low.fail(out, env, both, ErrorKind.COMPARE_NONE, expr)
    if low.shape(kind) is Shape.RANK:
        return Val(BOOL, f"({left.text} {sign} {right.text})")
    left, right = low.stable(left, out), low.stable(right, out)
    a, b = low.unwrap(left).text, low.unwrap(right).text
    none_right = "false" if low.is_none(right) == "false" else f"!{low.is_none(right)}"
    values = f"({low.is_none(left)} || ({none_right if none_right != 'false' else 'true'} && {a} {sign} {b}))"
    return Val(BOOL, values)


def lower_number(
    low: Lowering,
    expr: ir.Arith | ir.FloorDiv | ir.Mod | ir.Neighbour | ir.Position | ir.MemberAt,
    env: Env,
    out: Block,
) -> Val:
    """Arithmetic, and the places of members."""
    match expr:
        case ir.Arith():
            return _arith(low, expr, env, out)
        case ir.FloorDiv() | ir.Mod():
            return _division(low, expr, env, out)
        case ir.Neighbour(item, offset):
            held = low.stable(low.value(item, env, out), out)
            assert isinstance(held.type, SortType)
            last = low.sizes.sorts[held.type.name] - 1
            edge = f"{held.text} == {last if offset > 0 else 0}u"
            low.fail(out, env, edge, ErrorKind.NO_NEIGHBOUR, expr)
            return Val(held.type, f"({held.text} {'+' if offset > 0 else '-'} 1u)")
        case ir.Position(item):
            held = low.value(item, env, out)
            assert isinstance(held.type, SortType)
            return Val(
                IntType(0, low.sizes.sorts[held.type.name] - 1), f"(int64_t)({held.text})", stable=held.stable
            )
        case ir.MemberAt(sort, index):
            place = low.stable(low.value(index, env, out), out)
            last = low.sizes.sorts[sort.name] - 1
            assert isinstance(place.type, IntType)
            if not contains(place.type, 0, last):
                outside = f"!within({place.text}, 0, {last})"
                low.fail(out, env, outside, ErrorKind.NO_MEMBER, expr)
            return Val(sort, f"(uint32_t)({place.text})")
        case _:
            assert_never(expr)


def contains(kind: IntType, low: int, high: int) -> bool:
    """Whether all integers of a type are within bounds."""
    return isinstance(kind.low, int) and isinstance(kind.high, int) and low <= kind.low and kind.high <= high


def _ends(value: Val) -> tuple[int | None, int | None]:
    kind = value.type
    assert isinstance(kind, IntType)
    low, high = kind.low, kind.high
    return (low if isinstance(low, int) else None), (high if isinstance(high, int) else None)


def _arith(low: Lowering, expr: ir.Arith, env: Env, out: Block) -> Val:
    left, right = low.value(expr.left, env, out), low.value(expr.right, env, out)
    return add_up(low, expr.op, left, right, env, out, expr)


def add_up(low: Lowering, op: ir.ArithOp, left: Val, right: Val, env: Env, out: Block, expr: ir.Expr) -> Val:
    """A sum, difference or product; checked when it might leave 62 bits."""
    (a, b), (c, d) = _ends(left), _ends(right)
    found = None
    if a is not None and b is not None and c is not None and d is not None:
        match op:
            case ir.ArithOp.ADD:
                found = (a + c, b + d)
            case ir.ArithOp.SUB:
                found = (a - d, b - c)
            case ir.ArithOp.MUL:
                products = (a * c, a * d, b * c, b * d)
                found = (min(products), max(products))
            case _:
                assert_never(op)
    if found is not None and found[0] >= -LIMIT and found[1] <= LIMIT:
        return Val(interval(*found), f"({left.text} {op.value} {right.text})")
    name = low.names.fresh("n")
    word = {ir.ArithOp.ADD: "add", ir.ArithOp.SUB: "sub", ir.ArithOp.MUL: "mul"}[op]
    out.add(f"int64_t {name};")
    low.fail(out, env, f"__builtin_{word}_overflow({left.text}, {right.text}, &{name})", "overflow", expr)
    return Val(IntType(), name, stable=True)


def _division(low: Lowering, expr: ir.FloorDiv | ir.Mod, env: Env, out: Block) -> Val:
    left = low.value(expr.left, env, out)
    right = low.stable(low.value(expr.right, env, out), out)
    (a, b), (c, d) = _ends(left), _ends(right)
    if not (c is not None and c > 0) and not (d is not None and d < 0):
        low.fail(out, env, f"{right.text} == 0", ErrorKind.DIVISION_BY_ZERO, expr)
    if (a is None) and not (c is not None and c > -1):
        left = low.stable(left, out)
        low.fail(out, env, f"{left.text} == INT64_MIN && {right.text} == -1", "overflow", expr)
    if isinstance(expr, ir.FloorDiv):
        text = f"floor_div({left.text}, {right.text})"
        if a is not None and b is not None:
            most = max(abs(a), abs(b))
            if c is not None and c > 0 and d is not None:
                ends = [x // y for x in (a, b) for y in (c, d)]
                return Val(interval(min(ends), max(ends)), text)
            return Val(interval(-most, most), text)
        return Val(IntType(), text)
    text = f"floor_mod({left.text}, {right.text})"
    if c is not None and d is not None:
        return Val(interval(min(c + 1, 0), max(d - 1, 0)), text)
    return Val(IntType(), text)
