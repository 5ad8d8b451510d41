"""Ghosts: variables that steps may read only to update ghosts, so that leaving them out changes no
behaviour."""

from __future__ import annotations

from collections.abc import Iterator

from checker.capture.problems import Problem
from checker.ir import nodes as ir
from checker.ir.children import Footprints, free_locals, keys_of, walk

FIX = (
    "a ghost may only be read to update ghosts, and by properties; "
    "keep what steps need in an ordinary variable"
)


class Ghosts:
    """Follows what ghosts flow into."""

    def __init__(self, model: ir.Model) -> None:
        self._ghosts = frozenset(variable.name for variable in model.variables if variable.ghost)
        self._procedures = {procedure.name: procedure for procedure in model.procedures}
        self._footprints = Footprints(model)

    def check(self, declaration: ir.Action | ir.Initial) -> Iterator[Problem]:
        """The ghosts that decide what a step does."""
        for parameter in declaration.parameters:
            if parameter.source is not None:
                read = self._read(parameter.source, {})
                if read is not None:
                    yield self._problem(
                        parameter.source, f"the parameter '{parameter.name}' is drawn from the ghost '{read}'"
                    )
        yield from self._body(declaration.body, {}, None)

    def _read(self, expr: ir.Expr, tainted: dict[str, str]) -> str | None:
        """A ghost that an expression's value may depend on."""
        found = self._footprints.of_expression(expr).reads & self._ghosts
        if found:
            return min(found)
        return next((tainted[name] for name in sorted(free_locals(expr)) if name in tainted), None)

    def _body(
        self, body: tuple[ir.Statement, ...], tainted: dict[str, str], decided: str | None
    ) -> Iterator[Problem]:
        """The problems of statements; `decided` names the ghost on which it depends whether they happen."""
        for statement in body:
            yield from self._statement(statement, tainted, decided)

    def _statement(
        self, statement: ir.Statement, tainted: dict[str, str], decided: str | None
    ) -> Iterator[Problem]:
        match statement:
            case ir.Require(condition):
                read = self._read(condition, tainted) or decided
                if read is not None:
                    yield self._problem(statement, f"a guard reads the ghost '{read}'")
            case ir.Bind(name, _, value):
                yield from self._presents((value,), tainted)
                read = self._read(value, tainted) or decided
                if read is not None:
                    tainted[name] = read
                else:
                    tainted.pop(name, None)
            case ir.Assign(place, value):
                yield from self._write(statement, place, (value,), tainted, decided)
            case ir.Mutate(place, _, arguments):
                yield from self._write(statement, place, arguments, tainted, decided)
            case ir.If(condition, then, otherwise):
                yield from self._presents((condition,), tainted)
                inner = self._read(condition, tainted) or decided
                after = dict(tainted)
                yield from self._body(then, tainted, inner)
                yield from self._body(otherwise, after, inner)
                tainted.update(after)
            case ir.ForEach(binder, body):
                inner = self._read(binder.source, tainted)
                if inner is not None:
                    tainted[binder.name] = inner
                problems: list[Problem] = []
                # Twice: what one turn taints, the next one reads.
                for _ in range(2):
                    problems = list(self._body(body, tainted, inner or decided))
                yield from problems
            case ir.Perform(name, arguments):
                yield from self._presents(arguments, tainted)
                procedure = self._procedures[name]
                given = {
                    parameter.name: read
                    for parameter, argument in zip(procedure.parameters, arguments, strict=True)
                    if (read := self._read(argument, tainted)) is not None
                }
                yield from self._body(procedure.body, given, decided)

    def _write(
        self,
        statement: ir.Assign | ir.Mutate,
        place: ir.Place,
        values: tuple[ir.Expr, ...],
        tainted: dict[str, str],
        decided: str | None,
    ) -> Iterator[Problem]:
        yield from self._presents(values, tainted)
        if place.variable in self._ghosts:
            return
        for expr in (*values, *keys_of(place)):
            read = self._read(expr, tainted)
            if read is not None:
                yield self._problem(
                    statement, f"the ghost '{read}' flows into 'self.{place.variable}', which is none"
                )
                return
        if decided is not None:
            yield self._problem(
                statement, f"the ghost '{decided}' decides whether 'self.{place.variable}' changes"
            )

    def _presents(self, values: tuple[ir.Expr, ...], tainted: dict[str, str]) -> Iterator[Problem]:
        for value in values:
            for node in walk(value):
                if isinstance(node, ir.Present):
                    read = self._read(node.item, tainted)
                    if read is not None:
                        yield self._problem(node, f"a guard reads the ghost '{read}'")

    def _problem(self, node: ir.Statement | ir.Expr, fact: str) -> Problem:
        span = node.span
        return Problem(span.file, span.line, span.column, fact, FIX)


def check_ghosts(model: ir.Model) -> Iterator[Problem]:
    """The steps that a ghost would influence."""
    ghosts = Ghosts(model)
    steps: tuple[ir.Initial | ir.Action, ...] = (*model.initials, *model.actions)
    for declaration in steps:
        yield from ghosts.check(declaration)
