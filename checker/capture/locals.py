"""Locals that statements bind: one IR name and one type each, found from what they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from checker.capture.narrowing import Path, learn
from checker.capture.problems import Skip
from checker.capture.scope import Bound, Broken, Fact, LoopLocal, Retype, Scope, Unbound
from checker.capture.type_relations import as_type, converts, join, loose
from checker.capture.values import is_bare, mismatch, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import agree, type_of
from checker.ir.types import ListType, OptionType, Type


def names_bound(body: Iterable[ast.AST]) -> frozenset[str]:
    """The names that statements bind; those of comprehensions and lambdas are their own."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Lambda():
                continue
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                found.add(name)
            case _:
                pass
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def hint_key(scope: Scope, name: str) -> str:
    """How hints name a local: inlined methods have locals of their own."""
    return f"{scope.function.__qualname__}.{name}"


def local_value(scope: Scope, name: str, node: ast.expr, expected: Type | None = None) -> ir.Expr:
    """The value of an assignment to a local; one without a type of its own (None, []) takes what a later
    one has."""
    hint = expected or scope.hints.get(hint_key(scope, name))
    if hint is None and name in scope.declared:
        kind = scope.declared[name][1]
        hint = (
            kind
            if not (isinstance(node, ast.Constant) and node.value is None) or isinstance(kind, OptionType)
            else OptionType(kind)
        )
    if hint is None and is_bare(node):
        scope.pending.setdefault(name, (node, shown(node)))
        scope.bind(name, Broken())
        raise Skip
    return value(scope, node, hint)


def bind_local(
    scope: Scope, name: str, expr: ir.Expr, node: ast.AST, declared: Type | None = None
) -> ir.Bind:
    """Binds a local to a value, widened to the type that it has in the whole method.

    Raises:
        Retype: the local needs a wider type than its first value has.
    """
    have = loose(type_of(expr))
    key = hint_key(scope, name)
    if name in scope.frozen:
        scope.bind(name, Broken())
        scope.refuse(
            node,
            f"'{name}' is carried from turn to turn of a loop without order",
            "compute it by sum, any, all, maxima or a comprehension",
        )
    _settle(scope, name, have)
    if name in scope.declared:
        fresh, kind = scope.declared[name]
        if not converts(have, kind):
            both = join(kind, have)
            if both is None or (declared is not None):
                scope.bind(name, Broken())
                scope.refuse(node, f"'{name}' holds {show(kind)}, and here {show(have)}", "use two names")
            assert both is not None
            raise Retype(key, both)
    else:
        kind = declared or scope.hints.get(key) or have
        if isinstance(kind, ListType) and isinstance(have, ListType) and kind.ordered and not have.ordered:
            kind = ListType(kind.item, False)
        if not converts(have, kind):
            scope.bind(name, Broken())
            mismatch(scope, have, kind, node, f"'{name}'")
        fresh = scope.fresh(name)
        scope.declared[name] = (fresh, kind)
    span = scope.span(node)
    scope.bind(name, ir.Local(fresh, kind, span=span))
    if not agree(have, kind) and not isinstance(have, ListType):
        learn(scope, Path(name, frozenset((name,)), frozenset()), have)
    return ir.Bind(fresh, kind, as_type(expr, kind, span), span=span)


def _settle(scope: Scope, name: str, have: Type) -> None:
    """A local that began as None or empty takes its type from the first value that has one."""
    if name not in scope.pending or hint_key(scope, name) in scope.hints:
        return
    node, _ = scope.pending[name]
    if isinstance(node, ast.Constant):
        raise Retype(hint_key(scope, name), have if isinstance(have, OptionType) else OptionType(have))
    raise Retype(hint_key(scope, name), have)


def report_pending(scope: Scope) -> None:
    """Reports the locals that never got a type."""
    for name, (node, text) in scope.pending.items():
        if hint_key(scope, name) not in scope.hints:
            kind = (
                "T | None"
                if text == "None"
                else "list[T]"
                if text in ("[]", "list()")
                else f"{text.split('(')[0]}[T]"
            )
            scope.report(
                node, f"the type of '{name} = {text}' is unknown", f"annotate it: {name}: {kind} = {text}"
            )


def merge(scope: Scope, branches: list[Scope]) -> None:
    """After branches: what is bound, and known, on all of them that can be left."""
    alive = [branch for branch in branches if not branch.dead]
    if not alive:
        scope.dead = True
        alive = branches
    names = dict.fromkeys(name for branch in alive for name in branch.locals)
    merged: dict[str, Bound] = {
        name: _merged([branch.locals.get(name) for branch in alive]) for name in names
    }
    scope.locals.clear()
    scope.locals.update(merged)
    first, *others = alive
    facts: dict[str, Fact] = {}
    for path, fact in first.facts.items():
        kinds = [other.facts[path].type for other in others if path in other.facts]
        if len(kinds) < len(others) or fact.type is None or None in kinds:
            continue
        kind: Type | None = fact.type
        for one in kinds:
            assert one is not None, "checked above"
            kind = None if kind is None else join(kind, one)
        if kind is not None:
            facts[path] = type(fact)(kind, fact.names, fact.variables)
    scope.facts.clear()
    scope.facts.update(facts)


def _merged(bounds: list[Bound | None]) -> Bound:
    first = bounds[0]
    if any(isinstance(bound, Broken) for bound in bounds):
        return Broken()
    if first is not None and all(bound == first for bound in bounds):
        return first
    if any(isinstance(bound, LoopLocal) for bound in bounds):
        return LoopLocal()
    return Unbound()
