"""What an evaluation carries: the state it reads, the locals, where it stands, what has gone wrong so far."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from checker.engines.smt.algebra import Algebra
from checker.engines.smt.logic import FALSE, TRUE, Lit, Logic
from checker.engines.smt.values import Value
from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind

State = Mapping[str, Value]
"""The variables of a state by name, and the budgets that are left."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that has no value, and when it is evaluated all the same."""

    when: Lit
    kind: ErrorKind
    span: ir.Span


@dataclass(frozen=True)
class Program:
    """What all evaluations of one model in one scope share."""

    model: ir.Model
    algebra: Algebra
    evaluate: Callable[[Evaluation, ir.Expr], Value]
    functions: Mapping[str, ir.Function] = field(init=False)
    procedures: Mapping[str, ir.Procedure] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "functions", {one.name: one for one in self.model.functions})
        object.__setattr__(self, "procedures", {one.name: one for one in self.model.procedures})


@dataclass(slots=True)
class Course:
    """What one action or property meets while it is evaluated.

    Attributes:
        path: the conditions under which the present place is evaluated.
        failures: what has no value.
        disabled: when a guard was false.
    """

    path: list[Lit] = field(default_factory=list[Lit])
    failures: list[Failure] = field(default_factory=list[Failure])
    disabled: list[Lit] = field(default_factory=list[Lit])


class Evaluation:
    """The evaluation of one body.

    Attributes:
        now: the state that is read; of an action, with what it has written.
        old: the state before the step, for properties of steps.
        local: the parameters and locals.
        course: shared with the bodies that this one calls.
    """

    __slots__ = ("algebra", "course", "local", "logic", "now", "old", "program")

    def __init__(
        self,
        program: Program,
        now: State,
        old: State | None = None,
        local: dict[str, Value] | None = None,
        course: Course | None = None,
    ) -> None:
        self.program = program
        self.algebra: Algebra = program.algebra
        self.logic: Logic = program.algebra.logic
        self.now = now
        self.old = old
        self.local: dict[str, Value] = {} if local is None else local
        self.course = Course() if course is None else course

    def value(self, expr: ir.Expr) -> Value:
        """The value of an expression."""
        return self.program.evaluate(self, expr)

    def truth(self, expr: ir.Expr) -> Lit:
        """The truth of a condition."""
        value = self.program.evaluate(self, expr)
        assert isinstance(value, int), "a condition is a truth"
        return value

    @contextmanager
    def under(self, condition: Lit) -> Generator[None]:
        """Inside, what is evaluated is evaluated only where the condition holds."""
        path = self.course.path
        if condition == TRUE:
            yield
            return
        path.append(condition)
        try:
            yield
        finally:
            path.pop()

    def here(self) -> Lit:
        """When the present place is evaluated at all."""
        course = self.course
        return self.logic.all_of([*course.path, *(lit ^ 1 for lit in course.disabled)])

    def fail(self, condition: Lit, kind: ErrorKind, span: ir.Span) -> None:
        """Where the condition holds, the present place has no value."""
        if condition == FALSE:
            return
        when = self.logic.both(self.here(), condition)
        if when != FALSE:
            self.course.failures.append(Failure(when, kind, span))

    def demand(self, condition: Lit) -> None:
        """Where the condition does not hold, the step is disabled."""
        if condition == TRUE:
            return
        when = self.logic.both(self.here(), condition ^ 1)
        if when != FALSE:
            self.course.disabled.append(when)

    def calling(self, now: State, local: dict[str, Value]) -> Evaluation:
        """The evaluation of a body that this one calls."""
        return Evaluation(self.program, now, None, local, self.course)

    @property
    def failed(self) -> Lit:
        """When anything had no value."""
        return self.logic.any_of([one.when for one in self.course.failures])

    @property
    def is_enabled(self) -> Lit:
        """When no guard was false."""
        return self.logic.all_of([lit ^ 1 for lit in self.course.disabled])
