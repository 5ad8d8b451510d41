"""Who looks at a variable: the guards of steps, what steps write elsewhere, properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.ir import nodes as ir
from checker.ir.children import Footprints, blocks_of, expressions_of, walk


@dataclass(frozen=True, slots=True)
class Readers:
    """Who looks at a variable. Reading it to write itself alone does not count.

    Attributes:
        guards: actions that happen, or write something else, only if it has some value, or that draw from it.
        effects: the other variables that are computed from it.
        properties: those that look at it.
    """

    guards: tuple[str, ...]
    effects: tuple[str, ...]
    properties: tuple[str, ...]

    @property
    def is_unread(self) -> bool:
        """Nothing depends on it."""
        return not (self.guards or self.effects or self.properties)


def readers_of(model: ir.Model) -> dict[str, Readers]:
    """Who looks at each variable."""
    footprints = Footprints(model)
    guards: dict[str, list[str]] = {one.name: [] for one in model.variables}
    effects: dict[str, set[str]] = {one.name: set() for one in model.variables}
    procedures = {one.name: one for one in model.procedures}
    for action in model.actions:
        for variable in _guarding(action, footprints, procedures):
            guards[variable].append(action.name)
        for read, written in _flows(action.body, footprints, procedures):
            effects[read] |= written - {read}
    known = {
        ir.PropertyKind.INVARIANT,
        ir.PropertyKind.STEP_INVARIANT,
        ir.PropertyKind.COVER,
        ir.PropertyKind.CONSTRAINT,
        ir.PropertyKind.TERMINAL,
    }
    looked = [
        (one.name, footprints.of_expression(one.body).reads) for one in model.properties if one.kind in known
    ]
    return {
        one.name: Readers(
            tuple(guards[one.name]),
            tuple(name.name for name in model.variables if name.name in effects[one.name]),
            tuple(name for name, reads in looked if one.name in reads),
        )
        for one in model.variables
    }


Procedures = dict[str, ir.Procedure]


def _guarding(action: ir.Action, footprints: Footprints, procedures: Procedures) -> frozenset[str]:
    """What decides whether a step happens."""
    found: set[str] = set()
    for parameter in action.parameters:
        if parameter.source is not None:
            found |= footprints.of_expression(parameter.source).reads
    for statement, reads in _reading(action.body, footprints, procedures):
        if isinstance(statement, ir.Require):
            found |= reads
        for expr in expressions_of(statement):
            for node in walk(expr):
                if isinstance(node, ir.Present):
                    found |= footprints.of_expression(node.item).reads
    return frozenset(found)


def _reading(
    body: Iterable[ir.Statement], footprints: Footprints, procedures: Procedures
) -> Iterator[tuple[ir.Statement, frozenset[str]]]:
    """Each statement, those of helpers and those inside others included, with what it reads: itself, or
    through the locals that it names."""
    held: dict[str, frozenset[str]] = {}
    for statement in body:
        exprs = expressions_of(statement)
        reads = frozenset[str]().union(*(footprints.of_expression(one).reads for one in exprs))
        names = {node.name for one in exprs for node in walk(one) if isinstance(node, ir.Local)}
        reads = reads.union(*(held.get(name, frozenset[str]()) for name in names))
        if isinstance(statement, ir.Bind):
            held[statement.name] = held.get(statement.name, frozenset[str]()) | reads
        yield statement, reads
        if isinstance(statement, ir.Perform):
            yield from _reading(procedures[statement.procedure].body, footprints, procedures)
        for block in blocks_of(statement):
            yield from _reading(block, footprints, procedures)


def _flows(
    body: tuple[ir.Statement, ...], footprints: Footprints, procedures: Procedures
) -> Iterator[tuple[str, frozenset[str]]]:
    """From what is read to what is written because of it: within a statement; by a test to what its branches
    write; by a local to what is written after it."""
    for statement, reads in _reading(body, footprints, procedures):
        if not isinstance(statement, ir.Bind | ir.Require):
            written = footprints.of_statement(statement).writes
            yield from ((one, written) for one in reads)
