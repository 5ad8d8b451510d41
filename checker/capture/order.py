"""Order (language rule 2): the turns of a loop over something without order must commute.

A variable that such a loop writes is written in one of three ways: at places keyed by the loop's own
element; only by one
kind of commuting method (`add`, `|=`; `discard`; `remove`; `clear`); or by one assignment of a value that
is the same
in every turn. What the loop reads of it must not depend on other turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from checker.capture.displays import determined_by
from checker.capture.problems import Problem
from checker.ir import nodes as ir
from checker.ir.children import (
    Footprints,
    children,
    expressions_of,
    free_locals,
    keys_of,
    map_children,
    map_place,
    walk_statements,
)
from checker.ir.type_of import type_of
from checker.ir.types import QuorumType, SetType

Body = tuple[ir.Statement, ...]

COMMUTING: tuple[frozenset[ir.Method], ...] = (
    frozenset((ir.Method.ADD, ir.Method.UPDATE)),
    frozenset((ir.Method.DISCARD,)),
    frozenset((ir.Method.REMOVE,)),
    frozenset((ir.Method.CLEAR,)),
)
"""Methods that give the same in any order, as long as a loop uses those of one row."""


@dataclass(slots=True)
class Turn:
    """What one turn of a loop does.

    Attributes:
        writes: the writing statements, helpers' included, in terms of the loop's names.
        reads: every other expression that is evaluated.
        own: names that belong to the turn.
        aliases: names that tell which element the turn is for.
    """

    writes: list[ir.Assign | ir.Mutate] = field(default_factory=list["ir.Assign | ir.Mutate"])
    reads: list[ir.Expr] = field(default_factory=list["ir.Expr"])
    own: set[str] = field(default_factory=set[str])
    aliases: set[str] = field(default_factory=set[str])


def check_order(model: ir.Model) -> Iterator[Problem]:
    """The writes that would depend on the order in which a loop visits a set or sort."""
    procedures = {procedure.name: procedure for procedure in model.procedures}
    footprints = Footprints(model)
    bodies = [one.body for one in model.initials] + [one.body for one in model.actions]
    for body in [*bodies, *(one.body for one in model.procedures)]:
        for statement in walk_statements(body):
            if isinstance(statement, ir.ForEach) and not statement.ordered:
                yield from _check_loop(statement, procedures, footprints)


def _check_loop(
    loop: ir.ForEach, procedures: Mapping[str, ir.Procedure], footprints: Footprints
) -> Iterator[Problem]:
    turn = Turn(own={loop.binder.name}, aliases={loop.binder.name})
    _collect(loop.body, turn, procedures, loop.binder)
    for variable in dict.fromkeys(write.place.variable for write in turn.writes):
        writes = [write for write in turn.writes if write.place.variable == variable]
        problem = _check_variable(variable, writes, turn, loop.binder, footprints)
        if problem is not None:
            yield problem


def _collect(
    body: Iterable[ir.Statement], turn: Turn, procedures: Mapping[str, ir.Procedure], binder: ir.Binder
) -> None:
    for statement in body:
        match statement:
            case ir.Assign() | ir.Mutate():
                turn.writes.append(statement)
            case ir.Bind(name, _, value):
                turn.reads.append(value)
                if name not in turn.own and determined_by(value, (binder,)) & turn.aliases:
                    turn.aliases.add(name)
                else:
                    turn.aliases.discard(name)
                turn.own.add(name)
            case ir.Perform(name, arguments):
                turn.reads.extend(arguments)
                procedure = procedures[name]
                given = {one.name: value for one, value in zip(procedure.parameters, arguments, strict=True)}
                _collect(_substituted(procedure.body, given, name), turn, procedures, binder)
            case ir.If(condition, then, otherwise):
                turn.reads.append(condition)
                _collect(then, turn, procedures, binder)
                _collect(otherwise, turn, procedures, binder)
            case ir.ForEach(inner, inside):
                turn.own.add(inner.name)
                turn.reads.extend(expressions_of(statement))
                _collect(inside, turn, procedures, binder)
            case ir.Require(condition):
                turn.reads.append(condition)


def _substituted(body: Body, given: Mapping[str, ir.Expr], prefix: str) -> Iterator[ir.Statement]:
    """A helper's statements in terms of its caller; its own locals are kept apart by a prefix."""

    def change(expr: ir.Expr) -> ir.Expr:
        if isinstance(expr, ir.Local):
            return given.get(expr.name, ir.Local(f"{prefix}.{expr.name}", expr.type, span=expr.span))
        return map_children(change, expr)

    for statement in body:
        yield _renamed(statement, change, given, prefix)


def _renamed(
    statement: ir.Statement,
    change: Callable[[ir.Expr], ir.Expr],
    given: Mapping[str, ir.Expr],
    prefix: str,
) -> ir.Statement:
    def inside(body: Body) -> Body:
        return tuple(_substituted(body, given, prefix))

    span = statement.span
    match statement:
        case ir.Require(condition):
            return ir.Require(change(condition), span=span)
        case ir.Bind(name, kind, value):
            return ir.Bind(f"{prefix}.{name}", kind, change(value), span=span)
        case ir.Assign(place, value):
            return ir.Assign(map_place(change, place), change(value), span=span)
        case ir.Mutate(place, method, arguments):
            return ir.Mutate(
                map_place(change, place), method, tuple(change(one) for one in arguments), span=span
            )
        case ir.If(condition, then, otherwise):
            return ir.If(change(condition), inside(then), inside(otherwise), span=span)
        case ir.ForEach(binder, body, ordered):
            renamed = ir.Binder(
                f"{prefix}.{binder.name}",
                binder.type,
                change(binder.source),
                binder.filters,
                span=binder.span,
            )
            return ir.ForEach(renamed, inside(body), ordered, span=span)
        case ir.Perform(name, arguments):
            return ir.Perform(name, tuple(change(one) for one in arguments), span=span)


def _check_variable(
    variable: str, writes: list[ir.Assign | ir.Mutate], turn: Turn, binder: ir.Binder, footprints: Footprints
) -> Problem | None:
    values = [expr for write in writes for expr in _evaluated(write)]
    reads = [
        *turn.reads,
        *values,
        *(expr for write in turn.writes if write not in writes for expr in _evaluated(write)),
    ]
    reads += [key for write in turn.writes for key in keys_of(write.place)]
    if _is_distinct(binder.source) and all(_is_keyed(write, turn, binder) for write in writes):
        read = next(
            (expr for expr in reads if _reads_elsewhere(expr, variable, turn, binder, footprints)), None
        )
        return None if read is None else _reading(variable, read, writes[0])
    read = next((expr for expr in reads if _reads_at_all(expr, variable, footprints)), None)
    methods = {write.method for write in writes if isinstance(write, ir.Mutate)}
    if (
        len(methods)
        and all(isinstance(write, ir.Mutate) for write in writes)
        and any(methods <= row for row in COMMUTING)
    ):
        return None if read is None else _reading(variable, read, writes[0])
    if all(write == writes[0] for write in writes) and isinstance(writes[0], ir.Assign):
        parts = (writes[0].value, *keys_of(writes[0].place))
        if not any(free_locals(part) & turn.own for part in parts) and read is None:
            return None
    return _depends(variable, writes)


def _evaluated(write: ir.Assign | ir.Mutate) -> tuple[ir.Expr, ...]:
    return (write.value,) if isinstance(write, ir.Assign) else write.arguments


def _is_distinct(source: ir.Expr) -> bool:
    """Whether a loop sees each element once."""
    return isinstance(type_of(source), SetType | QuorumType) or isinstance(source, ir.Domain | ir.MapView)


def _is_keyed(write: ir.Assign | ir.Mutate, turn: Turn, binder: ir.Binder) -> bool:
    """Whether a write goes to a place of the turn's own."""
    keys = list(keys_of(write.place))
    if isinstance(write, ir.Mutate) and write.method is ir.Method.DELETE:
        keys.append(write.arguments[0])
    return any(determined_by(key, (binder,)) & turn.aliases for key in keys)


def _reads_at_all(expr: ir.Expr, variable: str, footprints: Footprints) -> bool:
    return variable in footprints.of_expression(expr).reads


def _reads_elsewhere(
    expr: ir.Expr, variable: str, turn: Turn, binder: ir.Binder, footprints: Footprints
) -> bool:
    """Whether an expression looks at a variable other than at the turn's own key."""
    if not _reads_at_all(expr, variable, footprints):
        return False
    match expr:
        case ir.MapGet(held, key) | ir.MapGetOr(held, key) | ir.Contains(key, held) if determined_by(
            key, (binder,)
        ) & turn.aliases and _is_path(held):
            others = [key, *_path_keys(held)]
            if isinstance(expr, ir.MapGetOr):
                others.append(expr.default)
            return any(_reads_elsewhere(one, variable, turn, binder, footprints) for one in others)
        case ir.StateRead():
            return True
        case ir.Call() if _reads_at_all(replace(expr, arguments=()), variable, footprints):
            return True
        case _:
            return any(_reads_elsewhere(one, variable, turn, binder, footprints) for one in children(expr))


def _is_path(expr: ir.Expr) -> bool:
    match expr:
        case ir.StateRead():
            return True
        case ir.MapGet(held) | ir.Field(held):
            return _is_path(held)
        case _:
            return False


def _path_keys(expr: ir.Expr) -> list[ir.Expr]:
    match expr:
        case ir.MapGet(held, key):
            return [key, *_path_keys(held)]
        case ir.Field(held):
            return _path_keys(held)
        case _:
            return []


def _reading(variable: str, read: ir.Expr, write: ir.Assign | ir.Mutate) -> Problem:
    span = read.span if read.span.line else write.span
    return Problem(
        span.file,
        span.line,
        span.column,
        f"a loop without order reads 'self.{variable}', which its turns write",
        "read it before the loop, or only at the loop's own key",
    )


def _depends(variable: str, writes: list[ir.Assign | ir.Mutate]) -> Problem:
    write = writes[0]
    span = write.span
    if isinstance(write, ir.Mutate):
        fact = f"'{write.method.value}' on 'self.{variable}' in a loop without order"
        fact += (
            " would give an order to what has none"
            if write.method in (ir.Method.APPEND, ir.Method.EXTEND)
            else " depends on which turn is first"
        )
        fix = "use add on a Set or Bag, or a place keyed by the loop's variable"
    else:
        fact = f"'self.{variable}' is assigned in a loop without order, and the last turn would win"
        fix = (
            "assign a place keyed by the loop's variable, "
            "or compute the value by any, sum, maxima or a comprehension"
        )
    return Problem(span.file, span.line, span.column, fact, fix)
