"""What a step copies and packs: the parts of the state that it may change, and no others.

A part is a variable, or an entry of a map whose keys are parameters of the action: `self.log[n].append(e)`
leaves the logs of all other nodes as they are, so neither are they copied, nor are their bits made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checker.engines.native.layout import Layout, Optional, Place, Repeat, Sparse, Stored
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.children import Footprints, children, expressions_of, walk_statements
from checker.ir.types import MapType, PartialType, TupleType, Type

PARTS_MAX = 3
"""Entries of one variable that are packed one by one; a step that may change more packs all of it."""

ADDS_MAX = 4
"""The most elements that a step adds to a stored list one by one."""

Way = tuple[ir.Expr, ...]
"""The keys of an entry, one for each map from the variable inwards; none for the whole variable."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the state: a variable, or an entry in it."""

    place: Place
    keys: Way = ()


@dataclass(frozen=True, slots=True)
class StepParts:
    """What a step does to the state.

    Attributes:
        changed: the parts that hold all that it may change, in the order of the layout.
        copied: those that its own copy of the state needs: what it may change, and what it reads of the same
            variables, which it may have changed before.
    """

    changed: tuple[Part, ...]
    copied: tuple[Part, ...]


def parts_of_step(
    step: ir.Action | ir.Initial,
    body: Iterable[ir.Statement],
    written: frozenset[str],
    layout: Layout,
    sizes: Sizes,
    footprints: Footprints,
) -> StepParts:
    """The parts that the statements of a step touch.

    Args:
        body: the statements from the first that writes.
        written: the variables that they may change; a budget among them is no variable of the model.
    """
    found = _Found(step, layout, sizes, footprints)
    for statement in walk_statements(body):
        found.statement(statement)
    changed: list[Part] = []
    copied: list[Part] = []
    for place in layout.places:
        if place.name in written:
            writes = found.writes.get(place.name, {()})
            changed += [Part(place, keys) for keys in _outermost(writes)]
            reads = found.reads.get(place.name, set())
            copied += [Part(place, keys) for keys in _outermost(writes | reads)]
    return StepParts(tuple(changed), tuple(copied))


def growing_sets(body: Sequence[ir.Statement], layout: Layout, footprints: Footprints) -> dict[str, int]:
    """The sets stored as lists to which a step does nothing but add, and which it does not read afterwards.

    What it adds is put into the stored list: no mask is copied or looked through.

    Args:
        body: the statements from the first that writes.

    Returns:
        The most elements that are added to each.
    """
    found: dict[str, int] = {}
    for place in layout.places:
        if not isinstance(place.stored, Sparse):
            continue
        first = next(
            (at for at, one in enumerate(body) if place.name in footprints.of_statement(one).writes), None
        )
        if first is None:
            continue
        adds = _adds(body[first:], place.name, footprints)
        if adds is not None and adds <= ADDS_MAX:
            found[place.name] = adds
    return found


def _adds(body: Iterable[ir.Statement], name: str, footprints: Footprints) -> int | None:
    """How many elements statements add to a set, at most; None when they do anything else with it."""
    total = 0
    for statement in body:
        footprint = footprints.of_statement(statement)
        if name not in footprint.reads | footprint.writes:
            continue
        for expr in expressions_of(statement):
            if name in footprints.of_expression(expr).reads:
                return None
        match statement:
            case ir.Mutate(ir.Place(_, ()), ir.Method.ADD):
                total += 1
            case ir.If(_, then, otherwise):
                branches = [_adds(block, name, footprints) for block in (then, otherwise)]
                if None in branches:
                    return None
                total += max(one for one in branches if one is not None)
            case _:
                return None
    return total


def _outermost(ways: set[Way]) -> list[Way]:
    """The ways without those that lead on from another, in an order that does not depend on the set's; the
    whole variable when they are many."""
    kept = [way for way in ways if not any(way[:length] in ways for length in range(len(way)))]
    return [()] if len(kept) > PARTS_MAX else sorted(kept, key=repr)


class _Found:
    """The ways by which statements read and write each variable."""

    def __init__(
        self, step: ir.Action | ir.Initial, layout: Layout, sizes: Sizes, footprints: Footprints
    ) -> None:
        self.places = {place.name: place for place in layout.places}
        self.footprints = footprints
        self.writes: dict[str, set[Way]] = {}
        self.reads: dict[str, set[Way]] = {}
        # A parameter whose name no statement binds again has the same value at the end.
        bound = _bound(step.body)
        self.types = {one.name: sizes.resolve(one.type) for one in step.parameters if one.name not in bound}

    def statement(self, statement: ir.Statement) -> None:
        """One statement, without those inside it."""
        for expr in expressions_of(statement):
            self._expression(expr)
        match statement:
            case ir.Assign(place) | ir.Mutate(place):
                keys = [step.key if isinstance(step, ir.Key) else None for step in place.path]
                if isinstance(statement, ir.Mutate) and statement.method is ir.Method.DELETE:
                    keys.append(statement.arguments[0])
                self._note(self.writes, place.variable, keys)
            case ir.Perform():
                footprint = self.footprints.of_statement(statement)
                for names, ways in ((footprint.writes, self.writes), (footprint.reads, self.reads)):
                    for name in names:
                        self._note(ways, name, [])
            case _:
                pass

    def _expression(self, expr: ir.Expr) -> None:
        match expr:
            case ir.StateRead(variable):
                self._note(self.reads, variable, [])
            case ir.MapGet():
                keys: list[ir.Expr | None] = []
                inner: ir.Expr = expr
                while isinstance(inner, ir.MapGet):
                    keys.insert(0, inner.key)
                    self._expression(inner.key)
                    inner = inner.map
                if isinstance(inner, ir.StateRead):
                    self._note(self.reads, inner.variable, keys)
                else:
                    self._expression(inner)
            case ir.Call():
                for name in self.footprints.of_expression(expr).reads:
                    self._note(self.reads, name, [])
            case _:
                for child in children(expr):
                    self._expression(child)

    def _note(self, ways: dict[str, set[Way]], name: str, keys: list[ir.Expr | None]) -> None:
        if name in self.places:
            place = self.places[name]
            way = tuple(self._known(keys, place.type, place.stored))
            ways.setdefault(name, set()).add(way)

    def _known(self, keys: list[ir.Expr | None], kind: Type, stored: Stored) -> Iterator[ir.Expr]:
        """How far into a variable the keys are known, and entries have bits of their own."""
        for key in keys:
            if key is None or not isinstance(kind, MapType | PartialType):
                return
            if not isinstance(stored, Repeat | Optional) or not self._is(key, kind.key):
                return
            yield key
            if isinstance(kind, PartialType) or isinstance(stored, Optional):
                return
            kind, stored = kind.value, stored.item

    def _is(self, key: ir.Expr, kind: Type) -> bool:
        """Whether a key is made of parameters alone, of exactly the map's type of keys."""
        match key:
            case ir.Local(name):
                return self.types.get(name) == kind
            case ir.MakeTuple(items) if isinstance(kind, TupleType) and len(items) == len(kind.items):
                return all(self._is(item, part) for item, part in zip(items, kind.items, strict=True))
            case _:
                return False


def _bound(body: Iterable[ir.Statement]) -> set[str]:
    """The names that statements bind."""
    names: set[str] = set()
    for statement in walk_statements(body):
        match statement:
            case ir.Bind(name=name):
                names.add(name)
            case ir.ForEach(binder):
                names.add(binder.name)
            case _:
                pass
    return names
