"""Narrowing: what a test tells about the type of a path such as `x`, `m.vote` or `self.vote[a]`.

A fact about a local holds until the local is bound again; one about a state place until the next write of a
variable
on its path.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from checker.capture.problems import Skip
from checker.capture.scope import Fact, Scope, Static
from checker.capture.type_relations import join, records_of, union_of
from checker.capture.values import record_type, value
from checker.ir import nodes as ir
from checker.ir.type_of import agree, type_of
from checker.ir.types import OptionType, RecordType, Type, UnionType
from checker.language.records import Record


@dataclass(frozen=True, slots=True)
class Path:
    """An expression that gives the same value until something on it is written."""

    text: str
    names: frozenset[str]
    variables: frozenset[str]


def path_of(scope: Scope, node: ast.expr) -> Path | None:
    """The path that an expression is, or None."""
    names: set[str] = set()
    variables: set[str] = set()
    if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript) or not _walk(
        scope, node, names, variables
    ):
        return None
    return Path(ast.unparse(node), frozenset(names), frozenset(variables))


def _walk(scope: Scope, node: ast.expr, names: set[str], variables: set[str]) -> bool:
    match node:
        case ast.Name(id=name):
            names.add(name)
            return name in scope.locals or name in scope.function.__globals__
        case ast.Attribute(value=ast.Name(id=name), attr=variable) if (
            name in scope.states and name not in scope.locals
        ):
            if scope.states[name] is ir.When.NOW:
                variables.add(variable)
            return True
        case ast.Attribute(value=inner):
            return _walk(scope, inner, names, variables)
        case ast.Subscript(value=inner, slice=index):
            return _walk(scope, inner, names, variables) and _walk(scope, index, names, variables)
        case ast.Tuple(elts=items):
            return all(_walk(scope, item, names, variables) for item in items)
        case ast.Constant():
            return True
        case _:
            return False


def narrowed(scope: Scope, node: ast.expr, expr: ir.Expr) -> ir.Expr:
    """The expression at the type that tests have established for its path."""
    if not scope.facts:
        return expr
    fact = scope.facts.get(ast.unparse(node))
    if fact is None or fact.type is None or agree(fact.type, type_of(expr)):
        return expr
    return ir.Narrow(expr, fact.type, span=expr.span)


def assume(scope: Scope, node: ast.expr, truth: bool) -> None:
    """Adds to a scope what the condition tells when it is true, or when it is false."""
    for path, kind in _learned(scope, node, truth).items():
        learn(scope, path, kind)


def learn(scope: Scope, path: Path, kind: Type | None) -> None:
    """Adds one fact; no type left means that this is never reached."""
    scope.facts[path.text] = Fact(kind, path.names, path.variables)
    if kind is None:
        scope.dead = True


def _learned(scope: Scope, node: ast.expr, truth: bool) -> dict[Path, Type | None]:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _learned(scope, inner, not truth)
        case ast.BoolOp(op=operator, values=parts) if isinstance(operator, ast.And) is truth:
            local = scope.inner()
            found: dict[Path, Type | None] = {}
            for part in parts:
                for path, kind in _learned(local, part, truth).items():
                    learn(local, path, kind)
                    found[path] = kind
            return found
        case ast.BoolOp(values=parts):
            return _common([_learned(scope, part, truth) for part in parts])
        case ast.Compare(
            left=left, ops=[ast.Is() | ast.IsNot() as operator], comparators=[ast.Constant(value=None)]
        ):
            return _none_test(scope, left, isinstance(operator, ast.Is) is truth)
        case ast.Call(func=ast.Name(id="isinstance"), args=[item, classes], keywords=[]):
            return _class_test(scope, item, classes, truth)
        case _:
            return {}


def _common(each: list[dict[Path, Type | None]]) -> dict[Path, Type | None]:
    """What all alternatives tell: the join of their types."""
    found: dict[Path, Type | None] = {}
    for path in each[0]:
        if not all(path in other for other in each):
            continue
        kinds = [kind for other in each if (kind := other[path]) is not None]
        joined: Type | None = kinds[0] if kinds else None
        for kind in kinds[1:]:
            joined = None if joined is None else join(joined, kind)
        if joined is not None:
            found[path] = joined
    return found


def quiet_type(scope: Scope, node: ast.expr) -> Type | None:
    """The type of an expression that is captured elsewhere, without reporting its problems again."""
    mark = scope.program.problems.mark()
    try:
        return type_of(value(scope, node))
    except Skip:
        return None
    finally:
        scope.program.problems.back_to(mark)


def _none_test(scope: Scope, node: ast.expr, is_none: bool) -> dict[Path, Type | None]:
    path = path_of(scope, node)
    kind = None if path is None else quiet_type(scope, node)
    if path is None or kind is None:
        return {}
    if isinstance(kind, OptionType):
        return {} if is_none else {path: kind.item}
    return {path: None} if is_none else {}


def _class_test(scope: Scope, node: ast.expr, classes: ast.expr, truth: bool) -> dict[Path, Type | None]:
    path = path_of(scope, node)
    kind = None if path is None else quiet_type(scope, node)
    if path is None or kind is None:
        return {}
    mark = scope.program.problems.mark()
    try:
        named = tested_records(scope, classes)
    except Skip:
        scope.program.problems.back_to(mark)
        return {}
    return {path: after_class_test(kind, named, truth)}


def after_class_test(kind: Type, named: tuple[RecordType, ...], truth: bool) -> Type | None:
    """The type of a value for which a class test was true, or false."""
    inner = kind.item if isinstance(kind, OptionType) else kind
    if not isinstance(inner, RecordType | UnionType):
        return kind
    left = tuple(one for one in records_of(inner) if (one in named) is truth)
    if not left:
        return None if truth or not isinstance(kind, OptionType) else kind
    found = union_of(left)
    return OptionType(found) if isinstance(kind, OptionType) and not truth else found


def tested_records(scope: Scope, node: ast.expr) -> tuple[RecordType, ...]:
    """The records that the second argument of isinstance, or a class pattern, names."""
    match node:
        case ast.Tuple(elts=items):
            return tuple(record for item in items for record in tested_records(scope, item))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return tested_records(scope, left) + tested_records(scope, right)
        case _:
            found = scope.any(node)
            if (
                isinstance(found, Static)
                and isinstance(found.value, type)
                and issubclass(found.value, Record)
            ):
                return records_of(record_type(scope, found.value, node))
            scope.refuse(
                node,
                f"'{ast.unparse(node)}' is no record class",
                "isinstance tests which Record of a union a value is",
            )
