"""Scope: what a piece of a method's source is read in. Names, locals, narrowed types, where problems go."""

from __future__ import annotations

import ast
import enum
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import FunctionType
from typing import Any, NoReturn, Protocol, TypeVar

from checker.capture.forms_to_types import TypeTable
from checker.capture.problems import Problem, Problems, Skip
from checker.ir import nodes as ir
from checker.ir.types import Type
from checker.language.declaration import Declaration, Method

T = TypeVar("T")


class Mode(enum.Enum):
    """What is being captured: it decides which statements and calls there can be."""

    ACTION = "an action"
    INITIAL = "an @initial method"
    PROCEDURE = "a helper that writes"
    FUNCTION = "a helper that returns a value"
    PROPERTY = "a property"

    @property
    def writes(self) -> bool:
        """Whether the state may be changed, and the step disabled."""
        return self in (Mode.ACTION, Mode.INITIAL, Mode.PROCEDURE)


@dataclass(frozen=True, slots=True)
class Static:
    """A name that stands for a Python object known before the model runs: a class, a function, a constant."""

    value: object


@dataclass(frozen=True, slots=True)
class ModelState:
    """`self`, or `old` in a step invariant."""

    when: ir.When


@dataclass(frozen=True, slots=True)
class SuperState:
    """`super()`."""

    owner: type


class Broken:
    """What a local holds whose value had a problem: reading it reports nothing more."""


class Unbound:
    """What a local holds that some paths leave without a value."""


@dataclass(frozen=True, slots=True)
class LoopLocal:
    """A local that was bound in a loop without order, which has ended."""


Bound = ir.Expr | Broken | Unbound | LoopLocal


def bound_value(bound: Bound | None) -> ir.Expr | None:
    """The value that a local stands for, if it has one."""
    return None if isinstance(bound, Broken | Unbound | LoopLocal) else bound


@dataclass(frozen=True, slots=True)
class Fact:
    """A narrower type that a test has established for a path such as `m.vote` or `self.vote[a]`.

    Attributes:
        type: what the path is now known to be; None when no value is left.
        names: the locals on the path.
        variables: the state variables on the path.
    """

    type: Type | None
    names: frozenset[str]
    variables: frozenset[str]


class Names:
    """Unique IR names within one action, property or helper."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def fresh(self, name: str) -> str:
        """The name itself the first time, then with a number."""
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}_{number}"
        self._taken.add(candidate)
        return candidate


class Source:
    """The file of a function: its shown name, and its lines for columns in characters."""

    def __init__(self, file: str, text: str) -> None:
        here = os.path.relpath(file) if os.path.isabs(file) else file
        self.file = file if here.startswith("..") else here
        self._lines = text.splitlines()

    def _column(self, line: int, offset: int) -> int:
        if offset == 0 or not 0 < line <= len(self._lines):
            return offset
        return len(self._lines[line - 1].encode()[:offset].decode(errors="replace"))

    def span(self, node: ast.AST) -> ir.Span:
        """Where a node stands."""
        line: int = getattr(node, "lineno", 0)
        end: int = getattr(node, "end_lineno", None) or line
        column = self._column(line, getattr(node, "col_offset", 0))
        return ir.Span(
            self.file, line, column, end, self._column(end, getattr(node, "end_col_offset", None) or 0)
        )


class Retype(Exception):
    """A local needs a wider type than its first value has: the method is captured again with this known."""

    def __init__(self, name: str, type: Type) -> None:
        super().__init__(name)
        self.name = name
        self.type = type


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that a call names: a method of the model (as found from some class) or a function of a
    module."""

    function: Any  # a FunctionType, which type checkers would bind as a method
    name: str
    method: Method | None


class Program(Protocol):
    """The model as a whole, as far as a single method's capture needs it."""

    @property
    def problems(self) -> Problems: ...

    @property
    def declaration(self) -> Declaration: ...

    @property
    def types(self) -> TypeTable: ...

    @property
    def variables(self) -> Mapping[str, Type | Broken]: ...

    @property
    def constants(self) -> Mapping[str, object]: ...

    def call_function(self, scope: Scope, node: ast.Call, helper: Helper, when: ir.When) -> ir.Expr:
        """A call of a helper that returns a value."""
        ...

    def perform(self, scope: Scope, node: ast.Call, helper: Helper) -> ir.Perform:
        """A call of a helper that writes."""
        ...

    def writes(self, helper: Helper) -> bool:
        """Whether a helper changes the state or disables the step."""
        ...

    def source_of(
        self, function: FunctionType, scope: Scope | None, node: ast.AST | None
    ) -> tuple[Source, ast.FunctionDef]:
        """The source of a function, as it was imported."""
        ...


LowerExpression = Callable[["Scope", ast.expr, Type | None], ir.Expr | Static]


@dataclass(slots=True)
class Scope:
    """Where an expression or statement is read.

    Attributes:
        locals: what each Python local stands for.
        facts: narrowed types, by path as written.
        hints: the types of locals, found by an earlier attempt or annotated.
        conditional: inside something that may not be evaluated, so that `present` cannot stand here.
        pending: locals whose first value has no type of its own (None, []): where, and what to say if none
        is found.
        declared: the IR name and type of each local that statements bind; shared by the scopes of one method.
        assigned: the names that the method's statements bind somewhere.
        frozen: locals from outside of a loop without order, which its body may not bind.
        origins: for a local that copies a place of the state, the place as written.
        dead: nothing can get here, as narrowing found.
    """

    program: Program
    source: Source
    mode: Mode
    function: Any  # a FunctionType, which type checkers would bind as a method
    owner: type | None
    lower_expression: LowerExpression
    names: Names
    states: Mapping[str, ir.When] = field(default_factory=dict[str, ir.When])
    locals: dict[str, Bound] = field(default_factory=dict[str, "Bound"])
    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    hints: dict[str, Type] = field(default_factory=dict[str, Type])
    pending: dict[str, tuple[ast.AST, str]] = field(default_factory=dict[str, tuple[ast.AST, str]])
    origins: dict[str, str] = field(default_factory=dict[str, str])
    declared: dict[str, tuple[str, Type]] = field(default_factory=dict[str, tuple[str, Type]])
    assigned: frozenset[str] = frozenset()
    frozen: frozenset[str] = frozenset()
    conditional: bool = False
    dead: bool = False

    # ------------------------------------------------------------ scopes within

    def inner(self, *, conditional: bool = False) -> Scope:
        """A scope inside this one: what is bound or narrowed there stays there."""
        return replace(
            self,
            locals=dict(self.locals),
            facts=dict(self.facts),
            conditional=self.conditional or conditional,
        )

    # ------------------------------------------------------------ problems

    def span(self, node: ast.AST) -> ir.Span:
        """Where a node stands."""
        return self.source.span(node)

    def report(self, node: ast.AST, fact: str, fix: str) -> None:
        """Notes a problem and goes on."""
        span = self.span(node)
        self.program.problems.add(Problem(span.file, span.line, span.column, fact, fix))

    def refuse(self, node: ast.AST, fact: str, fix: str) -> NoReturn:
        """Notes a problem and leaves what it stands in.

        Raises:
            Skip: always.
        """
        self.report(node, fact, fix)
        raise Skip

    # ------------------------------------------------------------ expressions

    def any(self, node: ast.expr, expected: Type | None = None) -> ir.Expr | Static:
        """An expression, or the static object that it names."""
        return self.lower_expression(self, node, expected)

    def fresh(self, name: str) -> str:
        """A new unique IR name."""
        return self.names.fresh(name)

    def bind(self, name: str, bound: Bound) -> None:
        """A Python local stands for something from here on; what was known of the name is forgotten."""
        self.locals[name] = bound
        self.forget_local(name)

    # ------------------------------------------------------------ facts

    def forget_local(self, name: str) -> None:
        """Forgets what was known of paths that mention a local."""
        for path in [path for path, fact in self.facts.items() if name in fact.names]:
            del self.facts[path]

    def forget_state(self, variables: frozenset[str] | None) -> None:
        """Forgets what was known of paths through some state variables, or all of them."""
        for path, fact in list(self.facts.items()):
            if fact.variables if variables is None else fact.variables & variables:
                del self.facts[path]


def attempt(scope: Scope, parts: Iterable[Callable[[], object]]) -> None:
    """Runs every part although some have problems, so that all of them are found.

    Raises:
        Skip: one of them had a problem.
    """
    failed = False
    for part in parts:
        try:
            part()
        except Skip:
            failed = True
    if failed:
        raise Skip


def each(scope: Scope, items: Iterable[T], part: Callable[[T], object]) -> None:
    """Runs a part for every item although some have problems, so that all of them are found.

    Raises:
        Skip: one of them had a problem.
    """
    attempt(scope, [partial(part, item) for item in items])
