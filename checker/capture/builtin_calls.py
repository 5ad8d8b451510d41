"""Builtin functions and those of the language, except extrema and constructors."""

from __future__ import annotations

import ast

from checker.capture.comprehensions import quantifier, summand, total
from checker.capture.logic import conditional
from checker.capture.narrowing import tested_records
from checker.capture.observed_order import needs_order
from checker.capture.problems import Skip
from checker.capture.scope import Scope, each
from checker.capture.type_relations import INT, as_type, join, loose, records_of
from checker.capture.values import Once, collection, integer, is_atom, mismatch, show, shown, truth, value
from checker.ir import nodes as ir
from checker.ir.type_of import is_comparable, item_type, type_of
from checker.ir.types import (
    EnumType,
    ListType,
    MapType,
    OptionType,
    QuorumType,
    SetType,
    SortType,
    TupleType,
    Type,
)


def arguments(
    scope: Scope, node: ast.Call, least: int, most: int, usage: str, keywords: tuple[str, ...] = ()
) -> None:
    """Checks the number of arguments of a builtin.

    Raises:
        Skip: there are too few, too many, or unknown ones.
    """
    unknown = [word.arg for word in node.keywords if word.arg not in keywords]
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    if starred or unknown or not least <= len(node.args) <= most:
        scope.refuse(
            node, f"'{shown(node)}' does not call '{shown(node.func)}' as it is defined", f"write {usage}"
        )


def length(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`len(x)`."""
    arguments(scope, node, 1, 1, "len(x)")
    span = scope.span(node)
    made = value(scope, node.args[0])
    if isinstance(made, ir.Domain) and isinstance(made.item, SortType | EnumType | QuorumType):
        return ir.SizeOf(made.item, span=span)
    kind = type_of(made)
    if isinstance(kind, OptionType):
        scope.refuse(
            node, f"'{shown(node.args[0])}' may be None, and has no length then", "test 'is not None' first"
        )
    if isinstance(kind, MapType):
        view = ir.MapView(made, ir.MapPart.KEYS, ListType(kind.key, False), span=span)
        return ir.Size(view, span=span)
    if item_type(kind) is None:
        scope.refuse(node, f"'{shown(node.args[0])}' ({show(kind)}) has no length", "len counts a collection")
    return ir.Size(made, span=span)


def any_of(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`any(...)`."""
    return _quantified(scope, node, universal=False)


def all_of(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`all(...)`."""
    return _quantified(scope, node, universal=True)


def _quantified(scope: Scope, node: ast.Call, *, universal: bool) -> ir.Expr:
    word = "all" if universal else "any"
    arguments(scope, node, 1, 1, f"{word}(condition for x in xs)")
    inner = node.args[0]
    if isinstance(inner, ast.GeneratorExp):
        return quantifier(scope, node, inner, universal=universal)
    source, item = collection(scope, inner)
    name = scope.fresh("item")
    span = scope.span(node)
    binder = ir.Binder(name, item, source, span=scope.span(inner))
    body = truth(scope, ir.Local(name, item, span=scope.span(inner)), inner)
    return (ir.Forall if universal else ir.Exists)((binder,), body, span=span)


def sum_of(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`sum(...)`, with a start that is an integer."""
    arguments(scope, node, 1, 2, "sum(x for x in xs)", ("start",))
    inner = node.args[0]
    span = scope.span(node)
    starts = [*node.args[1:], *(word.value for word in node.keywords)]
    start = integer(scope, starts[0], "the start of a sum") if starts else None
    if start is not None and not is_atom(start):
        scope.refuse(
            node, f"'{shown(node)}' starts from a computed value", f"write {shown(starts[0])} + sum(...)"
        )
    if isinstance(inner, ast.GeneratorExp):
        made = total(scope, node, inner)
    else:
        source, item = collection(scope, inner)
        name = scope.fresh("item")
        local = ir.Local(name, item, span=scope.span(inner))
        summand(scope, local, inner)
        made = ir.Sum((ir.Binder(name, item, source, span=scope.span(inner)),), local, span=span)
    return made if start is None else ir.Arith(ir.ArithOp.ADD, start, made, span=span)


def absolute(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`abs(x)`."""
    arguments(scope, node, 1, 1, "abs(x)")
    span = scope.span(node)
    once = Once(scope)
    made = once.atom(integer(scope, node.args[0], "the operand of abs"), "number")
    zero = ir.IntLit(0, span=span)
    negated = ir.Arith(ir.ArithOp.SUB, zero, made, span=span)
    return once.around(ir.Ite(ir.Less(made, zero, span=span), negated, made, INT, span=span))


def int_range(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`range(stop)`, `range(start, stop)`."""
    if len(node.args) == 3:
        scope.refuse(node, f"'{shown(node)}' has a step", "write range(start, stop) and choose with if")
    arguments(scope, node, 1, 2, "range(start, stop)")
    span = scope.span(node)
    made: list[ir.Expr] = []
    each(scope, node.args, lambda one: made.append(integer(scope, one, "an end of a range")))
    start = made[0] if len(made) == 2 else ir.IntLit(0, span=span)
    return ir.IntRange(start, made[-1], span=span)


def _ordered_list(scope: Scope, node: ast.expr, use: str) -> tuple[ir.Expr, Type]:
    made, item = collection(scope, node)
    needs_order(scope, made, node, use)
    return made, item


def enumerated(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`enumerate(s)`, `enumerate(s, start)`."""
    arguments(scope, node, 1, 2, "enumerate(s, start)", ("start",))
    span = scope.span(node)
    made, item = _ordered_list(scope, node.args[0], "enumerate()")
    starts = [*node.args[1:], *(word.value for word in node.keywords)]
    start = integer(scope, starts[0], "the start of enumerate") if starts else ir.IntLit(0, span=span)
    from_zero = isinstance(start, ir.IntLit) and start.value >= 0
    index = INT if not from_zero else type(INT)(0, None)
    return ir.Enumerate(made, start, ListType(TupleType((index, loose(item))), True), span=span)


def zipped(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`zip(s, t)`."""
    arguments(scope, node, 2, 2, "zip(s, t)", ("strict",))
    for word in node.keywords:
        if not (isinstance(word.value, ast.Constant) and word.value.value is False):
            scope.refuse(
                node,
                f"'{shown(node)}' fails on different lengths",
                "compare the lengths, and write strict=False",
            )
    made: list[tuple[ir.Expr, Type]] = []
    each(scope, node.args, lambda one: made.append(_ordered_list(scope, one, "zip()")))
    (left, a), (right, b) = made
    return ir.Zip(left, right, ListType(TupleType((loose(a), loose(b))), True), span=scope.span(node))


def backwards(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`reversed(s)`."""
    arguments(scope, node, 1, 1, "reversed(s)")
    made, item = _ordered_list(scope, node.args[0], "reversed()")
    return ir.Reversed(made, ListType(loose(item), True), span=scope.span(node))


def in_order(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`sorted(xs)`: by the elements' own order, which then is the result's."""
    if node.keywords:
        scope.refuse(
            node,
            f"'{shown(node)}' sorts by a key or backwards, and equal keys keep an order that nobody can tell",
            "sort integers or members of an Ordered: sorted(xs), reversed(sorted(xs))",
        )
    arguments(scope, node, 1, 1, "sorted(xs)")
    made, item = collection(scope, node.args[0])
    if not is_comparable(item):
        what = f"the Sort {item.name}" if isinstance(item, SortType) else show(item)
        scope.refuse(
            node,
            f"'{shown(node)}' sorts {what}, which has no order",
            "sort integers or members of an Ordered",
        )
    return ir.Convert(made, ListType(loose(item), True), sort=True, span=scope.span(node))


def is_instance(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`isinstance(x, A)`."""
    arguments(scope, node, 2, 2, "isinstance(x, A)")
    made = value(scope, node.args[0])
    records = tested_records(scope, node.args[1])
    return class_test(scope, node, made, tuple(record.name for record in records), node.args[0])


def class_test(scope: Scope, node: ast.AST, made: ir.Expr, names: tuple[str, ...], item: ast.AST) -> ir.Expr:
    """Whether a value, None included, is one of some records."""
    span = scope.span(node)
    while isinstance(made, ir.Narrow):
        made = made.value
    kind = type_of(made)
    once = Once(scope)
    tests: list[ir.Expr] = []
    if isinstance(kind, OptionType):
        made = once.atom(made, "item")
        tests.append(ir.Not(ir.IsNone(made, span=span), span=span))
        made, kind = ir.Narrow(made, kind.item, span=span), kind.item
    known = {record.name for record in records_of(kind)}
    if not known:
        scope.refuse(
            item,
            f"'{shown(item)}' ({show(kind)}) is no record",
            "isinstance tests which Record of a union a value is",
        )
    foreign = [name for name in names if name not in known]
    if foreign and len(foreign) == len(set(names)):
        scope.refuse(
            node,
            f"'{shown(item)}' is {show(kind)}, and never {foreign[0]}",
            "test one of the records that it may be",
        )
    kept = tuple(dict.fromkeys(name for name in names if name in known))
    if len(known) > 1 or not tests:
        tests.append(ir.IsVariant(made, kept, span=span))
    return once.around(tests[0] if len(tests) == 1 else ir.And(tuple(tests), span=span))


def as_bool(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`bool(xs)` of a collection."""
    arguments(scope, node, 1, 1, "a condition")
    return conditional(scope, node.args[0])


def majority_of(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`majority(acks, members)`."""
    arguments(scope, node, 2, 2, "majority(acks, members)")
    made: list[ir.Expr] = []

    def part(one: ast.expr) -> None:
        found = value(scope, one)
        if isinstance(found, ir.Domain):
            scope.refuse(one, f"'{shown(one)}' is a class and no set", f"write Set({shown(one)})")
        kind = type_of(found)
        if not isinstance(kind, SetType | QuorumType):
            mismatch(scope, kind, SetType(item_type(kind) or kind), one, "the argument of majority")
        made.append(found)

    each(scope, node.args, lambda one: part(one))
    acks, members = made
    shared = join(SetType(item_type(type_of(acks)) or INT), SetType(item_type(type_of(members)) or INT))
    if shared is None:
        scope.refuse(
            node,
            f"'{shown(node)}' compares sets of different types",
            "give the acknowledgements and members of one sort",
        )
        raise Skip
    span = scope.span(node)
    return ir.Majority(as_type(acks, shared, span), as_type(members, shared, span), span=span)


def present_value(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`present(x)`: a guard, so it stands where it is certainly evaluated."""
    arguments(scope, node, 1, 1, "present(x)")
    text = shown(node)
    if not scope.mode.writes:
        scope.refuse(
            node, f"'{text}' disables a step, and stands in {scope.mode.value}", "test 'is not None'"
        )
    if scope.conditional:
        scope.refuse(
            node,
            f"'{text}' stands where it may not be evaluated",
            "give it a name on a line of its own before",
        )
    made = value(scope, node.args[0])
    if not isinstance(type_of(made), OptionType):
        if isinstance(made, ir.Narrow):
            return made  # a test has found already that there is a value
        scope.refuse(
            node,
            f"'{shown(node.args[0])}' ({show(type_of(made))}) is never None",
            "write it without present()",
        )
    return ir.Present(made, span=scope.span(node))
