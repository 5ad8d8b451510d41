"""Loops over collections: in memory, or made up as they are visited (domains, ranges, views, pairs)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from checker.engines.native.conversions import item_of
from checker.engines.native.literals import number
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.streams import stream_of, visit_stream
from checker.engines.native.type_algebra import interval
from checker.ir import nodes as ir
from checker.ir.types import (
    IntType,
    ListType,
    MapType,
    PartialType,
    QuorumType,
    SeqType,
    SetType,
    TupleType,
    Type,
)

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

Body = Callable[[Val, Block], None]


@contextmanager
def elements(low: Lowering, held: Val, out: Block, base: str) -> Generator[tuple[Val, Block]]:
    """A loop over a stable collection: the element, and the block of the body. `break` leaves only the loop
    over
    one word of a mask, which is wrong for nothing but time."""
    name = low.names.fresh(f"x_{base}")
    head, text, tail = low.conversions.elements(low.forms.form(held.type), held.text, name)
    inside = out.inner()
    yield Val(item_of(held.type), text, stable=text.isidentifier()), inside
    out.add(*head)
    out.take(inside)
    out.add(tail)


def loop(low: Lowering, source: ir.Expr, env: Env, out: Block, body: Body, name: str = "x") -> None:
    """Runs the body once per element of a collection, in the canonical order."""
    match source:
        case ir.Domain(item):
            _domain(low, low.resolve(item), out, body, name)
        case ir.IntRange(start, stop):
            _range(low, low.value(start, env, out), low.value(stop, env, out), out, body, name)
        case ir.Enumerate(seq, start):
            _enumerate(low, seq, start, env, out, body)
        case ir.Zip(left, right):
            _zip(low, left, right, env, out, body)
        case ir.MapView(held, part):
            _view(low, low.value(held, env, out), part, out, body)
        case _:
            stream = stream_of(low, source, env, out)
            if stream is not None:
                visit_stream(low, stream, env, out, body, name)
            else:
                visit(low, low.value(source, env, out), out, body, name)


def visit(low: Lowering, held: Val, out: Block, body: Body, name: str = "x") -> None:
    """Runs the body once per element of a lowered collection."""
    if isinstance(held.type, QuorumType):
        held = low.at_val(held, SetType(held.type.sort))
    if isinstance(held.type, MapType | PartialType):
        _view(low, held, ir.MapPart.KEYS, out, body)
        return
    if not (held.place and held.stable):
        held = low.stable(held, out)
    with elements(low, held, out, name) as (element, inside):
        body(low.stable(element, inside, f"v_{name}"), inside)


def _domain(low: Lowering, item: Type, out: Block, body: Body, name: str) -> None:
    variable = low.names.fresh(f"v_{name}")
    inside = out.inner()
    if isinstance(item, IntType):
        assert isinstance(item.low, int)
        assert isinstance(item.high, int)
        first, last = number(item.low), number(item.high)
        out.add(f"for (int64_t {variable} = {first}; {variable} <= {last}; {variable}++) {{")
        body(Val(item, variable, stable=True), inside)
    else:
        count = low.forms.count(item)
        out.add(f"for (uint32_t {variable} = 0; {variable} < {count}u; {variable}++) {{")
        body(Val(item, variable, stable=True), inside)
    out.take(inside)
    out.add("}")


def _range(low: Lowering, start: Val, stop: Val, out: Block, body: Body, name: str) -> None:
    start, stop = low.stable(start, out), low.stable(stop, out)
    assert isinstance(start.type, IntType)
    assert isinstance(stop.type, IntType)
    variable = low.names.fresh(f"v_{name}")
    first = start.type.low if isinstance(start.type.low, int) else None
    last = stop.type.high - 1 if isinstance(stop.type.high, int) else None
    kind = interval(first, last) if first is None or last is None or first <= last else IntType(first, first)
    inside = out.inner()
    body(Val(kind, variable, stable=True), inside)
    out.add(f"for (int64_t {variable} = {start.text}; {variable} < {stop.text}; {variable}++) {{")
    out.take(inside)
    out.add("}")


def _enumerate(low: Lowering, seq: ir.Expr, start: ir.Expr, env: Env, out: Block, body: Body) -> None:
    """The sequence is evaluated before the first number."""
    held: Val | None = None
    if not isinstance(seq, ir.Domain | ir.IntRange | ir.Enumerate | ir.Zip):
        held = low.value(seq, env, out)
        held = held if held.place and held.stable else low.stable(held, out)
        first = low.value(start, env, out)
    else:
        from checker.engines.native.gathering import gathered

        held = gathered(low, seq, True, env, out)
        first = low.value(start, env, out)
    counter = low.names.fresh("number")
    out.add(f"int64_t {counter} = {first.text};")
    assert isinstance(first.type, IntType)
    low_end = first.type.low if isinstance(first.type.low, int) else None
    high_end = first.type.high + (1 << 40) if isinstance(first.type.high, int) else None
    capacity = getattr(held.type, "capacity", None)
    if isinstance(capacity, int) and isinstance(first.type.high, int):
        high_end = first.type.high + max(capacity - 1, 0)
    kind = interval(low_end, high_end)
    with elements(low, held, out, "x") as (element, inside):
        body(_pair(low, Val(kind, counter), element), inside)
        inside.add(f"{counter}++;")


def _zip(low: Lowering, left: ir.Expr, right: ir.Expr, env: Env, out: Block, body: Body) -> None:
    from checker.engines.native.gathering import gathered
    from checker.engines.native.sequences import sequence

    def side(expr: ir.Expr) -> Val:
        if isinstance(expr, ir.Domain | ir.IntRange | ir.Enumerate | ir.Zip):
            return gathered(low, expr, True, env, out)
        return sequence(low, expr, env, out)

    a, b = side(left), side(right)
    ops = low.operations
    index = low.names.fresh("i")
    inside = out.inner()
    pair = [
        Val(part.type.item, ops.element(part.type, part.text, index), stable=part.stable)
        for part in (a, b)
        if isinstance(part.type, SeqType | ListType)
    ]
    ends = " && ".join(f"{index} < {ops.length(part.type, part.text)}" for part in (a, b))
    body(_pair(low, pair[0], pair[1]), inside)
    out.add(f"for (int64_t {index} = 0; {ends}; {index}++) {{")
    out.take(inside)
    out.add("}")


def _pair(low: Lowering, first: Val, second: Val) -> Val:
    kind = TupleType((first.type, second.type))
    text = low.operations.make(kind, [first.text, second.text])
    return Val(kind, text, stable=False, parts=(first, second))


def _view(low: Lowering, held: Val, part: ir.MapPart, out: Block, body: Body) -> None:
    """The keys, values or items of a map, by the rank of the key."""
    kind, ops = held.type, low.operations
    assert isinstance(kind, MapType | PartialType)
    if not (held.place and held.stable):
        held = low.stable(held, out)
    keys = low.forms.count(kind.key)
    index = low.names.fresh("i")
    inside = out.inner()
    if isinstance(kind, PartialType):
        inside.add(f"if (!{ops.mask_has(keys, held.text + '.has', index)}) continue;")
    key = Val(kind.key, ops.undigit(kind.key, index), stable=True)
    value = Val(kind.value, ops.load(kind.value, f"{held.text}.e[{index}]"), stable=held.stable, place=True)
    match part:
        case ir.MapPart.KEYS:
            body(key, inside)
        case ir.MapPart.VALUES:
            body(value, inside)
        case ir.MapPart.ITEMS:
            body(_pair(low, key, value), inside)
    out.add(f"for (uint32_t {index} = 0; {index} < {keys}u; {index}++) {{")
    out.take(inside)
    out.add("}")
