"""The one place that knows z3's Python package: what the engine uses of it, with types.

The package is an extra; it is imported when the engine is first used, so that nothing else needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Protocol

INSTALL = "pip install 'lockstep-checker[smt]'"


class NoSolver(Exception):
    """The package `z3-solver` is not installed."""

    def __init__(self) -> None:
        super().__init__("the package z3-solver is not installed")


class Term(Protocol):
    """A term of the solver; equal terms have one number."""

    def get_id(self) -> int:
        """Its number."""
        ...


@cache
def z3() -> Any:
    """The package.

    Raises:
        NoSolver: it is not installed.
    """
    try:
        return import_module("z3")
    except ImportError as error:
        raise NoSolver from error


def version() -> str:
    """The solver's version, such as `5.4.1`."""
    return str(z3().get_version_string())


def boolean(name: str) -> Term:
    """A variable of truth."""
    term: Term = z3().Bool(name)
    return term


def truth(value: bool) -> Term:
    """A constant of truth."""
    term: Term = z3().BoolVal(value)
    return term


def conjunction(items: Sequence[Term]) -> Term:
    """All of several terms. The raw interface: circuits have many of them, and it is ten times as fast."""
    library = z3()
    context = library.main_ctx()
    array = (library.Ast * len(items))(*[item.as_ast() for item in items])  # type: ignore[attr-defined]  # a term of z3
    term: Term = library.BoolRef(library.Z3_mk_and(context.ref(), len(items), array), context)
    return term


def negation(item: Term) -> Term:
    """The opposite."""
    library = z3()
    context = library.main_ctx()
    term: Term = library.BoolRef(library.Z3_mk_not(context.ref(), item.as_ast()), context)  # type: ignore[attr-defined]  # a term of z3
    return term
