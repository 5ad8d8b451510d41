"""Methods of values that read: `messages.of(R)`, `m.get(k)`, `b.count(x)`, `s.is_prefix_of(t)`, `m.items()`.

Writing methods are statements on a path that starts at `self` (places.py).
"""

from __future__ import annotations

import ast
from typing import NoReturn

from checker.capture.narrowing import tested_records
from checker.capture.problems import nearest
from checker.capture.scope import Helper, Scope
from checker.capture.subscripts import key_of
from checker.capture.type_relations import as_type, join, loose, records_of, union_of
from checker.capture.values import coerced, mismatch, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import (
    BagType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    TupleType,
    Type,
    UnionType,
)

WRITING = frozenset(
    {
        "add",
        "discard",
        "remove",
        "append",
        "extend",
        "truncate",
        "clear",
        "update",
        "pop",
        "insert",
        "sort",
        "reverse",
        "setdefault",
        "popitem",
    }
)
"""Methods that change a collection."""

_ON_POSITIONS = {
    "count": "write sum(1 for e in {seq} if e == x)",
    "index": "write min(i for i, e in enumerate({seq}) if e == x)",
}
"""What to write for methods of a tuple that a Seq lacks."""

_READING: dict[type, tuple[str, ...]] = {
    SetType: ("of", "issubset", "issuperset", "isdisjoint", "union", "intersection", "difference"),
    QuorumType: ("issubset", "issuperset", "isdisjoint", "union", "intersection", "difference"),
    MapType: ("keys", "values", "items"),
    PartialType: ("keys", "values", "items", "get"),
    SeqType: ("is_prefix_of",),
    BagType: ("count",),
    ListType: ("count",),
}


def method(scope: Scope, node: ast.Call, func: ast.Attribute, held: ir.Expr) -> ir.Expr:
    """`x.method(...)` for its value."""
    kind = type_of(held)
    name = func.attr
    if name in WRITING and item_type(kind) is not None:
        refuse_copy(scope, node, func)
    if isinstance(kind, OptionType):
        held = ir.Unwrap(held, span=scope.span(func))
        kind = kind.item
    if isinstance(kind, RecordType | UnionType):
        return _record_method(scope, node, func, held, kind)
    known = _READING.get(type(kind), ())
    if name not in known:
        fix = nearest(
            name, known, f"it has {', '.join(known)}" if known else "see the language reference, Operations"
        )
        if isinstance(kind, SeqType | ListType) and name in _ON_POSITIONS:
            fix = _ON_POSITIONS[name].format(seq=shown(func.value))
        scope.refuse(node, f"'{shown(func.value)}' ({show(kind)}) has no method '{name}'", fix)
    match kind:
        case SetType() | QuorumType():
            return _set_method(scope, node, held, kind, name)
        case MapType() | PartialType():
            return _map_method(scope, node, held, kind, name)
        case SeqType():
            other = value(scope, _only(scope, node), kind)
            shared = join(loose(kind), loose(type_of(other)))
            if not isinstance(shared, SeqType):
                mismatch(scope, type_of(other), kind, node.args[0], "the other sequence")
            assert shared is not None
            span = scope.span(node)
            return ir.IsPrefix(as_type(held, shared, span), as_type(other, shared, span), span=span)
        case BagType(item) | ListType(item):
            argument = _only(scope, node)
            one = coerced(scope, value(scope, argument, item), item, argument, "an element")
            if isinstance(kind, ListType):
                held = ir.Convert(held, BagType(kind.item), span=held.span)
            return ir.BagCount(held, one, span=scope.span(node))
        case _:
            raise AssertionError(f"no reading methods of {kind}")


def refuse_copy(scope: Scope, node: ast.AST, func: ast.Attribute) -> NoReturn:
    """A change of something that is not a place of the state.

    Raises:
        Skip: always.
    """
    text = shown(func.value)
    call = shown(node)
    if _starts_at_self(scope, func.value):
        scope.refuse(
            node, f"'{call}' changes the state inside an expression", "write it as a statement of its own"
        )
    if isinstance(func.value, ast.Name) and func.attr in ("append", "extend"):
        added = (
            "[...]"
            if func.attr == "extend" or not isinstance(node, ast.Call) or len(node.args) != 1
            else f"[{shown(node.args[0])}]"
        )
        fix = (
            f"write a comprehension, {text} = {text} + {added}, or {func.attr} on a path that starts at self"
        )
        origin = scope.origins.get(text)
        if origin is not None:
            scope.refuse(
                node,
                f"'{text}' is a copy of {origin}; a change to it would be lost",
                f"write {call.replace(text, origin, 1)}",
            )
    else:
        fix = "write the change on a path that starts at self, or compute a new value"
        origin = scope.origins.get(text)
        if origin is not None:
            scope.refuse(
                node,
                f"'{text}' is a copy of {origin}; a change to it would be lost",
                f"write {call.replace(text, origin, 1)}",
            )
    scope.refuse(node, f"'{text}' is a local value; values cannot be changed", fix)


def _starts_at_self(scope: Scope, node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in scope.states and node.id not in scope.locals


def _only(scope: Scope, node: ast.Call) -> ast.expr:
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        scope.refuse(node, f"'{shown(node)}' takes one argument", f"write {shown(node.func)}(x)")
    return node.args[0]


def _none(scope: Scope, node: ast.Call) -> None:
    if node.args or node.keywords:
        scope.refuse(node, f"'{shown(node)}' takes no arguments", f"write {shown(node.func)}()")


def _set_method(
    scope: Scope, node: ast.Call, held: ir.Expr, kind: SetType | QuorumType, name: str
) -> ir.Expr:
    span = scope.span(node)
    if name == "of":
        assert isinstance(kind, SetType), "a quorum has no records"
        if not node.args or node.keywords:
            scope.refuse(node, f"'{shown(node)}' names no record class", "write .of(Promise)")
        known = records_of(kind.item)
        if not known:
            scope.refuse(
                node,
                f"'{shown(node)}' asks for records in a set of {show(kind.item)}",
                "use a comprehension with if",
            )
        named = tuple(record for one in node.args for record in tested_records(scope, one))
        kept = tuple(record for record in named if record in known)
        if not kept:
            scope.refuse(
                node,
                f"'{shown(node)}' is always empty: the elements are {show(kind.item)}",
                "name one of those records",
            )
        found = union_of(kept)
        return ir.SetOfKind(held, tuple(one.name for one in records_of(found)), SetType(found), span=span)
    argument = _only(scope, node)
    other = value(scope, argument, kind)
    operator = {
        "issubset": "<=",
        "issuperset": ">=",
        "isdisjoint": "&",
        "union": "|",
        "intersection": "&",
        "difference": "-",
    }[name]
    text = (
        f"{shown(node.func.value)} {operator} {shown(argument)}"
        if isinstance(node.func, ast.Attribute)
        else shown(node)
    )
    fix = f"write not {text}" if name == "isdisjoint" else f"write {text}"
    scope.refuse(node, f"'{shown(node)}' takes any iterable ({show(type_of(other))})", fix)


def _map_method(
    scope: Scope, node: ast.Call, held: ir.Expr, kind: MapType | PartialType, name: str
) -> ir.Expr:
    span = scope.span(node)
    if name == "get":
        assert isinstance(kind, PartialType), "a total map has no get"
        return _get(scope, node, held, kind)
    _none(scope, node)
    match name:
        case "keys":
            return ir.MapView(held, ir.MapPart.KEYS, ListType(kind.key, False), span=span)
        case "values":
            return ir.MapView(held, ir.MapPart.VALUES, ListType(kind.value, False), span=span)
        case _:
            pair = TupleType((kind.key, kind.value))
            return ir.MapView(held, ir.MapPart.ITEMS, ListType(pair, False), span=span)


def _get(scope: Scope, node: ast.Call, held: ir.Expr, kind: PartialType) -> ir.Expr:
    span = scope.span(node)
    if not 1 <= len(node.args) <= 2 or node.keywords:
        scope.refuse(
            node,
            f"'{shown(node)}' does not call 'get' as it is defined",
            "write m.get(k) or m.get(k, default)",
        )
    key = key_of(scope, node.args[0], kind, stores=False)
    found: Type = kind.value
    optional = found if isinstance(found, OptionType) else OptionType(found)
    if len(node.args) == 1:
        return ir.MapGetOr(
            held, key, ir.NoneLit(OptionType(loose(optional.item)), span=span), loose(optional), span=span
        )
    default = value(scope, node.args[1], optional)
    shared = join(loose(found), loose(type_of(default)))
    if shared is None:
        mismatch(scope, type_of(default), found, node.args[1], "what the map holds")
    assert shared is not None
    return ir.MapGetOr(held, key, as_type(default, shared, span), shared, span=span)


def _record_method(
    scope: Scope, node: ast.Call, func: ast.Attribute, held: ir.Expr, kind: RecordType | UnionType
) -> ir.Expr:
    """A method that the record's class defines: a helper whose first parameter is the record."""
    classes = scope.program.types.classes
    name = records_of(kind)[0].name
    found = getattr(classes[name], func.attr, None)
    function = found if hasattr(found, "__code__") else None
    if function is None or len(records_of(kind)) > 1 or func.attr in ("record_values", "record_names"):
        scope.refuse(
            node,
            f"'{shown(func.value)}' ({show(kind)}) has no method '{func.attr}' that can be captured",
            "write a helper of the model or a function of the module",
        )
    inner = scope.inner()
    inner.locals["<record>"] = held
    receiver = ast.copy_location(ast.Name("<record>", ast.Load()), func.value)
    call = ast.copy_location(ast.Call(func, [receiver, *node.args], node.keywords), node)
    return scope.program.call_function(
        inner, call, Helper(function, f"{name}.{func.attr}", None), ir.When.NOW
    )
