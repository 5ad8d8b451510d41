"""`super().action(...)`: the overridden action's statements, in place of the call."""

from __future__ import annotations

import ast
from dataclasses import replace

from checker.capture.locals import names_bound
from checker.capture.scope import Scope
from checker.capture.signatures import bind_arguments, signature
from checker.capture.type_relations import loose
from checker.capture.values import is_atom
from checker.ir import nodes as ir
from checker.ir.type_of import type_of
from checker.language.declaration import Method


def inline_super(scope: Scope, node: ast.Call, method: Method) -> list[ir.Statement]:
    """The statements of an overridden action, its parameters standing for the arguments."""
    from checker.capture.statements import block

    source, definition = scope.program.source_of(method.function, scope, node)
    parameters = signature(scope, method.function, definition, source)
    given = bind_arguments(scope, node, method.name, parameters)
    made: list[ir.Statement] = []
    assigned = names_bound(definition.body)
    inner = replace(
        scope,
        source=source,
        function=method.function,
        owner=method.owner,
        locals={},
        facts={},
        declared={},
        pending={},
        origins={},
        assigned=assigned,
        frozen=frozenset[str](),
        states={definition.args.args[0].arg: ir.When.NOW},
    )
    for name, expr in given:
        if not is_atom(expr) or name in assigned:
            fresh = scope.fresh(name)
            kind = loose(type_of(expr))
            made.append(ir.Bind(fresh, kind, expr, span=expr.span))
            expr = ir.Local(fresh, kind, span=expr.span)
            inner.declared[name] = (fresh, kind)
        inner.locals[name] = expr
    made.extend(block(inner, definition.body))
    scope.forget_state(None)
    return made
