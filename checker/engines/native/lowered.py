"""What lowering works with: blocks of C, lowered values, the surroundings of an expression, sites of
failure."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from checker.ir import nodes as ir
from checker.ir.partiality import ErrorKind
from checker.ir.types import Type

SiteKind = ErrorKind | Literal["overflow", "scratch", "unfit"]
"""Why an evaluation stops. Not of the language: an integer left 64 bits, scratch memory ran out, a value does
not
have the type that the IR says; the engine reports these as its own limits, never as a verdict."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place of the model where an evaluation can fail."""

    kind: SiteKind
    node: ir.Expr | ir.Statement | ir.Place | None
    span: ir.Span


class Sites:
    """The failures of a program, numbered from 1; 0 is success."""

    def __init__(self) -> None:
        self.list: list[Site] = []
        self._numbers: dict[tuple[SiteKind, int, ir.Span], int] = {}

    def number(self, kind: SiteKind, node: ir.Expr | ir.Statement | ir.Place | None, span: ir.Span) -> int:
        """The number of a failure at a node."""
        key = (kind, id(node), span)
        if key not in self._numbers:
            self.list.append(Site(kind, node, span))
            self._numbers[key] = len(self.list)
        return self._numbers[key]


class Block:
    """Lines of C, indented."""

    def __init__(self, depth: int = 1) -> None:
        self.depth = depth
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        """Appends lines."""
        self.lines.extend("  " * self.depth + line for line in lines)

    def inner(self) -> Block:
        """A block one step deeper, not part of this one yet."""
        return Block(self.depth + 1)

    def take(self, block: Block) -> None:
        """Appends a finished block."""
        self.lines.extend(block.lines)

    @contextmanager
    def braces(self, head: str) -> Generator[Block]:
        """A compound statement."""
        inside = self.inner()
        yield inside
        self.add(f"{head} {{".lstrip())
        self.take(inside)
        self.add("}")


@dataclass(frozen=True, slots=True)
class Val:
    """A lowered value: a total text of C without effects.

    Attributes:
        type: the resolved type that the text really has; narrower than the node's where more is known.
        stable: the text is a variable, constant or place that keeps its value: it may be repeated.
        place: the text names memory, which may be looked into without a copy.
        parts: of a record or tuple just made, the values of its fields.
        inner: of an option known to have a value, that value.
    """

    type: Type
    text: str
    stable: bool = False
    place: bool = False
    parts: tuple[Val, ...] | None = None
    inner: Val | None = None


@dataclass(frozen=True, slots=True)
class Env:
    """The surroundings of an expression.

    Attributes:
        names: locals.
        now: the text before the name of a variable of the current state: `s->`, `now->`; in an action that
        has
            written, `t.` for the variables in `written`.
        old: the same for the state before the step.
        streams: locals that are collections not made yet, see `streams`.
        written: the variables that the step may have changed already; they are read from `t`.
        growing: the sets whose new elements are only noted, see `repacking.growing_sets`.
        fail: what C does when a site fails.
        disable: what C does when the step is disabled.
    """

    names: Mapping[str, Val]
    now: str
    old: str
    fail: Callable[[str], str]
    disable: str = ""
    written: frozenset[str] = frozenset()
    growing: frozenset[str] = frozenset()
    streams: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def bind(self, name: str, value: Val) -> Env:
        """With one more local."""
        return replace(self, names={**self.names, name: value})


@dataclass(slots=True)
class Names:
    """Fresh names of C variables and labels within one function."""

    used: dict[str, int] = field(default_factory=dict[str, int])

    def fresh(self, base: str) -> str:
        """A name not used yet in this function."""
        number = self.used.get(base, 0) + 1
        self.used[base] = number
        return base if number == 1 and base[-1:].isalpha() and len(base) > 1 else f"{base}{number}"
