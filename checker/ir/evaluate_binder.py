"""Closures for quantifiers, comprehensions and extrema: nested loops over binders."""

from __future__ import annotations

from collections.abc import Callable

from checker.ir import nodes as ir
from checker.ir.evaluate_collection import iterated, make_collection
from checker.ir.partiality import ErrorKind
from checker.ir.type_of import item_type, type_of
from checker.ir.types import MapType, OptionType
from checker.ir.unit import Code, EvaluationError, Frame, Unit
from checker.ir.universe import Value

Loop = Callable[[Frame], bool]
"""Runs through the bindings; True when its body asked to stop."""


def compile_binding(
    unit: Unit,
    expr: ir.Forall | ir.Exists | ir.Sum | ir.Build | ir.MapBuild | ir.Extremum | ir.Extrema,
) -> Code:
    """The closure of an expression that binds names."""
    match expr:
        case ir.Forall(binders, body):
            loop = compile_loop(unit, binders, lambda: _negated(unit.code(body)))
            return lambda frame: not loop(frame)
        case ir.Exists(binders, body):
            return compile_loop(unit, binders, lambda: unit.code(body))
        case ir.Sum(binders, body):
            gather = compile_gather(unit, binders, lambda: unit.code(body))
            return lambda frame: sum(gather(frame))
        case ir.Build(kind, binders, body):
            gather = compile_gather(unit, binders, lambda: unit.code(body))
            make = make_collection(unit, kind)
            return lambda frame: make(gather(frame))
        case ir.MapBuild():
            return _map_build(unit, expr)
        case ir.Extremum():
            return _extremum(unit, expr)
        case ir.Extrema():
            return _extrema(unit, expr)


def _negated(code: Code) -> Loop:
    return lambda frame: not code(frame)


# ------------------------------------------------------------------ loops


def compile_loop(unit: Unit, binders: tuple[ir.Binder, ...], body: Callable[[], Loop]) -> Loop:
    """Loops over the binders, the first outermost. `body` is compiled last, so slots follow the source."""
    if not binders:
        return body()
    binder, *rest = binders
    source = iterated(unit, binder.source)
    slot = unit.slot(binder.name)
    filters = tuple(unit.code(item) for item in binder.filters)
    inner = compile_loop(unit, tuple(rest), body)
    if not filters:
        return _plain_loop(source, slot, inner)
    if len(filters) == 1:
        return _filtered_loop(source, slot, filters[0], inner)
    return _loop(source, slot, filters, inner)


def _plain_loop(source: Code, slot: int, inner: Loop) -> Loop:
    def loop(frame: Frame) -> bool:
        for value in source(frame):
            frame[slot] = value
            if inner(frame):
                return True
        return False

    return loop


def _filtered_loop(source: Code, slot: int, keep: Code, inner: Loop) -> Loop:
    def loop(frame: Frame) -> bool:
        for value in source(frame):
            frame[slot] = value
            if keep(frame) and inner(frame):
                return True
        return False

    return loop


def _loop(source: Code, slot: int, filters: tuple[Code, ...], inner: Loop) -> Loop:
    def loop(frame: Frame) -> bool:
        for value in source(frame):
            frame[slot] = value
            for keep in filters:
                if not keep(frame):
                    break
            else:
                if inner(frame):
                    return True
        return False

    return loop


def compile_gather(
    unit: Unit, binders: tuple[ir.Binder, ...], body: Callable[[], Code]
) -> Callable[[Frame], list[Value]]:
    """The values of the body over all bindings, in order."""
    gathered = unit.fresh()

    def inner() -> Loop:
        value = body()

        def gather(frame: Frame) -> bool:
            made = value(frame)
            frame[gathered].append(made)
            return False

        return gather

    loop = compile_loop(unit, binders, inner)

    def run(frame: Frame) -> list[Value]:
        values: list[Value] = []
        frame[gathered] = values
        loop(frame)
        return values

    return run


def _map_build(unit: Unit, expr: ir.MapBuild) -> Code:
    def pair() -> Code:
        key, value = unit.code(expr.key), unit.code(expr.value)
        return lambda frame: (key(frame), value(frame))

    gather = compile_gather(unit, expr.binders, pair)
    keys = unit.library.values.domain(expr.type.key) if isinstance(expr.type, MapType) else ()
    span = expr.span

    def build(frame: Frame) -> Value:
        made = dict(gather(frame))
        for key in keys:
            if key not in made:
                raise EvaluationError(ErrorKind.MISSING_KEY, span)
        return made

    return build


# ------------------------------------------------------------------ extrema


def _best(unit: Unit, expr: ir.Extremum | ir.Extrema) -> Callable[[Frame, list[Value]], list[Value]]:
    """The elements with the best key, each once, in the order met. None is below everything; an error when it
    is the best key of more than one element (each was compared with the other), whatever the order they come
    in."""
    values = unit.library.values
    slot = unit.fresh() if expr.name is None else unit.slot(expr.name)
    chosen = _itself_at(slot) if expr.key is None else unit.code(expr.key)
    kind = item_type(type_of(expr.collection)) if expr.key is None else type_of(expr.key)
    assert kind is not None, "an extremum is taken of a collection"
    comparable, optional = values.compare_key(kind), isinstance(kind, OptionType)
    pick = max if expr.largest else min
    span = expr.span

    def best(frame: Frame, items: list[Value]) -> list[Value]:
        keys: list[Value] = []
        for item in items:
            frame[slot] = item
            keys.append(chosen(frame))
        ranks = [comparable(key) for key in keys]
        top = pick(ranks)
        found = [index for index, rank in enumerate(ranks) if rank == top]
        if optional and len(found) > 1 and keys[found[0]] is None:
            raise EvaluationError(ErrorKind.COMPARE_NONE, span)
        return [items[index] for index in found]

    return best


def _itself_at(slot: int) -> Code:
    return lambda frame: frame[slot]


def _extremum(unit: Unit, expr: ir.Extremum) -> Code:
    collection = iterated(unit, expr.collection)
    default = None if expr.default is None else unit.code(expr.default)
    best, span = _best(unit, expr), expr.span

    def extremum(frame: Frame) -> Value:
        items = list(collection(frame))
        otherwise = None if default is None else default(frame)
        if not items:
            if default is None:
                raise EvaluationError(ErrorKind.EMPTY, span)
            return otherwise
        first, *others = best(frame, items)
        if any(other != first for other in others):
            raise EvaluationError(ErrorKind.TIE, span)
        return first

    return extremum


def _extrema(unit: Unit, expr: ir.Extrema) -> Code:
    collection, best = iterated(unit, expr.collection), _best(unit, expr)

    def extrema(frame: Frame) -> Value:
        items = list(collection(frame))
        return frozenset(best(frame, items)) if items else frozenset[Value]()

    return extrema
