"""The source of a model with all that it imports: what decides, beside the check, what a search finds.

A module whose imports go beyond the language, modules of the same kind and pure parts of the standard library
may mean something else tomorrow though its text is the same: such a model is searched each time.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PURE = frozenset(
    {
        "__future__",
        "abc",
        "builtins",
        "collections",
        "dataclasses",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "math",
        "numbers",
        "operator",
        "string",
        "types",
        "typing",
    }
)
"""Modules of the standard library that neither read files nor ask the system for anything."""

IMPURE_NAMES = frozenset(
    {"open", "exec", "eval", "compile", "input", "hash", "globals", "__import__"}
    | {"__builtins__", "__loader__", "__spec__"}
)
"""Names with which a module could depend on more than its text and its imports."""


@dataclass(frozen=True, slots=True)
class _Module:
    """What a text imports: modules, each with the names that are taken from it, which may be modules too."""

    imports: tuple[tuple[str, tuple[str, ...]], ...]


def sources_of(model: type, project: Path) -> dict[str, bytes] | None:
    """The text of each module that a model is made of, by name; None where that is not all it depends on."""
    found: dict[str, bytes] = {}
    waiting = [base.__module__ for base in model.__mro__]
    while waiting:
        name = waiting.pop()
        if name in found or _is_known(name, project):
            continue
        file = _file_of(name, project)
        if file is None:
            if not project.joinpath(*name.split(".")).is_dir():
                return None
            found[name] = b""  # a folder without __init__.py
            continue
        try:
            found[name] = file.read_bytes()
        except OSError:
            return None
        module = _read(found[name], name if file.name == "__init__.py" else name.rpartition(".")[0])
        if module is None:
            return None
        waiting += _with_packages(name)
        for target, members in module.imports:
            waiting += _with_packages(target)
            waiting += [one for one in (f"{target}.{member}" for member in members) if _file_of(one, project)]
    return found


def _is_known(name: str, project: Path) -> bool:
    """Whether a module is the language's, or Python's own and not hidden by one of the project."""
    top = name.partition(".")[0]
    hidden = (project / top).is_dir() or (project / f"{top}.py").is_file()
    return top == "checker" or (top in PURE and not hidden)


def _with_packages(name: str) -> list[str]:
    """A module and the packages that it is in: importing it runs them all."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _file_of(name: str, project: Path) -> Path | None:
    """The source of a module of the project: where it was loaded from, or would be."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        place = getattr(loaded, "__file__", None)
        file = Path(place) if isinstance(place, str) else None
    else:
        stem = project.joinpath(*name.split("."))
        candidates = (stem / "__init__.py", stem.with_name(stem.name + ".py"))
        file = next((one for one in candidates if one.is_file()), None)
    return file if file is not None and file.suffix == ".py" and file.is_relative_to(project) else None


@cache
def _read(text: bytes, package: str) -> _Module | None:
    """A text, read; None where it could depend on more than on what it imports."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return None
    if any(isinstance(node, ast.Name) and node.id in IMPURE_NAMES for node in nodes):
        return None
    return _Module(tuple([one for node in nodes for one in _imports(node, package)]))


def _imports(node: ast.AST, package: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    match node:
        case ast.Import(names=names):
            yield from [(alias.name, ()) for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            above = package.split(".")
            base = above[: len(above) - level + 1] if level else []
            target = ".".join([*base, *([module] if module else [])])
            yield target, tuple([alias.name for alias in names])
        case _:
            return
