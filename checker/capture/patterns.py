"""Patterns of `match`: on None, enum members, integers, booleans, records, tuples."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.capture.attributes import common_field
from checker.capture.builtin_calls import class_test
from checker.capture.comparisons import equal
from checker.capture.logic import conditional
from checker.capture.narrowing import Path, after_class_test, learn, path_of, tested_records
from checker.capture.problems import nearest
from checker.capture.scope import Scope
from checker.capture.type_relations import join, records_of, union_of
from checker.capture.values import record_type, show, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import agree, type_of
from checker.ir.types import BoolType, EnumType, OptionType, RecordType, TupleType, Type, UnionType
from checker.language.records import Record


@dataclass(slots=True)
class Matched:
    """What a pattern asks and gives.

    Attributes:
        tests: all must hold, in order.
        names: the names that it binds.
        type: the subject's type when it matches.
        whole: the members of the subject's type that it takes entirely: record names, enum names, "None";
        None for all.
    """

    tests: list[ir.Expr] = field(default_factory=list["ir.Expr"])
    names: list[tuple[str, ir.Expr]] = field(default_factory=list[tuple[str, "ir.Expr"]])
    type: Type | None = None
    whole: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready for its body.

    Attributes:
        test: None when it always matches here.
        names: what the pattern binds.
        scope: where the body is read; the names are not bound yet.
    """

    test: ir.Expr | None
    names: tuple[tuple[str, ir.Expr], ...]
    scope: Scope
    body: list[ast.stmt]


def cases_of(scope: Scope, node: ast.Match, subject: ir.Expr) -> tuple[list[Case], Scope, bool]:
    """The cases of a match over a subject that has a name already; the scope where none matched; whether
    all do."""
    found: list[Case] = []
    taken: set[str] = set()
    rest = scope.inner(conditional=True)
    path = path_of(scope, node.subject)
    everything = members_of(type_of(subject))
    done = False
    for case in node.cases:
        inner = rest.inner(conditional=True)
        seen = _narrowed_subject(rest, subject, path)
        matched = pattern(inner, case.pattern, seen)
        if path is not None and matched.type is not None and not agree(matched.type, type_of(seen)):
            learn(inner, path, matched.type)
        tests = list(matched.tests)
        body = inner.inner()
        if case.guard is not None:
            guarded = inner.inner()
            for name, expr in matched.names:
                guarded.bind(name, expr)
            tests.append(conditional(guarded, case.guard))
        else:
            if matched.whole is None:
                done = True
            else:
                taken |= matched.whole
            if everything and everything <= taken:
                done = True
            if path is not None and matched.whole:
                _exclude(rest, path, type_of(seen), matched.whole)
        body.dead = False
        span = scope.span(case.pattern)
        test = None if done and case.guard is None else _all(tests, span)
        found.append(Case(test, tuple(matched.names), body, case.body))
        if done:
            break
    return found, rest, done


def _all(tests: Sequence[ir.Expr], span: ir.Span) -> ir.Expr:
    if not tests:
        return ir.BoolLit(True, span=span)
    return tests[0] if len(tests) == 1 else ir.And(tuple(tests), span=span)


def _narrowed_subject(scope: Scope, subject: ir.Expr, path: Path | None) -> ir.Expr:
    fact = None if path is None else scope.facts.get(path.text)
    if fact is None or fact.type is None or agree(fact.type, type_of(subject)):
        return subject
    return ir.Narrow(subject, fact.type, span=subject.span)


def _exclude(scope: Scope, path: Path, kind: Type, whole: frozenset[str]) -> None:
    """What the subject still can be after a case took some members."""
    inner = kind.item if isinstance(kind, OptionType) else kind
    optional = isinstance(kind, OptionType) and "None" not in whole
    if isinstance(inner, RecordType | UnionType):
        left = tuple(record for record in records_of(inner) if record.name not in whole)
        if not left:
            return
        inner = union_of(left)
    scope.facts.pop(path.text, None)
    learn(scope, path, OptionType(inner) if optional else inner)


def members_of(kind: Type) -> frozenset[str] | None:
    """The alternatives by which a match can be complete; None when they cannot be listed."""
    match kind:
        case OptionType(item):
            inner = members_of(item)
            return None if inner is None else inner | {"None"}
        case EnumType(_, members):
            return frozenset(members)
        case BoolType():
            return frozenset(("True", "False"))
        case RecordType() | UnionType():
            return frozenset(record.name for record in records_of(kind))
        case _:
            return None


def pattern(scope: Scope, node: ast.pattern, subject: ir.Expr) -> Matched:
    """What a pattern asks of a value."""
    kind = type_of(subject)
    match node:
        case ast.MatchAs(pattern=None, name=None):
            return Matched(type=kind, whole=None)
        case ast.MatchAs(pattern=None, name=str() as name):
            return Matched(names=[(name, subject)], type=kind, whole=None)
        case ast.MatchAs(pattern=inner, name=str() as name):
            assert inner is not None, "the other cases"
            found = pattern(scope, inner, subject)
            narrow = (
                subject
                if found.type is None or agree(found.type, kind)
                else ir.Narrow(subject, found.type, span=scope.span(node))
            )
            found.names.append((name, narrow))
            return found
        case ast.MatchSingleton(value=constant):
            return _singleton(scope, node, subject, constant)
        case ast.MatchValue(value=constant):
            return _constant(scope, node, subject, constant)
        case ast.MatchClass():
            return _record(scope, node, subject)
        case ast.MatchOr(patterns=parts):
            return _either(scope, node, parts, subject)
        case ast.MatchSequence(patterns=parts):
            return _tuple(scope, node, parts, subject)
        case _:
            scope.refuse(
                node,
                f"the pattern '{ast.unparse(node)}' is not part of the language",
                "match records, enum members, None or tuples",
            )


def _singleton(scope: Scope, node: ast.MatchSingleton, subject: ir.Expr, constant: bool | None) -> Matched:
    kind = type_of(subject)
    span = scope.span(node)
    if constant is None:
        if not isinstance(kind, OptionType):
            scope.refuse(node, f"a value of type {show(kind)} is never None", "remove the case")
        return Matched([ir.IsNone(subject, span=span)], [], kind, frozenset(("None",)))
    if not isinstance(kind, BoolType):
        scope.refuse(node, f"a value of type {show(kind)} is compared with {constant}", "match a bool")
    return Matched(
        [subject if constant else ir.Not(subject, span=span)], [], kind, frozenset((str(constant),))
    )


def _constant(scope: Scope, node: ast.MatchValue, subject: ir.Expr, constant: ast.expr) -> Matched:
    made = value(scope, constant)
    test = equal(scope, node, subject, made, _Shown(show(type_of(subject))), constant)
    kind = type_of(subject)
    inner = kind.item if isinstance(kind, OptionType) else kind
    whole = frozenset((made.name,)) if isinstance(made, ir.EnumLit) else frozenset[str]()
    return Matched([test], [], inner, whole)


def _Shown(text: str) -> ast.expr:  # stands for a node
    return ast.Name(text, ast.Load())


def _record(scope: Scope, node: ast.MatchClass, subject: ir.Expr) -> Matched:
    span = scope.span(node)
    named = tested_records(scope, node.cls)
    cls = scope.any(node.cls)
    record_class = getattr(cls, "value", None)
    assert isinstance(record_class, type), "checked by tested_records"
    assert issubclass(record_class, Record), "checked by tested_records"
    kind = type_of(subject)
    narrow = after_class_test(kind, named, True)
    if narrow is None or not isinstance(narrow, RecordType | UnionType):
        scope.refuse(
            node,
            f"a value of type {show(kind)} is never {shown(node.cls)}",
            "match one of the records that it may be",
        )
    tests: list[ir.Expr] = []
    if not agree(narrow, kind):
        names = tuple(record.name for record in records_of(narrow))
        tests.append(class_test(scope, node, subject, names, node.cls))
    held = subject if agree(narrow, kind) else ir.Narrow(subject, narrow, span=span)
    found = Matched(tests, [], narrow, frozenset(record.name for record in records_of(narrow)))
    order = [name for name, _ in records_of(record_type(scope, record_class, node))[0].fields]
    if len(node.patterns) > len(order):
        scope.refuse(
            node,
            f"'{ast.unparse(node)}' has {len(node.patterns)} fields, and {shown(node.cls)} has {len(order)}",
            f"its fields are {', '.join(order)}",
        )
    fields = [*zip(order, node.patterns, strict=False), *zip(node.kwd_attrs, node.kwd_patterns, strict=True)]
    for name, inner in fields:
        if isinstance(narrow, RecordType):
            if name not in dict(narrow.fields):
                scope.refuse(
                    inner,
                    f"'{narrow.name}' has no field '{name}'",
                    nearest(name, order, f"it has {', '.join(order)}"),
                )
            kind = narrow.field(name)
        else:
            stand_in = ast.copy_location(
                ast.Attribute(ast.copy_location(_Shown(shown(node.cls)), inner), name, ast.Load()), inner
            )
            kind = common_field(scope, stand_in, narrow, name)
        part = pattern(scope, inner, ir.Field(held, name, kind, span=scope.span(inner)))
        found.tests.extend(part.tests)
        found.names.extend(part.names)
        if part.tests:
            found.whole = frozenset()
    return found


def _either(scope: Scope, node: ast.MatchOr, parts: list[ast.pattern], subject: ir.Expr) -> Matched:
    alternatives = [pattern(scope, part, subject) for part in parts]
    if any(one.names for one in alternatives):
        scope.refuse(node, f"'{ast.unparse(node)}' binds names in alternatives", "write one case for each")
    kind: Type | None = alternatives[0].type
    whole: frozenset[str] | None = frozenset()
    for one in alternatives:
        kind = None if kind is None or one.type is None else join(kind, one.type)
        whole = None if whole is None or one.whole is None else whole | one.whole
    if whole is None or any(not one.tests for one in alternatives):
        return Matched([], [], kind, whole)
    span = scope.span(node)
    test = ir.Or(tuple(_all(one.tests, span) for one in alternatives), span=span)
    return Matched([test], [], kind, whole)


def _tuple(scope: Scope, node: ast.MatchSequence, parts: list[ast.pattern], subject: ir.Expr) -> Matched:
    kind = type_of(subject)
    if not isinstance(kind, TupleType) or len(kind.items) != len(parts):
        scope.refuse(node, f"'{ast.unparse(node)}' unpacks {show(kind)}", "match a tuple with as many items")
    found = Matched(type=kind, whole=None)
    for index, part in enumerate(parts):
        item = ir.TupleItem(subject, index, kind.items[index], span=scope.span(part))
        inner = pattern(scope, part, item)
        found.tests.extend(inner.tests)
        found.names.extend(inner.names)
        if inner.whole is not None:
            found.whole = frozenset()
    return found
