"""Closures for statements: each changes the frame, whose item 0 is a dict of its own that becomes the next
state."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import assert_never

from checker.ir import nodes as ir
from checker.ir.evaluate_collection import iterated
from checker.ir.partiality import ErrorKind
from checker.ir.types import BagType, SeqType, SetType, Type
from checker.ir.unit import NOW, OLD, Code, EvaluationError, Frame, Library, NotEnabled, Unit
from checker.ir.universe import Value

Run = Callable[[Frame], None]
Change = Callable[[Value, Frame], Value]
"""From what a place holds and a frame to what it shall hold."""


class CompiledProcedure:
    """A helper that writes, compiled when it is first performed."""

    __slots__ = ("_library", "_procedure", "_procedures", "_run", "_unit")

    def __init__(self, library: Library, procedure: ir.Procedure, procedures: Procedures) -> None:
        self._library = library
        self._procedure = procedure
        self._procedures = procedures
        self._run: Run | None = None
        self._unit = Unit(library)

    def run(self, frame: Frame, arguments: list[Value]) -> None:
        """Changes the state of the caller's frame."""
        run = self._run
        if run is None:
            for parameter in self._procedure.parameters:
                self._unit.slot(parameter.name)
            run = self._run = compile_body(self._unit, self._procedure.body, self._procedures)
        locals_count = self._unit.size - len(arguments) - 2
        inner: Frame = [frame[NOW], frame[OLD], *arguments, *[None] * locals_count]
        run(inner)


Procedures = Mapping[str, CompiledProcedure]


def compile_body(unit: Unit, body: tuple[ir.Statement, ...], procedures: Procedures) -> Run:
    """The closure that runs statements in order."""
    statements = tuple(_compile(unit, statement, procedures) for statement in body)
    if len(statements) == 1:
        return statements[0]

    def run(frame: Frame) -> None:
        for statement in statements:
            statement(frame)

    return run


def _compile(unit: Unit, statement: ir.Statement, procedures: Procedures) -> Run:
    match statement:
        case ir.Require(condition):
            return _require(unit.code(condition), statement.span)
        case ir.Bind(name, _, value):
            return _bind(unit.slot(name), unit.code(value))
        case ir.Assign(place, value):
            return _assign(unit, place, unit.code(value))
        case ir.Mutate():
            return _mutate(unit, statement)
        case ir.If(condition, then, otherwise):
            yes, no = compile_body(unit, then, procedures), compile_body(unit, otherwise, procedures)
            return _if(unit.code(condition), yes, no)
        case ir.ForEach(binder, body):
            return _for_each(unit, binder, lambda: compile_body(unit, body, procedures))
        case ir.Perform(name, arguments):
            return _perform(procedures[name], tuple(unit.code(item) for item in arguments))
        case _:
            assert_never(statement)


def _require(condition: Code, span: ir.Span) -> Run:
    def require(frame: Frame) -> None:
        if not condition(frame):
            raise NotEnabled(span)

    return require


def _bind(slot: int, value: Code) -> Run:
    def bind(frame: Frame) -> None:
        frame[slot] = value(frame)

    return bind


def _if(condition: Code, then: Run, otherwise: Run) -> Run:
    def run(frame: Frame) -> None:
        if condition(frame):
            then(frame)
        else:
            otherwise(frame)

    return run


def _for_each(unit: Unit, binder: ir.Binder, body: Callable[[], Run]) -> Run:
    source, slot = iterated(unit, binder.source), unit.slot(binder.name)
    filters = tuple(unit.code(item) for item in binder.filters)
    inner = body()

    def run(frame: Frame) -> None:
        for value in source(frame):
            frame[slot] = value
            for keep in filters:
                if not keep(frame):
                    break
            else:
                inner(frame)

    return run


def _perform(procedure: CompiledProcedure, arguments: tuple[Code, ...]) -> Run:
    def perform(frame: Frame) -> None:
        procedure.run(frame, [argument(frame) for argument in arguments])

    return perform


# ------------------------------------------------------------------ writing to places


def _assign(unit: Unit, place: ir.Place, value: Code) -> Run:
    """`unit` has compiled the value already: it is evaluated before the keys."""
    walk = _writer(unit, place, lambda held, frame: frame[pending], strict=False)
    pending = unit.fresh()

    def assign(frame: Frame) -> None:
        frame[pending] = value(frame)
        walk(frame)

    return assign


def _writer(unit: Unit, place: ir.Place, change: Change, *, strict: bool) -> Run:
    """Replaces what a place holds. Partial maps on the way must have the key; the last one only if
    `strict`."""
    variable, span = place.variable, place.span
    last = len(place.path) - 1
    for number, step in reversed(tuple(enumerate(place.path))):
        if isinstance(step, ir.Key):
            change = _at_key(unit.code(step.key), change, span, must_have=strict or number < last)
        else:
            change = _at_field(unit, step.name, change)
    whole = change
    replaces = not place.path and not strict

    def write(frame: Frame) -> None:
        state = frame[NOW]
        if variable in state:
            held = state[variable]
        elif replaces:
            held = None
        else:
            raise EvaluationError(ErrorKind.UNASSIGNED, span)
        state[variable] = whole(held, frame)

    return write


def _at_key(key: Code, change: Change, span: ir.Span, *, must_have: bool) -> Change:
    def at_key(held: Value, frame: Frame) -> Value:
        wanted = key(frame)
        if wanted in held:
            return {**held, wanted: change(held[wanted], frame)}
        if must_have:
            raise EvaluationError(ErrorKind.MISSING_KEY, span)
        return {**held, wanted: change(None, frame)}

    return at_key


def _at_field(unit: Unit, name: str, change: Change) -> Change:
    universe = unit.library.universe
    return lambda held, frame: universe.replace(held, {name: change(universe.field(held, name), frame)})


def _mutate(unit: Unit, statement: ir.Mutate) -> Run:
    """Keys before arguments: the change compiles its arguments, and evaluates them when the way is known."""
    place = statement.place
    arguments = tuple(unit.code(item) for item in statement.arguments)
    change = _change(unit, statement.method, place.type, arguments, statement.span)
    return _writer(unit, place, change, strict=True)


def _change(unit: Unit, method: ir.Method, kind: Type, arguments: tuple[Code, ...], span: ir.Span) -> Change:
    universe, argument = unit.library.universe, arguments[0] if arguments else _nothing
    capacity = unit.library.values.capacity(kind.capacity) if isinstance(kind, SeqType | BagType) else None
    is_bag = isinstance(kind, BagType)

    def bounded(made: Value) -> Value:
        if capacity is not None and len(made) > capacity:
            raise EvaluationError(ErrorKind.CAPACITY, span)
        return made

    match method:
        case ir.Method.ADD:
            if is_bag:
                return lambda held, frame: bounded(universe.bag([*held, argument(frame)]))
            return lambda held, frame: frozenset(held) | {argument(frame)}
        case ir.Method.DISCARD:
            return lambda held, frame: frozenset(held) - {argument(frame)}
        case ir.Method.UPDATE:
            return lambda held, frame: frozenset(held) | frozenset(argument(frame))
        case ir.Method.REMOVE:
            return _remove(unit, is_bag, argument, span)
        case ir.Method.APPEND:
            return lambda held, frame: bounded((*held, argument(frame)))
        case ir.Method.EXTEND:
            return lambda held, frame: bounded((*held, *argument(frame)))
        case ir.Method.TRUNCATE:
            return _truncate(argument, span)
        case ir.Method.DELETE:
            return _delete(argument, span)
        case ir.Method.CLEAR:
            return lambda held, frame: _empty(unit, kind)
        case _:
            assert_never(method)


def _nothing(frame: Frame) -> Value:
    raise AssertionError("the method takes an argument")


def _remove(unit: Unit, is_bag: bool, argument: Code, span: ir.Span) -> Change:
    universe = unit.library.universe

    def remove(held: Value, frame: Frame) -> Value:
        item = argument(frame)
        if item not in held:
            raise EvaluationError(ErrorKind.MISSING_ITEM, span)
        if not is_bag:
            return frozenset(held) - {item}
        rest = list(held)
        rest.remove(item)
        return universe.bag(rest)

    return remove


def _truncate(argument: Code, span: ir.Span) -> Change:
    def truncate(held: Value, frame: Frame) -> Value:
        length = argument(frame)
        if length < 0:
            raise EvaluationError(ErrorKind.INDEX, span)
        return tuple(held)[:length]

    return truncate


def _delete(argument: Code, span: ir.Span) -> Change:
    def delete(held: Value, frame: Frame) -> Value:
        wanted = argument(frame)
        if wanted not in held:
            raise EvaluationError(ErrorKind.MISSING_KEY, span)
        return {key: value for key, value in held.items() if operator.ne(key, wanted)}

    return delete


def _empty(unit: Unit, kind: Type) -> Value:
    match kind:
        case SetType():
            return frozenset[Value]()
        case SeqType():
            return ()
        case BagType():
            return unit.library.universe.bag(())
        case _:
            return {}
