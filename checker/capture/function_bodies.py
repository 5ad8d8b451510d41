"""Bodies that compute a value: helpers and properties. Statements become Let and Ite; each path ends in a
return."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress

from checker.capture.comprehensions import bind_target, element_type
from checker.capture.local_annotations import annotated_type
from checker.capture.locals import names_bound
from checker.capture.logic import conditional, ite
from checker.capture.narrowing import assume
from checker.capture.operators import combined
from checker.capture.patterns import cases_of
from checker.capture.places import root_of, starts_at_self
from checker.capture.problems import Skip
from checker.capture.refused_statements import refuse_statement
from checker.capture.scope import Broken, Scope, Unbound, attempt, bound_value, each
from checker.capture.type_relations import as_type, converts, join, loose
from checker.capture.values import collection, mismatch, shown, value
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.ir.types import BoolType, ListType, OptionType, Type

Rest = Callable[[Scope], ir.Expr]
"""What is evaluated where a block falls through."""

Give = Callable[[Scope, ast.Return], ir.Expr]
"""What a return statement evaluates."""

Branch = tuple[ir.Expr | None, Scope, list[ast.stmt], list[tuple[str, ir.Expr]]]
"""A test (None: always), the scope and statements of a branch, and the names that its pattern binds."""


def result(scope: Scope, body: list[ast.stmt], expected: Type | None, what: str, node: ast.AST) -> ir.Expr:
    """The value of a body.

    Args:
        expected: the type that is returned; None to find it.
        what: names the body in messages.
    """

    def missing(inner: Scope) -> ir.Expr:
        inner.refuse(node, f"{what} can end without a return", "return a value on every path")

    def give(inner: Scope, statement: ast.Return) -> ir.Expr:
        if statement.value is None:
            inner.refuse(statement, f"{what} returns nothing here", "return a value on every path")
        made = value(inner, statement.value, expected)
        if expected is None:
            return made
        if not converts(type_of(made), expected):
            mismatch(inner, type_of(made), expected, statement.value, f"what {what} returns")
        return as_type(made, expected, made.span)

    return block(scope, body, missing, give)


def block(scope: Scope, body: list[ast.stmt], rest: Rest, give: Give) -> ir.Expr:
    """A block and what follows it. The scope is used up."""
    if not body:
        return rest(scope)
    node, tail = body[0], body[1:]
    match node:
        case ast.Pass():
            return block(scope, tail, rest, give)
        case ast.Expr(value=ast.Constant()):
            return block(scope, tail, rest, give)
        case ast.Return():
            return give(scope, node)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            return _let(scope, node, tail, rest, give)
        case ast.If() | ast.Match():
            return _branch(scope, node, tail, rest, give)
        case ast.For():
            return _search(scope, node, tail, rest, give)
        case _:
            _recover(scope, lambda: _refuse(scope, node), tail, rest, give)
    raise Skip


def _refuse(scope: Scope, node: ast.stmt) -> None:
    if isinstance(node, ast.Expr):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "require":
            scope.refuse(
                node,
                f"'{shown(call)}' disables a step, and stands in {scope.mode.value}",
                "return the condition instead",
            )
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and starts_at_self(scope, call.func.value)
        ):
            scope.refuse(
                node,
                f"'{shown(call)}' changes the state in {scope.mode.value}",
                "change the state in an action or a helper that returns nothing",
            )
        value(scope, call)
        scope.refuse(node, f"the value of '{shown(call)}' is not used", "assign it, or return it")
    if isinstance(node, ast.Delete):
        scope.refuse(
            node,
            f"'{shown(node)}' changes the state in {scope.mode.value}",
            "change the state in an action or a helper that returns nothing",
        )
    refuse_statement(scope, node)


def _recover(scope: Scope, part: Callable[[], object], tail: list[ast.stmt], rest: Rest, give: Give) -> None:
    """Runs a part; when it has a problem, still finds those of what follows.

    Raises:
        Skip: the part had a problem.
    """
    try:
        part()
    except Skip:
        inner = scope.inner()
        with suppress(Skip):
            block(inner, tail, rest, give)
        raise


# ------------------------------------------------------------------ locals


def _let(
    scope: Scope,
    node: ast.Assign | ast.AnnAssign | ast.AugAssign,
    tail: list[ast.stmt],
    rest: Rest,
    give: Give,
) -> ir.Expr:
    made: list[ir.Expr] = []
    target = _target(scope, node)

    def evaluate() -> None:
        if target is None:
            where = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if starts_at_self(scope, where):
                scope.refuse(
                    node,
                    f"'{shown(where)}' is assigned in {scope.mode.value}",
                    "change the state in an action or a helper that returns nothing",
                )
            root = root_of(where)
            if isinstance(root, ast.Name) and root.id in scope.states and root.id not in scope.locals:
                scope.refuse(
                    node,
                    f"'{shown(where)}' is assigned, and belongs to the state before the step",
                    "compare it, and change nothing",
                )
            scope.refuse(node, f"'{shown(where)}' is no local name", "bind a name, or use replace()")
        made.append(_assigned(scope, node))

    def failed() -> None:
        for name in names_bound([node]):
            scope.bind(name, Broken())

    try:
        evaluate()
    except Skip:
        failed()
        with suppress(Skip):
            block(scope, tail, rest, give)
        raise
    if not made:
        return block(scope, tail, rest, give)
    assert target is not None, "a problem was reported"
    expr = made[0]
    name = scope.fresh(target.id if isinstance(target, ast.Name) else "items")
    local = ir.Local(name, type_of(expr), span=scope.span(target))
    try:
        bind_target(scope, target, local)
    except Skip:
        block(scope, tail, rest, give)
        raise
    return ir.Let(name, expr, block(scope, tail, rest, give), span=scope.span(node))


def _target(scope: Scope, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.expr | None:
    if isinstance(node, ast.Assign) and len(node.targets) != 1:
        return None
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if isinstance(target, ast.Tuple | ast.List):
        return target if all(isinstance(part, ast.Name | ast.Tuple) for part in target.elts) else None
    return target if isinstance(target, ast.Name) else None


def _assigned(scope: Scope, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ir.Expr:
    match node:
        case ast.Assign(value=source):
            if isinstance(source, ast.Tuple) and isinstance(node.targets[0], ast.Name):
                return value(scope, source)
            return value(scope, source, _known(scope, node.targets[0]))
        case ast.AnnAssign(annotation=annotation, value=source, target=target):
            kind = annotated_type(scope, annotation)
            if source is None:
                scope.refuse(node, f"'{shown(target)}' gets no value here", "give it one")
            made = value(scope, source, kind)
            if isinstance(kind, ListType) and isinstance(have := type_of(made), ListType):
                kind = ListType(kind.item, have.ordered)
            if not converts(type_of(made), kind):
                mismatch(scope, type_of(made), kind, source, f"'{shown(target)}'")
            return as_type(made, kind, made.span)
        case ast.AugAssign(target=target, op=op, value=source):
            read = (
                ast.copy_location(ast.Name(target.id, ast.Load()), target)
                if isinstance(target, ast.Name)
                else target
            )
            before = value(scope, read)
            after = value(scope, source, type_of(before))
            whole = ast.copy_location(ast.BinOp(read, op, source), node)
            return combined(scope, whole, op, before, after, read, source)


def _known(scope: Scope, target: ast.expr) -> Type | None:
    """The type that a local had before: a hint for None and empty displays."""
    bound = bound_value(scope.locals.get(target.id)) if isinstance(target, ast.Name) else None
    if bound is not None and isinstance(kind := type_of(bound), OptionType):
        return kind
    return None


# ------------------------------------------------------------------ branches


def returns(body: list[ast.stmt]) -> bool:
    """Whether a return stands anywhere in a block."""
    return any(isinstance(node, ast.Return) for one in body for node in ast.walk(one))


def _branch(scope: Scope, node: ast.If | ast.Match, tail: list[ast.stmt], rest: Rest, give: Give) -> ir.Expr:
    lets: list[tuple[str, ir.Expr]] = []
    branches: list[Branch] = []
    broken = False
    try:
        branches = (
            _if_branches(scope, node) if isinstance(node, ast.If) else _match_branches(scope, node, lets)
        )
    except Skip:
        broken = True
    if broken:
        bodies = [node.body, node.orelse] if isinstance(node, ast.If) else [case.body for case in node.cases]
        for name in names_bound([node]):
            scope.bind(name, Broken())
        for body in (*bodies, tail):
            with suppress(Skip):
                block(scope.inner(), body, rest, give)
        raise Skip

    def after(inner: Scope) -> ir.Expr:
        return block(inner, tail, rest, give)

    made = (
        _chosen(scope, node, branches, after, give)
        if returns([node])
        else _joined(scope, node, branches, after, give)
    )
    for name, expr in reversed(lets):
        made = ir.Let(name, expr, made, span=scope.span(node))
    return made


def _if_branches(scope: Scope, node: ast.If) -> list[Branch]:
    test = conditional(scope, node.test)
    then, otherwise = scope.inner(conditional=True), scope.inner(conditional=True)
    assume(then, node.test, True)
    assume(otherwise, node.test, False)
    return [(test, then, node.body, []), (None, otherwise, node.orelse, [])]


def _match_branches(scope: Scope, node: ast.Match, lets: list[tuple[str, ir.Expr]]) -> list[Branch]:
    subject = value(scope, node.subject)
    if not isinstance(subject, ir.Local):
        name = scope.fresh("subject")
        lets.append((name, subject))
        subject = ir.Local(name, type_of(subject), span=subject.span)
    cases, left, complete = cases_of(scope, node, subject)
    branches: list[Branch] = [(case.test, case.scope, case.body, list(case.names)) for case in cases]
    if not complete:
        branches.append((None, left, [], []))
    return branches


def _enter(branch: Branch) -> Scope:
    _, scope, _, names = branch
    for name, expr in names:
        scope.bind(name, expr)
    return scope


def _chosen(scope: Scope, node: ast.AST, branches: list[Branch], after: Rest, give: Give) -> ir.Expr:
    """Branches that return: what follows is evaluated in each that falls through."""
    made: list[tuple[ir.Expr | None, ir.Expr]] = []

    def one(branch: Branch) -> None:
        inner = _enter(branch)
        if inner.dead and not branch[2]:
            return  # narrowing has excluded every value: this is never reached
        made.append((branch[0], block(inner, branch[2], after, give)))

    each(scope, branches, lambda branch: one(branch))
    _, chosen = made[-1]
    for test, expr in reversed(made[:-1]):
        assert test is not None, "only the last branch is taken always"
        chosen = choose(scope, test, expr, chosen, node)
    return chosen


def choose(scope: Scope, test: ir.Expr, then: ir.Expr, otherwise: ir.Expr, node: ast.AST) -> ir.Expr:
    """One of two values; of two truths, the connective that says the same."""
    span = scope.span(node)
    match then, otherwise:
        case ir.BoolLit(True), ir.BoolLit(False):
            return test
        case ir.BoolLit(False), ir.BoolLit(True):
            return ir.Not(test, span=span)
        case ir.BoolLit(True), _ if isinstance(type_of(otherwise), BoolType):
            return ir.Or((test, otherwise), span=span)
        case ir.BoolLit(False), _ if isinstance(type_of(otherwise), BoolType):
            return ir.And((ir.Not(test, span=span), otherwise), span=span)
        case _, ir.BoolLit(False) if isinstance(type_of(then), BoolType):
            return ir.And((test, then), span=span)
        case _:
            return ite(scope, test, then, otherwise, node)


def _joined(scope: Scope, node: ast.AST, branches: list[Branch], after: Rest, give: Give) -> ir.Expr:
    """Branches that only bind locals: those that all of them bind go on with the value of the branch
    taken."""
    bound = sorted(names_bound([node]))
    ends: list[Scope] = []

    def keep(inner: Scope) -> ir.Expr:
        ends.append(inner)
        return ir.BoolLit(True)

    wrapped: list[ir.Expr] = []
    each(scope, branches, lambda branch: wrapped.append(block(_enter(branch), branch[2], keep, give)))
    alive = [end for end in ends if not end.dead] or ends
    held: dict[str, list[ir.Expr]] = {}
    for name in bound:
        values = [end.locals.get(name) for end in alive]
        exprs = [expr for one in values if (expr := bound_value(one)) is not None]
        if len(exprs) == len(values):
            held[name] = exprs
        else:
            scope.bind(name, Broken() if any(isinstance(one, Broken) for one in values) else Unbound())
    kinds: dict[str, Type] = {}
    for name, exprs in held.items():
        kind: Type | None = loose(type_of(exprs[0]))
        for expr in exprs[1:]:
            kind = None if kind is None else join(kind, loose(type_of(expr)))
        if kind is None:
            scope.bind(name, Broken())
            scope.refuse(
                node, f"'{name}' holds values of different types after the branches", "use two names"
            )
        kinds[name] = kind
    if not kinds:
        return _discard(scope, node, wrapped, branches, after)
    chosen: ir.Expr | None = None
    span = scope.span(node)
    index = len(alive)
    for (test, _, _, _), expr, end in reversed(list(zip(branches, wrapped, ends, strict=True))):
        if end not in alive:
            continue
        index -= 1
        packed = tuple(as_type(held[name][index], kind, span) for name, kind in kinds.items())
        whole: ir.Expr = packed[0] if len(packed) == 1 else ir.MakeTuple(packed, span=span)
        whole = _inside(expr, whole)
        chosen = whole if chosen is None or test is None else ite(scope, test, whole, chosen, node)
    assert chosen is not None, "there is a branch"
    name = scope.fresh("_".join(kinds))
    local = ir.Local(name, loose(type_of(chosen)), span=span)
    for index, (key, kind) in enumerate(kinds.items()):
        scope.bind(key, local if len(kinds) == 1 else ir.TupleItem(local, index, kind, span=span))
    return ir.Let(name, chosen, after(scope), span=span)


def _discard(
    scope: Scope, node: ast.AST, wrapped: list[ir.Expr], branches: list[Branch], after: Rest
) -> ir.Expr:
    """Branches that leave nothing behind; what they evaluate may still be undefined."""
    span = scope.span(node)
    chosen: ir.Expr = wrapped[-1]
    for (test, _, _, _), expr in reversed(list(zip(branches[:-1], wrapped[:-1], strict=True))):
        assert test is not None
        chosen = ite(scope, test, expr, chosen, node)
    return ir.Let(scope.fresh("nothing"), chosen, after(scope), span=span)


def _inside(wrapper: ir.Expr, body: ir.Expr) -> ir.Expr:
    """Puts a body where the end of a branch stood: under the same Lets."""
    match wrapper:
        case ir.Let(name, bound, inner):
            return ir.Let(name, bound, _inside(inner, body), span=wrapper.span)
        case _:
            return body


# ------------------------------------------------------------------ loops that look for something


def _search(scope: Scope, node: ast.For, tail: list[ast.stmt], rest: Rest, give: Give) -> ir.Expr:
    """`for x in xs: if condition: return r`, where r is the same for each: an Exists."""
    found: list[tuple[ir.Binder, ir.Expr]] = []
    answers = [one for part in node.body for one in ast.walk(part) if isinstance(one, ast.Return)]

    def read() -> None:
        if node.orelse:
            scope.refuse(node, "a loop has an 'else'", "write the statements after the loop")
        inner = scope.inner(conditional=True)
        own = names_bound([node])
        same = {ast.dump(one) for one in answers}
        reads = {name.id for one in answers for name in ast.walk(one) if isinstance(name, ast.Name)}
        if len(same) != 1 or reads & own:
            scope.refuse(
                node,
                f"a loop stands in {scope.mode.value}"
                if not answers
                else "a loop returns what depends on its turn",
                "write any, all, sum, max or a comprehension; the last of several: "
                "max(i for i, e in enumerate(s) if ...)",
            )
        source, item = collection(scope, node.iter)
        kind = element_type(source, item)
        name = inner.fresh(node.target.id if isinstance(node.target, ast.Name) else "item")
        bind_target(inner, node.target, ir.Local(name, kind, span=scope.span(node.target)))
        hit = block(
            inner,
            node.body,
            lambda one: ir.BoolLit(False, span=scope.span(node)),
            lambda one, at: ir.BoolLit(True, span=one.span(at)),
        )
        found.append((ir.Binder(name, kind, source, span=scope.span(node.target)), hit))

    try:
        read()
    except Skip:
        for name in names_bound([node]):
            scope.bind(name, Broken())
        with suppress(Skip):
            block(scope, tail, rest, give)
        raise
    binder, hit = found[0]
    test = ir.Exists((binder,), hit, span=scope.span(node))
    made: list[ir.Expr] = []
    attempt(
        scope,
        (
            lambda: made.append(give(scope.inner(), answers[0])),
            lambda: made.append(block(scope, tail, rest, give)),
        ),
    )
    return choose(scope, test, made[0], made[1], node)
