"""Displays and constructors of collections: `[...]`, `{...}`, `Set(...)`, `Seq(...)`, `Bag(...)`,
`Map({...})`,
`Partial({...})`."""

from __future__ import annotations

import ast

from checker.capture.comprehensions import within
from checker.capture.observed_order import needs_order, order_matters
from checker.capture.scope import Scope, each
from checker.capture.type_relations import as_type, converts, loose
from checker.capture.values import Once, collection, items_of, join_all, mismatch, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import agree, item_type, type_of
from checker.ir.types import (
    BagType,
    EnumType,
    IntType,
    ListType,
    MapType,
    OptionType,
    PartialType,
    SeqType,
    SetType,
    TupleType,
    Type,
)

# ------------------------------------------------------------------ lists, tuples, sets


def list_display(scope: Scope, node: ast.List, expected: Type | None) -> ir.Expr:
    """`[a, b]`, `[*xs, a]`."""
    if any(isinstance(item, ast.Starred) for item in node.elts):
        return _spread(scope, node)
    return items_of(scope, node, node.elts, item_type(expected) if expected is not None else None)


def _spread(scope: Scope, node: ast.List) -> ir.Expr:
    """`[*xs, a, *ys]`: lists one after the other."""
    parts: list[ir.Expr] = []

    def part(item: ast.expr) -> None:
        if isinstance(item, ast.Starred):
            made, kind = collection(scope, item.value)
            order = order_matters(type_of(made))
            whole = ListType(loose(kind), order)
            parts.append(
                made
                if isinstance(type_of(made), ListType)
                else ir.Convert(made, whole, span=scope.span(item))
            )
        else:
            parts.append(items_of(scope, item, [item], None))

    each(scope, node.elts, lambda item: part(item))
    span = scope.span(node)
    kind = join_all(scope, parts, node)
    made = as_type(parts[0], kind, span)
    for other in parts[1:]:
        made = ir.SeqConcat(made, as_type(other, kind, span), kind, span=span)
    return made


def tuple_display(scope: Scope, node: ast.Tuple, expected: Type | None) -> ir.Expr:
    """`(a, b)`."""
    wanted: tuple[Type | None, ...] = (None,) * len(node.elts)
    if isinstance(expected, OptionType):
        expected = expected.item
    if isinstance(expected, TupleType) and len(expected.items) == len(node.elts):
        wanted = expected.items
    if not node.elts:
        scope.refuse(node, "'()' has no items", "write Seq() for an empty sequence")
    made: list[ir.Expr] = []

    def item(one: ast.expr, hint: Type | None) -> None:
        found = value(scope, one, hint)
        made.append(
            as_type(found, hint, scope.span(one))
            if hint is not None and converts(type_of(found), hint)
            else found
        )

    each(scope, zip(node.elts, wanted, strict=True), lambda both: item(*both))
    return ir.MakeTuple(tuple(made), span=scope.span(node))


def set_display(scope: Scope, node: ast.Set, expected: Type | None) -> ir.Expr:
    """`{a, b}`."""
    listed = items_of(scope, node, node.elts, item_type(expected) if expected is not None else None)
    kind = listed.type
    assert isinstance(kind, ListType), "items are a list"
    return ir.SetLit(SetType(kind.item), listed.items, span=scope.span(node))


def make_set(scope: Scope, node: ast.Call, expected: Type | None) -> ir.Expr:
    """`Set()`, `Set(xs)`, `set(xs)`, `frozenset(xs)`."""
    span = scope.span(node)
    item = item_type(expected) if expected is not None else None
    argument = _one_iterable(scope, node)
    match argument:
        case None:
            if item is None:
                scope.refuse(
                    node,
                    "the element type of this empty set is unknown",
                    "annotate what holds it: s: Set[T] = Set()",
                )
            return ir.SetLit(SetType(loose(item)), (), span=span)
        case ast.Set() | ast.List() | ast.Tuple() if not any(
            isinstance(one, ast.Starred) for one in argument.elts
        ):
            listed = items_of(scope, argument, argument.elts, item)
            kind = item_type(listed.type)
            assert kind is not None, "items are a list"
            return ir.SetLit(SetType(kind), listed.items, span=span)
        case ast.GeneratorExp(elt, generators) | ast.ListComp(elt, generators):
            return value(scope, ast.copy_location(ast.SetComp(elt, generators), node), expected)
        case ast.SetComp():
            return value(scope, argument, expected)
        case _:
            made, kind = collection(scope, argument)
            whole = SetType(loose(kind))
            return made if agree(type_of(made), whole) else ir.Convert(made, whole, span=span)


def make_seq(scope: Scope, node: ast.Call, expected: Type | None) -> ir.Expr:
    """`Seq()`, `Seq(xs)`: only from something ordered."""
    span = scope.span(node)
    item = item_type(expected) if expected is not None else None
    argument = _one_iterable(scope, node)
    match argument:
        case None:
            if item is None:
                scope.refuse(
                    node,
                    "the element type of this empty Seq is unknown",
                    "annotate what holds it: s: Seq[T, N] = Seq()",
                )
            return ir.SeqLit(SeqType(loose(item)), (), span=span)
        case ast.List() | ast.Tuple() if not any(isinstance(one, ast.Starred) for one in argument.elts):
            listed = items_of(scope, argument, argument.elts, item)
            kind = item_type(listed.type)
            assert kind is not None, "items are a list"
            return ir.SeqLit(SeqType(kind), listed.items, span=span)
        case _:
            made, kind = collection(scope, argument)
            needs_order(scope, made, argument, "Seq()")
            return (
                made
                if isinstance(type_of(made), SeqType)
                else ir.Convert(made, SeqType(loose(kind)), span=span)
            )


def make_bag(scope: Scope, node: ast.Call, expected: Type | None) -> ir.Expr:
    """`Bag()`, `Bag(xs)`."""
    span = scope.span(node)
    item = item_type(expected) if expected is not None else None
    argument = _one_iterable(scope, node)
    if argument is None:
        if item is None:
            scope.refuse(
                node,
                "the element type of this empty Bag is unknown",
                "annotate what holds it: b: Bag[T, N] = Bag()",
            )
        return ir.SeqLit(BagType(loose(item)), (), span=span)
    if isinstance(argument, ast.List | ast.Tuple) and not any(
        isinstance(one, ast.Starred) for one in argument.elts
    ):
        listed = items_of(scope, argument, argument.elts, item)
        kind = item_type(listed.type)
        assert kind is not None, "items are a list"
        return ir.SeqLit(BagType(kind), listed.items, span=span)
    made, kind = collection(scope, argument)
    return ir.Convert(made, BagType(loose(kind)), span=span)


def make_list(scope: Scope, node: ast.Call, expected: Type | None) -> ir.Expr:
    """`list(xs)`."""
    argument = _one_iterable(scope, node)
    if argument is None:
        return list_display(scope, ast.copy_location(ast.List([], ast.Load()), node), expected)
    made, kind = collection(scope, argument)
    whole = ListType(loose(kind), order_matters(type_of(made)))
    return made if agree(type_of(made), whole) else ir.Convert(made, whole, span=scope.span(node))


def _one_iterable(scope: Scope, node: ast.Call) -> ast.expr | None:
    if node.keywords or len(node.args) > 1 or any(isinstance(one, ast.Starred) for one in node.args):
        scope.refuse(node, f"'{shown(node)}' takes one collection", f"write {shown(node.func)}([a, b])")
    return node.args[0] if node.args else None


# ------------------------------------------------------------------ maps


def make_map(scope: Scope, node: ast.Call, expected: Type | None, *, total: bool) -> ir.Expr:
    """`Map({...})`, `Partial({...})`, `Partial()`."""
    name = "Map" if total else "Partial"
    if isinstance(expected, OptionType):
        expected = expected.item
    argument = _one_iterable(scope, node)
    known = (expected.key, expected.value) if isinstance(expected, MapType | PartialType) else None
    match argument:
        case None if not total:
            if known is None:
                scope.refuse(
                    node,
                    "the types of this empty Partial are unknown",
                    "annotate it: m: Partial[K, V] = Partial()",
                )
            return ir.MapLit(PartialType(loose(known[0]), loose(known[1])), (), span=scope.span(node))
        case ast.DictComp():
            return _map_comprehension(scope, argument, known, total=total)
        case ast.Dict():
            return _map_display(scope, argument, known, total=total)
        case None:
            scope.refuse(
                node,
                "'Map()' has no values, and a Map has one for every key",
                "write Map({k: value for k in K})",
            )
        case _:
            made = value(scope, argument, expected)
            kind = type_of(made)
            if isinstance(kind, MapType if total else PartialType):
                return made
            scope.refuse(
                node,
                f"'{shown(node)}' makes a {name} of {show(kind)}",
                f"write {name}({{k: value for k in ...}})",
            )


def dict_display(scope: Scope, node: ast.Dict, expected: Type | None) -> ir.Expr:
    """`{k: v}` alone is a Python dict, which could be changed."""
    scope.refuse(
        node,
        "a dict can be changed in place, and a change would be lost",
        "write Partial({...}) or Map({...})",
    )


def dict_comprehension(scope: Scope, node: ast.DictComp, expected: Type | None) -> ir.Expr:
    """As dict_display."""
    scope.refuse(
        node,
        "a dict can be changed in place, and a change would be lost",
        "write Map({...}) or Partial({...})",
    )


Known = tuple[Type, Type] | None


def _map_display(scope: Scope, node: ast.Dict, known: Known, *, total: bool) -> ir.Expr:
    span = scope.span(node)
    keys: list[ir.Expr] = []
    values: list[ir.Expr] = []
    key_hint, value_hint = known or (None, None)

    def pair(key: ast.expr | None, item: ast.expr) -> None:
        if key is None:
            scope.refuse(item, "'**' copies a map", "assign key by key")
        keys.append(value(scope, key, key_hint))
        values.append(value(scope, item, value_hint))

    each(scope, zip(node.keys, node.values, strict=True), lambda both: pair(*both))
    if not keys and known is None:
        scope.refuse(
            node, "the types of this empty map are unknown", "annotate it: m: Partial[K, V] = Partial()"
        )
    key_type = join_all(scope, keys, node, key_hint)
    value_type = join_all(scope, values, node, value_hint)
    pairs = tuple(
        (as_type(key, key_type, key.span), as_type(item, value_type, item.span))
        for key, item in zip(keys, values, strict=True)
    )
    if not total:
        return ir.MapLit(PartialType(key_type, value_type), pairs, span=span)
    named = {key.name for key in keys if isinstance(key, ir.EnumLit)}
    if not isinstance(key_type, EnumType) or named != set(key_type.members) or len(keys) != len(named):
        scope.refuse(
            node,
            f"'{shown(node)}' may not have every key of {show(key_type)}, and a Map has",
            "write Map({k: value for k in K}), or use Partial[K, V]",
        )
    # One value per member, each evaluated in turn, then chosen by the key.
    once = Once(scope)
    atoms = [(key, once.atom(item, "value")) for key, item in pairs]
    name = scope.fresh("key")
    local = ir.Local(name, key_type, span=span)
    chosen = atoms[-1][1]
    for key, item in reversed(atoms[:-1]):
        chosen = ir.Ite(ir.Eq(local, key, span=span), item, chosen, value_type, span=span)
    binder = ir.Binder(name, key_type, ir.Domain(key_type, span=span), span=span)
    return once.around(ir.MapBuild(MapType(key_type, value_type), (binder,), local, chosen, span=span))


def _map_comprehension(scope: Scope, node: ast.DictComp, known: Known, *, total: bool) -> ir.Expr:
    span = scope.span(node)
    made: dict[str, ir.Expr] = {}
    key_hint, value_hint = known or (None, None)

    def body(inner: Scope) -> None:
        made["key"] = value(inner, node.key, key_hint)
        made["value"] = value(inner, node.value, value_hint)

    binders, _ = within(scope, node.generators, body)
    key, item = made["key"], made["value"]
    for expr, hint, part in ((key, key_hint, node.key), (item, value_hint, node.value)):
        if hint is not None and not converts(type_of(expr), hint):
            mismatch(scope, type_of(expr), hint, part, "what the map holds")
    key_type = loose(type_of(key)) if key_hint is None else key_hint
    value_type = loose(type_of(item)) if value_hint is None else loose(value_hint)
    key, item = as_type(key, key_type, span), as_type(item, value_type, span)
    if total:
        covered = _covered(binders, key)
        if covered is None or (key_hint is not None and not _covers(covered, key_hint)):
            scope.refuse(
                node,
                f"'{shown(node)}' may not have every key of {show(key_type)}, and a Map has",
                "write Map({k: value for k in K}) over all of K, or use Partial[K, V]",
            )
        return ir.MapBuild(MapType(covered, value_type), binders, key, item, span=span)
    _check_distinct(scope, node, binders, key)
    return ir.MapBuild(PartialType(loose(key_type), value_type), binders, key, item, span=span)


def _covered(binders: tuple[ir.Binder, ...], key: ir.Expr) -> Type | None:
    """The type all values of which the key takes, once each: the binders run over whole domains."""
    domains: dict[str, Type] = {}
    for binder in binders:
        if binder.filters:
            return None
        match binder.source:
            case ir.Domain(item):
                domains[binder.name] = item
            case ir.IntRange(ir.IntLit(start), ir.IntLit(stop)) if stop > start:
                domains[binder.name] = IntType(start, stop - 1)
            case ir.MapView(held, ir.MapPart.KEYS) if isinstance(whole := type_of(held), MapType):
                domains[binder.name] = whole.key
            case _:
                return None
    match key:
        case ir.Local(name) if name in domains and len(domains) == 1:
            return domains[name]
        case ir.MakeTuple(items):
            names = [item.name if isinstance(item, ir.Local) else "" for item in items]
            if set(names) == set(domains) and len(names) == len(domains):
                return TupleType(tuple(domains[name] for name in names))
            return None
        case _:
            return None


def _covers(have: Type, want: Type) -> bool:
    """Whether a domain is the whole key type; ranges must be the same numbers."""
    if isinstance(have, TupleType) and isinstance(want, TupleType):
        return len(have.items) == len(want.items) and all(map(_covers, have.items, want.items))
    return have == want


def _check_distinct(scope: Scope, node: ast.DictComp, binders: tuple[ir.Binder, ...], key: ir.Expr) -> None:
    """Refuses pairs whose keys may collide in an order that nobody can tell: which one wins would depend on
    it."""
    unordered = {binder.name for binder in binders if not order_matters(type_of(binder.source))}
    if not unordered or unordered <= determined_by(key, binders):
        return
    scope.refuse(
        node.key,
        f"two elements may give the same key '{shown(node.key)}', "
        "and which one wins would depend on an order",
        "take the whole element as the key, or choose its value by any, max or sum",
    )


def determined_by(key: ir.Expr, binders: tuple[ir.Binder, ...] = ()) -> set[str]:
    """The bound names whose values a key tells: those that it contains whole, or by a map's key."""
    match key:
        case ir.Local(name):
            return {name}
        case ir.MakeTuple(items) | ir.MakeRecord(_, items):
            return set[str]().union(*(determined_by(item, binders) for item in items))
        case ir.Widen(inner) | ir.Narrow(inner) | ir.Fit(inner):
            return determined_by(inner, binders)
        case ir.TupleItem(ir.Local(name), 0):
            sources = [binder.source for binder in binders if binder.name == name]
            keyed = any(isinstance(one, ir.MapView) and one.part is ir.MapPart.ITEMS for one in sources)
            return {name} if keyed else set()
        case _:
            return set()
