"""Comprehensions: their clauses become binders; `any`, `all` and `sum` over one become quantifiers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from checker.capture.logic import conditional
from checker.capture.narrowing import assume
from checker.capture.observed_order import order_matters
from checker.capture.problems import Skip
from checker.capture.scope import Broken, Scope, attempt, each
from checker.capture.type_relations import as_type, loose
from checker.capture.values import collection, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import item_type, type_of
from checker.ir.types import BoolType, IntType, ListType, SetType, TupleType, Type

Clauses = tuple[tuple[ir.Binder, ...], bool]
"""The binders, and whether they visit their elements in an order that a model may observe."""


def element_type(source: ir.Expr, item: Type) -> Type:
    """The type of a bound element: that of a range from a literal is known to be no less."""
    if isinstance(source, ir.IntRange) and isinstance(source.start, ir.IntLit):
        return IntType(source.start.value, None)
    return item


def clauses(scope: Scope, generators: list[ast.comprehension]) -> Clauses:
    """The clauses of a comprehension. The scope given is the one inside, and gets the names."""
    binders: list[ir.Binder] = []
    ordered = True
    for generator in generators:
        if generator.is_async:
            scope.refuse(generator.target, "'async for' has no meaning in an atomic step", "write for")
        try:
            source, item = collection(scope, generator.iter)
        except Skip:
            for node in ast.walk(generator.target):
                if isinstance(node, ast.Name):
                    scope.bind(node.id, Broken())
            scope.conditional = True
            each(scope, generator.ifs, lambda test: conditional(scope, test))
            raise
        ordered = ordered and order_matters(type_of(source))
        kind = element_type(source, item)
        name = scope.fresh(generator.target.id if isinstance(generator.target, ast.Name) else "item")
        bind_target(scope, generator.target, ir.Local(name, kind, span=scope.span(generator.target)))
        scope.conditional = True
        filters: list[ir.Expr] = []

        def filter_by(test: ast.expr, into: list[ir.Expr] = filters) -> None:
            parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
            for part in parts:
                into.append(conditional(scope, part))
                assume(scope, part, True)

        each(scope, generator.ifs, lambda test: filter_by(test))
        span = scope.span(generator.target)
        binders.append(ir.Binder(name, kind, source, tuple(filters), span=span))
    return tuple(binders), ordered


def bind_target(scope: Scope, target: ast.expr, expr: ir.Expr) -> None:
    """Binds the names of a target to a value or to the items of a tuple."""
    match target:
        case ast.Name(id=name):
            scope.bind(name, expr)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            kind = type_of(expr)
            if not isinstance(kind, TupleType) or len(kind.items) != len(parts):
                for node in ast.walk(target):
                    if isinstance(node, ast.Name):
                        scope.bind(node.id, Broken())
                scope.refuse(
                    target,
                    f"'{shown(target)}' unpacks {show(kind)}",
                    "name as many variables as the tuple has items",
                )
            for index, part in enumerate(parts):
                bind_target(scope, part, ir.TupleItem(expr, index, kind.items[index], span=scope.span(part)))
        case _:
            scope.refuse(target, f"'{shown(target)}' is no local name", "bind a name, then assign it")


def within(
    scope: Scope, generators: list[ast.comprehension], body: Callable[[Scope], None]
) -> tuple[tuple[ir.Binder, ...], bool]:
    """Reads the clauses, then what they bind for; all problems of both are found."""
    inner = scope.inner()
    found: list[Clauses] = []

    def read() -> None:
        found.append(clauses(inner, generators))

    attempt(scope, (read, lambda: body(inner)))
    return found[0]


def comprehension(
    scope: Scope, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, expected: Type | None
) -> ir.Expr:
    """A list or set comprehension as a value."""
    if isinstance(node, ast.GeneratorExp):
        scope.refuse(node, f"the generator '{shown(node)}' can be used up only once", "write a list: [...]")
    made: list[ir.Expr] = []
    hint = item_type(expected) if expected is not None else None
    binders, ordered = within(scope, node.generators, lambda inner: made.append(value(inner, node.elt, hint)))
    span = scope.span(node)
    body = made[0]
    item = loose(type_of(body))
    kind: Type = SetType(item) if isinstance(node, ast.SetComp) else ListType(item, ordered)
    return ir.Build(kind, binders, as_type(body, item, span), span=span)


def quantifier(scope: Scope, node: ast.Call, comprehension: ast.GeneratorExp, *, universal: bool) -> ir.Expr:
    """`all(... for ...)`, `any(... for ...)`."""
    made: list[ir.Expr] = []
    binders, _ = within(
        scope, comprehension.generators, lambda inner: made.append(conditional(inner, comprehension.elt))
    )
    form = ir.Forall if universal else ir.Exists
    return form(binders, made[0], span=scope.span(node))


def total(scope: Scope, node: ast.Call, comprehension: ast.GeneratorExp) -> ir.Expr:
    """`sum(... for ...)`."""
    made: list[ir.Expr] = []

    def body(inner: Scope) -> None:
        made.append(summand(inner, value(inner, comprehension.elt), comprehension.elt))

    binders, _ = within(scope, comprehension.generators, body)
    return ir.Sum(binders, made[0], span=scope.span(node))


def summand(scope: Scope, made: ir.Expr, node: ast.expr) -> ir.Expr:
    """What is summed up: integers, not conditions."""
    kind = type_of(made)
    if isinstance(kind, BoolType):
        scope.refuse(
            node,
            f"'{shown(node)}' is a condition, and sum adds integers",
            "write sum(1 for ... if condition)",
        )
    if not isinstance(kind, IntType):
        scope.refuse(
            node,
            f"'{shown(node)}' ({show(kind)}) is no integer, and sum adds integers",
            "sum an integer for each element",
        )
    return made
