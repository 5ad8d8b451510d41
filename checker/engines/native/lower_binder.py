"""Lowering of quantifiers, comprehensions and extrema to loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from checker.engines.native.forms import Shape
from checker.engines.native.gathering import with_item
from checker.engines.native.iteration import loop
from checker.engines.native.lower_collection import key_rank
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.ordering import less
from checker.engines.native.streams import (
    Stream,
    any_of,
    conjuncts,
    restrict,
    stream_of,
    substitute,
    visit_stream,
)
from checker.engines.native.type_algebra import interval, join
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import type_of
from checker.ir.types import BoolType, IntType, MapType, OptionType, PartialType, QuorumType, SetType, Type

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

BOOL = BoolType()
Inner = Callable[[Env, Block], None]


def lower_binding(
    low: Lowering,
    expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild | ir.Extremum | ir.Extrema,
    env: Env,
    out: Block,
) -> Val:
    """An expression that binds names."""
    match expr:
        case ir.Forall(binders, body):
            return _quantifier(low, binders, body, env, out, universal=True)
        case ir.Exists(binders, body):
            return _quantifier(low, binders, body, env, out, universal=False)
        case ir.Sum():
            return _sum(low, expr, env, out)
        case ir.Build(kind, binders, body):
            return build(low, low.resolve(kind), binders, body, env, out)
        case ir.MapBuild():
            return _map_build(low, expr, env, out)
        case ir.Extremum():
            return _extremum(low, expr, env, out)
        case ir.Extrema():
            return _extrema(low, expr, env, out)
        case _:
            assert_never(expr)


def nest(low: Lowering, binders: tuple[ir.Binder, ...], env: Env, out: Block, inner: Inner) -> None:
    """Loops over binders, the first outermost, each followed by its filters."""
    if not binders:
        inner(env, out)
        return
    binder, *rest = binders

    def body(element: Val, inside: Block) -> None:
        bound = env.bind(binder.name, element)
        filtered(
            low, binder.filters, bound, inside, lambda block: nest(low, tuple(rest), bound, block, inner)
        )

    loop(low, binder.source, env, out, body, binder.name)


def filtered(
    low: Lowering, filters: tuple[ir.Expr, ...], env: Env, out: Block, inner: Callable[[Block], None]
) -> None:
    """The inner part where all filters are true, each evaluated only if those before it are."""
    if not filters:
        inner(out)
        return
    condition = low.condition(filters[0], env, out)
    with out.braces(f"if ({condition})") as inside:
        filtered(low, filters[1:], env, inside, inner)


def _quantifier(
    low: Lowering, binders: tuple[ir.Binder, ...], body: ir.Expr, env: Env, out: Block, *, universal: bool
) -> Val:
    """Whether the body holds for all, or for some: loops that end early, around a test of masks where there
    is one."""
    known = _by_masks(low, binders, body, env, out, universal=universal)
    if known is not None:
        return Val(BOOL, known)
    name = low.names.fresh("all" if universal else "any")
    end = low.names.fresh("end")
    place = len(out.lines)

    def inner(bound: Env, block: Block) -> None:
        if len(binders) > 1:
            condition = _quantifier(low, binders[-1:], body, bound, block, universal=universal).text
        else:
            condition = low.condition(body, bound, block)
        stop = f"!({condition})" if universal else condition
        block.add(f"if ({stop}) {{ {name} = {'false' if universal else 'true'}; goto {end}; }}")

    nest(low, binders[:-1] if len(binders) > 1 else binders, env, out, inner)
    out.lines.insert(place, "  " * out.depth + f"bool {name} = {'true' if universal else 'false'};")
    out.add(f"{end}:;")
    return Val(BOOL, name, stable=True)


def _by_masks(
    low: Lowering, binders: tuple[ir.Binder, ...], body: ir.Expr, env: Env, out: Block, *, universal: bool
) -> str | None:
    """A quantifier as a test of masks; None when it is none, and then nothing was written to the block."""
    wanted: ir.Expr = ir.Not(body, span=body.span) if universal else body
    inside = Block(out.depth)
    text = _membership(low, binders, wanted, env, inside)
    if text is None and len(binders) == 1:
        inside = Block(out.depth)
        text = _elements_exist(low, binders[0], wanted, env, inside)
    if text is None:
        return None
    out.take(inside)
    return negated_text(text) if universal else text


def negated_text(text: str) -> str:
    """The negation of a condition."""
    return {"true": "false", "false": "true"}.get(text, f"(!{text})")


def _elements_exist(low: Lowering, binder: ir.Binder, wanted: ir.Expr, env: Env, out: Block) -> str | None:
    """Whether an element passes the filters and what is wanted of it. Tables first, as long as nothing before
    them can
    fail; a loop over the elements that are left for the rest."""
    stream = stream_of(low, binder.source, env, out)
    if stream is None:
        return None
    conditions = [part for item in (*binder.filters, wanted) for part in conjuncts(item)]
    while conditions:
        narrowed = restrict(low, stream, substitute(conditions[0], binder.name, stream.element), env, out)
        if narrowed is None:
            break
        stream = narrowed
        conditions.pop(0)
    if not conditions:
        return any_of(low, stream, out)
    name, end = low.names.fresh("any"), low.names.fresh("end")
    out.add(f"bool {name} = false;")

    def body(element: Val, inside: Block) -> None:
        def found(block: Block) -> None:
            block.add(f"{name} = true;", f"goto {end};")

        filtered(low, tuple(conditions), env.bind(binder.name, element), inside, found)

    visit_stream(low, stream, env, out, body, binder.name)
    out.add(f"{end}:;")
    return name


def _membership(
    low: Lowering, binders: tuple[ir.Binder, ...], wanted: ir.Expr, env: Env, out: Block
) -> str | None:
    """Whether one of some values, which depend on no state, is (or is not) in a set: `Accepted(a, b, v) in
    self.network
    for a in q`. The values become a mask of a table."""
    conditions = conjuncts(wanted)
    last = conditions[-1]
    is_in = not isinstance(last, ir.Not)
    test = last.item if isinstance(last, ir.Not) else last
    if not isinstance(test, ir.Contains) or not isinstance(test.collection, ir.StateRead | ir.Local):
        return None
    names = {binder.name for binder in binders}
    if isinstance(test.collection, ir.Local) and (
        test.collection.name in names or test.collection.name in env.streams
    ):
        return None
    if isinstance(test.collection, ir.Local) and test.collection.name not in env.names:
        return None
    held = low.value(test.collection, env, out)
    kind = held.type
    if not isinstance(kind, SetType) or low.shape(kind) is not Shape.MASK:
        return None
    if low.resolve(type_of(test.item)) != kind.item:
        return None
    cost = _bindings(low, binders)
    if cost is None:
        return None
    filters = (*binders[-1].filters, *conditions[:-1])
    pool = (*binders[:-1], replace(binders[-1], filters=filters))
    table = low.tables.having(ir.Build(kind, pool, test.item), kind.item, cost, env, out)
    if table is None:
        return None
    if not held.place:
        held = low.stable(held, out)
    bits = low.sizes.cardinality(kind.item) or 0
    local = ir.Local("#", kind.item)
    if is_in:
        masks = (held.text, table.text)
        return any_of(low, Stream(kind.item, bits, masks, table.low, table.high, "#", local), out)
    if bits <= 64:
        return f"(({table.text} & ~{held.text}) != 0)"
    name = low.names.fresh("outside")
    out.add(f"uint64_t {name} = 0;")
    step = f"{name} |= {table.text}.w[w] & ~{held.text}.w[w];"
    out.add(f"for (unsigned w = {table.low}; w < {table.high}; w++) {step}")
    return f"({name} != 0)"


def _bindings(low: Lowering, binders: tuple[ir.Binder, ...]) -> int | None:
    """How many bindings there are at most; None when a source is no domain or quorum."""
    total = 1
    for binder in binders:
        match binder.source:
            case ir.Domain(item):
                total *= low.sizes.cardinality(low.resolve(item)) or 1
            case ir.Local(_, QuorumType(sort)):
                total *= low.sizes.sorts[sort.name]
            case _:
                return None
    return total


def _sum(low: Lowering, expr: ir.Sum, env: Env, out: Block) -> Val:
    name = low.names.fresh("sum")
    out.add(f"int64_t {name} = 0;")
    found: list[Type] = []

    def inner(bound: Env, block: Block) -> None:
        value = low.value(expr.body, bound, block)
        found.append(value.type)
        kind = value.type
        assert isinstance(kind, IntType)
        if (
            isinstance(kind.low, int)
            and isinstance(kind.high, int)
            and max(abs(kind.low), kind.high) < 1 << 22
        ):
            block.add(f"{name} += {value.text};")
        else:
            low.fail(block, bound, f"__builtin_add_overflow({name}, {value.text}, &{name})", "overflow", expr)

    nest(low, expr.binders, env, out, inner)
    kind = found[0]
    assert isinstance(kind, IntType)
    least = 0 if isinstance(kind.low, int) and kind.low >= 0 else None
    return Val(interval(least, None), name, stable=True)


def build(
    low: Lowering, kind: Type, binders: tuple[ir.Binder, ...], body: ir.Expr, env: Env, out: Block
) -> Val:
    """A comprehension as a collection in memory."""
    name = low.names.fresh("made")
    place = len(out.lines)
    found: list[Type] = []

    def inner(bound: Env, block: Block) -> None:
        value = low.value(body, bound, block)
        target = with_item(kind, value.type)
        found.append(target)
        block.add(*low.conversions.add(low.forms.form(target), name, value.text))

    nest(low, binders, env, out, inner)
    target = found[0]
    out.lines.insert(place, "  " * out.depth + low.conversions.zero(low.forms.form(target), name))
    return Val(target, name, stable=True, place=True)


def _map_build(low: Lowering, expr: ir.MapBuild, env: Env, out: Block) -> Val:
    declared = low.resolve(expr.type)
    assert isinstance(declared, MapType | PartialType)
    name = low.names.fresh("map")
    place = len(out.lines)
    found: list[PartialType] = []

    def inner(bound: Env, block: Block) -> None:
        key = low.value(expr.key, bound, block)
        value = low.value(expr.value, bound, block)
        bounded = low.sizes.cardinality(declared.key) is not None
        partial = PartialType(declared.key if bounded else key.type, value.type)
        found.append(partial)
        rank, outside = key_rank(low, key, partial.key, bound, block, expr)
        if outside != "false":
            low.fail(block, bound, outside, "unfit", expr)
        at = low.names.fresh("r")
        keys = low.forms.count(partial.key)
        low.forms.form(partial)
        block.add(f"const uint64_t {at} = {rank};", f"{name}.e[{at}] = {value.text};")
        block.add(f"{name}.has = {low.operations.mask_with(keys, name + '.has', at)};")

    nest(low, expr.binders, env, out, inner)
    partial = found[0]
    declare = [f"{low.c(partial)} {name};", f"memset(&{name}, 0, sizeof {name});"]
    out.lines[place:place] = ["  " * out.depth + line for line in declare]
    made = Val(partial, name, stable=True, place=True)
    if isinstance(declared, PartialType):
        return made
    keys = low.forms.count(partial.key)
    missing = f"{low.operations.mask_count(keys, name + '.has')} < {keys}"
    low.fail(out, env, missing, ErrorKind.MISSING_KEY, expr)
    total = MapType(partial.key, partial.value)
    return Val(total, whole_map(low, partial, total, name))


def whole_map(low: Lowering, partial: PartialType, total: MapType, text: str) -> str:
    """A partial map that has every key as a total one."""
    a, b = low.c(partial), low.c(total)

    def make(name: str) -> str:
        return (
            f"static inline {b} {name}({a} x) {{\n  {b} y;\n  memcpy(y.e, x.e, sizeof y.e);\n  return y;\n}}"
        )

    return f"{low.operations.function(('whole', partial), f'whole_{b}', make)}({text})"


# ------------------------------------------------------------------ extrema


def _extremum(low: Lowering, expr: ir.Extremum, env: Env, out: Block) -> Val:
    """The best element; a tie is an error when another element is as good."""
    if expr.key is None and isinstance(expr.collection, ir.SeqLit) and expr.collection.items:
        few = _of_few(low, expr, expr.collection.items, env, out)
        if few is not None:
            return few
    held = collected(low, expr.collection, env, out)
    default = None if expr.default is None else low.stable(low.value(expr.default, env, out), out)
    name = low.names.fresh("best")
    place = len(out.lines)
    found: list[tuple[Type, Type]] = []

    def inner(element: Val, block: Block) -> None:
        element = low.stable(element, block)
        bound = env if expr.name is None else env.bind(expr.name, element)
        key = element if expr.key is None else low.stable(low.value(expr.key, bound, block), block)
        found.append((element.type, key.type))
        first, second = (f"{name}_key", key.text) if expr.largest else (key.text, f"{name}_key")
        better = less(low, key.type, first, second)
        again = low.operations.equal(element.type, name, element.text)
        equal = low.operations.equal(key.type, key.text, f"{name}_key")
        block.add(
            f"if (!{name}_any || {better}) {{",
            f"  {name} = {element.text};",
            f"  {name}_key = {key.text};",
            f"  {name}_any = true; {name}_tie = {name}_twice = false;",
            f"}} else if ({equal}) {{",
            f"  {name}_twice = true;",
            f"  if (!{again}) {name}_tie = true;",
            "}",
        )

    loop(low, held, env, out, inner) if isinstance(held, ir.Domain | ir.IntRange) else _visit(
        low, held, out, inner
    )
    item, key = found[0]
    declare = [
        f"{low.c(item)} {name}; memset(&{name}, 0, sizeof {name});",
        f"{low.c(key)} {name}_key; memset(&{name}_key, 0, sizeof {name}_key);",
        f"bool {name}_any = false, {name}_tie = false, {name}_twice = false;",
    ]
    out.lines[place:place] = ["  " * out.depth + line for line in declare]
    if default is None:
        low.fail(out, env, f"!{name}_any", ErrorKind.EMPTY, expr)
    none_twice(low, key, name, env, out, expr)
    if expr.key is not None:
        low.fail(out, env, f"{name}_tie", ErrorKind.TIE, expr)
    else:
        out.add(f"(void){name}_tie;")
    out.add(f"(void){name}_twice;")
    best = Val(item, name, stable=True, place=True)
    if default is None:
        return best
    kind = join(item, default.type)
    return Val(kind, f"({name}_any ? {low.at(best, kind)} : {low.at(default, kind)})")


def _of_few(low: Lowering, expr: ir.Extremum, items: tuple[ir.Expr, ...], env: Env, out: Block) -> Val | None:
    """`max(a, b)` of numbers, without a list."""
    kinds = [low.resolve(type_of(item)) for item in items]
    if expr.default is not None or not all(isinstance(kind, IntType) for kind in kinds):
        return None
    best, *others = [low.value(item, env, out) for item in items]
    for other in others:
        one, two = best.type, other.type
        assert isinstance(one, IntType)
        assert isinstance(two, IntType)
        pick = max if expr.largest else min
        ends = [
            pick(a, b) if isinstance(a, int) and isinstance(b, int) else None
            for a, b in ((one.low, two.low), (one.high, two.high))
        ]
        word = "most" if expr.largest else "least"
        best = Val(interval(*ends), f"{word}({best.text}, {other.text})")
    return best


def none_twice(low: Lowering, key: Type, name: str, env: Env, out: Block, expr: ir.Expr) -> None:
    """None is the best key of more than one element: it was compared with itself."""
    if isinstance(key, OptionType):
        best_none = low.operations.is_none(key, f"{name}_key")
        low.fail(out, env, f"{name}_any && {name}_twice && {best_none}", ErrorKind.COMPARE_NONE, expr)


def collected(low: Lowering, collection: ir.Expr, env: Env, out: Block) -> Val | ir.Domain | ir.IntRange:
    """A collection evaluated, unless it is made up as it is visited and cannot fail."""
    if isinstance(collection, ir.Domain):
        return collection
    return low.value(collection, env, out)


def _visit(low: Lowering, held: Val, out: Block, inner: Callable[[Val, Block], None]) -> None:
    from checker.engines.native.iteration import visit

    visit(low, held, out, inner)


def _extrema(low: Lowering, expr: ir.Extrema, env: Env, out: Block) -> Val:
    """All elements with the best key, as a set."""
    stream = stream_of(low, expr, env, out)
    if stream is not None:
        return low.made(stream, low.resolve(expr.type), env, out)
    held = collected(low, expr.collection, env, out)
    name = low.names.fresh("best")
    place = len(out.lines)
    found: list[tuple[SetType, Type]] = []

    def inner(element: Val, block: Block) -> None:
        element = low.stable(element, block)
        key = low.stable(low.value(expr.key, env.bind(expr.name, element), block), block)
        target = SetType(element.type)
        form = low.forms.form(target)
        found.append((target, key.type))
        first, second = (f"{name}_key", key.text) if expr.largest else (key.text, f"{name}_key")
        better = less(low, key.type, first, second)
        equal = low.operations.equal(key.type, key.text, f"{name}_key")
        empty = "0" if form.c == "uint64_t" else f"({form.c}){{0}}"
        block.add(
            f"if (!{name}_any || {better}) {{",
            f"  {name} = {empty};",
            f"  {name}_key = {key.text};",
            f"  {name}_any = true; {name}_twice = false;",
            *[f"  {line}" for line in low.conversions.add(form, name, element.text)],
            f"}} else if ({equal}) {{",
            f"  {name}_twice = true;",
            *[f"  {line}" for line in low.conversions.add(form, name, element.text)],
            "}",
        )

    loop(low, held, env, out, inner) if isinstance(held, ir.Domain | ir.IntRange) else _visit(
        low, held, out, inner
    )
    target, key = found[0]
    declare = [
        low.conversions.zero(low.forms.form(target), name),
        f"{low.c(key)} {name}_key; memset(&{name}_key, 0, sizeof {name}_key);",
        f"bool {name}_any = false, {name}_twice = false;",
    ]
    out.lines[place:place] = ["  " * out.depth + line for line in declare]
    none_twice(low, key, name, env, out, expr)
    out.add(f"(void){name}_twice;")
    return Val(target, name, stable=True, place=True)
