"""Lowering of collections: maps, sets, sequences, bags, lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import Shape
from checker.engines.native.gathering import gathered, with_item
from checker.engines.native.iteration import elements
from checker.engines.native.literals import number
from checker.engines.native.lower_sequence import lower_sequence
from checker.engines.native.lowered import Block, Env, Val
from checker.engines.native.ordering import sort_function
from checker.engines.native.streams import count_of, joined, stream_of
from checker.engines.native.type_algebra import join
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import type_of
from checker.ir.types import (
    BagType,
    BoolType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    SeqType,
    SetType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

BOOL = BoolType()
COUNT_MAX = 1 << 40
"""No collection in memory has more elements."""


def lower_collection(low: Lowering, expr: ir.Expr, env: Env, out: Block) -> Val:
    """An expression that makes or reads a collection."""
    match expr:
        case ir.MapGet() | ir.MapGetOr():
            return _map_read(low, expr, env, out)
        case ir.MapLit():
            return _map_literal(low, expr, env, out)
        case ir.MapView() | ir.Enumerate() | ir.Zip() | ir.Domain() | ir.IntRange():
            return gathered(low, expr, True, env, out)
        case ir.Contains(item, collection):
            return _contains(low, item, collection, env, out)
        case ir.Subset():
            return _subset(low, expr, env, out)
        case ir.SetOp():
            return _set_op(low, expr, env, out)
        case ir.SetLit(kind, items) | ir.SeqLit(kind, items):
            return _literal(low, low.resolve(kind), items, env, out)
        case ir.SetOfKind():
            return _of_kind(low, expr, env, out)
        case ir.Convert():
            return _convert(low, expr, env, out)
        case ir.Size(collection):
            return _size(low, collection, env, out)
        case ir.BagCount(bag, item):
            return _bag_count(low, bag, item, env, out)
        case ir.Majority(acks, members):
            return _majority(low, acks, members, env, out)
        case _:
            return lower_sequence(low, expr, env, out)


# ------------------------------------------------------------------ maps


def key_rank(
    low: Lowering, key: Val, wanted: Type, env: Env, out: Block, expr: ir.Expr | ir.Place
) -> tuple[str, str]:
    """The rank of a key in a map's keys, and a condition of C that it is none of them ("false" if it always
    is)."""
    misfit = low.conversions.misfit("x", key.type, wanted)
    outside = "false"
    if misfit is not None:
        key = low.stable(key, out)
        outside = f"({low.conversions.misfit(key.text, key.type, wanted)} != 0)"
    return low.operations.digit(wanted, low.at(key, wanted)), outside


def _map_read(low: Lowering, expr: ir.MapGet | ir.MapGetOr, env: Env, out: Block) -> Val:
    held = low.value(expr.map, env, out)
    if not held.place:
        held = low.stable(held, out)
    key = low.value(expr.key, env, out)
    assert isinstance(held.type, MapType | PartialType)
    default = low.value(expr.default, env, out) if isinstance(expr, ir.MapGetOr) else None
    rank, outside = key_rank(low, key, held.type.key, env, out, expr)
    keys = low.forms.count(held.type.key)
    if default is None:
        if outside != "false":
            low.fail(out, env, outside, ErrorKind.MISSING_KEY, expr)
        if isinstance(held.type, PartialType):
            rank = (
                low.stable(Val(IntType(), f"(int64_t)({rank})"), out, "r").text
                if not rank.isidentifier()
                else rank
            )
            missing = f"!{low.operations.mask_has(keys, held.text + '.has', rank)}"
            low.fail(out, env, missing, ErrorKind.MISSING_KEY, expr)
        return entry(low, held, rank)
    name = low.names.fresh("t")
    own = held.type.value
    kind = join(own, default.type)
    out.add(f"{low.c(kind)} {name} = {low.at(default, kind)};")
    with_key = out.inner()
    with_key.add(f"const uint64_t {name}_at = {rank};")
    found = low.at(entry(low, held, f"{name}_at"), kind)
    test = low.operations.mask_has(keys, held.text + ".has", f"{name}_at")
    with_key.add(f"if ({test}) {name} = {found};")
    out.add(f"if (!{outside}) {{")
    out.take(with_key)
    out.add("}")
    return Val(kind, name, stable=True, place=True)


def entry(low: Lowering, held: Val, rank: str) -> Val:
    """One entry of a map in memory."""
    assert isinstance(held.type, MapType | PartialType)
    kind = held.type.value
    text = low.operations.load(kind, f"{held.text}.e[{rank}]")
    return Val(kind, text, stable=held.stable, place=low.shape(kind) is not Shape.INT)


def _map_literal(low: Lowering, expr: ir.MapLit, env: Env, out: Block) -> Val:
    declared = low.resolve(expr.type)
    assert isinstance(declared, PartialType)
    pairs = [
        (low.stable(low.value(key, env, out), out), low.stable(low.value(value, env, out), out))
        for key, value in expr.pairs
    ]
    value: Type = pairs[0][1].type if pairs else declared.value
    key: Type = pairs[0][0].type if pairs else declared.key
    for one, other in pairs[1:]:
        key, value = join(key, one.type), join(value, other.type)
    if low.sizes.cardinality(declared.key) is not None:
        key = declared.key
    kind = PartialType(key, value)
    name = low.names.fresh("t")
    out.add(f"{low.c(kind)} {name};", f"memset(&{name}, 0, sizeof {name});")
    for one, other in pairs:
        put_entry(low, kind, name, one, other, env, out, expr)
    return Val(kind, name, stable=True, place=True)


def put_entry(
    low: Lowering,
    kind: MapType | PartialType,
    name: str,
    key: Val,
    value: Val,
    env: Env,
    out: Block,
    expr: ir.Expr,
) -> None:
    """Sets one entry of a partial map in a variable."""
    rank, outside = key_rank(low, key, kind.key, env, out, expr)
    if outside != "false":
        low.fail(out, env, outside, "unfit", expr)
    at = low.names.fresh("r")
    keys = low.forms.count(kind.key)
    out.add(f"const uint64_t {at} = {rank};", f"{name}.e[{at}] = {low.at(value, kind.value)};")
    if isinstance(kind, PartialType):
        out.add(f"{name}.has = {low.operations.mask_with(keys, name + '.has', at)};")


# ------------------------------------------------------------------ membership


def _contains(low: Lowering, item: ir.Expr, collection: ir.Expr, env: Env, out: Block) -> Val:
    wanted = low.value(item, env, out)
    if isinstance(collection, ir.Domain):
        misfit = low.conversions.misfit(wanted.text, wanted.type, low.resolve(collection.item))
        return Val(BOOL, "true" if misfit is None else f"({misfit} == 0)")
    if isinstance(collection, ir.IntRange):
        start, stop = low.value(collection.start, env, out), low.value(collection.stop, env, out)
        wanted = low.stable(wanted, out)
        return Val(BOOL, f"({start.text} <= {wanted.text} && {wanted.text} < {stop.text})")
    held = low.value(collection, env, out)
    return Val(BOOL, has_item(low, held, wanted, out))


def has_item(low: Lowering, held: Val, wanted: Val, out: Block) -> str:
    """Whether a value is in a collection."""
    kind = held.type
    if isinstance(kind, QuorumType):
        held = low.at_val(held, SetType(kind.sort))
        kind = held.type
    match kind:
        case MapType(key) | PartialType(key):
            if not held.place:
                held = low.stable(held, out)
            fits, rank = _rank_if_fits(low, wanted, key, out)
            has = "true"
            if isinstance(kind, PartialType):
                has = low.operations.mask_has(low.forms.count(key), f"{held.text}.has", rank)
            return (
                " && ".join(part for part in (fits, has) if part != "true") or "true"
                if fits == "true"
                else f"({fits} && {has})"
            )
        case SetType(own) if low.shape(kind) is Shape.MASK:
            fits, rank = _rank_if_fits(low, wanted, own, out)
            count = low.sizes.cardinality(own) or 0
            if count > 64 and not held.place:
                held = low.stable(held, out)
            has = low.operations.mask_has(count, held.text, rank)
            return has if fits == "true" else f"({fits} && {has})"
        case _:
            return _search(low, held, wanted, out)


def _rank_if_fits(low: Lowering, wanted: Val, kind: Type, out: Block) -> tuple[str, str]:
    misfit = low.conversions.misfit("x", wanted.type, kind)
    if misfit is None:
        return "true", low.operations.digit(kind, low.at(wanted, kind))
    wanted = low.stable(wanted, out)
    fits = f"{low.conversions.misfit(wanted.text, wanted.type, kind)} == 0"
    return fits, low.operations.digit(kind, low.at(wanted, kind))


def _search(low: Lowering, held: Val, wanted: Val, out: Block) -> str:
    """Looks for an element one by one."""
    held, wanted = low.stable(held, out), low.stable(wanted, out)
    kind = join(item_of(held.type), wanted.type)
    name = low.names.fresh("found")
    out.add(f"bool {name} = false;")
    with elements(low, held, out, "x") as (element, inside):
        same = low.operations.equal(kind, low.at(element, kind), low.at(wanted, kind))
        inside.add(f"if ({same}) {{ {name} = true; break; }}")
    return name


def _bag_count(low: Lowering, bag: ir.Expr, item: ir.Expr, env: Env, out: Block) -> Val:
    held = low.stable(low.value(bag, env, out), out)
    wanted = low.stable(low.value(item, env, out), out)
    kind = join(item_of(held.type), wanted.type)
    name = low.names.fresh("n")
    out.add(f"int64_t {name} = 0;")
    with elements(low, held, out, "x") as (element, inside):
        inside.add(f"{name} += {low.operations.equal(kind, low.at(element, kind), low.at(wanted, kind))};")
    return Val(_counted(held.type), name, stable=True)


def _counted(kind: Type) -> IntType:
    capacity = kind.capacity if isinstance(kind, SeqType | BagType) else None
    return IntType(0, capacity if isinstance(capacity, int) else COUNT_MAX)


# ------------------------------------------------------------------ sets


def as_set(low: Lowering, value: Val) -> Val:
    """A quorum as a set; a set as it is."""
    return low.at_val(value, SetType(value.type.sort)) if isinstance(value.type, QuorumType) else value


def _two_sets(low: Lowering, left: ir.Expr, right: ir.Expr, env: Env, out: Block) -> tuple[Val, Val, SetType]:
    a, b = as_set(low, low.value(left, env, out)), as_set(low, low.value(right, env, out))
    kind = join(a.type, b.type)
    assert isinstance(kind, SetType)
    return low.at_val(a, kind), low.at_val(b, kind), kind


def _subset(low: Lowering, expr: ir.Subset, env: Env, out: Block) -> Val:
    a, b, kind = _two_sets(low, expr.left, expr.right, env, out)
    ops = low.operations
    if low.shape(kind) is Shape.MASK:
        count = low.sizes.cardinality(kind.item) or 0
        if not expr.strict:
            return Val(BOOL, ops.mask_within(count, a.text, b.text))
        a, b = low.stable(a, out), low.stable(b, out)
        differ = f"!{ops.mask_equal(count, a.text, b.text)}"
        return Val(BOOL, f"({ops.mask_within(count, a.text, b.text)} && {differ})")
    a, b = low.stable(a, out), low.stable(b, out)
    inside = f"{list_operation(low, kind, 'minus')}(k, {a.text}, {b.text}).n == 0"
    return Val(BOOL, f"({inside} && {a.text}.n < {b.text}.n)" if expr.strict else f"({inside})")


WORDS = {
    ir.SetOperator.UNION: "or",
    ir.SetOperator.INTERSECTION: "and",
    ir.SetOperator.DIFFERENCE: "minus",
    ir.SetOperator.SYMMETRIC_DIFFERENCE: "xor",
}


def _set_op(low: Lowering, expr: ir.SetOp, env: Env, out: Block) -> Val:
    a, b, kind = _two_sets(low, expr.left, expr.right, env, out)
    word = WORDS[expr.op]
    if low.shape(kind) is Shape.MASK:
        count = low.sizes.cardinality(kind.item) or 0
        return Val(kind, low.operations.mask_combine(count, word, a.text, b.text))
    return Val(kind, f"{list_operation(low, kind, word)}(k, {a.text}, {b.text})")


def list_operation(low: Lowering, kind: SetType, word: str) -> str:
    """An operation on sets held as lists."""
    ops, item = low.operations, kind.item
    c = low.c(kind)

    def keep(word: str, of: str, other: str, present: bool) -> str:
        same = ops.equal(item, ops.load(item, f"{of}.e[i]"), ops.load(item, f"{other}.e[j]"))
        return (
            f"  for (int64_t i = 0; i < {of}.n; i++) {{\n    bool in = false;\n"
            f"    for (int64_t j = 0; j < {other}.n && !in; j++) in = {same};\n"
            f"    if ({'' if present else '!'}in) {c}_push(k, &y, {of}.e[i]);\n  }}\n"
        )

    def make(name: str) -> str:
        whole = f"  for (int64_t i = 0; i < a.n; i++) {c}_push(k, &y, a.e[i]);\n"
        body = {
            "or": whole + keep(word, "b", "a", False),
            "and": keep(word, "a", "b", True),
            "minus": keep(word, "a", "b", False),
            "xor": keep(word, "a", "b", False) + keep(word, "b", "a", False),
        }[word]
        return (
            f"static inline {c} {name}(Scratch *k, {c} a, {c} b) {{\n  {c} y = {{0}};\n{body}  return y;\n}}"
        )

    return ops.function(("set_operation", word, c), f"{c.removesuffix('_t')}_{word}", make)


def _of_kind(low: Lowering, expr: ir.SetOfKind, env: Env, out: Block) -> Val:
    held = low.value(expr.set, env, out)
    assert isinstance(held.type, SetType)
    if not isinstance(held.type.item, UnionType):
        return held
    wanted = tuple(record for record in held.type.item.records if record.name in expr.records)
    target = SetType(wanted[0] if len(wanted) == 1 else UnionType(wanted))

    def make(name: str) -> str:
        body = "".join(f"  {line}\n" for line in _of_kind_body(low, held.type, target, expr.records))
        return (
            f"static inline {low.c(target)} {name}(Scratch *k, {low.c(held.type)} x) {{\n  (void)k;\n{body}}}"
        )

    name = f"of_{'_'.join(expr.records)}"
    return Val(
        target, f"{low.operations.function(('of_kind', held.type, expr.records), name, make)}(k, {held.text})"
    )


def _of_kind_body(low: Lowering, source: Type, target: SetType, records: tuple[str, ...]) -> Iterator[str]:
    a, b = low.forms.form(source), low.forms.form(target)
    union = item_of(source)
    head, element, tail = low.conversions.elements(a, "x")
    test = low.is_variant(Val(union, element), records)
    yield low.conversions.zero(b, "y")
    yield from head
    yield f"  if (!{test}) continue;"
    for line in low.conversions.add(b, "y", low.conversions.convert(element, union, target.item)):
        yield f"  {line}"
    yield tail
    yield "return y;"


def _majority(low: Lowering, acks: ir.Expr, members: ir.Expr, env: Env, out: Block) -> Val:
    a, b, kind = _two_sets(low, acks, members, env, out)
    b = low.stable(b, out)
    if low.shape(kind) is Shape.MASK:
        count = low.sizes.cardinality(kind.item) or 0
        ops = low.operations
        both = ops.mask_count(count, ops.mask_combine(count, "and", a.text, b.text))
        return Val(BOOL, f"(2 * {both} > {ops.mask_count(count, b.text)})")
    return Val(BOOL, f"(2 * {list_operation(low, kind, 'and')}(k, {a.text}, {b.text}).n > {b.text}.n)")


# ------------------------------------------------------------------ literals, conversions, sizes


def _literal(low: Lowering, kind: Type, items: tuple[ir.Expr, ...], env: Env, out: Block) -> Val:
    values = [low.value(item, env, out) for item in items]
    item = item_of(kind)
    if values:
        item = values[0].type
        for value in values[1:]:
            item = join(item, value.type)
    target = with_item(kind, item)
    form = low.forms.form(target)
    if not values:
        return Val(target, f"({form.c}){{0}}" if form.c != "uint64_t" else "0ull", stable=False)
    if form.shape is Shape.MASK and form.c == "uint64_t":
        bits = [f"BIT({low.operations.digit(item, low.at(value, item))})" for value in values]
        return Val(target, f"({' | '.join(bits)})")
    name = low.names.fresh("t")
    out.add(low.conversions.zero(form, name))
    for value in values:
        out.add(*low.conversions.add(form, name, low.at(value, item)))
    return Val(target, name, stable=True, place=True)


def _convert(low: Lowering, expr: ir.Convert, env: Env, out: Block) -> Val:
    keys = stream_of(low, expr, env, out)
    if keys is not None:
        return Val(SetType(keys.domain), joined(keys))
    held = low.value(expr.value, env, out)
    if isinstance(held.type, MapType | PartialType):
        held = gathered(low, ir.MapView(expr.value, ir.MapPart.KEYS, expr.type), False, env, out)
    held = as_set(low, held)
    item = item_of(held.type)
    target = with_item(low.resolve(expr.type), item)
    if not expr.sort:
        return Val(target, low.conversions.collection(held.text, held.type, target))
    plain = ListType(item, True)
    name = low.names.fresh("list")
    held = low.stable(held, out)
    out.add(f"{low.c(plain)} {name} = {{0}};")
    with elements(low, held, out, "x") as (element, inside):
        inside.add(f"{low.c(plain)}_push(k, &{name}, {element.text});")
    if isinstance(item, OptionType):
        none = low.names.fresh("n")
        out.add(f"int64_t {none} = 0;")
        with elements(low, Val(plain, name, stable=True, place=True), out, "x") as (element, inside):
            inside.add(f"{none} += {low.is_none(element)};")
        low.fail(out, env, f"{none} > 1", ErrorKind.COMPARE_NONE, expr)
    out.add(f"{sort_function(low, item)}(&{name});")
    made = Val(plain, name, stable=True, place=True)
    return (
        low.at_val(made, target)
        if isinstance(target, SetType | BagType)
        else Val(target, name, stable=True, place=True)
    )


def _size(low: Lowering, collection: ir.Expr, env: Env, out: Block) -> Val:
    match collection:
        case ir.Domain(item):
            count = low.sizes.cardinality(low.resolve(item)) or 0
            return Val(IntType(count, count), number(count), stable=True)
        case ir.IntRange(start, stop):
            first, end = low.value(start, env, out), low.value(stop, env, out)
            assert isinstance(first.type, IntType)
            assert isinstance(end.type, IntType)
            high = None
            if isinstance(end.type.high, int) and isinstance(first.type.low, int):
                high = max(end.type.high - first.type.low, 0)
            return Val(IntType(0, high), f"most({end.text} - {first.text}, 0)")
        case _:
            stream = stream_of(low, collection, env, out)
            if stream is not None and (stream.is_plain or isinstance(type_of(collection), ListType)):
                return count_of(low, stream, out)
            return size_of(low, low.value(collection, env, out))


def size_of(low: Lowering, held: Val) -> Val:
    """The number of elements of a collection."""
    held = as_set(low, held)
    match held.type:
        case MapType(key):
            count = low.forms.count(key)
            return Val(IntType(count, count), number(count), stable=True)
        case PartialType(key):
            count = low.forms.count(key)
            return Val(IntType(0, count), low.operations.mask_count(count, f"{held.text}.has"))
        case SetType(item) if low.shape(held.type) is Shape.MASK:
            count = low.sizes.cardinality(item) or 0
            return Val(IntType(0, count), low.operations.mask_count(count, held.text))
        case _:
            return Val(_counted(held.type), low.operations.length(held.type, held.text))
