"""The bodies of methods: the scope they are read in, and the second attempt when a local needs a wider
type."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import FunctionType
from typing import TypeVar

from checker.capture.expressions import lower
from checker.capture.locals import names_bound, report_pending
from checker.capture.scope import Mode, Names, Program, Retype, Scope, Source
from checker.capture.statements import block
from checker.capture.type_relations import loose
from checker.ir import nodes as ir
from checker.ir.children import expressions_of, walk
from checker.ir.types import Type

T = TypeVar("T")

ATTEMPTS = 40
"""How many locals of one method may need a wider type than they begin with."""


def with_hints(program: Program, make: Callable[[dict[str, Type]], T]) -> T:
    """Captures, and again with what was learnt when a local turned out to need a wider type."""
    hints: dict[str, Type] = {}
    mark = program.problems.mark()
    for _ in range(ATTEMPTS):
        try:
            return make(dict(hints))
        except Retype as wider:
            program.problems.back_to(mark)
            hints[wider.name] = wider.type
    raise AssertionError(f"the types of locals do not settle: {sorted(hints)}")


def method_scope(
    program: Program,
    source: Source,
    definition: ast.FunctionDef,
    function: FunctionType,
    owner: type | None,
    mode: Mode,
    hints: dict[str, Type],
) -> Scope:
    """The scope of a method or function, its parameters not yet bound."""
    arguments = [*definition.args.posonlyargs, *definition.args.args]
    states = {arguments[0].arg: ir.When.NOW} if owner is not None and arguments else {}
    return Scope(
        program,
        source,
        mode,
        function,
        owner,
        lower,
        Names(),
        states,
        hints=hints,
        assigned=names_bound(definition.body),
    )


def procedure_body(
    scope: Scope, definition: ast.FunctionDef, parameters: tuple[ir.Parameter, ...]
) -> list[ir.Statement]:
    """The statements of a body. Parameters that are bound again become locals first."""
    copies: list[ir.Statement] = []
    for parameter in parameters:
        if parameter.name in scope.assigned:
            fresh = scope.fresh(parameter.name)
            kind = loose(parameter.type)
            copies.append(
                ir.Bind(
                    fresh,
                    kind,
                    ir.Local(parameter.name, parameter.type, span=parameter.span),
                    span=parameter.span,
                )
            )
            scope.declared[parameter.name] = (fresh, kind)
            scope.locals[parameter.name] = ir.Local(fresh, kind, span=parameter.span)
    made = block(scope, definition.body)
    report_pending(scope)
    first = (
        next((index for index, one in enumerate(made) if not isinstance(one, ir.Require)), len(made))
        if copies
        else 0
    )
    if copies and _reads(made[:first], {one.name for one in copies if isinstance(one, ir.Bind)}):
        first = 0
    return [*made[:first], *copies, *made[first:]]


def _reads(body: list[ir.Statement], names: set[str]) -> bool:
    return any(
        isinstance(node, ir.Local) and node.name in names
        for one in body
        for expr in expressions_of(one)
        for node in walk(expr)
    )
