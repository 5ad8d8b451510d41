"""`min`, `max`, `minima`, `maxima`: the best elements of a collection."""

from __future__ import annotations

import ast

from checker.capture.problems import Skip
from checker.capture.scope import Scope
from checker.capture.type_relations import as_type, join, loose
from checker.capture.values import collection, items_of, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import is_comparable, type_of
from checker.ir.types import BoolType, ListType, OptionType, SetType, SortType, Type


def extremum(scope: Scope, node: ast.Call, *, largest: bool, strict: bool) -> ir.Expr:
    """`max(a, b)`, `max(xs)`, `max(xs, key=..., default=...)`.

    Args:
        strict: the name means the language's function, for which a tie is an evaluation error.
    """
    word = "max" if largest else "min"
    options = _options(scope, node, ("key", "default"), f"{word}(xs, key=..., default=...)")
    if not node.args or any(isinstance(one, ast.Starred) for one in node.args):
        scope.refuse(node, f"'{shown(node)}' has nothing to choose from", f"write {word}(a, b) or {word}(xs)")
    if len(node.args) == 1:
        source, item = collection(scope, node.args[0])
    else:
        if "default" in options:
            scope.refuse(node, f"'{shown(node)}' has a default but is never empty", "leave the default out")
        listed = items_of(scope, node, node.args, None)
        assert isinstance(listed.type, ListType), "items_of makes a list"
        source, item = listed, listed.type.item
    kind = loose(item)
    name, key = _key(scope, options.get("key"), item)
    if key is None:
        _check_comparable(scope, node, item, word)
    elif not strict:
        scope.refuse(
            node,
            f"'{word}' with a key gives one of several tied elements in a module without a model",
            f"write {word}ima(xs, key=...), or move the helper to the model's module",
        )
    default: ir.Expr | None = None
    if "default" in options:
        hint = kind if isinstance(kind, OptionType) else OptionType(kind)
        default = value(scope, options["default"], hint)
        shared = join(kind, loose(type_of(default)))
        if shared is None:
            scope.refuse(
                node,
                f"the default of '{shown(node)}' is {show(type_of(default))}, the elements {show(kind)}",
                "give one of their type",
            )
            raise Skip
        default = as_type(default, shared, default.span)
        kind = shared
    return ir.Extremum(largest, source, kind, name, key, default, span=scope.span(node))


def extrema(scope: Scope, node: ast.Call, *, largest: bool) -> ir.Expr:
    """`maxima(xs, key=...)`: all the best."""
    word = "maxima" if largest else "minima"
    options = _options(scope, node, ("key",), f"{word}(xs, key=lambda x: ...)")
    if len(node.args) != 1 or "key" not in options:
        scope.refuse(
            node,
            f"'{shown(node)}' does not call '{word}' as it is defined",
            f"write {word}(xs, key=lambda x: ...)",
        )
    source, item = collection(scope, node.args[0])
    name, key = _key(scope, options["key"], item)
    assert name is not None, "a key was given"
    assert key is not None, "a key was given"
    return ir.Extrema(largest, source, SetType(loose(item)), name, key, span=scope.span(node))


def _options(scope: Scope, node: ast.Call, known: tuple[str, ...], usage: str) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for word in node.keywords:
        if word.arg not in known:
            scope.refuse(
                node,
                f"'{shown(node)}' has an argument '{word.arg}' that the language lacks",
                f"write {usage}",
            )
        found[word.arg] = word.value
    return found


def _key(scope: Scope, node: ast.expr | None, item: Type) -> tuple[str | None, ir.Expr | None]:
    """The key as a function of one bound name."""
    if node is None:
        return None, None
    if isinstance(node, ast.Constant) and node.value is None:
        return None, None
    inner = scope.inner(conditional=True)
    if isinstance(node, ast.Lambda):
        parameters = node.args
        names = [one.arg for one in parameters.args]
        if (
            len(names) != 1
            or parameters.vararg
            or parameters.kwarg
            or parameters.kwonlyargs
            or parameters.defaults
        ):
            scope.refuse(node, f"'{shown(node)}' is no function of one element", "write key=lambda x: ...")
        name = scope.fresh(names[0])
        inner.bind(names[0], ir.Local(name, item, span=scope.span(node)))
        body: ast.expr = node.body
    else:
        # key=self.rank: a helper by name, applied to the element.
        name = scope.fresh("item")
        inner.bind("<element>", ir.Local(name, item, span=scope.span(node)))
        body = ast.copy_location(
            ast.Call(node, [ast.copy_location(ast.Name("<element>", ast.Load()), node)], []), node
        )
    key = value(inner, body)
    kind = type_of(key)
    if isinstance(kind, BoolType) or not is_comparable(kind):
        what = f"members of the Sort {kind.name}" if isinstance(kind, SortType) else show(kind)
        scope.refuse(
            node,
            f"the key '{shown(node)}' gives {what}, which has no order",
            "give integers, members of an Ordered, or tuples of them",
        )
    return name, key


def _check_comparable(scope: Scope, node: ast.Call, item: Type, word: str) -> None:
    if isinstance(item, BoolType) or not is_comparable(item):
        what = f"members of the Sort {item.name}" if isinstance(item, SortType) else show(item)
        scope.refuse(
            node,
            f"'{shown(node)}' compares {what}, which has no order",
            f"write {word}ima(xs, key=lambda x: ...)",
        )
