"""Constructors of records, `replace`, `S.at(i)`, and generic classes that are called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from checker.capture.comparisons import is_total
from checker.capture.problems import Skip, nearest
from checker.capture.scope import Scope, each
from checker.capture.type_relations import loose, stored
from checker.capture.values import Once, integer, placed, record_type, show, shown, static_value, value
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import OptionType, RecordType, Type, UnionType
from checker.language.errors import FormError
from checker.language.forms import resolve
from checker.language.members import Ordered
from checker.language.records import Record


def record(scope: Scope, node: ast.Call, cls: type[Record]) -> ir.Expr:
    """`Vote(b, v)`, `Vote(ballot=b, value=v)`: the fields are checked as it is made."""
    kind = record_type(scope, cls, node)
    if isinstance(kind, UnionType):
        names = " or ".join(one.name for one in kind.records[:3])
        scope.refuse(
            node, f"'{cls.__name__}' has subclasses and stands for them", f"make one of them: {names}"
        )
    given = _given_fields(scope, node, kind)
    made: dict[str, ir.Expr] = {}

    def field(name: str, argument: ast.expr) -> None:
        made[name] = placed(scope, argument, kind.field(name), f"the field '{name}' of {kind.name}")

    each(scope, given, lambda both: field(*both))
    span = scope.span(node)
    for name, default in cls.__field_defaults__.items():
        if name not in made:
            expr = static_value(scope, default, node, kind.field(name))
            made[name] = stored(expr, kind.field(name), span)
    missing = [name for name, _ in kind.fields if name not in made]
    if missing:
        scope.refuse(
            node,
            f"'{shown(node)}' lacks the field '{missing[0]}'",
            f"{kind.name} has {', '.join(kind_fields(kind))}",
        )
    order = [name for name, _ in given]
    return in_source_order(
        scope,
        order,
        made,
        lambda parts: ir.MakeRecord(kind, tuple(parts[name] for name, _ in kind.fields), span=span),
        [name for name, _ in kind.fields],
    )


def kind_fields(kind: RecordType) -> list[str]:
    """The fields as a class would declare them."""
    return [f"{name}: {show(item)}" for name, item in kind.fields]


def _given_fields(scope: Scope, node: ast.Call, kind: RecordType) -> list[tuple[str, ast.expr]]:
    names = [name for name, _ in kind.fields]
    fix = f"{kind.name} has {', '.join(kind_fields(kind)) or 'no fields'}"
    if any(isinstance(one, ast.Starred) for one in node.args) or any(
        word.arg is None for word in node.keywords
    ):
        scope.refuse(node, f"'{shown(node)}' unpacks its fields", "write the fields one by one")
    if len(node.args) > len(names):
        scope.refuse(
            node, f"'{shown(node)}' gives {len(node.args)} fields, and {kind.name} has {len(names)}", fix
        )
    given = list(zip(names, node.args, strict=False))
    for word in node.keywords:
        assert word.arg is not None, "checked above"
        if word.arg not in names:
            scope.refuse(word, f"'{kind.name}' has no field '{word.arg}'", nearest(word.arg, names, fix))
        if word.arg in dict(given):
            scope.refuse(word, f"'{shown(node)}' gives the field '{word.arg}' twice", "give it once")
        given.append((word.arg, word.value))
    return given


def in_source_order(
    scope: Scope,
    order: Sequence[str],
    made: dict[str, ir.Expr],
    build: Callable[[dict[str, ir.Expr]], ir.Expr],
    wanted: Sequence[str],
) -> ir.Expr:
    """Builds from named parts that Python evaluates in the order of the source, whatever order the node
    has, and checks
    only when all of them are there."""
    as_written = [name for name in wanted if name in order]
    raw = {name: _unchecked(made[name]) for name in order}
    partial = sum(not is_total(expr) for expr in raw.values())
    checked = any(isinstance(made[name], ir.Fit) for name in order)
    if partial == 0 or (partial == 1 and not checked) or (list(order) == as_written and not checked):
        return build(made)
    once = Once(scope)
    parts = dict(made)
    for name in order:
        whole = made[name]
        atom = once.atom(raw[name], name)
        parts[name] = ir.Fit(atom, whole.type, span=whole.span) if isinstance(whole, ir.Fit) else atom
    return once.around(build(parts))


def _unchecked(expr: ir.Expr) -> ir.Expr:
    return expr.value if isinstance(expr, ir.Fit) else expr


def replaced(scope: Scope, node: ast.Call, _: Type | None) -> ir.Expr:
    """`replace(record, field=value)`."""
    if len(node.args) != 1 or any(word.arg is None for word in node.keywords):
        scope.refuse(
            node,
            f"'{shown(node)}' does not call 'replace' as it is defined",
            "write replace(record, field=value)",
        )
    held = value(scope, node.args[0])
    kind = type_of(held)
    if isinstance(kind, OptionType):
        scope.refuse(node, f"'{shown(node.args[0])}' may be None", "test 'is not None' first")
    if not isinstance(kind, RecordType):
        fix = "test isinstance first" if isinstance(kind, UnionType) else "replace changes fields of a Record"
        scope.refuse(node, f"'{shown(node.args[0])}' is {show(kind)}", fix)
        raise Skip
    made: list[tuple[str, ir.Expr]] = []

    def field(word: ast.keyword) -> None:
        assert word.arg is not None, "checked above"
        names = dict(kind.fields)
        if word.arg not in names:
            scope.refuse(
                word,
                f"'{kind.name}' has no field '{word.arg}'",
                nearest(word.arg, names, f"{kind.name} has {', '.join(kind_fields(kind))}"),
            )
        made.append(
            (word.arg, placed(scope, word.value, names[word.arg], f"the field '{word.arg}' of {kind.name}"))
        )

    each(scope, node.keywords, lambda word: field(word))
    span = scope.span(node)
    names = [name for name, _ in made]
    held_first = Once(scope)
    if not is_total(held):
        held = held_first.atom(held, "record")
    return held_first.around(
        in_source_order(
            scope,
            names,
            dict(made),
            lambda parts: ir.WithFields(held, tuple((name, parts[name]) for name in names), span=span),
            names,
        )
    )


def member_at(scope: Scope, node: ast.Call, cls: type[Ordered]) -> ir.Expr:
    """`S.at(i)`."""
    if len(node.args) != 1 or node.keywords:
        scope.refuse(node, f"'{shown(node)}' does not name one position", f"write {cls.__name__}.at(i)")
    index = integer(scope, node.args[0], "a position")
    return ir.MemberAt(scope.program.types.sort(cls), index, span=scope.span(node))


def generic_type(scope: Scope, node: ast.Call, alias: object) -> Type | None:
    """The type that `Set[Value]()` names, without its capacity."""
    try:
        return loose(scope.program.types.of(resolve(alias, bounded=False)))
    except FormError as error:
        scope.refuse(node, error.fact, error.fix)
