"""Sequences: `Seq[T, N]`, where logs live. Immutable, on tuple's storage; positions start at 0."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Self, SupportsIndex, TypeVar, overload

from checker.language.errors import EvaluationError
from checker.language.places import write

T = TypeVar("T")
N = TypeVar("N")


class Seq(tuple[T, ...], Generic[T, N]):
    """A sequence of at most N elements in the state: `Seq[Entry, Slot]` holds as many as Slot has members,
    `Seq[Entry, Literal[3]]` three. `Seq()`, `Seq([a, b])` make one."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __new__(cls, items: Iterable[T] = ...) -> Self: ...
        def __init__(self, items: Iterable[T] = ...) -> None: ...
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...

    def append(self, item: T) -> None:
        """The sequence at this place has the element at its end. An evaluation error past the capacity."""
        write(sys._getframe(1), ast.Call, self, lambda store: store.sized(Seq((*self, store.item(item)))))

    def extend(self, items: Iterable[T]) -> None:
        """The sequence at this place has the elements at its end. An evaluation error past the capacity."""
        write(
            sys._getframe(1),
            ast.Call,
            self,
            lambda store: store.sized(Seq((*self, *(store.item(item) for item in items)))),
        )

    def truncate(self, length: int) -> None:
        """The sequence at this place keeps its first `length` elements (all, when it has no more)."""
        if length < 0:
            raise EvaluationError("index", f"truncate to a negative length {length}")
        write(sys._getframe(1), ast.Call, self, lambda store: Seq(tuple(self)[:length]))

    def clear(self) -> None:
        """The sequence at this place is empty."""
        write(sys._getframe(1), ast.Call, self, lambda store: Seq())

    def is_prefix_of(self, other: tuple[T, ...]) -> bool:
        """Whether `other` starts with this sequence."""
        return tuple(other)[: len(self)] == tuple(self)

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, index: slice[Any, Any, Any]) -> Self: ...
    def __getitem__(self, index: Any) -> Any:
        """`s[i]`, `s[-1]`, `s[:n]`, `s[n:]`. Any other negative position is an evaluation error."""
        if isinstance(index, slice):
            for end in (index.start, index.stop):
                if end is not None and end < 0:
                    raise EvaluationError("index", f"negative end {end} of a slice")
            return Seq(tuple.__getitem__(self, index))
        if index < -1 or index >= len(self) or not self:
            raise EvaluationError("index", f"position {index} of a sequence of {len(self)}")
        return tuple.__getitem__(self, index)

    def __add__(self, other: Any) -> Any:
        """The two sequences one after the other."""
        return Seq((*self, *other))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __repr__(self) -> str:
        return "[" + ", ".join(repr(item) for item in self) + "]"
