"""Statements that the language does not have: the fact and the fix."""

from __future__ import annotations

import ast
from typing import NoReturn

from checker.capture.scope import Scope

REFUSED: dict[type[ast.stmt], tuple[str, str]] = {
    ast.While: (
        "'while' may run for ever",
        "write for over a range or collection, or let a step of the protocol repeat",
    ),
    ast.Try: ("'try' would hide an evaluation error", "test the condition first, with if or require"),
    ast.TryStar: ("'try' would hide an evaluation error", "test the condition first, with if or require"),
    ast.With: ("'with' has no meaning in an atomic step", "write the statements without it"),
    ast.AsyncWith: ("'async with' has no meaning in an atomic step", "write the statements without it"),
    ast.AsyncFor: ("'async for' has no meaning in an atomic step", "write for"),
    ast.Assert: ("'assert' disappears under python -O", "write require(...) for a guard, or an @invariant"),
    ast.Raise: ("'raise' has no meaning in a model", "write require(...) for a guard, or an @invariant"),
    ast.Global: ("'global' reaches for state outside of the model", "declare a state variable in the class"),
    ast.Nonlocal: (
        "'nonlocal' reaches for state outside of the model",
        "declare a state variable in the class",
    ),
    ast.FunctionDef: (
        "a function stands inside a method",
        "write a helper method or a function of the module",
    ),
    ast.AsyncFunctionDef: (
        "a function stands inside a method",
        "write a helper method or a function of the module",
    ),
    ast.ClassDef: ("a class stands inside a method", "define it at module level"),
    ast.Import: ("an import stands inside a method", "import at the top of the module"),
    ast.ImportFrom: ("an import stands inside a method", "import at the top of the module"),
    ast.Break: (
        "'break' leaves a loop before its end",
        "put the condition into the loop's body, or use any, all",
    ),
    ast.Continue: ("'continue' skips the rest of a turn", "put the rest under an if"),
}


def refuse_statement(scope: Scope, node: ast.stmt) -> NoReturn:
    """Reports a statement that the language does not have.

    Raises:
        Skip: always.
    """
    name = type(node).__name__
    fact, fix = REFUSED.get(
        type(node), (f"'{name}' is no statement of the language", "see the language reference, Statements")
    )
    scope.refuse(node, fact, fix)
