"""Lowering of sequences and lists: elements, slices, joining. A slice looks into what it was cut from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import Shape
from checker.engines.native.gathering import gathered, with_item
from checker.engines.native.iteration import elements
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.sequences import sequence
from checker.engines.native.type_algebra import join
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.types import BoolType, IntType, ListType, SeqType

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

BOOL = BoolType()


def lower_sequence(low: Lowering, expr: ir.Expr, env: Env, out: Block) -> Val:
    """An expression of sequences."""
    match expr:
        case ir.SeqAt() | ir.SeqLast():
            return _element(low, expr, env, out)
        case ir.SeqSlice():
            return _slice(low, expr, env, out)
        case ir.SeqConcat():
            return _concat(low, expr, env, out)
        case ir.IsPrefix():
            return _is_prefix(low, expr, env, out)
        case ir.Reversed(seq):
            return _reversed(low, seq, env, out)
        case _:
            raise AssertionError(f"{type(expr).__name__} is no expression of a collection")


def _element(low: Lowering, expr: ir.SeqAt | ir.SeqLast, env: Env, out: Block) -> Val:
    held = sequence(low, expr.seq, env, out)
    assert isinstance(held.type, SeqType | ListType)
    length = low.operations.length(held.type, held.text)
    if isinstance(expr, ir.SeqLast):
        low.fail(out, env, f"{length} == 0", ErrorKind.INDEX, expr)
        index = f"{length} - 1"
    else:
        place = low.stable(low.value(expr.index, env, out), out)
        index = place.text
        low.fail(out, env, f"{index} < 0 || {index} >= {length}", ErrorKind.INDEX, expr)
    item = held.type.item
    text = low.operations.element(held.type, held.text, index)
    in_memory = low.shape(held.type) is not Shape.BITS and low.shape(item) is not Shape.INT
    return Val(item, text, stable=held.stable, place=in_memory)


def _slice(low: Lowering, expr: ir.SeqSlice, env: Env, out: Block) -> Val:
    held = sequence(low, expr.seq, env, out)
    kind = held.type
    assert isinstance(kind, SeqType | ListType)
    ends: list[Val | None] = [
        None if end is None else low.stable(low.value(end, env, out), out) for end in (expr.start, expr.stop)
    ]
    negative = [
        f"{end.text} < 0"
        for end in ends
        if end is not None
        and not (isinstance(end.type, IntType) and isinstance(end.type.low, int) and end.type.low >= 0)
    ]
    if negative:
        low.fail(out, env, " || ".join(negative), ErrorKind.INDEX, expr)
    start, stop = ends
    size = low.operations.length(kind, held.text)
    end = size if stop is None else f"least({stop.text}, {size})"
    if low.shape(kind) is Shape.BITS:
        assert isinstance(kind, SeqType)
        first = "0" if start is None else f"least({start.text}, {size})"
        return Val(kind, low.operations.cut(kind, held.text, first, end))
    target = SeqType(kind.item, None) if isinstance(kind, SeqType) else kind
    name = low.names.fresh("cut")
    c, memory = low.c(target), low.forms.form(kind.item).memory
    if start is None:
        out.add(f"const {c} {name} = {{.e = ({memory} *){held.text}.e, .n = {end}}};")
    else:
        first = f"least({start.text}, {size})"
        out.add(f"const int64_t {name}_from = {first};")
        out.add(
            f"const {c} {name} = {{.e = ({memory} *){held.text}.e + {name}_from, "
            f".n = most({end} - {name}_from, 0)}};"
        )
    return Val(target, name, stable=held.stable, place=True)


def _concat(low: Lowering, expr: ir.SeqConcat, env: Env, out: Block) -> Val:
    left, right = sequence(low, expr.left, env, out), sequence(low, expr.right, env, out)
    item = join(item_of(left.type), item_of(right.type))
    target = with_item(low.resolve(expr.type), item)
    name = low.names.fresh("list")
    c = low.c(target)
    out.add(f"{c} {name} = {{0}};")
    for part in (left, right):
        with elements(low, part, out, "x") as (element, inside):
            inside.add(f"{c}_push(k, &{name}, {low.at(element, item)});")
    return Val(target, name, stable=True, place=True)


def _is_prefix(low: Lowering, expr: ir.IsPrefix, env: Env, out: Block) -> Val:
    a, b = sequence(low, expr.left, env, out), sequence(low, expr.right, env, out)
    mine, other = item_of(a.type), item_of(b.type)
    item = join(mine, other)
    name = low.names.fresh("c")
    ops = low.operations
    assert isinstance(a.type, SeqType | ListType)
    assert isinstance(b.type, SeqType | ListType)
    first, second = ops.length(a.type, a.text), ops.length(b.type, b.text)
    if a.type == b.type and low.shape(a.type) is Shape.BITS:
        assert isinstance(a.type, SeqType)
        begin = ops.cut(a.type, b.text, "0", first)
        return Val(BOOL, f"({first} <= {second} && {begin} == {a.text})")
    x = low.conversions.convert(ops.element(a.type, a.text, "i"), mine, item)
    y = low.conversions.convert(ops.element(b.type, b.text, "i"), other, item)
    same = ops.equal(item, x, y)
    out.add(f"bool {name} = {first} <= {second};")
    out.add(f"for (int64_t i = 0; {name} && i < {first}; i++) {name} = {same};")
    return Val(BOOL, name, stable=True)


def _reversed(low: Lowering, seq: ir.Expr, env: Env, out: Block) -> Val:
    if isinstance(seq, ir.Domain | ir.IntRange):
        held = gathered(low, seq, True, env, out)
    else:
        held = sequence(low, seq, env, out)
    kind = ListType(item_of(held.type), True)
    name, c = low.names.fresh("list"), low.c(kind)
    out.add(f"{c} {name} = {{0}};")
    ops = low.operations
    assert isinstance(held.type, SeqType | ListType)
    last, element = ops.length(held.type, held.text), ops.element(held.type, held.text, "i")
    out.add(f"for (int64_t i = {last} - 1; i >= 0; i--) {c}_push(k, &{name}, {element});")
    return Val(kind, name, stable=True, place=True)
