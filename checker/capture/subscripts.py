"""Subscripts: keys of maps, positions and slices of sequences, items of tuples, `Quorum[S]`."""

from __future__ import annotations

import ast
from typing import Any

from checker.capture.narrowing import narrowed
from checker.capture.observed_order import needs_order
from checker.capture.scope import Scope, Static
from checker.capture.type_relations import as_type, converts, stored
from checker.capture.values import integer, is_plain_tuple, mismatch, show, shown, static_value, value
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import (
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    SeqType,
    TupleType,
    Type,
)
from checker.language.bags import Bag
from checker.language.errors import ModelError
from checker.language.maps import Map, Partial
from checker.language.sequences import Seq
from checker.language.sets import Quorum, Set


def subscript(scope: Scope, node: ast.Subscript) -> ir.Expr | Static:
    """`x[k]`."""
    held = scope.any(node.value)
    if isinstance(held, Static):
        if isinstance(held.value, type) and held.value in (Quorum, Set, Seq, Map, Partial, Bag):
            return _generic(scope, node, held.value)
        if is_plain_tuple(held.value):
            return narrowed(
                scope, node, _item(scope, node, static_value(scope, held.value, node.value, None))
            )
        held = static_value(scope, held.value, node.value, None)
    return narrowed(scope, node, _item(scope, node, held))


def _generic(scope: Scope, node: ast.Subscript, cls: Any) -> Static:
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    found: list[Any] = []
    for argument in arguments:
        one = scope.any(argument)
        if not isinstance(one, Static):
            scope.refuse(node, f"'{shown(node)}' is no type", "name classes: Quorum[Acceptor]")
        found.append(one.value)
    try:
        return Static(cls[tuple(found) if len(found) > 1 else found[0]])
    except (TypeError, ModelError):
        scope.refuse(node, f"'{shown(node)}' is no type", "name classes: Quorum[Acceptor]")


def _item(scope: Scope, node: ast.Subscript, held: ir.Expr) -> ir.Expr:
    span = scope.span(node)
    kind = type_of(held)
    if isinstance(kind, OptionType):
        held = ir.Unwrap(held, span=span)
        kind = kind.item
    match kind:
        case MapType(_, item) | PartialType(_, item):
            return ir.MapGet(held, key_of(scope, node.slice, kind, stores=False), item, span=span)
        case SeqType(item) | ListType(item):
            needs_order(scope, held, node.value, "a position")
            if isinstance(node.slice, ast.Slice):
                return _slice(scope, node, node.slice, held, kind)
            return _position(scope, node, held, item)
        case TupleType(items):
            index = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if type(index) is not int or not 0 <= index < len(items):
                scope.refuse(
                    node,
                    f"'{shown(node)}' takes no item of a tuple of {len(items)}",
                    f"write a number from 0 to {len(items) - 1}, or unpack the tuple",
                )
            return ir.TupleItem(held, index, items[index], span=span)
        case _:
            needs_order(scope, held, node.value, "a position")
            scope.refuse(
                node, f"'{shown(node.value)}' ({show(kind)}) has no items by key", "use a Map, Partial or Seq"
            )


def key_of(scope: Scope, node: ast.expr, kind: MapType | PartialType, *, stores: bool) -> ir.Expr:
    """A key of a map. It is checked where it is stored; a read without it has its own error."""
    made = value(scope, node, kind.key)
    have = type_of(made)
    if not converts(have, kind.key):
        mismatch(scope, have, kind.key, node, "the key")
    if stores:
        return stored(made, kind.key, scope.span(node))
    return as_type(made, kind.key, made.span)


def _position(scope: Scope, node: ast.Subscript, held: ir.Expr, item: Type) -> ir.Expr:
    span = scope.span(node)
    match node.slice:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as back)):
            if back != 1:
                text = shown(node.value)
                scope.refuse(
                    node,
                    f"'{shown(node)}' counts from the end",
                    f"write {text}[len({text}) - {back}]; only [-1] counts back",
                )
            return ir.SeqLast(held, item, span=span)
        case _:
            index = integer(scope, node.slice, "a position")
            _check_list_position(scope, node, held, index, node.slice)
            return ir.SeqAt(held, index, item, span=span)


def _slice(
    scope: Scope, node: ast.Subscript, part: ast.Slice, held: ir.Expr, kind: SeqType | ListType
) -> ir.Expr:
    if part.step is not None:
        scope.refuse(
            node,
            f"'{shown(node)}' has a step",
            "write s[start:stop], or choose positions by a comprehension over range",
        )
    ends: list[ir.Expr | None] = []
    for end in (part.lower, part.upper):
        if end is None:
            ends.append(None)
            continue
        if isinstance(end, ast.UnaryOp) and isinstance(end.op, ast.USub):
            text = shown(node.value)
            scope.refuse(
                node,
                f"'{shown(node)}' counts from the end",
                f"write {text}[:len({text}) {shown(end).replace('-', '- ')}]",
            )
        made = integer(scope, end, "the end of a slice")
        _check_list_position(scope, node, held, made, end)
        ends.append(made)
    return ir.SeqSlice(held, ends[0], ends[1], span=scope.span(node))


def _check_list_position(
    scope: Scope, node: ast.Subscript, held: ir.Expr, index: ir.Expr, part: ast.expr
) -> None:
    """A Python list counts negative positions from its end; a Seq stops there."""
    if isinstance(type_of(held), SeqType) or at_least_zero(index):
        return
    text = shown(node.value)
    scope.refuse(
        node,
        f"'{shown(part)}' may be negative, and a list would count from its end",
        f"write Seq({text})[...], where a negative position is an evaluation error",
    )


def at_least_zero(expr: ir.Expr) -> bool:
    """Whether an integer is certainly not negative."""
    match expr:
        case ir.IntLit(number):
            return number >= 0
        case ir.Size() | ir.SizeOf() | ir.Position() | ir.BagCount():
            return True
        case ir.Arith(ir.ArithOp.ADD | ir.ArithOp.MUL, left, right):
            return at_least_zero(left) and at_least_zero(right)
        case _:
            kind = type_of(expr)
            return isinstance(kind, IntType) and isinstance(kind.low, int) and kind.low >= 0
