"""Expressions that bind names: quantifiers, sums, comprehensions, extrema."""

from __future__ import annotations

from collections.abc import Callable

from checker.engines.smt.comparison import precedes
from checker.engines.smt.evaluate_collection import made_collection, with_row
from checker.engines.smt.evaluation import Evaluation
from checker.engines.smt.logic import FALSE, TRUE, Lit
from checker.engines.smt.sequences import as_bits, count, entries_of, total
from checker.engines.smt.values import Entry, Listing, MapTable, Scalar, Value, as_scalar, number
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import item_type, type_of
from checker.ir.types import MapType, OptionType, PartialType, Type

Binding = ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild | ir.Extremum | ir.Extrema


def evaluate_binding(at: Evaluation, expr: Binding) -> Value:
    """The value of an expression that binds names."""
    match expr:
        case ir.Forall(binders, body):
            return _sought(at, binders, lambda: at.truth(body) ^ 1) ^ 1
        case ir.Exists(binders, body):
            return _sought(at, binders, lambda: at.truth(body))
        case ir.Sum(binders, body):
            return _sum(at, gathered(at, binders, lambda: at.value(body)))
        case ir.Build(kind, binders, body):
            return made_collection(at, Listing(tuple(gathered(at, binders, lambda: at.value(body)))), kind)
        case ir.MapBuild():
            return _map_build(at, expr)
        case ir.Extremum():
            return _extremum(at, expr)
        case ir.Extrema():
            return _extrema(at, expr)


def each(at: Evaluation, binders: tuple[ir.Binder, ...], guard: Lit, visit: Callable[[Lit], None]) -> None:
    """Calls with the guard of each binding that passes the filters, in order; the names are bound."""
    if not binders:
        visit(guard)
        return
    binder, *rest = binders
    path = at.course.path
    for entry in entries_of(at, at.value(binder.source)):
        at.local[binder.name] = entry.value
        depth = len(path)
        held = _under(at, path, guard, entry.guard)
        for item in binder.filters:
            if held == FALSE:
                break
            held = _under(at, path, held, at.truth(item))
        if held != FALSE:
            each(at, tuple(rest), held, visit)
        del path[depth:]


def _under(at: Evaluation, path: list[Lit], guard: Lit, condition: Lit) -> Lit:
    if condition not in (TRUE, FALSE):
        path.append(condition)
    return at.logic.both(guard, condition)


def _sought(at: Evaluation, binders: tuple[ir.Binder, ...], body: Callable[[], Lit]) -> Lit:
    """Whether the body holds for some binding; after the first that it holds for none is looked at."""
    found: list[Lit] = []
    disabled = at.course.disabled
    depth = len(disabled)

    def visit(guard: Lit) -> None:
        if found and found[-1] == TRUE:
            return
        held = at.logic.both(guard, body())
        if held != FALSE:
            found.append(held)
            # As if the rest were disabled: `here` leaves it out.
            disabled.append(held)

    try:
        each(at, binders, TRUE, visit)
    finally:
        del disabled[depth:]
    return at.logic.any_of(found)


def gathered(at: Evaluation, binders: tuple[ir.Binder, ...], body: Callable[[], Value]) -> list[Entry]:
    """The values of the body over all bindings, in order."""
    entries: list[Entry] = []
    each(at, binders, TRUE, lambda guard: entries.append(Entry(guard, body())))
    return entries


def _sum(at: Evaluation, entries: list[Entry]) -> Scalar:
    one = number(1).alternatives
    if all(as_scalar(entry.value).alternatives == one for entry in entries):
        return count(at, [entry.guard for entry in entries])
    return total(
        at,
        [
            at.algebra.choose_scalar([(entry.guard, as_scalar(entry.value)), (entry.guard ^ 1, number(0))])
            for entry in entries
        ],
    )


def _map_build(at: Evaluation, expr: ir.MapBuild) -> MapTable:
    kind = expr.type
    assert isinstance(kind, MapType | PartialType), "a map"
    made = MapTable({}, kind.key)
    table = [made]
    key_kind = type_of(expr.key)

    def visit(guard: Lit) -> None:
        key, value = at.value(expr.key), at.value(expr.value)
        table[0] = _with_guarded_row(at, table[0], guard, key, key_kind, value)

    each(at, expr.binders, TRUE, visit)
    made = table[0]
    if isinstance(kind, PartialType):
        return made
    rows: dict[object, tuple[Lit, Value]] = {}
    for form in at.algebra.domain(kind.key):
        present, value = made.entries.get(form, (FALSE, None))
        at.fail(present ^ 1, ErrorKind.MISSING_KEY, expr.span)
        rows[form] = (TRUE, at.algebra.select(kind.value, []) if value is None else value)
    return MapTable(rows, kind.key)


def _with_guarded_row(
    at: Evaluation, table: MapTable, guard: Lit, key: Value, kind: Type, value: Value
) -> MapTable:
    if guard == TRUE:
        return with_row(at, table, key, kind, value)
    rows = dict(table.entries)
    for form, lit in at.algebra.alternatives(key, kind):
        held = at.logic.both(guard, lit)
        present, before = rows.get(form, (FALSE, None))
        item = value if before is None else at.algebra.merge(held, value, before)
        rows[form] = (at.logic.either(present, held), item)
    return MapTable(rows, table.key)


# ------------------------------------------------------------------ extrema


def _keyed(at: Evaluation, expr: ir.Extremum | ir.Extrema, entries: tuple[Entry, ...]) -> list[Value]:
    keys: list[Value] = []
    for entry in entries:
        if expr.key is None:
            keys.append(entry.value)
            continue
        if expr.name is not None:
            at.local[expr.name] = entry.value
        with at.under(entry.guard):
            keys.append(at.value(expr.key))
    return keys


def _best(at: Evaluation, expr: ir.Extremum | ir.Extrema, entries: tuple[Entry, ...]) -> list[Lit]:
    """Of each element, when it is there and none is better."""
    logic = at.logic
    kind = item_type(type_of(expr.collection)) if expr.key is None else type_of(expr.key)
    assert kind is not None, "an extremum is taken of a collection"
    keys = _keyed(at, expr, entries)
    found: list[Lit] = []
    for place, entry in enumerate(entries):
        others = [entry.guard]
        for other, one in enumerate(entries):
            if other == place or entry.guard == FALSE:
                continue
            first, second = (keys[place], keys[other]) if expr.largest else (keys[other], keys[place])
            others.append(logic.both(one.guard, precedes(at, first, second, kind)) ^ 1)
        found.append(logic.all_of(others))
    if isinstance(kind, OptionType):
        none = [
            logic.both(lit, at.algebra.matches(key, kind, None)) for lit, key in zip(found, keys, strict=True)
        ]
        at.fail(at.algebra.longer(count(at, none), 1), ErrorKind.COMPARE_NONE, expr.span)
    return found


def _elements(at: Evaluation, collection: ir.Expr) -> tuple[Entry, ...]:
    return tuple([one for one in entries_of(at, at.value(collection)) if one.guard != FALSE])


def _extremum(at: Evaluation, expr: ir.Extremum) -> Value:
    logic, entries = at.logic, _elements(at, expr.collection)
    default = None if expr.default is None else at.value(expr.default)
    some = logic.any_of([one.guard for one in entries])
    if default is None:
        at.fail(some ^ 1, ErrorKind.EMPTY, expr.span)
    if not entries:
        return at.algebra.select(expr.type, []) if default is None else default
    with at.under(some):
        best = _best(at, expr, entries)
        first: list[Lit] = []
        before = FALSE
        for place, lit in enumerate(best):
            first.append(logic.both(lit, before ^ 1))
            before = logic.either(before, lit)
            if expr.key is not None:
                tied = [
                    logic.all_of(
                        (lit, best[other], at.algebra.equal(entries[place].value, entries[other].value) ^ 1)
                    )
                    for other in range(place)
                ]
                at.fail(logic.any_of(tied), ErrorKind.TIE, expr.span)
    cases = [(lit, entry.value) for lit, entry in zip(first, entries, strict=True)]
    if default is not None:
        cases.append((some ^ 1, default))
    return at.algebra.choose(cases)


def _extrema(at: Evaluation, expr: ir.Extrema) -> Value:
    entries = _elements(at, expr.collection)
    best = _best(at, expr, entries) if entries else []
    item = item_type(expr.type)
    assert item is not None, "a set"
    kept = tuple([Entry(lit, one.value) for lit, one in zip(best, entries, strict=True)])
    return as_bits(at, Listing(kept), item)
