"""Lowering of writes: the way to a place, and how what it holds changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import Shape
from checker.engines.native.iteration import elements
from checker.engines.native.lower_collection import key_rank, list_operation
from checker.engines.native.lowered import Block, Env, Val
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.types import (
    BagType,
    IntType,
    ListType,
    MapType,
    PartialType,
    RecordType,
    SeqType,
    SetType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from checker.engines.native.lowering import Lowering

Change = Callable[[str, Type, Block], None]
"""Writes the change of what stands at a text that can be assigned to, of a type."""


def write(low: Lowering, place: ir.Place, env: Env, out: Block, change: Change, *, strict: bool) -> None:
    """Changes what a place holds. Partial maps on the way must have the key; the last one only if
    `strict`."""
    variable = next(one for one in low.model.variables if one.name == place.variable)
    kind = low.resolve(variable.type)
    _descend(low, place, place.path, f"t.m_{place.variable}", kind, env, out, change, strict)


def _descend(
    low: Lowering,
    place: ir.Place,
    path: tuple[ir.Key | ir.FieldOf, ...],
    text: str,
    kind: Type,
    env: Env,
    out: Block,
    change: Change,
    strict: bool,
) -> None:
    if not path:
        change(text, kind, out)
        return
    step, rest = path[0], path[1:]
    if isinstance(step, ir.Key):
        inner = _entry(low, place, step.key, text, kind, env, out, bool(rest) or strict)
        assert isinstance(kind, MapType | PartialType)
        _descend(low, place, rest, inner, kind.value, env, out, change, strict)
        return
    if isinstance(kind, UnionType):
        _variants(low, place, path, text, kind, env, out, change, strict)
        return
    assert isinstance(kind, RecordType), "only records have fields"
    names = [name for name, _ in kind.fields]
    index = names.index(step.name)
    inner_kind = kind.fields[index][1]
    if low.shape(kind) is Shape.PRODUCT:
        _descend(low, place, rest, f"{text}.f_{step.name}", inner_kind, env, out, change, strict)
        return
    # The record is one number: its field changes in a variable of its own.
    held = Val(kind, text)
    field = low.names.fresh("field")
    out.add(f"{low.c(inner_kind)} {field} = {low.part(held, index).text};")
    _descend(low, place, rest, field, inner_kind, env, out, change, strict)
    parts = [field if i == index else low.part(held, i).text for i in range(len(names))]
    out.add(f"{text} = {low.operations.make(kind, parts)};")


def _variants(
    low: Lowering,
    place: ir.Place,
    path: tuple[ir.Key | ir.FieldOf, ...],
    text: str,
    kind: UnionType,
    env: Env,
    out: Block,
    change: Change,
    strict: bool,
) -> None:
    """A field that all records of a union have: the one that is there changes."""
    ops = low.operations
    which = low.names.fresh("which")
    tests = " + ".join(f"{i} * {ops.is_variant(kind, [i], text)}" for i in range(1, len(kind.records)))
    out.add(f"const int {which} = {tests or '0'};")
    for index, record in enumerate(kind.records):
        with out.braces(f"if ({which} == {index})") as inside:
            if low.shape(kind) is Shape.UNION:
                _descend(low, place, path, f"{text}.r{index}", record, env, inside, change, strict)
                continue
            held = low.names.fresh("record")
            inside.add(f"{low.c(record)} {held} = {ops.project(kind, index, text)};")
            _descend(low, place, path, held, record, env, inside, change, strict)
            inside.add(f"{text} = {ops.inject(kind, index, held)};")


def _entry(
    low: Lowering, place: ir.Place, key: ir.Expr, text: str, kind: Type, env: Env, out: Block, must_have: bool
) -> str:
    """One entry of a map, there already or made now."""
    assert isinstance(kind, MapType | PartialType)
    wanted = low.value(key, env, out)
    rank, outside = key_rank(low, wanted, kind.key, env, out, place)
    if outside != "false":
        low.fail(out, env, outside, ErrorKind.MISSING_KEY if must_have else "unfit", key, place.span)
    if not rank.isidentifier() and not rank.rstrip("u").isdigit():
        at = low.names.fresh("at")
        out.add(f"const uint64_t {at} = {rank};")
        rank = at
    if isinstance(kind, PartialType):
        keys = low.forms.count(kind.key)
        has = low.operations.mask_has(keys, f"{text}.has", rank)
        if must_have:
            low.fail(out, env, f"!{has}", ErrorKind.MISSING_KEY, key, place.span)
        else:
            out.add(f"{text}.has = {low.operations.mask_with(keys, text + '.has', rank)};")
    return f"{text}.e[{rank}]"


# ------------------------------------------------------------------ methods


def mutate(low: Lowering, statement: ir.Mutate, env: Env, out: Block) -> None:
    """A writing method on a place."""

    def change(text: str, kind: Type, block: Block) -> None:
        argument = low.value(statement.arguments[0], env, block) if statement.arguments else None
        _change(low, statement, text, kind, argument, env, block)

    write(low, statement.place, env, out, change, strict=True)


def _change(
    low: Lowering, statement: ir.Mutate, text: str, kind: Type, argument: Val | None, env: Env, out: Block
) -> None:
    match statement.method:
        case ir.Method.CLEAR:
            out.add(f"memset(&{text}, 0, sizeof {text});")
        case ir.Method.DELETE:
            _delete(low, statement, text, kind, argument, env, out)
        case ir.Method.TRUNCATE:
            _truncate(low, statement, text, kind, argument, env, out)
        case ir.Method.APPEND | ir.Method.EXTEND:
            _append(low, statement, text, kind, argument, env, out)
        case ir.Method.UPDATE:
            assert argument is not None
            assert isinstance(kind, SetType)
            argument = Val(
                SetType(item_of(argument.type)),
                low.conversions.convert(argument.text, argument.type, SetType(item_of(argument.type))),
            )
            more = low.store(argument, kind, env, out, statement.arguments[0])
            if low.shape(kind) is Shape.KEPT:
                out.add(f"{text} = {list_operation(low, kind, 'or')}(k, {text}, {more.text});")
                return
            count = low.sizes.cardinality(kind.item) or 0
            out.add(f"{text} = {low.operations.mask_combine(count, 'or', text, more.text)};")
        case ir.Method.ADD | ir.Method.DISCARD | ir.Method.REMOVE:
            assert argument is not None
            if isinstance(kind, BagType):
                _change_bag(low, statement, text, kind, argument, env, out)
            else:
                _change_set(low, statement, text, kind, argument, env, out)


def _change_set(
    low: Lowering, statement: ir.Mutate, text: str, kind: Type, argument: Val, env: Env, out: Block
) -> None:
    assert isinstance(kind, SetType)
    if low.shape(kind) is Shape.KEPT:
        _change_kept(low, statement, text, kind, argument, env, out)
        return
    count, ops = low.sizes.cardinality(kind.item) or 0, low.operations
    if statement.method is ir.Method.ADD:
        item = low.store(argument, kind.item, env, out, statement.arguments[0])
        rank = ops.digit(kind.item, item.text)
        if statement.place.variable in env.growing:
            name = statement.place.variable
            out.add(f"added_{name}[more_{name}++] = {rank};")
            out.add(f"LS_IF_DEBUG(set_bit({text}.w, added_{name}[more_{name} - 1]);)")
        elif count <= 64:
            out.add(f"{text} |= BIT({rank});")
        else:
            out.add(f"set_bit({text}.w, {rank});")
        return
    argument = low.stable(argument, out)
    misfit = low.conversions.misfit(argument.text, argument.type, kind.item)
    fits = "true" if misfit is None else f"{misfit} == 0"
    rank = ops.digit(kind.item, low.at(argument, kind.item))
    has = ops.mask_has(count, text, rank)
    if statement.method is ir.Method.REMOVE:
        low.fail(
            out, env, f"!({fits} && {has})", ErrorKind.MISSING_ITEM, statement.arguments[0], statement.span
        )
    out.add(f"if ({fits}) {text} = {ops.mask_without(count, text, rank)};")


def _change_kept(
    low: Lowering, statement: ir.Mutate, text: str, kind: SetType, argument: Val, env: Env, out: Block
) -> None:
    if statement.method is ir.Method.ADD:
        item = low.stable(low.store(argument, kind.item, env, out, statement.arguments[0]), out)
        out.add(*low.conversions.add(low.forms.form(kind), text, item.text))
        return
    at, fits = _place_of(low, text, kind.item, argument, out)
    missing = f"!({fits}) || {at} == {text}.n"
    if statement.method is ir.Method.REMOVE:
        low.fail(out, env, missing, ErrorKind.MISSING_ITEM, statement.arguments[0], statement.span)
        _close_gap(text, at, out)
        return
    with out.braces(f"if (!({missing}))") as inside:
        _close_gap(text, at, inside)


def _place_of(low: Lowering, text: str, item: Type, argument: Val, out: Block) -> tuple[str, str]:
    """Where an element stands in a list, the length where it is not there; and whether it can be there at
    all."""
    argument = low.stable(argument, out)
    at = low.names.fresh("at")
    out.add(f"int32_t {at} = 0;")
    misfit = low.conversions.misfit(argument.text, argument.type, item)
    fits = "true" if misfit is None else f"{misfit} == 0"
    held = low.operations.load(item, f"{text}.e[{at}]")
    differs = f"!{low.operations.equal(item, held, low.at(argument, item))}"
    out.add(f"if ({fits}) while ({at} < {text}.n && {differs}) {at}++;")
    return at, fits


def _close_gap(text: str, at: str, out: Block) -> None:
    """Takes an element out of a list; the others keep their order."""
    out.add(
        f"for (; {at} + 1 < {text}.n; {at}++) {text}.e[{at}] = {text}.e[{at} + 1];",
        f"{text}.n--;",
        f"memset(&{text}.e[{text}.n], 0, sizeof {text}.e[0]);",
    )


def _change_bag(
    low: Lowering, statement: ir.Mutate, text: str, kind: BagType, argument: Val, env: Env, out: Block
) -> None:
    form = low.forms.form(kind)
    if statement.method is ir.Method.ADD:
        item = low.store(argument, kind.item, env, out, statement.arguments[0])
        item = low.stable(item, out)
        low.fail(
            out,
            env,
            f"{text}.n >= {kind.capacity}",
            ErrorKind.CAPACITY,
            statement.arguments[0],
            statement.span,
        )
        out.add(*low.conversions.add(form, text, item.text))
        return
    at, fits = _place_of(low, text, kind.item, argument, out)
    missing = f"!({fits}) || {at} == {text}.n"
    low.fail(out, env, missing, ErrorKind.MISSING_ITEM, statement.arguments[0], statement.span)
    _close_gap(text, at, out)


def _append(
    low: Lowering, statement: ir.Mutate, text: str, kind: Type, argument: Val | None, env: Env, out: Block
) -> None:
    assert argument is not None
    assert isinstance(kind, SeqType)
    node, span, ops = statement.arguments[0], statement.span, low.operations
    form = low.forms.form(kind)
    length = ops.length(kind, text)
    if statement.method is ir.Method.APPEND:
        item = low.stable(low.store(argument, kind.item, env, out, node), out)
        low.fail(out, env, f"{length} >= {kind.capacity}", ErrorKind.CAPACITY, node, span)
        out.add(*low.conversions.add(form, text, item.text))
        return
    if not argument.place:
        argument = low.stable(argument, out)
    assert isinstance(argument.type, SeqType | ListType)
    own, size = argument.type.item, ops.length(argument.type, argument.text)
    element = ops.element(argument.type, argument.text, "i")
    misfit = low.conversions.misfit(element, own, kind.item)
    if misfit is not None:
        wrong = low.names.fresh("f")
        out.add(f"int {wrong} = 0;")
        out.add(f"for (int64_t i = 0; i < {size}; i++) {wrong} |= {misfit};")
        low.fail(out, env, wrong, "unfit", node, span)
    count = low.names.fresh("n")
    out.add(f"const int64_t {count} = {size};")
    low.fail(out, env, f"{length} + {count} > {kind.capacity}", ErrorKind.CAPACITY, node, span)
    value = low.conversions.convert(element, own, kind.item)
    if low.shape(kind) is Shape.BITS:
        # What is appended may be the sequence itself, as it was.
        extended = low.names.fresh("extended")
        out.add(f"uint64_t {extended} = {text};")
        out.add(f"for (int64_t i = 0; i < {count}; i++) {extended} = {ops.appended(kind, extended, value)};")
        out.add(f"{text} = {extended};")
        return
    out.add(
        f"for (int64_t i = 0; i < {count}; i++) {text}.e[{text}.n + i] = {value};",
        f"{text}.n += (int32_t){count};",
    )


def _truncate(
    low: Lowering, statement: ir.Mutate, text: str, kind: Type, argument: Val | None, env: Env, out: Block
) -> None:
    assert argument is not None
    length = low.stable(argument, out)
    assert isinstance(length.type, IntType)
    if not (isinstance(length.type.low, int) and length.type.low >= 0):
        low.fail(out, env, f"{length.text} < 0", ErrorKind.INDEX, statement.arguments[0], statement.span)
    if low.shape(kind) is Shape.BITS:
        assert isinstance(kind, SeqType)
        size = low.operations.length(kind, text)
        out.add(f"if ({length.text} < {size}) {text} = {low.operations.cut(kind, text, '0', length.text)};")
        return
    with out.braces(f"if ({length.text} < {text}.n)") as inside:
        rest = f"(size_t)({text}.n - {length.text}) * sizeof {text}.e[0]"
        inside.add(f"memset(&{text}.e[{length.text}], 0, {rest});", f"{text}.n = (int32_t){length.text};")


def _delete(
    low: Lowering, statement: ir.Mutate, text: str, kind: Type, argument: Val | None, env: Env, out: Block
) -> None:
    assert argument is not None
    assert isinstance(kind, PartialType)
    node, span = statement.arguments[0], statement.span
    rank, outside = key_rank(low, argument, kind.key, env, out, node)
    if outside != "false":
        low.fail(out, env, outside, ErrorKind.MISSING_KEY, node, span)
    at = low.names.fresh("at")
    keys = low.forms.count(kind.key)
    out.add(f"const uint64_t {at} = {rank};")
    has = low.operations.mask_has(keys, f"{text}.has", at)
    low.fail(out, env, f"!{has}", ErrorKind.MISSING_KEY, node, span)
    out.add(
        f"{text}.has = {low.operations.mask_without(keys, text + '.has', at)};",
        f"memset(&{text}.e[{at}], 0, sizeof {text}.e[0]);",
    )


__all__ = ["elements", "mutate", "write"]
