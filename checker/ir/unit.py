"""What the parts of the reference evaluator share: closures, frames, and the two ways an evaluation stops.

An expression becomes one closure over a *frame*: a list whose item 0 is the current state, item 1 the old
one, and whose further items are the locals. Names are unique within an action, property or function, so each
has one slot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.universe import State, Universe, Value
from checker.ir.values import Values

Frame = list[Value]
Code = Callable[[Frame], Value]

NOW, OLD, FIRST_LOCAL = 0, 1, 2


class EvaluationError(Exception):
    """A partial operation had no value.

    Attributes:
        kind: what went wrong.
        span: where in the model.
    """

    def __init__(self, kind: ErrorKind, span: ir.Span) -> None:
        super().__init__(f"{span.file}:{span.line}: {kind.value}")
        self.kind = kind
        self.span = span


class NotEnabled(Exception):
    """A requirement was false.

    Attributes:
        span: which one.
    """

    def __init__(self, span: ir.Span) -> None:
        super().__init__(f"{span.file}:{span.line}: disabled")
        self.span = span


class CompiledFunction:
    """A helper, compiled when it is first called; calls made before then look it up here."""

    __slots__ = ("_body", "_function", "_library", "_locals")

    def __init__(self, library: Library, function: ir.Function) -> None:
        self._library = library
        self._function = function
        self._body: Code | None = None
        self._locals = 0

    def call(self, state: State, arguments: list[Value]) -> Value:
        """The result for a state and arguments."""
        body = self._body
        if body is None:
            unit = Unit(self._library)
            for parameter in self._function.parameters:
                unit.slot(parameter.name)
            body = self._body = unit.code(self._function.body)
            self._locals = unit.size - FIRST_LOCAL - len(self._function.parameters)
        return body([state, None, *arguments, *[None] * self._locals])


class Library:
    """What all units of one model in one scope share: values, helpers, the compiler of expressions."""

    def __init__(
        self, model: ir.Model, universe: Universe, compile_expression: Callable[[Unit, ir.Expr], Code]
    ) -> None:
        self.values = Values(universe)
        self.universe = universe
        self.compile_expression = compile_expression
        self._functions = {function.name: CompiledFunction(self, function) for function in model.functions}

    def function(self, name: str) -> CompiledFunction:
        """A helper by name."""
        return self._functions[name]


@dataclass(slots=True)
class Unit:
    """One action, property or function in compilation: it hands out the slots of locals."""

    library: Library
    slots: dict[str, int] = field(default_factory=dict[str, int])
    size: int = FIRST_LOCAL

    def slot(self, name: str) -> int:
        """The place of a local in the frame."""
        if name not in self.slots:
            self.slots[name] = self.fresh()
        return self.slots[name]

    def fresh(self) -> int:
        """A place in the frame for the evaluator's own use."""
        self.size += 1
        return self.size - 1

    def code(self, expr: ir.Expr) -> Code:
        """The closure of an expression."""
        return self.library.compile_expression(self, expr)

    def frame(self, now: State, old: State | None, named: Mapping[str, Value]) -> Frame:
        """A frame for one evaluation. Locals that the unit never reads are dropped."""
        frame: Frame = [None] * self.size
        frame[NOW], frame[OLD] = now, old
        for name, value in named.items():
            place = self.slots.get(name)
            if place is not None:
                frame[place] = value
        return frame
