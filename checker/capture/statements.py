"""Statements of actions, @initial methods and helpers that write."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import NoReturn

from checker.capture.comparisons import is_total
from checker.capture.comprehensions import bind_target, element_type
from checker.capture.locals import bind_local, local_value, merge, names_bound
from checker.capture.logic import conditional
from checker.capture.narrowing import assume, learn, path_of
from checker.capture.observed_order import order_matters
from checker.capture.operators import combined
from checker.capture.patterns import Case, cases_of
from checker.capture.places import place_of, readable, refuse_deletion, starts_at_self
from checker.capture.problems import Skip
from checker.capture.refused_statements import refuse_statement
from checker.capture.scope import Broken, LoopLocal, Scope, Unbound, each
from checker.capture.type_relations import as_type, converts, loose, stored
from checker.capture.values import collection, is_atom, mismatch, placed, show, shown, value
from checker.capture.writing_calls import expression_statement
from checker.ir import nodes as ir
from checker.ir.children import keys_of, map_place
from checker.ir.type_of import type_of
from checker.ir.types import OptionType, PartialType, QuorumType, SetType, TupleType, Type

Statements = list[ir.Statement]


def block(scope: Scope, body: list[ast.stmt]) -> Statements:
    """The statements of a block. The scope is that of the block, and holds afterwards what is known at its
    end."""
    made: Statements = []
    for node in body:
        try:
            made.extend(statement(scope, node))
        except Skip:
            for name in names_bound([node]):
                if not isinstance(scope.locals.get(name), Broken):
                    scope.bind(name, Broken())
    return made


def statement(scope: Scope, node: ast.stmt) -> Statements:
    """One statement.

    Raises:
        Skip: it has a problem, which has been reported.
    """
    match node:
        case ast.Pass():
            return []
        case ast.Expr():
            return expression_statement(scope, node)
        case ast.Assign():
            return _assign(scope, node)
        case ast.AnnAssign():
            return _annotated(scope, node)
        case ast.AugAssign():
            return _augmented(scope, node)
        case ast.Delete():
            return _delete(scope, node)
        case ast.If():
            return _if(scope, node)
        case ast.For():
            return _for(scope, node)
        case ast.Match():
            return _match(scope, node)
        case ast.Return():
            _return(scope, node)
        case _:
            refuse_statement(scope, node)
    raise Skip


def _return(scope: Scope, node: ast.Return) -> NoReturn:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        scope.refuse(
            node,
            f"{scope.mode.value} returns a value",
            "an action changes the state; compute values in a helper that only returns",
        )
    scope.refuse(node, "'return' leaves before the end", "put the rest under an if, or write require(...)")


# ------------------------------------------------------------------ assignment


def _assign(scope: Scope, node: ast.Assign) -> Statements:
    if len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Tuple | ast.List):
            return _unpack(scope, node, target)
        return _store(scope, target, node.value)
    # a = b = value: evaluated once, stored from the left.
    made = value(scope, node.value)
    statements: Statements = []
    if not is_atom(made):
        name = scope.fresh("value")
        statements.append(ir.Bind(name, loose(type_of(made)), made, span=scope.span(node)))
        made = ir.Local(name, loose(type_of(made)), span=scope.span(node.value))
    for target in node.targets:
        if isinstance(target, ast.Tuple | ast.List | ast.Starred):
            scope.refuse(target, f"'{shown(node)}' unpacks and copies at once", "write two assignments")
        statements.extend(_put(scope, target, made, node.value))
    return statements


def _store(scope: Scope, target: ast.expr, source: ast.expr) -> Statements:
    """`target = source`."""
    if isinstance(target, ast.Name):
        if isinstance(source, ast.GeneratorExp):
            scope.refuse(
                source, f"the generator '{shown(source)}' can be used up only once", "write a list: [...]"
            )
        made = local_value(scope, target.id, source)
        bound = bind_local(scope, target.id, made, source)
        _remember_origin(scope, target.id, source)
        return [bound]
    try:
        place = place_of(scope, target)
    except Skip:
        _read_quietly(scope, source)
        raise
    made = placed(scope, source, place.type, f"'{shown(target)}'")
    _written(scope, target, place, type_of(value_before_fit(made)))
    return assignment(scope, place, made, scope.span(target))


def assignment(scope: Scope, place: ir.Place, made: ir.Expr, span: ir.Span) -> Statements:
    """A store. Python evaluates the value, then the keys, and checks the value last: where a key may be
    undefined,
    value and keys get names first."""
    if not isinstance(made, ir.Fit) or all(is_total(_unchecked(key)) for key in keys_of(place)):
        return [ir.Assign(place, made, span=span)]
    statements: Statements = []

    def named(expr: ir.Expr, name: str) -> ir.Expr:
        if is_atom(expr):
            return expr
        fresh = scope.fresh(name)
        kind = loose(type_of(expr))
        statements.append(ir.Bind(fresh, kind, expr, span=expr.span))
        return ir.Local(fresh, kind, span=expr.span)

    value = named(made.value, "value")

    def key(expr: ir.Expr) -> ir.Expr:
        if isinstance(expr, ir.Fit):
            return ir.Fit(named(expr.value, "key"), expr.type, span=expr.span)
        # Checked where it gets its name, a key is within its bounds; a local has none.
        held, kind = named(expr, "key"), type_of(expr)
        return held if type_of(held) == kind else ir.Fit(held, kind, span=expr.span)

    place = map_place(key, place)
    return [*statements, ir.Assign(place, ir.Fit(value, made.type, span=made.span), span=span)]


def _unchecked(expr: ir.Expr) -> ir.Expr:
    return expr.value if isinstance(expr, ir.Fit) else expr


def _read_quietly(scope: Scope, source: ast.expr) -> None:
    """Finds the problems of a value although what it is assigned to has one."""
    mark = scope.program.problems.mark()
    try:
        value(scope, source)
    except Skip:
        if any(
            "unknown" in problem.fact and problem.fact.startswith("the ")
            for problem in scope.program.problems.since(mark)
        ):
            scope.program.problems.back_to(mark)


def value_before_fit(expr: ir.Expr) -> ir.Expr:
    """What was stored, without the widening and the checks of the store."""
    while isinstance(expr, ir.Fit | ir.Widen):
        expr = expr.value
    return expr


def _written(scope: Scope, target: ast.expr, place: ir.Place, kind: Type) -> None:
    """Forgets what was known of a variable, and learns what has just been stored."""
    scope.forget_state(frozenset((place.variable,)))
    path = path_of(scope, target)
    held = place.type
    if path is not None and isinstance(held, OptionType) and converts(kind, held.item):
        learn(scope, path, held.item)


def _put(scope: Scope, target: ast.expr, made: ir.Expr, node: ast.AST) -> Statements:
    """Stores a value that is there already."""
    if isinstance(target, ast.Name):
        return [bind_local(scope, target.id, made, node)]
    place = place_of(scope, target)
    if not converts(type_of(made), place.type):
        mismatch(scope, type_of(made), place.type, node, f"'{shown(target)}'")
    scope.forget_state(frozenset((place.variable,)))
    return assignment(scope, place, stored(made, place.type, scope.span(node)), scope.span(target))


def _unpack(scope: Scope, node: ast.Assign, target: ast.Tuple | ast.List) -> Statements:
    """`a, b = t` and `a, b = x, y`: the right side is evaluated first, then the targets from the left."""
    span = scope.span(node)
    made: list[ir.Expr] = []
    statements: Statements = []
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) == len(target.elts):
        sources: list[ast.expr] = list(node.value.elts)

        def part(one: ast.expr, to: ast.expr) -> None:
            if isinstance(to, ast.Name):
                made.append(local_value(scope, to.id, one))
            else:
                made.append(value(scope, one, place_of(scope, to).type))

        each(scope, zip(sources, target.elts, strict=True), lambda both: part(*both))
        for index, expr in enumerate(made):
            if not isinstance(expr, ir.IntLit | ir.BoolLit | ir.EnumLit | ir.NoneLit | ir.EndMember):
                name = scope.fresh("item")
                kind = loose(type_of(expr))
                statements.append(ir.Bind(name, kind, expr, span=span))
                made[index] = ir.Local(name, kind, span=expr.span)
    else:
        whole = value(scope, node.value)
        kind = type_of(whole)
        if not isinstance(kind, TupleType) or len(kind.items) != len(target.elts):
            scope.refuse(
                node, f"'{shown(target)}' unpacks {show(kind)}", "name as many targets as the tuple has items"
            )
            raise Skip
        name = scope.fresh("items")
        statements.append(ir.Bind(name, loose(kind), whole, span=span))
        held = ir.Local(name, loose(kind), span=span)
        made = [ir.TupleItem(held, index, loose(item), span=span) for index, item in enumerate(kind.items)]
        sources = [node.value] * len(made)
    for one, expr, source in zip(target.elts, made, sources, strict=True):
        if isinstance(one, ast.Tuple | ast.List | ast.Starred):
            scope.refuse(one, f"'{shown(target)}' unpacks within a tuple", "unpack in two lines")
        statements.extend(_put(scope, one, expr, source))
    return statements


def _remember_origin(scope: Scope, name: str, source: ast.expr) -> None:
    scope.origins.pop(name, None)
    if starts_at_self(scope, source):
        scope.origins[name] = shown(source)


def _annotated(scope: Scope, node: ast.AnnAssign) -> Statements:
    from checker.capture.local_annotations import annotated_type

    if not isinstance(node.target, ast.Name):
        scope.refuse(
            node,
            f"'{shown(node.target)}' is annotated in a method",
            "declare state variables in the class body",
        )
    kind = annotated_type(scope, node.annotation)
    if node.value is None:
        scope.hints.setdefault(f"{scope.function.__qualname__}.{node.target.id}", kind)
        return []
    made = local_value(scope, node.target.id, node.value, kind)
    return [bind_local(scope, node.target.id, made, node.value, kind)]


def _augmented(scope: Scope, node: ast.AugAssign) -> Statements:
    span = scope.span(node)
    target = node.target
    if isinstance(target, ast.Name):
        read: ast.expr = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        before = value(scope, read)
        made = _combine(scope, node, before, read)
        return [bind_local(scope, target.id, made, node)]
    place = place_of(scope, target)
    read = readable(target)
    before = value(scope, read)
    if isinstance(node.op, ast.BitOr) and isinstance(place.type, SetType):
        other = value(scope, node.value, place.type)
        if not isinstance(type_of(other), SetType | QuorumType) or not converts(type_of(other), place.type):
            mismatch(scope, type_of(other), place.type, node.value, f"'{shown(target)}'")
        scope.forget_state(frozenset((place.variable,)))
        return [ir.Mutate(place, ir.Method.UPDATE, (stored(other, place.type, span),), span=span)]
    made = _combine(scope, node, before, read)
    if not converts(type_of(made), place.type):
        mismatch(scope, type_of(made), place.type, node.value, f"'{shown(target)}'")
    scope.forget_state(frozenset((place.variable,)))
    return [ir.Assign(place, stored(made, place.type, span), span=span)]


def _combine(scope: Scope, node: ast.AugAssign, before: ir.Expr, read: ast.expr) -> ir.Expr:
    after = value(scope, node.value, type_of(before))
    if isinstance(node.op, ast.Div | ast.Pow | ast.LShift | ast.RShift | ast.MatMult):
        scope.refuse(
            node,
            f"'{shown(node)}' is no operation of the language",
            "use += -= *= //= %=, or |= &= -= on sets",
        )
    whole = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
    return combined(scope, whole, node.op, before, after, read, node.value)


def _delete(scope: Scope, node: ast.Delete) -> Statements:
    made: Statements = []
    for target in node.targets:
        if not isinstance(target, ast.Subscript):
            scope.refuse(
                node, f"'{shown(target)}' is deleted", "only a key of a Partial can be: del self.m[k]"
            )
        if not starts_at_self(scope, target):
            refuse_deletion(scope, target)
        place = place_of(scope, target.value)
        if not isinstance(place.type, PartialType):
            scope.refuse(
                node,
                f"'{shown(target)}' deletes from {show(place.type)}",
                "only a key of a Partial can be deleted",
            )
            raise Skip
        key = value(scope, target.slice, place.type.key)
        if not converts(type_of(key), place.type.key):
            mismatch(scope, type_of(key), place.type.key, target.slice, "the key")
        scope.forget_state(frozenset((place.variable,)))
        made.append(
            ir.Mutate(
                place, ir.Method.DELETE, (as_type(key, place.type.key, key.span),), span=scope.span(node)
            )
        )
    return made


# ------------------------------------------------------------------ branches and loops


def _if(scope: Scope, node: ast.If) -> Statements:
    test: ir.Expr | None = None
    then, otherwise = scope.inner(), scope.inner()
    with suppress(Skip):
        test = conditional(scope, node.test)
    assume(then, node.test, True)
    assume(otherwise, node.test, False)
    yes, no = block(then, node.body), block(otherwise, node.orelse)
    merge(scope, [then, otherwise])
    if test is None:
        raise Skip
    return [ir.If(test, tuple(yes), tuple(no), span=scope.span(node))]


def _match(scope: Scope, node: ast.Match) -> Statements:
    subject = value(scope, node.subject)
    made: Statements = []
    if not isinstance(subject, ir.Local):
        name = scope.fresh("subject")
        made.append(ir.Bind(name, loose(type_of(subject)), subject, span=scope.span(node.subject)))
        subject = ir.Local(name, loose(type_of(subject)), span=scope.span(node.subject))
    cases, rest, _ = cases_of(scope, node, subject)
    bodies: list[tuple[Case, Statements]] = []
    for case in cases:
        body: Statements = [bind_local(case.scope, name, expr, node) for name, expr in case.names]
        case.scope.conditional = scope.conditional
        body += block(case.scope, case.body)
        bodies.append((case, body))
    ends = [case.scope for case, _ in bodies]
    complete = any(case.test is None for case in cases)
    merge(scope, ends if complete else [*ends, rest])
    nested: tuple[ir.Statement, ...] = ()
    for case, body in reversed(bodies):
        nested = (
            tuple(body)
            if case.test is None
            else (ir.If(case.test, tuple(body), nested, span=scope.span(node)),)
        )
    return [*made, *nested]


def _for(scope: Scope, node: ast.For) -> Statements:
    if node.orelse:
        scope.report(node, "a loop has an 'else'", "write the statements after the loop")
    inner = scope.inner()
    bound = names_bound(node.body)
    source: ir.Expr | None = None
    ordered = True
    for name in bound:
        inner.forget_local(name)
    _forget_written(inner, node.body)
    try:
        source, item = collection(scope, node.iter)
        ordered = order_matters(type_of(source))
        kind = element_type(source, item)
        loop = scope.fresh(node.target.id if isinstance(node.target, ast.Name) else "item")
        bind_target(inner, node.target, ir.Local(loop, kind, span=scope.span(node.target)))
    except Skip:
        for name in names_bound([node.target]):
            inner.bind(name, Broken())
        loop, kind = "", None
    if not ordered:
        inner.frozen = inner.frozen | frozenset(scope.locals)
    body = block(inner, node.body)
    for name in bound | names_bound([node.target]):
        scope.forget_local(name)
        if name not in scope.locals:
            gone = inner.locals.get(name)
            scope.locals[name] = gone if isinstance(gone, Broken) else Unbound() if ordered else LoopLocal()
    _forget_written(scope, node.body)
    if source is None or kind is None:
        raise Skip
    binder = ir.Binder(loop, kind, source, span=scope.span(node.target))
    return [ir.ForEach(binder, tuple(body), ordered, span=scope.span(node))]


def _forget_written(scope: Scope, body: list[ast.stmt]) -> None:
    """Forgets what was known of the state if a body may write any of it."""
    for node in (part for one in body for part in ast.walk(one)):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            scope.forget_state(None)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            scope.forget_state(None)
