"""Sequences: `Seq[T, N]`, where logs live. Immutable, on tuple's storage; positions start at 0."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, SupportsIndex, TypeVar, overload

from checker.language.context import RUNNING
from checker.language.errors import EvaluationError, ModelError
from checker.language.places import caller_frame, write
from checker.language.source import instruction_end, syntax_at_import

T = TypeVar("T", covariant=True)
U = TypeVar("U")

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    N = TypeVarWithDefault("N", covariant=True, default=Any)
else:
    N = TypeVar("N", covariant=True)


_TUPLE: Any = tuple
"""The storage itself; untyped, for a class without parameters has unknown ones."""


class Seq(tuple[T, ...], Generic[T, N]):
    """A sequence of at most N elements in the state: `Seq[Entry, Slot]` holds as many as Slot has members,
    `Seq[Entry, Literal[3]]` three. `Seq()`, `Seq([a, b])` make one, of any length until it is stored."""

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __new__(cls) -> Self: ...
        @overload
        def __new__(cls, items: Iterable[T], /) -> Self: ...
        def __new__(cls, *items: Any) -> Self: ...
        # The storage's own; said again so that a comparison with a literal is not taken for a mistake.
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...
        def __add__(self, other: tuple[U, ...]) -> Seq[T | U, Any]: ...

    else:

        def __add__(self, other):
            """The two sequences one after the other."""
            if not isinstance(other, tuple):
                return NotImplemented
            return Seq((*self, *other))

        def __setitem__(self, index, value):
            raise ModelError(f"an element of a Seq cannot be assigned; {_ASSIGN}")

        def __delitem__(self, index):
            raise ModelError(f"an element of a Seq cannot be deleted; {_ASSIGN}")

    def append(self, item: T) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # replaces
        """The sequence at this place has the element at its end. An evaluation error past the capacity."""
        write(caller_frame(1), ast.Call, self, lambda store: store.sized(Seq((*self, store.item(item)))))

    def extend(self, items: Iterable[T]) -> None:
        """The sequence at this place has the elements at its end. An evaluation error past the capacity."""

        def extended(store: Any) -> object:
            return store.sized(Seq((*self, *[store.item(item) for item in items])))

        write(caller_frame(1), ast.Call, self, extended)

    def truncate(self, length: int) -> None:
        """The sequence at this place keeps its first `length` elements (all, when it has no more)."""

        def shortened(store: object) -> object:
            if length < 0:
                raise EvaluationError("index", f"truncate to a negative length {length}")
            return self if length >= len(self) else _cut(self, slice(length))

        write(caller_frame(1), ast.Call, self, shortened)

    def clear(self) -> None:
        """The sequence at this place is empty."""

        def emptied(store: object) -> Seq[T, N]:
            return Seq()

        write(caller_frame(1), ast.Call, self, emptied)

    def is_prefix_of(self, other: tuple[object, ...]) -> bool:
        """Whether `other` starts with this sequence."""
        return bool(_cut(other, slice(len(self))) == self)

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, index: slice[Any, Any, Any], /) -> Seq[T, Any]: ...
    def __getitem__(self, index: Any, /) -> Any:
        """`s[i]`, `s[-1]`, `s[:n]`, `s[n:]`. Any other negative position is an evaluation error."""
        if index.__class__ is slice:
            if index.step is not None:
                raise ModelError("a slice of a Seq has no step; write s[n:], s[:n] or s[n:m]")
            for end in (index.start, index.stop):
                if end is not None and end < 0:
                    raise EvaluationError(
                        "index", f"the slice has the negative end {end}; write len(s) - {-end}"
                    )
            return _cut(self, index)
        if not -1 <= index < len(self) or not self or (index == -1 and not _is_written(caller_frame(1))):
            raise EvaluationError("index", f"there is no position {index} in a sequence of {len(self)}")
        return _TUPLE.__getitem__(self, index)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        return "[" + ", ".join(repr(item) for item in self) + "]"


_LAST: dict[tuple[int, int], tuple[CodeType, bool]] = {}
"""Whether an instruction that read position -1 is written `s[-1]`; keeps the code alive, for its id is the
key."""


def _is_written(frame: FrameType) -> bool:
    """Whether the position -1 stands in the source, where it means the last; one that was computed does not.

    Outside of a running model it is Python's; so it is where there is no source to look at.
    """
    if RUNNING.get() is None:
        return True
    code = frame.f_code
    known = _LAST.get((id(code), frame.f_lasti))
    if known is None:
        tree, end = syntax_at_import(code.co_filename), instruction_end(frame)
        node = None if tree is None or end is None else tree.get((ast.Subscript, *end))
        match node:
            case ast.Subscript(slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
                written = True
            case _:
                written = node is None
        known = _LAST[id(code), frame.f_lasti] = code, written
    return known[1]


def _cut(items: tuple[Any, ...], which: slice[Any, Any, Any]) -> Any:
    made: Any = Seq
    return made(_TUPLE.__getitem__(items, which))


_ASSIGN = "assign the whole sequence: self.s = Seq([*self.s[:i], e, *self.s[i + 1 :]])"


def _refuse(name: str, fix: str) -> Any:
    def refuse(self: object, *args: object) -> NoReturn:
        raise ModelError(f"Seq has no '{name}'; {fix}")

    return refuse


if not TYPE_CHECKING:
    Seq.pop = _refuse("pop", "read s[-1], then self.s.truncate(len(self.s) - 1)")
    Seq.insert = _refuse("insert", _ASSIGN)
    Seq.remove = _refuse("remove", _ASSIGN)
