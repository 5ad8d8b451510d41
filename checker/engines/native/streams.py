"""Mask algebra: collections that stay masks until someone looks at an element.

A stream is a set over a type of few values, as masks that are to be joined by `and`, together with what each
element
becomes. `[m for m in self.network.of(Promise) if m.ballot == b and m.acceptor in q]` is the network's mask,
the constant
mask of the promises, an entry of a table for `b` and one for `q`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.engines.native.forms import Shape, mask_type, words
from checker.engines.native.lowered import Block, Env, Val
from checker.ir import nodes as ir
from checker.ir.children import Footprints, map_children, walk
from checker.ir.partiality import is_total
from checker.ir.type_of import type_of
from checker.ir.types import (
    IntType,
    ListType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

KEYS_MAX = 256
"""The most keys of an extremum that have masks of their own."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Elements of a set, each once.

    Attributes:
        domain: the type whose ranks the bits are.
        bits: how many values it has.
        masks: texts to be joined by `and`; of several words, places with `w`.
        low, high: the words [low, high) that may have bits.
        name, element: what an element is, of a local that stands for a value of the domain.
    """

    domain: Type
    bits: int
    masks: tuple[str, ...]
    low: int
    high: int
    name: str
    element: ir.Expr

    @property
    def is_plain(self) -> bool:
        """Whether the elements are the values of the domain, at most seen narrower: in order, and none
        twice."""
        expr = self.element
        while isinstance(expr, ir.Narrow | ir.Widen):
            expr = expr.value
        return isinstance(expr, ir.Local)


def substitute(expr: ir.Expr, name: str, replacement: ir.Expr) -> ir.Expr:
    """The expression with a local replaced; names are unique, so nothing is captured."""
    if isinstance(expr, ir.Local):
        return replacement if expr.name == name else expr
    return map_children(lambda child: substitute(child, name, replacement), expr)


# ------------------------------------------------------------------ making streams


def stream_of(low: Lowering, expr: ir.Expr, env: Env, out: Block) -> Stream | None:
    """A collection as a stream; None when it is none, and then nothing was written to the block."""
    inside = Block(out.depth)
    found = _stream(low, expr, env, inside)
    if found is not None:
        out.take(inside)
    return found


def _stream(low: Lowering, expr: ir.Expr, env: Env, out: Block) -> Stream | None:
    match expr:
        case ir.Local(name):
            known: Stream | None = env.streams.get(name)
            if known is not None:
                return known
            return _of_value(low, env.names[name], expr, out) if name in env.names else None
        case ir.StateRead():
            return _of_value(low, low.value(expr, env, out), expr, out)
        case ir.Convert(held, SetType(), sort=False):
            return _keys(low, held, env, out)
        case ir.SetOp(ir.SetOperator.INTERSECTION, left, right):
            return _both(low, left, right, env, out)
        case ir.SetOfKind(held, records):
            inner = _stream(low, held, env, out)
            return None if inner is None else _of_kind(low, inner, records, env, out)
        case ir.Build(kind, (binder,), body) if isinstance(kind, SetType) or (
            isinstance(kind, ListType) and not kind.ordered
        ):
            return _build(low, binder, body, env, out)
        case ir.Extrema():
            return _extrema(low, expr, env, out)
        case _:
            return None


def _of_value(low: Lowering, value: Val, expr: ir.Expr, out: Block) -> Stream | None:
    kind = value.type
    if isinstance(kind, QuorumType):
        text = low.operations.quorum_mask(kind, value.text)
        domain: Type = kind.sort
    elif isinstance(kind, SetType) and low.shape(kind) is Shape.MASK:
        text, domain = value.text, kind.item
    else:
        return None
    bits = low.sizes.cardinality(domain) or 0
    if bits > 64 and not value.place and not isinstance(kind, QuorumType):
        text = low.stable(value, out).text
    name = low.names.fresh("x_")
    return Stream(domain, bits, (text,), 0, words(bits), name, ir.Local(name, domain))


def _keys(low: Lowering, source: ir.Expr, env: Env, out: Block) -> Stream | None:
    """The keys of a partial map: it has a mask of them."""
    kind = low.resolve(type_of(source))
    if not isinstance(kind, PartialType) or low.forms.count(kind.key) > 64:
        return None
    held = low.value(source, env, out)
    if not (held.place and held.stable):
        held = low.stable(held, out)
    name = low.names.fresh("x_")
    bits = low.forms.count(kind.key)
    return Stream(kind.key, bits, (f"{held.text}.has",), 0, words(bits), name, ir.Local(name, kind.key))


def _both(low: Lowering, left: ir.Expr, right: ir.Expr, env: Env, out: Block) -> Stream | None:
    """What is in two sets, of the same few values."""
    a = _stream(low, left, env, out)
    b = None if a is None else _stream(low, right, env, out)
    if a is None or b is None or not (a.is_plain and b.is_plain) or a.domain != b.domain or a.bits > 64:
        return None
    return replace(a, masks=(*a.masks, *b.masks))


def _of_kind(low: Lowering, inner: Stream, records: tuple[str, ...], env: Env, out: Block) -> Stream | None:
    kind = low.resolve(type_of(inner.element))
    if not isinstance(kind, UnionType):
        return None
    kept = tuple(record for record in kind.records if record.name in records)
    filtered = restrict(low, inner, ir.IsVariant(inner.element, records), env, out)
    if filtered is None:
        return None
    target: RecordType | UnionType = kept[0] if len(kept) == 1 else UnionType(kept)
    return replace(filtered, element=ir.Narrow(filtered.element, target))


def _build(low: Lowering, binder: ir.Binder, body: ir.Expr, env: Env, out: Block) -> Stream | None:
    inner = _stream(low, binder.source, env, out)
    if inner is None:
        return None
    if not is_total(body, low.functions) or Footprints(low.model).of_expression(body).reads:
        return None
    if any(
        isinstance(node, ir.Local) and node.name in env.names and not env.names[node.name].stable
        for node in walk(body)
    ):
        return None
    filters = [part for item in binder.filters for part in conjuncts(item)]
    for item in filters:
        narrowed = restrict(low, inner, substitute(item, binder.name, inner.element), env, out)
        if narrowed is None:
            return None
        inner = narrowed
    return replace(inner, element=substitute(body, binder.name, inner.element))


def restrict(low: Lowering, stream: Stream, condition: ir.Expr, env: Env, out: Block) -> Stream | None:
    """The elements for which a condition on the stream's local holds, if that can be a table."""
    table = low.tables.where(stream.name, stream.domain, condition, env, out)
    if table is None:
        return None
    low_word, high_word = max(stream.low, table.low), min(stream.high, table.high)
    return replace(
        stream, masks=(*stream.masks, table.text), low=min(low_word, high_word), high=max(high_word, low_word)
    )


def conjuncts(expr: ir.Expr) -> list[ir.Expr]:
    """A condition as the conditions that must all hold."""
    match expr:
        case ir.And(items):
            return [part for item in items for part in conjuncts(item)]
        case ir.Not(ir.Or(items)):
            return [part for item in items for part in conjuncts(ir.Not(item, span=expr.span))]
        case ir.Not(ir.Not(item)):
            return conjuncts(item)
        case _:
            return [expr]


def _extrema(low: Lowering, expr: ir.Extrema, env: Env, out: Block) -> Stream | None:
    """From the best key down, the first that an element has."""
    inner = _stream(low, expr.collection, env, out)
    if inner is None:
        return None
    key = substitute(expr.key, expr.name, inner.element)
    kind = low.resolve(type_of(key))
    keys = low.sizes.cardinality(kind)
    if (
        keys is None
        or keys > KEYS_MAX
        or isinstance(kind, OptionType)
        or not isinstance(kind, SortType | IntType)
    ):
        return None
    inner = realise(low, inner, out, "among")
    table = low.tables.number_where(inner.name, inner.domain, key, keys, env, out)
    if table is None:
        return None
    best, at = low.names.fresh("best"), low.names.fresh("key")
    first, step, more = (keys - 1, "--", f"{at} >= 0") if expr.largest else (0, "++", f"{at} < {keys}")
    entry = table.text.replace("KEY", at)
    c = mask_type(inner.bits)
    if inner.bits <= 64:
        out.add(f"{c} {best} = 0;")
        out.add(
            f"for (int {at} = {first}; {more} && !{best}; {at}{step}) {best} = {inner.masks[0]} & {entry};"
        )
    else:
        out.add(
            f"{c} {best} = {{0}};", f"for (int {at} = {first}; {more}; {at}{step}) {{", "  uint64_t any = 0;"
        )
        out.add(
            f"  for (unsigned w = {inner.low}; w < {inner.high}; w++) "
            f"any |= {best}.w[w] = {inner.masks[0]}.w[w] & {entry}.w[w];",
            "  if (any) break;",
            "}",
        )
    return replace(inner, masks=(best,))


# ------------------------------------------------------------------ looking at streams


def joined(stream: Stream) -> str:
    """The mask of one word."""
    assert stream.bits <= 64
    return stream.masks[0] if len(stream.masks) == 1 else f"({' & '.join(stream.masks)})"


def word_of(stream: Stream, index: str) -> str:
    """One word of the mask."""
    if stream.bits <= 64:
        return joined(stream)
    return " & ".join(f"{mask}.w[{index}]" for mask in stream.masks)


def any_of(low: Lowering, stream: Stream, out: Block) -> str:
    """Whether there is an element."""
    if stream.low >= stream.high:
        return "false"
    if stream.bits <= 64:
        return f"({joined(stream)} != 0)"
    if stream.high - stream.low <= 4:
        return (
            f"(({' | '.join(f'({word_of(stream, str(i))})' for i in range(stream.low, stream.high))}) != 0)"
        )
    name = low.names.fresh("some")
    out.add(f"uint64_t {name} = 0;")
    out.add(f"for (unsigned w = {stream.low}; w < {stream.high}; w++) {name} |= {word_of(stream, 'w')};")
    return f"({name} != 0)"


def count_of(low: Lowering, stream: Stream, out: Block) -> Val:
    """How many elements."""
    kind = IntType(0, stream.bits)
    if stream.bits <= 64:
        return Val(kind, f"(int64_t)__builtin_popcountll({joined(stream)})")
    name = low.names.fresh("count")
    out.add(f"int64_t {name} = 0;")
    word = word_of(stream, "w")
    out.add(
        f"for (unsigned w = {stream.low}; w < {stream.high}; w++) {name} += __builtin_popcountll({word});"
    )
    return Val(kind, name, stable=True)


def realise(low: Lowering, stream: Stream, out: Block, base: str) -> Stream:
    """The stream with one mask, in a variable."""
    name = low.names.fresh(base)
    if stream.bits <= 64:
        if len(stream.masks) == 1 and stream.masks[0].isidentifier():
            return stream
        out.add(f"const uint64_t {name} = {joined(stream)};")
    else:
        out.add(f"{mask_type(stream.bits)} {name} = {{0}};")
        out.add(
            f"for (unsigned w = {stream.low}; w < {stream.high}; w++) {name}.w[w] = {word_of(stream, 'w')};"
        )
    return replace(stream, masks=(name,))


def visit_stream(
    low: Lowering, stream: Stream, env: Env, out: Block, body: Callable[[Val, Block], None], name: str
) -> None:
    """Runs the body once per element, in order of the domain's ranks."""
    bit = low.names.fresh(f"x_{name}")
    inside = out.inner()
    value = Val(stream.domain, low.operations.undigit(stream.domain, bit), stable=True)
    element = low.value(stream.element, env.bind(stream.name, value), inside)
    body(low.stable(element, inside, f"v_{name}"), inside)
    if stream.bits <= 64:
        out.add(f"for (uint64_t {bit}_left = {joined(stream)}; {bit}_left; {bit}_left &= {bit}_left - 1) {{")
        out.add(f"  const uint32_t {bit} = (uint32_t)__builtin_ctzll({bit}_left);")
    else:
        out.add(
            f"for (uint32_t {bit}_word = {stream.low}; {bit}_word < {stream.high}u; {bit}_word++)",
            f"for (uint64_t {bit}_left = {word_of(stream, f'{bit}_word')}; {bit}_left; "
            f"{bit}_left &= {bit}_left - 1) {{",
            f"  const uint32_t {bit} = {bit}_word * 64u + (uint32_t)__builtin_ctzll({bit}_left);",
        )
    out.take(inside)
    out.add("}")
